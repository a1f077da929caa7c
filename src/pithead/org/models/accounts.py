"""The account of a person. It has no password until its one-time code was used."""

import datetime as dt
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from pithead.org.models.people import Person


class User(AbstractBaseUser):
    """`sign_in` is the staff number with the mine's code before it, `QSY/10231`; people type the code only where there are
    several mines. `password_set_at` empty with a password means: must be changed at the next sign-in."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    sign_in = models.CharField(max_length=65, unique=True)
    is_active = models.BooleanField(default=True)
    password_set_at = models.DateTimeField(null=True, blank=True)
    code_hash = models.CharField(max_length=64, default="", blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "sign_in"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = BaseUserManager["User"]()

    def is_locked(self, at: dt.datetime) -> bool:
        return self.locked_until is not None and at < self.locked_until

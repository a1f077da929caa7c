"""What was done about a matter, one row each, never changed; and the files that show it."""

import uuid
from typing import Any

from django.db import models

from pithead.issues.models.issues import Issue
from pithead.kernel.models import StoredFile
from pithead.org.models import Person, Unit


class Step(models.Model):
    """`seq` counts from 1 without gaps. `acted_as`: in which relations, by their codes. A correction names what it puts
    right. `note` and `facts` of confidential kinds are cipher text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="steps", db_index=False)
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=64)
    acted_as = models.CharField(max_length=120, default="", blank=True)
    verb = models.CharField(max_length=24)
    from_state = models.CharField(max_length=12, default="", blank=True)
    to_state = models.CharField(max_length=12)
    grade = models.CharField(max_length=16, default="", blank=True)  # set by this step
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_at = models.DateTimeField(null=True, blank=True)
    clock = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    verifies = models.BooleanField(default=False)
    note = models.TextField(default="", blank=True)
    facts = models.JSONField(default=dict)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["issue", "seq"], name="step_once"),)
        indexes = (models.Index(fields=["mine", "at"], name="step_mine_at"),)
        ordering = ("issue", "seq")

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("a step stays as it is; a correction is another step")
        super().save(*args, **kwargs)


class Attachment(models.Model):
    """A file of a step, addressed by its content like every file."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="attachments", db_index=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["step", "position"], name="attachment_once"),)


class Notice(models.Model):
    """Something a person should know about a matter. `text` says nothing of what a matter is about. One per `key`."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="notices", db_index=False)
    key = models.CharField(max_length=40)  # "climb:3:2": clock and level; "told:7": the step
    text = models.CharField(max_length=200)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["issue", "key", "person"], name="notice_once"),)
        indexes = (models.Index(fields=["mine", "person", "read_at"], name="notice_person"),)


class WorkflowSetting(models.Model):
    """What a mine has changed of the shipped deadlines, posts and times of keeping of one kind. No row: as shipped."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12)
    content = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "kind"], name="workflow_setting_once"),)

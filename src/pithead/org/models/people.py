"""People and the dated facts about them: membership, post, leave."""

import datetime as dt
from typing import Any, Self

from django.db import models

from pithead.kernel.crypto import EncryptedTextField
from pithead.kernel.spelling import SpelledField
from pithead.org.models.dated import DatedQuerySet, ends_after_it_starts
from pithead.org.models.units import Unit


class Sex(models.TextChoices):
    MALE = "male", "男"
    FEMALE = "female", "女"


class Employment(models.TextChoices):
    """用工类别 (domain 11.1)."""

    FORMAL = "formal", "正式"
    AGENCY = "agency", "协议"
    TEMPORARY = "temporary", "临时"


class PoliticalStatus(models.TextChoices):
    FULL_MEMBER = "full_member", "中共党员"
    PROBATIONARY_MEMBER = "probationary_member", "预备党员"
    APPLICANT = "applicant", "入党积极分子"
    LEAGUE_MEMBER = "league_member", "共青团员"
    NON_MEMBER = "non_member", "群众"


# Labour Law, article 15: nobody under sixteen may be employed. Nobody over ninety is on a mine's list: a slip of the pen.
LEAST_AGE, GREATEST_AGE = 16, 90


def age_problem(born_on: dt.date, on: dt.date) -> str:
    """Why nobody born then can be on a mine's list; empty when somebody can."""
    age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
    if age < LEAST_AGE:
        return f"{born_on} 出生，不满 {LEAST_AGE} 周岁，依法不能用工，请核对"
    if age > GREATEST_AGE:
        return f"{born_on} 出生，超过 {GREATEST_AGE} 周岁，请核对"
    return ""


class PersonQuerySet(models.QuerySet["Person"]):
    def visible_to(self, actor: Any) -> Self:
        from pithead.org import access

        return actor.scope(access.Capability.PERSON_VIEW).people(self)

    def for_list(self) -> Self:
        return self.select_related("unit").order_by("staff_no")


class Person(models.Model):
    """`unit` is where the person belongs today: the open membership, repeated here so that lists need no join by date."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    staff_no = models.CharField(max_length=32)
    name = models.CharField(max_length=64)
    spelling = SpelledField()
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    sex = models.CharField(max_length=8, choices=Sex.choices, default="", blank=True)
    born_on = models.DateField(null=True, blank=True)
    hired_on = models.DateField(null=True, blank=True)
    employment = models.CharField(max_length=12, choices=Employment.choices, default="", blank=True)
    education = models.CharField(max_length=16, default="", blank=True)
    political_status = models.CharField(max_length=24, choices=PoliticalStatus.choices, default="", blank=True)
    job = models.CharField(max_length=64, default="", blank=True)  # 工种
    id_number = EncryptedTextField(default="", blank=True)
    phone = EncryptedTextField(default="", blank=True)
    left_on = models.DateField(null=True, blank=True)

    objects = PersonQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "staff_no"], name="staff_no_once_per_mine"),)
        indexes = (
            models.Index(fields=["mine", "name"], name="person_mine_name"),
            models.Index(fields=["mine", "unit"], name="person_mine_unit"),
        )

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Which unit of a line a person belonged to: section or crew in the one line, branch or party group in the other."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            ends_after_it_starts("membership_ends_after_start"),
            models.UniqueConstraint(fields=["person", "unit", "since"], name="membership_once"),
        )
        indexes = (models.Index(fields=["mine", "unit", "since"], name="membership_mine_unit"),)


class Post(models.Model):
    """Who was responsible for what, from when until when. `role` is a role of `org.access`."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=32)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(max_length=64, default="", blank=True)  # as the mine says it: 生产副队长
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    # The first post of this chair, empty for the first itself: whoever takes a chair over takes over what is open.
    seat = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            ends_after_it_starts("post_ends_after_start"),
            models.UniqueConstraint(fields=["person", "role", "unit", "since"], name="post_once"),
        )
        indexes = (models.Index(fields=["mine", "unit", "role"], name="post_mine_unit"),)

    @property
    def role_label(self) -> str:
        from pithead.org import access

        return self.title or access.ROLES[access.RoleCode(self.role)].label


class LeaveKind(models.TextChoices):
    ANNUAL = "annual", "年休假"
    SICK = "sick", "病假"
    INJURY = "injury", "工伤假"
    PERSONAL = "personal", "事假"
    TRAINING = "training", "脱产培训"
    OTHER = "other", "其他"


class Leave(models.Model):
    """Days on which nothing is due from a person. The kind is all that is kept: no diagnosis, no reason."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(max_length=12, choices=LeaveKind.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (ends_after_it_starts("leave_ends_after_start"),)
        indexes = (models.Index(fields=["mine", "since"], name="leave_mine_since"),)

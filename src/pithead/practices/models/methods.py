"""What a mine has made a rule of: work methods, their practices in versions, and where they are switched on."""

from typing import Any

from django.db import models

from pithead.org.models import Person, Place, Unit
from pithead.org.models.dated import DatedQuerySet, ends_after_it_starts
from pithead.rules.models import Clause


class Confidentiality(models.TextChoices):
    OPEN = "open", "公开：本单位及上级看得到"
    RESTRICTED = "restricted", "受限：只有填写人和指定岗位看得到内容，每次查看留痕"
    PRIVATE = "private", "私密：内容不保存，只留日期和由此产生的事项"


class Every(models.TextChoices):
    """How often. The periods are those of `kernel.periods`; an event opens a span of its own."""

    SHIFT = "shift", "每班"
    DAY = "day", "每日"
    WEEK = "week", "每周"
    TEN_DAYS = "ten_days", "每旬"
    MONTH = "month", "每月"
    QUARTER = "quarter", "每季度"
    HALF = "half", "每半年"
    YEAR = "year", "每年"
    EVENT = "event", "遇事"


class Per(models.TextChoices):
    """Of whom or what the quota is counted."""

    SEAT = "seat", "每个岗位"  # each chair of the roles that perform: who takes it over takes over what is open
    MEMBER = "member", "每名党员"
    UNIT = "unit", "每个单位"  # each unit of the kind in `among`, whoever of its performers does it
    PAIR = "pair", "每个科室和区队"  # office × section it is the contact of
    WORKER = "worker", "每名职工"  # each person of the adopting units, whoever of the performers does it
    ZONE = "zone", "每个责任区"  # each place of kind zone
    BOND = "bond", "每个包保关系"  # each bond of the kind in `among`


class Event(models.TextChoices):
    HIRED = "hired", "新入职"
    TRANSFERRED = "transferred", "转岗"
    RETURNED = "returned", "长期休假返岗"  # over 30 days
    INJURED = "injured", "工伤"
    VIOLATED = "violated", "三违认定"  # by the day it was confirmed; one that was cancelled has not happened


class WorkMethod(models.Model):
    """工作法: a set of practices. Taking it over in a unit is one `Adoption`. `origin`: the unit that is credited. `outcomes`: codes
    of the measures it is judged by, the first decides; `judged_months`: so many before an adoption and after it."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=64)
    summary = models.CharField(max_length=300, default="", blank=True)
    source = models.CharField(max_length=300, default="", blank=True)  # where the custom comes from
    origin = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    outcomes = models.JSONField(default=list, blank=True)
    judged_months = models.PositiveSmallIntegerField(default=6)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "code"], name="method_once_per_mine"),)

    def __str__(self) -> str:
        return self.title


class Practice(models.Model):
    """One custom. What it asks stands in its versions; without one in force it is off. `loaded`: what the last pack asked: one
    that sleeps is switched on from it, and the same pack again changes nothing of what the mine has changed since."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    method = models.ForeignKey(WorkMethod, on_delete=models.PROTECT, related_name="practices")
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=64)  # of the latest version
    position = models.PositiveSmallIntegerField(default=0)
    loaded = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "code"], name="practice_once_per_mine"),)

    def __str__(self) -> str:
        return self.title


class PracticeVersion(models.Model):
    """`content` is the whole of it as `content.PracticeSpec` writes it; columns and the rows below repeat what SQL asks for.
    Records keep the version, and so the form, they were made with. `order_no`: by whose order a dormant one was switched on."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    content = models.JSONField()
    confidentiality = models.CharField(max_length=12, choices=Confidentiality.choices, default=Confidentiality.OPEN)
    rest_days = models.BooleanField(default=True)  # owed on rest days too
    clause = models.ForeignKey(
        Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order_no = models.CharField(max_length=64, default="", blank=True)
    approved_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # who allowed more than the cap of a role (10.4 B7)
    approval = models.CharField(max_length=200, default="", blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            ends_after_it_starts("practice_version_ends_after_start"),
            models.UniqueConstraint(fields=["practice", "number"], name="practice_version_once"),
        )
        indexes = (models.Index(fields=["mine", "since"], name="practice_version_mine"),)


class Part(models.TextChoices):
    PERFORMS = "performs", "填写"
    READS = "reads", "查看"  # the answers of restricted practices


class VersionRole(models.Model):
    """Which roles perform a version, and which read what is restricted. `member`: every party member."""

    version = models.ForeignKey(PracticeVersion, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=32)
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.PERFORMS)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "role", "part"], name="version_role_once"),)


class Quota(models.Model):
    """`count` records per `per` in every `every`. `among`: kind of unit, kind of bond or event. `only`: those made underground or
    on a night shift. `distinct`: counts shifts, not records. `within`: days after the event."""

    version = models.ForeignKey(PracticeVersion, on_delete=models.CASCADE, related_name="quotas")
    position = models.PositiveSmallIntegerField()
    every = models.CharField(max_length=8, choices=Every.choices)
    count = models.PositiveSmallIntegerField(default=1)
    per = models.CharField(max_length=8, choices=Per.choices, default=Per.SEAT)
    among = models.CharField(max_length=16, default="", blank=True)
    only = models.CharField(max_length=12, default="", blank=True)  # underground | night
    distinct = models.CharField(max_length=8, default="", blank=True)  # shift
    within = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["version", "position"], name="quota_once"),)


class Proposal(models.Model):
    """What a practice is to ask, where that is more than the cap of a role: it waits for a mine leader (10.4 B7)."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    practice = models.OneToOneField(Practice, on_delete=models.PROTECT, related_name="proposal")
    content = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    order_no = models.CharField(max_length=64, default="", blank=True)
    over = models.JSONField()  # role → minutes a week it would come to, and its cap
    proposed_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["mine", "proposed_at"], name="proposal_mine"),)


class Adoption(models.Model):
    """A method is in use in a unit and all below it. At most one of a method holds on any way down the tree at a time."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    method = models.ForeignKey(WorkMethod, on_delete=models.PROTECT, related_name="adoptions")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, default="", blank=True)  # why it was left

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            ends_after_it_starts("adoption_ends_after_start"),
            models.UniqueConstraint(fields=["method", "unit", "since"], name="adoption_once"),
        )


class BondKind(models.TextChoices):
    ZONE = "zone", "党员责任区"  # member ↔ zone
    POST = "post", "党员示范岗"  # member ↔ his post
    WORKERS = "workers", "党员包保"  # member ↔ worker
    CELL = "cell", "双细胞"  # party group ↔ crew


class Bond(models.Model):
    """Who answers for what or whom besides his post: dated. `unit`: the unit it counts for; of a cell the crew."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=BondKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=64, default="", blank=True)  # number of the board, name of the post
    promise = models.CharField(max_length=200, default="", blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (ends_after_it_starts("bond_ends_after_start"),)
        indexes = (models.Index(fields=["mine", "kind", "since"], name="bond_mine_kind"),)

    def __str__(self) -> str:
        """Without names: logs are made of this."""
        return f"{self.get_kind_display()} {self.label}".strip()


class PlannedCheck(models.Model):
    """An office means to check a section on a day: what the inspection calendar warns of (10.4 B8)."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+", db_index=False)
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["practice", "office", "unit", "on"], name="planned_check_once"),)
        indexes = (models.Index(fields=["mine", "on"], name="planned_check_mine"),)


class BurdenCap(models.Model):
    """Minutes a week a role may be asked for, where the mine differs from the pack."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=32)
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "role"], name="burden_cap_once"),)


def spec_of(version: PracticeVersion) -> Any:
    """Its content as `content.PracticeSpec`."""
    from pithead.practices.content import PracticeSpec

    return PracticeSpec.from_plain(version.content)

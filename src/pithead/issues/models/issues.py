"""What was found or said, whom it concerns, and who may read it."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Q

from pithead.issues.workflows import WORKFLOWS, Kind, Visibility
from pithead.kernel import vault
from pithead.org import access
from pithead.org.models import Person, Place, Unit
from pithead.rules.models import Clause

LONGEST = 500  # characters of a text or a note


class Source(models.TextChoices):
    MANUAL = "manual", "填报"
    IMPORT = "import", "导入"
    QR = "qr", "扫码"
    PHONE = "phone", "手机"
    PRACTICE = "practice", "检查记录"


def _kinds() -> list[tuple[str, str]]:
    return list(Kind.choices)


def _of(visibility: Visibility, among: Collection[str]) -> list[str]:
    return [kind for kind, flow in WORKFLOWS.items() if flow.visibility is visibility and kind in (among or WORKFLOWS)]


def _within(scope: access.Scope, *fields: str) -> list[Q]:
    return [Q(**{f"{field}__startswith": path}) for path in scope.paths for field in fields]


def _either(conditions: list[Q]) -> Q:
    """Without a leaf for nobody: each of them costs, whatever it finds."""
    return reduce(or_, conditions) if conditions else access.NOBODY


def readers_reach(actor: Any) -> tuple[access.Scope, list[int]]:
    """Of which units somebody reads what is confidential, and of which offices: what is theirs to look after, not what is
    about their people."""
    read, reach = access.Capability.MATTER_READ, access.Reach.OFFICE
    offices = [grant for grant in actor.grants if access.ROLES[grant.role].grants.get(read) is reach]
    others = replace(actor, grants=tuple(grant for grant in actor.grants if grant not in offices))
    return others.scope(read), [grant.unit.pk for grant in offices]


class IssueQuerySet(models.QuerySet["Issue"]):
    def visible_to(self, actor: Any, *kinds: str) -> Self:
        """What the workflow of each kind lets this person read; of some kinds only, it is asked for in fewer words. The system
        reads no confidential matter."""
        can = access.Capability
        everybodys, units, offices, named = (_of(one, kinds) for one in Visibility)
        reaches: tuple[tuple[list[str], Callable[[], list[Q]]], ...] = (
            (everybodys, lambda: _within(actor.scope(can.ISSUE_RAISE), "mine__path")),
            (units, lambda: _within(actor.scope(can.ISSUE_VIEW), "unit__path", "office__path")),
            (offices, lambda: _within(actor.scope(can.ISSUE_OVERSEE), "office__path")),
            (units + offices, lambda: self._own(actor)),
            (named, lambda: self._named(actor)),
        )
        found = [(of, reach()) for of, reach in reaches if of]
        return self.filter(_either([Q(kind__in=of) & _either(reach) for of, reach in found if reach]))

    @staticmethod
    def _own(actor: Any) -> list[Q]:
        if actor.person_id is None:
            return []
        named = Involved.objects.filter(mine=actor.mine, who=str(actor.person_id)).values("issue")
        return [Q(found_by=actor.person_id), Q(owner=actor.person_id), Q(pk__in=named)]

    @staticmethod
    def _named(actor: Any) -> list[Q]:
        if actor.person_id is None:
            return []
        scope, offices = readers_reach(actor)
        marked = Involved.objects.filter(mine=actor.mine, who=mark_of(actor.person_id)).values("issue")
        of_offices = [Q(office__in=offices)] if offices else []
        return [*_within(scope, "unit__path"), *of_offices, Q(owner=actor.person_id), Q(pk__in=marked)]

    def open(self) -> Self:
        return self.filter(closed_at=None)


class Issue(models.Model):
    """One matter of one kind. `unit` is responsible, `office` is in charge, both as they were when it came in. `text` and
    `facts` of confidential kinds are cipher text under the matter's own key (`kernel.vault`). `clock` counts how often a
    deadline was set; `level` how often this clock has climbed; `climbs_at` is when it does so next. Keys are found by the
    indexes that begin with the mine: one of its own for each of them would double what a row costs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=_kinds)
    state = models.CharField(max_length=12)
    grade = models.CharField(max_length=16, default="", blank=True)
    category = models.CharField(max_length=24, default="", blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    place_text = models.CharField(max_length=64, default="", blank=True)
    text = models.TextField(default="", blank=True)
    facts = models.JSONField(default=dict)
    found_at = models.DateTimeField()
    found_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    found_by_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    arrived_at = models.DateTimeField()
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner_unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    clock = models.PositiveSmallIntegerField(default=0)
    clock_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    climbs_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_in = models.CharField(max_length=12, default="", blank=True)  # the state it was stopped in
    stopped_due = models.DateTimeField(null=True, blank=True)
    level = models.PositiveSmallIntegerField(default=0)
    extended = models.PositiveSmallIntegerField(default=0)
    listed = models.BooleanField(default=False)  # 挂牌督办
    verified = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.MANUAL)
    source_key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    clause = models.ForeignKey(
        Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    repeats = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    seq = models.PositiveIntegerField(default=0)  # of the last step

    objects = IssueQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "source_key"], name="issue_source_once"),)
        indexes = (
            models.Index(fields=["mine", "kind", "state", "due_at", "found_at"], name="issue_board"),
            models.Index(fields=["mine", "kind", "found_at"], name="issue_found"),
            models.Index(fields=["mine", "place", "found_at"], name="issue_place"),
            models.Index(fields=["mine", "owner", "closed_at"], name="issue_owner"),
            models.Index(fields=["mine", "found_by", "found_at"], name="issue_finder"),
            models.Index(fields=["mine", "closed_at", "due_at"], name="issue_open"),
            models.Index(fields=["mine", "climbs_at"], name="issue_climbs"),
            models.Index(fields=["mine", "expires_on"], name="issue_expires"),
        )

    def __str__(self) -> str:
        """Without any of its text: logs and notices are made of this."""
        return f"{self.kind_label} {str(self.pk)[:8]}"

    @property
    def kind_label(self) -> str:
        return WORKFLOWS[self.kind].label

    @property
    def state_label(self) -> str:
        return WORKFLOWS[self.kind].state(self.state).label

    @property
    def grade_label(self) -> str:
        return WORKFLOWS[self.kind].grades.get(self.grade, "")

    @property
    def is_confidential(self) -> bool:
        return WORKFLOWS[self.kind].confidential


class Role(models.TextChoices):
    AUTHOR = "author", "提出人"
    SUBJECT = "subject", "当事人"
    JOINT = "joint", "连带人"
    MENTOR = "mentor", "帮扶人"
    LEADER = "leader", "过问的领导"  # to whom a confidential matter has climbed; he reads it from then on


def mark_of(person_id: int) -> str:
    """Whom a confidential matter is about, for those who have the key of marks."""
    return vault.mark(f"person/{person_id}")


class Involved(models.Model):
    """A person in a matter. `who` is the person's id as text; in confidential kinds its mark, and `name` is cipher text. An
    anonymous author is an id that belongs to nobody. Authors stay when matters are merged."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="involved", db_index=False)
    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=8, choices=Role.choices)
    who = models.CharField(max_length=64)
    name = models.TextField(default="", blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["issue", "role", "who"], name="involved_once"),)
        indexes = (models.Index(fields=["mine", "who", "role"], name="involved_who"),)

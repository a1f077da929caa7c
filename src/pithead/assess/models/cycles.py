"""A cycle is one period of one standard, with the units that take part and the offices that have handed in."""

import datetime as dt
from typing import Any, Self

from django.db import models

from pithead.assess.models.standards import PeerGroup, Standard
from pithead.kernel.periods import Period
from pithead.org import access
from pithead.org.models import Unit


class CycleState(models.TextChoices):
    OPEN = "open", "已开启"
    SCORING = "scoring", "打分中"
    REVIEW = "review", "待审核"
    APPROVAL = "approval", "待审定"
    PUBLICITY = "publicity", "公示中"
    FINAL = "final", "已确定"


TAKES_SCORES = (CycleState.OPEN, CycleState.SCORING)
PUBLIC = (CycleState.PUBLICITY, CycleState.FINAL)  # what every worker of the mine sees
CLOSED = (CycleState.REVIEW, CycleState.APPROVAL, *PUBLIC)  # what has results


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, actor: Any) -> Self:
        """Published and final ones to everybody of the mine, those that take scores to whoever enters some, all to those who see drafts."""
        rows = actor.scope(access.Capability.RESULT_VIEW).units(self, "mine__path")
        if actor.can(access.Capability.DRAFT_VIEW):
            return rows
        seen = (*PUBLIC, *TAKES_SCORES) if actor.can(access.Capability.SCORE_ENTER) else PUBLIC
        return rows.filter(state__in=seen)

    def of(self, mine: Unit, code: str) -> Self:
        return self.filter(mine=mine, standard__code=code)


class Cycle(models.Model):
    """`code` repeats the standard's code: one cycle per code and period, whatever version is in force. `minutes`: the number
    of the joint meeting's minutes 党政联席会纪要. `changed_at`: when the results were last computed or changed; what was
    changed after a publicity needs another one."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="cycles")
    standard = models.ForeignKey(Standard, on_delete=models.PROTECT, related_name="cycles")
    code = models.CharField(max_length=32)
    period = models.CharField(max_length=12)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=12, choices=CycleState.choices, default=CycleState.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=64, default="", blank=True)
    review_note = models.CharField(max_length=200, default="", blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.CharField(max_length=64, default="", blank=True)
    minutes = models.CharField(max_length=64, default="", blank=True)
    decision = models.CharField(max_length=200, default="", blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    finalised_at = models.DateTimeField(null=True, blank=True)
    finalised_by = models.CharField(max_length=64, default="", blank=True)

    objects = CycleQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "code", "period"], name="cycle_once_per_period"),)
        indexes = (models.Index(fields=["mine", "code", "state"], name="cycle_mine_code_state"),)

    def __str__(self) -> str:
        return f"{self.standard.title} {self.period_value.label}"

    @property
    def period_value(self) -> Period:
        return Period.parse(self.period)

    @property
    def state_label(self) -> str:
        """已开启 · 打分中 · 待审核 · 待审定 · 已审定，待公示 · 公示中 · 已确定."""
        return "已审定，待公示" if self.state == CycleState.APPROVAL and self.approved_at else self.get_state_display()

    @property
    def takes_scores(self) -> bool:
        return self.state in TAKES_SCORES


class Participant(models.Model):
    """A unit that takes part, in the peer group it had when the cycle was opened."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="participants")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(PeerGroup, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "unit"], name="participant_once"),)


class Submission(models.Model):
    """An office has handed in its scores: a record, not a flag. Withdrawing deletes it; the audit log remembers."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="submissions")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "office"], name="submission_once"),)


class Reminder(models.Model):
    """An office that had not handed in was reminded 催办."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="reminders")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    reminded_by = models.CharField(max_length=64)
    reminded_at = models.DateTimeField()


def deadline_of(cycle: Cycle) -> dt.date:
    """The last day of scoring: the third after the period's end (domain 3.4.6, assumed)."""
    return cycle.ends_on + dt.timedelta(days=3)

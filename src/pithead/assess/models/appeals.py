"""What follows when a month is closed: the joint meeting's departures, publicity 公示, appeals 申诉, reopenings."""

import datetime as dt
from typing import Any, Self

from django.db import models

from pithead.assess.models.cycles import PUBLIC, Cycle
from pithead.assess.models.entries import Entry, EntryKind
from pithead.assess.models.standards import Item, Tier
from pithead.org import access
from pithead.org.models import Person, Unit

BY_MEETING = "经党政联席会研究"


class Departure(models.Model):
    """The joint meeting decided otherwise than the figures propose: another tier, or no commendation. Scores and places stay
    as computed. 经党政联席会研究 is reason enough."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="departures")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    tier = models.ForeignKey(Tier, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    excluded = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, default=BY_MEETING)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "unit"], name="departure_once"),)


class Publicity(models.Model):
    """One round of publicity: working days, both ends inclusive. `contacts`: whom to tell of mistakes 监督联系方式."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="publicities")
    round = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField()
    contacts = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "round"], name="publicity_round_once"),)

    def runs_on(self, day: dt.date) -> bool:
        return day <= self.ends_on

    @property
    def label(self) -> str:
        """公示 · 第二次公示 · 第三次公示."""
        return "公示" if self.round == 1 else f"第{'一二三四五六七八九'[min(self.round, 9) - 1]}次公示"


class Reopening(models.Model):
    """A closed month went back to scoring. What stood then is kept: [unit, place, total, tier] by place, as text."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="reopenings")
    reopened_at = models.DateTimeField()
    reopened_by = models.CharField(max_length=64)
    reason = models.CharField(max_length=200)
    state_before = models.CharField(max_length=12)
    results_before = models.JSONField(default=list)


class Outcome(models.TextChoices):
    UPHELD = "upheld", "申诉成立，撤销该条"
    CHANGED = "changed", "部分成立，改分"
    REJECTED = "rejected", "维持原记录"
    LAPSED = "lapsed", "月份退回打分，申诉终止"


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, actor: Any) -> Self:
        """All to those who run or decide; to a unit its own; to an office those about its entries; decided ones of published
        months to the whole mine."""
        rows = actor.scope(access.Capability.RESULT_VIEW).units(self, "mine__path")
        if actor.can(access.Capability.DRAFT_VIEW) or actor.can(access.Capability.APPEAL_DECIDE):
            return rows
        made = actor.scope(access.Capability.APPEAL_MAKE).units(self, "unit__path")
        to_answer = actor.scope(access.Capability.SCORE_ENTER).units(self, "office__path")
        decided = self.filter(decided_at__isnull=False, cycle__state__in=PUBLIC)
        return rows.filter(
            models.Q(pk__in=made.values("pk"))
            | models.Q(pk__in=to_answer.values("pk"))
            | models.Q(pk__in=decided.values("pk"))
        )

    def open(self) -> Self:
        return self.filter(decided_at__isnull=True)


class Appeal(models.Model):
    """A unit says that an entry is wrong. The office answers, another person decides. What the entry was is kept here, for
    the entry may be withdrawn by the decision."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="appeals")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, null=True, blank=True, on_delete=models.SET_NULL, related_name="appeals")
    entry_key = models.CharField(max_length=64)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    points = models.DecimalField(max_digits=6, decimal_places=2)
    entry_reason = models.CharField(max_length=200)
    text = models.CharField(max_length=500)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_name = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    answer = models.CharField(max_length=500, default="", blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_name = models.CharField(max_length=64, default="", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="", blank=True)
    decided_points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    decision = models.CharField(max_length=500, default="", blank=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_name = models.CharField(max_length=64, default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["cycle", "entry_key"], name="appeal_cycle_entry"),
            models.Index(fields=["mine", "decided_at"], name="appeal_mine_decided"),
        )

    def __str__(self) -> str:
        return f"{self.unit}对{self.item}的申诉"

    @property
    def answer_seen(self) -> str:
        """What whoever answers again has seen: the moment of the last answer."""
        return self.answered_at.astimezone(dt.UTC).isoformat() if self.answered_at else ""

    @property
    def state_label(self) -> str:
        """待科室答复 · 待裁定, or the outcome."""
        if self.decided_at:
            return Outcome(self.outcome).label
        return "待裁定" if self.answered_at else "待科室答复"

"""A standard is one version of a rubric: dimensions, items, score clauses, peer groups, tiers. Issued versions never change."""

from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Q

from pithead.org import access
from pithead.org.models import Unit, UnitKind
from pithead.rules.models import Clause


class StandardState(models.TextChoices):
    DRAFT = "draft", "草案"
    ISSUED = "issued", "已发布"


class Aggregation(models.TextChoices):
    """How the months of a quarter, a half or a year become one figure."""

    MEAN = "mean", "各月平均"
    MINIMUM = "min", "取最低的一个月"
    WEIGHTED = "weighted", "各月加权平均"


class StandardQuerySet(models.QuerySet["Standard"]):
    def visible_to(self, actor: Any) -> Self:
        """Issued versions to everybody of the mine, drafts to those who issue and those who see unsettled things."""
        rows = actor.scope(access.Capability.STANDARD_VIEW).units(self, "mine__path")
        if actor.can(access.Capability.STANDARD_ISSUE) or actor.can(access.Capability.DRAFT_VIEW):
            return rows
        return rows.filter(state=StandardState.ISSUED)

    def in_force(self, period: str) -> Self:
        """Issued versions that hold for a period, the newest first (period texts of one kind sort by time)."""
        return self.filter(state=StandardState.ISSUED, in_force_from__lte=period).order_by("-in_force_from", "-version")


class Standard(models.Model):
    """`tie_breakers` are codes of dimensions or items, compared by score in this order; after the last, places are shared.
    `weights`: one per month of a quarter, repeated over longer spans, for the weighted aggregation. A draft may be rewritten:
    `revision` counts how often, so that two who edit it notice each other; `notes` are what an import could not read."""

    mine = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="standards")
    code = models.CharField(max_length=32)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=64)
    subject = models.CharField(max_length=16, choices=UnitKind.choices)  # which kind of unit is assessed
    state = models.CharField(max_length=8, choices=StandardState.choices, default=StandardState.DRAFT)
    in_force_from = models.CharField(
        max_length=12, default="", blank=True
    )  # the first period, "2026-01"; drafts: none yet
    clause = models.ForeignKey(Clause, null=True, blank=True, on_delete=models.PROTECT, related_name="standards")
    owner = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="owned_standards")
    full_marks = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(100))
    bonus_cap = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(0))
    tie_breakers = models.JSONField(default=list)
    publicity_days = models.PositiveSmallIntegerField(default=2)  # working days
    aggregation = models.CharField(max_length=8, choices=Aggregation.choices, default=Aggregation.MEAN)
    weights = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=0)
    notes = models.JSONField(default=list)

    objects = StandardQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["mine", "code", "version"], name="standard_version_once"),)

    def __str__(self) -> str:
        return self.title


class PeerGroup(models.Model):
    """Units that are comparable are ranked among themselves: 采掘, 机运通, 地面. Empty `specialties`: everybody else."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="peer_groups")
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=24)
    specialties = models.JSONField(default=list)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["standard", "code"], name="peer_group_once"),)


class Tier(models.Model):
    """优秀 ≥ 90 …; `position` 1 is the best."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="tiers")
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=16)
    floor = models.DecimalField(max_digits=6, decimal_places=2)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["standard", "code"], name="tier_once"),)


class Dimension(models.Model):
    """一好: 班子建设好."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="dimensions")
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=24)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["standard", "code"], name="dimension_once"),)


class ItemKind(models.TextChoices):
    SCORED = "scored", "评分项"
    BONUS = "bonus", "加分项"
    VETO = "veto", "否决项"


class VetoEffect(models.TextChoices):
    """What a veto does besides being named. The score stays visible in every case (DESIGN, assess)."""

    CAP_TIER = "cap_tier", "档次封顶并取消评先资格"
    EXCLUDE = "exclude", "取消评先资格"
    ZERO_DIMENSION = "zero_dimension", "该类记零分"


class Item(models.Model):
    """One requirement. Scored items belong to a dimension and add up to the standard's full marks; bonus and veto items
    stand outside. `not_for`: specialties to which the item does not apply (缺项)."""

    standard = models.ForeignKey(Standard, on_delete=models.CASCADE, related_name="items")
    dimension = models.ForeignKey(Dimension, null=True, blank=True, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=8, choices=ItemKind.choices, default=ItemKind.SCORED)
    code = models.CharField(max_length=8)
    name = models.CharField(max_length=64)
    full_marks = models.DecimalField(max_digits=6, decimal_places=2, default=Decimal(0))
    not_for = models.JSONField(default=list)
    veto_effect = models.CharField(max_length=16, choices=VetoEffect.choices, default="", blank=True)
    veto_dimension = models.ForeignKey(Dimension, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["standard", "code"], name="item_once"),
            models.CheckConstraint(condition=~Q(kind="scored") | Q(full_marks__gt=0), name="scored_item_has_marks"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ClauseKind(models.TextChoices):
    STEP = "step", "按次扣分"
    BAND = "band", "按区间扣分"
    LINK = "link", "按关联得分折算"
    MANUAL = "manual", "人工评定"


class Counting(models.TextChoices):
    """How a step counts a remainder."""

    STARTED = "started", "不足一个按一个"
    FULL = "full", "满一个才扣"
    PROPORTIONAL = "proportional", "按比例"


class Automation(models.TextChoices):
    AUTOMATIC = "A", "自动"
    PROPOSED = "H", "系统提议"
    MANUAL = "M", "人工"


class ScoreClause(models.Model):
    """One sentence of the rubric: what costs (or earns) how much, and which office says so. `link`, of linked clauses:
    {"standard": code, "dimensions": [codes]}; no dimensions: the whole score of that standard. `feeds`: which confirmed matters
    it counts (`feeds.Feed.data`); `gauge`: which figure (`gauges.Gauge.data`)."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="clauses")
    code = models.CharField(max_length=12)
    text = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=ClauseKind.choices, default=ClauseKind.MANUAL)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)  # per step
    cap = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    counting = models.CharField(max_length=12, choices=Counting.choices, default=Counting.STARTED)
    office = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="score_clauses")
    automation = models.CharField(max_length=1, choices=Automation.choices, default=Automation.MANUAL)
    link = models.JSONField(default=dict)
    feeds = models.JSONField(default=list, blank=True)
    gauge = models.JSONField(default=dict, blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["item", "code"], name="score_clause_once"),)

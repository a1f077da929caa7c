"""What came out of a cycle: one row per unit, and one per unit and item. Computed from entries, never edited."""

from django.db import models

from pithead.assess.models.cycles import Cycle
from pithead.assess.models.standards import Item, PeerGroup, Tier
from pithead.org.models import Unit


class Result(models.Model):
    """`raw` is the sum of applicable items; `normalised` is it out of the standard's full marks; `total` adds the capped
    bonus. A unit to which no item applies has neither rank nor tier. `excluded`: may not be commended. `proposed_tier` is
    the computed one; `tier` differs from it where the joint meeting departed (`Departure`). `shares`: what was
    got of what could be got in every dimension, as [code, name, got, full] with text figures; 0 of 0 where nothing applies."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="results")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="results")
    group = models.ForeignKey(PeerGroup, on_delete=models.PROTECT, related_name="+")
    raw = models.DecimalField(max_digits=7, decimal_places=2)
    normalised = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    bonus = models.DecimalField(max_digits=7, decimal_places=2)  # as it counts, capped
    bonus_earned = models.DecimalField(max_digits=7, decimal_places=2)  # before the cap
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    rank = models.PositiveIntegerField(null=True)
    group_rank = models.PositiveIntegerField(null=True)
    tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_tier = models.ForeignKey(Tier, null=True, on_delete=models.PROTECT, related_name="+")
    veto_item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="+")
    veto_reason = models.CharField(max_length=200, default="", blank=True)
    excluded = models.BooleanField(default=False)
    shares = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "unit"], name="result_once"),)
        indexes = (
            models.Index(fields=["cycle", "rank"], name="result_cycle_rank"),
            models.Index(fields=["cycle", "group", "group_rank"], name="result_cycle_group"),
        )


class ItemScore(models.Model):
    """`score` = full − lost, not below 0; nothing where the item does not apply."""

    cycle = models.ForeignKey(Cycle, on_delete=models.CASCADE, related_name="item_scores")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    lost = models.DecimalField(max_digits=7, decimal_places=2)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["cycle", "unit", "item"], name="item_score_once"),)

"""Closing a month: entries become item scores in one statement, item scores become totals and places. Between the two stands
`linking`: items that are taken from another standard.

Set-based on purpose: a thousand units × nineteen items never travel through Python row by row.
"""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, F, FilteredRelation, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest, Round

from pithead.assess.models import (
    ClauseKind,
    Cycle,
    Entry,
    EntryKind,
    ItemKind,
    ItemScore,
    Participant,
    Result,
    VetoEffect,
)
from pithead.assess.models.entries import from_links
from pithead.assess.scoring import Placed, Rules, Share, Tally, TierFloor, place
from pithead.kernel.db import insert_select
from pithead.kernel.rounding import ZERO, to_cent

POINTS: DecimalField = DecimalField(max_digits=7, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=POINTS)


def score_items(cycle: Cycle) -> None:
    """Write item scores afresh from what the offices entered; those of linked items hold until they are computed. Nothing
    is computed for other items: what stands there as such was slipped in."""
    _clear(cycle)
    link_entries(cycle).exclude(item__clauses__kind=ClauseKind.LINK).delete()
    _write_item_scores(cycle)
    zero_dimensions(cycle)


def total_up(cycle: Cycle) -> None:
    """Item scores become results and places; the same item scores give the same results."""
    vetoes = _vetoes(cycle)
    placed = place(_tallies(cycle, vetoes), rules_of(cycle))
    dimensions = list(cycle.standard.dimensions.order_by("position").values_list("code", "name"))
    Result.objects.bulk_create([_result(cycle, row, vetoes, dimensions) for row in placed], batch_size=500)
    apply_departures(cycle)


def apply_departures(cycle: Cycle) -> None:
    """What the joint meeting decided otherwise; `proposed_tier` stays what the figures say."""
    for departure in cycle.departures.all():
        decided: dict[str, object] = {"excluded": True} if departure.excluded else {}
        if departure.tier_id:
            decided["tier"] = departure.tier_id
        Result.objects.filter(cycle=cycle, unit=departure.unit_id).update(**decided)


def forget(cycle: Cycle) -> None:
    """What an earlier closing computed holds no longer."""
    _clear(cycle)
    link_entries(cycle).delete()


def _clear(cycle: Cycle) -> None:
    Result.objects.filter(cycle=cycle).delete()
    ItemScore.objects.filter(cycle=cycle).delete()


def link_entries(cycle: Cycle) -> "QuerySet[Entry]":
    """What was computed from other standards."""
    return Entry.objects.filter(from_links(), cycle=cycle)


def rules_of(cycle: Cycle) -> Rules:
    standard = cycle.standard
    tiers = tuple(TierFloor(tier.pk, tier.floor) for tier in standard.tiers.order_by("position"))
    return Rules(standard.full_marks, standard.bonus_cap, tiers, tuple(standard.tie_breakers))


def _write_item_scores(cycle: Cycle) -> None:
    """Every participant × every scored item, with what its entries took away; no score where one says 缺项. What was
    computed from other standards at an earlier closing is left out."""
    items = "cycle__standard__items"
    entries = f"{items}__entries"
    here = Q(**{f"{entries}__cycle": F("cycle"), f"{entries}__unit": F("unit")})
    entered = Q(found__kind=EntryKind.DEDUCTION) & ~from_links("found__")
    lost = Coalesce(Sum("found__points", filter=entered), NOTHING, output_field=POINTS)
    left = Round(Greatest(F(f"{items}__full_marks") - F("lost"), NOTHING), precision=2, output_field=POINTS)
    rows = (
        Participant.objects.filter(cycle=cycle)
        .annotate(found=FilteredRelation(entries, condition=here))
        .filter(**{f"{items}__kind": ItemKind.SCORED})
        .values("cycle_id", "unit_id", f"{items}__pk", f"{items}__full_marks")
        .annotate(lost=Round(lost, precision=2, output_field=POINTS))
        .annotate(missing=Count("found__pk", filter=Q(found__kind=EntryKind.NOT_APPLICABLE)))
        .annotate(score=Case(When(missing=0, then=left)))
    )
    columns = ("cycle_id", "unit_id", f"{items}__pk", "lost", "score")
    insert_select(ItemScore, ("cycle", "unit", "item", "lost", "score"), rows.values_list(*columns))


def _vetoes(cycle: Cycle) -> dict[int, list[Entry]]:
    """unit → its vetoes, the gravest item (first in the standard) first."""
    found: dict[int, list[Entry]] = {}
    rows = cycle.entries.filter(kind=EntryKind.VETO).select_related("item").order_by("item__position", "pk")
    for entry in rows:
        found.setdefault(entry.unit_id, []).append(entry)
    return found


def zero_dimensions(cycle: Cycle) -> None:
    """Vetoes that take a whole dimension; where an item does not apply there is nothing to take."""
    vetoes = cycle.entries.filter(kind=EntryKind.VETO, item__veto_effect=VetoEffect.ZERO_DIMENSION)
    hit: dict[int, set[int]] = {}
    for dimension, unit in vetoes.values_list("item__veto_dimension", "unit"):
        hit.setdefault(dimension, set()).add(unit)
    for dimension, units in hit.items():
        aimed = ItemScore.objects.filter(cycle=cycle, unit__in=units, item__dimension=dimension)
        aimed.filter(score__isnull=False).update(score=ZERO)


def _tallies(cycle: Cycle, vetoes: dict[int, list[Entry]]) -> Iterable[Tally]:
    shares = _shares(cycle)
    bonus = dict(
        cycle.entries.filter(kind=EntryKind.BONUS)
        .values_list("unit")
        .annotate(earned=Sum("points"))
        .values_list("unit", "earned")
    )
    for unit_id, group_id in Participant.objects.filter(cycle=cycle).values_list("unit_id", "group_id"):
        own = shares.get(unit_id, {})
        yield Tally(
            unit_id=unit_id,
            group_id=group_id,
            whole=sum((share for (kind, _), share in own.items() if kind == DIMENSION), Share()),
            bonus=to_cent(bonus.get(unit_id, ZERO)),
            tier_capped=any(entry.item.veto_effect == VetoEffect.CAP_TIER for entry in vetoes.get(unit_id, ())),
            shares={code: share for (_, code), share in own.items()},
        )


DIMENSION, ITEM = "dimension", "item"


def _shares(cycle: Cycle) -> dict[int, dict[tuple[str, str], Share]]:
    """unit → what it got of every dimension, and of the items that break ties."""
    scored = ItemScore.objects.filter(cycle=cycle, score__isnull=False)
    sums = {"got": Sum("score"), "full": Sum("item__full_marks")}
    found: dict[int, dict[tuple[str, str], Share]] = {}
    by_dimension = scored.values_list("unit", "item__dimension__code").annotate(**sums)
    for unit_id, code, got, full in by_dimension:
        found.setdefault(unit_id, {})[DIMENSION, code] = Share(to_cent(got), to_cent(full))
    ties = scored.filter(item__code__in=cycle.standard.tie_breakers)
    for unit_id, code, got, full in ties.values_list("unit", "item__code").annotate(**sums):
        found.setdefault(unit_id, {})[ITEM, code] = Share(to_cent(got), to_cent(full))
    return found


def _result(cycle: Cycle, row: Placed, vetoes: dict[int, list[Entry]], dimensions: list[tuple[str, str]]) -> Result:
    hit = vetoes.get(row.tally.unit_id, [])
    shares = row.tally.shares or {}
    bars = [(code, name, shares.get(code, Share())) for code, name in dimensions]
    return Result(
        cycle=cycle,
        unit_id=row.tally.unit_id,
        group_id=row.tally.group_id,
        raw=to_cent(row.tally.whole.got),
        normalised=row.normalised,
        bonus=row.bonus,
        bonus_earned=row.tally.bonus,
        total=row.total,
        rank=row.rank,
        group_rank=row.group_rank,
        tier_id=row.tier,
        proposed_tier_id=row.tier,
        veto_item=hit[0].item if hit else None,
        veto_reason=hit[0].reason if hit else "",
        excluded=any(entry.item.veto_effect != VetoEffect.ZERO_DIMENSION for entry in hit),
        shares=[(code, name, str(to_cent(share.got)), str(to_cent(share.full))) for code, name, share in bars],
    )

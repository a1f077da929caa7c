"""Results of a cycle: the board in rank order, the ledger of reasons, the month in figures."""

from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, QuerySet, Subquery

from pithead.assess.models import Cycle, Entry, EntryKind, Item, ItemKind, ItemScore, PeerGroup, Result
from pithead.assess.models.cycles import PUBLIC
from pithead.assess.queries.rows import (
    Board,
    DimensionShare,
    EntryLine,
    GroupCount,
    ItemFindings,
    OwnResult,
    ResultRow,
    Summary,
    TierCount,
)
from pithead.kernel.periods import Period
from pithead.kernel.rounding import ZERO, to_cent
from pithead.org.access import Actor
from pithead.org.models import Specialty, Unit, ids_of
from pithead.org.queries import names_among, unit_names

PER_PAGE = 20  # the sections of a mine on one page
HEAVIEST = 3  # reasons shown on the desk


def board(
    cycle: Cycle, *, group: str = "", page: int = 1, per_page: int | None = PER_PAGE, before: int | None = None
) -> Board:
    """A page of results, best first; `group` limits to a peer group, `per_page` None gives all; `before`: the cycle that
    `previous` gives, where it is known already. Two queries, another one for namesakes."""
    groups = _groups(cycle)
    count = sum(peers.units for peers in groups if group in ("", peers.code))
    pages = max(1, -(-count // per_page)) if per_page else 1
    page = min(max(page, 1), pages)
    results = _in_order(cycle, by_group=bool(group), before=before)
    if group:
        results = results.filter(group__code=group)
    chosen = results[(page - 1) * per_page : page * per_page] if per_page else results
    return Board(cycle, tuple(_rows(cycle, chosen)), groups, count, page, pages)


def by_group(cycle: Cycle) -> list[tuple[GroupCount, tuple[ResultRow, ...]]]:
    """Every unit, group by group in the standard's order, the best of each first. Three queries."""
    groups = _groups(cycle)
    rows = tuple(_rows(cycle, _in_order(cycle, by_group=True)))
    return [(group, tuple(row for row in rows if row.group_code == group.code)) for group in groups]


def result_of(cycle: Cycle, unit_id: int) -> ResultRow | None:
    """One unit's row. Two queries."""
    return next(iter(_rows(cycle, _in_order(cycle).filter(unit=unit_id))), None)


def _groups(cycle: Cycle) -> tuple[GroupCount, ...]:
    """Those with units, in the standard's order; counted on the index alone."""
    units = Result.objects.filter(cycle=cycle, group=OuterRef("pk")).order_by().values("group")
    groups = PeerGroup.objects.filter(standard=cycle.standard_id).order_by("position")
    counted = groups.annotate(n=Subquery(units.annotate(n=Count("*")).values("n")))
    return tuple(GroupCount(*row) for row in counted.values_list("code", "name", "n") if row[-1])


def _in_order(cycle: Cycle, *, by_group: bool = False, before: int | None = None) -> "QuerySet[Result, dict[str, Any]]":
    """With the place each unit had one period earlier, if that was published: drafts show nowhere."""
    earlier = Result.objects.filter(cycle=before or Subquery(_previous(cycle).values("pk")), unit=OuterRef("unit"))
    results = _told().filter(cycle=cycle).annotate(rank_before=Subquery(earlier.values("rank")[:1]))
    place = F("group_rank" if by_group else "rank").asc(nulls_last=True)
    return results.order_by(place, "unit__path")


# Values instead of models: a page of forty rows would build two hundred of them.
FIELDS = {
    "unit_id": "unit_id",
    "unit_code": "unit__code",
    "group_code": "group__code",
    "group_name": "group__name",
    "rank": "rank",
    "group_rank": "group_rank",
    "raw": "raw",
    "normalised": "normalised",
    "bonus": "bonus",
    "bonus_earned": "bonus_earned",
    "total": "total",
    "tier_code": "tier__code",
    "tier_name": "tier__name",
    "veto_item": "veto_item__code",
    "veto_reason": "veto_reason",
    "excluded": "excluded",
}
WORDS = ("tier_code", "tier_name", "veto_item")  # empty, not None, where there is none
BESIDES = ("unit__name", "unit__path", "unit__closed_on", "unit__specialty", "shares")


@cache
def _told() -> "QuerySet[Result, dict[str, Any]]":
    """Put together once: finding two dozen columns over five tables takes longer than asking for them (bench)."""
    return Result.objects.values(*FIELDS.values(), *BESIDES)


def _rows(cycle: Cycle, results: "QuerySet[Result, dict[str, Any]]") -> Iterable[ResultRow]:
    found = list(results)
    names = names_among(cycle.mine, [(row["unit__name"], row["unit__path"], row["unit__closed_on"]) for row in found])
    for row in found:
        before, specialty = row["rank_before"], row["unit__specialty"]
        plain: dict[str, Any] = {field: row[column] for field, column in FIELDS.items()}
        plain |= {field: plain[field] or "" for field in WORDS}
        yield ResultRow(
            **plain,
            unit_name=names[row["unit_id"]],
            specialty=Specialty(specialty).label if specialty else "",
            moved=before - row["rank"] if before and row["rank"] else None,
            dimensions=tuple(
                DimensionShare(code, name, Decimal(got), Decimal(full)) for code, name, got, full in row["shares"]
            ),
        )


def previous(cycle: Cycle) -> Cycle | None:
    """The cycle of the same code one period earlier, when it is published."""
    return _previous(cycle).first()


def _previous(cycle: Cycle) -> "QuerySet[Cycle]":
    earlier = str(Period.parse(cycle.period).previous())
    return Cycle.objects.filter(mine_id=cycle.mine_id, code=cycle.code, period=earlier, state__in=PUBLIC)


# ── reasons ──
def entries(cycle: Cycle, unit_id: int | None = None) -> tuple[EntryLine, ...]:
    """Why: every entry of a unit (or of all), in the standard's order. One query."""
    lines = _lines().filter(cycle=cycle)
    if unit_id is not None:
        lines = lines.filter(unit=unit_id)
    return tuple(EntryLine(name or ItemKind(kind).label.removesuffix("项"), *line) for kind, name, *line in lines)


@cache
def _lines() -> "QuerySet[Entry, tuple[Any, ...]]":
    """Put together once, as `_told` is."""
    ordered = Entry.objects.order_by("unit__path", "item__position", "found_on", "pk")
    return ordered.values_list("item__kind", "item__dimension__name", *LINE)


# The fields of an `EntryLine` in their order, after its first.
LINE = (
    "pk",
    "unit_id",
    "item__code",
    "item__name",
    "kind",
    "points",
    "reason",
    "evidence",
    "office__name",
    "source",
    "found_on",
    "author",
    "key",
)


def item_scores(cycle: Cycle, units: Iterable[int] | None = None) -> dict[int, dict[str, Decimal | None]]:
    """unit → item code → score, None where the item does not apply."""
    rows = ItemScore.objects.filter(cycle=cycle)
    if units is not None:
        rows = rows.filter(unit__in=units)
    found: dict[int, dict[str, Decimal | None]] = {}
    for unit, code, score in rows.values_list("unit", "item__code", "score"):
        found.setdefault(unit, {})[code] = score
    return found


def history(actor: Actor, code: str, unit_id: int, *, months: int = 12) -> list[Result]:
    """One unit's results under a code as far as the reader may see them, the latest first."""
    rows = Result.objects.filter(unit=unit_id, cycle__in=Cycle.objects.visible_to(actor).filter(code=code))
    return list(rows.select_related("cycle", "tier").order_by("-cycle__period")[:months])


def own_results(actor: Actor, unit: Unit | None) -> list[OwnResult]:
    """The latest published month of the units the actor holds a post in, of a unit and of those above it, the nearest first:
    a branch secretary's branch stands before the section he is a member of."""
    near = dict.fromkeys([*(grant.unit.pk for grant in actor.grants), *reversed(ids_of(unit.path) if unit else ())])
    settled = Cycle.objects.visible_to(actor).filter(state__in=PUBLIC)
    rows = Result.objects.filter(unit__in=near, cycle__in=settled).select_related("cycle__standard", "cycle__mine")
    latest: dict[int, Result] = {}
    for result in rows.order_by("cycle__period"):
        latest[result.unit_id] = result
    return [_own(latest[pk]) for pk in near if pk in latest]


def _own(result: Result) -> OwnResult:
    row = result_of(result.cycle, result.unit_id)
    assert row is not None
    lines = [line for line in entries(result.cycle, result.unit_id) if line.kind == EntryKind.DEDUCTION]
    return OwnResult(result.cycle, row, tuple(sorted(lines, key=lambda line: -line.points)[:HEAVIEST]))


# ── the month in figures ──
def summary(cycle: Cycle) -> Summary:
    """Mean, number per tier, and the same of the month before."""
    earlier = previous(cycle)
    counts, before = _tier_counts(cycle), _tier_counts(earlier) if earlier else None
    tiers = cycle.standard.tiers.order_by("position")
    return Summary(
        units=cycle.results.count(),
        mean=_mean(cycle),
        mean_before=_mean(earlier) if earlier else None,
        tiers=tuple(
            TierCount(
                tier.code, tier.name, counts.get(tier.code, 0), None if before is None else before.get(tier.code, 0)
            )
            for tier in tiers
        ),
    )


def _mean(cycle: Cycle) -> Decimal | None:
    mean = Result.objects.filter(cycle=cycle).aggregate(mean=Avg("total"))["mean"]
    return None if mean is None else to_cent(mean)


def _tier_counts(cycle: Cycle) -> dict[str, int]:
    counted = Result.objects.filter(cycle=cycle, tier__isnull=False).values_list("tier__code").annotate(n=Count("pk"))
    return dict(counted.values_list("tier__code", "n"))


def findings(cycle: Cycle) -> tuple[ItemFindings, ...]:
    """By item: how often and where points were lost; the item that cost most first."""
    rows = [line for line in entries(cycle) if line.kind == EntryKind.DEDUCTION]
    names = unit_names(cycle.mine)
    by_item: dict[str, list[EntryLine]] = {}
    for line in rows:
        by_item.setdefault(line.item_code, []).append(line)
    positions = dict(Item.objects.filter(standard_id=cycle.standard_id).values_list("code", "position"))
    found = [
        ItemFindings(
            item_code=code,
            item_name=lines[0].item_name,
            dimension_name=lines[0].dimension_name,
            findings=len(lines),
            points=sum((line.points for line in lines), ZERO),
            units=tuple(dict.fromkeys(names[line.unit_id] for line in lines)),
        )
        for code, lines in by_item.items()
    ]
    return tuple(sorted(found, key=lambda item: (-item.points, positions[item.item_code])))

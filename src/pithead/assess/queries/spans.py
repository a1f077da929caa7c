"""Quarters, halves and years out of their months. Only months that are settled count; the others are named."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pithead.assess.models import Aggregation, Cycle, CycleState, Result, Standard
from pithead.assess.queries.rows import GroupCount
from pithead.assess.scoring import Placed, Rules, Share, Tally, TierFloor, in_places, over_months, tier_of
from pithead.kernel.periods import MONTHS_IN, Kind, Period
from pithead.kernel.rounding import ZERO
from pithead.org.access import Actor
from pithead.org.models import Specialty, Unit
from pithead.org.queries import unit_names

KINDS = (Kind.QUARTER, Kind.HALF, Kind.YEAR)


@dataclass(frozen=True)
class MonthFigure:
    """One unit's settled month."""

    period: Period
    total: Decimal | None
    rank: int | None
    tier_code: str
    tier_name: str
    veto_item: str
    veto_reason: str
    excluded: bool


@dataclass(frozen=True)
class SpanRow:
    """`months` stand beside the span's, None where the unit has no settled one; `missing` says why. `tier` is that of the
    value: what happened in single months (`vetoes`, `excluded`) is for those who commend to weigh."""

    unit_id: int
    unit_code: str
    unit_name: str
    specialty: str
    group_code: str
    group_name: str
    rank: int | None
    group_rank: int | None
    value: Decimal | None
    tier_code: str
    tier_name: str
    months: tuple[MonthFigure | None, ...]
    missing: tuple[str, ...]  # "5月未参加"
    vetoes: tuple[MonthFigure, ...]  # the months with one
    excluded: bool  # in one of the months


@dataclass(frozen=True)
class SpanBoard:
    """`settled` are the months that count, `missing` those that do not yet."""

    mine: Unit
    standard: Standard
    period: Period
    months: tuple[Period, ...]
    settled: tuple[Period, ...]
    missing: tuple[Period, ...]
    rows: tuple[SpanRow, ...]
    groups: tuple[GroupCount, ...]

    @property
    def way(self) -> str:
        """How the value comes about: 各月平均, 各月加权平均（1 : 1 : 2）."""
        way = Aggregation(self.standard.aggregation)
        weights = " : ".join(str(weight) for weight in self.standard.weights)
        return f"{way.label}（{weights}）" if way is Aggregation.WEIGHTED and weights else str(way.label)


def span(actor: Actor, mine: Unit, code: str, period: Period) -> SpanBoard | None:
    """Best first; None where the mine has no such standard. How months are put together, tiers and tie-breakers are those of
    the version in force in the last month. Six queries."""
    months = period.months()
    issued = Standard.objects.visible_to(actor).filter(mine=mine, code=code)
    standard = issued.in_force(str(months[-1])).select_related("mine").first()
    if standard is None:
        return None
    cycles = settled_cycles(actor, mine, code, months)
    settled = tuple(month for month in months if month in cycles)
    rows = _Table(standard, months, cycles).rows()
    groups: dict[str, GroupCount] = {}
    for row in rows:
        units = groups[row.group_code].units if row.group_code in groups else 0
        groups[row.group_code] = GroupCount(row.group_code, row.group_name, units + 1)
    return SpanBoard(
        mine=mine,
        standard=standard,
        period=period,
        months=months,
        settled=settled,
        missing=tuple(month for month in months if month not in cycles),
        rows=rows,
        groups=tuple(groups[code] for code in _in_group_order(standard, groups)),
    )


def settled_cycles(actor: Actor, mine: Unit, code: str, months: Iterable[Period]) -> dict[Period, Cycle]:
    """One query."""
    wanted = [str(month) for month in months]
    rows = Cycle.objects.visible_to(actor).filter(mine=mine, code=code, state=CycleState.FINAL, period__in=wanted)
    return {Period.parse(cycle.period): cycle for cycle in rows.select_related("standard").order_by("period")}


def spans_of(actor: Actor, mine: Unit, code: str, year: int) -> list[Period]:
    """The quarters, halves and the year of which at least one month is settled. One query."""
    rows = Cycle.objects.visible_to(actor).filter(mine=mine, code=code, state=CycleState.FINAL)
    settled = [Period.parse(period) for period in rows.values_list("period", flat=True)]
    found = {month.within(kind) for month in settled if month.year == year for kind in KINDS}
    return sorted(found, key=lambda period: (MONTHS_IN[period.kind], period.number))


FIGURES = ("total", "rank", "tier__code", "tier__name", "veto_item__code", "veto_reason", "excluded")
OF_UNIT = ("unit", "unit__code", "unit__specialty", "group__code", "group__name", "cycle", "shares")


class _Table:
    """The rows of one span, best first. Three queries."""

    def __init__(self, standard: Standard, months: Sequence[Period], cycles: Mapping[Period, Cycle]):
        self.standard, self.months, self.settled = standard, months, cycles.keys()
        self.names = unit_names(standard.mine)
        self.tiers = {tier.pk: tier for tier in standard.tiers.order_by("position")}
        self.by_unit: dict[int, dict[Period, dict[str, Any]]] = defaultdict(dict)
        periods = {cycle.pk: period for period, cycle in cycles.items()}
        results = Result.objects.filter(cycle__in=periods).order_by("cycle__period", "unit__path")
        for row in results.values(*OF_UNIT, *FIGURES):
            self.by_unit[row["unit"]][periods[row["cycle"]]] = row

    def rows(self) -> tuple[SpanRow, ...]:
        return tuple(self._row(placed) for placed in self._placed())

    def _placed(self) -> list[Placed]:
        """Equal values are told apart by the standard's tie-breakers as far as they are dimensions, by what was got of them
        over all the months; otherwise they share the place."""
        standard = self.standard
        floors = tuple(TierFloor(tier.pk, tier.floor) for tier in self.tiers.values())
        rules = Rules(standard.full_marks, standard.bonus_cap, floors, tuple(standard.tie_breakers))
        weights = [Decimal(str(weight)) for weight in standard.weights]
        groups: dict[str, int] = {}
        valued = []
        for unit, by_month in self.by_unit.items():
            totals = [by_month[month]["total"] if month in by_month else None for month in self.months]
            value = over_months(standard.aggregation, totals, weights)
            group = groups.setdefault(_latest(by_month)["group__code"], len(groups))
            tally = Tally(unit, group, Share(), shares=_shares(by_month.values()))
            valued.append(Placed(tally, value, ZERO, value, tier_of(value, rules, capped=False)))
        return in_places(valued, rules)

    def _row(self, placed: Placed) -> SpanRow:
        by_month = self.by_unit[placed.tally.unit_id]
        last, tier = _latest(by_month), self.tiers.get(placed.tier or 0)
        figures = tuple(_figure(month, by_month[month]) if month in by_month else None for month in self.months)
        taken_part = [figure for figure in figures if figure]
        return SpanRow(
            unit_id=placed.tally.unit_id,
            unit_code=last["unit__code"],
            unit_name=self.names[placed.tally.unit_id],
            specialty=Specialty(last["unit__specialty"]).label if last["unit__specialty"] else "",
            group_code=last["group__code"],
            group_name=last["group__name"],
            rank=placed.rank,
            group_rank=placed.group_rank,
            value=placed.total,
            tier_code=tier.code if tier else "",
            tier_name=tier.name if tier else "",
            months=figures,
            missing=tuple(self._missing(figures)),
            vetoes=tuple(figure for figure in taken_part if figure.veto_item),
            excluded=any(figure.excluded for figure in taken_part),
        )

    def _missing(self, figures: Sequence[MonthFigure | None]) -> Iterator[str]:
        for month, figure in zip(self.months, figures, strict=True):
            if figure is None and month in self.settled:
                yield f"{month.number}月未参加"
            elif figure and figure.total is None:
                yield f"{month.number}月各项都不考核"


def _latest(by_month: Mapping[Period, dict[str, Any]]) -> dict[str, Any]:
    return by_month[max(by_month)]


def _shares(results: Iterable[Mapping[str, Any]]) -> dict[str, Share]:
    sums: dict[str, Share] = {}
    for result in results:
        for code, _, got, full in result["shares"]:
            sums[code] = sums.get(code, Share()) + Share(Decimal(got), Decimal(full))
    return sums


def _figure(month: Period, row: Mapping[str, Any]) -> MonthFigure:
    return MonthFigure(
        period=month,
        total=row["total"],
        rank=row["rank"],
        tier_code=row["tier__code"] or "",
        tier_name=row["tier__name"] or "",
        veto_item=row["veto_item__code"] or "",
        veto_reason=row["veto_reason"],
        excluded=row["excluded"],
    )


def _in_group_order(standard: Standard, codes: Iterable[str]) -> list[str]:
    order = list(standard.peer_groups.order_by("position").values_list("code", flat=True))
    return sorted(codes, key=lambda code: (order.index(code) if code in order else len(order), code))

"""How evenly points are given: for the steering group, about offices and items, never about a person.

Only settled months count. What was computed from another standard is no office's judgement and is left out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Sum

from pithead.assess.models import ClauseKind, Cycle, Entry, EntryKind, ItemScore, Result, ScoreClause, Standard
from pithead.assess.queries.spans import settled_cycles
from pithead.assess.scoring import Placed, Rules, Share, Tally, in_places, item_score, over_months
from pithead.kernel.periods import Period
from pithead.kernel.rounding import ZERO, out_of, to_cent
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import unit_names

BEST = 6  # how many are commended (domain 3.4)
FULL = Decimal(100)


@dataclass(frozen=True)
class OfficeHand:
    """One office over the span. `cells`: units × items × months it had to judge; `full` of them it took nothing from;
    `idle`: months in which it took nothing anywhere. `share`: of all points that were taken, in percent."""

    office: str
    cells: int
    full: int
    months: int
    idle: int
    points: Decimal
    share: Decimal

    @property
    def full_share(self) -> Decimal:
        return to_cent(FULL * self.full / self.cells) if self.cells else FULL

    @property
    def always_full(self) -> bool:
        return not self.points


@dataclass(frozen=True)
class FlatItem:
    """An item on which all units had the same score in every month."""

    code: str
    name: str
    score: Decimal
    full: Decimal


@dataclass(frozen=True)
class WithoutOffice:
    """The six best if one office had taken nothing: who would have come in, and who would have fallen out."""

    office: str
    stay: int
    come: tuple[str, ...]
    go: tuple[str, ...]


@dataclass(frozen=True)
class Fairness:
    standard: Standard
    period: Period
    settled: tuple[Period, ...]
    units: int
    offices: tuple[OfficeHand, ...]  # who took most first
    flat: tuple[FlatItem, ...]
    items: int
    best: tuple[str, ...]
    without: tuple[WithoutOffice, ...]  # who changes most first


def fairness(actor: Actor, mine: Unit, code: str, period: Period) -> Fairness | None:
    """None where no month of it is settled. Nine queries, whatever the size."""
    actor.require(Capability.FAIRNESS_VIEW, mine)
    cycles = settled_cycles(actor, mine, code, period.months())
    return _Study(mine, period, cycles).whole() if cycles else None


class Taken(NamedTuple):
    """What one office took from one unit on one item in one month."""

    cycle: int
    office: int
    item: int
    unit: int
    points: Decimal


class _Study:
    def __init__(self, mine: Unit, period: Period, cycles: Mapping[Period, Cycle]):
        self.mine, self.period, self.cycles = mine, period, cycles
        self.standard = list(cycles.values())[-1].standard
        self.ids = [cycle.pk for cycle in cycles.values()]
        self.names = unit_names(mine)
        self.clauses = self._clauses()
        self.offices = {office for offices in self.clauses.values() for office in offices}
        self.cells = self._cells()
        self.taken = self._taken()

    def whole(self) -> Fairness:
        months = _Months(self.cycles.values())
        best = months.best()
        without = [self._without(months, best, office) for office in self._taking()]
        return Fairness(
            standard=self.standard,
            period=self.period,
            settled=tuple(self.cycles),
            units=len(months.units),
            offices=tuple(sorted(self._hands(), key=lambda hand: (-hand.points, hand.office))),
            flat=tuple(self._flat()),
            items=len({row["item__code"] for row in self.cells}),
            best=tuple(self.names[unit] for unit in best),
            without=tuple(sorted(without, key=lambda one: (one.stay, one.office))),
        )

    # ── what is read ──
    def _clauses(self) -> dict[int, set[int]]:
        """item → the offices that judge it; linked items belong to nobody."""
        standards = {cycle.standard_id for cycle in self.cycles.values()}
        found: dict[int, set[int]] = defaultdict(set)
        linked = set()
        rows = ScoreClause.objects.filter(item__standard__in=standards).values_list("item", "office", "kind", "link")
        for item, office, kind, link in rows:
            found[item].add(office)
            if kind == ClauseKind.LINK and link:
                linked.add(item)
        return {item: offices for item, offices in found.items() if item not in linked}

    def _cells(self) -> list[dict[str, Any]]:
        """Every month × item: over how many units it was judged, and between which scores."""
        rows = ItemScore.objects.filter(cycle__in=self.ids, score__isnull=False).order_by("item__position")
        columns = ("cycle", "item", "item__code", "item__name", "item__full_marks", "item__position")
        grouped = rows.values(*columns).annotate(units=Count("pk"), low=Min("score"), high=Max("score"))
        return [row for row in grouped if row["item"] in self.clauses]

    def _taken(self) -> list[Taken]:
        """Every month × office × item × unit where something was taken."""
        rows = Entry.objects.filter(cycle__in=self.ids, kind=EntryKind.DEDUCTION, points__gt=0, item__in=self.clauses)
        sums = rows.order_by().values_list("cycle", "office", "item", "unit").annotate(points=Sum("points"))
        return [Taken(*row) for row in sums]

    # ── offices ──
    def _taking(self) -> list[int]:
        return sorted({row.office for row in self.taken})

    def _hands(self) -> Iterable[OfficeHand]:
        whole = sum((row.points for row in self.taken), ZERO)
        judged: dict[int, int] = defaultdict(int)
        for row in self.cells:
            for office in self.clauses[row["item"]]:
                judged[office] += row["units"]
        for office in self.offices:
            own = [row for row in self.taken if row.office == office]
            points = sum((row.points for row in own), ZERO)
            yield OfficeHand(
                office=self.names[office],
                cells=judged[office],
                full=max(judged[office] - len(own), 0),
                months=len(self.cycles),
                idle=len(self.cycles) - len({row.cycle for row in own}),
                points=to_cent(points),
                share=to_cent(FULL * points / whole) if whole else ZERO,
            )

    # ── items ──
    def _flat(self) -> Iterable[FlatItem]:
        by_code: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted(self.cells, key=lambda row: row["item__position"]):
            by_code[row["item__code"]].append(row)
        for code, rows in by_code.items():
            same = all(row["low"] == row["high"] for row in rows) and len({row["low"] for row in rows}) == 1
            if same and any(row["units"] > 1 for row in rows):
                yield FlatItem(code, rows[-1]["item__name"], rows[-1]["low"], rows[-1]["item__full_marks"])

    # ── the six best ──
    def _without(self, months: "_Months", best: Sequence[int], office: int) -> WithoutOffice:
        others = months.best([row for row in self.taken if row.office == office])
        return WithoutOffice(
            office=self.names[office],
            stay=len(set(best) & set(others)),
            come=tuple(self.names[unit] for unit in others if unit not in best),
            go=tuple(self.names[unit] for unit in best if unit not in others),
        )


class _Months:
    """The totals of the months, and what they would be with something given back. Second-order effects (what a branch gains
    because its section gains) are left out. Two queries."""

    def __init__(self, cycles: Iterable[Cycle]):
        self.cycles = {cycle.pk: cycle for cycle in cycles}
        last = list(self.cycles.values())[-1].standard
        self.aggregation, self.weights = last.aggregation, [Decimal(str(weight)) for weight in last.weights]
        self.order = list(self.cycles)
        rows = Result.objects.filter(cycle__in=self.cycles).order_by("unit__path")
        self.results = {(row.unit_id, row.cycle_id): row for row in rows}
        self.units = list(dict.fromkeys(unit for unit, _ in self.results))
        lost = ItemScore.objects.filter(cycle__in=self.cycles, score__isnull=False, lost__gt=0)
        cells = lost.values_list("unit", "cycle", "item", "lost", "score", "item__full_marks")
        self.lost = {
            (unit, cycle, item): (taken, score or ZERO, full) for unit, cycle, item, taken, score, full in cells
        }

    def best(self, given_back: Iterable[Taken] = ()) -> list[int]:
        """Those on the first six places; all who share the last of them."""
        gained: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
        for row in given_back:
            gained[row.unit, row.cycle] += self._gain((row.unit, row.cycle, row.item), row.points)
        rules = Rules(FULL, ZERO, ())
        valued = [Placed(Tally(unit, 0, Share()), None, ZERO, self._value(unit, gained), None) for unit in self.units]
        return [one.tally.unit_id for one in in_places(valued, rules) if one.rank and one.rank <= BEST]

    def _gain(self, cell: tuple[int, int, int], points: Decimal) -> Decimal:
        """What an item's score grows by; nothing where the item does not apply or a veto zeroed it."""
        if cell not in self.lost:
            return ZERO
        lost, score, full = self.lost[cell]
        zeroed = score < item_score(full, lost)
        return ZERO if zeroed else item_score(full, lost - points) - score

    def _value(self, unit: int, gained: Mapping[tuple[int, int], Decimal]) -> Decimal | None:
        totals = [self._total(unit, cycle, gained.get((unit, cycle), ZERO)) for cycle in self.order]
        return over_months(self.aggregation, totals, self.weights)

    def _total(self, unit: int, cycle: int, gain: Decimal) -> Decimal | None:
        result = self.results.get((unit, cycle))
        if result is None or not gain:
            return result.total if result else None
        base = sum((Decimal(full) for *_, full in result.shares), ZERO)
        normalised = out_of(result.raw + gain, base, self.cycles[cycle].standard.full_marks)
        return None if normalised is None else normalised + result.bonus

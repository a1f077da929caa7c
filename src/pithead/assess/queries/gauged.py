"""What figures cost: every clause that counts one, for every unit that takes part and has the item."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from pithead.assess.gauges import Gauge, measure_of
from pithead.assess.models import Cycle, EntryKind, ScoreClause
from pithead.assess.models.entries import gauge_key
from pithead.assess.queries.proposals import Proposal
from pithead.kernel.periods import Period
from pithead.kernel.rounding import plain
from pithead.measures.queries import Series, series
from pithead.measures.registry import Figure, Kind, Measure, measures
from pithead.org.queries import unit_names

BY_SYSTEM = "系统按指标算出"


@dataclass(frozen=True)
class Missing:
    """A clause for which some units have no figure: nobody has entered what it is made of."""

    clause: ScoreClause
    measure: Measure
    units: tuple[str, ...]


class Gauges:
    """Of one month, read once for however many clauses. A query for each measure of an open month, one where it is closed."""

    def __init__(self, cycle: Cycle, gauges: Sequence[tuple[ScoreClause, Gauge]], today: dt.date):
        is_over, self.day = today >= cycle.ends_on, min(today, cycle.ends_on)
        self.cycle, self.period = cycle, Period.parse(cycle.period)
        self.gauges = [(clause, gauge) for clause, gauge in gauges if is_over or not waits(gauge)]
        codes = {gauge.measure for _, gauge in self.gauges}
        self.figures: Series = series(cycle.mine, codes, [self.period], today) if codes else {}
        self.units = dict(cycle.participants.values_list("unit", "unit__code")) if codes else {}
        self.names: Mapping[int, str] = unit_names(cycle.mine) if codes else {}
        aside = cycle.entries.filter(kind=EntryKind.NOT_APPLICABLE) if codes else cycle.entries.none()
        self.aside = set(aside.values_list("unit", "item"))

    def proposals(self) -> Iterator[Proposal]:
        """Those that cost something."""
        for clause, gauge in self.gauges:
            measure = self._named(gauge)
            for unit, figure in self._of(clause, gauge):
                value = measure.value(figure)
                if value is None or figure is None:
                    continue
                points = gauge.costs(value, clause.points, clause.counting, clause.cap)
                if points:
                    yield self._proposal(clause, gauge, measure, unit, figure, points)

    def missing(self) -> list[Missing]:
        """Ratios that nobody can work out: what they are made of has not been entered for these units."""
        found = []
        for clause, gauge in self.gauges:
            measure = measure_of(gauge)
            units = [unit for unit, figure in self._of(clause, gauge) if measure.value(figure) is None]
            if measure.kind is Kind.RATIO and units:
                found.append(Missing(clause, self._named(gauge), tuple(self.names[unit] for unit in units)))
        return found

    def _named(self, gauge: Gauge) -> Measure:
        """As the mine calls it; of a practice it has not taken over nothing is late, and nothing needs a name."""
        return self._measures.get(gauge.measure) or measure_of(gauge)

    @cached_property
    def _measures(self) -> Mapping[str, Measure]:
        return {one.code: one for one in measures.of(self.cycle.mine)}

    def _of(self, clause: ScoreClause, gauge: Gauge) -> Iterable[tuple[int, Figure | None]]:
        figures = self.figures[gauge.measure, self.period]
        return ((unit, figures.get(unit)) for unit in self.units if (unit, clause.item_id) not in self.aside)

    def _proposal(
        self, clause: ScoreClause, gauge: Gauge, measure: Measure, unit: int, figure: Figure, points: Decimal
    ) -> Proposal:
        return Proposal(
            key=gauge_key(clause.code, unit),
            matter=None,
            unit_id=unit,
            unit_code=self.units[unit],
            unit_name=self.names[unit],
            clause=clause,
            points=points,
            reason=said(measure, figure, gauge),
            evidence=f"{BY_SYSTEM}：{measure.definition}"[:200],
            found_on=self.day,
        )


def waits(gauge: Gauge) -> bool:
    """What is to be reached within the month is judged when it is over; what must not happen costs as it happens."""
    return gauge.below is not None or bool(gauge.bands) or measure_of(gauge).stock


def said(measure: Measure, figure: Figure, gauge: Gauge) -> str:
    """The figure as a reason: “计划完成率 96.5%，低于 100%”, “班前会：逾期没做 3 次”."""
    words = f"{measure.label} {measure.words(figure)}{_unit(measure)}"
    if gauge.below is not None:
        return f"{words}，低于 {plain(gauge.below)}{_unit(measure)}"
    return f"{words}，高于 {plain(gauge.above)}{_unit(measure)}" if gauge.above else words


def _unit(measure: Measure) -> str:
    return measure.unit if measure.unit == "%" else f" {measure.unit}"

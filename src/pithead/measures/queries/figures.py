"""One answer for cockpit, score, command line and document: what a measure says of every unit in a period.

Closed months come as they were kept. Of open ones the rows are counted now, one query a measure. Longer periods are
their months put together; what counts each thing once is counted over the whole span.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import MONTHS_IN, Period
from pithead.kernel.periods import Kind as PeriodKind
from pithead.measures.models import Closing, Snapshot
from pithead.measures.registry import Asked, Figure, Kind, Measure, measures
from pithead.org.models import Unit
from pithead.org.queries import Answering, answering, calendar_of

Series = Mapping[tuple[str, Period], Mapping[int, Figure]]
_Found = dict[tuple[str, Period], dict[int, Figure]]


def figures(mine: Unit, code: str, period: Period, today: dt.date) -> Mapping[int, Figure]:
    """Unit id → figure, for every unit that has one; the mine's own is among them. KeyError: no such measure."""
    return series(mine, [code], [period], today)[code, period]


def series(
    mine: Unit,
    codes: Collection[str],
    periods: Sequence[Period],
    today: dt.date,
    *,
    units: Collection[int] | None = None,
    calendar: Calendar | None = None,
    closings: Mapping[Period, Closing] | None = None,
) -> Series:
    """(code, period) → unit id → figure. `units`: only theirs are read of what is kept. Closed periods take one query
    together, each open one a query a measure and two for who answers for whom; `calendar` saves four, `closings` of all the
    months one."""
    basic = measures.with_parts(codes)
    calendar = calendar or calendar_of(mine)
    kept, missing = _kept(mine, basic, periods, units, closings)
    for period in dict.fromkeys(period for _, period in missing):
        begun = calendar.bounds(period)[0] <= today
        wanted = [measures[code] for code, of in missing if of == period and (begun or measures[code].stock)]
        kept |= {(code, period): {} for code, of in missing if of == period}
        kept |= live(mine, wanted, period, today, calendar)
    whole = _put_together(kept, basic, periods)
    return {(code, period): _of(measures[code], period, whole) for code in codes for period in periods}


def live(
    mine: Unit, wanted: Iterable[Measure], period: Period, today: dt.date, calendar: Calendar
) -> dict[tuple[str, Period], dict[int, Figure]]:
    """What the rows say now, of measures that are computed. A query a measure, two more."""
    start, end = calendar.bounds(period)
    asked, owners = Asked(mine, start, end, today, calendar), answering(mine, start, end)
    return {(one.code, period): rolled(one, asked, owners) for one in wanted}


def counted_now(mine: Unit, code: str, period: Period, today: dt.date, calendar: Calendar) -> Mapping[int, Figure]:
    """What the rows of a closed period say today, whatever was kept of it. Not for periods of several spans."""
    whole = live(mine, measures.with_parts([code]), period, today, calendar)
    return _of(measures[code], period, whole)


def rolled(measure: Measure, asked: Asked, owners: Answering) -> dict[int, Figure]:
    """The facts of each unit in the figures of all that answer for it."""
    assert measure.source is not None, measure.code
    rows = measure.source(asked).by_unit()
    if measure.kind is Kind.DISTINCT:
        things: dict[int, set[Any]] = defaultdict(set)
        for unit, key, _ in rows:
            for owner in owners.get(unit, ()):
                things[owner].add(key)
        return {unit: Figure(Decimal(len(found))) for unit, found in things.items()}
    found: dict[int, Figure] = {}
    for unit, num, den in rows:
        figure = Figure(Decimal(num or 0), Decimal(den or 0) if measure.kind is Kind.RATIO else None)
        for owner in owners.get(unit, ()):
            found[owner] = _joined(measure.kind, found.get(owner), figure)
    return found


def months_of(period: Period) -> tuple[Period, ...]:
    """What a period is put together from: months; of shorter ones itself."""
    return period.months() if period.kind in MONTHS_IN else (period,)


def closed_periods(mine: Unit, periods: Iterable[Period]) -> dict[Period, Closing]:
    """One query."""
    rows = Closing.objects.filter(mine=mine, period__in=[str(period) for period in periods])
    return {Period.parse(row.period): row for row in rows}


def spans_of(measure: Measure, period: Period) -> tuple[Period, ...]:
    """What a figure is put together from."""
    if measure.kind is Kind.DISTINCT:
        return (period,)
    return months_of(period)[-1:] if measure.stock else months_of(period)


def _kept(
    mine: Unit,
    basic: Sequence[Measure],
    periods: Sequence[Period],
    units: Collection[int] | None,
    closings: Mapping[Period, Closing] | None,
) -> tuple[_Found, list[tuple[str, Period]]]:
    """What closed periods say, and what is not there. Two queries."""
    wanted = list(
        dict.fromkeys((one.code, span) for one in basic for period in periods for span in spans_of(one, period))
    )
    if closings is None:
        closings = closed_periods(mine, {span for _, span in wanted})
    kept: _Found = {(code, span): {} for code, span in wanted if span in closings and code in closings[span].measures}
    if kept:
        rows = Snapshot.objects.filter(
            mine=mine, period__in={str(span) for _, span in kept}, measure__in={code for code, _ in kept}
        )
        rows = rows if units is None else rows.filter(unit__in=units)
        spans = {str(span): span for _, span in kept}
        for code, period, unit, num, den in rows.values_list("measure", "period", "unit", "num", "den"):
            if (code, spans[period]) in kept:
                kept[code, spans[period]][unit] = Figure(num, den)
    return kept, [one for one in wanted if one not in kept]


def _put_together(found: _Found, basic: Sequence[Measure], periods: Sequence[Period]) -> _Found:
    whole: _Found = {}
    for one in basic:
        for period in periods:
            spans = spans_of(one, period)
            figures: dict[int, Figure] = dict(found[one.code, spans[0]])
            for span in spans[1:]:
                for unit, figure in found[one.code, span].items():
                    figures[unit] = _joined(one.kind, figures.get(unit), figure)
            whole[one.code, period] = figures
    return whole


def _of(measure: Measure, period: Period, whole: _Found) -> dict[int, Figure]:
    if measure.parts is None:
        return whole[measure.code, period]
    over, under = (whole[part, period] for part in measure.parts)
    zero = Figure(Decimal(0))
    return {unit: Figure(over.get(unit, zero).num, under.get(unit, zero).num) for unit in over.keys() | under.keys()}


def _joined(kind: Kind, one: Figure | None, other: Figure) -> Figure:
    if one is None:
        return other
    return Figure(max(one.num, other.num)) if kind is Kind.MAX else one + other


def ends_with(month: Period) -> list[Period]:
    """The longer periods whose last month it is."""
    longer = [month.within(kind) for kind in (PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)]
    return [period for period in longer if period.months()[-1] == month]

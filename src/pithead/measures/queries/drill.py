"""One figure with all that explains it: how it was before, what it was in the units below and in the months, and whether it
is closed. The figures are those of `series`, as everywhere else.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind as PeriodKind
from pithead.kernel.periods import Period
from pithead.kernel.rounding import plain
from pithead.measures.models import Closing
from pithead.measures.queries.figures import Series, closed_periods, counted_now, series, spans_of
from pithead.measures.registry import Better, Figure, Kind, Measure, measures
from pithead.org.access import Actor, Capability
from pithead.org.models import Serves, Unit, UnitKind
from pithead.org.models.units import PARTY_KINDS, UnitQuerySet

KINDS = (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR)
ADDED = (Kind.SUM, Kind.RATIO)


@dataclass(frozen=True)
class Before:
    """The same figure of another time, and what has changed since. `tone`: up is better, down is worse."""

    label: str
    period: Period
    words: str
    change: str
    tone: str


@dataclass(frozen=True)
class MonthCell:
    period: Period
    words: str
    value: Decimal | None
    closed: bool


@dataclass(frozen=True)
class BelowLine:
    """A unit below. `now`: what the rows say today, where that is not what was kept."""

    unit: Unit
    words: str
    halves: str
    now: str = ""


@dataclass(frozen=True)
class Rest:
    """What counts for none of the units below."""

    words: str
    halves: str


@dataclass(frozen=True)
class Half:
    """What a ratio is divided by, or what is divided; `measure` where it is a figure of its own."""

    label: str
    words: str
    measure: Measure | None = None


@dataclass(frozen=True)
class Drill:
    """`rest`: None where there is none, or where the units below overlap (`merged`). `now`: what the rows say today, where that
    is not what was kept."""

    measure: Measure
    unit: Unit
    period: Period
    figure: Figure | None
    before: tuple[Before, ...]
    months: tuple[MonthCell, ...]
    below: tuple[BelowLine, ...]
    rest: Rest | None
    merged: tuple[str, ...]
    halves: tuple[Half, ...]
    closed: tuple[Closing, ...]
    now: str
    running: bool

    @property
    def words(self) -> str:
        return self.measure.words(self.figure)

    @property
    def course(self) -> list[Decimal | None]:
        return [month.value for month in self.months]

    @property
    def is_late(self) -> bool:
        return any(line.now for line in self.below)


def drill(mine: Unit, measure: Measure, unit: Unit, period: Period, today: dt.date, calendar: Calendar) -> Drill:
    """Six queries where everything is closed; each month that is not costs one a measure and two more."""
    months = [month for month in _year_of(period).months() if calendar.bounds(month)[0] <= today]
    others = _others(period)
    below = _below(unit, calendar.bounds(period))
    wanted = list(dict.fromkeys([period, *others.values(), *months]))
    found = series(mine, [measure.code], wanted, today, units=[unit.pk, *(one.pk for one in below)], calendar=calendar)
    at = {one: found[measure.code, one] for one in wanted}
    closings = _closed(mine, measure, [*months, *spans_of(measure, period)])
    now = counted_now(mine, measure.code, period, today, calendar) if period in closings else None
    figure = at[period].get(unit.pk)
    merged = _merged(unit, calendar.bounds(period)) if below else ()
    return Drill(
        measure=measure,
        unit=unit,
        period=period,
        figure=figure,
        before=tuple(_before(measure, figure, label, one, at[one].get(unit.pk)) for label, one in others.items()),
        months=tuple(_cell(measure, month, at[month].get(unit.pk), closings) for month in months),
        below=tuple(_line(measure, one, at[period], now) for one in below),
        rest=_rest(measure, figure, unit, [at[period].get(one.pk) for one in below]) if below and not merged else None,
        merged=merged,
        halves=_halves(mine, measure, figure),
        closed=tuple(closings[span] for span in spans_of(measure, period) if span in closings),
        now=_differs(measure, unit, at[period], now),
        running=calendar.bounds(period)[1] >= today,
    )


def page_units(actor: Actor, mine: Unit) -> UnitQuerySet:
    """The units of a mine whose figures somebody may see."""
    return actor.scope(Capability.FIGURE_VIEW).units(Unit.objects.of_mine(mine))


def own_units(actor: Actor, mine: Unit) -> list[Unit]:
    """Where somebody begins to read: the mine, or the highest units in reach, those of the administrative line first. One
    query."""
    scope = actor.scope(Capability.FIGURE_VIEW)
    if scope.covers(mine):
        return [mine]
    found = Unit.objects.of_mine(mine).filter(path__in=scope.paths).order_by("path")
    return sorted(found, key=lambda unit: unit.kind in PARTY_KINDS)


# ── other times ──
def _year_of(period: Period) -> Period:
    return period.within(PeriodKind.YEAR)


def _others(period: Period) -> dict[str, Period]:
    """What one compares with."""
    names = {PeriodKind.MONTH: "上月", PeriodKind.QUARTER: "上季", PeriodKind.HALF: "上个半年", PeriodKind.YEAR: "上年"}
    told = {names[period.kind]: period.previous()}
    if period.kind is not PeriodKind.YEAR:
        told["去年同期"] = Period(period.kind, period.year - 1, period.number)
    return told


def _before(measure: Measure, now: Figure | None, label: str, period: Period, then: Figure | None) -> Before:
    value, other = measure.value(now), measure.value(then)
    if value is None or other is None:
        return Before(label, period, measure.words(then), "", "")
    moved = round(value, measure.places) - round(other, measure.places)
    if not moved:
        return Before(label, period, measure.words(then), "持平", "")
    better = {Better.HIGHER: moved > 0, Better.LOWER: moved < 0}.get(measure.better)
    tone = "" if better is None else "up" if better else "down"
    return Before(label, period, measure.words(then), f"{'+' if moved > 0 else '−'}{plain(abs(moved))}", tone)


def _cell(measure: Measure, month: Period, figure: Figure | None, closings: Mapping[Period, Closing]) -> MonthCell:
    return MonthCell(month, measure.words(figure), measure.value(figure), month in closings)


# ── what is below ──
def _below(unit: Unit, bounds: tuple[dt.date, dt.date]) -> list[Unit]:
    """Children in force in the span, offices last, and what a branch serves at its end. A query, of a branch two."""
    start, end = bounds
    rows = Unit.objects.filter(parent=unit, opened_on__lte=end).exclude(closed_on__lt=start)
    if unit.kind not in PARTY_KINDS:
        rows = rows.exclude(kind__in=PARTY_KINDS)
    found = sorted(rows.order_by("position", "path"), key=lambda one: one.kind == UnitKind.OFFICE)
    if unit.kind == UnitKind.BRANCH:
        served = Serves.objects.on(end).filter(server=unit).select_related("unit").order_by("unit__path")
        found += [one.unit for one in served]
    return found


def _merged(unit: Unit, bounds: tuple[dt.date, dt.date]) -> tuple[str, ...]:
    """Units that became others within the span: what they did counts in both. One query."""
    rows = Unit.objects.filter(mine=unit.mine_id, predecessor__closed_on__range=bounds)
    inside = Q(path__startswith=unit.path) | Q(predecessor__path__startswith=unit.path)
    return tuple(f"{one.predecessor}并入{one}" for one in rows.filter(inside).select_related("predecessor"))


def _line(measure: Measure, unit: Unit, kept: Mapping[int, Figure], now: Mapping[int, Figure] | None) -> BelowLine:
    figure = kept.get(unit.pk)
    return BelowLine(unit, measure.words(figure), halves_in_words(figure), _differs(measure, unit, kept, now))


def _rest(measure: Measure, whole: Figure | None, unit: Unit, parts: Iterable[Figure | None]) -> Rest | None:
    """Where units are parts: of the mine its own people and the party's, of a section what no crew did."""
    if measure.kind not in ADDED or whole is None or unit.kind in PARTY_KINDS:
        return None
    for part in parts:
        whole = whole - part if part else whole
    return Rest(measure.words(whole), halves_in_words(whole)) if whole.num or whole.den else None


def halves_in_words(figure: Figure | None) -> str:
    """12 / 15."""
    halves = (figure.num, figure.den) if figure else ()
    return " / ".join(plain(round(half, 2)) for half in halves if half is not None)


# ── what it is made of ──
def _halves(mine: Unit, measure: Measure, figure: Figure | None) -> tuple[Half, ...]:
    if measure.kind is not Kind.RATIO or figure is None or figure.den is None:
        return ()
    words = [plain(round(half, 2)) for half in (figure.num, figure.den)]
    if measure.parts is None:
        return tuple(Half(label, said) for label, said in zip(("分子", "分母"), words, strict=True))
    parts = [_called(mine, code) for code in measure.parts]
    return tuple(Half(one.label, said, one) for one, said in zip(parts, words, strict=True))


def _called(mine: Unit, code: str) -> Measure:
    """A half may be of a practice that this mine does not have: then nothing counts in it."""
    try:
        return measures.named(mine, code)
    except KeyError:
        return measures[code]


# ── what arrived late ──
def _closed(mine: Unit, measure: Measure, periods: Iterable[Period]) -> dict[Period, Closing]:
    """Those that were closed with this measure in them. One query."""
    codes = {one.code for one in measures.with_parts([measure.code])}
    return {one: closing for one, closing in closed_periods(mine, periods).items() if codes <= {*closing.measures}}


def _differs(measure: Measure, unit: Unit, kept: Mapping[int, Figure], now: Mapping[int, Figure] | None) -> str:
    if now is None or _plain(kept.get(unit.pk)) == _plain(now.get(unit.pk)):
        return ""
    figure = now.get(unit.pk)
    if figure is None or figure.den is None:
        return measure.words(figure)
    return f"{measure.words(figure)}（{halves_in_words(figure)}）"


def _plain(figure: Figure | None) -> tuple[Decimal, Decimal]:
    """Nothing counted is no row; three places are kept."""
    halves = (figure.num, figure.den or Decimal(0)) if figure else (Decimal(0), Decimal(0))
    return round(halves[0], 3), round(halves[1], 3)


# ── the same as a table ──
@dataclass(frozen=True)
class FigureTable:
    """A measure by unit and month, with the year as a whole."""

    measure: Measure
    columns: tuple[Period, ...]
    rows: tuple[tuple[Unit, tuple[Decimal | None, ...]], ...]


def figure_table(
    mine: Unit, measure: Measure, units: Sequence[Unit], period: Period, today: dt.date, calendar: Calendar
) -> FigureTable:
    """The months of its year that have begun, then the year."""
    year = _year_of(period)
    columns = [month for month in year.months() if calendar.bounds(month)[0] <= today] + [year]
    ids = [unit.pk for unit in units]
    found: Series = series(mine, [measure.code], columns, today, units=ids, calendar=calendar)
    rows = ((unit, tuple(measure.value(found[measure.code, one].get(unit.pk)) for one in columns)) for unit in units)
    return FigureTable(measure, tuple(columns), tuple(rows))

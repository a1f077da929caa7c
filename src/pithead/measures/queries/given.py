"""Figures from outside as pages show them: what is still waited for, one quantity by unit and time, the history of one figure."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Min

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.measures.models import Given
from pithead.measures.quantities import Every, Quantity
from pithead.measures.queries.quantities import Quantities, entered_by, may_enter, offices_of
from pithead.org.access import Actor, Scope
from pithead.org.models import Unit, UnitKind, ids_of
from pithead.org.queries import unit_names

ONE_DAY = dt.timedelta(days=1)
TABLE_KINDS = (UnitKind.MINE, UnitKind.SECTION, UnitKind.CREW)


def first_day(mine: Unit) -> dt.date | None:
    """Of the earliest figure."""
    first: dt.date | None = Given.objects.filter(mine=mine).aggregate(first=Min("day"))["first"]
    return first


# ── what is still waited for ──
@dataclass(frozen=True)
class Waiting:
    """Of a quantity in a month: how many figures there should be by now, how many there are, and whose are missing.
    `expected` 0: it is given only when something happened."""

    quantity: Quantity
    expected: int
    given: int
    missing: tuple[str, ...]
    mine_to_enter: bool

    @property
    def is_done(self) -> bool:
        return self.expected <= self.given


@dataclass(frozen=True)
class OfficeWaiting:
    """An office and what is its to enter."""

    name: str
    lines: tuple[Waiting, ...]
    own: bool

    @property
    def open(self) -> int:
        return sum(not line.is_done for line in self.lines)


def waiting(
    actor: Actor, mine: Unit, quantities: Quantities, calendar: Calendar, month: Period, today: dt.date
) -> list[OfficeWaiting]:
    """By the office in charge; what the reader enters comes first. Three queries."""
    start, end = calendar.bounds(month)
    offices, days = offices_of(mine), max((min(end, today) - start).days + 1, 0)
    units = _in_force(mine, start, end)
    have = _days_given(mine, start, end)
    groups: dict[str, list[Waiting]] = defaultdict(list)
    for quantity in quantities.values():
        wanted = [unit for unit in units if quantity.waits_for(unit.kind, unit.specialty)]
        times = days if quantity.every is Every.DAY else 1
        whole = have.get((quantity.code, -mine.pk), 0)  # the mine's as a whole stands for all
        there = {unit.pk: min(max(have.get((quantity.code, unit.pk), 0), whole), times) for unit in wanted}
        missing = tuple(unit.name for unit in wanted if there[unit.pk] < times)
        counts = len(wanted) * times, sum(there.values())
        line = Waiting(quantity, *counts, missing, may_enter(actor, quantity, mine, offices))
        groups[entered_by(quantity, offices).split("、")[0]].append(line)
    told = [
        OfficeWaiting(name, tuple(lines), any(one.mine_to_enter for one in lines)) for name, lines in groups.items()
    ]
    return sorted(told, key=lambda one: not one.own)


def _in_force(mine: Unit, start: dt.date, end: dt.date) -> list[Unit]:
    units = Unit.objects.of_mine(mine).filter(kind__in=TABLE_KINDS, opened_on__lte=end).exclude(closed_on__lt=start)
    return list(units.order_by("path"))


def _days_given(mine: Unit, start: dt.date, end: dt.date) -> dict[tuple[str, int], int]:
    """(quantity, unit) → on how many days it has a figure: its own, or one below it. One query."""
    rows = Given.objects.current().filter(mine=mine, day__range=(start, end))
    have: dict[tuple[str, int], int] = defaultdict(int)
    found = rows.values_list("quantity", "unit", "unit__path").annotate(days=Count("day", distinct=True))
    for code, own, path, days in found:
        have[code, -own] = days  # exactly this unit's
        for unit in ids_of(path):
            have[code, unit] = max(have[code, unit], days)
    return have


# ── one quantity by unit and time ──
@dataclass(frozen=True)
class Cell:
    """`pk`: the figure, of several shifts the first; they are added. `turns` above 1: it was corrected."""

    words: str
    pk: int = 0
    turns: int = 0


@dataclass(frozen=True)
class TableRow:
    unit: Unit
    name: str
    cells: tuple[Cell, ...]
    total: str


@dataclass(frozen=True)
class FigureTable:
    """`columns`: days of a month, or months of a year, each with what stands above it."""

    quantity: Quantity
    period: Period
    columns: tuple[Period, ...]
    rows: tuple[TableRow, ...]
    total: str


def figure_table(
    mine: Unit, quantity: Quantity, period: Period, calendar: Calendar, scope: Scope, *, under: Unit | None = None
) -> FigureTable:
    """Units that have a figure, and those that are waited for. Three queries."""
    start, end = calendar.bounds(period)
    columns = _columns(quantity, period, start, end)
    rows = Given.objects.current().filter(mine=mine, quantity=quantity.code, day__range=(start, end))
    rows = scope.units(rows, "unit__path")
    if under is not None:
        rows = rows.filter(unit__path__startswith=under.path)
    found: dict[int, dict[Period, list[Given]]] = defaultdict(lambda: defaultdict(list))
    kind = columns[0].kind
    for row in rows.order_by("shift"):
        found[row.unit_id][calendar.period_of(row.day, kind)].append(row)
    names = unit_names(mine)
    told = [
        _table_row(quantity, unit, names[unit.pk], [found[unit.pk][column] for column in columns])
        for unit in _in_force(mine, start, end)
        if unit.pk in found or _is_waited_for(quantity, unit, scope, under)
    ]
    every = [row for of in found.values() for cells in of.values() for row in cells]
    return FigureTable(quantity, period, columns, tuple(told), _joined(quantity, every))


def _is_waited_for(quantity: Quantity, unit: Unit, scope: Scope, under: Unit | None) -> bool:
    inside = under is None or unit.path.startswith(under.path)
    return inside and scope.covers(unit) and quantity.waits_for(unit.kind, unit.specialty)


def _columns(quantity: Quantity, period: Period, start: dt.date, end: dt.date) -> tuple[Period, ...]:
    if quantity.every is Every.DAY and period.kind is Kind.MONTH:
        return tuple(Period.day(start + day * ONE_DAY) for day in range((end - start).days + 1))
    return period.months()


def _table_row(quantity: Quantity, unit: Unit, name: str, cells: Sequence[list[Given]]) -> TableRow:
    told = tuple(_cell(quantity, rows) for rows in cells)
    return TableRow(unit, name, told, _joined(quantity, [row for rows in cells for row in rows]))


def _cell(quantity: Quantity, rows: list[Given]) -> Cell:
    if not rows:
        return Cell("")
    return Cell(_joined(quantity, rows), rows[0].pk, max(row.turn for row in rows))


def _joined(quantity: Quantity, rows: Iterable[Given]) -> str:
    values = [row.value for row in rows if row.value is not None]
    if not values:
        return ""
    total = sum(values, Decimal(0))
    return quantity.words(total / len(values) if quantity.kind == "mean" else total)


# ── one figure ──
def history(given: Given) -> list[Given]:
    """All that was ever said of it, the latest first. One query."""
    same = {"mine": given.mine, "quantity": given.quantity, "day": given.day, "unit": given.unit, "shift": given.shift}
    return list(Given.objects.filter(**same).order_by("-turn"))


def other_shifts(given: Given) -> list[Given]:
    """Of the same day. One query."""
    same = {"mine": given.mine, "quantity": given.quantity, "day": given.day, "unit": given.unit}
    rows = Given.objects.current().filter(**same).exclude(shift__in=("", given.shift)).order_by("shift")
    return list(rows) if given.shift else []


def to_enter(
    mine: Unit, quantity: Quantity, day: dt.date, start: dt.date, shift: str
) -> list[tuple[Unit, str, Given | None]]:
    """Units that may have a figure on a day, with their names and what stands; crews only where they have one already. Three queries."""
    rows = Given.objects.current().filter(mine=mine, quantity=quantity.code, day=day)
    standing = {(row.unit_id, row.shift): row for row in rows}
    having = {unit for unit, _ in standing}
    names = unit_names(mine)
    return [
        (unit, names[unit.pk], standing.get((unit.pk, shift)))
        for unit in _in_force(mine, start, day)
        if unit.pk in having or _is_offered(quantity, unit)
    ]


def _is_offered(quantity: Quantity, unit: Unit) -> bool:
    fits = not quantity.specialties or unit.specialty in quantity.specialties
    return unit.kind == UnitKind.SECTION and unit.kind in quantity.about and fits


def waited_for(mine: Unit, quantities: Iterable[Quantity], start: dt.date, end: dt.date) -> list[tuple[Unit, str]]:
    """Units of which at least one of these is waited for, with their names. Two queries."""
    names, wanted = unit_names(mine), list(quantities)
    return [
        (unit, names[unit.pk])
        for unit in _in_force(mine, start, end)
        if any(one.waits_for(unit.kind, unit.specialty) or _is_offered(one, unit) for one in wanted)
    ]

"""Which office was where in which month, what was raised there, what is solved. Counts, and the records behind a cell."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind
from pithead.practices.models import Per, Record, RecordMatter
from pithead.practices.queries.customs import Custom, homes
from pithead.practices.queries.duties import Question, duty_rows

SOLVED = Q(issue__closed_at__isnull=False)
Key = tuple[int, int, Period]  # office, section, month


@dataclass
class Cell:
    """`owed` less `done` is missing; of a month that is over, for good. Visits may be more than were owed."""

    period: Period
    is_past: bool
    is_ahead: bool
    owed: int = 0
    done: int = 0
    visits: int = 0
    raised: int = 0
    solved: int = 0

    @property
    def word(self) -> str:
        if self.visits:
            return f"{self.visits} 次"
        if not self.owed or self.is_ahead:
            return ""
        return "没去" if self.is_past else "还没去"

    @property
    def tone(self) -> str:
        if self.done >= self.owed:
            return "good" if self.visits else ""
        return "accent" if self.is_past else "warn"


@dataclass(frozen=True)
class Line:
    office: Unit
    section: Unit
    cells: tuple[Cell, ...]

    @property
    def raised(self) -> int:
        return sum(cell.raised for cell in self.cells)

    @property
    def solved(self) -> int:
        return sum(cell.solved for cell in self.cells)


def liaison(
    actor: Actor, mine: Unit, custom: Custom, calendar: Calendar, half: Period, today: dt.date
) -> tuple[Line, ...]:
    """The months of a half year, as far as the actor's sight of duties reaches."""
    months = half.months()
    start, end = calendar.bounds(half)
    paths = actor.scope(Capability.DUTY_VIEW).paths
    units = _units(mine)
    sections = homes(units, (UnitKind.SECTION,))
    cells = _Cells(calendar, months, today)
    quotas = {quota.pk for quota in custom.quotas if quota.per == Per.PAIR}
    for row in duty_rows(Question(mine, start, end, today, paths, practice_id=custom.pk)):
        if row.quota_id in quotas:
            cell = cells.of(row.unit_id, row.about_id, row.due)
            cell.owed, cell.done = cell.owed + row.expected, cell.done + row.done
    seen = _records(mine, custom, start, end, paths)
    for office, unit, day, count in seen.values_list("performer_unit", "unit", "happened_on").annotate(Count("pk")):
        if unit in sections:
            cells.of(office, sections[unit], day).visits += count
    for office, unit, day, raised, solved in _matters(seen):
        if unit in sections:
            cell = cells.of(office, sections[unit], day)
            cell.raised, cell.solved = cell.raised + raised, cell.solved + solved
    return _lines(units, cells.found)


class _Cells:
    def __init__(self, calendar: Calendar, months: tuple[Period, ...], today: dt.date):
        self._calendar, self._current = calendar, calendar.period_of(today, Kind.MONTH)
        self._months = months
        self.found: dict[tuple[int, int], dict[Period, Cell]] = defaultdict(self._blank)

    def _blank(self) -> dict[Period, Cell]:
        return {month: Cell(month, month < self._current, month > self._current) for month in self._months}

    def of(self, office: int, section: int, day: dt.date) -> Cell:
        return self.found[office, section][self._calendar.period_of(day, Kind.MONTH)]


def _units(mine: Unit) -> dict[int, Unit]:
    kinds = (UnitKind.OFFICE, UnitKind.SECTION, UnitKind.CREW)
    return {unit.pk: unit for unit in Unit.objects.of_mine(mine).filter(kind__in=kinds)}


def _records(mine: Unit, custom: Custom, start: dt.date, end: dt.date, paths: Iterable[str]) -> "QuerySet[Record]":
    reach = Q(pk__in=())
    for path in paths:
        reach |= Q(unit__path__startswith=path) | Q(performer_unit__path__startswith=path)
    rows: QuerySet[Record] = Record.objects.current().filter(
        reach, mine=mine, practice=custom.pk, happened_on__range=(start, end), performer_unit__kind=UnitKind.OFFICE
    )
    return rows.order_by()


def _matters(seen: "QuerySet[Record]") -> Iterable[tuple[int, int, dt.date, int, int]]:
    rows = RecordMatter.objects.filter(record__in=seen).order_by()
    grouped = rows.values_list("record__performer_unit", "record__unit", "record__happened_on")
    return grouped.annotate(raised=Count("pk"), solved=Count("pk", filter=SOLVED))


def _lines(units: dict[int, Unit], found: dict[tuple[int, int], dict[Period, Cell]]) -> tuple[Line, ...]:
    lines = [
        Line(units[office], units[section], tuple(cells.values()))
        for (office, section), cells in found.items()
        if office in units and section in units
    ]
    return tuple(sorted(lines, key=lambda line: (line.office.position, line.office.path, line.section.path)))


@dataclass(frozen=True)
class Visit:
    record: Record
    raised: int
    solved: int


def visits(
    actor: Actor, mine: Unit, custom: Custom, bounds: tuple[dt.date, dt.date], office: Unit, section: Unit
) -> tuple[Visit, ...]:
    """What one cell counts, as far as the reader may open it; the latest first."""
    rows = Record.objects.visible_to(actor).current().select_related("unit", "place")
    rows = rows.filter(mine=mine, practice=custom.pk, performer_unit=office, happened_on__range=bounds)
    counted = rows.filter(unit__path__startswith=section.path).annotate(
        raised=Count("matters"), solved=Count("matters", filter=Q(matters__issue__closed_at__isnull=False))
    )
    return tuple(Visit(record, record.raised, record.solved) for record in counted.order_by("-happened_at"))

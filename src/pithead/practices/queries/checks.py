"""The inspection calendar: which sections the mine checks in which week, done and planned, and where it is too much."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.org.access import Actor, Capability, system
from pithead.org.models import Unit, UnitKind
from pithead.practices.models import Confidentiality, PlannedCheck, Practice, Record
from pithead.practices.queries.customs import Custom, homes

MOST = 1  # checks by the mine of one section in a week; those for safety are not counted


@dataclass(frozen=True)
class Check:
    """Planned, or done: then `record`, as far as the reader may open it. `counts`: it is not for safety."""

    on: dt.date
    title: str
    office: Unit
    counts: bool
    planned: PlannedCheck | None = None
    record: Record | None = None
    may_cancel: bool = False

    @property
    def is_done(self) -> bool:
        return self.planned is None


@dataclass(frozen=True)
class Cell:
    week: Period
    checks: tuple[Check, ...]

    @property
    def monday(self) -> dt.date:
        return dt.date.fromisocalendar(self.week.year, self.week.number, 1)

    @property
    def sunday(self) -> dt.date:
        return self.monday + dt.timedelta(days=6)

    @property
    def number(self) -> int:
        return sum(check.counts for check in self.checks)

    @property
    def is_crowded(self) -> bool:
        return self.number > MOST


@dataclass(frozen=True)
class Line:
    section: Unit
    cells: tuple[Cell, ...]


def checking(found: Iterable[Custom]) -> list[Custom]:
    return [custom for custom in found if custom.asked.get("check") and not custom.is_private]


def calendar_of_checks(
    actor: Actor, mine: Unit, found: Sequence[Custom], calendar: Calendar, weeks: Sequence[Period]
) -> tuple[Line, ...]:
    """The sections in reach. Four queries."""
    sections, top = _sections(actor, mine)
    done = _done(actor, mine, found, calendar, weeks, top)
    planned = _planned(actor, mine, found, calendar, weeks)
    lines = []
    for pk, section in sections.items():
        cells = tuple(Cell(week, _together(done[pk, week], planned[pk, week])) for week in weeks)
        lines.append(Line(section, cells))
    return tuple(lines)


def others_that_week(
    mine: Unit,
    found: Sequence[Custom],
    calendar: Calendar,
    *,
    practice: Practice,
    office: Unit,
    unit: Unit,
    on: dt.date,
) -> tuple[Check, ...]:
    """What a check to be planned would be too many beside; nothing when it is for safety, or stands there already."""
    custom = next((one for one in found if one.pk == practice.pk), None)
    if custom is None or not _counts(custom):
        return ()
    lines = calendar_of_checks(system(mine), mine, found, calendar, [calendar.period_of(on, Kind.WEEK)])
    there = next((line.cells[0].checks for line in lines if line.section.pk == unit.pk), ())
    if any((check.title, check.office, check.on) == (custom.title, office, on) for check in there):
        return ()
    others = tuple(check for check in there if check.counts)
    return others if len(others) >= MOST else ()


Checks = dict[tuple[int, Period], list[Check]]


def _sections(actor: Actor, mine: Unit) -> tuple[dict[int, Unit], dict[int, int]]:
    kinds = (UnitKind.SECTION, UnitKind.CREW)
    units = {unit.pk: unit for unit in Unit.objects.of_mine(mine).filter(kind__in=kinds).order_by("position", "path")}
    reach = actor.scope(Capability.DUTY_VIEW).paths
    shown = {
        pk: unit
        for pk, unit in units.items()
        if unit.kind == UnitKind.SECTION and unit.closed_on is None and unit.path.startswith(reach)
    }
    return shown, homes(units, (UnitKind.SECTION,))


def _done(
    actor: Actor, mine: Unit, found: Sequence[Custom], calendar: Calendar, weeks: Sequence[Period], top: dict[int, int]
) -> Checks:
    checks: Checks = defaultdict(list)
    days = calendar.bounds(weeks[0])[0], calendar.bounds(weeks[-1])[1]
    kinds = {custom.pk: custom for custom in found}
    rows = Record.objects.current().filter(mine=mine, practice__in=list(kinds), happened_on__range=days)
    seen = set(rows.visible_to(actor).values_list("pk", flat=True))
    for record in rows.select_related("performer_unit").order_by("happened_on", "pk"):
        section = top.get(record.unit_id)
        if section is not None:
            custom = kinds[record.practice_id]
            shown = record if record.pk in seen and custom.version.confidentiality == Confidentiality.OPEN else None
            check = Check(record.happened_on, custom.title, record.performer_unit, _counts(custom), record=shown)
            checks[section, calendar.period_of(record.happened_on, Kind.WEEK)].append(check)
    return checks


def _planned(actor: Actor, mine: Unit, found: Sequence[Custom], calendar: Calendar, weeks: Sequence[Period]) -> Checks:
    checks: Checks = defaultdict(list)
    days = calendar.bounds(weeks[0])[0], calendar.bounds(weeks[-1])[1]
    kinds = {custom.pk: custom for custom in found}
    rows = PlannedCheck.objects.filter(mine=mine, practice__in=list(kinds), on__range=days).select_related("office")
    for plan in rows.order_by("on", "pk"):
        custom = kinds[plan.practice_id]
        may = actor.can(Capability.CHECK_PLAN, plan.office)
        check = Check(plan.on, custom.title, plan.office, _counts(custom), planned=plan, may_cancel=may)
        checks[plan.unit_id, calendar.period_of(plan.on, Kind.WEEK)].append(check)
    return checks


def _counts(custom: Custom) -> bool:
    return custom.asked.get("check") == "mine"


def _together(done: Sequence[Check], planned: Sequence[Check]) -> tuple[Check, ...]:
    """What was planned and then done in the same week is one check."""
    left = [(check.title, check.office) for check in done]
    waiting = []
    for check in planned:
        if (check.title, check.office) in left:
            left.remove((check.title, check.office))
        else:
            waiting.append(check)
    return tuple(sorted([*done, *waiting], key=lambda check: check.on))


def offices_planning(actor: Actor, mine: Unit) -> list[Unit]:
    """Whose checks the actor may plan. One query."""
    reach = Q(pk__in=())
    for path in actor.scope(Capability.CHECK_PLAN).paths:
        reach |= Q(path__startswith=path)
    units = Unit.objects.of_mine(mine).filter(reach, kind=UnitKind.OFFICE, closed_on=None)
    return list(units.order_by("position", "path"))

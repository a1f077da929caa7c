"""Shift systems of a mine, what its forms call the shifts, and who works which."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch

from pithead.org.models import CrewShift, Shift, ShiftSystem, Unit, UnitKind
from pithead.org.queries.directory import normal


@dataclass(frozen=True)
class ShiftLine:
    """A section or crew and what it works on a date; None where nothing is assigned."""

    unit: Unit
    assigned: CrewShift | None


def shift_systems(mine: Unit) -> tuple[ShiftSystem, ...]:
    """With their shifts, two queries."""
    shifts = Prefetch("shifts", Shift.objects.order_by("number"))
    return tuple(ShiftSystem.objects.filter(mine=mine).prefetch_related(shifts).order_by("pk"))


def shift_called(system: ShiftSystem, text: str) -> Shift | None:
    """捌点班, 8点班, 早班 → 八点班. None when the system has no such shift."""
    wanted = normal(text)
    for shift in system.shifts.all():
        if wanted in {normal(name) for name in (shift.name, *shift.synonyms.split())}:
            return shift
    return None


def shift_lines(mine: Unit, section: Unit | None, on: dt.date) -> tuple[ShiftLine, ...]:
    """The sections of a mine, or one section with its crews. Two queries."""
    units = Unit.objects.of_mine(mine).in_force(on).order_by("position", "pk")
    if section is None:
        units = units.filter(kind=UnitKind.SECTION)
    else:
        units = units.filter(path__startswith=section.path)
    rows = CrewShift.objects.on(on).filter(unit__in=units.values("pk")).select_related("system", "shift")
    assigned = {row.unit_id: row for row in rows}
    return tuple(ShiftLine(unit, assigned.get(unit.pk)) for unit in units)

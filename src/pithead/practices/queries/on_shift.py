"""Which shift runs for a unit at a moment, and the day it is booked to."""

import datetime as dt
from collections.abc import Callable, Iterable

from django.utils import timezone

from pithead.kernel.calendars import ONE_DAY, Calendar
from pithead.org.access import RoleCode
from pithead.org.models import CrewShift, Leave, Person, Post, Shift, ShiftSystem, Unit, UnitKind, ids_of

BEFORE = dt.timedelta(hours=2)  # a crew meets before its shift
LEADS = (RoleCode.CREW_LEADER, RoleCode.DEPUTY_CREW_LEADER)
AFTER = dt.timedelta(hours=4)  # and writes down above ground what was done below


def shift_at(mine: Unit, unit: Unit, moment: dt.datetime) -> Shift | None:
    """The crew's own, shortly before and after too; otherwise the one that runs in the nearest unit above, or in the mine. Three
    queries."""
    above = ids_of(unit.path)
    rows = CrewShift.objects.on(timezone.localdate(moment)).filter(unit__in=above).select_related("shift", "system")
    return nearest_shift(above, rows, moment, lambda system: _shifts_of(mine, system))


def nearest_shift(
    above: list[int],
    rows: Iterable[CrewShift],
    moment: dt.datetime,
    shifts_of: Callable[[ShiftSystem | None], Iterable[Shift]],
) -> Shift | None:
    """`rows`: of the units in `above`, from the top down. `shifts_of` a system; None: of the mine's first."""
    nearest = sorted(rows, key=lambda row: -above.index(row.unit_id))
    for row in nearest:
        if row.shift is not None and is_near(row.shift, moment):
            return row.shift
    shifts = shifts_of(nearest[0].system if nearest else None)
    return next((shift for shift in shifts if _runs(shift, moment)), None)


def leader_of(unit: Unit, shift: Shift | None, day: dt.date) -> Person | None:
    """Whoever leads the crew on that day; on leave, his deputy. Of a larger unit the only crew in that shift is meant."""
    crews = [unit.pk]
    if unit.kind != UnitKind.CREW:
        rows = CrewShift.objects.on(day).filter(unit__path__startswith=unit.path, shift=shift)
        crews = list(rows.values_list("unit", flat=True).distinct()[:2]) if shift is not None else []
    if len(crews) != 1:
        return None
    away = Leave.objects.on(day).filter(person__mine=unit.mine_id).values("person")
    posts = Post.objects.on(day).filter(unit=crews[0], role__in=LEADS).exclude(person__in=away)
    found = sorted(posts.select_related("person"), key=lambda post: (LEADS.index(RoleCode(post.role)), post.since))
    return found[0].person if found else None


def _shifts_of(mine: Unit, system: ShiftSystem | None) -> Iterable[Shift]:
    found = system or ShiftSystem.objects.filter(mine=mine).order_by("pk").first()
    return found.shifts.order_by("number") if found else ()


def is_near(shift: Shift, moment: dt.datetime) -> bool:
    """Running, about to, or just over."""
    return _runs(shift, moment, before=BEFORE, after=AFTER)


def day_of(calendar: Calendar, shift: Shift | None, moment: dt.datetime) -> dt.date:
    """The mine's day of something: a night shift may be booked to the next."""
    if shift is None:
        return timezone.localdate(moment)
    return calendar.booked_on(timezone.localdate(_began(shift, moment)), shift.number)


def moment_in(calendar: Calendar, shift: Shift | None, day: dt.date) -> dt.datetime:
    """When something happened of which only the day is known, and perhaps the shift."""
    if shift is None:
        return _local(day, dt.time(12))
    earlier = day - ONE_DAY
    return _local(earlier if calendar.booked_on(earlier, shift.number) == day else day, shift.starts_at)


def _runs(
    shift: Shift, moment: dt.datetime, before: dt.timedelta = dt.timedelta(0), after: dt.timedelta = dt.timedelta(0)
) -> bool:
    began = _began(shift, moment)
    return began - before <= moment < began + dt.timedelta(hours=shift.hours) + after


def _began(shift: Shift, moment: dt.datetime) -> dt.datetime:
    """The latest that has begun or soon will."""
    day = timezone.localdate(moment)
    starts = (_local(day + offset * ONE_DAY, shift.starts_at) for offset in (1, 0, -1))
    return next(start for start in starts if start - BEFORE <= moment)


def _local(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))

"""Shift systems, and who works in which: dated, because mines change from 三八制 to 四六制 and back."""

import datetime as dt

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.actions.units import tenant
from pithead.org.models import CrewShift, Shift, ShiftSystem, Unit

ONE_DAY = dt.timedelta(days=1)

# number, name, what else forms call it, first hour, hours, night. Shift 1 is the night shift in every system, so that a
# mine with two systems has one answer to where the night is booked.
SYSTEMS: dict[str, tuple[str, tuple[tuple[int, str, str, int, int, bool], ...]]] = {
    "three_eight": (
        "三八制",
        (
            (1, "零点班", "0点班 夜班 晚班", 0, 8, True),
            (2, "八点班", "捌点班 8点班 早班 白班", 8, 8, False),
            (3, "四点班", "肆点班 4点班 十六点班 16点班 中班", 16, 8, False),
        ),
    ),
    "four_six": (
        "四六制",
        (
            (1, "零点班", "0点班 夜班", 0, 6, True),
            (2, "检修班", "六点班 陆点班 6点班 早班", 6, 6, False),
            (3, "十二点班", "12点班 中班", 12, 6, False),
            (4, "十八点班", "18点班 晚班", 18, 6, False),
        ),
    ),
}


@transaction.atomic
def set_shift_system(*, by: Actor, at: dt.datetime, mine: Unit, code: str) -> ShiftSystem:
    """Make a known shift system one of the mine's; a mine may have several."""
    by.require(Capability.ORG_EDIT, mine)
    if code not in SYSTEMS:
        raise Refused(f"没有“{code}”这种班制，可选三八制、四六制")
    name, shifts = SYSTEMS[code]
    system, made = ShiftSystem.objects.get_or_create(mine=mine, code=code, defaults={"name": name})
    if not made:
        return system
    Shift.objects.bulk_create(
        [
            Shift(
                system=system,
                number=number,
                name=shift,
                synonyms=also,
                starts_at=dt.time(hour),
                hours=hours,
                is_night=night,
            )
            for number, shift, also, hour, hours, night in shifts
        ]
    )
    subject = ("shift_system", system.pk, name)
    audit.write(by=by, at=at, mine=mine.code, action="org.shift_system.set", subject=subject, after={"code": code})
    return system


@transaction.atomic
def assign_shift(
    *, by: Actor, at: dt.datetime, unit: Unit, system: ShiftSystem, since: dt.date, shift: Shift | None = None
) -> CrewShift:
    """From `since` on a section works in a system and, for a crew, on a shift; the assignment before ends the day before."""
    by.require(Capability.ORG_EDIT, unit)
    if unit.mine_id != system.mine_id or (shift and shift.system_id != system.pk):
        raise Refused(f"“{system.name}”没有这个班次，或不是“{unit.name}”所在矿的班制")
    current = CrewShift.objects.filter(unit=unit, until=None).order_by("-since").first()
    if current and (current.system_id, current.shift_id) == (system.pk, shift.pk if shift else None):
        return current
    if current and since < current.since:
        raise Refused(f"“{unit.name}”的班次从 {current.since} 起已经排定，日期不能更早")
    if current and current.since == since:
        current.system, current.shift = system, shift
        current.save()
    else:
        CrewShift.objects.filter(unit=unit, until=None).update(until=since - ONE_DAY)
        current = CrewShift.objects.create(mine=system.mine, unit=unit, system=system, shift=shift, since=since)
    after = {"system": system.name, "shift": shift.name if shift else None, "since": since.isoformat()}
    subject = ("unit", unit.pk, unit.name)
    audit.write(by=by, at=at, mine=tenant(unit), action="org.shift.assigned", subject=subject, after=after)
    return current

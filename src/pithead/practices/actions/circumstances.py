"""What is worked out before the answers are read: when it was, by which version, from which chair, about whom."""

import datetime as dt
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Person, Place, Shift, Unit
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.content import FieldKind, PracticeSpec
from pithead.practices.models import Bond, Confidentiality, PracticeVersion, Record
from pithead.practices.queries.grounds import Ground
from pithead.practices.queries.on_shift import day_of
from pithead.practices.queries.performing import (
    Named,
    Seat,
    seat_again,
    unit_about,
)
from pithead.practices.sampling import drawn
from pithead.practices.words import PERFORMERS

AHEAD = dt.timedelta(minutes=10)  # how far a phone's clock may run before ours
LATEST = dt.timedelta(days=62)  # figures of a quarter are read by then
LATEST_ELSEWHERE = dt.timedelta(days=366)  # it was written down in time, only not here
EVER_LESS_SEEN = tuple(Confidentiality)


@dataclass(frozen=True)
class Circumstances:
    version: PracticeVersion
    spec: PracticeSpec
    seat: Seat
    unit: Unit
    place: Place | None
    bond: Bond | None
    shift: Shift | None
    moment: dt.datetime
    day: dt.date

    @property
    def drawn(self) -> frozenset[str]:
        return drawn(self.spec, self.unit, self.day, self.shift)

    def is_as(self, record: Record | None) -> bool:
        """As that record says: what held then needs no asking again, whatever has been left or switched off since."""
        return record is not None and (record.unit, record.happened_on) == (self.unit, self.day)


def circumstances(
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    draft: RecordDraft,
    corrects: Record | None = None,
    ground: Ground | None = None,
) -> Circumstances:
    """Raises `Refused` in words, `PermissionDenied` where somebody else performs it."""
    ground = ground or Ground(mine)
    moment, calendar = draft.happened_at or at, ground.calendar()
    if corrects is None or timezone.localdate(moment) != timezone.localdate(corrects.happened_at):
        _refuse_far(moment, at, elsewhere=bool(draft.elsewhere))
    day = day_of(calendar, draft.shift, moment)
    found = _seated(ground, by, mine, draft, moment, day, corrects)
    if draft.shift is not None and draft.shift.system.mine_id != mine.pk:
        raise Refused(f"班次要是{mine}的")
    crew = found.unit if found.unit.kind == "crew" else found.seat.unit
    known = found.spec.in_shifts and not draft.elsewhere  # of what is elsewhere only the day is known
    shift = draft.shift or (ground.shift(crew, moment) if known else None)
    booked = day_of(calendar, shift, moment)
    if booked != day:  # a night shift of the next day, by its rules
        found = _seated(ground, by, mine, draft, moment, booked, corrects)
    _refuse_unveiling(ground, draft, found, corrects.version if corrects else None, at)
    if found.is_as(corrects):
        return replace(found, shift=shift)
    if not ground.is_adopted(draft.practice, (found.unit, found.seat.unit), booked):
        raise Refused(f"“{found.unit}”在 {booked} 没有采用“{draft.practice.method}”，这一项不用填")
    return replace(found, shift=shift)


def _refuse_unveiling(
    ground: Ground, draft: RecordDraft, found: Circumstances, was: PracticeVersion | None, at: dt.datetime
) -> None:
    """What is said in confidence stays so, whatever day it is said to be of."""
    today = timezone.localdate(at)
    if was is None and (draft.elsewhere or found.day == today):
        return
    meant = was or ground.version(draft.practice, today) or found.version
    if EVER_LESS_SEEN.index(found.version.confidentiality) < EVER_LESS_SEEN.index(meant.confidentiality):
        raise Refused(f"“{found.spec.title}”在 {found.day} 的内容还是公开的，不能记到那一天，请选以后的日期")


def _seated(
    ground: Ground,
    by: Actor,
    mine: Unit,
    draft: RecordDraft,
    moment: dt.datetime,
    day: dt.date,
    corrects: Record | None,
) -> Circumstances:
    same_day = corrects is not None and corrects.happened_on == day
    version = corrects.version if corrects and same_day else ground.version(draft.practice, day)
    if version is None:
        raise Refused(f"“{draft.practice}”在 {day} 没有实行，不用填")
    spec = ground.spec(version)
    if draft.elsewhere and not spec.elsewhere:
        raise Refused(f"“{spec.title}”上级系统里没有，请在这里填写")
    seats = (
        (seat_again(corrects, ground.seats(by, version, day)),)
        if corrects
        else _seats(ground, by, version, spec, draft, day)
    )
    kept = corrects is not None and draft.bond == corrects.bond
    bond = corrects.bond if corrects and kept else _bond(by, ground.bonds(by, seats, spec, day), spec, draft, day)
    place = draft.place or _named_place(spec, draft) or (bond.place if bond else None)
    _refuse_gone(mine, place, day)
    named = Named(draft.unit or _named_unit(spec, draft), place, bond, _subject(spec, draft))
    known = {corrects.place} if corrects else set[Place | None]()
    met = _met(spec, draft)
    seats = tuple(seat for seat in seats if place in known or _may_enter(seat, named) if _may_meet(seat, bond, met))
    seat, unit = _whom(by, mine, seats, spec, named, day)
    return Circumstances(version, spec, seat, unit, place, bond, None, moment, day)


def _seats(
    ground: Ground, by: Actor, version: PracticeVersion, spec: PracticeSpec, draft: RecordDraft, day: dt.date
) -> tuple[Seat, ...]:
    seats = ground.seats(by, version, day)
    if draft.role:
        seats = tuple(seat for seat in seats if seat.role == draft.role)
    if draft.elsewhere and draft.unit and by.can(Capability.RECORD_IMPORT, draft.unit):
        about = draft.unit
        return tuple(seat for seat in seats if seat.covers(about)) or (ground.keeper(version, about, day),)
    if not seats:
        who = "、".join(PERFORMERS.get(role, role) for role in spec.performers)
        raise PermissionDenied(f"“{spec.title}”由{who}填写，{by.name}在 {day} 不是")
    return seats


def _refuse_far(moment: dt.datetime, at: dt.datetime, *, elsewhere: bool) -> None:
    if moment > at + AHEAD:
        raise Refused("时间晚于现在，请核对")
    latest = LATEST_ELSEWHERE if elsewhere else LATEST
    if moment < at - latest:
        raise Refused(
            f"这是 {latest.days} 天以前的事，不能再补记：那时的数已经定了。确有需要，请把情况书面交给党委工作部"
        )


def _bond(by: Actor, offered: list[Bond], spec: PracticeSpec, draft: RecordDraft, day: dt.date) -> Bond | None:
    if draft.bond is not None:
        if draft.bond not in offered:
            raise PermissionDenied(f"{by.name}在 {day} 没有这一处")
        return draft.bond
    place, person = draft.place or _named_place(spec, draft), _subject(spec, draft)
    meant = [one for one in offered if (not place or one.place == place) and (not person or one.worker == person)]
    if len(meant) > 1:
        raise Refused("有几处都归你，请选是哪一处")
    return meant[0] if meant else None


def _named_unit(spec: PracticeSpec, draft: RecordDraft) -> Unit | None:
    return next((one for one in _about(spec, draft, FieldKind.UNIT) if isinstance(one, Unit)), None)


def _named_place(spec: PracticeSpec, draft: RecordDraft) -> Place | None:
    return next((one for one in _about(spec, draft, FieldKind.PLACE) if isinstance(one, Place)), None)


def _about(spec: PracticeSpec, draft: RecordDraft, kind: FieldKind) -> list[object]:
    return [draft.answers.get(one.key) for one in spec.form if one.about and one.kind is kind]


def _subject(spec: PracticeSpec, draft: RecordDraft) -> Person | None:
    """Where it is about one."""
    found = _met(spec, draft)
    return found[0] if len(found) == 1 else None


def _met(spec: PracticeSpec, draft: RecordDraft) -> list[Person]:
    found = [draft.answers.get(one.key) for one in spec.form if one.subject]
    people = [one for value in found for one in (value if isinstance(value, list | tuple) else [value])]
    return [one for one in people if isinstance(one, Person)]


def _refuse_gone(mine: Unit, place: Place | None, day: dt.date) -> None:
    if place is None:
        return
    if place.mine_id != mine.pk:
        raise Refused(f"地点要是{mine}的")
    if place.since > day or (place.until is not None and place.until < day):
        raise Refused(f"“{place}”在 {day} 没有在用，请换一个地点")


def _whom(
    by: Actor, mine: Unit, seats: tuple[Seat, ...], spec: PracticeSpec, named: Named, day: dt.date
) -> tuple[Seat, Unit]:
    """The first of his seats from which it can be about that."""
    missing = False
    for seat in seats:
        unit = unit_about(seat, spec, named, day)
        missing = missing or unit is None
        if unit is not None and unit.mine_id == mine.pk and _is_near(seat, unit, named):
            if unit.closed_on is not None and unit.closed_on < day:
                raise Refused(f"“{unit}”已于 {unit.closed_on} 撤销，请选别的单位")
            return seat, unit
    if missing:
        raise Refused("请选是哪个单位的")
    raise PermissionDenied(f"这一项的单位或人员不归{by.name}管")


def _is_near(seat: Seat, unit: Unit, named: Named) -> bool:
    if seat.covers(unit) or (named.bond is not None and named.bond.unit_id == unit.pk):
        return True
    return named.place is not None and named.place.unit_id == unit.pk and seat.reaches(named.place)


def _may_enter(seat: Seat, named: Named) -> bool:
    """Places in reach, those of no unit, and those he has a bond with."""
    place, bond = named.place, named.bond
    return place is None or place.unit is None or seat.reaches(place) or (bond is not None and bond.place == place)


def _may_meet(seat: Seat, bond: Bond | None, people: list[Person]) -> bool:
    """Those in reach, and whom he has a bond with."""
    looked_after = bond.worker_id if bond is not None else None
    return all(one.unit is None or one.pk == looked_after or seat.covers(one.unit) for one in people)

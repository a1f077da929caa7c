"""What a form is filled in with before anybody types: the shift that runs, where, who is there, and how it was last time."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from pithead.issues.queries import barred_for
from pithead.org.access import Actor
from pithead.org.models import Leave, Line, Membership, Person, Place, Shift, ShiftSystem, Unit, UnitKind
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec, Prefill
from pithead.practices.models import Bond, Confidentiality, Every, PracticeVersion, Record
from pithead.practices.queries.on_shift import leader_of, shift_at
from pithead.practices.queries.performing import (
    Named,
    Seat,
    bonds_offered,
    kinds_counted,
    may_perform,
    unit_about,
    units_offered,
)

LOOKED_BACK = 8  # of a chain other rows are drawn each time
MOST_PEOPLE = 400
WHERE_PEOPLE_WORK = (UnitKind.SECTION, UnitKind.CREW, UnitKind.OFFICE)


@dataclass(frozen=True)
class Hint:
    """What the address of the form says already."""

    unit: Unit | None = None
    place: Place | None = None
    bond: Bond | None = None
    subject: Person | None = None


@dataclass(frozen=True)
class Desk:
    """Who fills in what, and between what he may choose. `counted`: the record has to be about one of `units`."""

    actor: Actor
    mine: Unit
    version: PracticeVersion
    spec: PracticeSpec
    day: dt.date
    seats: tuple[Seat, ...]
    hint: Hint
    unit: Unit | None
    shift: Shift | None
    counted: bool
    units: Sequence[Unit]
    bonds: Sequence[Bond]
    shifts: Sequence[Shift]
    places: Sequence[Place]
    roster: Sequence[Person]
    barred: Sequence[Person] = ()  # not assigned underground that day; nobody is told of others
    leader: Person | None = None  # of the crew it is about
    last: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place | None:
        if self.hint.place is not None:
            return self.hint.place
        bond = self.hint.bond or (self.bonds[0] if len(self.bonds) == 1 else None)
        if bond is not None and bond.place is not None:
            return bond.place
        return self.places[0] if len(self.places) == 1 else None


def desk_of(
    actor: Actor,
    version: PracticeVersion,
    spec: PracticeSpec,
    moment: dt.datetime,
    day: dt.date,
    hint: Hint,
    *,
    seats: tuple[Seat, ...] | None = None,
) -> Desk | None:
    """None for those who do not perform it. A fixed number of queries."""
    seats = may_perform(actor, version, day) if seats is None else seats
    if not seats:
        return None
    bonds = [] if hint.bond else bonds_offered(actor, seats, spec, day)
    kinds = kinds_counted(spec)
    unit = _unit_meant(seats, spec, hint, day)
    near = unit or seats[0].unit
    barred = _barred(actor, version.mine, spec, day)
    shift = _shift(version.mine, spec, near if near.kind == UnitKind.CREW else seats[0].unit, moment)
    return Desk(
        actor=actor,
        mine=version.mine,
        version=version,
        spec=spec,
        day=day,
        seats=seats,
        hint=hint,
        unit=unit,
        shift=shift,
        counted=bool(kinds),
        units=_units(seats, spec, kinds, day),
        bonds=bonds,
        shifts=_shifts(version.mine, shift) if spec.in_shifts else (),
        places=_places(seats, spec, day),
        roster=[one for one in _roster(near, spec, day) if one not in barred],
        barred=barred,
        leader=leader_of(unit, shift, day) if unit and asks_leader(spec) else None,
        last=_last(version, near, () if kinds or bonds or hint.bond else seats, actor),
    )


def _unit_meant(seats: Iterable[Seat], spec: PracticeSpec, hint: Hint, day: dt.date) -> Unit | None:
    """The one what is named leads to, where it is in reach."""
    named = Named(hint.unit, hint.place, hint.bond, hint.subject)
    return next((found for seat in seats if (found := unit_about(seat, spec, named, day)) and seat.covers(found)), None)


def _has(spec: PracticeSpec, *kinds: FieldKind) -> bool:
    return any(one.kind in kinds for line in spec.form for one in (line, *line.rows))


def _units(seats: Iterable[Seat], spec: PracticeSpec, kinds: frozenset[str], day: dt.date) -> list[Unit]:
    if not kinds and not _has(spec, FieldKind.UNIT):
        return []
    found = {unit.pk: unit for seat in seats for unit in units_offered(seat, kinds or WHERE_PEOPLE_WORK, day)}
    return sorted(found.values(), key=lambda unit: unit.path)


def asks_leader(spec: PracticeSpec) -> bool:
    return any(one.prefill is Prefill.LEADER for one in spec.form)


def _shift(mine: Unit, spec: PracticeSpec, unit: Unit, moment: dt.datetime) -> Shift | None:
    return shift_at(mine, unit, moment) if spec.in_shifts else None


def _shifts(mine: Unit, shift: Shift | None) -> list[Shift]:
    system = shift.system if shift else ShiftSystem.objects.filter(mine=mine).order_by("pk").first()
    return list(system.shifts.select_related("system").order_by("number")) if system else []


def _places(seats: Iterable[Seat], spec: PracticeSpec, day: dt.date) -> list[Place]:
    if not _has(spec, FieldKind.PLACE):
        return []
    rows = Place.objects.filter(Q(until=None) | Q(until__gte=day), since__lte=day).select_related("unit")
    seats = tuple(seats)
    rows = rows.filter(mine=seats[0].unit.mine_id).order_by("-underground", "code")
    zones = any(quota.per == "zone" or quota.among == "zone" for quota in spec.quotas)
    found = [one for one in rows if one.unit is None or any(seat.reaches(one) for seat in seats)]
    return [one for one in found if one.kind == "zone"] if zones else found


def _roster(unit: Unit, spec: PracticeSpec, day: dt.date) -> list[Person]:
    """Who belongs to the unit and is not on leave."""
    if not _has(spec, FieldKind.PEOPLE, FieldKind.PERSON, FieldKind.SIGNER):
        return []
    away = Leave.objects.on(day).filter(person__mine=unit.mine_id).values("person")
    rows = Person.objects.filter(mine=unit.mine_id, left_on=None).exclude(pk__in=away)
    if unit.line is Line.PARTY:
        members = Membership.objects.on(day).filter(unit__path__startswith=unit.path)
        rows = rows.filter(pk__in=members.values("person"))
    else:
        rows = rows.filter(unit__path__startswith=unit.path)
    return list(rows.select_related("unit").order_by("staff_no")[:MOST_PEOPLE])


def _barred(actor: Actor, mine: Unit, spec: PracticeSpec, day: dt.date) -> list[Person]:
    """Where the work of a shift is given out, to people who are known beforehand."""
    fields = [one for line in spec.form for one in (line, *line.rows)]
    if not any(quota.every == Every.SHIFT for quota in spec.quotas) or not any(
        one.prefill is Prefill.ROSTER for one in fields
    ):
        return []
    return barred_for(actor, mine, day)


def _last(version: PracticeVersion, unit: Unit, seats: Iterable[Seat], actor: Actor) -> dict[str, Any]:
    """Of the unit's last records, each field as it was answered last. What is not open is not opened for this. `seats`: where
    it is about no unit or bond in particular, those from the same chairs too: they are kept under the units that were visited."""
    if version.confidentiality != Confidentiality.OPEN:
        return {}
    rows = Record.objects.current().filter(mine=version.mine, practice=version.practice_id)
    rows = rows.filter(reduce(or_, (_from(seat, actor) for seat in seats), Q(unit=unit)))
    found: dict[str, Any] = {}
    for answers in rows.order_by("-happened_on", "-happened_at").values_list("answers", flat=True)[:LOOKED_BACK]:
        found = {**answers, **found}
    return found


def _from(seat: Seat, actor: Actor) -> Q:
    return Q(seat=seat.chair) if seat.chair is not None else Q(performer=actor.person_id, performer_unit=seat.unit)


# ── field by field ──
def initial_of(desk: Desk, one: FieldSpec, last: Any = None) -> Any:
    """As answers are kept; None where nothing is known. `last`: its answer in the last record."""
    if one.subject and desk.hint.subject is not None:
        return named(desk.hint.subject, "staff_no")
    if one.about and one.kind is FieldKind.PLACE and desk.hint.place is not None:
        return named(desk.hint.place, "code")
    if one.about and one.kind is FieldKind.UNIT and desk.unit is not None and desk.hint.unit is not None:
        return named(desk.unit, "code")
    match one.prefill:
        case Prefill.ME:
            return {"staff_no": desk.actor.staff_no, "name": desk.actor.name}
        case Prefill.UNIT:
            return named(desk.unit, "code") if desk.unit is not None else None
        case Prefill.PLACE:
            return named(desk.place, "code") if desk.place is not None else None
        case Prefill.SHIFT:
            return desk.shift.name if desk.shift else None
        case Prefill.ROSTER:
            return [named(person, "staff_no") for person in desk.roster]
        case Prefill.LEADER:
            return named(desk.leader, "staff_no") if desk.leader else None
        case Prefill.LAST:
            return _fit(desk, last) if last is not None else _instead(desk, one)
    return None


def _fit(desk: Desk, last: Any) -> Any:
    """As last time, without those who are barred today: where one stood stands nobody."""
    barred = {person.staff_no for person in desk.barred}
    if not barred:
        return last
    if isinstance(last, list):
        rows = (_fit(desk, one) for one in last)
        return [one for one in rows if one is not None]
    if not isinstance(last, Mapping):
        return last
    if last.get("staff_no") in barred:
        return None
    return {key: one for key, value in last.items() if (one := _fit(desk, value)) is not None}


def _instead(desk: Desk, one: FieldSpec) -> Any:
    """The first time there is no last one."""
    bond = desk.hint.bond
    if one.subject and bond is not None and bond.worker is not None:
        return named(bond.worker, "staff_no")
    if one.kind is FieldKind.PLACE and one.about and desk.place is not None:
        return named(desk.place, "code")
    return None


def named(one: Any, number: str) -> dict[str, str]:
    return {number: getattr(one, number), "name": one.name}

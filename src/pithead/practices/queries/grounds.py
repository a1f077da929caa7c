"""Where what a record needs to know of the mine is looked up: question by question for one, from memory for thousands.

Both answer alike; a test asks both."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property
from typing import Any

from django.utils import timezone

from pithead.kernel.calendars import Calendar
from pithead.org.access import Actor, RoleCode
from pithead.org.models import CrewShift, Membership, Post, Serves, Shift, ShiftSystem, Unit, ids_of
from pithead.org.models.units import PARTY_KINDS
from pithead.org.queries import calendar_of
from pithead.practices.content import MEMBER, PracticeSpec
from pithead.practices.models import Adoption, Bond, Part, Practice, PracticeVersion, VersionRole
from pithead.practices.models.methods import spec_of
from pithead.practices.queries.on_shift import nearest_shift, shift_at
from pithead.practices.queries.performing import (
    Seat,
    bonds_offered,
    counted_bonds,
    is_adopted,
    is_own,
    keeper_seat,
    kept_for,
    may_perform,
    member_seat,
    reach_of,
    version_on,
)


class Ground:
    """Asks the database each time."""

    def __init__(self, mine: Unit):
        self.mine = mine

    def calendar(self) -> Calendar:
        return calendar_of(self.mine)

    def version(self, practice: Practice, on: dt.date) -> PracticeVersion | None:
        return version_on(practice, on)

    def spec(self, version: PracticeVersion) -> PracticeSpec:
        spec: PracticeSpec = spec_of(version)
        return spec

    def seats(self, by: Actor, version: PracticeVersion, on: dt.date) -> tuple[Seat, ...]:
        return may_perform(by, version, on)

    def keeper(self, version: PracticeVersion, unit: Unit, on: dt.date) -> Seat:
        return keeper_seat(version, unit, on)

    def bonds(self, by: Actor, seats: Iterable[Seat], spec: PracticeSpec, on: dt.date) -> list[Bond]:
        return bonds_offered(by, seats, spec, on)

    def is_adopted(self, practice: Practice, units: Iterable[Unit], on: dt.date) -> bool:
        return is_adopted(practice, units, on)

    def shift(self, unit: Unit, moment: dt.datetime) -> Shift | None:
        return shift_at(self.mine, unit, moment)


class WideGround(Ground):
    """Has read all of it before: a fixed number of queries, however many records are made on it."""

    def __init__(self, mine: Unit, people: Collection[int]):
        super().__init__(mine)
        self._calendar = calendar_of(mine)
        versions = PracticeVersion.objects.filter(mine=mine).select_related("practice__method", "mine")
        self._versions = _by(versions.order_by("-number"), "practice_id")
        self._specs: dict[int, PracticeSpec] = {}
        performing = VersionRole.objects.filter(version__mine=mine, part=Part.PERFORMS)
        self._performers = _by(performing, "version_id")
        self._adoptions = _by(Adoption.objects.filter(mine=mine), "method_id")
        posts = Post.objects.filter(mine=mine, person__in=people).select_related("unit__mine", "seat")
        self._posts = _by(posts.order_by("unit__path", "since"), "person_id")
        memberships = Membership.objects.filter(mine=mine, person__in=people).select_related("unit__parent")
        self._memberships = _by(memberships, "person_id")
        self._serves = _by(Serves.objects.filter(mine=mine).select_related("unit"), "server_id")
        bonds = Bond.objects.filter(mine=mine)
        bonds = bonds.select_related("unit__parent", "place__unit", "worker__unit", "person", "group")
        self._bonds = list(bonds.order_by("since", "pk"))
        self._bonds_of = _by(self._bonds, "person_id")
        rotation = CrewShift.objects.filter(mine=mine).select_related("shift", "system")
        self._rotation = _by(rotation, "unit_id")
        self._shifts = _by(Shift.objects.filter(system__mine=mine).order_by("number"), "system_id")
        self._system = ShiftSystem.objects.filter(mine=mine).order_by("pk").first()

    def calendar(self) -> Calendar:
        return self._calendar

    def version(self, practice: Practice, on: dt.date) -> PracticeVersion | None:
        return next(iter(_on(self._versions[practice.pk], on)), None)

    def spec(self, version: PracticeVersion) -> PracticeSpec:
        if version.pk not in self._specs:
            self._specs[version.pk] = super().spec(version)
        return self._specs[version.pk]

    def seats(self, by: Actor, version: PracticeVersion, on: dt.date) -> tuple[Seat, ...]:
        if by.person_id is None:
            return ()
        roles = {one.role for one in self._performers[version.pk]}
        posts = [post for post in _on(self._posts[by.person_id], on) if post.role in roles]
        seats = [Seat(post.role, post.unit, post, reach_of(post, self._served([post.unit_id], on))) for post in posts]
        if MEMBER in roles:
            seats += self._members(by, on)
        if RoleCode.WORKER in roles and (home := self._home(by, on)) is not None:
            seats.append(Seat(RoleCode.WORKER, home, None, (home.path,)))
        return tuple(seats)

    def _members(self, by: Actor, on: dt.date) -> list[Seat]:
        units = [one.unit for one in _on(self._memberships[by.person_id], on) if one.unit.kind in PARTY_KINDS]
        bonds = [one.unit.path for one in _on(self._bonds_of[by.person_id], on)]
        served = self._served(sorted({pk for unit in units for pk in ids_of(unit.path)}), on)
        return [member_seat(unit, self._home(by, on), bonds, served) for unit in units]

    def _home(self, by: Actor, on: dt.date) -> Unit | None:
        rows = (one.unit for one in _on(self._memberships[by.person_id], on) if one.unit.kind not in PARTY_KINDS)
        return next(rows, None)

    def _served(self, servers: Iterable[int], on: dt.date) -> tuple[str, ...]:
        return tuple(one.unit.path for server in servers for one in _on(self._serves[server], on))

    def keeper(self, version: PracticeVersion, unit: Unit, on: dt.date) -> Seat:
        roles = [one.role for one in self._performers[version.pk]]
        return kept_for(unit, roles, [post for post in _on(self._chairs[unit.pk], on) if post.role in roles])

    @cached_property
    def _chairs(self) -> defaultdict[Any, list[Any]]:
        """Asked for only where somebody enters for others."""
        posts = Post.objects.filter(
            mine=self.mine, role__in=VersionRole.objects.filter(version__mine=self.mine).values("role")
        )
        return _by(posts.select_related("seat").order_by("since"), "unit_id")

    def bonds(self, by: Actor, seats: Iterable[Seat], spec: PracticeSpec, on: dt.date) -> list[Bond]:
        if not (kinds := counted_bonds(spec)):
            return []
        seats = tuple(seats)
        return [one for one in _on(self._bonds, on) if one.kind in kinds and is_own(one, by, seats)]

    def is_adopted(self, practice: Practice, units: Iterable[Unit], on: dt.date) -> bool:
        above = {pk for unit in units for pk in ids_of(unit.path)}
        return any(one.unit_id in above for one in _on(self._adoptions[practice.method_id], on))

    def shift(self, unit: Unit, moment: dt.datetime) -> Shift | None:
        above, day = ids_of(unit.path), timezone.localdate(moment)
        rows = [one for pk in above for one in _on(self._rotation[pk], day)]
        return nearest_shift(above, rows, moment, self._shifts_of)

    def _shifts_of(self, system: ShiftSystem | None) -> list[Shift]:
        found = system or self._system
        return self._shifts[found.pk] if found else []


def _by(rows: Iterable[Any], key: str) -> defaultdict[Any, list[Any]]:
    found: defaultdict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def _on(rows: Iterable[Any], day: dt.date) -> list[Any]:
    """Those that hold on a day."""
    return [one for one in rows if one.since <= day and (one.until is None or one.until >= day)]

"""What one person has to do: from his chairs, as a member, with the units, pairs, zones and people his post answers for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pithead.kernel.calendars import ONE_DAY
from pithead.org.access import Actor, RoleCode
from pithead.org.models import Membership, Person, Place, Post, Unit
from pithead.org.models.units import PARTY_KINDS
from pithead.org.queries import calendar_of
from pithead.practices.content import MEMBER
from pithead.practices.models import Adoption, Bond, Every, Per, Quota
from pithead.practices.queries.counting import owed_once
from pithead.practices.queries.customs import Custom, customs, reach
from pithead.practices.queries.duties import DutyRow, Question, duty_rows
from pithead.practices.queries.talks import still_waiting, still_with_bond

A_YEAR = dt.timedelta(days=366)  # the period that runs may have begun so long before, with a version that has ended
BACK = 31  # days for which what was not done in time is still named
AHEAD = dt.timedelta(days=31)  # within which what is to begin is named
TOGETHER = 3  # of one practice; more of them become one line
NAMED = 6  # people still left of such a line; when there are more of them it says how many
POOLS = (Per.UNIT, Per.WORKER, Per.ZONE, Per.PAIR, Per.BOND)  # done by whoever of the performers comes to it

Adopted = dict[int, list[tuple[str, dt.date]]]


@dataclass(frozen=True)
class Seats:
    """From where one may perform: role → prefixes of the units it answers for; his posts, zones and chairs."""

    roles: Mapping[str, tuple[str, ...]]
    posts: frozenset[tuple[str, int]]  # role and unit
    zones: Mapping[int, str]  # zone → path of its unit
    has_bonds: bool
    chairs: Mapping[int, dt.date]  # chair → since when he sits on it, where somebody sat before


@dataclass(frozen=True)
class Counted:
    """One quota of one key in one period."""

    row: DutyRow
    quota: Quota

    @property
    def left(self) -> int:
        return self.row.expected - self.row.done


@dataclass(frozen=True)
class Duty:
    """A line of the page. `counted`: the quota that is due first; `others`: more quotas of the same. `keys`: of how many
    units or people it is the sum. `at_home`: of the only unit he has a post in. `inherited`: somebody sat here before in
    this period. `left_people`: the last few of many, `oneself`: he is among them, and others owe it to him."""

    custom: Custom
    quota: Quota
    due: dt.date
    start: dt.date
    done: int
    expected: int
    unit: Unit | None = None
    about: Unit | None = None
    place: Place | None = None
    bond: Bond | None = None
    person: Person | None = None
    others: tuple[Counted, ...] = ()
    keys: int = 1
    at_home: bool = False
    inherited: bool = False
    late: int = 0
    left_people: tuple[Person, ...] = ()
    oneself: bool = False

    @property
    def left(self) -> int:
        return max(self.expected - self.done, 0)

    @property
    def is_done(self) -> bool:
        return not self.left and not any(one.left for one in self.others)

    @property
    def is_event(self) -> bool:
        return self.quota.every == Every.EVENT


@dataclass(frozen=True)
class Coming:
    """A practice that begins for him on a day to come."""

    custom: Custom
    since: dt.date


@dataclass(frozen=True)
class Duties:
    """`late`: what was not done in time, the longest since first. `open`, `done`: of the periods that run."""

    late: tuple[Duty, ...] = ()
    open: tuple[Duty, ...] = ()
    done: tuple[Duty, ...] = ()
    private: tuple[Custom, ...] = ()
    coming: tuple[Coming, ...] = ()


def own_duties(actor: Actor, mine: Unit, today: dt.date) -> Duties:
    """A fixed number of queries, whatever the size of the mine."""
    seats = _seats(actor, today) if actor.person_id is not None else None
    if seats is None or not (seats.roles or seats.has_bonds):
        return Duties()
    found = customs(mine, today - A_YEAR, today + A_YEAR, on=today)
    if not seats.has_bonds and not any(custom.performers & set(seats.roles) for custom in found):
        return Duties()
    known = {custom.pk: custom for custom in found if custom.version.since <= today}
    adopted = _adopted(mine, today)
    asked = Question(mine, today - dt.timedelta(days=BACK), today - ONE_DAY, today, calendar=calendar_of(mine))
    running = _rows(actor, seats, known, adopted, replace(asked, now=True))
    over = _owed_once(_rows(actor, seats, known, adopted, asked), known)
    groups = _by_others(_grouped(running), actor)
    missed = _by_others(_by_practice(_unanswered(mine, [one for one in over if one.row.late])), actor)
    things = _Things(actor, mine, seats, [*groups, *missed])
    lines = [things.duty(group, known) for group in groups]
    overdue = [things.late(group, known) for group in missed]
    lasting = (one for one in known.values() if one.version.until is None or one.version.until >= asked.start)
    mine_own = tuple(one for one in lasting if one.is_private and one.performers & set(seats.roles))
    return Duties(
        late=tuple(sorted(overdue, key=lambda duty: duty.due)),
        open=tuple(sorted((one for one in lines if not one.is_done), key=_urgency)),
        done=tuple(one for one in lines if one.is_done),
        private=mine_own,
        coming=tuple(_coming(mine, known, seats, adopted, today)),
    )


def _urgency(duty: Duty) -> tuple[dt.date, int, str]:
    """What is due first; of that what has come up last: this shift before this week."""
    return duty.due, (duty.due - duty.start).days, duty.custom.title


def _seats(actor: Actor, today: dt.date) -> Seats:
    """Three queries."""
    roles: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for grant in actor.grants:
        if grant.role != RoleCode.WORKER:
            roles[str(grant.role)] += reach(actor, grant.unit)
    rows = Membership.objects.on(today).filter(person=actor.person_id, unit__kind__in=PARTY_KINDS)
    if party := tuple(rows.values_list("unit__path", flat=True)):
        roles[MEMBER] = party
    bonds = list(
        Bond.objects.on(today).filter(mine=actor.mine, person=actor.person_id).values_list("place", "place__unit__path")
    )
    chairs = {
        seat: since
        for seat, since in Post.objects.on(today).filter(person=actor.person_id).values_list("seat", "since")
        if seat is not None
    }
    posts = frozenset((str(grant.role), grant.unit.pk) for grant in actor.grants if grant.role != RoleCode.WORKER)
    return Seats(dict(roles), posts, {place: path for place, path in bonds if place}, bool(bonds), chairs)


def _adopted(mine: Unit, today: dt.date) -> Adopted:
    """By method: from where it is or will soon be in use, and since when. One query."""
    found: Adopted = defaultdict(list)
    rows = Adoption.objects.during(today, today + AHEAD).filter(mine=mine)
    for method, path, since in rows.values_list("method", "unit__path", "since"):
        found[method].append((path, since))
    return found


def _coming(mine: Unit, known: Mapping[int, Custom], seats: Seats, adopted: Adopted, today: dt.date) -> list[Coming]:
    """What he does not perform yet: a practice, or a method taken over, from a day to come. Two queries."""
    coming: list[Coming] = []
    for custom in customs(mine, today + ONE_DAY, today + AHEAD):
        own = tuple(path for role in custom.performers & set(seats.roles) for path in seats.roles[role])
        tops = adopted[custom.practice.method_id] if own and custom.quotas and not custom.is_private else ()
        first = _running_since(known.get(custom.pk), today) or custom.version.since
        begins = [max(since, first) for top, since in tops if _meet(top, own)]
        if begins and today < min(begins) <= today + AHEAD:
            coming.append(Coming(custom, min(begins)))
    return sorted(coming, key=lambda one: one.since)


def _running_since(custom: Custom | None, today: dt.date) -> dt.date | None:
    version = custom.version if custom is not None else None
    return version.since if version is not None and (version.until is None or version.until >= today) else None


def _meet(top: str, paths: tuple[str, ...]) -> bool:
    return any(path.startswith(top) or top.startswith(path) for path in paths)


def _has_begun(custom: Custom, path: str, adopted: Adopted, today: dt.date) -> bool:
    """Where the method is in use, or was."""
    begins = [since for top, since in adopted[custom.practice.method_id] if path.startswith(top)]
    return not begins or min(begins) <= today


def _rows(actor: Actor, seats: Seats, known: Mapping[int, Custom], adopted: Adopted, asked: Question) -> list[Counted]:
    """What he answers for in person, and what his units answer for."""
    quotas = {quota.pk: quota for custom in known.values() for quota in custom.quotas}
    rows = duty_rows(replace(asked, person_id=actor.person_id))
    in_person = {(row.quota_id, row.key, row.key2, row.due) for row in rows}
    if paths := _pools(seats, known):
        rows += [
            row
            for row in duty_rows(replace(asked, paths=paths))
            if row.performer_id is None and (row.quota_id, row.key, row.key2, row.due) not in in_person
        ]
    counted = _of_all_versions(Counted(row, quotas[row.quota_id]) for row in rows if row.quota_id in quotas)
    units = _paths(asked.mine, {one.row.about_id for one in counted})
    return [
        one
        for one in counted
        if _is_his(one, known[one.row.practice_id], seats, actor, units)
        and _has_begun(known[one.row.practice_id], units.get(one.row.about_id, "/"), adopted, asked.today)
    ]


def _owed_once(rows: Iterable[Counted], known: Mapping[int, Custom]) -> list[Counted]:
    quotas = {quota.pk: quota for custom in known.values() for quota in custom.quotas}
    return [Counted(row, quotas[row.quota_id]) for row in owed_once((one.row for one in rows), quotas)]


def _of_all_versions(rows: Iterable[Counted]) -> list[Counted]:
    """Each version asks for its own days of a period; who has to do it is told one figure."""
    found: dict[tuple[object, ...], Counted] = {}
    for one in sorted(rows, key=lambda one: one.quota.pk):
        row, quota = one.row, one.quota
        how = quota.per, quota.among, quota.every, quota.only, quota.distinct
        what = row.practice_id, row.key, row.key2, row.start, row.due, *how
        before = found.get(what)
        if before is not None and before.quota.version_id != quota.version_id:
            was = before.row
            figures = was.expected + row.expected, was.done + row.done, was.late + row.late
            one = Counted(replace(row, expected=figures[0], done=figures[1], late=figures[2]), quota)
        found[what] = one
    return list(found.values())


def _pools(seats: Seats, known: Mapping[int, Custom]) -> tuple[str, ...]:
    """Only where one of his roles performs something that is not asked of persons."""
    shared = [custom for custom in known.values() if any(quota.per in POOLS for quota in custom.quotas)]
    roles = {role for custom in shared for role in custom.performers & set(seats.roles)}
    return tuple(sorted({path for role in roles for path in seats.roles[role]} | set(seats.zones.values())))


def _paths(mine: Unit, wanted: set[int]) -> dict[int, str]:
    return dict(Unit.objects.of_mine(mine).filter(pk__in=wanted).values_list("pk", "path"))


def _is_his(one: Counted, custom: Custom, seats: Seats, actor: Actor, paths: Mapping[int, str]) -> bool:
    if one.row.performer_id is not None:
        return one.row.performer_id == actor.person_id
    if one.quota.per == Per.PAIR:
        return any((role, one.row.key) in seats.posts for role in custom.performers)
    if one.quota.per == Per.ZONE and one.row.key in seats.zones:
        return True
    roles, path = custom.performers & set(seats.roles), paths.get(one.row.about_id, "/")
    if one.quota.per == Per.ZONE:
        roles = roles - {MEMBER}  # every member may walk there, those who answer for it must
    return any(path in seats.roles[role] if role == MEMBER else path.startswith(seats.roles[role]) for role in roles)


def _unanswered(mine: Unit, late: Sequence[Counted]) -> list[Counted]:
    """A talk that came too late is still a talk: nobody is asked for it again. One query at most for each such practice."""
    events: dict[tuple[int, str], list[DutyRow]] = defaultdict(list)
    for one in late:
        if one.quota.every == Every.EVENT:
            events[one.row.practice_id, one.quota.per].append(one.row)
    waiting: list[DutyRow] = []
    for (practice, per), rows in events.items():
        still = still_with_bond if per == Per.BOND else still_waiting
        waiting += still(mine, rows, practice)
    return [one for one in late if one.quota.every != Every.EVENT or one.row in waiting]


Group = list[Counted]


def _grouped(rows: Iterable[Counted]) -> list[Group]:
    """The quotas of one practice and key are one line; of many keys there is one line for all."""
    found: dict[tuple[int, ...], Group] = defaultdict(list)
    for one in rows:
        event = one.quota.pk if one.quota.every == Every.EVENT else 0
        found[one.row.practice_id, one.row.key, one.row.key2, event].append(one)
    alike: dict[tuple[int, int], list[Group]] = defaultdict(list)
    for (practice, _, _, event), group in found.items():
        alike[practice, event].append(sorted(group, key=lambda one: (not one.left, one.row.due, -one.row.expected)))
    groups: list[Group] = []
    for same in alike.values():
        groups += [[one for group in same for one in group]] if len(same) > TOGETHER else same
    return groups


def _by_practice(rows: Iterable[Counted]) -> list[Group]:
    """What is late of one practice is one line, whatever it was about; of events each person has his own."""
    found: dict[tuple[int, int], Group] = defaultdict(list)
    for one in rows:
        found[one.row.practice_id, one.row.key if one.quota.every == Every.EVENT else 0].append(one)
    return list(found.values())


def _by_others(groups: Iterable[Group], actor: Actor) -> list[Group]:
    """Without what is only about himself: nobody talks with himself, his own leaders owe it."""
    return [group for group in groups if not all(_is_about(one, actor) for one in group)]


def _is_about(one: Counted, actor: Actor) -> bool:
    return one.quota.per == Per.WORKER and one.row.key == actor.person_id


def _last_few(group: Group) -> list[int]:
    """Keys of the people left of a line for many, if they are few."""
    first = group[0]
    if first.quota.per != Per.WORKER or len({one.row.key for one in group}) == 1:
        return []
    left = list(dict.fromkeys(one.row.key for one in group if one.quota == first.quota and one.left))
    return left if len(left) <= NAMED else []


class _Things:
    """Units, places, bonds and people that lines name: one query for each kind. People only as far as the actor sees them."""

    def __init__(self, actor: Actor, mine: Unit, seats: Seats, groups: Iterable[Group]):
        self._seats, self._me = seats, actor.person_id
        groups = list(groups)
        rows = [group[0] for group in groups if len({one.row.key for one in group}) == 1]
        keys: dict[str, set[int]] = defaultdict(set)
        for one in rows:
            keys[one.quota.per].add(one.row.key)
        keys[Per.WORKER] |= {key for group in groups for key in _last_few(group)}
        units = {pk for one in rows for pk in (one.row.unit_id, one.row.about_id)}
        self._units = Unit.objects.of_mine(mine).select_related("parent").in_bulk(units)
        self._places = Place.objects.filter(mine=mine).select_related("unit").in_bulk(keys[Per.ZONE])
        bonds = Bond.objects.filter(mine=mine).select_related("place", "worker", "group", "unit")
        self._bonds = bonds.in_bulk(keys[Per.BOND])
        self._people = Person.objects.visible_to(actor).filter(mine=mine).in_bulk(keys[Per.WORKER])

    def duty(self, group: Group, known: Mapping[int, Custom]) -> Duty:
        first, row = group[0], group[0].row
        keys = {(one.row.key, one.row.key2) for one in group}
        if len(keys) > 1:
            same = [one.row for one in group if one.quota == first.quota]
            figures = sum(one.done for one in same), sum(one.expected for one in same)
            duty = Duty(known[row.practice_id], first.quota, row.due, row.start, *figures, keys=len(keys))
            few = _last_few(group)
            people = tuple(self._people[key] for key in few if key in self._people and key != self._me)
            return replace(duty, left_people=people, oneself=self._me in few)
        duty = Duty(known[row.practice_id], first.quota, row.due, row.start, row.done, row.expected)
        others = tuple(one for one in group[1:] if one.left)
        inherited = first.quota.per == Per.SEAT and self._seats.chairs.get(row.key, dt.date.min) > row.start
        return replace(self._named(duty, first), others=others, inherited=inherited)

    def late(self, group: Group, known: Mapping[int, Custom]) -> Duty:
        """`due`: since when."""
        first = min(group, key=lambda one: one.row.due)
        done, expected = sum(one.row.done for one in group), sum(one.row.expected for one in group)
        duty = Duty(known[first.row.practice_id], first.quota, first.row.due, first.row.start, done, expected)
        keys = {(one.row.key, one.row.key2) for one in group}
        named = self._named(duty, first) if len(keys) == 1 else replace(duty, keys=len(keys))
        return replace(named, late=expected - done)

    def _named(self, duty: Duty, one: Counted) -> Duty:
        per, key = one.quota.per, one.row.key
        return replace(
            duty,
            unit=self._units.get(one.row.unit_id),
            about=self._units.get(one.row.about_id),
            at_home={unit for _, unit in self._seats.posts} == {one.row.about_id},
            place=self._places.get(key) if per == Per.ZONE else None,
            bond=self._bonds.get(key) if per == Per.BOND else None,
            person=self._people.get(key) if per == Per.WORKER else None,
        )

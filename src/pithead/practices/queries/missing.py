"""Behind a figure of the board: what was not done in time, each by itself, with whose it was, where and of which period."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind
from pithead.org.access import ROLES, Actor, Capability, Grant, Reach, RoleCode
from pithead.org.models import Person, Place, Unit, UnitKind
from pithead.org.queries import place_of
from pithead.practices.models import Bond, BondKind, Confidentiality, Event, Every, Per, Practice, Quota
from pithead.practices.queries import duties
from pithead.practices.queries.customs import homes, reach
from pithead.practices.queries.duties import DutyRow, Question
from pithead.practices.queries.owed import HOMES, looked_at, post_of, who_owes

SHOWN = 50
INSIDE = (UnitKind.CREW, UnitKind.PARTY_GROUP)  # known by what they belong to
SOMEBODY = "职工 1 名"


@dataclass(frozen=True)
class Wanted:
    """Which figure of which board. `answers`: a unit that owes it; on the board of the mine with all that stands under it."""

    mine: Unit
    unit: Unit | None
    bounds: tuple[dt.date, dt.date]
    today: dt.date
    practice: Practice | None = None
    post: str = ""
    answers: Unit | None = None
    about: Unit | None = None


@dataclass(frozen=True)
class Line:
    """`person`: who was asked, for those who may see him. `whom`: the zone, the worker, the bond; `where`: the unit it is about,
    `goes`: the one that answers, if another."""

    practice: Practice
    who: str
    person: Person | None
    whom: str
    where: str
    goes: Unit | None
    when: str
    start: dt.date
    due: dt.date
    only: str
    shifts: bool
    expected: int
    done: int
    late: int


@dataclass(frozen=True)
class Found:
    """`late`: the figure it stands behind. `more`: how many lines are not shown."""

    lines: tuple[Line, ...]
    late: int
    more: int


def missing(actor: Actor, wanted: Wanted, calendar: Calendar) -> Found:
    """Nine queries at most."""
    _, paths = looked_at(actor, wanted.mine, wanted.unit, wanted.bounds)
    practice = wanted.practice.pk if wanted.practice is not None else None
    asked = Question(wanted.mine, *wanted.bounds, wanted.today, paths, practice_id=practice, calendar=calendar)
    only = duties.Only(wanted.post, _answering(wanted), wanted.about.pk if wanted.about is not None else None)
    found = duties.missing(asked, only, SHOWN)
    things = _Things(actor, wanted.mine, found.rows, calendar)
    return Found(tuple(map(things.line, found.rows)), found.late, found.lines - len(found.rows))


def _answering(wanted: Wanted) -> tuple[int, ...]:
    answers = wanted.answers
    if answers is None:
        return ()
    if wanted.unit is not None or wanted.about is not None:
        return (answers.pk,)
    units = {one.pk: one for one in Unit.objects.of_mine(wanted.mine)}
    home = homes(units, HOMES)
    return tuple(pk for pk in units if home.get(pk, pk) == answers.pk) or (answers.pk,)


class _Things:
    """What lines name: one query for each kind."""

    def __init__(self, actor: Actor, mine: Unit, rows: Iterable[DutyRow], calendar: Calendar):
        self._actor, self._calendar = actor, calendar
        rows = list(rows)
        quotas = Quota.objects.filter(version__mine=mine).select_related("version__practice")
        self._quotas = quotas.in_bulk({row.quota_id for row in rows})
        keys: dict[str, set[int]] = {per: set() for per in Per}
        for row in rows:
            keys[self._quotas[row.quota_id].per].add(row.key)
        self._places = Place.objects.filter(mine=mine).in_bulk(keys[Per.ZONE])
        bonds = Bond.objects.filter(mine=mine).select_related("place", "group", "unit")
        self._bonds = bonds.in_bulk(keys[Per.BOND])
        units = {pk for row in rows for pk in (row.unit_id, row.about_id)}
        self._units = Unit.objects.of_mine(mine).select_related("parent").in_bulk(units)
        looked_after = {bond.worker_id for bond in self._bonds.values() if bond.worker_id}
        people = keys[Per.WORKER] | looked_after | {row.performer_id for row in rows if row.performer_id}
        self._people = Person.objects.visible_to(actor).filter(mine=mine).in_bulk(people)

    def line(self, row: DutyRow) -> Line:
        quota = self._quotas[row.quota_id]
        version, about = quota.version, self._units[row.about_id]
        return Line(
            practice=version.practice,
            who=who_owes(post_of(quota.per, row.role), version.content),
            person=self._people.get(row.performer_id or 0),
            whom=self._whom(row, quota, about),
            where=place_of(about) if about.kind in INSIDE else about.name,
            goes=self._units[row.unit_id] if row.unit_id != row.about_id else None,
            when=self._when(row, quota),
            start=row.start,
            due=row.due,
            only=quota.only,
            shifts=bool(quota.distinct),
            expected=row.expected,
            done=row.done,
            late=row.late,
        )

    def _whom(self, row: DutyRow, quota: Quota, about: Unit) -> str:
        match quota.per:
            case Per.ZONE:
                return self._places[row.key].name
            case Per.WORKER:
                return self._named(row.key, quota, about)
            case Per.BOND:
                return self._bond(self._bonds[row.key], quota)
        return ""

    def _bond(self, bond: Bond, quota: Quota) -> str:
        match BondKind(bond.kind):
            case BondKind.ZONE:
                return str(bond.place or bond.label)
            case BondKind.WORKERS:
                return f"包保{self._named(bond.worker_id or 0, quota, bond.unit)}"
            case BondKind.CELL:
                return f"{bond.group}和{bond.unit}"
            case BondKind.POST:
                return bond.label

    def _named(self, person: int, quota: Quota, unit: Unit) -> str:
        """Whom it was about: by name for those who see him; of what is confidential only for those who talk or read there."""
        if quota.among == Event.VIOLATED:  # whoever looks after him knows, and not from here
            return SOMEBODY
        is_open = quota.version.confidentiality == Confidentiality.OPEN
        seen = self._people.get(person) if is_open or concerns(self._actor, quota.version.content, unit.path) else None
        return seen.name if seen is not None else SOMEBODY

    def _when(self, row: DutyRow, quota: Quota) -> str:
        if quota.every == Every.EVENT:
            return f"{Event(quota.among).label}后 {quota.within} 天内"
        kind = Kind.DAY if quota.every == Every.SHIFT else Kind(quota.every)
        return self._calendar.period_of(row.due, kind).label


def concerns(actor: Actor, asked: Mapping[str, Any], path: str) -> bool:
    """Whether one of his posts performs or reads it for the unit of that path. Being a worker is no such post."""
    roles = {*asked.get("performers", ()), *asked.get("readers", ())} - {RoleCode.WORKER}
    return any(str(grant.role) in roles and path.startswith(_within(actor, grant)) for grant in actor.grants)


def _within(actor: Actor, grant: Grant) -> tuple[str, ...]:
    whole = ROLES[grant.role].grants.get(Capability.DUTY_VIEW) is Reach.MINE
    return ((grant.unit.mine or grant.unit).path,) if whole else reach(actor, grant.unit)

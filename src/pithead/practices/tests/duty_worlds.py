"""Small worlds made by chance: everything a duty depends on, in all the orders it may come in."""

import datetime as dt
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.utils import timezone

from pithead.issues.models import Involved, Issue, Role, Step
from pithead.kernel.calendars import Calendar
from pithead.org.models import (
    CrewShift,
    Holiday,
    Leave,
    Membership,
    MineCalendar,
    Person,
    Place,
    Post,
    Serves,
    Shift,
    ShiftSystem,
    Unit,
    UnitKind,
)
from pithead.org.testing import Cast, add_unit
from pithead.practices.models import (
    Adoption,
    Bond,
    Confidentiality,
    Every,
    Per,
    Practice,
    PracticeVersion,
    Quota,
    Record,
    RecordPerson,
    RecordRole,
    VersionRole,
    WorkMethod,
)

FIRST, LAST = dt.date(2025, 10, 20), dt.date(2026, 7, 20)
ROLES = ("section_head", "crew_leader", "branch_secretary", "liaison_officer")
EVENTS = ("hired", "transferred", "returned", "injured", "violated", "violated")
BONDS = ("zone", "post", "cell", "workers", "workers")
Made = TypeVar("Made")
Span = tuple[dt.date, dt.date | None]


@dataclass
class Ground:
    """What all worlds stand on: two sections with crews, two offices, branches with a group, shifts, people."""

    mine: Unit
    units: list[Unit]
    shifts: list[Shift]
    people: list[Person]
    practices: list[Practice]

    def of(self, *kinds: str) -> list[Unit]:
        return [unit for unit in self.units if unit.kind in kinds]


@dataclass(frozen=True)
class Confirmed:
    """A matter as far as duties look at it. `on`: the day it was confirmed."""

    kind: str
    state: str
    on: dt.date | None
    subjects: tuple[int, ...]


@dataclass
class World:
    calendar: Calendar
    start: dt.date
    end: dt.date
    today: dt.date
    adoptions: list[Adoption] = field(default_factory=list)
    versions: list[PracticeVersion] = field(default_factory=list)
    roles: list[VersionRole] = field(default_factory=list)
    quotas: list[Quota] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    serves: list[Serves] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    bonds: list[Bond] = field(default_factory=list)
    crew_shifts: list[CrewShift] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    matters: list[Confirmed] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    subjects: list[RecordPerson] = field(default_factory=list)


def lay_ground(cast: Cast) -> Ground:
    branch = add_unit(cast.units["DW"], UnitKind.BRANCH, "ZB2", "联合党支部")
    group = add_unit(branch, UnitKind.PARTY_GROUP, "ZB2-1", "党小组")
    system = ShiftSystem.objects.create(mine=cast.mine, code="three_eight", name="三八制")
    shifts = [
        Shift.objects.create(system=system, number=n, name=f"{n} 班", starts_at=dt.time(0), hours=8, is_night=n == 3)
        for n in (1, 2, 3)
    ]
    for table in (Post, Membership, Serves):
        table.objects.filter(mine=cast.mine).delete()
    Person.objects.filter(mine=cast.mine).update(hired_on=None)
    people = list(Person.objects.filter(mine=cast.mine).order_by("pk")[:5])
    methods = [WorkMethod.objects.create(mine=cast.mine, code=f"w{n}", title=f"工作法{n}") for n in (1, 2)]
    practices = [
        Practice.objects.create(mine=cast.mine, method=methods[n % 2], code=f"p{n}", title=f"要求{n}") for n in range(3)
    ]
    return Ground(cast.mine, [cast.mine, *cast.units.values(), branch, group], shifts, people, practices)


class Chance:
    """Draws a world and lays it down. Facts of one thing never overlap: the actions refuse that."""

    def __init__(self, ground: Ground, chance: random.Random):
        self.ground, self.chance, self.mine = ground, chance, ground.mine

    def world(self) -> World:
        start = self.day(dt.date(2025, 11, 1), dt.date(2026, 6, 1))
        end = start + dt.timedelta(days=self.chance.choice((0, 6, 30, 30, 60, 100)))
        world = World(self._calendar(), start, end, self.day(start, end + dt.timedelta(days=9)))
        self._endings()
        self._rules(world)
        self._people(world)
        self._others(world)
        self._bonds(world)
        world.matters = [self._matter(world, number) for number in range(self.chance.randint(0, 12))]
        self._records(world)
        return world

    # ── drawing ──
    def day(self, first: dt.date = FIRST, last: dt.date = LAST) -> dt.date:
        """Borders of months, weeks and quarters are where mistakes live."""
        on = first + dt.timedelta(days=self.chance.randint(0, (last - first).days))
        border = on.replace(day=1) - dt.timedelta(days=self.chance.randint(0, 1))
        return border if self.chance.random() < 0.3 and first <= border <= last else on

    def stretches(self, most: int = 3, early: float = 0.6) -> Iterator[Span]:
        """One after the other, close or with gaps; often from the beginning, often to this day."""
        days = sorted({self.day() for _ in range(2 * self.chance.randint(0, most))})
        if self.chance.random() < early:
            days = [FIRST, *days[days[:1] == [FIRST] :]]
        for turn in range(0, len(days) - 1, 2):
            close = self.chance.random() < 0.5 and turn + 2 < len(days)
            yield days[turn], days[turn + 2] - dt.timedelta(days=1) if close else days[turn + 1]
        if len(days) % 2:
            yield days[-1], None

    def some(self, what: list[Made], part: float) -> list[Made]:
        return [one for one in what if self.chance.random() < part]

    def dated(self, model: Callable[..., Made], most: int = 3, early: float = 0.6, **facts: Any) -> list[Made]:
        return [
            model(mine=self.mine, since=since, until=until, **facts) for since, until in self.stretches(most, early)
        ]

    def _endings(self) -> None:
        """Some units are closed and some people leave, whatever is still written down of them."""
        for unit in self.ground.units[1:]:
            unit.closed_on = self.day() if self.chance.random() < 0.15 else None
        for person in self.ground.people:
            person.left_on = self.day() if self.chance.random() < 0.2 else None
        Unit.objects.bulk_update(self.ground.units, ["closed_on"])
        Person.objects.bulk_update(self.ground.people, ["left_on"])

    # ── rules ──
    def _calendar(self) -> Calendar:
        cutoff, later = self.chance.choice((None, None, 20, 25, 28)), self.chance.random() < 0.4
        MineCalendar.objects.update_or_create(
            mine=self.mine, defaults={"cutoff_day": cutoff, "night_books_next_day": later}
        )
        first = self.day()
        worked = {first + dt.timedelta(days=n): self.chance.random() < 0.1 for n in range(self.chance.randint(0, 12))}
        Holiday.objects.filter(mine=self.mine).delete()
        Holiday.objects.bulk_create(Holiday(mine=self.mine, date=day, worked=is_so) for day, is_so in worked.items())
        return Calendar(cutoff, 3, later, worked)

    def _rules(self, world: World) -> None:
        """A method is adopted by all of the mine, then by parts of it, or the other way round."""
        parts = self.ground.of("section", "committee", "office")
        for method in {practice.method for practice in self.ground.practices}:
            given = [self.mine] if self.chance.random() < 0.6 else self.some(parts, 0.8)
            for unit in given:
                world.adoptions += self.dated(Adoption, 2, 0.9, method=method, unit=unit)
        Adoption.objects.bulk_create(world.adoptions)
        for practice in self.ground.practices:
            for number, (since, until) in enumerate(self.stretches(2, 0.9), 1):
                self._version(world, practice, number, since, until)

    def _version(self, world: World, practice: Practice, number: int, since: dt.date, until: dt.date | None) -> None:
        version = PracticeVersion.objects.create(
            mine=self.mine,
            practice=practice,
            number=number,
            since=since,
            until=until,
            content={},
            confidentiality=self.chance.choice((*["open"] * 5, "restricted", Confidentiality.PRIVATE)),
            rest_days=self.chance.random() < 0.6,
        )
        world.versions.append(version)
        roles = [VersionRole(version=version, role=role) for role in self.some(list(ROLES), 0.6)]
        roles += [VersionRole(version=version, role="section_head", part="reads")]
        world.roles += VersionRole.objects.bulk_create(roles)
        quotas = [self._quota(version, position) for position in range(self.chance.randint(2, 4))]
        for first, second in zip(quotas[::2], quotas[1::2], strict=False):
            self._beside(first, second)
        world.quotas += Quota.objects.bulk_create(quotas)

    def _quota(self, version: PracticeVersion, position: int) -> Quota:
        every = self.chance.choice([*Every, *[Every.EVENT] * 3, *[Every.SHIFT] * 2, Every.MONTH])
        likely = {
            Every.EVENT: [Per.WORKER, Per.WORKER, Per.MEMBER, Per.BOND, Per.BOND],
            Every.SHIFT: [Per.UNIT, Per.WORKER, *Per],
        }
        per = self.chance.choice(likely.get(every, list(Per)))
        among = {"unit": ("crew", "crew", "section", "branch"), "bond": BONDS}.get(per, ("",))
        return Quota(
            version=version,
            position=position,
            every=every,
            per=per,
            count=self.chance.choice((1, 1, 2, 3, 8)),
            among=self.chance.choice(EVENTS if every == Every.EVENT else among),
            only=self.chance.choice(("", "", "", "underground", "night")),
            distinct=self.chance.choice(("", "", "shift")),
            within=self.chance.choice((0, 7, 30)) if every == Every.EVENT else 0,
        )

    def _beside(self, first: Quota, second: Quota) -> None:
        """Often two of the same keys, and of them often two of the same periods."""
        if self.chance.random() < 0.5 and Every.EVENT not in (first.every, second.every):
            second.per, second.among = first.per, first.among
            second.every = first.every if self.chance.random() < 0.5 else second.every

    # ── people ──
    def _people(self, world: World) -> None:
        people = self.ground.people
        for unit in self.ground.units:
            for role in self.some(list(ROLES), 0.25):
                for _ in range(self.chance.choice((1, 1, 2))):
                    self._chair(world, unit, role)
        lines = self.ground.of("section", "crew", "office"), self.ground.of("branch", "party_group")
        for person in people:
            for line, part in zip(lines, (0.9, 0.5), strict=True):
                if self.chance.random() < part:
                    world.memberships += [
                        Membership(mine=self.mine, person=person, unit=self.chance.choice(line), since=a, until=b)
                        for a, b in self.stretches()
                    ]
            kind = self.chance.choice(("annual", "injury", "injury"))
            world.leaves += [self._about_a_month(leave) for leave in self.dated(Leave, 2, person=person, kind=kind)]
            person.hired_on = self.day() if self.chance.random() < 0.7 else None
        Person.objects.bulk_update(people, ["hired_on"])
        unique = {(row.person_id, row.unit_id, row.since): row for row in world.memberships}
        world.memberships = Membership.objects.bulk_create(unique.values())
        Leave.objects.bulk_create(world.leaves)

    def _about_a_month(self, leave: Leave) -> Leave:
        """Beyond thirty days it is a long one."""
        until = leave.since + dt.timedelta(days=self.chance.choice((29, 30)))
        if self.chance.random() < 0.5 and (leave.until is None or until <= leave.until):
            leave.until = until
        return leave

    def _chair(self, world: World, unit: Unit, role: str) -> None:
        first = None
        for since, until in self.stretches():
            person = self.chance.choice(self.ground.people)
            if any((p.person_id, p.role, p.unit_id, p.since) == (person.pk, role, unit.pk, since) for p in world.posts):
                continue
            post = Post.objects.create(
                mine=self.mine, person=person, role=role, unit=unit, since=since, until=until, seat=first
            )
            first = first or post
            world.posts.append(post)

    def _others(self, world: World) -> None:
        for server in self.ground.of("office", "branch"):
            for unit in self.some(self.ground.of("section", "crew"), 0.4):
                world.serves += self.dated(Serves, 2, server=server, unit=unit)
        Serves.objects.bulk_create(world.serves)
        for number in range(3):
            unit, kind = self.chance.choice([None, *self.ground.units]), self.chance.choice(("zone", "zone", "working"))
            since, until = next(self.stretches(2), (FIRST, None))
            place = Place(mine=self.mine, code=f"Z{number}", name="区", kind=kind, unit=unit, since=since, until=until)
            world.places.append(place)
        Place.objects.bulk_create(world.places)
        for unit in self.ground.of("crew"):
            world.crew_shifts += [
                CrewShift(mine=self.mine, unit=unit, system=shift.system, shift=shift, since=since, until=until)
                for since, until in self.stretches(5)
                if (shift := self.chance.choice(self.ground.shifts))
            ]
        CrewShift.objects.bulk_create(world.crew_shifts)

    def _bonds(self, world: World) -> None:
        people = self.ground.people
        for _ in range(4):
            kind, person = self.chance.choice(BONDS), self.chance.choice([None, *people])
            worker = self.chance.choice(people) if kind == "workers" or self.chance.random() < 0.3 else None
            unit = self.chance.choice(self.ground.units)
            place, group = self.chance.choice([None, *world.places]), self.chance.choice([None, *self.ground.units])
            about = {"unit": unit, "person": person, "worker": worker, "place": place, "group": group}
            world.bonds += self.dated(Bond, 2, 0.8, kind=kind, **about)
        Bond.objects.bulk_create(world.bonds)

    def _matter(self, world: World, number: int) -> Confirmed:
        """Mostly a violation that was confirmed; some were cancelled, some are looked at yet, some are something else."""
        kind = self.chance.choice(("violation", "violation", "violation", "incident"))
        state = self.chance.choice(("reported", "confirmed", "mentoring", "appealed", "closed", "closed", "void"))
        people = self.chance.sample(self.ground.people, self.chance.randint(1, 3))
        ends = [one.until for one in world.bonds if one.until and one.worker_id == people[0].pk]
        day = self.chance.choice(ends) - dt.timedelta(days=self.chance.randint(0, 9)) if ends else self.day()
        on = day if state != "reported" and self.chance.random() < 0.9 else None
        noon = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        issue = Issue.objects.create(
            mine=self.mine,
            kind=kind,
            state=state,
            unit=self.mine,
            office=self.mine,
            found_at=noon,
            arrived_at=noon,
            source_key=f"m{number}",
        )
        for seq, (verb, day) in enumerate([("raise", self.day()), ("confirm", on), ("comment", self.day())], 1):
            if day is not None:
                at = self._moment(day)
                Step.objects.create(mine=self.mine, issue=issue, seq=seq, at=at, arrived_at=noon, verb=verb)
        for person, role in zip(people, (Role.SUBJECT, Role.SUBJECT, Role.JOINT), strict=False):
            Involved.objects.create(mine=self.mine, issue=issue, role=role, who=str(person.pk))
        return Confirmed(kind, state, on, tuple(person.pk for person in people[:2]))

    def _moment(self, day: dt.date) -> dt.datetime:
        """Of that day where the mine is, often close to midnight."""
        hour = self.chance.choice((dt.time(0, 0), dt.time(7, 59), dt.time(8, 0), dt.time(23, 59)))
        return timezone.make_aware(dt.datetime.combine(day, hour))

    # ── what was done ──
    def _records(self, world: World) -> None:
        world.records = [self._record(world) for _ in range(self.chance.randint(0, 120))]
        self.chance.shuffle(world.records)
        Record.objects.bulk_create(world.records)
        for record in world.records:
            for field_name in ("a", "b")[: self.chance.randint(0, 2)]:
                for person in self.some(self.ground.people, 0.4):
                    role = self.chance.choice((RecordRole.SUBJECT, RecordRole.SUBJECT, RecordRole.PRESENT))
                    one = RecordPerson(record=record, mine=self.mine, person=person, role=role, field=field_name)
                    world.subjects.append(one)
        RecordPerson.objects.bulk_create(world.subjects)

    def _record(self, world: World) -> Record:
        """Of any practice by anybody anywhere on any day, mostly near the stretch that is looked at."""
        pick, moment = self.chance.choice, dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        post = pick([None, *world.posts])
        far = self.chance.random() < 0.3
        near = world.start - dt.timedelta(days=3), world.end + dt.timedelta(days=3)
        return Record(
            mine=self.mine,
            practice=(practice := pick(self.ground.practices)),
            version=pick([one for one in world.versions if one.practice_id == practice.pk] or [self._any(practice)]),
            performer=pick([None, *self.ground.people]),
            performer_unit=post.unit if post and self.chance.random() < 0.6 else pick(self.ground.of("office")),
            seat=(post.seat or post) if post else None,
            unit=pick(self.ground.of("section", "crew", "branch")),
            place=pick([None, *world.places]),
            bond=pick([None, *world.bonds]),
            shift=pick([None, *self.ground.shifts]),
            underground=self.chance.random() < 0.5,
            night=self.chance.random() < 0.5,
            happened_at=moment,
            happened_on=self.day() if far else self.day(*near),
            arrived_at=moment,
            is_current=self.chance.random() < 0.9,
            withdrawn=self.chance.random() < 0.1,
            fingerprint="",
        )

    def _any(self, practice: Practice) -> PracticeVersion:
        """A version that has ended long ago: what it asked counts for nothing."""
        long_ago = dt.date(2019, 1, 1)
        facts = {"number": 99, "since": long_ago, "until": long_ago, "content": {}}
        found, _ = PracticeVersion.objects.get_or_create(mine=self.mine, practice=practice, defaults=facts)
        return found

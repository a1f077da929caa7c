"""Whoever does something in the demo mine: when, as what, with which answers; and how diligent his unit is."""

import datetime as dt
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pithead.demo.calling import Calling
from pithead.demo.customs import Customs
from pithead.demo.organisation import Organisation
from pithead.kernel.periods import Kind
from pithead.org.access import Actor, RoleCode
from pithead.org.models import CrewShift, Person, Shift, Unit
from pithead.org.queries import calendar_of
from pithead.practices.actions import RecordDraft

ONE_DAY = dt.timedelta(days=1)


@dataclass
class Done:
    """One record as it will be handed over. `life`: what becomes of the matter it raises, by the names of `demo/matters.yaml`.
    `signers`: who signs it later."""

    at: dt.datetime
    by: Actor
    draft: RecordDraft
    life: str = ""
    signers: tuple[tuple[str, Person], ...] = ()


@dataclass
class Doing:
    """What the stories of single practices share."""

    organisation: Organisation
    calling: Calling
    customs: Customs
    pack: Mapping[str, Any]
    chance: random.Random
    start: dt.date
    shifts: dict[int, Shift] = field(default_factory=dict)  # by crew
    crews: dict[int, list[Person]] = field(default_factory=dict)  # who has belonged to a unit all the time

    def __post_init__(self) -> None:
        self.today = self.calling.clock.today
        self.calendar = calendar_of(self.organisation.mine)
        rows = CrewShift.objects.filter(mine=self.organisation.mine, shift__isnull=False).select_related("shift")
        self.shifts = {one.unit_id: one.shift for one in rows if one.shift is not None}
        self.people = {person.pk: person for person in self.calling.staff.people}
        for person in self.calling.staff.people:
            if person.unit_id is not None and not (person.hired_on and person.hired_on > self.start):
                self.crews.setdefault(person.unit_id, []).append(person)

    # ── where ──
    @property
    def sections(self) -> list[Unit]:
        return [self.organisation.units[one["code"]] for one in self.organisation.pack["sections"]]

    @property
    def branches(self) -> list[Unit]:
        return [self.organisation.units[one["code"]] for one in self.organisation.pack["branches"]]

    def branch_of(self, section: str) -> str:
        branches = self.organisation.pack["branches"]
        return str(next(one["code"] for one in branches if section in one["serves"]))

    def people_of(self, section: Unit) -> list[Person]:
        """Of its crews, with those who came since."""
        crews = {crew.pk for crew in self.organisation.crews_of(section.code)}
        return [person for person in self.calling.staff.people if person.unit_id in crews]

    # ── who ──
    def holder(self, role: RoleCode, unit: str) -> Actor:
        return self.calling.holder(role, unit)

    def head(self, section: str) -> Actor:
        return self.holder(RoleCode.SECTION_HEAD, section)

    def secretary(self, section: str) -> Actor:
        return self.holder(RoleCode.BRANCH_SECRETARY, self.branch_of(section))

    def deputy(self, section: str, turn: int) -> Actor:
        deputies = self.calling.staff.holders[RoleCode.DEPUTY_SECTION_HEAD, section]
        return self.calling.actor(deputies[turn % len(deputies)])

    def leader(self, crew: Unit) -> Actor:
        return self.holder(RoleCode.CREW_LEADER, crew.code)

    def person(self, by: Actor) -> Person:
        assert by.person_id is not None
        return self.people[by.person_id]

    # ── when ──
    def periods(self, kind: Kind, since: dt.date | None = None) -> Iterator[tuple[dt.date, dt.date]]:
        """First and last day of each since the story, or a unit, began; the last one as far as it has come."""
        day = first = max(since or self.start, self.start)
        while day < self.today:
            begins, ends = self.calendar.bounds(self.calendar.period_of(day, kind))
            yield max(begins, first), min(ends, self.today - ONE_DAY)
            day = ends + ONE_DAY

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        return first + self.chance.randrange((last - first).days + 1) * ONE_DAY

    def moment(self, day: dt.date, hour: int = 0) -> dt.datetime:
        """Some minute of it; without an hour of the day shift."""
        return self.calling.clock.at(day, hour or 9 + self.chance.randrange(8), self.chance.randrange(60))

    def due(self, kind: Kind, whose: str, since: dt.date | None = None, count: int = 1) -> Iterator[dt.date]:
        """On which days what was due each period was done: most do most, some are slow, and of what still runs a part."""
        share = self.pack["diligence"]["slow" if whose in self.pack["slow"] else "usual"] / 100
        for first, last in self.periods(kind, since):
            has_come = share if last + ONE_DAY != self.today else share * 0.6
            yield from (self.day(first, last) for _ in range(count) if self.chance.random() < has_come)

    # ── what ──
    def done(self, practice: str, by: Actor, at: dt.datetime, answers: Mapping[str, Any], **more: Any) -> Done:
        life, signers = more.pop("life", ""), tuple(more.pop("signers", ()))
        draft = RecordDraft(
            practice=self.customs.practices[practice],
            answers=answers,
            id=UUID(int=self.chance.getrandbits(128), version=4),
            happened_at=at,
            **more,
        )
        return Done(at, by, draft, life, signers)


def fine(*keys: str) -> dict[str, dict[str, bool]]:
    return {key: {"ok": True} for key in keys}

"""Who acts, and when: the people of the demo as actors, and a clock that never passes the morning the demo plays on."""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from pithead.demo.people import Staff
from pithead.org.access import Actor, Grant, RoleCode, actor_for
from pithead.org.models import Person

MORNING = dt.time(7, 0)


@dataclass(frozen=True)
class Clock:
    """No event of the demo lies after the morning it plays on."""

    today: dt.date

    def at(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        zone = timezone.get_default_timezone()
        moment = dt.datetime.combine(day, dt.time(hour, minute), zone)
        return min(moment, dt.datetime.combine(self.today, MORNING, zone))


@dataclass
class Calling:
    """`holder(RoleCode.ASSESSOR, "SAF")`: the first who holds that post, as an actor."""

    staff: Staff
    clock: Clock
    mine_code: str
    known: dict[int, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.posted = {person.pk for people in self.staff.holders.values() for person in people}

    def holder(self, role: RoleCode, unit: str) -> Actor:
        return self.actor(self.staff.first(role, unit))

    def leader(self, job: str) -> Actor:
        leaders = self.staff.holders[RoleCode.MINE_LEADER, self.mine_code]
        return self.actor(next(person for person in leaders if person.job == job))

    def actor(self, person: Person) -> Actor:
        if person.pk not in self.known:
            self.known[person.pk] = self._actor(person)
        return self.known[person.pk]

    def _actor(self, person: Person) -> Actor:
        """Of who holds no post nothing needs to be asked: hundreds of members keep a diary."""
        if person.pk in self.posted:
            return actor_for(person, on=self.clock.today, face="web")
        grants = (Grant(RoleCode.WORKER, person.mine),)
        return Actor(person.mine, person.staff_no, person.name, person.pk, grants, face="web")

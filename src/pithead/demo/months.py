"""The months: every standard opened, scored office by office, closed, reviewed and settled; the last one left open."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone

from pithead.assess.actions import add_entries, close_cycle, finalise_cycle, open_cycle, review_cycle, submit
from pithead.assess.models import Cycle, ScoreClause
from pithead.demo.contestants import contestants
from pithead.demo.corpus import load_corpus
from pithead.demo.drafts import Drafting, Month
from pithead.demo.organisation import Organisation
from pithead.demo.people import Staff
from pithead.kernel.periods import Kind, Period
from pithead.org.access import Actor, RoleCode, actor_for
from pithead.org.models import Person, Unit

ENTERED = ("SAF", "DIS", "TRN", "UNI", "HR", "GEO")  # offices that have written something into the open month
HANDED_IN = ("HR", "GEO")
OFFICE_DAYS = 3  # offices score on the first three days of the next month
APART = dt.timedelta(minutes=11)  # one office after the other
ONE_DAY = dt.timedelta(days=1)
MORNING = dt.time(7, 0)


def months_until(as_of: dt.date) -> list[Period]:
    """The two full quarters before the quarter of `as_of`, and what has passed of it; the last month is the open one."""
    open_month = Period.month(as_of.year, as_of.month)
    months = [open_month.within(Kind.QUARTER).previous().previous().months()[0]]
    while months[-1] != open_month:
        months.append(months[-1].next())
    return months


@dataclass(frozen=True)
class Clock:
    """No event of the demo lies after the morning it plays on."""

    today: dt.date

    def at(self, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
        zone = timezone.get_default_timezone()
        moment = dt.datetime.combine(day, dt.time(hour, minute), zone)
        return min(moment, dt.datetime.combine(self.today, MORNING, zone))


class Season:
    """Runs the months of one standard."""

    def __init__(self, code: str, organisation: Organisation, staff: Staff, clock: Clock, seed: int):
        self.code, self.organisation, self.staff, self.clock = code, organisation, staff, clock
        self.drafting = Drafting(load_corpus(code), contestants(code, organisation, seed), organisation, seed)
        self.actors: dict[int, Actor] = {}

    def run(self, period: Period, ago: int) -> Cycle:
        """One month, from opening to settling; the open one stays where its offices are."""
        party = self._holder(RoleCode.PARTY_OFFICER, "PTY")
        opened = self.clock.at(dt.date(period.year, period.number, 1), 8, 30)
        cycle = open_cycle(by=party, at=opened, mine=self.organisation.mine, code=self.code, period=period)
        self._score(cycle, ago)
        if ago:
            self._settle(cycle, party)
        return cycle

    def _settle(self, cycle: Cycle, party: Actor) -> None:
        leaders = self.staff.holders[RoleCode.MINE_LEADER, self.organisation.mine.code]
        secretary = self._actor(next(person for person in leaders if person.job == "党委书记"))
        close_cycle(by=party, at=self._after(cycle, 4, 16), cycle=cycle)
        review_cycle(by=secretary, at=self._after(cycle, 5, 10), cycle=cycle, note="同意，提交党政联席会审定")
        finalise_cycle(by=party, at=self._after(cycle, 7, 15), cycle=cycle)

    def _score(self, cycle: Cycle, ago: int) -> None:
        """Each office that has something to say writes it down and, when the month is over, hands in."""
        by_office = defaultdict(list)
        for draft in self.drafting.drafts(Month(cycle, ago, min(cycle.ends_on, self.clock.today))):
            by_office[draft.office_id].append(draft)
        for turn, office in enumerate(self._offices(cycle)):
            if not ago and office.code not in ENTERED:
                continue
            assessor = self._holder(RoleCode.ASSESSOR, office.code)
            at = self._after(cycle, 1 + turn % OFFICE_DAYS, 16) - turn * APART
            add_entries(by=assessor, at=at, cycle=cycle, drafts=by_office[office.pk])
            if ago or office.code in HANDED_IN:
                submit(by=assessor, at=at, cycle=cycle, office=office)

    def _offices(self, cycle: Cycle) -> list[Unit]:
        """Those with a clause in the standard, in the order of the mine's list."""
        clauses = ScoreClause.objects.filter(item__standard=cycle.standard_id)
        scoring = set(clauses.values_list("office_id", flat=True))
        listed = [self.organisation.units[office["code"]] for office in self.organisation.pack["offices"]]
        return [office for office in listed if office.pk in scoring]

    def _after(self, cycle: Cycle, days: int, hour: int) -> dt.datetime:
        return self.clock.at(cycle.ends_on + days * ONE_DAY, hour)

    def _holder(self, role: RoleCode, unit: str) -> Actor:
        return self._actor(self.staff.first(role, unit))

    def _actor(self, person: Person) -> Actor:
        if person.pk not in self.actors:
            self.actors[person.pk] = actor_for(person, on=self.clock.today, face="web")
        return self.actors[person.pk]

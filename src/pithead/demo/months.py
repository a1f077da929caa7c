"""The months: every standard opened and scored office by office; the last one left open."""

import datetime as dt
from collections import defaultdict

from pithead.assess.actions import add_entries, open_cycle, submit
from pithead.assess.models import Cycle, ScoreClause
from pithead.demo.calling import Calling
from pithead.demo.contestants import contestants
from pithead.demo.corpus import load_corpus
from pithead.demo.counting import Counting
from pithead.demo.drafts import Drafting, Month
from pithead.demo.organisation import Organisation
from pithead.kernel.periods import Kind, Period
from pithead.org.access import RoleCode
from pithead.org.models import Unit

ENTERED = ("SAF", "DIS", "TRN", "UNI", "HR", "GEO")  # offices that have written something into the open month
HANDED_IN = ("HR", "GEO")
OFFICE_DAYS = 3  # offices score on the first three days of the next month
APART = dt.timedelta(minutes=11)  # one office after the other
ONE_DAY = dt.timedelta(days=1)


def months_until(as_of: dt.date) -> list[Period]:
    """The two full quarters before the quarter of `as_of`, and what has passed of it; the last month is the open one."""
    open_month = Period.month(as_of.year, as_of.month)
    months = [open_month.within(Kind.QUARTER).previous().previous().months()[0]]
    while months[-1] != open_month:
        months.append(months[-1].next())
    return months


class Season:
    """Runs the months of one standard."""

    def __init__(self, code: str, organisation: Organisation, calling: Calling, seed: int):
        self.code, self.organisation, self.calling = code, organisation, calling
        self.clock = calling.clock
        self.drafting = Drafting(load_corpus(code), contestants(code, organisation, seed), organisation, seed)

    def score(self, period: Period, ago: int) -> Cycle:
        """One month, opened and scored; the open one as far as its offices are."""
        party = self.calling.holder(RoleCode.PARTY_OFFICER, "PTY")
        opened = self.clock.at(dt.date(period.year, period.number, 1), 8, 30)
        cycle = open_cycle(by=party, at=opened, mine=self.organisation.mine, code=self.code, period=period)
        self._score(cycle, ago)
        return cycle

    def _score(self, cycle: Cycle, ago: int) -> None:
        """Each office answers what is proposed to it, writes down what else it has to say and, when the month is over, hands in.
        What the system counts is part of what a unit loses."""
        counting = Counting(cycle, self.calling, min(cycle.ends_on + ONE_DAY, self.clock.today))
        by_office = defaultdict(list)
        month = Month(cycle, ago, min(cycle.ends_on, self.clock.today), counting.points)
        for draft in self.drafting.drafts(month):
            by_office[draft.office_id].append(draft)
        for turn, office in enumerate(self._offices(cycle)):
            if not ago and office.code not in ENTERED:
                continue
            assessor = self.calling.holder(RoleCode.ASSESSOR, office.code)
            at = self._after(cycle, 1 + turn % OFFICE_DAYS, 16) - turn * APART
            if ago:
                counting.answer(office, ago, at)
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

"""What follows when scores are in: closing, the leader's look, the joint meeting, publicity with its appeals, settling.

Nothing happens after the morning the demo plays on: a month whose publicity is not over yet is still being published.
"""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from django.db.models import Q

from pithead.assess import actions
from pithead.assess.models import Appeal, Cycle, Entry, EntryKind, Outcome, Publicity, Source
from pithead.assess.models.entries import GAUGE_KEY
from pithead.demo.calling import Calling
from pithead.demo.story import CONTESTED_COUNT
from pithead.kernel import packs
from pithead.kernel.rounding import to_cent
from pithead.org.access import Actor, RoleCode
from pithead.org.models import UnitKind

ONE_DAY = dt.timedelta(days=1)
LEAST_APPEALED = Decimal("0.5")
SPOKESMEN = {
    UnitKind.SECTION: RoleCode.SECTION_HEAD,
    UnitKind.CREW: RoleCode.CREW_LEADER,
    UnitKind.BRANCH: RoleCode.BRANCH_SECRETARY,
}


class Settling:
    """`late`: the standard whose last month is published two days before the demo's day, so that there is one to look at."""

    def __init__(self, calling: Calling, seed: int, late: str):
        self.calling, self.seed, self.late = calling, seed, late
        self.clock = calling.clock
        self.pack: list[dict[str, Any]] = packs.load("demo", "appeals")["appeals"]

    def run(self, cycle: Cycle, ago: int) -> None:
        """All steps of one month, and of those linked with it, that have come about by now."""
        cycle.refresh_from_db()
        if not cycle.takes_scores:  # it went along with a month it is linked with
            return
        party = self.calling.holder(RoleCode.PARTY_OFFICER, "PTY")
        secretary = self.calling.leader("党委书记")
        actions.close_cycle(by=party, at=self._after(cycle, 4, 9), cycle=cycle)
        actions.review_cycle(by=secretary, at=self._after(cycle, 4, 15), cycle=cycle, note="同意，提交党政联席会审定")
        minutes = f"{cycle.ends_on.year}年第{cycle.ends_on.month * 2}次"
        actions.approve_cycle(by=party, at=self._after(cycle, 5, 9), cycle=cycle, minutes=minutes)
        published = self._after(cycle, 5, 11)
        if ago == 1 and cycle.code == self.late:
            published = max(published, self.clock.at(self.clock.today - 2 * ONE_DAY, 11))
        contacts = "党委工作部 8201，纪检科 8302，投诉箱设在联建楼一楼"
        publicity = actions.publish_cycle(by=party, at=published, cycle=cycle, contacts=contacts)
        publicity = self._appeal(cycle, publicity, ago)
        if publicity.ends_on < self.clock.today:
            settled = self.clock.at(publicity.ends_on + ONE_DAY, 9)
            actions.finalise_cycle(by=party, at=settled, cycle=cycle)

    def _appeal(self, cycle: Cycle, publicity: Publicity, ago: int) -> Publicity:
        """One appeal a month; two, still undecided, in the month that is being published. Gives the last publicity."""
        running = publicity.ends_on >= self.clock.today
        if publicity.starts_on >= self.clock.today:
            return publicity
        turns = [ago % len(self.pack)] if not running else [0, 1]
        for number, entry in enumerate(self._contested(cycle, len(turns), (cycle.code, ago) == CONTESTED_COUNT)):
            words = self.pack[turns[number]]
            appeal = self._make(entry, words["text"], self.clock.at(publicity.starts_on, 9 + number))
            if running and number:
                continue
            self._answer(appeal, words["answer"], self.clock.at(publicity.starts_on, 15))
            if not running:
                publicity = self._decide(appeal, words, publicity)
        return publicity

    def _contested(self, cycle: Cycle, count: int, counted: bool) -> list[Entry]:
        """Deductions worth a dispute, of as many units; `counted`: of those the system made."""
        rows = Entry.objects.filter(cycle=cycle, kind=EntryKind.DEDUCTION, points__gte=LEAST_APPEALED)
        computed = Q(source=Source.COMPUTED)
        rows = rows.filter(computed, key__startswith=GAUGE_KEY) if counted else rows.exclude(computed)
        found = list(rows.select_related("unit", "item", "office").order_by("pk"))
        random.Random(f"{self.seed}/appeals/{cycle.code}/{cycle.period}").shuffle(found)
        of_unit: dict[int, Entry] = {}
        for entry in found:
            of_unit.setdefault(entry.unit_id, entry)
        return list(of_unit.values())[:count]

    def _make(self, entry: Entry, text: str, at: dt.datetime) -> Appeal:
        by = self.calling.holder(SPOKESMEN[UnitKind(entry.unit.kind)], entry.unit.code)
        return actions.make_appeal(by=by, at=at, entry=entry, text=text)

    def _answer(self, appeal: Appeal, text: str, at: dt.datetime) -> None:
        by = self.calling.holder(RoleCode.ASSESSOR, appeal.office.code)
        actions.answer_appeal(by=by, at=at, appeal=appeal, answer=text)

    def _decide(self, appeal: Appeal, words: dict[str, Any], publicity: Publicity) -> Publicity:
        """By the leader who is over discipline; what changes is published again."""
        outcome, by = Outcome(words["outcome"]), self.calling.leader("纪委书记")
        points = to_cent(appeal.points / 2) if outcome is Outcome.CHANGED else None
        decided = self.clock.at(publicity.ends_on, 10)
        text = words["decision"]
        actions.decide_appeal(by=by, at=decided, appeal=appeal, outcome=outcome, decision=text, points=points)
        if outcome is Outcome.REJECTED:
            return publicity
        party: Actor = self.calling.holder(RoleCode.PARTY_OFFICER, "PTY")
        again = self.clock.at(publicity.ends_on, 16)
        cycle = Cycle.objects.select_related("standard__owner", "mine").get(pk=appeal.cycle_id)
        return actions.publish_cycle(by=party, at=again, cycle=cycle)

    def _after(self, cycle: Cycle, days: int, hour: int) -> dt.datetime:
        return self.clock.at(cycle.ends_on + days * ONE_DAY, hour)

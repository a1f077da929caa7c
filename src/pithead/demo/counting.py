"""What the system counts in a month of the demo, what it proposes, and what offices say to it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from pithead.assess.actions import count_month, override, set_aside, take_proposals
from pithead.assess.models import Cycle
from pithead.assess.queries import Proposal, counted, fed
from pithead.demo.calling import Calling
from pithead.demo.story import LEFT_OUT, OVERRIDES
from pithead.kernel.rounding import to_cent
from pithead.org.access import RoleCode
from pithead.org.models import Unit


class Counting:
    """Of one month, as it stands when offices begin to score."""

    def __init__(self, cycle: Cycle, calling: Calling, today: dt.date):
        self.cycle, self.calling = cycle, calling
        self.counted = counted(cycle, today).proposals
        self.proposed = fed(cycle, today=today).pending
        self.points: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for one in (*self.counted, *self.proposed):
            self.points[one.unit_id][one.item.code] += one.points

    def answer(self, office: Unit, ago: int, at: dt.datetime) -> None:
        """Everything is taken but what the story says."""
        by, key = self.calling.holder(RoleCode.ASSESSOR, office.code), (self.cycle.code, ago)
        here: dict[str, Any] = {"by": by, "at": at, "cycle": self.cycle, "office": office}
        waiting = [one for one in self.proposed if one.clause.office_id == office.pk]
        left, stands = LEFT_OUT.get(key), OVERRIDES.get(key)
        if left and left.office == office.code and (one := _first(waiting, left.clause)):
            set_aside(**here, key=one.key, reason=left.reason)
            waiting.remove(one)
        if waiting:
            take_proposals(**here, keys=[one.key for one in waiting])
        if stands and stands.office == office.code and (one := _first(self.counted, stands.clause)):
            override(**here, key=one.key, points=to_cent(one.points * stands.share), reason=stands.reason)


def count_open(cycles: Iterable[Cycle], calling: Calling) -> None:
    """The months that take scores, as the clock counts them every hour."""
    by, at = calling.holder(RoleCode.PARTY_OFFICER, "PTY"), calling.clock.at(calling.clock.today, 7)
    for cycle in cycles:
        cycle.refresh_from_db()
        count_month(by=by, at=at, cycle=cycle)


def _first(proposals: "tuple[Proposal, ...] | list[Proposal]", clause: str) -> Proposal | None:
    """The dearest of a clause."""
    of_clause = (one for one in proposals if one.clause.code == clause)
    return max(of_clause, key=lambda one: (one.points, one.unit_code), default=None)

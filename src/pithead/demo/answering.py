"""The open month as it stands this morning: counted, and the party office has begun to answer what is proposed to it; the rest
waits for whoever tries it."""

from collections.abc import Iterable

from pithead.assess.actions import count_month, take_proposals
from pithead.assess.models import Cycle
from pithead.assess.queries import fed
from pithead.demo.calling import Calling
from pithead.org.access import RoleCode
from pithead.org.models import Unit

OFFICE = "PTY"


def answer(cycles: Iterable[Cycle], calling: Calling, offices: dict[str, Unit]) -> None:
    """The first of several is taken; a single one is left."""
    office, at = offices[OFFICE], calling.clock.at(calling.clock.today, 7)
    for cycle in cycles:
        cycle.refresh_from_db()
        count_month(by=calling.holder(RoleCode.PARTY_OFFICER, OFFICE), at=at, cycle=cycle)
        waiting = fed(cycle, office, today=calling.clock.today).pending
        if len(waiting) > 1:
            by = calling.holder(RoleCode.ASSESSOR, OFFICE)
            take_proposals(by=by, at=at, cycle=cycle, office=office, keys=[waiting[0].key])

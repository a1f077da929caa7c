"""The safety office has begun to answer what confirmed matters propose for the open month; the rest waits for whoever tries it."""

from pithead.assess.actions import take_proposals
from pithead.assess.models import Cycle
from pithead.assess.queries import fed
from pithead.demo.calling import Calling
from pithead.org.access import RoleCode
from pithead.org.models import Unit

OFFICE = "SAF"


def answer(cycle: Cycle, calling: Calling, offices: dict[str, Unit]) -> None:
    """The first of several is taken; a single one is left."""
    cycle.refresh_from_db()
    office, at = offices[OFFICE], calling.clock.at(calling.clock.today, 7)
    if len(waiting := fed(cycle, office).pending) > 1:
        by = calling.holder(RoleCode.ASSESSOR, OFFICE)
        take_proposals(by=by, at=at, cycle=cycle, office=office, keys=[waiting[0].key])

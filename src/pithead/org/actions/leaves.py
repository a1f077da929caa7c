"""When people are away."""

import datetime as dt
from typing import Any

from django.db import transaction

from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.actions.people import log_people
from pithead.org.models import Leave, Person
from pithead.org.models.people import LeaveKind


@transaction.atomic
def record_leave(
    *, by: Actor, at: dt.datetime, person: Person, kind: str, since: dt.date, until: dt.date | None
) -> Leave:
    """Days on which nothing is due from the person. The kind is all that is kept."""
    by.require(Capability.ORG_EDIT, person.unit or person.mine)
    hold(person.mine)
    if until and until < since:
        raise Refused("休假的结束日期早于开始日期")
    overlapping = list(Leave.objects.filter(person=person).during(since, until or dt.date.max).order_by("since"))
    for leave in overlapping:
        if (leave.kind, leave.since, leave.until) == (kind, since, until):
            return leave
    if overlapping:
        other = overlapping[0]
        span = f"{other.since} 至 {other.until or '未定'}"
        raise Refused(f"{person.name}已登记{LeaveKind(other.kind).label}（{span}），与这次重叠")
    leave = Leave.objects.create(mine=person.mine, person=person, kind=kind, since=since, until=until)
    log_people(by, at, "org.leave.recorded", [person], None, _leave_facts(leave))
    return leave


@transaction.atomic
def end_leave(*, by: Actor, at: dt.datetime, leave: Leave, on: dt.date) -> Leave:
    """`on` is the last day away: back early, or the end of a leave that had none."""
    by.require(Capability.ORG_EDIT, leave.person.unit or leave.person.mine)
    hold(leave.person.mine)
    leave.refresh_from_db(fields=("until",))
    if leave.until == on:
        return leave
    if on < leave.since:
        raise Refused(f"休假从 {leave.since} 开始，结束日期不能更早")
    leave.until = on
    leave.save()
    log_people(by, at, "org.leave.ended", [leave.person], None, _leave_facts(leave))
    return leave


def _leave_facts(leave: Leave) -> dict[str, Any]:
    """Without the kind: an illness is nobody's business in a log that is kept for years."""
    return {"since": leave.since.isoformat(), "until": leave.until.isoformat() if leave.until else None}

"""Reminding offices that have not handed in 催办."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from pithead.assess.actions.clashes import moment
from pithead.assess.actions.cycles import late_offices
from pithead.assess.actions.holding import hold
from pithead.assess.actions.rights import require_open
from pithead.assess.models import Cycle, Reminder
from pithead.kernel import audit
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ROLES, Actor, Capability
from pithead.org.models import Unit

APART = dt.timedelta(hours=1)


@transaction.atomic
def remind_offices(
    *, by: Actor, at: dt.datetime, cycle: Cycle, offices: Sequence[Unit] | None = None
) -> list[Reminder]:
    """Those named, or all that are late, but nobody twice within the hour: of all, those are passed over; a named one is refused."""
    by.require(Capability.CYCLE_RUN, cycle.mine)
    hold(cycle)
    require_open(cycle)
    late = late_offices(cycle)
    wanted = late if offices is None else list(offices)
    recent = {one.office_id: one for one in cycle.reminders.filter(reminded_at__gt=at - APART).order_by("reminded_at")}
    reasons = [reason for office in wanted if (reason := _objection(office, late, recent.get(office.pk)))]
    due = [office for office in wanted if office in late and office.pk not in recent]
    if reasons and (offices is not None or not due):
        raise Refused(reasons)
    if not due:
        raise Refused("各科室都已提交，不用催办")
    reminders = Reminder.objects.bulk_create(
        [Reminder(cycle=cycle, office=office, reminded_by=_office_of(by), reminded_at=at) for office in due]
    )
    audit.write(
        by=by,
        at=at,
        mine=cycle.mine.code,
        action="assess.scores.reminded",
        subject=("cycle", cycle.pk, str(cycle)),
        after={"late": [office.name for office in due]},
    )
    return reminders


def _office_of(by: Actor) -> str:
    """In whose name: the office that runs the assessment; the log knows the person."""
    running = (grant.unit.name for grant in by.grants if Capability.CYCLE_RUN in ROLES[grant.role].grants)
    return next(running, by.name)


def _objection(office: Unit, late: Sequence[Unit], last: Reminder | None) -> Reason | None:
    if office not in late:
        return Reason("已经提交，或不参加打分，不用催办", office.name)
    return Reason(f"{moment(last.reminded_at)} 刚催过，一小时后才能再催", office.name) if last else None

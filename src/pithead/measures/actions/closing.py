"""Closing a month: every figure is kept as it stands, with the moment; reopening throws the figures away again."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.calendars import Calendar
from pithead.kernel.db import insert_rows
from pithead.kernel.periods import Kind as PeriodKind
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.measures.models import Closing, Snapshot
from pithead.measures.queries.figures import ends_with, live
from pithead.measures.registry import Kind, Measure, beginnings, measures
from pithead.org.access import Actor, Capability, system
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import calendar_of

DAYS_AFTER = 4  # figures of a month are kept on the day after scoring ends (domain 3.4.6, assumed)
COLUMNS = ("mine", "period", "measure", "unit", "num", "den")


@transaction.atomic
def close_period(*, by: Actor, at: dt.datetime, mine: Unit, period: Period) -> Closing:
    """A month, and with the last of a quarter, half or year what counts each thing once in those. Closed already: as it is."""
    by.require(Capability.FIGURE_CLOSE, mine)
    if period.kind is not PeriodKind.MONTH:
        raise Refused(f"只能按月关账，“{period.label}”不是一个月")
    calendar = calendar_of(mine)
    if calendar.bounds(period)[1] >= at.date():
        raise Refused(f"{period.label}还没有过完，不能关账")
    if standing := Closing.objects.filter(mine=mine, period=str(period)).first():
        return standing
    computed = [one for one in measures.of(mine) if one.source]
    closing = _keep(by, at, mine, period, computed, calendar)
    once = [one for one in computed if one.kind is Kind.DISTINCT]
    for longer in ends_with(period):
        _keep(by, at, mine, longer, once, calendar)
    subject = ("closing", closing.pk, period.label)
    audit.write(by=by, at=at, mine=mine.code, action="measures.period.closed", subject=subject, after={})
    return closing


@transaction.atomic
def reopen_period(*, by: Actor, at: dt.datetime, mine: Unit, period: Period, reason: str) -> None:
    """Its figures are counted afresh from then on, and those of the longer periods it ends."""
    by.require(Capability.FIGURE_CLOSE, mine)
    if not reason.strip():
        raise Refused("请写明为什么重新打开")
    names = [str(one) for one in (period, *ends_with(period))]
    standing = Closing.objects.filter(mine=mine, period__in=names)
    first = standing.filter(period=str(period)).first()
    if first is None:
        raise Refused(f"{period.label}没有关账")
    after = {"reason": reason.strip()}
    subject = ("closing", first.pk, period.label)
    audit.write(by=by, at=at, mine=mine.code, action="measures.period.reopened", subject=subject, after=after)
    Snapshot.objects.filter(mine=mine, period__in=names).delete()
    standing.delete()


def close_due(mine: Unit, at: dt.datetime, since: Period) -> list[Period]:
    """By the clock: the months from `since` on that are over for some days and not closed."""
    calendar, closed = calendar_of(mine), []
    standing = set(Closing.objects.filter(mine=mine).values_list("period", flat=True))
    month = since
    while calendar.bounds(month)[1] + dt.timedelta(days=DAYS_AFTER) <= at.date():
        if str(month) not in standing:
            close_period(by=system(mine), at=at, mine=mine, period=month)
            closed.append(month)
        month = month.next()
    return closed


def close_all_due(*, at: dt.datetime) -> int:
    """In every mine, from the month of its first fact on. How many months were closed."""
    return sum(
        len(close_due(mine, at, since))
        for mine in Unit.objects.filter(kind=UnitKind.MINE)
        if (since := first_month(mine))
    )


def first_month(mine: Unit) -> Period | None:
    """That of the first fact any app knows of."""
    days = [day for told in beginnings if (day := told(mine))]
    return calendar_of(mine).period_of(min(days), PeriodKind.MONTH) if days else None


def _keep(
    by: Actor, at: dt.datetime, mine: Unit, period: Period, computed: Iterable[Measure], calendar: Calendar
) -> Closing:
    found = live(mine, computed, period, at.date(), calendar)
    rows = [
        (mine.pk, str(period), code, unit, figure.num, figure.den)
        for (code, _), of in found.items()
        for unit, figure in of.items()
        if figure.num or figure.den  # nothing counted is no row
    ]
    insert_rows(Snapshot, COLUMNS, rows)
    codes = sorted(code for code, _ in found)
    return Closing.objects.create(mine=mine, period=str(period), closed_at=at, closed_by=by.name, measures=codes)

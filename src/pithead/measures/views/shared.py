"""What several pages start from: the clock, the quantity and the period asked for."""

import datetime as dt

from django.http import Http404
from django.utils import timezone

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.measures.quantities import Every, Quantity
from pithead.measures.queries.quantities import Quantities
from pithead.org.access import ActorRequest


def now() -> dt.datetime:
    return timezone.now()


def today() -> dt.date:
    return timezone.localdate()


def quantity_asked(request: ActorRequest, quantities: Quantities) -> Quantity:
    """`?quantity=`, otherwise the first."""
    code = request.GET.get("quantity", "") or next(iter(quantities), "")
    if code not in quantities:
        raise Http404
    return quantities[code]


def period_asked(request: ActorRequest, kinds: tuple[Kind, ...], otherwise: Period) -> Period:
    """`?period=`, of one of these kinds."""
    try:
        period = Period.parse(request.GET["period"]) if request.GET.get("period") else otherwise
    except Refused as refused:
        raise Http404 from refused
    if period.kind not in kinds:
        raise Http404
    return period


def last_of(every: Every, calendar: Calendar, day: dt.date) -> Period:
    """What is usually entered now: yesterday, or the month that holds it."""
    yesterday = day - dt.timedelta(days=1)
    return Period.day(yesterday) if every is Every.DAY else calendar.period_of(yesterday, Kind.MONTH)

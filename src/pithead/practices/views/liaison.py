"""Offices and the sections they are the contact of, month by month."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import calendar_of
from pithead.practices.models import Per
from pithead.practices.queries import liaison as queries
from pithead.practices.queries.customs import Custom, counted, customs
from pithead.practices.views.shared import chosen, mine_asked, named_period, today

HALVES = 2


@page(Capability.DUTY_VIEW)
@require_GET
def liaison(request: ActorRequest) -> HttpResponse:
    """A half year; a cell opens into its records below."""
    mine, on = mine_asked(request), today()
    calendar = calendar_of(mine)
    half = named_period(request, calendar.period_of(on, Kind.HALF))
    halves = [calendar.period_of(on, Kind.HALF)]
    for _ in range(HALVES - 1):
        halves.insert(0, halves[0].previous())
    offered = counted(customs(mine, *calendar.bounds(half)), Per.PAIR)
    custom = chosen(request, offered)
    context = {"mine": mine, "half": half, "halves": halves, "offered": offered, "custom": custom}
    if custom is not None:
        context["lines"] = queries.liaison(request.actor, mine, custom, calendar, half, on)
        context |= _opened(request, mine, custom, calendar)
    return render(request, "practices/liaison.html", context)


def _opened(request: ActorRequest, mine: Unit, custom: Custom, calendar: Calendar) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "") for name in ("office", "unit", "month")}
    if not all(asked.values()):
        return {}
    try:
        month = Period.parse(asked["month"])
    except Refused as refused:
        raise Http404(str(refused)) from refused
    office = get_object_or_404(Unit, mine=mine, kind=UnitKind.OFFICE, code=asked["office"])
    section = get_object_or_404(Unit, mine=mine, kind=UnitKind.SECTION, code=asked["unit"])
    visits = queries.visits(request.actor, mine, custom, calendar.bounds(month), office, section)
    return {"office": office, "section": section, "month": month, "visits": visits}

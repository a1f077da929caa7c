"""With whom somebody has talked this year, unit by unit."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pithead.kernel.periods import Kind
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.queries import calendar_of
from pithead.practices.models import Per
from pithead.practices.queries import talks as queries
from pithead.practices.queries.customs import counted, customs
from pithead.practices.views.shared import chosen, mine_asked, named_period, today


@page(Capability.DUTY_VIEW)
@require_GET
def talks(request: ActorRequest) -> HttpResponse:
    mine, on = mine_asked(request), today()
    calendar = calendar_of(mine)
    current = calendar.period_of(on, Kind.YEAR)
    year = named_period(request, current)
    offered = counted(customs(mine, *calendar.bounds(year)), Per.WORKER)
    custom = chosen(request, offered)
    lines = queries.talks(request.actor, mine, custom, calendar, year, on) if custom is not None else ()
    context = {
        "mine": mine,
        "year": year,
        "years": [current.previous(), current],
        "offered": offered,
        "custom": custom,
        "lines": lines,
        "people": sum(line.people for line in lines),
        "talked": sum(line.talked for line in lines),
        "named": [line for line in lines if line.left],
        "overdue": [(line.unit, one) for line in lines for one in line.overdue if one.person is not None],
    }
    return render(request, "practices/talks.html", context)

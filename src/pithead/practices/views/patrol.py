"""The patrol plan: member zones, who walks them, and which shifts nobody came to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pithead.org.access import ActorRequest, Capability, page
from pithead.org.queries import calendar_of
from pithead.practices.models import Per
from pithead.practices.queries import patrol as queries
from pithead.practices.queries.customs import counted, customs
from pithead.practices.views.shared import chosen, mine_asked, today


@page(Capability.DUTY_VIEW)
@require_GET
def patrol(request: ActorRequest) -> HttpResponse:
    mine, on = mine_asked(request), today()
    offered = counted(customs(mine, on, on), Per.ZONE)
    custom = chosen(request, offered)
    zones = queries.patrol(request.actor, mine, custom, calendar_of(mine), on)
    context = {
        "mine": mine,
        "zones": zones,
        "missing": sum(bool(zone.missing) for zone in zones),
        "offered": offered,
        "custom": custom,
        "may_edit": request.actor.can(Capability.BOND_EDIT),
    }
    return render(request, "practices/patrol.html", context)

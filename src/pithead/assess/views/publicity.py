"""What is put before every worker of the mine: months in publicity, and those that were."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pithead.assess import actions, queries
from pithead.assess.models.cycles import PUBLIC
from pithead.assess.views.shared import asked, cycle_or_404, cycles_of
from pithead.org.access import ActorRequest, Capability, page

LISTED = 60


@page(Capability.RESULT_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """Every month that was published, those that run now first."""
    cycles = cycles_of(request).filter(state__in=PUBLIC)[:LISTED]
    months = queries.public_months(cycles, timezone.localdate())
    months.sort(key=lambda month: not month.state.running)
    return render(request, "assess/publicities.html", {"months": months, "asked": asked(request)})


@page(Capability.RESULT_VIEW)
@require_GET
def show(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """One month as it hangs on the wall: every unit by group, what the meeting and what appeals changed, whom to tell."""
    cycle = cycle_or_404(request, code, period)
    if cycle.state not in PUBLIC:
        raise Http404
    standing = queries.standings([cycle])[cycle.pk]
    if standing.last is None:  # settled before there was publicity
        raise Http404
    today, departures = timezone.localdate(), queries.departures(cycle)
    context = {
        "cycle": cycle,
        "asked": asked(request),
        "standing": standing,
        "state": queries.public_state(cycle, standing.last, today),
        "beside": [found for found in actions.linked(cycle)[1:] if found.state in PUBLIC],
        "groups": [
            (group, [(row, departures.get(row.unit_id)) for row in rows]) for group, rows in queries.by_group(cycle)
        ],
        "changes": queries.changes(cycle),
        "reopenings": queries.reopenings(request.actor, cycle),
    }
    return render(request, "assess/publicity.html", context)

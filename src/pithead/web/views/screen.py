"""The big screen: the mine's figures for a wall. Units alone, nobody's name; it tells when it has stopped."""

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pithead.issues import queries as issues
from pithead.org import actions
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.org.queries import asked as carried
from pithead.org.queries import mine_asked
from pithead.web.cockpit.asked import of_mine
from pithead.web.exempt import open_on_wall
from pithead.web.middleware import ON_WALL
from pithead.web.views.cockpit import standing

HANGS = dt.timedelta(days=30)
CARDS, UNITS, HELD = 4, 4, 8


def _mine(request: ActorRequest) -> Unit:
    """Who sees the whole mine opens it."""
    mine = mine_asked(request)
    if not request.actor.can(Capability.FIGURE_VIEW, mine):
        raise Http404
    return mine


@open_on_wall
@page(Capability.FIGURE_VIEW)
@require_GET
def screen(request: ActorRequest) -> HttpResponse:
    """The last whole month, and what is open now."""
    mine, now = _mine(request), timezone.localtime()
    asked = of_mine(request.actor, mine, now.date())
    found = standing(asked)
    context = {
        **found,
        "asked": asked,
        "now": now,
        "cards": found["cards"][:CARDS],
        "lines": found["progress"].lines[:HELD],
        "plans": found["production"].lines[:UNITS],
        "ages": issues.ages(mine, mine, now),
        "hangs": bool(request.session.get(ON_WALL)),
        "carried": carried(request),
        "days": HANGS.days,
    }
    return render(request, "web/screen.html", context)


@page(Capability.FIGURE_VIEW)
@require_POST
def hang(request: ActorRequest) -> HttpResponse:
    """From now on this sign-in shows the screen and nothing else, for a month instead of half an hour."""
    _mine(request)
    actions.hang_screen(by=request.actor, at=timezone.now())
    request.session.cycle_key()
    request.session[ON_WALL] = True
    request.session.set_expiry(HANGS)
    response = redirect("web:screen")
    response["Location"] += carried(request)
    return response

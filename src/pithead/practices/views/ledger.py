"""The six first duties of each secretary, put together from what other pages recorded; printable."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.queries import calendar_of
from pithead.practices.queries import ledger as queries
from pithead.practices.views.shared import asked, mine_asked, today

KINDS = (Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.YEAR)


@page(Capability.DUTY_VIEW)
@require_GET
def ledger(request: ActorRequest) -> HttpResponse:
    mine, on = mine_asked(request), today()
    posts = queries.secretaries(request.actor, mine, on)
    return render(request, "practices/ledgers.html", {"mine": mine, "posts": posts, "asked": asked(request)})


@page(Capability.DUTY_VIEW)
@require_GET
def ledger_of(request: ActorRequest, number: str) -> HttpResponse:
    """Of the secretary with this staff number, over a month, quarter, half or year."""
    mine, on = mine_asked(request), today()
    posts = [post for post in queries.secretaries(request.actor, mine, on) if post.person.staff_no == number]
    if not posts:
        raise Http404
    calendar = calendar_of(mine)
    period = _period(request, calendar.period_of(on, Kind.QUARTER))
    start, end = calendar.bounds(period)
    context: dict[str, Any] = {
        "mine": mine,
        "posts": posts,
        "person": posts[0].person,
        "period": period,
        "periods": [calendar.period_of(on, kind) for kind in KINDS],
        "start": start,
        "end": min(end, on),
        "headings": queries.ledger(request.actor, mine, posts, start, end, on),
        "today": on,
    }
    return render(request, "practices/ledger.html", context)


def _period(request: ActorRequest, otherwise: Period) -> Period:
    try:
        period = Period.parse(request.GET.get("period") or str(otherwise))
    except Refused as refused:
        raise Http404(str(refused)) from refused
    if period.kind not in KINDS:
        raise Http404
    return period

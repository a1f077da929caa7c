"""Closing months: which are closed since when; closing one, and opening it again with a reason."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Reason, Refused
from pithead.measures import actions
from pithead.measures.forms import ReopeningForm
from pithead.measures.queries.closings import months
from pithead.measures.queries.figures import closed_periods
from pithead.measures.views.shared import now, period_asked, today
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.queries import asked, calendar_of, mine_asked


@page(Capability.FIGURE_VIEW)
@require_safe
def closings(request: ActorRequest) -> HttpResponse:
    """Of `?period=`, a year."""
    mine = mine_asked(request)
    calendar = calendar_of(mine)
    this = calendar.period_of(today(), Kind.YEAR)
    year = period_asked(request, (Kind.YEAR,), this)
    context = {
        "year": year,
        "later": year.next() if year < this else None,
        "months": months(mine, year, today(), calendar),
        "may_close": request.actor.can(Capability.FIGURE_CLOSE, mine) and mine == request.actor.mine,
        "asked": asked(request),
    }
    return render(request, "measures/closings.html", context)


@page(Capability.FIGURE_CLOSE)
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: ActorRequest, period: str) -> HttpResponse:
    """One that is open is closed here, one that is closed opened again."""
    mine, month = request.actor.mine, _month(period)
    standing = closed_periods(mine, [month]).get(month)
    form = ReopeningForm(request.POST if request.method == "POST" and standing else None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and (standing is None or form.is_valid()):
        try:
            if standing:
                why = form.cleaned_data["reason"]
                actions.reopen_period(by=request.actor, at=now(), mine=mine, period=month, reason=why)
            else:
                actions.close_period(by=request.actor, at=now(), mine=mine, period=month)
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, f"{month.label}{'已重新打开，数照现在的记录算' if standing else '已关账'}")
            return redirect("measures:closings")
    context = {
        "month": month,
        "closing": standing,
        "form": form,
        "reasons": reasons,
        "is_over": calendar_of(mine).bounds(month)[1] < today(),
    }
    return render(request, "measures/closing.html", context, status=422 if form.errors or reasons else 200)


def _month(text: str) -> Period:
    try:
        month = Period.parse(text)
    except Refused as refused:
        raise Http404 from refused
    if month.kind is not Kind.MONTH:
        raise Http404
    return month

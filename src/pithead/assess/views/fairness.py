"""打分公正性: what the steering group looks at before it talks with offices."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from pithead.assess import queries
from pithead.assess.models import CycleState
from pithead.assess.views.shared import asked, cycles_of, mine_asked
from pithead.assess.views.spans import short
from pithead.kernel.periods import MONTHS_IN, Kind, Period
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page


@page(Capability.FAIRNESS_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """The latest quarter with a settled month; an honest page when there is none."""
    rows = cycles_of(request).filter(state=CycleState.FINAL)
    cycle = rows.filter(standard__subject="section").first() or rows.first()
    if cycle is None:
        return render(request, "assess/no_fairness.html")
    quarter = cycle.period_value.within(Kind.QUARTER)
    return redirect(f"{reverse('assess:fairness', args=(cycle.code, quarter))}{asked(request)}")


@page(Capability.FAIRNESS_VIEW)
@require_GET
def show(request: ActorRequest, code: str, period: str) -> HttpResponse:
    mine, chosen = mine_asked(request), _period_or_404(period)
    found = queries.fairness(request.actor, mine, code, chosen)
    if found is None:
        raise Http404
    final = cycles_of(request).filter(state=CycleState.FINAL, period__in=[str(month) for month in found.settled])
    context = {
        "fairness": found,
        "period": chosen,
        "code": code,
        "asked": asked(request),
        "spans": [(other, short(other)) for other in queries.spans_of(request.actor, mine, code, chosen.year)],
        "standards": dict(final.order_by("standard").values_list("code", "standard__title")),
        "always_full": [hand.office for hand in found.offices if hand.always_full],
        "most": next((hand for hand in found.offices if hand.points), None),
        "moving": [one for one in found.without if one.come or one.go],
    }
    return render(request, "assess/fairness.html", context)


def _period_or_404(text: str) -> Period:
    try:
        period = Period.parse(text)
    except Refused:
        raise Http404 from None
    if period.kind not in MONTHS_IN:
        raise Http404
    return period

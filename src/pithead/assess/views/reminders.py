"""Reminding offices that are late, from the page of the month."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from pithead.assess import actions, queries
from pithead.assess.views.shared import cycle_or_404
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page


@page(Capability.CYCLE_RUN)
@require_POST
def reminders(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """One office (`office=` its code), or all that are late."""
    cycle = cycle_or_404(request, code, period)
    named = request.POST.get("office", "")
    offices = [one for one in queries.scoring_offices(cycle) if one.code == named] if named else None
    if offices == []:
        raise Http404
    try:
        sent = actions.remind_offices(by=request.actor, at=timezone.now(), cycle=cycle, offices=offices)
    except Refused as refused:
        messages.error(request, "；".join(map(str, refused.reasons)))
    else:
        messages.success(request, f"已催办：{'、'.join(reminder.office.name for reminder in sent)}")
    return redirect("assess:cycle", code, period)

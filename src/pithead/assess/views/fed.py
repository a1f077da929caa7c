"""Answering what confirmed matters propose, from the sheet."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pithead.assess import actions
from pithead.assess.views.shared import attempt, sheet_or_404
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page

MOST_KEYS = 500


@page(Capability.SCORE_ENTER)
@require_POST
def take(request: ActorRequest, code: str, period: str, office: str) -> HttpResponse:
    """`key`: one proposal, or several."""
    cycle, scorer = sheet_or_404(request, code, period, office)
    keys = request.POST.getlist("key")[:MOST_KEYS]
    try:
        made = actions.take_proposals(by=request.actor, at=timezone.now(), cycle=cycle, office=scorer, keys=keys)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, str(reason))
    else:
        messages.success(request, f"已记 {len(made)} 条，来源连着原来那一件" if made else "已经记过，没有重复记")
    return redirect(_back(code, period, office))


@page(Capability.SCORE_ENTER)
@require_POST
def leave(request: ActorRequest, code: str, period: str, office: str) -> HttpResponse:
    cycle, scorer = sheet_or_404(request, code, period, office)
    said = {"key": request.POST.get("key", ""), "reason": request.POST.get("reason", "")}
    attempt(request, actions.set_aside, "已写明不计", cycle=cycle, office=scorer, **said)
    return redirect(_back(code, period, office))


def _back(code: str, period: str, office: str) -> str:
    return f"{reverse('assess:sheet', args=(code, period, office))}#fed"

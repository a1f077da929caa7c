"""Answering what confirmed matters and figures propose, and what the system counted, from the sheet."""

import re
import unicodedata
from decimal import Decimal

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


@page(Capability.SCORE_ENTER)
@require_POST
def override(request: ActorRequest, code: str, period: str, office: str) -> HttpResponse:
    """`key`: the entry the system made; `points`: what counts instead."""
    cycle, scorer = sheet_or_404(request, code, period, office)
    points = _points(request.POST.get("points", ""))
    if points is None:
        messages.error(request, "请填写改为扣几分：数字，最多两位小数；不扣填 0")
    else:
        said = {"key": request.POST.get("key", ""), "points": points, "reason": request.POST.get("reason", "")}
        attempt(request, actions.override, "已按科室写的数计，理由列入通报附件", cycle=cycle, office=scorer, **said)
    return redirect(f"{reverse('assess:sheet', args=(code, period, office))}#instead")


def _points(typed: str) -> Decimal | None:
    text = unicodedata.normalize("NFKC", typed).strip()
    return Decimal(text) if re.fullmatch(r"\d{1,4}(\.\d{1,2})?", text) else None


def _back(code: str, period: str, office: str) -> str:
    return f"{reverse('assess:sheet', args=(code, period, office))}#fed"

"""The meter of the whole mine: what each role is asked to fill in, by which model, and how much it may be."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.org.queries import calendar_of
from pithead.practices import actions
from pithead.practices.editing_form import CapsForm
from pithead.practices.models import Proposal
from pithead.practices.pack_rules import filling
from pithead.practices.queries import burden as queries
from pithead.practices.queries import self_check as checking
from pithead.practices.queries import use
from pithead.practices.queries.burden import RoleLoad
from pithead.practices.queries.self_check import approvals
from pithead.practices.registry import Look, deeds
from pithead.practices.views.shared import asked, mine_asked, now, today
from pithead.practices.words import KINDS


@page(Capability.PRACTICE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def burden(request: ActorRequest) -> HttpResponse:
    """Whoever may allow more than a cap may move the caps."""
    mine = mine_asked(request)
    versions = queries.versions_in_force(mine, today())
    specs, caps = queries.specs_of(versions), queries.caps_of(mine)
    loads = queries.compare(specs, specs, caps)
    form = CapsForm(request.POST or None, caps=caps)
    if request.method == "POST":
        request.actor.require(Capability.PRACTICE_APPROVE, mine)
        if form.is_valid():
            try:
                actions.set_caps(by=request.actor, at=now(), mine=mine, minutes=form.cleaned_data)
            except Refused as refused:
                form.add_error(None, [reason.message for reason in refused.reasons])
            else:
                messages.success(request, "上限已保存")
                return redirect(reverse("practices:burden") + asked(request))
    idle = [role for role in caps if role not in {load.role for load in loads}]
    context = {
        "mine": mine,
        "rows": [(load, form[load.role]) for load in loads],
        "idle": [form[role] for role in idle],
        "form": form,
        "may_set": request.actor.can(Capability.PRACTICE_APPROVE, mine),
        "shift": queries.shift_load(specs.values()),
        "seconds": [(KINDS.get(kind, MODEL.get(kind, kind)), cost) for kind, cost in filling()["seconds"].items()],
        **_used(mine, loads),
        "allowed": approvals([version.pk for version in versions]),
        "proposals": Proposal.objects.filter(mine=mine).select_related("practice").order_by("proposed_at"),
        "asked": asked(request),
    }
    return render(request, "practices/burden.html", context, status=422 if form.errors else 200)


def _used(mine: Unit, loads: Iterable[RoleLoad]) -> dict[str, Any]:
    """What is put in besides records, what was there already, and the last months."""
    calendar, on = calendar_of(mine), today()
    weeks, months = use.last_weeks(calendar, on), use.last_months(calendar, on)
    minutes, percents = use.courses(mine, months)
    return {
        "weeks": weeks,
        "used": use.use_by_role(mine, loads, weeks, on),
        "deeds": [deed.label for deed in deeds],
        "least": filling()["least_holders"],
        "shares": [one for part in use.shares(mine, [weeks]) for one in part],
        "months": list(months),
        "courses": (("岗位每周要填的分钟", minutes), ("不用再填的占多少", percents)),
    }


@page(Capability.PRACTICE_VIEW)
@require_safe
def self_check(request: ActorRequest) -> HttpResponse:
    """The fourteen rules, looked at now; to print and to hand in."""
    mine = mine_asked(request)
    rules = checking.self_check(Look(mine, today(), calendar_of(mine)), request.actor)
    context = {
        "mine": mine,
        "rules": rules,
        "open": [rule for rule in rules if not rule.is_kept],
        "looked": now(),
        "asked": asked(request),
    }
    return render(request, "practices/self_check.html", context)


MODEL = {"open": "打开表", "fine": "点“一切正常”", "prefilled": "已填好的，看一眼"}

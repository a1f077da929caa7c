"""Policies: the list, one paper, and putting one on record."""

import datetime as dt
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability, page
from pithead.org.models import Unit, UnitKind
from pithead.rules import actions, forms, queries
from pithead.rules.models import Policy
from pithead.ui import editing

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
edit = partial(editing.edit, crumb="考核 / 制度", wide=True)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def _today() -> dt.date:
    return timezone.localdate()


def _mine(request: HttpRequest) -> Unit:
    """The mine asked for with `?mine=`, otherwise one's own."""
    actor, code = _actor(request), request.GET.get("mine", "")
    if not code:
        return actor.mine
    return get_object_or_404(Unit.objects.visible_to(actor), kind=UnitKind.MINE, code=code)


def _editable(request: HttpRequest, pk: int) -> Policy:
    rows = _actor(request).scope(Capability.RULE_EDIT).units(Policy.objects.select_related("mine"), "mine__path")
    return get_object_or_404(rows, mine=_actor(request).mine, pk=pk)


def _may_edit(request: HttpRequest, mine: Unit) -> bool:
    """Policies are put on record in one's own mine only."""
    return mine == _actor(request).mine and _actor(request).can(Capability.RULE_EDIT, mine)


@page(Capability.RULE_VIEW)
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    mine, q, wanted = _mine(request), request.GET.get("q", "").strip()[:64], request.GET.get("page", "")
    page_number = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 1
    may_edit = _may_edit(request, mine)
    context = {
        "q": q,
        "shown": queries.policy_list(_actor(request), mine, on=_today(), q=q, page=page_number),
        "may_edit": may_edit,
        "samples": queries.packs_not_enacted(mine) if may_edit else (),
    }
    return render(request, "rules/policies.html", context)


@page(Capability.RULE_VIEW)
@require_safe
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Policy.objects.visible_to(_actor(request)).select_related("mine")
    found = get_object_or_404(rows, pk=pk)
    context = {
        "shown": queries.policy_page(_actor(request), found, on=_today()),
        "may_edit": _may_edit(request, found.mine),
    }
    return render(request, "rules/policy.html", context)


# ── changing them ──
@page(Capability.RULE_EDIT)
@get_or_post
def enact(request: HttpRequest) -> HttpResponse:
    start = {"issued_on": _today(), "in_force_from": _today()}
    form = forms.PolicyForm(request.POST or None, initial=start)

    def act(data: dict) -> None:
        mine = _actor(request).mine
        actions.enact(by=_actor(request), at=timezone.now(), mine=mine, draft=actions.PolicyDraft(**data))

    return edit(request, form, act, title="录入制度", back=reverse("rules:policies"), done="制度已录入", button="录入")


@page(Capability.RULE_EDIT)
@get_or_post
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    found = _editable(request, pk)
    form = forms.PolicyForm(request.POST or None, initial=forms.PolicyForm.start_from(found))

    def act(data: dict) -> None:
        actions.correct(by=_actor(request), at=timezone.now(), policy=found, draft=actions.PolicyDraft(**data))

    lead = "只用来改录错的字。制度内容变了，请发新文号，用“修订”。"
    back = reverse("rules:policy", args=[found.pk])
    return edit(request, form, act, title=f"更正《{found.title}》", lead=lead, back=back, done="已更正")


@page(Capability.RULE_EDIT)
@get_or_post
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    found = _editable(request, pk)
    start = {**forms.PolicyForm.start_from(found), "number": "", "issued_on": _today(), "in_force_from": _today()}
    form = forms.PolicyForm(request.POST or None, initial=start)

    def act(data: dict) -> None:
        actions.amend(by=_actor(request), at=timezone.now(), policy=found, draft=actions.PolicyDraft(**data))

    lead = f"新版施行之日起，{found.number} 失效；已经引用旧版条文的考核标准不变。"
    title, back = f"修订《{found.title}》", reverse("rules:policies")
    return edit(request, form, act, title=title, lead=lead, back=back, done="新版已录入", button="录入新版")


@page(Capability.RULE_EDIT)
@get_or_post
def repeal(request: HttpRequest, pk: int) -> HttpResponse:
    found = _editable(request, pk)
    form = forms.LastDayForm(request.POST or None, initial={"on": _today()})

    def act(data: dict) -> None:
        actions.repeal(by=_actor(request), at=timezone.now(), policy=found, **data)

    title, back = f"废止《{found.title}》", reverse("rules:policy", args=[found.pk])
    return edit(request, form, act, title=title, back=back, done="已废止", button="废止", danger=True, wide=False)


@page(Capability.RULE_EDIT)
@require_POST
def load(request: HttpRequest) -> HttpResponse:
    """Take one of the sample policies over as the mine's own."""
    actor, code = _actor(request), request.POST.get("pack", "")
    try:
        loaded = actions.load_policy(
            by=actor, at=timezone.now(), mine=actor.mine, pack_code=code, in_force_from=_today()
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rules:policies")
    messages.success(request, f"《{loaded.title}》已录入，请核对文号、发文单位和条文")
    return redirect("rules:policy", pk=loaded.pk)

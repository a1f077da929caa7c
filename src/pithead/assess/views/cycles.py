"""Months in work: opening them, and every step one takes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pithead.assess import actions, queries
from pithead.assess.actions import DepartureDraft
from pithead.assess.forms import ContactsForm, DepartureForm, OpenCycleForm, ReasonForm
from pithead.assess.views.cycle_page import MORE, approval_forms, cycle_page
from pithead.assess.views.cycle_page import closing as what_closing_waits_for
from pithead.assess.views.shared import attempt, carry_out, cycle_or_404, cycles_of, mine_asked
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page

LISTED = 60


@page(Capability.DRAFT_VIEW)
def index(request: ActorRequest) -> HttpResponse:
    """GET: the months; POST: open one."""
    actor = request.actor
    form = OpenCycleForm(request.POST or None, standards=queries.standards(actor, mine_asked(request)))
    wanted = form.cleaned_data if request.method == "POST" and form.is_valid() else None
    if wanted and (cycle := carry_out(request, form, actions.open_cycle, mine=actor.mine, **wanted)):
        messages.success(request, f"{cycle}已开启")
        return redirect("assess:cycle", cycle.code, cycle.period)
    context = {
        "cycles": cycles_of(request)[:LISTED],
        "form": form,
        "may_open": actor.can(Capability.CYCLE_RUN),
    }
    return render(request, "assess/cycles.html", context, status=422 if form.errors else 200)


@page(Capability.DRAFT_VIEW)
@require_GET
def show(request: ActorRequest, code: str, period: str) -> HttpResponse:
    return cycle_page(request, cycle_or_404(request, code, period))


# ── the first steps ──
@page(Capability.CYCLE_RUN)
@require_POST
def closing(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    waits = what_closing_waits_for(cycle, request.POST)
    if cycle.takes_scores and (form := waits["closing_form"]) and not form.is_valid():
        return cycle_page(request, cycle, status=422, **waits)
    attempt(request, actions.close_cycle, "已关闭打分并算出结果，请送矿领导审核", cycle=cycle)
    return redirect("assess:cycle", code, period)


@page(Capability.CYCLE_REVIEW)
@require_POST
def review(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    note = request.POST.get("note", "")
    attempt(request, actions.review_cycle, "已审核，请送党政联席会审定", cycle=cycle, note=note)
    return redirect("assess:cycle", code, period)


@page(Capability.CYCLE_RUN)
@require_POST
def counting(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """What the system counts itself, afresh."""
    cycle = cycle_or_404(request, code, period)
    try:
        change = actions.count_month(by=request.actor, at=timezone.now(), cycle=cycle)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        told = (
            f"新记 {change.new} 条，改了 {change.changed} 条，撤掉 {change.gone} 条"
            if change
            else "和原来一样，没有变化"
        )
        messages.success(request, f"已重新算：{told}")
    return redirect("assess:cycle", code, period)


@page(Capability.DRAFT_VIEW)
@require_POST
def reopening(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    form = ReasonForm(request.POST)
    if form.is_valid() and carry_out(request, form, actions.reopen_cycle, cycle=cycle, **form.cleaned_data):
        messages.success(request, "已退回打分")
        return redirect("assess:cycle", code, period)
    return cycle_page(request, cycle, status=422, reason_form=form)


# ── approval ──
@page(Capability.CYCLE_APPROVE)
@require_POST
def approval(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """`more` asks for more lines; nothing that was typed is lost."""
    cycle = cycle_or_404(request, code, period)
    cycles = actions.together(cycle)
    if "more" in request.POST:
        return cycle_page(request, cycle, **approval_forms(cycles, request.POST, more=MORE, bound=False))
    sent = approval_forms(cycles, request.POST)
    form, rows = sent["approval_form"], sent["departure_forms"]
    if all([form.is_valid(), *(row.is_valid() for row in rows)]):
        drafts = [draft for row in rows if (draft := _draft(row.cleaned_data))]
        if carry_out(request, form, actions.approve_cycle, cycle=cycle, departures=drafts, **form.cleaned_data):
            messages.success(request, f"已记录审定：{cycle.minutes}。下一步公示")
            return redirect("assess:cycle", code, period)
    return cycle_page(request, cycle, status=422, **sent)


def _draft(clean: dict[str, Any]) -> DepartureDraft | None:
    """Lines without a unit say nothing."""
    if not clean.get("unit"):
        return None
    excluded = clean["excluded"] == DepartureForm.EXCLUDED
    return DepartureDraft(unit_id=clean["unit"], tier=clean["tier"], excluded=excluded, reason=clean["reason"])


# ── publicity and the end ──
@page(Capability.CYCLE_RUN)
@require_POST
def publication(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    form = ContactsForm(request.POST)
    if form.is_valid() and (
        publicity := carry_out(request, form, actions.publish_cycle, cycle=cycle, **form.cleaned_data)
    ):
        days = queries.days_said(publicity.starts_on, publicity.ends_on)
        messages.success(request, f"已{publicity.label}：{days}，全矿职工都能看到")
        return redirect("assess:cycle", code, period)
    return cycle_page(request, cycle, status=422, contacts_form=form)


@page(Capability.CYCLE_FINALISE)
@require_POST
def finalisation(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    attempt(request, actions.finalise_cycle, "结果已确定，可以出通报了", cycle=cycle)
    return redirect("assess:cycle", code, period)

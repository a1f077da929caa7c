"""Months in work: opening them, who has handed in, closing, review, settling."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from pithead.assess import actions, queries
from pithead.assess.forms import NoteForm, OpenCycleForm, ReasonForm
from pithead.assess.models.cycles import deadline_of
from pithead.assess.views.shared import attempt, carry_out, cycle_or_404, cycles_of, mine_asked
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
    cycle = cycle_or_404(request, code, period)
    actor = request.actor
    progress = queries.progress(cycle)
    context = {
        "cycle": cycle,
        "deadline": deadline_of(cycle),
        "progress": progress,
        "late": [entry.office for entry in progress if entry.submission is None],
        "summary": queries.summary(cycle) if cycle.closed_at else None,
        "participants": cycle.participants.count(),
        "may_run": actor.can(Capability.CYCLE_RUN, cycle.mine),
        "may_review": actor.can(Capability.CYCLE_REVIEW, cycle.mine),
        "may_finalise": actor.can(Capability.CYCLE_FINALISE, cycle.mine),
        "reason_form": ReasonForm(),
        "note_form": NoteForm(),
    }
    return render(request, "assess/cycle.html", context)


@page(Capability.CYCLE_RUN)
@require_POST
def closing(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    attempt(request, actions.close_cycle, "已关闭打分并算出结果，请送矿领导审核", cycle=cycle)
    return redirect("assess:cycle", code, period)


@page(Capability.DRAFT_VIEW)
@require_POST
def reopening(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    reason = request.POST.get("reason", "")
    attempt(request, actions.reopen_cycle, "已退回打分", cycle=cycle, reason=reason)
    return redirect("assess:cycle", code, period)


@page(Capability.CYCLE_REVIEW)
@require_POST
def review(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    note = request.POST.get("note", "")
    attempt(request, actions.review_cycle, "已审核", cycle=cycle, note=note)
    return redirect("assess:cycle", code, period)


@page(Capability.DRAFT_VIEW)
@require_POST
def finalisation(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    attempt(request, actions.finalise_cycle, "结果已确定，各单位都能看到了", cycle=cycle)
    return redirect("assess:cycle", code, period)

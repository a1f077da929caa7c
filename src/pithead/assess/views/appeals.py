"""Appeals: the list, one made beside an entry, the office's answer, the decision."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pithead.assess import actions, queries
from pithead.assess.actions.appeals import OPEN_OUTCOMES
from pithead.assess.forms import AnswerForm, AppealForm, DecisionForm
from pithead.assess.models import Appeal, CycleState, Entry, EntryKind, Outcome
from pithead.assess.models.cycles import PUBLIC
from pithead.assess.views.shared import carry_out, cycles_of, mine_asked
from pithead.org.access import ActorRequest, Capability, page

LISTED = 200


@page(Capability.RESULT_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """What waits for the reader, what else is under way, what was decided."""
    mine = mine_asked(request)
    context = {
        "board": queries.appeal_board(request.actor, mine, LISTED),
        "own_units": queries.own_units_published(request.actor, mine, timezone.localdate()),
    }
    return render(request, "assess/appeals.html", context)


@page(Capability.APPEAL_MAKE)
def make(request: ActorRequest, pk: int) -> HttpResponse:
    """GET: the entry with the form; POST: appeal. Only beside entries of units one speaks for, in published months."""
    entry = _entry_or_404(request, pk)
    if made := entry.appeals.exclude(outcome=Outcome.LAPSED).first():
        return redirect("assess:appeal", made.pk)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        appeal = carry_out(request, form, actions.make_appeal, entry=entry, text=form.cleaned_data["text"])
        if appeal is not None:
            messages.success(request, f"已提出申诉，等{appeal.office}答复")
            return redirect("assess:appeal", appeal.pk)
    standing = queries.standings([entry.cycle])[entry.cycle_id]
    context = {
        "entry": entry,
        "cycle": entry.cycle,
        "amount": queries.amount(entry.kind, entry.points),
        "last": standing.last,
        "running": entry.cycle.state == CycleState.PUBLICITY and standing.runs_on(timezone.localdate()),
        "form": form,
    }
    return render(request, "assess/appeal_form.html", context, status=422 if form.errors else 200)


def _entry_or_404(request: ActorRequest, pk: int) -> Entry:
    published = cycles_of(request).filter(state__in=PUBLIC)
    entries = Entry.objects.filter(cycle__in=published)
    rows = request.actor.scope(Capability.APPEAL_MAKE).units(entries, "unit__path")
    entry: Entry = get_object_or_404(
        rows.select_related("cycle__standard", "cycle__mine", "unit", "item", "office"), pk=pk
    )
    return entry


@page(Capability.RESULT_VIEW)
@require_GET
def show(request: ActorRequest, pk: int) -> HttpResponse:
    return _page(request, _appeal_or_404(request, pk))


@page(Capability.SCORE_ENTER)
@require_POST
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    appeal, form = _appeal_or_404(request, pk), AnswerForm(request.POST)
    if not request.actor.can(Capability.SCORE_ENTER, appeal.office):
        raise Http404
    if form.is_valid() and carry_out(request, form, actions.answer_appeal, appeal=appeal, **form.cleaned_data):
        messages.success(request, "已答复，等裁定")
        return redirect("assess:appeal", pk)
    return _page(request, appeal, answering=form)


@page(Capability.APPEAL_DECIDE)
@require_POST
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    appeal = _appeal_or_404(request, pk)
    form = _decision_form(appeal, request)
    if form.is_valid():
        clean = form.cleaned_data
        what = {"outcome": Outcome(clean["outcome"]), "decision": clean["decision"], "points": clean.get("points")}
        if carry_out(request, form, actions.decide_appeal, appeal=appeal, **what):
            messages.success(request, f"已裁定：{appeal.state_label}")
            return redirect("assess:appeal", pk)
    return _page(request, appeal, deciding=form)


def _appeal_or_404(request: ActorRequest, pk: int) -> Appeal:
    rows = Appeal.objects.visible_to(request.actor).filter(mine=mine_asked(request))
    told = rows.select_related("mine", "cycle__standard", "cycle__mine", "unit", "item", "office", "entry")
    appeal: Appeal = get_object_or_404(told, pk=pk)
    return appeal


def _answer_form(appeal: Appeal) -> AnswerForm:
    return AnswerForm(initial={"answer": appeal.answer, "seen": appeal.answer_seen})


def _decision_form(appeal: Appeal, request: ActorRequest | None = None) -> DecisionForm:
    posted = request.POST if request else None
    kind = EntryKind(appeal.kind)
    return DecisionForm(posted, kind=kind, outcomes=OPEN_OUTCOMES[kind])


def _page(
    request: ActorRequest, appeal: Appeal, *, answering: Form | None = None, deciding: Form | None = None
) -> HttpResponse:
    """The appeal with what the reader may do about it; a form that was refused stands where it was sent from."""
    told = queries.appeal_page(request.actor, appeal)
    context = {
        "told": told,
        "line": told.line,
        "cycle": appeal.cycle,
        "answering": answering or (_answer_form(appeal) if told.may_answer else None),
        "deciding": deciding or (_decision_form(appeal) if told.may_decide else None),
        "is_open": appeal.decided_at is None,
        "answered": appeal.answered_at is not None,
    }
    return render(request, "assess/appeal.html", context, status=422 if answering or deciding else 200)

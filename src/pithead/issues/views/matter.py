"""One matter with its whole life, and the steps that can be made on its page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pithead.issues import actions, queries
from pithead.issues.forms import CorrectionForm, KindForm, MergeForm, StepForm
from pithead.issues.matter_page import life_of
from pithead.issues.models import Issue
from pithead.issues.queries import Setting, Standing, setting_of
from pithead.issues.registry import remarks
from pithead.issues.views.shared import asked, issue_or_404, kept, now, people_of, places_of, units_of
from pithead.issues.workflows import WORKFLOWS, Demand, Kind, Move, Relation, Workflow
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.queries import calendar_of
from pithead.rules.models import Clause

NOTICE_KINDS = (Kind.HAZARD, Kind.FINDING)
PEOPLE = (Demand.OWNER, Demand.MENTOR)


@page(Capability.ISSUE_RAISE)
@require_GET
def matter(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Reading a confidential one is written into the log by the only action that opens it."""
    return _page(request, issue_or_404(request, pk))


@dataclass(frozen=True)
class _Refilled:
    """A form that came back with faults stands where it was sent from."""

    step: StepForm | None = None
    merging: MergeForm | None = None
    rekinding: KindForm | None = None
    correcting: CorrectionForm | None = None
    seq: int = 0


def _page(request: ActorRequest, issue: Issue, again: _Refilled | None = None) -> HttpResponse:
    at, flow = now(), WORKFLOWS[issue.kind]
    matter = actions.read_matter(by=request.actor, at=at, issue=issue)
    setting = setting_of(issue.mine, issue.kind)
    standing = queries.standing_to(request.actor, issue, setting, at)
    forms = [] if matter.gone else _forms(issue, setting, standing, again)
    merges = flow.merges and not flow.state(issue.state).end and Relation.OFFICE in standing.relations
    wants_people = any(set(form.wanted) & set(PEOPLE) for form in forms)
    context = {
        "issue": issue,
        "flow": flow,
        "matter": matter,
        "told": life_of(request.actor, matter, setting, at),
        "forms": forms,
        "pending": standing.pending,
        "people": people_of(issue) if wants_people else (),
        "alike": queries.alike(request.actor, issue, at) if merges else (),
        "measures": queries.measures_of(request.actor, issue, at),
        "remarks": [one for source in remarks for one in source(request.actor, issue)],
        "leads_to": _leads_to(request, issue),
        "instead": queries.kinds_instead(issue, standing.relations),
        "readings": queries.readings_of(issue) if _concerned(standing, issue) else None,
        "again": again,
        "prints": flow.kind in NOTICE_KINDS,
        "asked": asked(request),
    }
    return render(request, "issues/matter.html", context, status=422 if again else 200)


def _leads_to(request: ActorRequest, issue: Issue) -> Workflow | None:
    """As what its measures are raised, by those who may raise such."""
    kind = WORKFLOWS[issue.kind].leads_to
    if not kind or issue.closed_at is not None:
        return None
    offered = queries.units_to_raise(request.actor, WORKFLOWS[kind], issue.mine, [issue.unit], now())
    return WORKFLOWS[kind] if offered else None


def _concerned(standing: Standing, issue: Issue) -> bool:
    return issue.is_confidential and Relation.CONCERNED in standing.relations


def _forms(issue: Issue, setting: Setting, standing: Standing, again: _Refilled | None) -> list[StepForm]:
    refilled = again.step if again else None
    forms = [
        refilled if refilled and refilled.move == move else _form(issue, setting, move, None) for move in standing.moves
    ]
    if refilled is not None and refilled not in forms:
        forms.append(refilled)
    return sorted(forms, key=lambda form: not form.is_main)


def _form(issue: Issue, setting: Setting, move: Move, request: ActorRequest | None) -> StepForm:
    posted = (request.POST, request.FILES) if request else (None, None)
    clauses = _clauses(issue) if Demand.CLAUSE in move.demands else ()
    return StepForm(
        *posted,
        issue=issue,
        move=move,
        clauses=clauses,
        sparse=queries.is_sparse(WORKFLOWS[issue.kind], setting),
        latest=_latest(issue, setting, move) if Demand.DUE in move.demands else None,
        units=units_of(issue.mine) if move.rehomes else (),
        places=places_of(issue.mine) if move.rehomes else (),
    )


def _latest(issue: Issue, setting: Setting, move: Move) -> dt.datetime | None:
    """The end of the time the setting gives, from now; whoever assigns may give less."""
    clock = WORKFLOWS[issue.kind].state(move.target or issue.state).clock
    duration = setting.deadline(clock, issue.grade)
    if not duration:
        return None
    start = issue.due_at if move.verb == "extend" and issue.due_at else now()
    return timezone.localtime(queries.moment_after(start, duration, calendar_of(issue.mine)))


def _clauses(issue: Issue) -> list[Clause]:
    rows = Clause.objects.filter(policy__mine=issue.mine, policy__in_force_until=None).select_related("policy")
    return list(rows.order_by("policy__number", "position"))


# ── steps ──
@page(Capability.ISSUE_RAISE)
@require_POST
def step(request: ActorRequest, pk: UUID, verb: str) -> HttpResponse:
    issue = issue_or_404(request, pk)
    found = WORKFLOWS[issue.kind].find(verb)
    if found is None:
        raise Http404
    form = _form(issue, setting_of(issue.mine, issue.kind), found, request)
    if form.is_valid() and _carry_out(request, issue, form):
        messages.success(request, f"已办：{found.label}")
        return _back(request, issue)
    return _page(request, issue, _Refilled(step=form))


def _carry_out(request: ActorRequest, issue: Issue, form: StepForm) -> bool:
    """With its photos: both or neither."""
    at = now()
    try:
        with transaction.atomic():
            files = kept(request, at, issue.mine, form.cleaned_data.get("photos") or ())
            draft = form.draft(files)
            actions.move(by=request.actor, at=at, issue=issue, verb=form.move.verb, draft=draft)
    except Refused as refused:
        form.add_error(None, [reason.message for reason in refused.reasons])
        return False
    return True


@page(Capability.ISSUE_RAISE)
@require_POST
def correct(request: ActorRequest, pk: UUID, seq: int) -> HttpResponse:
    issue = issue_or_404(request, pk)
    found = get_object_or_404(issue.steps, seq=seq)
    form = CorrectionForm(request.POST)
    what = {"by": request.actor, "at": now(), "step": found}
    if form.is_valid() and _attempt(form, actions.correct_step, **what, note=form.cleaned_data["note"]):
        messages.success(request, "已更正，原来写的留着")
        return redirect("issues:matter", issue.pk)
    return _page(request, issue, _Refilled(correcting=form, seq=seq))


@page(Capability.ISSUE_RAISE)
@require_POST
def merge(request: ActorRequest, pk: UUID) -> HttpResponse:
    issue, form = issue_or_404(request, pk), MergeForm(request.POST)
    if form.is_valid():
        into = issue_or_404(request, form.target())
        if _attempt(form, actions.merge, by=request.actor, at=now(), issue=issue, into=into):
            messages.success(request, "已并成一件，提出的人都留着")
            return redirect("issues:matter", into.pk)
    return _page(request, issue, _Refilled(merging=form))


@page(Capability.ISSUE_RAISE)
@require_POST
def rekind(request: ActorRequest, pk: UUID) -> HttpResponse:
    issue, form = issue_or_404(request, pk), KindForm(request.POST)
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        if _attempt(form, actions.rekind, by=request.actor, at=now(), issue=issue, kind=kind):
            messages.success(request, f"已改报为{WORKFLOWS[kind].label}")
            return _back(request, issue)
    return _page(request, issue, _Refilled(rekinding=form))


def _back(request: ActorRequest, issue: Issue) -> HttpResponse:
    """To the matter, as long as one still sees it."""
    still = Issue.objects.visible_to(request.actor).filter(pk=issue.pk).exists()
    return redirect("issues:matter", issue.pk) if still else redirect("issues:own")


def _attempt(form: Any, action: Any, **what: Any) -> bool:
    try:
        action(**what)
    except Refused as refused:
        form.add_error(None, [reason.message for reason in refused.reasons])
        return False
    return True

"""Reporting: one line of text is enough; what it is about is guessed, shown and can be put right."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pithead.issues import actions
from pithead.issues.actions import StepDraft
from pithead.issues.forms import COMMON, ReportForm
from pithead.issues.guessing import guess
from pithead.issues.models import LONGEST, Issue
from pithead.issues.queries import is_sparse, kinds_to_raise, setting_of
from pithead.issues.views.shared import asked, issue_or_404, kept, mine_asked, now, place_or_404, places_of, units_of
from pithead.issues.workflows import WORKFLOWS, Kind, Workflow
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Person, Place, Unit, UnitKind

FIXED_ON_SPOT = "现场已经处理好"


@page(Capability.ISSUE_RAISE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """`?kind=` asks what that kind needs; `?place=` comes from a code on the wall, `?origin=` from the matter it is a measure of."""
    mine, flow, place, origin = mine_asked(request), _flow(request), _place(request), _origin(request)
    form = _form(request, mine, flow, place, origin)
    looked = False
    if request.method == "POST" and form.is_valid():
        if "look" in request.POST:
            form.show_guess()
            looked = True
        elif (issue := _raise(request, mine, form, origin)) is not None:
            return _after(request, issue)
    said = {"form": form, "flow": flow, "place": place, "origin": origin, "looked": looked and form.guessed}
    others = [WORKFLOWS[kind] for kind in kinds_to_raise(request.actor) if kind not in COMMON]
    status = 422 if form.errors else 200
    return render(request, "issues/new.html", {**said, "others": others, "asked": asked(request)}, status=status)


def _flow(request: ActorRequest) -> Workflow | None:
    kind = request.GET.get("kind", "")
    if not kind:
        return None
    if kind not in kinds_to_raise(request.actor):
        raise Http404
    return WORKFLOWS[kind]


def _place(request: ActorRequest) -> Place | None:
    code = request.GET.get("place", "")
    return place_or_404(request, code) if code else None


def _origin(request: ActorRequest) -> Issue | None:
    code = request.GET.get("origin", "")
    try:
        return issue_or_404(request, UUID(code)) if code else None
    except ValueError as error:
        raise Http404 from error


def _form(
    request: ActorRequest, mine: Unit, flow: Workflow | None, place: Place | None, origin: Issue | None
) -> ReportForm:
    initial = {"place": str(place.pk)} if place else {}
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return ReportForm(
        *posted,
        mine=mine,
        flow=flow,
        sparse=flow is not None and is_sparse(flow, setting_of(mine, flow.kind)),
        units=units_of(mine),
        places=places_of(mine),
        underground=bool(place and place.underground),
        initial=initial | ({"unit": str(origin.unit_id)} if origin else {}),
    )


def _raise(request: ActorRequest, mine: Unit, form: ReportForm, origin: Issue | None) -> Issue | None:
    """With its photos and, where it is already put right, that step: all of it or nothing."""
    act: dict[str, Any] = {"by": request.actor, "at": now()}
    anonymous = bool(form.cleaned_data.get("anonymous"))
    try:
        with transaction.atomic():
            files = kept(request, act["at"], mine, form.cleaned_data.get("photos") or (), anonymous=anonymous)
            draft = replace(form.draft(files, _home(request, form.guessed.kind)), origin=origin)
            issue = actions.raise_issue(**act, mine=mine, draft=draft)
            if form.cleaned_data.get("spot") and WORKFLOWS[issue.kind].find("fix_on_spot"):
                step = StepDraft(id=uuid5(draft.id, "fix_on_spot"), note=FIXED_ON_SPOT)
                issue = actions.move(**act, issue=issue, verb="fix_on_spot", draft=step)
            return issue
    except Refused as refused:
        form.add_error(None, [reason.message for reason in refused.reasons])
        return None


def _home(request: ActorRequest, kind: str) -> Unit | None:
    """The reporter's section; what an office finds is not the office's own fault."""
    person = Person.objects.filter(pk=request.actor.person_id or 0).select_related("unit__parent").first()
    unit = person.unit if person else None
    if unit is not None and unit.kind == UnitKind.CREW:
        unit = unit.parent
    if unit is None or (unit.kind == UnitKind.OFFICE and kind in (Kind.HAZARD, Kind.INCIDENT)):
        return None
    return unit


def _after(request: ActorRequest, issue: Issue) -> HttpResponse:
    """Whoever gave no name has no page to come back to."""
    flow = WORKFLOWS[issue.kind]
    label = flow.label + (f" · {flow.categories[issue.category]}" if issue.category in flow.categories else "")
    grade = f"，{issue.grade_label}" if issue.grade_label else ""
    if Issue.objects.visible_to(request.actor).filter(pk=issue.pk).exists():
        messages.success(request, f"已上报：{label}{grade}，现在“{issue.state_label}”")
        return redirect("issues:matter", issue.pk)
    messages.success(request, f"已收到：{label}。没有记下姓名，由{issue.office}答复")
    return redirect("issues:own")


@page(Capability.ISSUE_RAISE)
@require_POST
def guessed(request: ActorRequest) -> HttpResponse:
    """What the line typed so far would be taken for; asked by the page while one types. Not in an address: those are logged."""
    text = request.POST.get("text", "")[:LONGEST]
    found = guess(text, underground=request.POST.get("underground") == "1")
    return render(request, "issues/_guess.html", {"guess": found, "typed": bool(text.strip())})


@page(Capability.ISSUE_RAISE)
@require_GET
def code_on_the_wall(request: ActorRequest, code: str) -> HttpResponseRedirect:
    """Where the code of a place leads: the form with the place filled in."""
    place = place_or_404(request, code)
    return redirect(f"{reverse('issues:new')}?{urlencode({'place': place.code})}")

"""Reporting: one line of text is enough; what it is about is guessed, shown and can be put right."""

import datetime as dt
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pithead.issues import actions
from pithead.issues.actions import IssueDraft, StepDraft
from pithead.issues.models import Issue
from pithead.issues.queries import is_sparse, kinds_to_raise, setting_of, units_to_raise
from pithead.issues.report_form import COMMON, Desk, ReportForm
from pithead.issues.views.brake import refuse_flood, spoken
from pithead.issues.views.shared import asked, issue_or_404, kept, mine_asked, now, place_or_404, places_of
from pithead.issues.workflows import WORKFLOWS, Workflow
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, RoleCode, page
from pithead.org.models import Person, Unit, UnitKind

FIXED_ON_SPOT = "现场已经处理好"
SCANNED = "code"
JUST_NOW = dt.timedelta(minutes=10)
MOST_PEOPLE = 400


@page(Capability.ISSUE_RAISE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """`?kind=` asks what that kind needs; `?place=` where one stands, `?from=code` by the code on its wall; `?origin=` the matter
    it is a measure of."""
    mine, origin = mine_asked(request), _origin(request)
    units = _units(mine)
    desk = _desk(request, mine, units)
    form = _form(request, desk, origin)
    looks = "look" in request.POST
    if request.method == "POST" and form.is_valid() and not looks and (done := _send(request, form, origin)):
        return done
    kinds = kinds_to_raise(request.actor, mine, units, now())
    context = {
        "form": form,
        "flow": desk.flow,
        "place": desk.place,
        "origin": origin,
        "looked": looks,
        "others": [WORKFLOWS[kind] for kind in kinds if kind not in COMMON],
        "people": _people(request, desk) if form.names_people else (),
        "asked": asked(request),
    }
    return render(request, "issues/new.html", context, status=422 if form.errors else 200)


# ── who reports, and from where ──
def _desk(request: ActorRequest, mine: Unit, units: list[Unit]) -> Desk:
    flow, code = _flow(request), request.GET.get("place", "")
    raisable = units_to_raise(request.actor, flow, mine, units, now()) if flow else units
    if not raisable:
        raise Http404
    place = place_or_404(request, code) if code else None
    return Desk(
        mine=mine,
        flow=flow,
        sparse=flow is not None and is_sparse(flow, setting_of(mine, flow.kind)),
        raisable=tuple(raisable),
        places=tuple(places_of(mine)),
        home=_home(request),
        speaks=any(grant.role is not RoleCode.WORKER for grant in request.actor.grants),
        place=place,
        scanned=place is not None and request.GET.get("from") == SCANNED,
    )


def _flow(request: ActorRequest) -> Workflow | None:
    kind = request.GET.get("kind", "")
    if kind and kind not in WORKFLOWS:
        raise Http404
    return WORKFLOWS[kind] if kind else None


def _units(mine: Unit) -> list[Unit]:
    """What can answer for something, the mine itself included."""
    kinds = (UnitKind.MINE, UnitKind.SECTION, UnitKind.OFFICE, UnitKind.CREW)
    rows = Unit.objects.of_mine(mine).filter(kind__in=kinds).in_force(timezone.localdate())
    return list(rows.select_related("parent").order_by("kind", "path"))


def _home(request: ActorRequest) -> Unit | None:
    """The reporter's section or office."""
    person = Person.objects.filter(pk=request.actor.person_id or 0).select_related("unit__parent").first()
    unit = person.unit if person else None
    return unit.parent if unit is not None and unit.kind == UnitKind.CREW else unit


def _people(request: ActorRequest, desk: Desk) -> list[Person]:
    """Whom the form offers: people the reporter may look up, of the place first. Others are written by number."""
    rows = Person.objects.filter(mine=desk.mine, left_on=None)
    near = Q(unit__path__startswith=desk.place.unit.path) if desk.place and desk.place.unit else Q(pk__in=())
    reach = request.actor.scope(Capability.PERSON_VIEW).people(rows)
    own = rows.filter(near) if request.actor.can(Capability.ISSUE_OVERSEE) else rows.none()
    posted = {grant.unit.pk for grant in request.actor.grants if grant.role is not RoleCode.WORKER}
    found = list((reach | own).distinct().select_related("unit__parent").order_by("staff_no")[:MOST_PEOPLE])
    return sorted(found, key=lambda one: one.unit is None or not {one.unit_id, one.unit.parent_id} & posted)


def _origin(request: ActorRequest) -> Issue | None:
    code = request.GET.get("origin", "")
    try:
        return issue_or_404(request, UUID(code)) if code else None
    except ValueError as error:
        raise Http404 from error


def _form(request: ActorRequest, desk: Desk, origin: Issue | None = None) -> ReportForm:
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return ReportForm(*posted, desk=desk, initial={"unit": str(origin.unit_id)} if origin else {})


# ── sent ──
def _send(request: ActorRequest, form: ReportForm, origin: Issue | None) -> HttpResponse | None:
    """None: refused, and the form says why."""
    try:
        issue = _raise(request, form, origin)
    except Refused as refused:
        form.add_error(None, [reason.message for reason in refused.reasons])
        _free(form)
        return None
    except PermissionDenied as denied:
        form.add_error(None, str(denied) or "这一类不由您登记")
        return None
    return _after(request, issue)


def _raise(request: ActorRequest, form: ReportForm, origin: Issue | None) -> Issue:
    """With its photos and, where it is already put right, that step: all of it or nothing. What is confidential has neither,
    and what is logged of its refusal stays."""
    act: dict[str, Any] = {"by": request.actor, "at": now()}
    clean, mine, flow = form.cleaned_data, form.desk.mine, WORKFLOWS[form.guessed.kind]
    with nullcontext() if flow.confidential else transaction.atomic():
        draft = replace(form.draft(), origin=origin)
        if (twin := _twin(request, mine, draft)) is not None:
            return twin
        if draft.anonymous:
            refuse_flood(request.actor.person_id, timezone.localdate(act["at"]))
        files = kept(request, act["at"], mine, clean.get("photos") or (), anonymous=draft.anonymous)
        issue = actions.raise_issue(**act, mine=mine, draft=replace(draft, files=files))
        if draft.anonymous:
            spoken(request.actor.person_id, timezone.localdate(act["at"]))
        if clean.get("spot"):
            step = StepDraft(id=uuid5(draft.id, "fix_on_spot"), note=FIXED_ON_SPOT)
            issue = actions.move(**act, issue=issue, verb="fix_on_spot", draft=step)
        return issue


def _twin(request: ActorRequest, mine: Unit, draft: IssueDraft) -> Issue | None:
    """Gone back to and sent again from a fresh page: the same words about the same place by the same person."""
    person = request.actor.person_id
    if draft.anonymous or person is None or not draft.text:
        return None
    said = {"kind": draft.kind, "text": draft.text, "origin": draft.origin, "unit": draft.unit or mine}
    where = {"place": draft.place, "place_text": draft.place_text}
    rows = Issue.objects.filter(mine=mine, found_by=person, arrived_at__gte=now() - JUST_NOW, **said, **where)
    return rows.exclude(pk=draft.id).filter(merged_into=None).first()


def _free(form: ReportForm) -> None:
    """What was written on a page that has been sent before is another matter, if it is sent once more."""
    if Issue.objects.filter(pk=form.cleaned_data["id"]).exists():
        form.renew()
        form.add_error(None, "这一页刚才已经报过一条；要把现在写的另报一条，请再点一次“提交”")


def _after(request: ActorRequest, issue: Issue) -> HttpResponse:
    """Whoever gave no name, or may not read it, has no page to come back to."""
    flow = WORKFLOWS[issue.kind]
    label = flow.label + (f" · {flow.categories[issue.category]}" if issue.category in flow.categories else "")
    grade = f"，{issue.grade_label}" if issue.grade_label else ""
    if Issue.objects.visible_to(request.actor).filter(pk=issue.pk).exists():
        messages.success(request, f"已上报：{label}{grade}，现在“{issue.state_label}”")
        return redirect("issues:matter", issue.pk)
    unseen = (
        "只有指定的岗位和本人看得到，由{}办理"
        if issue.is_confidential
        else "没有记下姓名，由{}答复，答复以后登在这一页"
    )
    messages.success(request, f"已收到：{label}。{unseen.format(issue.office)}")
    return redirect("issues:own" if issue.is_confidential else "issues:answers")


@page(Capability.ISSUE_RAISE)
@require_POST
def guessed(request: ActorRequest) -> HttpResponse:
    """What the form filled in so far would be taken for; asked by the page while one types. Not in an address: those are logged."""
    mine = mine_asked(request)
    form = _form(request, _desk(request, mine, _units(mine)))
    return render(request, "issues/_guess.html", {"form": form, "swapped": True})


@page(Capability.ISSUE_RAISE)
@require_GET
def code_on_the_wall(request: ActorRequest, code: str) -> HttpResponseRedirect:
    """Where the code of a place leads: the form with the place filled in."""
    place = place_or_404(request, code)
    return redirect(f"{reverse('issues:new')}?{urlencode({'place': place.code, 'from': SCANNED})}")

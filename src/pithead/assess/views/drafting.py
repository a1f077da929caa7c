"""Drafts: made, issued, discarded. How they are edited is in `draft_parts`."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from pithead.assess import actions, queries
from pithead.assess.contents import Content
from pithead.assess.differences import differences
from pithead.assess.models import Standard, StandardState
from pithead.assess.rubric_forms import CopyForm, IssueForm, RubricFileForm
from pithead.assess.views.shared import mine_asked
from pithead.assess.views.standards import visible_standard
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
Reasons = tuple[Reason, ...]


def draft_or_404(request: ActorRequest, code: str, version: int) -> tuple[Standard, Content]:
    draft = visible_standard(request, code, version, state=StandardState.DRAFT)
    return draft, queries.content_of(draft)


def try_to(make: Callable[[], Standard]) -> tuple[Standard | None, Reasons]:
    """What came of it, or why not."""
    try:
        return make(), ()
    except Refused as refused:
        return None, refused.reasons


@page(Capability.STANDARD_ISSUE)
@get_or_post
def new(request: ActorRequest) -> HttpResponse:
    """A copy of a standing version, or a rubric in a workbook."""
    mine = mine_asked(request)
    codes = {standard.code: standard.title for standard in queries.standards(request.actor, mine)}
    wants_file = request.method == "POST" and "code" in request.POST and request.POST.get("from") == "file"
    data = request.POST or None
    copying = CopyForm(None if wants_file else data, standards=list(codes.items()))
    file = RubricFileForm(data if wants_file else None, request.FILES if wants_file else None)
    form, make = (file, _read) if wants_file else (copying, _copy)
    reasons: Reasons = ()
    if request.method == "POST" and form.is_valid():
        draft, reasons = try_to(lambda: make(request, mine, form.cleaned_data))
        if draft is not None:
            messages.success(request, "草案已建好，改好以后发布")
            return redirect("assess:standard", draft.code, draft.version)
    context = {"copying": copying, "file": file, "reasons": reasons, "codes": codes}
    return render(request, "assess/draft_new.html", context, status=422 if reasons or form.errors else 200)


def _copy(request: ActorRequest, mine: Unit, given: dict[str, Any]) -> Standard:
    return actions.draft_standard(by=request.actor, at=timezone.now(), mine=mine, code=given["code"])


def _read(request: ActorRequest, mine: Unit, given: dict[str, Any]) -> Standard:
    upload = given.pop("file")
    act: dict[str, Any] = {"by": request.actor, "at": timezone.now(), "mine": mine}
    return actions.draft_rubric(**act, file=upload.read(), name=upload.name, **given)


@page(Capability.STANDARD_ISSUE)
@get_or_post
def issue(request: ActorRequest, code: str, version: int) -> HttpResponse:
    """What changes against the version in force, what is still to be mended, and from which month."""
    draft, content = draft_or_404(request, code, version)
    form = IssueForm(request.POST or None, initial={"seen": draft.revision})
    reasons: Reasons = ()
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["seen"] != draft.revision:
            reasons = (Reason("别人刚改过这份草案，请看过现在的内容再发布"),)
        else:
            given = {"standard": draft, "in_force_from": form.cleaned_data["in_force_from"]}
            issued, reasons = try_to(lambda: actions.issue_standard(by=request.actor, at=timezone.now(), **given))
            if issued is not None:
                messages.success(request, f"{issued}第 {issued.version} 版已发布")
                return redirect("assess:standard", issued.code, issued.version)
    standing = queries.issued_last(draft.mine, code)
    context = {
        "standard": draft,
        "title": "发布",
        "form": form,
        "reasons": reasons,
        "standing": standing,
        "changes": differences(queries.content_of(standing), content) if standing else (),
        "problems": () if reasons else actions.problems_of(content, draft.mine),
    }
    return render(request, "assess/draft_issue.html", context, status=422 if reasons or form.errors else 200)


@page(Capability.STANDARD_ISSUE)
@require_POST
def discard(request: ActorRequest, code: str, version: int) -> HttpResponse:
    draft, _ = draft_or_404(request, code, version)
    _, reasons = try_to(lambda: actions.discard_draft(by=request.actor, at=timezone.now(), standard=draft) or draft)
    for reason in reasons:
        messages.error(request, str(reason))
    if not reasons:
        messages.success(request, "草案已删去")
    return redirect("assess:standards")

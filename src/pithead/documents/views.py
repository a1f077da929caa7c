"""文书与报表: what can be produced, and the downloads. A download leaves a line in the log and changes nothing else."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pithead.assess.models import Cycle
from pithead.documents import queries
from pithead.documents.actions import Document, issue_bulletin, issue_result_book
from pithead.documents.layout import SUBSTITUTES
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.ui.downloads import kept_as


@page(Capability.RESULT_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    return _index(request)


@page(Capability.BULLETIN_ISSUE)
@require_GET
def bulletin(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """`?number=7` is printed in the head; without it the number is written by hand."""
    cycle = _cycle_or_404(request, code, period)
    number = request.GET.get("number", "")
    try:
        issued = issue_bulletin(by=request.actor, at=timezone.now(), cycle=cycle, number=number)
    except Refused as refused:
        return _index(request, refused.reasons)
    return _download(request, issued)


@page(Capability.RESULT_VIEW)
@require_GET
def results(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = _cycle_or_404(request, code, period)
    return _download(request, issue_result_book(by=request.actor, at=timezone.now(), cycle=cycle))


def _index(request: ActorRequest, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    context = {
        "cycles": queries.of_last_year(request.actor, timezone.localdate()),
        "may_issue": request.actor.can(Capability.BULLETIN_ISSUE),
        "fonts": list(SUBSTITUTES),
        "reasons": reasons,
    }
    return render(request, "documents/index.html", context, status=422 if reasons else 200)


def _cycle_or_404(request: ActorRequest, code: str, period: str) -> Cycle:
    cycle: Cycle = get_object_or_404(queries.producible(request.actor), code=code, period=period)
    return cycle


def _download(request: ActorRequest, issued: Document) -> HttpResponse:
    """Warnings wait on the next page: they are for whoever issues the paper, not for its readers."""
    for warning in issued.warnings:
        messages.warning(request, f"{issued.name}：{warning}")
    return HttpResponse(issued.content, content_type=issued.content_type, headers=kept_as(issued.name))

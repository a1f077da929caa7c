"""Two papers that go on a wall or into a hand: the notice to put something right, and the month's hazards for everybody."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pithead.issues import actions, queries
from pithead.issues.matter_page import life_of
from pithead.issues.models import Issue
from pithead.issues.queries import setting_of
from pithead.issues.views.matter import NOTICE_KINDS
from pithead.issues.views.shared import asked, issue_or_404, mine_asked, now
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.periods import Kind as PeriodKind
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.queries import calendar_of

MONTHS_OFFERED = 6


@page(Capability.ISSUE_RAISE)
@require_GET
def notice(request: ActorRequest, pk: UUID) -> HttpResponse:
    """整改通知单, to be signed on paper."""
    issue = issue_or_404(request, pk)
    if WORKFLOWS[issue.kind].kind not in NOTICE_KINDS:
        raise Http404
    at, setting = now(), setting_of(issue.mine, issue.kind)
    matter = actions.read_matter(by=request.actor, at=at, issue=issue)
    context = {
        "issue": issue,
        "matter": matter,
        "told": life_of(request.actor, matter, setting, at),
        "number": number_of(issue),
        "today": timezone.localdate(at),
    }
    return render(request, "issues/notice.html", context)


def number_of(issue: Issue) -> str:
    """Unit, day and the beginning of the matter's own number: the same on every copy."""
    found = timezone.localtime(issue.found_at)
    return f"{issue.unit.code}-{found:%Y%m%d}-{str(issue.pk)[:4].upper()}"


@page(Capability.ISSUE_RAISE)
@require_GET
def bulletin(request: ActorRequest) -> HttpResponse:
    """The month's hazards without anybody's name; `?period=2026-06`, otherwise the present month."""
    mine, at = mine_asked(request), now()
    calendar = calendar_of(mine)
    current = calendar.period_of(timezone.localdate(at), PeriodKind.MONTH)
    try:
        period = Period.parse(request.GET.get("period") or str(current))
    except Refused as refused:
        raise Http404(str(refused)) from refused
    months = [current]
    for _ in range(MONTHS_OFFERED - 1):
        months.append(months[-1].previous())
    since, until = calendar.bounds(period)
    context = {
        "mine": mine,
        "period": period,
        "months": list(reversed(months)),
        "since": since,
        "until": until,
        "bulletin": queries.bulletin(mine, since, until, at),
        "today": timezone.localdate(at),
        "asked": asked(request),
    }
    return render(request, "issues/bulletin.html", context)

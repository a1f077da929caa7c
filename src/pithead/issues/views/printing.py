"""Papers for a wall or a hand: the notice to put something right, the month's hazards for everybody, the codes of places."""

from dataclasses import dataclass
from uuid import UUID

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_GET

from pithead.issues import actions, queries
from pithead.issues.matter_page import life_of
from pithead.issues.models import Issue
from pithead.issues.queries import setting_of
from pithead.issues.views.matter import NOTICE_KINDS
from pithead.issues.views.shared import asked, issue_or_404, mine_asked, now, place_or_404, places_of
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.periods import Kind as PeriodKind
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Place
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


@dataclass(frozen=True)
class WallCode:
    """`image` is inline SVG of our own making; `address` is what it says."""

    place: Place
    address: str
    image: SafeString


@page(Capability.ISSUE_RAISE)
@require_GET
def codes(request: ActorRequest) -> HttpResponse:
    """Codes to be put up where they are scanned: of every place in use, or of `?place=CODE`."""
    places = places_of(mine_asked(request))
    if code := request.GET.get("place"):
        places = places.filter(pk=place_or_404(request, code).pk)
    return render(request, "issues/codes.html", {"codes": [_code(request, place) for place in places]})


def _code(request: ActorRequest, place: Place) -> WallCode:
    address = request.build_absolute_uri(reverse("issues:code", args=[place.code]))
    image = segno.make(address, error="m", micro=False).svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return WallCode(place, address, mark_safe(image))  # drawn here; the address is squares

"""What one has to do with oneself: what waits, what one raised, what is about one, what one was told."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pithead.issues import actions, queries
from pithead.issues.models import Issue, Notice
from pithead.issues.views.shared import mine_asked, now
from pithead.org.access import ActorRequest, Capability, page
from pithead.ui.addresses import number

PARTS: dict[str, Callable[..., object]] = {
    "waiting": queries.waits_for,
    "notices": queries.notices_of,
    "raised": queries.raised_by,
    "concerning": queries.concerning,
}
SHOWN = {"waiting": 10, "notices": 5, "raised": 5, "concerning": 5}
TITLES = {"waiting": "要办的", "notices": "通知", "raised": "我提出的", "concerning": "和我有关的"}


@page(Capability.ISSUE_RAISE)
@require_GET
def own(request: ActorRequest) -> HttpResponse:
    """The beginning of each list: what is due first, what is new. `?all=`: one of them, page by page."""
    if (name := request.GET.get("all", "")) in TITLES:
        return _whole(request, name)
    actor, mine, at = request.actor, mine_asked(request), now()
    shown = queries.own_of(actor, mine, at, SHOWN)
    context = {**vars(shown), "barred": queries.barred_for(actor, mine, timezone.localdate(at))}
    return render(request, "issues/own.html", context)


def _whole(request: ActorRequest, name: str) -> HttpResponse:
    turn = number(request.GET.get("page", ""))
    shown = PARTS[name](request.actor, mine_asked(request), now(), turn)
    context = {"name": name, "title": TITLES[name], "shown": shown}
    return render(request, "issues/own_part.html", context)


@page(Capability.ISSUE_RAISE)
@require_GET
def answers(request: ActorRequest) -> HttpResponse:
    """Whoever gave no name is told nothing; he finds the answer here, like everybody."""
    lines = queries.answered_without_name(mine_asked(request), now())
    return render(request, "issues/answers.html", {"lines": lines})


@page(Capability.ISSUE_RAISE)
@require_POST
def read(request: ActorRequest) -> HttpResponse:
    """`issue=`: what one was told about that; without it, everything."""
    told = Notice.objects.filter(person=request.actor.person_id or 0, read_at=None)
    if named := request.POST.get("issue", ""):
        told = told.filter(issue__in=_named(named))
    issues = Issue.objects.filter(pk__in=told.values("issue"))
    count = sum(actions.read_notices(by=request.actor, at=now(), issue=issue) for issue in issues)
    messages.success(request, f"已读 {count} 条" if count else "没有未读的通知")
    return redirect("issues:own")


def _named(text: str) -> list[UUID]:
    """Only what can be a key at all is looked for."""
    try:
        return [UUID(text)]
    except ValueError:
        return []

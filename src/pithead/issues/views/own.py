"""What one has to do with oneself: what waits, what one raised, what is about one, what one was told."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pithead.issues import actions, queries
from pithead.issues.models import Issue, Notice
from pithead.issues.views.shared import mine_asked, now
from pithead.org.access import Actor, ActorRequest, Capability, page
from pithead.org.models import Person, Unit


@page(Capability.ISSUE_RAISE)
@require_GET
def own(request: ActorRequest) -> HttpResponse:
    actor, mine, at = request.actor, mine_asked(request), now()
    notices = queries.notices_of(actor, mine)
    context = {
        "waiting": queries.waits_for(actor, mine, at),
        "raised": queries.raised_by(actor, mine, at),
        "concerning": queries.concerning(actor, mine, at),
        "notices": notices,
        "barred": _barred(actor, mine),
        "unread": sum(not notice.read for notice in notices),
    }
    return render(request, "issues/own.html", context)


def _barred(actor: Actor, mine: Unit) -> list[Person]:
    """Whom those who assign the work of a shift must not send underground today; not why."""
    if not actor.can(Capability.ISSUE_HANDLE):
        return []
    rows = actor.scope(Capability.PERSON_VIEW).people(queries.not_underground(mine, timezone.localdate()))
    return list(rows.select_related("unit__parent").order_by("staff_no"))


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

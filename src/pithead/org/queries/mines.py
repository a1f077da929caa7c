"""Which mine a page is about."""

from django.http import Http404
from django.utils.http import urlencode

from pithead.org.access import ActorRequest
from pithead.org.models import Unit, UnitKind


def mine_asked(request: ActorRequest) -> Unit:
    """One's own; for those above the mines the one named by `?mine=`, otherwise the first."""
    actor, code = request.actor, request.GET.get("mine", "")
    if actor.mine.kind == UnitKind.MINE and not code:
        return actor.mine
    mines = Unit.objects.visible_to(actor).filter(kind=UnitKind.MINE).order_by("path")
    found = mines.filter(code=code).first() if code else mines.first()
    if found is None:
        raise Http404
    return found


def asked(request: ActorRequest) -> str:
    """What links carry on for those who look at several mines."""
    code = request.GET.get("mine")
    return f"?{urlencode({'mine': code})}" if code else ""

"""The search over everything one may see: what apps registered, group by group."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pithead.kernel.searching import LONGEST, words_of
from pithead.org.access import Actor, ActorRequest, page
from pithead.ui.registry import Asked, Hit, SearchSource, search_sources
from pithead.web.shell import CAPABILITIES

SHOWN = 8


@dataclass(frozen=True)
class Group:
    label: str
    hits: tuple[Hit, ...]
    more: bool


@page(None)
@require_safe
def search(request: ActorRequest) -> HttpResponse:
    """`?q=`. What was asked is written nowhere."""
    typed = request.GET.get("q", "")
    asked = Asked(words_of(typed), timezone.localdate())
    sources = _open_to(request.actor)
    groups = [group for source in sources if (group := _group(source, request.actor, asked)).hits]
    context: dict[str, Any] = {
        "q": typed.strip()[:LONGEST],
        "asked": asked.words,
        "groups": groups,
        "sources": sources,
        "shown": SHOWN,
        "longest": LONGEST,
    }
    return render(request, "web/search.html", context)


def _open_to(actor: Actor) -> list[SearchSource]:
    mine = [one for one in search_sources if one.capability is None or actor.can(CAPABILITIES[one.capability])]
    return sorted(mine, key=lambda one: one.order)


def _group(source: SearchSource, actor: Actor, asked: Asked) -> Group:
    """One more than is shown says whether there are more; nobody counts them."""
    hits = tuple(source.find(actor, asked, SHOWN + 1)) if asked.words else ()
    return Group(source.label, hits[:SHOWN], len(hits) > SHOWN)

"""Standards as people read them."""

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pithead.assess import queries
from pithead.assess.models import ItemKind, Standard, StandardState
from pithead.assess.views.shared import mine_asked
from pithead.org.access import ActorRequest, Capability, page


@page(Capability.STANDARD_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    return render(
        request, "assess/standards.html", {"standards": queries.standards(request.actor, mine_asked(request))}
    )


@page(Capability.STANDARD_VIEW)
@require_GET
def show(request: ActorRequest, code: str, version: int) -> HttpResponse:
    """The rubric by dimension; bonus and veto items after it."""
    issued = Standard.objects.visible_to(request.actor).filter(state=StandardState.ISSUED, mine=mine_asked(request))
    standard = get_object_or_404(issued.select_related("clause__policy", "owner"), code=code, version=version)
    items = queries.standard_items(standard)
    scored = [item for item in items if item.kind == ItemKind.SCORED]
    context = {
        "standard": standard,
        "dimensions": [(dimension, list(rows)) for dimension, rows in groupby(scored, key=lambda item: item.dimension)],
        "bonuses": [item for item in items if item.kind == ItemKind.BONUS],
        "vetoes": [item for item in items if item.kind == ItemKind.VETO],
        "tiers": standard.tiers.order_by("position"),
        "groups": standard.peer_groups.order_by("position"),
    }
    return render(request, "assess/standard.html", context)

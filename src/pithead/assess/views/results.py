"""Who stands where, and why."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from pithead.assess import queries
from pithead.assess.models import Cycle, CycleState, Participant
from pithead.assess.registry import downloads
from pithead.assess.views.shared import cycle_or_404
from pithead.kernel.periods import Period
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit

SHOWN_STATES = (CycleState.REVIEW, CycleState.FINAL)
MONTHS_BESIDE = 4  # neighbours offered in the bar


@page(Capability.RESULT_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """The latest results there are; an honest page when there are none."""
    rows = queries.visible_cycles(request.actor).filter(state__in=SHOWN_STATES)
    cycle = rows.filter(standard__subject="section").first() or rows.first()
    if cycle is None:
        return render(request, "assess/no_results.html")
    return redirect("assess:results", cycle.code, cycle.period)


@page(Capability.RESULT_VIEW)
@require_GET
def board(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """The board of a closed month; `?unit=` opens the reasons of one unit beside it."""
    cycle = cycle_or_404(request, code, period)
    if cycle.state not in SHOWN_STATES:
        raise Http404
    group = request.GET.get("group", "")
    chosen = queries.board(cycle, group=group, page=_number(request.GET.get("page")))
    if not chosen.rows and group:
        raise Http404
    wanted = request.GET.get("unit") or (chosen.rows[0].unit_code if chosen.rows else "")
    opened = next((row for row in chosen.rows if row.unit_code == wanted), None) or _row(cycle, wanted)
    context = {
        "cycle": cycle,
        "board": chosen,
        "group": group,
        "groups": cycle.standard.peer_groups.filter(
            pk__in=Participant.objects.filter(cycle=cycle).values("group")
        ).order_by("position"),
        "opened": opened,
        "entries": queries.entries(cycle, opened.unit_id) if opened else (),
        "downloads": [link for source in downloads for link in source(request.actor, cycle)],
        **_neighbours(request, cycle),
    }
    return render(request, "assess/results.html", context)


@page(Capability.RESULT_VIEW)
@require_GET
def unit(request: ActorRequest, code: str, period: str, unit_code: str) -> HttpResponse:
    """One unit's month whole: every item, every reason, and the months before."""
    cycle = cycle_or_404(request, code, period)
    row = _row(cycle, unit_code) if cycle.state in SHOWN_STATES else None
    if row is None:
        raise Http404
    scores = queries.item_scores(cycle, [row.unit_id]).get(row.unit_id, {})
    items = [(item, scores.get(item.code)) for item in queries.standard_items(cycle.standard) if item.code in scores]
    context = {
        "cycle": cycle,
        "row": row,
        "items": items,
        "entries": queries.entries(cycle, row.unit_id),
        "history": queries.history(request.actor, code, row.unit_id),
    }
    return render(request, "assess/unit.html", context)


def _row(cycle: Cycle, unit_code: str) -> queries.ResultRow | None:
    if not unit_code:
        return None
    unit_id = get_object_or_404(Unit.objects.of_mine(cycle.mine), code=unit_code).pk
    return queries.result_of(cycle, unit_id)


def _neighbours(request: ActorRequest, cycle: Cycle) -> dict[str, object]:
    """Other months of the same standard and other standards of the same month, as far as the reader may see them."""
    rows = queries.visible_cycles(request.actor).filter(state__in=SHOWN_STATES)
    nearby = [str(Period.parse(cycle.period))]
    while len(nearby) < MONTHS_BESIDE:
        nearby.append(str(Period.parse(nearby[-1]).previous()))
    later = rows.filter(code=cycle.code, period__gt=cycle.period).order_by("period")[:1]
    months = [*rows.filter(code=cycle.code, period__in=nearby).order_by("period"), *later]
    return {"months": months, "standards": rows.filter(period=cycle.period).order_by("standard__pk")}


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 1

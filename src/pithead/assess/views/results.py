"""Who stands where, and why."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from pithead.assess import queries
from pithead.assess.models import Cycle
from pithead.assess.models.cycles import CLOSED, PUBLIC
from pithead.assess.registry import downloads
from pithead.assess.views.shared import asked, cycle_or_404, cycles_of
from pithead.kernel.periods import Kind, Period
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit

MONTHS_BESIDE = 7  # months offered in the bar: the next, this one, and those before


@page(Capability.RESULT_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """The latest results there are; an honest page when there are none."""
    rows = cycles_of(request).filter(state__in=CLOSED)
    cycle = rows.filter(standard__subject="section").first() or rows.first()
    if cycle is None:
        return render(request, "assess/no_results.html")
    return redirect(f"{reverse('assess:results', args=(cycle.code, cycle.period))}{asked(request)}")


@page(Capability.RESULT_VIEW)
@require_GET
def board(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """The board of a closed month; `?unit=` opens the reasons of one unit beside it."""
    cycle = cycle_or_404(request, code, period)
    if cycle.state not in CLOSED:
        raise Http404
    group = request.GET.get("group", "")
    nearby = _neighbours(request, cycle)
    chosen = queries.board(cycle, group=group, page=_number(request.GET.get("page")), before=nearby.pop("before"))
    if not chosen.rows and group:
        raise Http404
    wanted = request.GET.get("unit") or (chosen.rows[0].unit_code if chosen.rows else "")
    opened = next((row for row in chosen.rows if row.unit_code == wanted), None) or _row(cycle, wanted)
    kept = urlencode(
        {
            key: value
            for key, value in (("mine", request.GET.get("mine")), ("group", group), ("page", chosen.page))
            if value
        }
    )
    context = {
        "cycle": cycle,
        "board": chosen,
        "group": group,
        "kept": kept,
        "asked": asked(request),
        "opened": opened,
        "departures": (departures := queries.departures(cycle)),
        "departure": departures.get(opened.unit_id) if opened else None,
        **(published := _published(request, cycle)),
        **(_reasons(request, cycle, opened, published) if opened else {}),
        "downloads": [link for source in downloads for link in source(request.actor, cycle)],
        **nearby,
    }
    return render(request, "assess/results.html", context)


@page(Capability.RESULT_VIEW)
@require_GET
def unit(request: ActorRequest, code: str, period: str, unit_code: str) -> HttpResponse:
    """One unit's month whole: every item, every reason, and the months before."""
    cycle = cycle_or_404(request, code, period)
    row = _row(cycle, unit_code) if cycle.state in CLOSED else None
    if row is None:
        raise Http404
    scores = queries.item_scores(cycle, [row.unit_id]).get(row.unit_id, {})
    items = [(item, scores.get(item.code)) for item in queries.standard_items(cycle.standard) if item.code in scores]
    context = {
        "cycle": cycle,
        "row": row,
        "asked": asked(request),
        "items": items,
        "departure": queries.departures(cycle).get(row.unit_id),
        **(published := _published(request, cycle)),
        **_reasons(request, cycle, row, published),
        "history": queries.history(request.actor, code, row.unit_id),
        "may_erase": request.actor.can(Capability.TEXT_ERASE, cycle.mine),
    }
    return render(request, "assess/unit.html", context)


def _row(cycle: Cycle, unit_code: str) -> queries.ResultRow | None:
    if not unit_code:
        return None
    unit_id = get_object_or_404(Unit.objects.of_mine(cycle.mine), code=unit_code).pk
    return queries.result_of(cycle, unit_id)


def _published(request: ActorRequest, cycle: Cycle) -> dict[str, Any]:
    """Until when the month may be objected to, and whether it was public and went back once. Three queries."""
    standing, today = queries.standings([cycle])[cycle.pk], timezone.localdate()
    return {
        "standing": standing,
        "state": queries.public_state(cycle, standing.last, today),
        "reopenings": queries.reopenings(request.actor, cycle),
    }


def _reasons(
    request: ActorRequest, cycle: Cycle, row: queries.ResultRow, published: Mapping[str, Any]
) -> dict[str, Any]:
    """A unit's entries, and what was or can be said against them."""
    lines = queries.entries(cycle, row.unit_id)
    shown = {
        "entries": lines,
        "matters": queries.seen_matters(request.actor, {one for line in lines if (one := line.matter)}),
        "figures": queries.seen_figures(request.actor, cycle, {line.key for line in lines}),
    }
    may_appeal = published["state"].running and _speaks_for(request, row)
    if cycle.state not in PUBLIC or not (may_appeal or published["standing"].appeals):
        return shown
    appeals = queries.unit_appeals(request.actor, cycle, row.unit_id, lines, may_appeal=may_appeal)
    return {**shown, "marks": appeals.marks, "undone": appeals.undone}


def _speaks_for(request: ActorRequest, row: queries.ResultRow) -> bool:
    scope = request.actor.scope(Capability.APPEAL_MAKE)
    return bool(scope) and scope.covers(Unit.objects.get(pk=row.unit_id))


def _neighbours(request: ActorRequest, cycle: Cycle) -> dict[str, Any]:
    """Months around this one and other standards of the same month, as far as the reader may see them, and the cycle before
    this one where it is public. One query."""
    month = Period.parse(cycle.period)
    nearby = [str(month.next()), cycle.period]
    while len(nearby) < MONTHS_BESIDE:
        nearby.append(str(Period.parse(nearby[-1]).previous()))
    seen = Cycle.objects.visible_to(request.actor).filter(mine=cycle.mine_id, state__in=CLOSED, period__in=nearby)
    rows = seen.order_by("period", "pk").values_list("pk", "state", "code", "period", "standard__title")
    own = {period: (pk, state) for pk, state, code, period, _ in rows if code == cycle.code}
    before, state = own.get(str(month.previous()), (None, ""))
    return {
        "months": [Period.parse(period) for period in own],
        "before": before if state in PUBLIC else None,
        "standards": [(code, title) for _, _, code, period, title in rows if period == cycle.period],
        "quarter": month.within(Kind.QUARTER),
    }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 1

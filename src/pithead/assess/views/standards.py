"""Standards as people read them; drafts with what is still to be mended; a version tried on past months."""

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from pithead.assess import actions, queries
from pithead.assess.contents import OTHER_BONUS, sum_of
from pithead.assess.models import ItemKind, Standard, StandardState
from pithead.assess.queries import Trial
from pithead.assess.rubrics import rubric_book
from pithead.assess.views.shared import mine_asked
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.ui.downloads import workbook

USUAL_MONTHS = 3  # tried before anybody chose


def visible_standard(request: ActorRequest, code: str, version: int, **more: Any) -> Standard:
    rows = Standard.objects.visible_to(request.actor).filter(mine=mine_asked(request), **more)
    related = rows.select_related("clause__policy", "owner", "mine")
    standard: Standard = get_object_or_404(related, code=code, version=version)
    return standard


@page(Capability.STANDARD_VIEW)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    mine = mine_asked(request)
    context = {
        "standards": queries.standards(request.actor, mine),
        "drafts": queries.drafts(request.actor, mine),
        "may_draft": request.actor.can(Capability.STANDARD_ISSUE, mine),
    }
    return render(request, "assess/standards.html", context)


@page(Capability.STANDARD_VIEW)
@require_GET
def show(request: ActorRequest, code: str, version: int) -> HttpResponse:
    """The rubric by dimension; bonus and veto items after it. A draft says first what keeps it from being issued."""
    standard = visible_standard(request, code, version)
    items = queries.standard_items(standard)
    context = {
        "standard": standard,
        "dimensions": _dimensions(standard, items),
        "others": [
            ("加分项", "bonus", [item for item in items if item.kind == ItemKind.BONUS]),
            ("一票否决", "veto", [item for item in items if item.kind == ItemKind.VETO]),
        ],
        "tiers": standard.tiers.order_by("position"),
        "groups": standard.peer_groups.order_by("position"),
        "other_bonus": OTHER_BONUS,
    }
    if standard.state == StandardState.DRAFT:
        context |= _draft(request, standard)
    return render(request, "assess/standard.html", context)


def _dimensions(standard: Standard, items: list[Any]) -> list[tuple[Any, list[Any], Any]]:
    """(dimension, its items, their sum), also those without an item."""
    scored = [item for item in items if item.kind == ItemKind.SCORED]
    by_dimension = {pk: list(rows) for pk, rows in groupby(scored, key=lambda item: item.dimension_id)}
    return [
        (dimension, rows := by_dimension.get(dimension.pk, []), sum(item.full_marks for item in rows))
        for dimension in standard.dimensions.order_by("position")
    ]


def _draft(request: ActorRequest, standard: Standard) -> dict[str, Any]:
    content = queries.content_of(standard)
    return {
        "draft": True,
        "sum": sum_of(content),
        "problems": actions.problems_of(content, standard.mine),
        "may_edit": request.actor.can(Capability.STANDARD_ISSUE, standard.mine),
        "may_try": request.actor.can(Capability.DRAFT_VIEW),
    }


@page(Capability.STANDARD_VIEW)
@require_GET
def rubric(request: ActorRequest, code: str, version: int) -> HttpResponse:
    """The rubric in Excel, to print, or to change and import again."""
    standard = visible_standard(request, code, version)
    names = {office.code: office.name for office in queries.offices_to_name(standard.mine)}
    content = rubric_book(queries.content_of(standard), names)
    return workbook(content, f"{standard.title}第{standard.version}版.xlsx")


@page(Capability.DRAFT_VIEW)
@require_GET
def trial(request: ActorRequest, code: str, version: int) -> HttpResponse:
    """`?period=` chooses settled months, several times if wanted; otherwise the latest few."""
    standard = visible_standard(request, code, version)
    months = queries.months_to_try(standard.mine, code)
    chosen = [period for period in months if period in request.GET.getlist("period")] or months[:USUAL_MONTHS]
    tried, reasons = _try(standard, chosen)
    context = {"standard": standard, "months": months, "chosen": chosen, "trial": tried, "reasons": reasons}
    return render(request, "assess/trial.html", context)


def _try(standard: Standard, periods: list[str]) -> tuple[Trial | None, tuple[Reason, ...]]:
    try:
        return queries.try_content(standard.mine, standard, periods), ()
    except Refused as refused:
        return None, refused.reasons

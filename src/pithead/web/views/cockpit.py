"""The cockpit: how a mine or a unit stands, every figure with its year and its way down to the records. And the wall's screen."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from pithead.assess import queries as assess
from pithead.issues import queries as issues
from pithead.issues.queries.board import BAND_LABELS
from pithead.kernel.rounding import plain
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import UnitKind
from pithead.rules.queries import clause_count
from pithead.web.cockpit import asked as asking
from pithead.web.cockpit import cards, progress, units
from pithead.web.cockpit.asked import Asked
from pithead.web.cockpit.kept import kept, methods

RANKED, JUDGED = 6, 4  # places in the table, methods


@page(Capability.FIGURE_VIEW)
@require_GET
def cockpit(request: ActorRequest) -> HttpResponse:
    """Of the mine, or of the unit one answers for. A fixed number of queries."""
    asked = asking.read(request, timezone.localdate())
    context = {"asked": asked, **standing(asked), "ages": issues.ages(asked.mine, asked.unit, timezone.now())}
    context["own_code"] = None if asked.is_mine else asked.unit.code
    context |= {"bands": BAND_LABELS, "may_screen": asked.actor.can(Capability.FIGURE_VIEW, asked.mine)}
    judged = methods(asked)
    context |= {"effects": judged[:JUDGED], "more_effects": max(len(judged) - JUDGED, 0)}
    return render(request, "web/cockpit.html", context)


def standing(asked: Asked) -> dict[str, Any]:
    """What the cockpit and the screen share: figures of the period, and the places that are published by now."""
    found, ranks = kept(asked, "figures", lambda: _figures(asked)), assess.ranks(asked.mine, asked.course)
    board = assess.board(ranks.cycle, per_page=RANKED, before=ranks.before) if ranks else None
    chain = _chain(asked, found["solved"], found["progress"], ranks)
    return {**found, "chain": chain, "ranks": ranks, "board": board}


def _figures(asked: Asked) -> dict[str, Any]:
    figures, practices = cards.figures_of(asked), progress.asked_in(asked)
    production, talks = units.side_by_side(asked)
    return {
        "cards": cards.cards(asked, figures),
        "solved": cards.solved(asked, figures),
        "progress": progress.progress(asked, practices),
        "matrix": progress.matrix(asked, practices),
        "production": production,
        "talks": talks,
    }


def _chain(
    asked: Asked, both: tuple[Decimal, Decimal], done: progress.Progress, ranks: assess.Ranks | None
) -> list[tuple[str, str]]:
    """制度 → 该做 → 已做 → 问题解决 → 考核, each with its page."""
    in_time, solved = both
    board = reverse("practices:board") + asked.query(
        period=str(asked.period), unit="" if asked.is_mine else asked.unit.code
    )
    steps = [
        (f"制度 {clause_count(asked.mine, asked.today)} 条", reverse("rules:policies") + asked.query()),
        (f"该做 {done.expected:,} 项", board),
        (f"已做 {done.done:,} 项", board),
        (f"问题按期解决 {plain(in_time)} / {plain(solved)}", reverse("issues:board") + asked.query(state="ended")),
    ]
    if ranks:
        words = _assessed(ranks.assessed)
        steps.append(
            (f"考核 {words}", reverse("assess:results", args=[ranks.cycle.code, ranks.cycle.period]) + asked.query())
        )
    return steps


def _assessed(counts: Mapping[str, int]) -> str:
    words = {UnitKind.SECTION: "队", UnitKind.CREW: "班", UnitKind.BRANCH: "支部"}
    return " · ".join(f"{counts[kind]} {word}" for kind, word in words.items() if counts.get(kind))

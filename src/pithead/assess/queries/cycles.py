"""Finding cycles and standards, and what one has to do about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch

from pithead.assess.models import (
    Cycle,
    CycleState,
    Entry,
    Item,
    Reminder,
    ScoreClause,
    Standard,
    StandardState,
    Submission,
)
from pithead.assess.queries.sheets import scoring_offices
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind


@dataclass(frozen=True)
class OfficeProgress:
    """One office in one cycle: how much it has entered, when it handed in, and when it was last reminded to."""

    office: Unit
    entries: int
    submission: Submission | None
    reminder: Reminder | None = None


def visible_cycles(actor: Actor) -> Any:
    """Cycles with what their pages need, the latest first."""
    return Cycle.objects.visible_to(actor).select_related("standard", "mine").order_by("-period", "standard_id")


def latest(actor: Actor, *, code: str = "", states: Iterable[CycleState] = tuple(CycleState)) -> Cycle | None:
    """The latest visible cycle in one of the states."""
    rows = visible_cycles(actor).filter(state__in=list(states))
    return rows.filter(code=code).first() if code else rows.first()


def progress(cycle: Cycle) -> list[OfficeProgress]:
    """Every office that scores in a cycle. Four queries."""
    counts = dict(
        Entry.objects.filter(cycle=cycle).values_list("office").annotate(n=Count("pk")).values_list("office", "n")
    )
    handed_in = {submission.office_id: submission for submission in cycle.submissions.all()}
    reminded = {reminder.office_id: reminder for reminder in cycle.reminders.order_by("reminded_at", "pk")}
    return [
        OfficeProgress(office, counts.get(office.pk, 0), handed_in.get(office.pk), reminded.get(office.pk))
        for office in scoring_offices(cycle)
    ]


def own_offices(actor: Actor, cycle: Cycle) -> list[Unit]:
    """The offices for which the actor may score in a cycle."""
    scope = actor.scope(Capability.SCORE_ENTER)
    return [office for office in scoring_offices(cycle) if scope.covers(office)]


def own_progress(actor: Actor, cycle: Cycle) -> list[OfficeProgress]:
    """The same, for the offices the actor may score for."""
    scope = actor.scope(Capability.SCORE_ENTER)
    return [entry for entry in progress(cycle) if scope.covers(entry.office)]


def standards(actor: Actor, mine: Unit) -> list[Standard]:
    """The issued versions of a mine, in the order of their issue."""
    rows = Standard.objects.visible_to(actor).filter(state=StandardState.ISSUED, mine=mine)
    return list(rows.select_related("owner", "clause__policy").order_by("pk"))


def drafts(actor: Actor, mine: Unit) -> list[Standard]:
    """The drafts of a mine that one may see, by code."""
    rows = Standard.objects.visible_to(actor).filter(state=StandardState.DRAFT, mine=mine)
    return list(rows.select_related("owner").order_by("code", "version"))


def issued_last(mine: Unit, code: str) -> Standard | None:
    """The issued version of a code that comes into force last."""
    rows = Standard.objects.filter(mine=mine, code=code, state=StandardState.ISSUED)
    related = rows.select_related("mine", "owner", "clause__policy")
    return related.order_by("-in_force_from", "-version").first()


def offices_to_name(mine: Unit) -> list[Unit]:
    """Those that may score, in the mine's order."""
    return list(Unit.objects.filter(mine=mine, kind=UnitKind.OFFICE).order_by("position", "path"))


def standard_items(standard: Standard) -> list[Item]:
    """All items in order, with dimension and clauses (with their offices)."""
    clauses = ScoreClause.objects.select_related("office").order_by("position")
    items = standard.items.select_related("dimension", "veto_dimension").order_by("position")
    return list(items.prefetch_related(Prefetch("clauses", clauses)))

"""What one person has to do with: what waits for him now, what he raised, what is about him, what he was told."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any

from django.db.models import F, Q

from pithead.issues.models import Involved, Issue, Notice, Role, mark_of
from pithead.issues.queries.board import IssueLine, line_of
from pithead.issues.workflows import WORKFLOWS, Move, Relation, State
from pithead.org.access import NOBODY, Actor, Capability, RoleCode, Scope
from pithead.org.models import Unit

R = Relation
LISTED = 100
# Moves one may make but nobody waits for.
ASIDE = {"void", "dismiss", "decline", "wait", "reopen", "appeal", "fix_on_spot", "recur", "hand_up", "again", "fail"}
Duties = Mapping[tuple[Relation, frozenset[Relation]], Mapping[str, frozenset[str]]]


def waits_for(actor: Actor, mine: Unit, now: dt.datetime, most: int = LISTED) -> list[IssueLine]:
    """What this person's posts, or his name, are asked for now; what is due first stands first. One query."""
    if actor.person_id is None:
        return []
    rows = Issue.objects.filter(_asked_of(actor), mine=mine, closed_at=None)
    rows = rows.select_related("unit__parent", "place", "owner")
    return [line_of(issue, now) for issue in rows.order_by(F("due_at").asc(nulls_last=True), "found_at", "pk")[:most]]


def _asked_of(actor: Actor) -> Q:
    relations = _relations(actor)
    found = NOBODY
    for (relation, never), kinds in _duties().items():
        if relation not in relations:
            continue
        states = reduce(or_, (Q(kind=kind, state__in=sorted(states)) for kind, states in kinds.items()))
        allowed = states & relations[relation]
        for other in sorted(never & {R.FINDER, R.OWNER}):
            allowed &= ~Q(found_by=actor.person_id) if other == R.FINDER else ~_owned(actor)
        found |= allowed
    return found


def _owned(actor: Actor) -> Q:
    return Q(owner__isnull=False, owner=actor.person_id)


@lru_cache(maxsize=1)
def _duties() -> Duties:
    """(relation, those who may not) → kind → the states in which somebody of that relation is to move."""
    found: dict[tuple[Relation, frozenset[Relation]], dict[str, set[str]]] = {}
    for kind, flow in WORKFLOWS.items():
        for state in flow.states:
            for move in (move for move in flow.moves_from(state.code) if is_waited_for(move, state)):
                for relation in move.who:
                    states = found.setdefault((relation, frozenset(move.never)), {})
                    states.setdefault(kind, set()).add(state.code)
    return {key: {kind: frozenset(states) for kind, states in kinds.items()} for key, kinds in found.items()}


def is_waited_for(move: Move, state: State) -> bool:
    """Whether a matter in this state waits for the move, so that somebody is to be asked for it."""
    goes_on = move.resumes or move.restarts or move.target not in ("", state.code)
    return goes_on and not state.end and not move.seconds and move.verb not in ASIDE


def _relations(actor: Actor) -> Mapping[Relation, Q]:
    """The relations this person can have, as conditions. That a leader might act too is nobody's duty."""
    handled = _within(actor.scope(Capability.ISSUE_HANDLE), "unit__path")
    offices = [grant.unit.pk for grant in actor.grants if grant.role is not RoleCode.WORKER]
    overseen = [pk for pk in offices if _oversees(actor, pk)]
    found = {
        R.OWNER: Q(owner=actor.person_id),
        R.FINDER: Q(found_by=actor.person_id) | Q(pk__in=_involved(actor, (Role.AUTHOR,))),
        R.MENTOR: Q(pk__in=_involved(actor, (Role.MENTOR,))),
        R.HEAD: handled,
        R.BODY: _bodies(actor),
        R.OFFICE: Q(office__in=overseen) if overseen else None,
        R.SECTION_HEAD: _under(_headed(actor)),
        R.SECRETARY: _under(_served(actor)),
    }
    return {relation: condition for relation, condition in found.items() if condition is not None}


def _bodies(actor: Actor) -> Q | None:
    either = [
        condition
        for right in (Capability.ISSUE_HANDLE, Capability.ISSUE_OVERSEE)
        if (condition := _within(actor.scope(right), "found_by_unit__path")) is not None
    ]
    return reduce(or_, either) if either else None


def _oversees(actor: Actor, unit: int) -> bool:
    return any(grant.unit.pk == unit and actor.can(Capability.ISSUE_OVERSEE, grant.unit) for grant in actor.grants)


def _within(scope: Scope, field: str) -> Q | None:
    return reduce(or_, (Q(**{f"{field}__startswith": path}) for path in scope.paths)) if scope.paths else None


def _under(paths: list[str]) -> Q | None:
    return reduce(or_, (Q(unit__path__startswith=path) for path in paths)) if paths else None


def _headed(actor: Actor) -> list[str]:
    return [grant.unit.path for grant in actor.grants if grant.role is RoleCode.SECTION_HEAD]


def _served(actor: Actor) -> list[str]:
    secretaries = [grant.unit for grant in actor.grants if grant.role is RoleCode.BRANCH_SECRETARY]
    return [path for unit in secretaries for path in (unit.path, *actor.served.get(unit.pk, ()))]


def _involved(actor: Actor, roles: tuple[Role, ...]) -> Any:
    assert actor.person_id is not None
    who = (str(actor.person_id), mark_of(actor.person_id))
    return Involved.objects.filter(mine=actor.mine, who__in=who, role__in=roles).values("issue")


# ── raised, and about oneself ──
def raised_by(actor: Actor, mine: Unit, now: dt.datetime) -> list[IssueLine]:
    """With one's name on it; what was said without a name is nobody's. The latest first. One query."""
    if actor.person_id is None:
        return []
    own = Q(found_by=actor.person_id) | Q(pk__in=_involved(actor, (Role.AUTHOR,)))
    return _latest(Issue.objects.filter(own, mine=mine, erased_at=None), now)


def concerning(actor: Actor, mine: Unit, now: dt.datetime) -> list[IssueLine]:
    """Where one is named: a violation, a plan of help, a dispute. One query."""
    if actor.person_id is None:
        return []
    named = _involved(actor, (Role.SUBJECT, Role.JOINT, Role.MENTOR))
    return _latest(Issue.objects.filter(pk__in=named, mine=mine, erased_at=None), now)


def _latest(rows: Any, now: dt.datetime) -> list[IssueLine]:
    ordered = rows.select_related("unit__parent", "place", "owner").order_by("-found_at", "pk")
    return [line_of(issue, now) for issue in ordered[:LISTED]]


# ── told ──
@dataclass(frozen=True)
class NoticeLine:
    pk: int
    issue: Issue
    text: str
    at: dt.datetime
    read: bool


def notices_of(actor: Actor, mine: Unit) -> list[NoticeLine]:
    """Unread ones first. One query."""
    return list(_notice_lines(actor, mine))


def _notice_lines(actor: Actor, mine: Unit) -> Iterator[NoticeLine]:
    told = Notice.objects.filter(mine=mine, person=actor.person_id or 0).select_related("issue")
    for notice in told.order_by(F("read_at").desc(nulls_first=True), "-at", "pk")[:LISTED]:
        yield NoticeLine(notice.pk, notice.issue, notice.text, notice.at, notice.read_at is not None)


def unread(actor: Actor, mine: Unit) -> int:
    return Notice.objects.filter(mine=mine, person=actor.person_id or 0, read_at=None).count()

"""What one person has to do with: what waits for him now, what he raised, what is about him, what he was told."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, Q

from pithead.issues.models import Involved, Issue, Notice, Role, mark_of
from pithead.issues.queries.board import IssueLine, lines_of
from pithead.issues.workflows import WORKFLOWS, Move, Relation, State
from pithead.org.access import NOBODY, Actor, Capability, RoleCode, Scope
from pithead.org.models import Unit

R = Relation
LISTED = 20
# Moves one may make but nobody waits for.
ASIDE = {"void", "dismiss", "decline", "wait", "reopen", "appeal", "fix_on_spot", "recur", "hand_up", "again", "fail"}
Duties = Mapping[Relation, list[tuple[tuple[Relation, ...], Q]]]


def waits_for(actor: Actor, mine: Unit, now: dt.datetime, most: int = LISTED) -> list[IssueLine]:
    """What this person's posts, or his name, are asked for now; what is due first stands first. Two queries."""
    if actor.person_id is None:
        return []
    rows = Issue.objects.filter(_asked_of(actor), mine=mine, closed_at=None)
    return lines_of(rows.order_by(F("due_at").asc(nulls_last=True), "found_at", "pk"), now, 0, most)


def _asked_of(actor: Actor) -> Q:
    barred = {R.FINDER: ~Q(found_by=actor.person_id), R.OWNER: ~_owned(actor)}
    found = NOBODY
    for relation, condition in _relations(actor).items():
        turns = [reduce(and_, (barred[one] for one in never), states) for never, states in _duties()[relation]]
        found |= reduce(or_, turns) & condition if turns else NOBODY
    return found


def _owned(actor: Actor) -> Q:
    return Q(owner__isnull=False, owner=actor.person_id)


@lru_cache(maxsize=1)
def _duties() -> Duties:
    """Relation → in which states of which kinds somebody of it is to move, apart for those who found or own it."""
    found: dict[Relation, dict[tuple[Relation, ...], dict[str, set[str]]]] = {relation: {} for relation in R}
    for kind, flow in WORKFLOWS.items():
        for state in flow.states:
            for move in (move for move in flow.moves_from(state.code) if is_waited_for(move, state)):
                never = tuple(one for one in (R.FINDER, R.OWNER) if one in move.never)
                for relation in move.who:
                    found[relation].setdefault(never, {}).setdefault(kind, set()).add(state.code)
    return {
        relation: [(never, _in_states(kinds)) for never, kinds in duties.items()] for relation, duties in found.items()
    }


def _in_states(kinds: Mapping[str, set[str]]) -> Q:
    """Kinds of the same states in one breath: the shorter the question, the sooner it is put."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for kind, states in kinds.items():
        alike.setdefault(tuple(sorted(states)), []).append(kind)
    return reduce(or_, (Q(kind__in=kinds, state__in=states) for states, kinds in alike.items()))


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
    """With one's name on it; what was said without a name is nobody's. The latest first. Two queries."""
    if actor.person_id is None:
        return []
    return _latest(Issue.objects.filter(found_by=actor.person_id, mine=mine, erased_at=None), now)


def concerning(actor: Actor, mine: Unit, now: dt.datetime) -> list[IssueLine]:
    """Where one is named: a violation, a plan of help, a dispute. Two queries."""
    if actor.person_id is None:
        return []
    named = _involved(actor, (Role.SUBJECT, Role.JOINT, Role.MENTOR))
    return _latest(Issue.objects.filter(pk__in=named, mine=mine, erased_at=None), now)


def _latest(rows: Any, now: dt.datetime) -> list[IssueLine]:
    return lines_of(rows.order_by("-found_at", "pk"), now, 0, LISTED)


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

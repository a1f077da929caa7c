"""What ties one person to the matters of a mine, by ids: in which relations, and whose kinds it lets him open. What is open is
judged by that, row by row, with the rules his moves are judged by: as conditions of one question they took longer to write
down and to plan than all the rest of a page."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from pithead.issues.models import Involved, Role, Step, mark_of, readers_reach
from pithead.issues.queries.posts import is_asked_as_leader
from pithead.issues.queries.settings import setting_of
from pithead.issues.workflows import WORKFLOWS, Move, Relation, State, Visibility
from pithead.org.access import Actor, Capability, Grant, RoleCode
from pithead.org.models import Unit

R, V, C = Relation, Visibility, Capability
# Relations, and the visibility of what they open.
Tie = tuple[frozenset[Relation], frozenset[Visibility]]
NO_TIE: Tie = (frozenset(), frozenset())
CONFIRMER: Tie = (frozenset((R.CONFIRMER,)), frozenset())
FINDER: Tie = (frozenset((R.FINDER,)), frozenset((V.UNIT, V.OFFICE)))
OPENED = frozenset((V.UNIT, V.OFFICE, V.NAMED))  # to whom is named in it
OWNER: Tie = (frozenset((R.OWNER,)), OPENED)
AS_NAMED: Mapping[str, tuple[Relation, ...]] = {
    Role.AUTHOR: (R.FINDER,),
    Role.SUBJECT: (R.CONCERNED,),
    Role.JOINT: (R.CONCERNED,),
    Role.MENTOR: (R.MENTOR,),
    Role.LEADER: (),
}
IN_OTHERS = [role for role in Role if role is not Role.AUTHOR]
# Moves one may make but nobody waits for.
ASIDE = {
    *("void", "dismiss", "decline", "wait", "reopen", "appeal"),
    *("fix_on_spot", "recur", "hand_up", "again", "fail", "rehome"),
}
CONFIRMING = tuple(sorted({move.verb for flow in WORKFLOWS.values() for move in flow.moves if move.confirms}))
JUDGED = ("pk", "kind", "state", "unit_id", "office_id", "found_by_unit_id", "found_by_id", "owner_id")


def is_waited_for(move: Move, state: State) -> bool:
    """Whether a matter in this state waits for the move, so that somebody is to be asked for it."""
    goes_on = move.resumes or move.restarts or move.target not in ("", state.code)
    return goes_on and not state.end and not move.seconds and move.verb not in ASIDE


def _judges(move: Move) -> bool:
    """What the office itself decided is looked at by others: a move that leaders are waited for."""
    return R.LEADER in move.who and R.CONFIRMER in move.never


@lru_cache(maxsize=256)
def _turns(kind: str, state: str) -> tuple[tuple[frozenset[Relation], frozenset[Relation]], ...]:
    """Who is waited for here, and who may not, move by move. That a leader might act too is nobody's duty."""
    flow = WORKFLOWS[kind]
    return tuple(
        (frozenset(one for one in move.who if one is not R.LEADER or _judges(move)), frozenset(move.never))
        for move in flow.moves_from(state)
        if is_waited_for(move, flow.state(state))
    )


@lru_cache(maxsize=4096)
def _is_asked(kind: str, state: str, *ties: Tie) -> bool:
    """Nobody is asked for what he cannot open."""
    held = frozenset[Relation]().union(*(relations for relations, _ in ties))
    opens = WORKFLOWS[kind].visibility in frozenset[Visibility]().union(*(opened for _, opened in ties))
    return opens and any(who & held and not never & held for who, never in _turns(kind, state))


def _pairs(relation: Relation) -> frozenset[tuple[str, str]]:
    """Where it matters whether somebody is that, or may not be."""
    return frozenset(
        (kind, state)
        for kind, flow in WORKFLOWS.items()
        for state in flow.open_states
        if any(relation in who | never for who, never in _turns(kind, state))
    )


CONFIRMED = _pairs(R.CONFIRMER)
OFFICES = sorted({state for _, state in _pairs(R.OFFICE)})


# Where somebody else than whoever reported it may have said it, and whether he did counts.
SPOKEN = Q(issue__kind__in=[kind for kind, flow in WORKFLOWS.items() if flow.anonymous]) | Q(
    issue__kind__in=[kind for kind, flow in WORKFLOWS.items() if flow.merges and not flow.anonymous],
    issue__state__in=sorted({state for kind, state in _pairs(R.FINDER) if WORKFLOWS[kind].merges}),
)


class Involvement(NamedTuple):
    issue: UUID
    role: str
    found_at: dt.datetime
    found_by: int | None
    closed: dt.datetime | None
    erased: dt.datetime | None


@dataclass(frozen=True)
class Ties:
    person: int
    kinds: Mapping[str, Tie]
    units: Mapping[int, Tie]
    offices: Mapping[int, Tie]
    bodies: Mapping[int, Tie]
    named: Mapping[UUID, Tie]

    @property
    def within(self) -> Q:
        """All that he may be asked for, and little else."""
        tied: dict[str, Mapping[Any, Tie]] = {
            "unit": self.units,
            "office": self.offices,
            "found_by_unit": self.bodies,
            "kind": self.kinds,
            "pk": self.named,
        }
        keys = {field: [key for key, (relations, _) in ties.items() if relations] for field, ties in tied.items()}
        ways = {field: Q(**{f"{field}__in": found}) for field, found in keys.items() if found}
        if "office" in ways:  # half of the mine may be one office's
            ways["office"] &= Q(state__in=OFFICES)
        return reduce(or_, ways.values(), Q(owner=self.person) | Q(found_by=self.person))

    def asked(self, rows: Sequence[tuple[Any, ...]]) -> tuple[UUID, ...]:
        """Of rows of `JUDGED`. One query, where it matters what he has confirmed."""
        found = tuple(self._asked(rows, frozenset()))
        judged = {pk for pk, kind, state, *_ in rows if (kind, state) in CONFIRMED}.intersection(found)
        if not judged:
            return found
        steps = Step.objects.filter(issue__in=judged, by=self.person, verb__in=CONFIRMING).order_by()
        confirmed = frozenset(steps.values_list("issue", flat=True))
        return tuple(self._asked(rows, confirmed)) if confirmed else found

    def _asked(self, rows: Iterable[tuple[Any, ...]], confirmed: frozenset[UUID]) -> Iterator[UUID]:
        me, kinds, units, offices = self.person, self.kinds, self.units, self.offices
        bodies, named = self.bodies, self.named
        for pk, kind, state, unit, office, body, finder, owner in rows:
            by_post = kinds[kind], units.get(unit, NO_TIE), offices.get(office, NO_TIE), bodies.get(body, NO_TIE)
            by_name = FINDER if finder == me else NO_TIE, OWNER if owner == me else NO_TIE, named.get(pk, NO_TIE)
            if _is_asked(kind, state, *by_post, *by_name, CONFIRMER if pk in confirmed else NO_TIE):
                yield pk


def ties_of(actor: Actor, person: int, mine: Unit, involvements: Iterable[Involvement], now: dt.datetime) -> Ties:
    """One query, of leaders three."""
    units = _units_of(actor, mine)
    handled, viewed, overseen = (
        _within(units, actor.scope(one).paths) for one in (C.ISSUE_HANDLE, C.ISSUE_VIEW, C.ISSUE_OVERSEE)
    )
    in_charge = {grant.unit.pk for grant in actor.grants if _oversees(actor, grant)}
    read, as_offices = readers_reach(actor)
    heads = {
        R.HEAD: handled,
        R.SECTION_HEAD: _within(units, _headed(actor)),
        R.SECRETARY: _within(units, _served(actor)),
    }
    return Ties(
        person=person,
        kinds=_kinds_of(actor, person, mine, now),
        units=_tied(heads, {V.UNIT: viewed, V.NAMED: _within(units, read.paths)}),
        offices=_tied({R.OFFICE: in_charge}, {V.UNIT: viewed, V.OFFICE: overseen, V.NAMED: set(as_offices)}),
        bodies=_tied({R.BODY: handled | in_charge}, {}),
        named=_named(person, involvements),
    )


def _units_of(actor: Actor, mine: Unit) -> list[tuple[int, str]]:
    """All that this person's posts reach."""
    rights = (C.ISSUE_HANDLE, C.ISSUE_OVERSEE, C.ISSUE_VIEW, C.MATTER_READ)
    paths = {path for right in rights for path in actor.scope(right).paths}
    if not paths:
        return []
    below = reduce(or_, (Q(path__startswith=path) for path in sorted(paths)))
    return list(Unit.objects.filter(below, mine=mine).values_list("pk", "path"))


def _within(units: Iterable[tuple[int, str]], paths: Iterable[str]) -> set[int]:
    tops = tuple(paths)
    return {pk for pk, path in units if path.startswith(tops)}


def _tied(relations: Mapping[Relation, set[int]], opens: Mapping[Visibility, set[int]]) -> dict[int, Tie]:
    keys = set[int]().union(*relations.values(), *opens.values())
    return {
        key: (
            frozenset(relation for relation, of in relations.items() if key in of),
            frozenset(visibility for visibility, of in opens.items() if key in of),
        )
        for key in keys
    }


def _kinds_of(actor: Actor, person: int, mine: Unit, now: dt.datetime) -> dict[str, Tie]:
    """What everybody may open, and what is asked of this leader: where the office may not judge itself."""
    opens = frozenset((V.MINE,) if actor.can(C.ISSUE_RAISE, mine) else ())
    leads = RoleCode.MINE_LEADER in actor.roles
    judged = {kind for kind, flow in WORKFLOWS.items() if leads and any(map(_judges, flow.moves))}
    asked = {kind for kind in judged if is_asked_as_leader(person, mine, setting_of(mine, kind), now)}
    return {kind: (frozenset((R.LEADER,) if kind in asked else ()), opens) for kind in WORKFLOWS}


def _oversees(actor: Actor, grant: Grant) -> bool:
    return grant.role is not RoleCode.WORKER and actor.can(C.ISSUE_OVERSEE, grant.unit)


def _headed(actor: Actor) -> list[str]:
    return [grant.unit.path for grant in actor.grants if grant.role is RoleCode.SECTION_HEAD]


def _served(actor: Actor) -> list[str]:
    secretaries = [grant.unit for grant in actor.grants if grant.role is RoleCode.BRANCH_SECRETARY]
    return [path for unit in secretaries for path in (unit.path, *actor.served.get(unit.pk, ()))]


def involvements_of(actor: Actor, person: int, mine: Unit) -> list[Involvement]:
    """By his id, in what is confidential by his mark. Of what one said only what is open: whoever reports much is the author
    of all that. One query."""
    who = (str(person), mark_of(person))
    involved = Involved.objects.filter(mine=actor.mine, who__in=who, issue__mine=mine)
    said = [f"issue__{name}" for name in ("found_at", "found_by", "closed_at", "erased_at")]
    others, spoken = (
        rows.values_list("issue", "role", *said)
        for rows in (
            involved.filter(role__in=IN_OTHERS),
            involved.filter(SPOKEN, role=Role.AUTHOR, issue__closed_at=None),
        )
    )
    return [Involvement(*row) for row in others.union(spoken, all=True)]


def _named(person: int, involvements: Iterable[Involvement]) -> dict[UUID, Tie]:
    """In what is open; of what he said, what he has not written down himself."""
    found: dict[UUID, set[Relation]] = {}
    for one in involvements:
        if one.closed is None and not (one.role == Role.AUTHOR and one.found_by == person):
            found.setdefault(one.issue, set()).update(AS_NAMED[one.role])
    return {issue: (frozenset(relations), OPENED) for issue, relations in found.items()}

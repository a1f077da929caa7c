"""What one person has to do with: what waits for him now, what he raised, what is about him, what he was told."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from pithead.issues.models import Involved, Issue, Notice, Role, Step, mark_of
from pithead.issues.queries.board import NOTHING, PER_PAGE, IssuePage, counted, gathered, turned
from pithead.issues.queries.posts import is_asked_as_leader
from pithead.issues.queries.settings import setting_of
from pithead.issues.workflows import WORKFLOWS, Move, Relation, State, Visibility
from pithead.org.access import NOBODY, Actor, Capability, Grant, RoleCode
from pithead.org.models import Unit

R, V = Relation, Visibility
ALL = frozenset(V)
BARRED = (R.FINDER, R.OWNER, R.CONFIRMER, R.CONCERNED)
CONFIRMING = tuple(sorted({move.verb for flow in WORKFLOWS.values() for move in flow.moves if move.confirms}))
# Moves one may make but nobody waits for.
ASIDE = {
    *("void", "dismiss", "decline", "wait", "reopen", "appeal"),
    *("fix_on_spot", "recur", "hand_up", "again", "fail", "rehome"),
}


def waits_for(actor: Actor, mine: Unit, now: dt.datetime, number: int = 1, size: int = PER_PAGE) -> IssuePage:
    """What this person's posts, or his name, are asked for now; what is due first stands first. Three queries, of leaders
    five."""
    if actor.person_id is None:
        return NOTHING
    asked = _asked_of(actor, mine, now)
    return gathered(Issue.objects.filter(asked, mine=mine, closed_at=None), "due", now, number, size)


def _asked_of(actor: Actor, mine: Unit, now: dt.datetime) -> Q:
    """Nobody is asked for what he cannot open."""
    found, others, units = NOBODY, NOBODY, _units_of(actor, mine)
    for relation, condition in {**_relations(actor, units), **_as_leader(actor, mine, now)}.items():
        seen = _seen_as(relation, actor)
        found |= _turn(relation, seen, actor) & condition
        hidden = _turn(relation, ALL - seen, actor) & condition
        others |= hidden
        if relation is R.BODY:  # may be in charge of what it found
            found |= hidden & units.within(actor.scope(Capability.ISSUE_VIEW).paths, "unit", "office")
    if others == NOBODY:
        return found
    return found | others & (Q(found_by=actor.person_id) | Q(owner=actor.person_id) | _named(actor, tuple(Role)))


def _turn(relation: Relation, seen: frozenset[Visibility], actor: Actor) -> Q:
    turns = [reduce(and_, (_is_not(one, actor) for one in never), states) for never, states in _duties(relation, seen)]
    return reduce(or_, turns, NOBODY)


def _is_not(relation: Relation, actor: Actor) -> Q:
    match relation:
        case R.FINDER:
            return ~Q(found_by=actor.person_id)
        case R.OWNER:
            return ~Q(owner=actor.person_id)
        case R.CONFIRMER:
            return ~Q(Exists(Step.objects.filter(issue=OuterRef("pk"), by=actor.person_id, verb__in=CONFIRMING)))
        case _:
            return ~_named(actor, (Role.SUBJECT, Role.JOINT))


def _seen_as(relation: Relation, actor: Actor) -> frozenset[Visibility]:
    """What the relation alone lets one see, by `visible_to`."""
    match relation:
        case R.HEAD:
            return frozenset((V.MINE, V.UNIT))
        case R.BODY:
            return frozenset((V.MINE, V.UNIT) if actor.can(Capability.ISSUE_VIEW, actor.mine) else (V.MINE,))
        case R.OFFICE if not actor.can(Capability.MATTER_READ):
            return frozenset((V.MINE, V.UNIT, V.OFFICE))
        case R.LEADER:
            return frozenset((V.MINE, V.UNIT, V.OFFICE))
    return ALL


@lru_cache(maxsize=64)
def _duties(relation: Relation, seen: frozenset[Visibility]) -> list[tuple[tuple[Relation, ...], Q]]:
    """In which states of which kinds somebody of that relation is to move, apart for those who may not."""
    found: dict[tuple[Relation, ...], dict[str, set[str]]] = {}
    for kind, flow in WORKFLOWS.items():
        for state in flow.states if flow.visibility in seen else ():
            for move in flow.moves_from(state.code):
                if relation in move.who and is_waited_for(move, state) and (relation is not R.LEADER or _judges(move)):
                    never = tuple(one for one in BARRED if one in move.never)
                    found.setdefault(never, {}).setdefault(kind, set()).add(state.code)
    return [(never, _in_states(kinds)) for never, kinds in found.items()]


def _in_states(kinds: Mapping[str, set[str]]) -> Q:
    """The shorter the question, the sooner it is put: a state that is asked of in every kind that has it needs no kind,
    and kinds of the same states are named together."""
    asked = {state for states in kinds.values() for state in states}
    every = {state for state in asked if all(state in kinds.get(kind, ()) for kind in _having(state))}
    alike: dict[tuple[str, ...], list[str]] = {}
    for kind, states in kinds.items():
        if rest := states - every:
            alike.setdefault(tuple(sorted(rest)), []).append(kind)
    found = [Q(kind__in=kinds, state__in=states) for states, kinds in alike.items()]
    return reduce(or_, [Q(state__in=sorted(every)), *found] if every else found)


def _having(state: str) -> list[str]:
    return [kind for kind, flow in WORKFLOWS.items() if state in flow.open_states]


def is_waited_for(move: Move, state: State) -> bool:
    """Whether a matter in this state waits for the move, so that somebody is to be asked for it."""
    goes_on = move.resumes or move.restarts or move.target not in ("", state.code)
    return goes_on and not state.end and not move.seconds and move.verb not in ASIDE


def _judges(move: Move) -> bool:
    """What the office itself decided is looked at by others: a move that leaders are waited for."""
    return R.LEADER in move.who and R.CONFIRMER in move.never


@dataclass(frozen=True)
class _Units:
    """By their ids: a join for their paths inside so many "or" makes PostgreSQL guess wrong how much is left."""

    paths: tuple[tuple[int, str], ...]

    def within(self, paths: Iterable[str], *fields: str) -> Q:
        found = [pk for pk, path in self.paths if path.startswith(tuple(paths))]
        return reduce(or_, (Q(**{f"{field}__in": found}) for field in fields)) if found else NOBODY


def _units_of(actor: Actor, mine: Unit) -> _Units:
    """All that this person's posts reach."""
    rights = (Capability.ISSUE_HANDLE, Capability.ISSUE_OVERSEE, Capability.ISSUE_VIEW)
    paths = {path for right in rights for path in actor.scope(right).paths}
    if not paths:
        return _Units(())
    below = reduce(or_, (Q(path__startswith=path) for path in sorted(paths)))
    return _Units(tuple(Unit.objects.filter(below, mine=mine).values_list("pk", "path")))


def _relations(actor: Actor, units: _Units) -> Mapping[Relation, Q]:
    """The relations this person can have, as conditions."""
    handled = actor.scope(Capability.ISSUE_HANDLE).paths
    overseen = [grant.unit.pk for grant in actor.grants if _oversees(actor, grant)]
    found = {
        R.OWNER: Q(owner=actor.person_id),
        R.FINDER: Q(found_by=actor.person_id) | _named(actor, (Role.AUTHOR,)),
        R.MENTOR: _named(actor, (Role.MENTOR,)),
        R.HEAD: units.within(handled, "unit"),
        R.BODY: units.within(handled, "found_by_unit") | Q(found_by_unit__in=overseen),
        R.OFFICE: Q(office__in=overseen) if overseen else NOBODY,
        R.SECTION_HEAD: units.within(_headed(actor), "unit"),
        R.SECRETARY: units.within(_served(actor), "unit"),
    }
    return {relation: condition for relation, condition in found.items() if condition != NOBODY}


def _as_leader(actor: Actor, mine: Unit, now: dt.datetime) -> Mapping[Relation, Q]:
    """That a leader might act too is nobody's duty, but where the office may not judge itself."""
    if RoleCode.MINE_LEADER not in actor.roles or actor.person_id is None:
        return {}
    kinds = [kind for kind, flow in WORKFLOWS.items() if any(map(_judges, flow.moves))]
    asked = [kind for kind in kinds if is_asked_as_leader(actor.person_id, mine, setting_of(mine, kind), now)]
    return {R.LEADER: Q(kind__in=asked)} if asked else {}


def _oversees(actor: Actor, grant: Grant) -> bool:
    return grant.role is not RoleCode.WORKER and actor.can(Capability.ISSUE_OVERSEE, grant.unit)


def _headed(actor: Actor) -> list[str]:
    return [grant.unit.path for grant in actor.grants if grant.role is RoleCode.SECTION_HEAD]


def _served(actor: Actor) -> list[str]:
    secretaries = [grant.unit for grant in actor.grants if grant.role is RoleCode.BRANCH_SECRETARY]
    return [path for unit in secretaries for path in (unit.path, *actor.served.get(unit.pk, ()))]


def _named(actor: Actor, roles: tuple[Role, ...]) -> Q:
    assert actor.person_id is not None
    who = (str(actor.person_id), mark_of(actor.person_id))
    return Q(pk__in=Involved.objects.filter(mine=actor.mine, who__in=who, role__in=roles).values("issue"))


# ── raised, and about oneself ──
def raised_by(actor: Actor, mine: Unit, now: dt.datetime, number: int = 1, size: int = PER_PAGE) -> IssuePage:
    """With one's name on it; what was said without a name is nobody's, and what is confidential its readers'. The latest
    first. Three queries."""
    if actor.person_id is None:
        return NOTHING
    mine_own = Issue.objects.visible_to(actor).filter(found_by=actor.person_id, mine=mine, erased_at=None)
    return counted(mine_own, "found", now, number, size)


def concerning(actor: Actor, mine: Unit, now: dt.datetime, number: int = 1, size: int = PER_PAGE) -> IssuePage:
    """Where one is named: a violation, a plan of help, a dispute that has climbed to one. Three queries."""
    if actor.person_id is None:
        return NOTHING
    named = _named(actor, (Role.SUBJECT, Role.JOINT, Role.MENTOR, Role.LEADER))
    return counted(Issue.objects.filter(named, mine=mine, erased_at=None), "found", now, number, size)


# ── told ──
BEGINNING = 30  # characters of a text


@dataclass(frozen=True)
class NoticeLine:
    pk: int
    issue: Issue
    text: str
    at: dt.datetime
    read: bool
    opens: bool  # who has lost sight of it since is told no more than he was

    @property
    def about(self) -> str:
        """How its text begins, which the notice itself does not hold."""
        if not self.opens or self.issue.is_confidential:
            return ""
        text = self.issue.text
        return text if len(text) <= BEGINNING else f"{text[: BEGINNING - 1]}…"


@dataclass(frozen=True)
class NoticePage:
    """`unread`: of all of them, not of those on this page."""

    lines: tuple[NoticeLine, ...]
    total: int
    unread: int
    page: int
    pages: int


def notices_of(actor: Actor, mine: Unit, number: int = 1, size: int = PER_PAGE) -> NoticePage:
    """Unread ones first. Five queries at most."""
    told = _told(actor, mine)
    found = told.aggregate(total=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    pages, page = turned(found["total"], number, size)
    rows = told.select_related("issue").order_by(F("read_at").desc(nulls_first=True), "-at", "pk")
    shown = list(rows[(page - 1) * size : page * size])
    visible = Issue.objects.visible_to(actor).filter(pk__in={one.issue_id for one in shown})
    seen = set(visible.values_list("pk", flat=True))
    lines = tuple(
        NoticeLine(one.pk, one.issue, one.text, one.at, one.read_at is not None, one.issue_id in seen) for one in shown
    )
    return NoticePage(lines, found["total"], found["unread"], page, pages)


def unread(actor: Actor, mine: Unit) -> int:
    return _told(actor, mine).filter(read_at=None).count()


def _told(actor: Actor, mine: Unit) -> "QuerySet[Notice]":
    """What was heard of a confidential matter is gone with the right to read it. Two queries at most."""
    told = Notice.objects.filter(mine=mine, person=actor.person_id or 0)
    secret = [kind for kind, flow in WORKFLOWS.items() if flow.confidential]
    about = set(told.filter(issue__mine=mine, issue__kind__in=secret).values_list("issue", flat=True))
    read = set(Issue.objects.visible_to(actor).filter(pk__in=about).values_list("pk", flat=True)) if about else set()
    return told.exclude(issue__in=about - read) if about - read else told

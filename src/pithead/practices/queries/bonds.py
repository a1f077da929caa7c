"""Zones, model posts, who looks after whom, party group and crew; and since when nobody near a member broke a rule."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from pithead.issues.models import Involved, Issue, Role
from pithead.org.access import Actor, Capability, RoleCode
from pithead.org.models import Unit
from pithead.practices.models import Bond, BondKind
from pithead.practices.queries.customs import reach

LOADED = ("mine", "unit__parent", "person", "worker", "place", "group")
VIOLATION, UNCONFIRMED = "violation", ("reported", "void")


@dataclass(frozen=True)
class Line:
    """`clean`: whole months without a confirmed violation among those this member looks after; None: not for the reader."""

    bond: Bond
    clean: int | None
    may_edit: bool


def bonds(actor: Actor, mine: Unit, on: dt.date) -> tuple[Line, ...]:
    """Those one may arrange, and one's own. Two queries."""
    rows = _within(mine, actor.scope(Capability.BOND_EDIT).paths, on) | _own(actor, mine, on)
    found = list(rows.select_related(*LOADED).distinct().order_by("kind", "unit__path", "place__code", "since", "pk"))
    clean = months_clean(actor, mine, found, on)
    return tuple(_line(actor, bond, clean) for bond in found)


def own_bonds(actor: Actor, mine: Unit, on: dt.date) -> tuple[Line, ...]:
    """What the actor answers for, and who looks after him. Two queries."""
    found = list(_own(actor, mine, on).select_related(*LOADED).order_by("kind", "since", "pk"))
    clean = months_clean(actor, mine, found, on)
    return tuple(_line(actor, bond, clean) for bond in found)


def bond_to_end(actor: Actor, mine: Unit, pk: int, on: dt.date) -> Bond | None:
    """One of those the actor may arrange."""
    rows = _within(mine, actor.scope(Capability.BOND_EDIT).paths, on)
    found: Bond | None = rows.select_related(*LOADED).filter(pk=pk).first()
    return found


def _line(actor: Actor, bond: Bond, clean: dict[int, int]) -> Line:
    months = clean.get(bond.person_id or 0) if bond.kind == BondKind.WORKERS else None
    return Line(bond, months, actor.can(Capability.BOND_EDIT, bond.unit))


def _within(mine: Unit, paths: Iterable[str], on: dt.date) -> "QuerySet[Bond]":
    within = Q(pk__in=())
    for path in paths:
        within |= Q(unit__path__startswith=path)
    rows: QuerySet[Bond] = _standing(mine, on).filter(within)
    return rows


def _own(actor: Actor, mine: Unit, on: dt.date) -> "QuerySet[Bond]":
    person = actor.person_id or 0
    rows: QuerySet[Bond] = _standing(mine, on).filter(Q(person=person) | Q(worker=person))
    return rows


def _standing(mine: Unit, on: dt.date) -> "QuerySet[Bond]":
    """Not ended; what begins later is shown with its date."""
    rows: QuerySet[Bond] = Bond.objects.filter(Q(until=None) | Q(until__gte=on), mine=mine)
    return rows


def months_clean(actor: Actor, mine: Unit, found: Sequence[Bond], on: dt.date) -> dict[int, int]:
    """Member → months, for himself and the secretary of his branch only. From the day the first bond began, or the last
    violation of somebody who was looked after then. One query."""
    pairs = [bond for bond in found if bond.kind == BondKind.WORKERS and bond.since <= on and _may_know(actor, bond)]
    last = _last_violations(mine, {bond.worker_id for bond in pairs if bond.worker_id})
    since: dict[int, list[dt.date]] = defaultdict(list)
    broken: dict[int, list[dt.date]] = defaultdict(list)
    for bond in pairs:
        since[bond.person_id or 0].append(bond.since)
        day = last.get(bond.worker_id or 0)
        if day is not None and day >= bond.since:
            broken[bond.person_id or 0].append(day)
    return {person: _months(max(broken[person], default=min(days)), on) for person, days in since.items()}


def _may_know(actor: Actor, bond: Bond) -> bool:
    if actor.person_id == bond.person_id:
        return True
    secretary = [grant for grant in actor.grants if grant.role == RoleCode.BRANCH_SECRETARY]
    return any(bond.unit.path.startswith(reach(actor, grant.unit)) for grant in secretary)


def _last_violations(mine: Unit, people: set[int]) -> dict[int, dt.date]:
    violations = Issue.objects.filter(mine=mine, kind=VIOLATION).exclude(state__in=UNCONFIRMED)
    who = [str(pk) for pk in people]
    rows = Involved.objects.filter(mine=mine, who__in=who, role=Role.SUBJECT, issue__in=violations)
    found = rows.order_by().values_list("who").annotate(Max("issue__found_at"))
    return {int(who): timezone.localdate(at) for who, at in found}


def _months(since: dt.date, on: dt.date) -> int:
    return (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day)

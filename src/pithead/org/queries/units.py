"""The organisation as pages show it: the table of a line, one unit, the mines above it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, Q
from django.utils import timezone

from pithead.kernel.models import AuditEvent
from pithead.org.access import Actor, Capability, RoleCode
from pithead.org.models import CrewShift, Membership, Person, Place, Post, Serves, Unit, UnitKind, ids_of

T = TypeVar("T")
ROWS_PER_PAGE = 60
PEOPLE_SHOWN = 50
LEADERS = (RoleCode.MINE_LEADER, RoleCode.SECTION_HEAD, RoleCode.BRANCH_SECRETARY, RoleCode.CREW_LEADER)
ABOVE_MINES = (UnitKind.GROUP, UnitKind.COMPANY)

# What each tab of the page lists.
SECTIONS, OFFICES, PARTY = "sections", "offices", "party"
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    SECTIONS: ("区队", (UnitKind.SECTION,)),
    OFFICES: ("科室", (UnitKind.OFFICE,)),
    PARTY: ("党组织", (UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, UnitKind.BRANCH)),
}


@dataclass(frozen=True)
class UnitLine:
    """A unit in a table, with what hangs on it. `people`: who belong to it and to what is below."""

    unit: Unit
    people: int
    leaders: tuple[Post, ...]
    below: tuple[Unit, ...]
    served_by: tuple[Unit, ...]
    serves: tuple[Unit, ...]


@dataclass(frozen=True)
class UnitTable:
    lines: tuple[UnitLine, ...]
    units: int
    page: int
    pages: int


@dataclass(frozen=True)
class MineLine:
    """A mine in reach, for those with a post above it."""

    unit: Unit
    above: str
    sections: int
    people: int


@dataclass(frozen=True)
class NameBefore:
    name: str
    until: dt.date


@dataclass(frozen=True)
class UnitPage:
    unit: Unit
    above: tuple[Unit, ...]
    posts: tuple[Post, ...]  # held in the span asked for, its branches' included
    below: tuple[UnitLine, ...]
    served_by: tuple[Serves, ...]
    serves: tuple[Serves, ...]
    shift: CrewShift | None
    places: tuple[Place, ...]
    names_before: tuple[NameBefore, ...]
    successors: tuple[Unit, ...]
    people: tuple[Person, ...]  # those the reader may see, at most PEOPLE_SHOWN
    people_count: int  # of those the reader may see


def unit_table(mine: Unit, *, tab: str, on: dt.date, page: int = 1) -> UnitTable:
    """Seven queries."""
    rows = Unit.objects.of_mine(mine).in_force(on).filter(kind__in=TABS[tab][1]).order_by("position", "pk")
    count = rows.count()
    pages = max((count - 1) // ROWS_PER_PAGE + 1, 1)
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    return UnitTable(unit_lines(list(shown), on), count, page, pages)


def unit_lines(units: Sequence[Unit], on: dt.date) -> tuple[UnitLine, ...]:
    """Five queries for however many units."""
    ids = [unit.pk for unit in units]
    below = _by(Unit.objects.in_force(on).filter(parent__in=ids).order_by("position", "pk"), "parent_id")
    inside = [*ids, *(child.pk for children in below.values() for child in children)]
    members = Membership.objects.on(on).filter(unit__in=inside).order_by()
    counts = dict(members.values_list("unit").annotate(Count("pk")))
    posts = Post.objects.on(on).filter(unit__in=ids, role__in=LEADERS).select_related("person").order_by("role", "pk")
    leaders = _by(posts, "unit_id")
    led = _by(Serves.objects.on(on).filter(unit__in=ids).select_related("server").order_by("server__path"), "unit_id")
    leads = _by(Serves.objects.on(on).filter(server__in=ids).select_related("unit").order_by("unit__path"), "server_id")
    return tuple(
        UnitLine(
            unit=unit,
            people=sum(counts.get(pk, 0) for pk in (unit.pk, *(child.pk for child in below[unit.pk]))),
            leaders=tuple(leaders[unit.pk]),
            below=tuple(below[unit.pk]),
            served_by=tuple(link.server for link in led[unit.pk]),
            serves=tuple(link.unit for link in leads[unit.pk]),
        )
        for unit in units
    )


def _by(rows: Iterable[T], key: str) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(row)
    return found


def only_mine(actor: Actor) -> dict[str, Unit]:
    """`mine=` where nothing beyond one's own mine is in reach: what indexes begin with. No query."""
    home = actor.mine
    stays = home.kind == UnitKind.MINE and all(grant.unit.path.startswith(home.path) for grant in actor.grants)
    return {"mine": home} if stays else {}


def mines_in_reach(actor: Actor, on: dt.date) -> tuple[MineLine, ...]:
    """The mines somebody may look into: one's own, or all below the company one holds a post in. Three queries."""
    mines = list(
        Unit.objects.visible_to(actor).in_force(on).filter(kind=UnitKind.MINE).select_related("parent").order_by("path")
    )
    ids = [mine.pk for mine in mines]
    sections = dict(
        Unit.objects.in_force(on)
        .filter(mine__in=ids, kind=UnitKind.SECTION)
        .order_by()
        .values_list("mine")
        .annotate(Count("pk"))
    )
    people = dict(
        Person.objects.filter(Q(left_on=None) | Q(left_on__gt=on), mine__in=ids)
        .order_by()
        .values_list("mine")
        .annotate(Count("pk"))
    )
    return tuple(
        MineLine(mine, mine.parent.name if mine.parent else "", sections.get(mine.pk, 0), people.get(mine.pk, 0))
        for mine in mines
    )


def unit_page(actor: Actor, unit: Unit, *, on: dt.date, start: dt.date, end: dt.date) -> UnitPage:
    """Everything about one unit as it is `on` a date; `start` and `end`: the span for which posts are asked."""
    above = ids_of(unit.path)[:-1]
    served_by = tuple(Serves.objects.on(on).filter(unit=unit).select_related("server").order_by("server__path"))
    people = actor.scope(Capability.PERSON_VIEW).people(Person.objects.filter(unit__path__startswith=unit.path))
    return UnitPage(
        unit=unit,
        above=tuple(Unit.objects.visible_to(actor).filter(pk__in=above).order_by("path")),
        posts=responsible(unit, start, end),
        below=unit_lines(list(unit.children.in_force(on).order_by("position", "pk")), on),
        served_by=served_by,
        serves=tuple(Serves.objects.on(on).filter(server=unit).select_related("unit").order_by("unit__path")),
        shift=CrewShift.objects.on(on).filter(unit=unit).select_related("system", "shift").first(),
        places=tuple(Place.objects.filter(Q(until=None) | Q(until__gte=on), unit=unit).order_by("code")),
        names_before=_names_before(unit),
        successors=tuple(unit.successors.order_by("pk")),
        people=tuple(people.for_list()[:PEOPLE_SHOWN]),
        people_count=people.count(),
    )


def responsible(unit: Unit, start: dt.date, end: dt.date) -> tuple[Post, ...]:
    """Who held a post on a day of the span: in the unit itself, and in the branches that led it then."""
    branches = (
        Serves.objects.during(start, end)
        .filter(unit=unit, server__kind__in=(UnitKind.BRANCH, UnitKind.GENERAL_BRANCH))
        .values("server")
    )
    led = Q(unit__in=branches, role=RoleCode.BRANCH_SECRETARY)
    posts = Post.objects.during(start, end).filter(Q(unit=unit) | led)
    return tuple(posts.select_related("person", "unit").order_by("unit__path", "since", "person__staff_no"))


def _names_before(unit: Unit) -> tuple[NameBefore, ...]:
    """Out of the log: a rename changes the row, the log keeps what it was."""
    tenant = unit.mine.code if unit.mine else unit.code
    events = AuditEvent.objects.filter(
        mine=tenant, subject_type="unit", subject_id=str(unit.pk), action="org.unit.renamed"
    ).order_by("-at", "-pk")
    renames = [(event.before or {}, event.after or {}, event.at) for event in events]
    return tuple(
        NameBefore(before["name"], timezone.localdate(at))
        for before, after, at in renames
        if before.get("name") != after.get("name")
    )

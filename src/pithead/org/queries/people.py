"""People as pages show them: the list with its search, and one person's dated facts."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Leave, Membership, Person, Post, Unit

PEOPLE_PER_PAGE = 50
ALIKE = 6  # of those with the same name, so many are named


def person_called(mine: Unit, text: str) -> Person:
    """Whom somebody wrote down: by staff number, or by a name that only one person of the mine has. Raises `Refused`. Two queries
    at most; the unit and its parent come along."""
    people = Person.objects.filter(mine=mine, left_on=None).select_related("unit__parent")
    if person := people.filter(staff_no=text).first():
        return person
    named = list(people.filter(name=text).order_by("staff_no")[:ALIKE])
    if len(named) == 1:
        return named[0]
    if named:
        raise Refused(f"有 {len(named)} 个“{text}”：{'、'.join(one.staff_no for one in named)}，请写工号")
    raise Refused(f"本矿没有“{text}”")


@dataclass(frozen=True)
class PersonLine:
    person: Person
    place: str  # 综采一队 / 一班
    posts: tuple[Post, ...]


@dataclass(frozen=True)
class PeoplePage:
    lines: tuple[PersonLine, ...]
    next_key: str
    count: int


@dataclass(frozen=True)
class PersonPage:
    """`whole`: the reader sees the number, the telephone and what else is private as they are written."""

    person: Person
    place: str
    memberships: tuple[Membership, ...]
    posts: tuple[Post, ...]
    leaves: tuple[Leave, ...]
    whole: bool
    may_edit: bool

    @property
    def id_number(self) -> str:
        return self.person.id_number if self.whole else masked(self.person.id_number, 6, 4)

    @property
    def phone(self) -> str:
        return self.person.phone if self.whole else masked(self.person.phone, 3, 4)

    @property
    def private(self) -> bool:
        """Kinds of leave and the political status are for the person and for those who keep the register."""
        return self.whole or self.may_edit


def people_page(
    actor: Actor, mine: Unit, *, on: dt.date, q: str = "", unit: Unit | None = None, after: str = ""
) -> PeoplePage:
    """Three queries. `q`: part of a name, or how a staff number begins."""
    rows = Person.objects.visible_to(actor).filter(Q(left_on=None) | Q(left_on__gt=on), mine=mine)
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path)
    if q:
        rows = rows.filter(Q(name__contains=q) | Q(staff_no__startswith=q))
    shown = list(rows.filter(staff_no__gt=after).for_list().select_related("unit__parent")[: PEOPLE_PER_PAGE + 1])
    next_key = shown[PEOPLE_PER_PAGE - 1].staff_no if len(shown) > PEOPLE_PER_PAGE else ""
    shown = shown[:PEOPLE_PER_PAGE]
    posts: dict[int, list[Post]] = defaultdict(list)
    for post in Post.objects.on(on).filter(person__in=shown).select_related("unit").order_by("since"):
        posts[post.person_id].append(post)
    lines = tuple(PersonLine(person, place_of(person.unit), tuple(posts[person.pk])) for person in shown)
    return PeoplePage(lines, next_key, rows.count())


def place_of(unit: Unit | None) -> str:
    """综采一队 / 一班: a crew with its section."""
    if unit is None:
        return ""
    parent = unit.parent
    return f"{parent.name} / {unit.name}" if parent is not None and parent.pk != unit.mine_id else unit.name


def person_page(actor: Actor, person: Person) -> PersonPage:
    return PersonPage(
        person=person,
        place=place_of(person.unit),
        memberships=tuple(person.memberships.select_related("unit__parent").order_by("-since", "pk")),
        posts=tuple(person.posts.select_related("unit").order_by("-since", "pk")),
        leaves=tuple(person.leaves.order_by("-since")),
        whole=actor.person_id == person.pk,
        may_edit=actor.can(Capability.ORG_EDIT, person.unit or person.mine),
    )


def masked(text: str, first: int, last: int) -> str:
    """640121********1234; what is too short to be hidden in the middle is hidden whole."""
    if len(text) <= first + last:
        return "*" * len(text)
    return f"{text[:first]}{'*' * (len(text) - first - last)}{text[-last:]}"

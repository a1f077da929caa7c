"""The secretary's six first duties: nothing is written for it. Each heading counts what other pages recorded."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from pithead.issues.models import Issue
from pithead.org.access import Actor, Capability, RoleCode
from pithead.org.models import Membership, Post, Serves, Unit
from pithead.org.models.units import PARTY_KINDS
from pithead.practices.content import DUTIES
from pithead.practices.models import Record
from pithead.practices.models.records import RecordQuerySet
from pithead.practices.queries.customs import Custom, customs
from pithead.practices.queries.duties import duty_rows

SHOWN = 12  # records of one practice; the rest is a number
HAZARD = "hazard"
CLOSED = Q(closed_at__isnull=False)


@dataclass(frozen=True)
class Entry:
    """One practice. `records`: what the reader may open, the latest first; of the others there is only the number."""

    custom: Custom
    expected: int
    number: int
    last: dt.date | None
    records: tuple[Record, ...]

    @property
    def more(self) -> int:
        return self.number - len(self.records)


@dataclass(frozen=True)
class Figure:
    """A count of matters, in words: 党员查出隐患 12 条，已销号 11 条."""

    label: str
    number: int
    closed: int
    closed_word: str


@dataclass(frozen=True)
class Heading:
    code: str
    title: str
    entries: tuple[Entry, ...]
    figures: tuple[Figure, ...]

    @property
    def is_empty(self) -> bool:
        return not self.entries and not any(figure.number for figure in self.figures)


def secretaries(actor: Actor, mine: Unit, on: dt.date) -> tuple[Post, ...]:
    """Whose ledger the actor may open: his own, and of branches in reach. One query."""
    reach = Q(person=actor.person_id or 0)
    for path in actor.scope(Capability.DUTY_VIEW).paths:
        reach |= Q(unit__path__startswith=path)
    posts = Post.objects.on(on).filter(reach, mine=mine, role=RoleCode.BRANCH_SECRETARY)
    return tuple(posts.select_related("person", "unit").order_by("unit__position", "unit__path", "person__staff_no"))


def ledger(
    actor: Actor, mine: Unit, posts: Sequence[Post], start: dt.date, end: dt.date, today: dt.date
) -> tuple[Heading, ...]:
    """Of one secretary, out of the posts he holds. A fixed number of queries."""
    branches = [post.unit for post in posts]
    served = _served(branches, start, end)
    found = [one for one in customs(mine, start, end) if one.asked.get("duty") in DUTIES and not one.is_private]
    entries = _entries(actor, mine, posts, found, start, end, today)
    figures = _figures(mine, branches, served, start, end)
    return tuple(
        Heading(code, title, tuple(entries[code]), tuple(figures.get(code, ()))) for code, title in DUTIES.items()
    )


def _served(branches: Iterable[Unit], start: dt.date, end: dt.date) -> tuple[str, ...]:
    rows = Serves.objects.during(start, end).filter(server__in=list(branches))
    return tuple(rows.values_list("unit__path", flat=True).distinct())


# ── records of practices ──
def _entries(
    actor: Actor,
    mine: Unit,
    posts: Sequence[Post],
    found: Sequence[Custom],
    start: dt.date,
    end: dt.date,
    today: dt.date,
) -> Mapping[str, list[Entry]]:
    paths = tuple(post.unit.path for post in posts)
    rows = _records(mine, posts, found, start, end)
    numbers = dict(rows.order_by().values_list("practice").annotate(Count("pk")))
    last = dict(rows.order_by().values_list("practice").annotate(Max("happened_on")))
    shown: dict[int, list[Record]] = defaultdict(list)
    for record in rows.visible_to(actor).only("practice", "happened_on", "failing").order_by("-happened_at"):
        if len(shown[record.practice_id]) < SHOWN:
            shown[record.practice_id].append(record)
    owed = _owed(mine, found, paths, start, end, today)
    entries: Mapping[str, list[Entry]] = defaultdict(list)
    for custom in found:
        number = numbers.get(custom.pk, 0)
        if number or owed[custom.pk]:
            one = Entry(custom, owed[custom.pk], number, last.get(custom.pk), tuple(shown[custom.pk]))
            entries[custom.asked["duty"]].append(one)
    return entries


def _owed(
    mine: Unit, found: Sequence[Custom], paths: tuple[str, ...], start: dt.date, end: dt.date, today: dt.date
) -> Counter[int]:
    """Practice → what the branch owes of it, underground or not: what counts for two quotas is owed once."""
    plain = {quota.pk for custom in found for quota in custom.quotas if not (quota.only or quota.distinct)}
    owed = Counter[int]()
    for row in duty_rows(mine, start, end, today, paths=paths) if paths else ():
        if row.quota_id in plain:
            owed[row.practice_id] += row.expected
    return owed


def _records(
    mine: Unit, posts: Sequence[Post], found: Sequence[Custom], start: dt.date, end: dt.date
) -> RecordQuerySet:
    """What he did as secretary, and what others did from a post of the branch."""
    own = Q(performer__in=[post.person_id for post in posts], role=RoleCode.BRANCH_SECRETARY)
    for post in posts:
        own |= Q(performer_unit__path__startswith=post.unit.path)
    rows: RecordQuerySet = Record.objects.current().filter(
        own, mine=mine, practice__in=[custom.pk for custom in found], happened_on__range=(start, end)
    )
    return rows


# ── matters: numbers, and never what they are about ──
def _figures(
    mine: Unit, branches: Sequence[Unit], served: Sequence[str], start: dt.date, end: dt.date
) -> Mapping[str, list[Figure]]:
    days = {"found_at__date__gte": start, "found_at__date__lte": end}
    issues = Issue.objects.filter(mine=mine, merged_into=None, **days).exclude(state="void").order_by()
    by_members = issues.filter(kind=HAZARD, found_by__in=_members(branches, start, end))
    hazards = by_members.aggregate(number=Count("pk"), closed=Count("pk", filter=CLOSED))
    there = Q(pk__in=())
    for path in served:
        there |= Q(unit__path__startswith=path)
    rows = issues.filter(there, kind__in=[kind for _, kind, _, _ in COUNTED]).values_list("kind")
    counts = {
        kind: (number, closed)
        for kind, number, closed in rows.annotate(number=Count("pk"), closed=Count("pk", filter=CLOSED))
    }
    found: Mapping[str, list[Figure]] = defaultdict(list)
    found["standard"].append(Figure("党员查出隐患", hazards["number"], hazards["closed"], "已销号"))
    for heading, kind, label, word in COUNTED:
        found[heading].append(Figure(label, *counts.get(kind, (0, 0)), word))
    return found


COUNTED = (
    ("education", "violation", "本单位三违", "已帮教办结"),
    ("people", "request", "职工诉求", "已答复办结"),
    ("people", "care", "帮扶的职工", "已解除"),
    ("harmony", "dispute", "矛盾和不稳定事项", "已化解"),
)


def _members(branches: Sequence[Unit], start: dt.date, end: dt.date) -> "QuerySet[Membership, int]":
    below = Q(pk__in=())
    for branch in branches:
        below |= Q(unit__path__startswith=branch.path)
    rows = Membership.objects.during(start, end).filter(below, unit__kind__in=PARTY_KINDS)
    return rows.values_list("person", flat=True)

"""The secretary's six first duties: nothing is written for it. Each heading counts what other pages recorded."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from pithead.issues.models import Issue
from pithead.org.access import Actor, Capability, RoleCode
from pithead.org.models import Membership, Post, Serves, Unit
from pithead.org.models.units import PARTY_KINDS
from pithead.practices.content import DUTIES
from pithead.practices.models import Every, Per, Quota, Record
from pithead.practices.models.records import RecordQuerySet
from pithead.practices.queries.counting import owed_once
from pithead.practices.queries.customs import Custom, customs
from pithead.practices.queries.duties import DutyRow, Question, duty_rows
from pithead.practices.queries.patrol import THIS

SHOWN = 12  # records of one practice; the rest is a number
HAZARD = "hazard"
CLOSED = Q(closed_at__isnull=False)


@dataclass(frozen=True)
class Running:
    """今年 71/96."""

    when: str
    done: int
    expected: int


@dataclass(frozen=True)
class Owed:
    """Of one practice, by everybody who answers in the branch and in what it serves."""

    due: int = 0
    expected: int = 0
    running: tuple[Running, ...] = ()

    def plus(self, row: DutyRow, today: dt.date) -> "Owed":
        return Owed(self.due + (row.expected if row.due < today else 0), self.expected + row.expected)


@dataclass(frozen=True)
class Entry:
    """One practice. `due`: what should have been done by now, `expected`: by the end. `running`: what is asked in longer periods
    than the one shown. `records`: what the reader may open, the latest first; of the others there is only the number."""

    custom: Custom
    due: int
    expected: int
    running: tuple[Running, ...]
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
    asked = [one for one in customs(mine, start, end) if one.asked.get("duty") in DUTIES and not one.is_private]
    entries = _entries(actor, _Asked(mine, posts, served, asked, start, end, today))
    figures = _figures(mine, branches, served, start, end)
    return tuple(
        Heading(code, title, tuple(entries[code]), tuple(figures.get(code, ()))) for code, title in DUTIES.items()
    )


def _served(branches: Iterable[Unit], start: dt.date, end: dt.date) -> tuple[str, ...]:
    rows = Serves.objects.during(start, end).filter(server__in=list(branches))
    return tuple(rows.values_list("unit__path", flat=True).distinct())


# ── records of practices ──
@dataclass(frozen=True)
class _Asked:
    mine: Unit
    posts: Sequence[Post]
    served: tuple[str, ...]
    found: Sequence[Custom]
    start: dt.date
    end: dt.date
    today: dt.date

    @property
    def branches(self) -> tuple[str, ...]:
        return tuple(post.unit.path for post in self.posts)

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.branches, *self.served)))


def _entries(actor: Actor, asked: _Asked) -> Mapping[str, list[Entry]]:
    rows = _records(asked)
    numbers = dict(rows.order_by().values_list("practice").annotate(Count("pk")))
    last = dict(rows.order_by().values_list("practice").annotate(Max("happened_on")))
    shown: dict[int, list[Record]] = defaultdict(list)
    for record in rows.visible_to(actor).only("practice", "happened_on", "failing").order_by("-happened_at"):
        if len(shown[record.practice_id]) < SHOWN:
            shown[record.practice_id].append(record)
    owed = _owed(asked)
    entries: Mapping[str, list[Entry]] = defaultdict(list)
    for custom in asked.found:
        number, of_it = numbers.get(custom.pk, 0), owed.get(custom.pk, Owed())
        if number or of_it.expected or of_it.running:
            figures = of_it.due, of_it.expected, of_it.running, number
            one = Entry(custom, *figures, last.get(custom.pk), tuple(shown[custom.pk]))
            entries[custom.asked["duty"]].append(one)
    return entries


def _is_own(custom: Custom) -> bool:
    """Asked of the secretary's own chair: the chairs of the section that are asked for the same have no place in his ledger."""
    return RoleCode.BRANCH_SECRETARY in custom.performers and any(one.per == Per.SEAT for one in custom.quotas)


def _owed(asked: _Asked) -> Mapping[int, Owed]:
    """By practice. Longer periods than the one shown are told only where nothing else is asked."""
    if not asked.paths:
        return {}
    quotas = {one.pk: one for custom in asked.found for one in _adding(custom)}
    known = {custom.pk: custom for custom in asked.found}
    units, own = _units(asked.mine, asked.paths), _units(asked.mine, asked.branches)

    def counted(*, now: bool) -> Iterator[tuple[DutyRow, Quota]]:
        question = Question(asked.mine, asked.start, asked.end, asked.today, asked.paths, now=now)
        for row in owed_once((row for row in duty_rows(question) if row.quota_id in quotas), quotas):
            quota, custom = quotas[row.quota_id], known[row.practice_id]
            if row.unit_id in (own if quota.per == Per.SEAT and _is_own(custom) else units):
                yield row, quota

    found: dict[int, Owed] = defaultdict(Owed)
    for row, _ in counted(now=False):
        found[row.practice_id] = found[row.practice_id].plus(row, asked.today)
    if asked.start <= asked.today <= asked.end:
        longer = [one for one in counted(now=True) if one[0].due > asked.end and one[0].practice_id not in found]
        found |= _running(longer)
    return found


def _adding(custom: Custom) -> list[Quota]:
    """What happens once in a while is told only where nothing is asked regularly."""
    return [one for one in custom.quotas if one.every != Every.EVENT] or list(custom.quotas)


def _running(rows: Iterable[tuple[DutyRow, Quota]]) -> dict[int, Owed]:
    sums: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row, quota in rows:
        if quota.every != Every.EVENT:
            sums[row.practice_id][THIS[Every(quota.every)]] += Counter(done=row.done, expected=row.expected)
    return {
        practice: Owed(running=tuple(Running(when, one["done"], one["expected"]) for when, one in each.items()))
        for practice, each in sums.items()
    }


def _units(mine: Unit, paths: Iterable[str]) -> frozenset[int]:
    return frozenset(Unit.objects.of_mine(mine).filter(_below(paths, "path")).values_list("pk", flat=True))


def _below(paths: Iterable[str], field: str) -> Q:
    below = Q(pk__in=())
    for path in paths:
        below |= Q(**{f"{field}__startswith": path})
    return below


def _records(asked: _Asked) -> RecordQuerySet:
    """What he did as secretary, and what others did from a post of the branch or of what it serves."""
    secretary = Q(performer__in=[post.person_id for post in asked.posts], role=RoleCode.BRANCH_SECRETARY)
    own = secretary | _below(asked.branches, "performer_unit__path")
    others = Q(practice__in=[custom.pk for custom in asked.found if not _is_own(custom)])
    rows: RecordQuerySet = Record.objects.current().filter(
        own | (others & _below(asked.served, "performer_unit__path")),
        mine=asked.mine,
        practice__in=[custom.pk for custom in asked.found],
        happened_on__range=(asked.start, asked.end),
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
    rows = issues.filter(_below(served, "unit__path"), kind__in=[kind for _, kind, _, _ in COUNTED]).values_list("kind")
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
    below = _below([branch.path for branch in branches], "unit__path")
    rows = Membership.objects.during(start, end).filter(below, unit__kind__in=PARTY_KINDS)
    return rows.values_list("person", flat=True)

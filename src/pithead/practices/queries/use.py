"""What is really put in, by role, never by person; how much of it was there already; how both went these months."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from pithead.issues.models import Issue, Source, Step
from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.measures.models import Given
from pithead.measures.models import Source as GivenSource
from pithead.org.access import ROLES, RoleCode
from pithead.org.models import Person, Post, Unit
from pithead.practices.content import MEMBER, PracticeSpec
from pithead.practices.metering import Load, deed_cost, filled_already, weekly
from pithead.practices.models import Adoption, Every, PracticeVersion, Record
from pithead.practices.pack_rules import filling
from pithead.practices.queries.burden import RoleLoad, caps_of
from pithead.practices.registry import Deed, Known, Span, deeds, knowns
from pithead.practices.words import PERFORMERS

WEEKS, MONTHS = 4, 6
COMES_ALONG = (Source.IMPORT, Source.PRACTICE)  # nobody sat down for these matters


@dataclass(frozen=True)
class RoleUse:
    """A role: what practices ask of one holder in a week, and what one holder on average put in besides, in the last weeks. `used`
    is None where there are too few holders to tell without telling of somebody; members have posts, and stand there."""

    role: str
    label: str
    holders: int
    asked: RoleLoad | None
    cap: int
    often: tuple[float, ...] = ()
    used: Load | None = None

    @property
    def is_post(self) -> bool:
        return self.role != MEMBER

    @property
    def inputs(self) -> float:
        return round((self.asked.inputs if self.asked else 0) + (self.used.inputs if self.used else 0), 1)

    @property
    def minutes(self) -> float:
        return round((self.asked.minutes if self.asked else 0) + (self.used.minutes if self.used else 0), 1)

    @property
    def full(self) -> bool:
        return self.minutes > self.cap


@dataclass(frozen=True)
class Share:
    label: str
    said: str
    known: int
    typed: int

    @property
    def total(self) -> int:
        return self.known + self.typed

    @property
    def percent(self) -> int | None:
        return round(100 * self.known / self.total) if self.total else None


@dataclass(frozen=True)
class Course:
    """A figure month by month, the last one still running."""

    label: str
    values: tuple[float | None, ...]
    unit: str = ""


def last_weeks(calendar: Calendar, today: dt.date) -> Span:
    """The last whole weeks: a month's turn, when scores are entered, is among them."""
    week = calendar.period_of(today, Kind.WEEK).previous()
    first = week
    for _ in range(WEEKS - 1):
        first = first.previous()
    return Span(calendar.bounds(first)[0], calendar.bounds(week)[1])


def last_months(calendar: Calendar, today: dt.date) -> dict[Period, Span]:
    month = calendar.period_of(today, Kind.MONTH)
    found = [month]
    while len(found) < MONTHS:
        found.insert(0, found[0].previous())
    return {one: Span(calendar.bounds(one)[0], min(calendar.bounds(one)[1], today)) for one in found}


# ── by role ──
def use_by_role(mine: Unit, loads: Iterable[RoleLoad], span: Span, today: dt.date) -> tuple[RoleUse, ...]:
    """All roles that are asked for anything or put anything in; whose few holders hide what they put in stand there with what
    practices ask. A fixed number of queries."""
    asked, caps, listed = {load.role: load for load in loads}, caps_of(mine), list(deeds)
    roles = _roles(mine, today)
    holders = Counter(roles.values())
    holders[RoleCode.WORKER] = Person.objects.filter(mine=mine, left_on=None).count() - len(roles)
    done = [_by_role(deed.by(mine, span), roles) for deed in listed]
    costs = [deed_cost(deed.code) for deed in listed]
    found = []
    for role, label in PERFORMERS.items():
        enough = holders[role] >= filling()["least_holders"]
        often = tuple(round(one[role] / holders[role] / span.weeks, 2) for one in done) if enough else ()
        if role in asked or any(often):
            used = sum((cost.times(many) for cost, many in zip(costs, often, strict=True)), Load()) if enough else None
            found.append(RoleUse(role, label, holders[role], asked.get(role), caps.get(role, 0), often, used))
    return tuple(found)


def _roles(mine: Unit, today: dt.date) -> dict[str, str]:
    """Staff number → the one role somebody is counted under: that of his longest post. Who has none is a worker."""
    posts = (
        Post.objects.on(today).filter(mine=mine, role__in=list(ROLES), person__left_on=None).order_by("-since", "-pk")
    )
    return dict(posts.values_list("person__staff_no", "role"))


def _by_role(done: Iterable[tuple[str, int]], roles: Mapping[str, str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for who, often in done:
        found[who if who in ROLES else roles.get(who, RoleCode.WORKER)] += often
    return found


def by_staff_no(rows: "QuerySet[Any]", field: str) -> Iterable[tuple[str, int]]:
    """How many rows by whom. One query."""
    return rows.order_by().values_list(field).annotate(many=Count("pk"))


def _raised(mine: Unit, span: Span) -> Iterable[tuple[str, int]]:
    rows = Issue.objects.filter(span.moments("arrived_at"), mine=mine).exclude(source__in=COMES_ALONG)
    return by_staff_no(rows.exclude(found_by=None), "found_by__staff_no")


def _handled(mine: Unit, span: Span) -> Iterable[tuple[str, int]]:
    """The first step is the matter itself; what came with it was imported."""
    rows = Step.objects.filter(span.moments("arrived_at"), mine=mine, seq__gt=1)
    rows = rows.exclude(arrived_at=F("issue__arrived_at"))
    return by_staff_no(rows.exclude(by=None), "by__staff_no")


def _given(mine: Unit, span: Span) -> Iterable[tuple[str, int]]:
    rows = Given.objects.filter(span.moments("arrived_at"), mine=mine, source=GivenSource.MANUAL)
    return by_staff_no(rows, "staff_no")


# ── what was there already ──
def shares(mine: Unit, spans: Sequence[Span]) -> list[list[Share]]:
    """Each part in each of the spans."""
    return [[Share(one.label, one.said, *pair) for pair in one.count(mine, spans)] for one in knowns]


def whole(spans: Sequence[Span]) -> Span:
    return Span(min(one.start for one in spans), max(one.end for one in spans))


def counted(rows: "QuerySet[Any]", spans: Sequence[Span], within: Any, known: Q) -> list[tuple[int, int]]:
    """Known and others in each span. One query. `within`: a span → its rows."""
    halves: dict[str, Any] = {}
    for at, span in enumerate(spans):
        halves[f"all_{at}"] = Count("pk", filter=within(span))
        halves[f"known_{at}"] = Count("pk", filter=within(span) & known)
    found = rows.filter(within(whole(spans))).aggregate(**halves)
    return [(found[f"known_{at}"], found[f"all_{at}"] - found[f"known_{at}"]) for at in range(len(spans))]


def _records(mine: Unit, spans: Sequence[Span], *, fields: bool) -> list[tuple[int, int]]:
    """Two queries. Of `fields`: those filled in when a form opened; otherwise what records counted for without another entry."""
    rows = Record.objects.current().filter(whole(spans).days("happened_on"), mine=mine).order_by()
    typed = Count("pk", filter=Q(elsewhere=""))
    grouped = rows.values_list("version", "underground", "night", "happened_on").annotate(all=Count("pk"), typed=typed)
    lines = list(grouped)
    content = PracticeVersion.objects.filter(pk__in={line[0] for line in lines}).values_list("pk", "content")
    specs = {pk: PracticeSpec.from_plain(plain) for pk, plain in content}
    costs = {pk: filled_already(spec) for pk, spec in specs.items()}
    found = [[0, 0] for _ in spans]
    for version, underground, night, day, every, by_hand in lines:
        if fields:
            known, asked = (count * by_hand for count in costs[version])
        else:
            uses = uses_of(specs[version], underground=underground, night=night)
            known, asked = (uses * every - by_hand, by_hand) if uses else (0, 0)
        for at, span in enumerate(spans):
            if span.start <= day <= span.end:
                found[at][0] += known
                found[at][1] += asked
    return [(known, asked) for known, asked in found]


def uses_of(spec: PracticeSpec, *, underground: bool, night: bool) -> int:
    """How many things one record settles: every quota it counts for, and the heading of the ledger it stands under."""
    true = {"": True, "underground": underground, "night": night}
    quotas = sum(one.every is not Every.EVENT and true[one.only] for one in spec.quotas)
    return quotas + bool(spec.duty)


def _matters(mine: Unit, spans: Sequence[Span]) -> list[tuple[int, int]]:
    rows = Issue.objects.filter(mine=mine)
    return counted(rows, spans, lambda span: span.moments("arrived_at"), Q(source__in=COMES_ALONG))


def _figures(mine: Unit, spans: Sequence[Span]) -> list[tuple[int, int]]:
    rows = Given.objects.filter(mine=mine)
    return counted(rows, spans, lambda span: span.moments("arrived_at"), ~Q(source=GivenSource.MANUAL))


def register() -> None:
    """What practices and the layers below them know; the others add theirs."""
    deeds.register(Deed("matter", "上报问题", _raised))
    deeds.register(Deed("step", "处理问题", _handled))
    deeds.register(Deed("figure", "录外来数据", _given))
    said = "一份记录可以同时算几项要求、进书记的台账，上级系统已有的导入就算；专门为它填的一份，算要填的"
    knowns.register(Known("履责要求", said, partial(_records, fields=False)))
    said = "打开表就填好的栏目，对必须自己填的栏目；检查项一下点完，两边都不算"
    knowns.register(Known("表里的栏目", said, partial(_records, fields=True)))
    said = "由检查记录生成、由台账导入的问题，对有人专门上报的"
    knowns.register(Known("问题", said, _matters))
    knowns.register(Known("外来数据", "由接口、表格、命令行进来的数，对一个一个手工录的", _figures))


# ── the course of months ──
def courses(mine: Unit, months: Mapping[Period, Span]) -> tuple[list[Course], list[Course]]:
    """Minutes a week that practices ask of each role, as at the end of each month; and what was there already, in percent."""
    days = [span.end for span in months.values()]
    loads = [weekly(specs) for specs in asked_on(mine, days)]
    roles = [role for role in PERFORMERS if any(role in load for load in loads)]
    minutes = [Course(PERFORMERS[role], tuple(load.get(role, Load()).minutes for load in loads)) for role in roles]
    parts = shares(mine, list(months.values()))
    return minutes, [Course(part[0].label, tuple(one.percent for one in part), "%") for part in parts]


def asked_on(mine: Unit, days: Sequence[dt.date]) -> list[list[PracticeSpec]]:
    """What was asked somewhere in the mine on each of the days. Two queries."""
    first, last = min(days), max(days)
    used = list(Adoption.objects.during(first, last).filter(mine=mine).values_list("method", "since", "until"))
    rows = PracticeVersion.objects.during(first, last).filter(mine=mine).select_related("practice")
    specs = [(one, PracticeSpec.from_plain(one.content)) for one in rows]
    found: dict[dt.date, list[PracticeSpec]] = defaultdict(list)
    for day in days:
        methods = {method for method, since, until in used if since <= day and (until is None or until >= day)}
        for version, spec in specs:
            holds = version.since <= day and (version.until is None or version.until >= day)
            if holds and version.practice.method_id in methods:
                found[day].append(spec)
    return [found[day] for day in days]

"""Matters of one kind by state and age, and as a list: what is seen depends on who asks, its cost does not."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.models.issues import IssueQuerySet
from pithead.issues.workflows import WORKFLOWS, Visibility
from pithead.org.access import Actor, Capability
from pithead.org.models import Place, Unit, UnitKind

# Days since found: from, up to; the last has no end.
BANDS = ((0, 1), (1, 3), (3, 7), (7, 30), (30, None))
BAND_LABELS = ("1 天内", "1–3 天", "3–7 天", "7–30 天", "超过 30 天")
SORTS = {
    "due": ("先到期的在前", (F("due_at").asc(nulls_last=True), "found_at", "pk")),
    "found": ("新发现的在前", ("-found_at", "pk")),
    "oldest": ("最早发现的在前", ("found_at", "pk")),
    "unit": ("按责任单位", ("unit__path", "found_at", "pk")),
}
LONGEST_TITLE = 60
COUNTED = 10_000  # beyond that a list says "more than"
PER_PAGE = 20


class Said(NamedTuple):
    """What a line is made of; whole rows of matters, units and people would be most of what a page costs."""

    pk: UUID
    kind: str
    state: str
    grade: str
    category: str
    text: str
    place_text: str
    found_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    level: int
    found_by: int | None
    owned_by: int | None
    unit: str
    unit_kind: str
    parent: str | None
    place: str | None
    owner: str | None


SAID = (
    *("pk", "kind", "state", "grade", "category", "text", "place_text", "found_at", "due_at", "closed_at", "level"),
    *("found_by_id", "owner_id", "unit__name", "unit__kind", "unit__parent__name", "place__name", "owner__name"),
)


def seen(actor: Actor, mine: Unit, kind: str) -> IssueQuerySet:
    """What this person sees of a kind. Of what the whole mine may see nobody's posts are asked for."""
    flow = WORKFLOWS[kind]
    if flow.visibility is Visibility.MINE and actor.can(Capability.ISSUE_RAISE, mine):
        return Issue.objects.filter(mine=mine, kind=kind)
    return Issue.objects.visible_to(actor, kind).filter(mine=mine, kind=kind)


def kinds_for(actor: Actor) -> list[str]:
    """Those worth a tab: whoever sees more of them than his own."""
    wanted = {
        Visibility.MINE: Capability.ISSUE_RAISE,
        Visibility.UNIT: Capability.ISSUE_VIEW,
        Visibility.OFFICE: Capability.ISSUE_OVERSEE,
        Visibility.NAMED: Capability.MATTER_READ,
    }
    return [kind for kind, flow in WORKFLOWS.items() if actor.can(wanted[flow.visibility])]


# ── by state and age ──
@dataclass(frozen=True)
class StateRow:
    code: str
    label: str
    bands: tuple[int, ...]
    overdue: int
    total: int


@dataclass(frozen=True)
class Board:
    rows: tuple[StateRow, ...]
    bands: tuple[int, ...]
    overdue: int
    total: int


def board(actor: Actor, mine: Unit, kind: str, now: dt.datetime) -> Board:
    """Open ones only. One query."""
    flow = WORKFLOWS[kind]
    counts: dict[str, Any] = {f"band{turn}": Count("state", filter=_aged(turn, now)) for turn in range(len(BANDS))}
    rows = seen(actor, mine, kind).filter(state__in=flow.open_states).order_by().values("state")
    found = {
        row["state"]: row
        for row in rows.annotate(total=Count("state"), overdue=Count("state", filter=Q(due_at__lt=now)), **counts)
    }
    lines = [_state_row(state, flow.state(state).label, dict(found.get(state, {}))) for state in flow.open_states]
    bands = tuple(sum(line.bands[turn] for line in lines) for turn in range(len(BANDS)))
    return Board(tuple(lines), bands, sum(line.overdue for line in lines), sum(line.total for line in lines))


def _aged(turn: int, now: dt.datetime) -> Q:
    youngest, oldest = BANDS[turn]
    within = Q(found_at__lte=now - dt.timedelta(days=youngest)) if youngest else Q()
    return within & Q(found_at__gt=now - dt.timedelta(days=oldest)) if oldest else within


def _state_row(code: str, label: str, row: dict[str, Any]) -> StateRow:
    bands = tuple(row.get(f"band{turn}", 0) for turn in range(len(BANDS)))
    return StateRow(code, label, bands, row.get("overdue", 0), row.get("total", 0))


# ── as a list ──
@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to. `state`: a code, "open", "ended" or "" for all. `age`: a turn of `BANDS`."""

    kind: str
    state: str = "open"
    unit: Unit | None = None
    place: Place | None = None
    grade: str = ""
    overdue: bool = False
    age: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    sort: str = "due"


def deadline_said(due: dt.datetime | None, *, year: bool = False) -> str:
    """Midnight is the end of a day: that day is what people are told."""
    if due is None:
        return ""
    local = timezone.localtime(due)
    whole = local.time() == dt.time()
    day = local - dt.timedelta(days=1) if whole else local
    return f"{day:%Y年}" * year + f"{day:%-m月%-d日}" + f"{local: %H:%M}" * (not whole)


@dataclass(frozen=True)
class IssueLine:
    """Of a confidential matter without a word of what it is about, its place included."""

    pk: UUID
    kind: str
    kind_label: str
    text: str
    state: str
    grade: str
    category: str
    unit: str
    place: str
    owner: str
    found_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    overdue: bool
    level: int
    stopped: bool
    whose: frozenset[int | None]  # who found it, who owns it

    @property
    def title(self) -> str:
        return self.text if len(self.text) <= LONGEST_TITLE else f"{self.text[: LONGEST_TITLE - 1]}…"

    @property
    def about(self) -> str:
        return " · ".join(part for part in (self.grade, self.category, self.place) if part)

    @property
    def due(self) -> str:
        return deadline_said(self.due_at)

    @property
    def closed(self) -> str:
        return f"{timezone.localtime(self.closed_at):%m-%d}" if self.closed_at else ""

    @property
    def found(self) -> str:
        return f"{timezone.localtime(self.found_at):%Y-%m-%d %H:%M}"

    @property
    def tone(self) -> str:
        """Of its state: ended, late, standing still, or under way."""
        if self.closed_at:
            return "good"
        return "accent" if self.overdue else "warn" if self.stopped else "info"


@dataclass(frozen=True)
class IssuePage:
    lines: tuple[IssueLine, ...]
    total: int
    page: int
    pages: int

    @property
    def more(self) -> bool:
        return self.total > COUNTED


@dataclass(frozen=True)
class Keys:
    """Of one page, in order: which matters, before what they say."""

    shown: tuple[UUID, ...]
    total: int
    page: int
    pages: int


NO_KEYS = Keys((), 0, 1, 1)


def issue_page(actor: Actor, mine: Unit, wanted: Wanted, now: dt.datetime, number: int) -> IssuePage:
    """Three queries."""
    return page_of(counted(narrowed(actor, mine, wanted, now), wanted.sort, number), now)


def counted(rows: IssueQuerySet, sort: str, number: int, size: int = PER_PAGE) -> Keys:
    """First which, then what they say: thousands of keys are sorted fast, whole rows with their units and people are not.
    Nobody counts further than `COUNTED`. Two queries."""
    total = rows.order_by()[: COUNTED + 1].count()
    if not total:
        return NO_KEYS
    pages, page = turned(total, number, size)
    ordered = rows.order_by(*SORTS[sort][1]).values_list("pk", flat=True)
    return Keys(tuple(ordered[(page - 1) * size : page * size]), total, page, pages)


def page_of(keys: Keys, now: dt.datetime) -> IssuePage:
    """One query."""
    return paged(keys, lines_of(keys.shown, now))


def paged(keys: Keys, lines: Mapping[UUID, IssueLine]) -> IssuePage:
    return IssuePage(tuple(lines[key] for key in keys.shown), keys.total, keys.page, keys.pages)


def lines_of(keys: Collection[UUID], now: dt.datetime) -> dict[UUID, IssueLine]:
    """One query, for all lists of a page."""
    rows = Issue.objects.filter(pk__in=keys).values_list(*SAID) if keys else ()
    return {row[0]: _line(Said(*row), now) for row in rows}


def turned_to(keys: tuple[UUID, ...], number: int, size: int) -> Keys:
    """Of all of them."""
    pages, page = turned(len(keys), number, size)
    return Keys(keys[(page - 1) * size : page * size], len(keys), page, pages)


def turned(total: int, number: int, size: int) -> tuple[int, int]:
    """How many pages, and which of them is shown."""
    pages = max((min(total, COUNTED) - 1) // size + 1, 1)
    return pages, min(max(number, 1), pages)


def every_line(actor: Actor, mine: Unit, wanted: Wanted, now: dt.datetime) -> Iterator[IssueLine]:
    """All of a list, one after the other: what is exported never lies in memory as a whole."""
    rows = narrowed(actor, mine, wanted, now).order_by(*SORTS[wanted.sort][1]).values_list(*SAID)
    return (_line(Said(*row), now) for row in rows.iterator(chunk_size=2000))


def narrowed(actor: Actor, mine: Unit, wanted: Wanted, now: dt.datetime) -> IssueQuerySet:
    rows = seen(actor, mine, wanted.kind)
    flow = WORKFLOWS[wanted.kind]
    match wanted.state:
        case "open":
            rows = rows.filter(state__in=flow.open_states)
        case "ended":
            rows = rows.filter(state__in=[state.code for state in flow.states if state.end])
        case code if code:
            rows = rows.filter(state=code)
    if wanted.unit is not None:
        rows = rows.filter(unit__path__startswith=wanted.unit.path)
    if wanted.place is not None and not flow.confidential:
        rows = rows.filter(place=wanted.place)
    if wanted.grade:
        rows = rows.filter(grade=wanted.grade)
    if wanted.overdue:
        rows = rows.filter(due_at__lt=now)
    if wanted.age is not None:
        rows = rows.filter(_aged(wanted.age, now))
    return _between(rows, wanted.since, wanted.until)


def _between(rows: IssueQuerySet, since: dt.date | None, until: dt.date | None) -> IssueQuerySet:
    if since is not None:
        rows = rows.filter(found_at__gte=_midnight(since))
    if until is not None:
        rows = rows.filter(found_at__lt=_midnight(until + dt.timedelta(days=1)))
    return rows


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()), timezone.get_default_timezone())


def line_of(issue: Issue, now: dt.datetime) -> IssueLine:
    """Of a matter that is loaded with its unit, place and owner."""
    unit, place, owner = issue.unit, issue.place, issue.owner
    named = (
        *(unit.name, unit.kind, unit.parent.name if unit.parent else None),
        *(place.name if place else None, owner.name if owner else None),
    )
    return _line(Said._make([*(getattr(issue, name) for name in SAID[: -len(named)]), *named]), now)


def _line(said: Said, now: dt.datetime) -> IssueLine:
    flow = WORKFLOWS[said.kind]
    state, shut = flow.state(said.state), flow.confidential
    return IssueLine(
        pk=said.pk,
        kind=said.kind,
        kind_label=flow.label,
        text="" if shut else said.text,
        state=state.label,
        grade=flow.grades.get(said.grade, ""),
        category="" if shut else flow.categories.get(said.category, ""),
        unit=_called(said.unit, said.unit_kind, said.parent),
        place="" if shut else said.place or said.place_text,
        owner=said.owner or "",
        found_at=said.found_at,
        due_at=said.due_at,
        closed_at=said.closed_at,
        overdue=said.due_at is not None and said.due_at < now,
        level=said.level,
        stopped=state.stops,
        whose=frozenset((said.found_by, said.owned_by)),
    )


def called(unit: Unit) -> str:
    return _called(unit.name, unit.kind, unit.parent.name if unit.parent else None)


def _called(name: str, kind: str, parent: str | None) -> str:
    """A crew by its section, too: every section has a 一班."""
    return f"{parent}/{name}" if kind == UnitKind.CREW and parent is not None else name


def place_of(issue: Issue) -> str:
    return issue.place.name if issue.place else issue.place_text


# ── found at one place ──
def found_at_place(actor: Actor, place: Place, now: dt.datetime, number: int) -> IssuePage:
    """Everything this person sees of what was found there, confidential matters never among it. Three queries."""
    open_kinds = [kind for kind, flow in WORKFLOWS.items() if not flow.confidential]
    rows = Issue.objects.visible_to(actor, *open_kinds).filter(mine=place.mine_id, place=place)
    return page_of(counted(rows, "found", number), now)

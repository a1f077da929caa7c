"""What a ledger tells, laid out as rows to insert: matters as the engine would have left them, and every step on the way."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from pithead.issues.actions import clocks
from pithead.issues.ledger.life import Event, Told
from pithead.issues.ledger.plan import Plan, Progress
from pithead.issues.models import Involved, Issue, Role, Source, Step
from pithead.issues.queries import Setting, moment_after
from pithead.issues.workflows import WORKFLOWS, Kind, State
from pithead.kernel.audit import Change
from pithead.kernel.calendars import Calendar
from pithead.kernel.db import insert_rows
from pithead.org.models import Unit

FLOW = WORKFLOWS[Kind.HAZARD]
BATCH = 500
# What a matter is at the end of its steps.
STANDING = (
    *("state", "owner_id", "owner_unit_id", "clock", "clock_from", "due_at", "climbs_at", "level"),
    *("extended", "verified", "closed_at", "expires_on", "seq"),
)
ISSUE = (
    *("id", "mine", "kind", "grade", "category", "unit", "office", "place", "place_text", "text", "facts"),
    *("found_at", "found_by", "found_by_unit", "arrived_at", "stopped_in", "listed", "source", "source_key"),
    *("fingerprint", *(name.removesuffix("_id") for name in STANDING)),
)
STEP = (
    *("id", "mine", "issue", "seq", "at", "arrived_at", "by", "by_name", "acted_as", "verb", "from_state", "to_state"),
    *("grade", "owner", "due_at", "clock", "level", "verifies", "note", "facts", "fingerprint"),
)
INVOLVED = ("issue", "mine", "role", "who", "name")


@dataclass(frozen=True)
class Terms:
    """What holds for every row of one import."""

    mine: Unit
    office: Unit
    setting: Setting
    calendar: Calendar
    at: dt.datetime
    limits: dict[tuple[str, str], dt.datetime | None] = field(default_factory=dict)
    expiries: dict[dt.datetime, dt.date | None] = field(default_factory=dict)

    def limit(self, clock: str, grade: str) -> dt.datetime | None:
        """Of a clock that starts now."""
        if (clock, grade) not in self.limits:
            duration = self.setting.deadline(clock, grade)
            self.limits[clock, grade] = moment_after(self.at, duration, self.calendar) if duration else None
        return self.limits[clock, grade]

    def expires_on(self, closed_at: dt.datetime) -> dt.date | None:
        if self.setting.keep_months is None:
            return None
        if closed_at not in self.expiries:
            ended = Issue()
            clocks.end(ended, self.setting, closed_at)
            self.expiries[closed_at] = ended.expires_on
        return self.expiries[closed_at]


@dataclass(slots=True)
class Laid:
    """Rows in the order of the columns above."""

    issues: list[tuple[Any, ...]] = field(default_factory=list)
    steps: list[tuple[Any, ...]] = field(default_factory=list)
    involved: list[tuple[Any, ...]] = field(default_factory=list)
    changed: list[Issue] = field(default_factory=list)
    events: list[Change] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    overdue: int = 0


def lay_out(plan: Plan, terms: Terms) -> Laid:
    laid = Laid()
    for told in plan.new:
        _lay_new(laid, told, terms)
    for one in plan.progress:
        _lay_progress(laid, one, terms)
    return laid


def write(laid: Laid) -> None:
    """Five statements, however many rows."""
    insert_rows(Issue, ISSUE, laid.issues)
    insert_rows(Involved, INVOLVED, laid.involved)
    insert_rows(Step, STEP, laid.steps)
    Issue.objects.bulk_update(laid.changed, [name.removesuffix("_id") for name in STANDING], batch_size=BATCH)


# ── one matter ──
@dataclass(slots=True)
class Course:
    """Where a matter is while its steps are laid; the fields of `STANDING`."""

    state: str = ""
    owner_id: int | None = None
    owner_unit_id: int | None = None
    clock: int = 0
    clock_from: dt.datetime | None = None
    due_at: dt.datetime | None = None
    climbs_at: dt.datetime | None = None
    level: int = 0
    extended: int = 0
    verified: bool = False
    closed_at: dt.datetime | None = None
    expires_on: dt.date | None = None
    seq: int = 0

    def values(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in STANDING)


def _lay_new(laid: Laid, told: Told, terms: Terms) -> None:
    pk, course, row = uuid4(), Course(), told.row
    _run(laid, pk, told, course, tuple(told.events()), terms)
    finder, body = next((one for one in told.finders if one.pk), None), told.body
    laid.issues.append(
        (
            *(pk, terms.mine.pk, FLOW.kind.value, told.grade, row.text("category"), told.unit.pk, terms.office.pk),
            *(told.place_id, "" if told.place_id else row.text("place"), row.text("text"), _facts(told)),
            *(told.found_at, finder.pk if finder else None, body.pk if body else None, terms.at, "", False),
            *(Source.IMPORT.value, told.key, told.key, *course.values()),
        )
    )
    authors = {one.pk: one.name for one in told.finders if one.pk}
    laid.involved += [(pk, terms.mine.pk, Role.AUTHOR.value, str(who), name) for who, name in authors.items()]
    _count(laid, pk, told, course, "", terms)


def _facts(told: Told) -> dict[str, str]:
    """The shift, and who looked if that is none of the mine's units."""
    shift, body = told.row.text("shift"), told.row.text("body")
    found = {"shift": shift} if shift else {}
    return found | {"found_how": f"{body}检查"} if body and told.body is None else found


def _lay_progress(laid: Laid, one: Progress, terms: Terms) -> None:
    issue, before = one.issue, one.issue.state_label
    course = Course(**{name: getattr(issue, name) for name in STANDING})
    _run(laid, issue.pk, one.told, course, one.events, terms)
    for name in STANDING:
        setattr(issue, name, getattr(course, name))
    laid.changed.append(issue)
    _count(laid, issue.pk, one.told, course, before, terms)


def _run(laid: Laid, pk: UUID, told: Told, course: Course, events: Sequence[Event], terms: Terms) -> None:
    for event in events:
        before, course.seq = course.state, course.seq + 1
        _enter(course, told, event, terms)
        owner = event.owner
        laid.steps.append(
            (
                *(uuid4(), terms.mine.pk, pk, course.seq, event.at, terms.at, event.by.pk, event.by.name),
                *(event.acted_as, event.verb, before, event.state, "", owner.pk if owner else None, event.due),
                *(course.clock, 0, event.verb == "pass", event.note, event.facts, event.mark),
            )
        )


def _enter(course: Course, told: Told, event: Event, terms: Terms) -> None:
    """As `moving` and `clocks` do it: a state sets its deadline, an end takes it away."""
    if event.owner is not None:
        course.owner_id, course.owner_unit_id = event.owner.pk, event.owner.unit_id
    state, course.state = FLOW.state(event.state), event.state
    if state.end:
        course.clock_from = course.due_at = course.climbs_at = None
        course.closed_at, course.expires_on, course.verified = event.at, terms.expires_on(event.at), True
        return
    _start(course, state, told.grade, event, terms)


def _start(course: Course, state: State, grade: str, event: Event, terms: Terms) -> None:
    """A deadline of the ledger runs from that day, unless it has run out; every other from now, when the matter came in."""
    course.due_at = event.due or terms.limit(state.clock, grade)
    runs = event.due is not None and event.due > terms.at
    course.clock_from = (event.at if runs else terms.at) if course.due_at else None
    course.clock, course.level = course.clock + 1, 0
    course.climbs_at = terms.setting.climbs_at(0, course.clock_from, course.due_at)


def _count(laid: Laid, pk: UUID, told: Told, course: Course, before: str, terms: Terms) -> None:
    label = FLOW.state(course.state).label
    laid.states[label] = laid.states.get(label, 0) + 1
    laid.overdue += course.due_at is not None and course.due_at < terms.at
    after = {"state": label, "grade": FLOW.grades.get(told.grade, "")}
    said = {"state": before} if before else None
    laid.events.append(Change("issue", str(pk), f"{FLOW.label} {str(pk)[:8]}", said, after))

"""Comparing what a ledger tells with what is known. Nothing is written here: the plan says what would be."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from pithead.issues.ledger.columns import KIND
from pithead.issues.ledger.life import Event, Somebody, Told, is_same
from pithead.issues.ledger.rows import Reading
from pithead.issues.models import Involved, Issue, Role, Source, Step
from pithead.issues.workflows import WORKFLOWS
from pithead.org.models import Unit

MANY = 5_000  # keys in one question
LATER = "系统里后来又有办理，没有按台账改"
MAJOR = "系统里已认定为重大，每一步在系统里办，没有按台账改"
SELF_CHECKED = "复查人在系统里是发现人、责任人或整改人，要由另一个人复查，没有按台账销号"
FLOW = WORKFLOWS[KIND]
TOGETHER = frozenset(FLOW.grades).difference(FLOW.alone)
FIXING = tuple(move.verb for move in FLOW.moves if move.fixes)
CHECKS = ("pass", "fail")
T = TypeVar("T")


@dataclass(frozen=True)
class Progress:
    """A matter that stands, and what the ledger adds to it."""

    issue: Issue
    told: Told
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Plan:
    new: list[Told]
    progress: list[Progress]
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Standing:
    pk: UUID
    state: str
    unit_id: int
    found_at: dt.datetime


def make_plan(mine: Unit, reading: Reading, told: Sequence[Told], *, holding: bool) -> Plan:
    """`holding`: what will change is kept from everybody else until the transaction ends."""
    known = _standing(mine, told)
    new, further = list[Told](), list[tuple[UUID, Told]]()
    for one in told:
        stands = known.get(one.key)
        if stands is None:
            new.append(one)
        elif one.row.text("number") and not _is_alike(one, stands):
            day = timezone.localdate(stands.found_at)
            reading.fail(one.row, f"“{one.row.text('number')}”在系统里已经用在 {day} 的另一条隐患上，请核对", "number")
        elif next(one.events(stands.state), None) is not None:
            further.append((stands.pk, one))
    progress = list(_progress(reading, further, holding=holding))
    failed = {one.key for one in told if reading.has_failed(one.row)}
    return Plan(new, progress, len(told) - len(new) - len(progress) - len(failed))


def _is_alike(one: Told, stands: _Standing) -> bool:
    """A number that names another day and another unit names another hazard."""
    return one.unit.pk == stands.unit_id or one.row.found.day == timezone.localdate(stands.found_at)


def _standing(mine: Unit, told: Sequence[Told]) -> dict[str, _Standing]:
    """Those without a number stand between the first and the last day of the ledger."""
    columns = ("source_key", "pk", "state", "unit_id", "found_at")
    imported = Issue.objects.filter(mine=mine, kind=KIND, source=Source.IMPORT)
    rows: list[tuple[str, UUID, str, int, dt.datetime]] = []
    for keys in _chunks(one.key for one in told if one.row.text("number")):
        rows += imported.filter(source_key__in=keys).values_list(*columns)
    if days := [one.row.found.day for one in told if not one.row.text("number")]:
        zone = told[0].zone
        since = dt.datetime.combine(min(days), dt.time(), zone)
        until = dt.datetime.combine(max(days) + dt.timedelta(days=1), dt.time(), zone)
        rows += imported.filter(found_at__gte=since, found_at__lt=until).values_list(*columns)
    return {key: _Standing(pk, state, unit, found) for key, pk, state, unit, found in rows}


def _progress(reading: Reading, further: list[tuple[UUID, Told]], *, holding: bool) -> Iterator[Progress]:
    for some in _chunks(further):
        keys = [pk for pk, _ in some]
        if holding:
            Issue.objects.filter(pk__in=keys).update(seq=F("seq"))
        issues = Issue.objects.in_bulk(keys)
        steps = defaultdict[UUID, list[tuple[str, dt.datetime]]](list)
        for pk, mark, at in _moves(keys):
            steps[pk].append((mark, at))
        involved = defaultdict[UUID, list[Somebody]](list)
        for pk, person, name in _involved(keys):
            involved[pk].append(Somebody(name, person))
        for pk, one in some:
            if (made := _further(reading, issues[pk], one, steps[pk], involved[pk])) is not None:
                yield made


def _moves(keys: list[UUID]) -> Iterable[tuple[UUID, str, dt.datetime]]:
    """What has moved them so far; a comment moves nothing."""
    steps = Step.objects.filter(issue__in=keys).exclude(from_state=F("to_state")).order_by("issue", "seq")
    return steps.values_list("issue_id", "fingerprint", "at")


def _involved(keys: list[UUID]) -> Iterator[tuple[UUID, int | None, str]]:
    """Who has found it, ever owned it or put it right, by what the system knows: he does not check it."""
    yield from Issue.objects.filter(pk__in=keys).exclude(found_by=None).values_list("pk", "found_by", "found_by__name")
    authors = Involved.objects.filter(issue__in=keys, role=Role.AUTHOR).values_list("issue_id", "who", "name")
    yield from ((pk, int(who) if who.isdigit() else None, name) for pk, who, name in authors)
    steps = Step.objects.filter(issue__in=keys)
    yield from steps.filter(verb__in=FIXING).values_list("issue_id", "by", "by_name")
    yield from steps.exclude(owner=None).values_list("issue_id", "owner", "owner__name")


def _further(
    reading: Reading, issue: Issue, told: Told, made: list[tuple[str, dt.datetime]], involved: list[Somebody]
) -> Progress | None:
    """Nothing that was told before; nothing older than what has been done since; nothing of what takes two people."""
    events = tuple(told.events(issue.state))
    if told.checker and any(is_same(told.checker, one) for one in involved):
        events = _unchecked(reading, told, events)
    if not events or events[-1].mark in {mark for mark, _ in made}:
        return None
    if issue.grade in TOGETHER:
        reading.remark(told.row, MAJOR)
        return None
    last = max(at for _, at in made)
    if timezone.localdate(events[0].at) < timezone.localdate(last):
        reading.remark(told.row, LATER)
        return None
    return Progress(issue, told, events)


def _unchecked(reading: Reading, told: Told, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """As far as others did it; the check is still to be made."""
    rest = tuple(one for one in events if one.verb not in CHECKS)
    if len(rest) < len(events):
        reading.remark(told.row, SELF_CHECKED)
    return rest


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, MANY)):
        yield some

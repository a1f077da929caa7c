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
from pithead.issues.ledger.life import Event, Told
from pithead.issues.ledger.rows import Reading
from pithead.issues.models import Issue, Source, Step
from pithead.org.models import Unit

MANY = 5_000  # keys in one question
LATER = "系统里后来又有办理，没有按台账改"
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
        for pk, one in some:
            if (made := _further(reading, issues[pk], one, steps[pk])) is not None:
                yield made


def _moves(keys: list[UUID]) -> Iterable[tuple[UUID, str, dt.datetime]]:
    """What has moved them so far; a comment moves nothing."""
    steps = Step.objects.filter(issue__in=keys).exclude(from_state=F("to_state")).order_by("issue", "seq")
    return steps.values_list("issue_id", "fingerprint", "at")


def _further(reading: Reading, issue: Issue, told: Told, made: list[tuple[str, dt.datetime]]) -> Progress | None:
    """Nothing that was told before; nothing older than what has been done since."""
    events = tuple(told.events(issue.state))
    if not events or events[-1].mark in {mark for mark, _ in made}:
        return None
    last = max(at for _, at in made)
    if timezone.localdate(events[0].at) < timezone.localdate(last):
        reading.remark(told.row, LATER)
        return None
    return Progress(issue, told, events)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while some := list(islice(rest, MANY)):
        yield some

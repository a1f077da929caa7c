"""Writing the audit log. Actions call `write` inside their transaction: no event without the change, no change without it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pithead.kernel.db import insert_rows
from pithead.kernel.models import AuditEvent

Facts = Mapping[str, Any] | None


class ActorLike(Protocol):
    """Who acts, as far as the log needs to know (org's `Actor` is one)."""

    @property
    def staff_no(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def face(self) -> str: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class System:
    """What happens by itself, whoever's act brought it about."""

    staff_no: str = "system"
    name: str = "系统"
    face: str = "system"
    source: str = ""


SYSTEM = System()


@dataclass(frozen=True)
class Change:
    """One subject's change, for actions that change many at once."""

    subject_type: str
    subject_id: str
    subject_label: str
    before: Facts = None
    after: Facts = None


def write(
    *,
    by: ActorLike,
    at: dt.datetime,
    mine: str,
    action: str,
    subject: tuple[str, object, str],
    before: Facts = None,
    after: Facts = None,
) -> AuditEvent:
    """`subject` is (type, id, label), e.g. ("unit", 12, "综采一队")."""
    kind, pk, label = subject
    change = Change(kind, str(pk), label, before, after)
    values = zip(_FIELDS, _values(by, at, mine, action, change), strict=True)
    return AuditEvent.objects.create(**dict(values))


def write_many(*, by: ActorLike, at: dt.datetime, mine: str, action: str, changes: Iterable[Change]) -> int:
    """One event per change, in one insert; returns how many."""
    return write_each(mine=mine, action=action, acts=((by, at, change) for change in changes))


def write_each(*, mine: str, action: str, acts: Iterable[tuple[ActorLike, dt.datetime, Change]]) -> int:
    """The same of different people at different times."""
    return insert_rows(AuditEvent, _FIELDS, [_values(by, at, mine, action, change) for by, at, change in acts])


def erase(*, mine: str, subject: tuple[str, object], fields: Iterable[str], instead: str, label: bool = False) -> None:
    """Replace the personal text in what the log keeps of a subject: these fields, and the label where that is text, too. Who,
    when and what kind of change stay."""
    kind, pk = subject
    named = set(fields)
    for event in AuditEvent.objects.filter(mine=mine, subject_type=kind, subject_id=str(pk)):
        event.before, event.after = (_without(facts, named, instead) for facts in (event.before, event.after))
        event.subject_label = instead if label else event.subject_label
        event.save(update_fields=["before", "after", "subject_label"])


def _without(facts: dict[str, Any] | None, named: set[str], instead: str) -> dict[str, Any] | None:
    return facts and {name: instead if name in named and value else value for name, value in facts.items()}


_FIELDS = (
    "mine",
    "at",
    "actor",
    "actor_name",
    "face",
    "source",
    "action",
    "subject_type",
    "subject_id",
    "subject_label",
    "before",
    "after",
)


def _values(by: ActorLike, at: dt.datetime, mine: str, action: str, change: Change) -> tuple[Any, ...]:
    """In the order of `_FIELDS`."""
    who = (mine, at, by.staff_no, by.name, by.face, by.source, action)
    what = (change.subject_type, change.subject_id, change.subject_label[:200], change.before, change.after)
    return who + what

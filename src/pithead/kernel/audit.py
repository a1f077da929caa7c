"""Writing the audit log. Actions call `write` inside their transaction: no event without the change, no change without it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

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
    return write_many(by=by, at=at, mine=mine, action=action, changes=[Change(kind, str(pk), label, before, after)])[0]


def write_many(
    *, by: ActorLike, at: dt.datetime, mine: str, action: str, changes: Iterable[Change]
) -> list[AuditEvent]:
    """One event per change, in one insert."""
    return AuditEvent.objects.bulk_create(
        [
            AuditEvent(
                mine=mine,
                at=at,
                actor=by.staff_no,
                actor_name=by.name,
                face=by.face,
                source=by.source,
                action=action,
                subject_type=change.subject_type,
                subject_id=change.subject_id,
                subject_label=change.subject_label[:200],
                before=change.before,
                after=change.after,
            )
            for change in changes
        ],
        batch_size=500,
    )

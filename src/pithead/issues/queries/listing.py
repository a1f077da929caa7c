"""Matters of one kind as plain rows, for scripts: codes, not labels; never a confidential one."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.org.queries import calendar_of, unit_names

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class ListedIssue:
    """`unit_name` is the one that is unique in the mine."""

    id: str
    kind: str
    state: str
    state_label: str
    grade: str
    unit_code: str
    unit_name: str
    place: str
    found_at: dt.datetime
    due_at: dt.datetime | None
    closed_at: dt.datetime | None
    text: str


def listed(by: Actor, mine: Unit, kind: str, period: Period | None) -> Iterator[ListedIssue]:
    """Those found in the period that this person may see, the oldest first. Streamed."""
    flow = WORKFLOWS.get(kind)
    shown = "、".join(f"{one.kind.value} {one.label}" for one in WORKFLOWS.values() if not one.confidential)
    if flow is None:
        raise Refused(f"没有“{kind}”这一类，有：{shown}")
    if flow.confidential:
        raise Refused(f"{flow.label}保密，不能用命令列出，请在网页上看。能列的有：{shown}")
    rows = Issue.objects.visible_to(by, kind).filter(mine=mine)
    if period is not None:
        first, last = calendar_of(mine).bounds(period)
        rows = rows.filter(found_at__gte=_midnight(first), found_at__lt=_midnight(last + dt.timedelta(days=1)))
    names = unit_names(mine)
    found = rows.select_related("unit", "place").order_by("found_at", "pk")
    return (_listed(issue, names[issue.unit_id]) for issue in found.iterator(chunk_size=CHUNK))


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()), timezone.get_default_timezone())


def _listed(issue: Issue, unit_name: str) -> ListedIssue:
    return ListedIssue(
        id=str(issue.pk),
        kind=issue.kind,
        state=issue.state,
        state_label=issue.state_label,
        grade=issue.grade,
        unit_code=issue.unit.code,
        unit_name=unit_name,
        place=issue.place.name if issue.place else issue.place_text,
        found_at=timezone.localtime(issue.found_at),
        due_at=timezone.localtime(issue.due_at) if issue.due_at else None,
        closed_at=timezone.localtime(issue.closed_at) if issue.closed_at else None,
        text=issue.text,
    )

"""Open matters by kind and age, in numbers alone: for whoever looks at a mine or a unit as a whole."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from pithead.issues.models import Issue
from pithead.issues.queries.board import BANDS
from pithead.issues.workflows import WORKFLOWS, Kind
from pithead.org.models import Unit

A_WEEK = 3  # the band that begins with seven days
TOLD = (Kind.HAZARD, Kind.REQUEST, Kind.DIRECTIVE, Kind.SUGGESTION)  # nothing of what is said in confidence


@dataclass(frozen=True)
class Ages:
    """Of one kind: open ones by days since they were found (`BAND_LABELS`), and how many are past their time."""

    kind: str
    label: str
    bands: tuple[int, ...]
    overdue: int

    @property
    def total(self) -> int:
        return sum(self.bands)

    @property
    def old(self) -> int:
        """More than a week."""
        return sum(self.bands[A_WEEK:])


def ages(mine: Unit, unit: Unit, now: dt.datetime) -> list[Ages]:
    """Of the unit and all below it. One query."""
    counts: dict[str, Any] = {f"band{turn}": Count("pk", filter=_aged(turn, now)) for turn in range(len(BANDS))}
    rows = Issue.objects.filter(_open(), mine=mine)
    if unit.pk != mine.pk:
        rows = rows.filter(unit__path__startswith=unit.path)
    told = rows.order_by().values("kind").annotate(overdue=Count("pk", filter=Q(due_at__lt=now)), **counts)
    found = {row["kind"]: row for row in told}
    return [_ages(kind, found.get(kind, {})) for kind in TOLD]


def _open() -> Q:
    within = Q()
    for kind in TOLD:
        within |= Q(kind=kind, state__in=WORKFLOWS[kind].open_states)
    return within


def _aged(turn: int, now: dt.datetime) -> Q:
    youngest, oldest = BANDS[turn]
    within = Q(found_at__lte=now - dt.timedelta(days=youngest)) if youngest else Q(found_at__isnull=False)
    return within & Q(found_at__gt=now - dt.timedelta(days=oldest)) if oldest else within


def _ages(kind: str, row: Any) -> Ages:
    bands = tuple(row.get(f"band{turn}", 0) for turn in range(len(BANDS)))
    return Ages(str(kind), WORKFLOWS[kind].label, bands, row.get("overdue", 0))

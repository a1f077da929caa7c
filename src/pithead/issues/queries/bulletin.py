"""What the workers are told of a month's hazards: how many, where, how far — and nobody's name."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.queries.board import called, deadline_said, place_of
from pithead.issues.workflows import WORKFLOWS, Kind
from pithead.org.models import Unit
from pithead.org.queries import Veil, veil_of

LISTED = 300
LEFT_OUT = ("void", "merged")
GRAVE = ("A", "major")


@dataclass(frozen=True)
class UnitRow:
    unit: str
    by_grade: tuple[int, ...]
    closed: int
    overdue: int
    total: int


@dataclass(frozen=True)
class PublicLine:
    """Place, content, deadline, unit in charge: what the law wants on the wall. `stands`: still to be put right."""

    place: str
    text: str
    grade: str
    unit: str
    due_at: dt.datetime | None
    state: str
    stands: bool

    @property
    def due(self) -> str:
        return deadline_said(self.due_at)


@dataclass(frozen=True)
class Bulletin:
    grades: tuple[str, ...]
    rows: tuple[UnitRow, ...]
    categories: tuple[tuple[str, int], ...]
    found: int
    closed: int
    overdue: int
    grave: tuple[PublicLine, ...]
    standing: tuple[PublicLine, ...]


def bulletin(mine: Unit, since: dt.date, until: dt.date, now: dt.datetime) -> Bulletin:
    """Six queries: counts by unit and by category, the lines, and three for the names that are veiled in them."""
    flow = WORKFLOWS[Kind.HAZARD]
    start, end = _midnight(since), _midnight(until + dt.timedelta(days=1))
    month = Issue.objects.filter(mine=mine, kind=Kind.HAZARD, found_at__gte=start, found_at__lt=end)
    month = month.exclude(state__in=LEFT_OUT)
    rows = tuple(_unit_rows(month, tuple(flow.grades), now))
    counted = Counter(dict(month.order_by().values_list("category").annotate(Count("pk"))))
    categories = tuple((flow.categories.get(code, "未分类"), count) for code, count in counted.most_common())
    lines = list(_lines(month, flow.open_states, veil_of(mine)))
    return Bulletin(
        grades=tuple(flow.grades.values()),
        rows=rows,
        categories=categories,
        found=sum(row.total for row in rows),
        closed=sum(row.closed for row in rows),
        overdue=sum(row.overdue for row in rows),
        grave=tuple(line for grade, line in lines if grade in GRAVE),
        standing=tuple(line for grade, line in lines if grade not in GRAVE and line.stands),
    )


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()), timezone.get_default_timezone())


def _unit_rows(month: "Iterable[Issue]", grades: tuple[str, ...], now: dt.datetime) -> Iterable[UnitRow]:
    counts = {f"grade{turn}": Count("pk", filter=Q(grade=grade)) for turn, grade in enumerate(grades)}
    late = Count("pk", filter=Q(due_at__lt=now, closed_at=None))
    rows = month.order_by("unit__path").values("unit__name", "unit__path")  # type: ignore[attr-defined]
    for row in rows.annotate(
        total=Count("pk"), closed=Count("pk", filter=Q(closed_at__isnull=False)), late=late, **counts
    ):
        by_grade = tuple(row[f"grade{turn}"] for turn in range(len(grades)))
        yield UnitRow(row["unit__name"], by_grade, row["closed"], row["late"], row["total"])


def _lines(month: "Iterable[Issue]", open_states: tuple[str, ...], veil: Veil) -> Iterable[tuple[str, PublicLine]]:
    """The grave ones whatever became of them, and those that stand open. Whoever writes a hazard may write whose it is."""
    wanted = month.filter(Q(grade__in=GRAVE) | Q(state__in=open_states))  # type: ignore[attr-defined]
    issues = list(wanted.select_related("unit__parent", "place").order_by("-grade", "found_at", "pk")[:LISTED])
    for issue in issues:
        yield (
            issue.grade,
            PublicLine(
                place=veil.over(place_of(issue)),
                text=veil.over(issue.text),
                grade=issue.grade_label,
                unit=called(issue.unit),
                due_at=issue.due_at,
                state=issue.state_label,
                stands=issue.closed_at is None,
            ),
        )

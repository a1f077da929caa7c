"""What stands behind a figure: the very rows it was counted from, or the page that shows them.

A longer period is its months put together, and so are its rows: who answers for whom is asked of each month.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Period
from pithead.measures.models import Closing
from pithead.measures.queries.figures import spans_of
from pithead.measures.registry import Asked, Facts, Line, Measure
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.org.queries import Answering, answering

AT_ONCE = 50
NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class Behind:
    """The rows of one span that count for a unit: `facts.rows` are those alone."""

    span: Period
    facts: Facts

    @property
    def order(self) -> tuple[str, ...]:
        """One that no two rows share."""
        return self.facts.order if "pk" in self.facts.order else (*self.facts.order, "pk")

    def seen(self, actor: Actor) -> "QuerySet[Any]":
        rows = self.facts.rows if self.facts.seen is None else self.facts.seen(self.facts.rows, actor)
        return rows.order_by(*self.order)


@dataclass(frozen=True)
class Shown:
    """A line in the list. `late`: it came after its month was closed."""

    line: Line
    span: Period
    late: bool


@dataclass(frozen=True)
class Records:
    """`total` rows, of which the reader may open `total - hidden`. `pages`: where what is counted elsewhere is shown."""

    lines: tuple[Shown, ...] = ()
    total: int = 0
    hidden: int = 0
    next_key: str = ""
    pages: tuple[tuple[Period, str], ...] = ()


def rows_behind(
    mine: Unit, measure: Measure, unit: Unit, period: Period, today: dt.date, calendar: Calendar
) -> tuple[list[Behind], list[tuple[Period, str]]]:
    """Of each span, the latest first: rows, or where they are shown. Two queries a span, and what its source asks."""
    found, pages = [], []
    for span in reversed(spans_of(measure, period)):
        start, end = calendar.bounds(span)
        if measure.source is None or start > today:
            continue
        source = measure.source(Asked(mine, start, end, today, calendar))
        if isinstance(source, Facts):
            inside = Q(**{f"{source.unit}__in": _counting(mine, unit, answering(mine, start, end))})
            found.append(Behind(span, replace(source, rows=source.rows.filter(inside), sums=None)))
        elif source.url is not None:
            pages.append((span, source.url(unit.code)))
    return found, pages


def records(
    actor: Actor,
    behind: Sequence[Behind],
    pages: Sequence[tuple[Period, str]],
    closed: Sequence[Closing],
    after: str = "",
) -> Records:
    """`after`: the key that a page before ended with. Four queries a span at most."""
    moments = {closing.period: closing.closed_at for closing in closed}
    total = sum(one.facts.rows.count() for one in behind)
    seen = sum(one.seen(actor).count() for one in behind)
    span, _, last = after.partition("/")
    begin = next((at for at, one in enumerate(behind) if str(one.span) == span), 0)
    told: list[tuple[Behind, Any]] = []
    for at, one in enumerate(behind[begin:]):
        rows = one.seen(actor)
        rows = _beyond(rows, one.order, last) if last and not at and str(one.span) == span else rows
        told += [(one, row) for row in rows[: AT_ONCE + 1 - len(told)]]
        if len(told) > AT_ONCE:
            break
    shown = told[:AT_ONCE]
    key = f"{shown[-1][0].span}/{shown[-1][1].pk}" if len(told) > AT_ONCE else ""
    lines = tuple(_shown(one, row, moments.get(str(one.span))) for one, row in shown)
    return Records(lines, total, total - seen, key, tuple(pages))


def _counting(mine: Unit, unit: Unit, owners: Answering) -> Any:
    """The units whose facts count for this one; for the mine all of its own."""
    if unit.pk == mine.pk:
        return Unit.objects.filter(mine=mine).values("pk")
    return [pk for pk, answer in owners.items() if unit.pk in answer]


def _beyond(rows: "QuerySet[Any]", order: tuple[str, ...], pk: str) -> "QuerySet[Any]":
    """Those after a row in the order; from the top when it is not among them any more."""
    names = [name.lstrip("-") for name in order]
    try:
        last = rows.filter(pk=pk).values_list(*names).first()
    except (ValueError, ValidationError):
        last = None
    if last is None:
        return rows
    beyond, same = NOTHING, Q()
    for said, name, value in zip(order, names, last, strict=True):
        way = "lt" if said.startswith("-") else "gt"
        beyond |= same & Q(**{f"{name}__{way}": value})
        same &= Q(**{name: value})
    return rows.filter(beyond)


def _shown(one: Behind, row: Any, closed_at: dt.datetime | None) -> Shown:
    line = one.facts.line(row)
    late = closed_at is not None and line.arrived_at is not None and line.arrived_at > closed_at
    return Shown(line, one.span, late)

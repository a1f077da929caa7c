"""The periods of every cadence that end in a stretch of days, or contain one day: what duties are counted in."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from pithead.kernel.calendars import ONE_DAY, Calendar
from pithead.kernel.periods import Kind

# A shift is owed once a day by whoever is on it: its periods are days.
DAILY, WEEKLY = (Kind.SHIFT, Kind.DAY), Kind.WEEK
LONGER = (Kind.TEN_DAYS, Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.YEAR)


@dataclass(frozen=True)
class Span:
    """A period of a cadence: both ends are inclusive. `worked`: it has a working day."""

    every: str
    first: dt.date
    last: dt.date
    worked: bool


def spans_ending(calendar: Calendar, start: dt.date, end: dt.date) -> list[Span]:
    """Those whose last day lies in [start, end]: so months add up to years, and a week belongs to where its Sunday lies."""
    return [
        span
        for kind in (*DAILY, WEEKLY, *LONGER)
        for span in _from(calendar, kind, start, end)
        if start <= span.last <= end
    ]


def spans_around(calendar: Calendar, day: dt.date) -> list[Span]:
    """The one of each cadence that contains the day."""
    return [next(_from(calendar, kind, day, day)) for kind in (*DAILY, WEEKLY, *LONGER)]


def _from(calendar: Calendar, kind: Kind, start: dt.date, end: dt.date) -> Iterator[Span]:
    """Beginning with the one that contains `start`, up to the one that contains `end`."""
    first = last = start - ONE_DAY
    while last < end:
        day = last + ONE_DAY
        first, last = (day, day) if kind in DAILY else calendar.bounds(calendar.period_of(day, kind))
        yield Span(kind, first, last, _is_worked(calendar, first, last))


def _is_worked(calendar: Calendar, first: dt.date, last: dt.date) -> bool:
    return any(calendar.is_workday(first + offset * ONE_DAY) for offset in range((last - first).days + 1))

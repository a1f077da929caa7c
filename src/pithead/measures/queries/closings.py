"""Which months are closed."""

import datetime as dt
from dataclasses import dataclass

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Period
from pithead.measures.models import Closing
from pithead.measures.queries.figures import closed_periods
from pithead.org.models import Unit


@dataclass(frozen=True)
class Month:
    """`is_over`: it may be closed."""

    period: Period
    closing: Closing | None
    is_over: bool


def months(mine: Unit, year: Period, today: dt.date, calendar: Calendar) -> list[Month]:
    """Those of a year that have begun, the latest first. One query."""
    begun = [month for month in year.months() if calendar.bounds(month)[0] <= today]
    closed = closed_periods(mine, begun)
    return [Month(one, closed.get(one), calendar.bounds(one)[1] < today) for one in reversed(begun)]

"""From when something may be asked. What a month was to bring is not changed once it is over."""

import datetime as dt

from django.utils import timezone

from pithead.kernel.periods import Kind
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.org.queries import calendar_of


def not_long_past(by: Actor, at: dt.datetime, mine: Unit, since: dt.date) -> None:
    """Not before the month that runs. What is set up from a command line or the demo may begin earlier."""
    if by.is_system:
        return
    calendar = calendar_of(mine)
    start, _ = calendar.bounds(calendar.period_of(timezone.localdate(at), Kind.MONTH))
    if since < start:
        raise Refused(f"日期 {since} 太早：过去的月份已经按原来的要求算过，最早从 {start} 起")

"""The mine's calendar out of its tables: as the value every period asks for its dates, and as a year to look at."""

import calendar as weeks
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Period
from pithead.org.models import CalendarYear, Holiday, MineCalendar, Shift, Unit


def calendar_of(mine: Unit) -> Calendar:
    """Four small queries; callers that need it more than once keep it."""
    settings = MineCalendar.objects.filter(mine=mine).first() or MineCalendar(mine=mine)
    nights = Shift.objects.filter(system__mine=mine, is_night=True).order_by("number").values_list("number", flat=True)
    return Calendar(
        cutoff_day=settings.cutoff_day,
        night_shift=nights.first(),
        night_books_next_day=settings.night_books_next_day,
        exceptions=dict(Holiday.objects.filter(mine=mine).values_list("date", "worked")),
        known_years=frozenset(CalendarYear.objects.filter(mine=mine).values_list("year", flat=True)),
    )


def unfilled_years(mine: Unit, years: Iterable[int]) -> list[int]:
    """Those for which weekends stand in for a holiday table. One query."""
    wanted = set(years)
    filled = CalendarYear.objects.filter(mine=mine, year__in=wanted).values_list("year", flat=True)
    return sorted(wanted - set(filled))


@dataclass(frozen=True)
class DayCell:
    date: dt.date
    worked: bool
    name: str
    is_exception: bool


@dataclass(frozen=True)
class MonthGrid:
    """Weeks from Monday; None outside the month. `starts_on`, `ends_on`: the period of that name, by the cut-off day."""

    number: int
    weeks: tuple[tuple[DayCell | None, ...], ...]
    starts_on: dt.date
    ends_on: dt.date
    workdays: int  # in the period


@dataclass(frozen=True)
class YearGrid:
    year: int
    months: tuple[MonthGrid, ...]
    calendar: Calendar
    source: str  # where the table came from; "" when weekends stand in for it


def year_grid(mine: Unit, year: int) -> YearGrid:
    """Six queries."""
    calendar = calendar_of(mine)
    names = dict(Holiday.objects.filter(mine=mine, date__year=year).values_list("date", "name"))
    source = CalendarYear.objects.filter(mine=mine, year=year).values_list("source", flat=True).first() or ""
    months = tuple(_month_grid(calendar, names, year, number) for number in range(1, 13))
    return YearGrid(year, months, calendar, source)


def _month_grid(calendar: Calendar, names: dict[dt.date, str], year: int, number: int) -> MonthGrid:
    start, end = calendar.bounds(Period.month(year, number))
    days = (start + dt.timedelta(days=offset) for offset in range((end - start).days + 1))
    return MonthGrid(
        number=number,
        weeks=tuple(
            tuple(_cell(calendar, names, day) if day.month == number else None for day in week)
            for week in weeks.Calendar().monthdatescalendar(year, number)
        ),
        starts_on=start,
        ends_on=end,
        workdays=sum(calendar.is_workday(day) for day in days),
    )


def _cell(calendar: Calendar, names: dict[dt.date, str], date: dt.date) -> DayCell:
    return DayCell(date, calendar.is_workday(date), names.get(date, ""), date in calendar.exceptions)

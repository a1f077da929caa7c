"""The mine's calendar out of its tables."""

import datetime as dt
from collections.abc import Callable

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Period
from pithead.org.models import CalendarYear, Holiday, MineCalendar, Shift, ShiftSystem
from pithead.org.queries import calendar_of
from pithead.org.testing import Cast


def test_a_mine_without_settings_has_calendar_months_and_weekends(cast: Cast) -> None:
    assert calendar_of(cast.mine) == Calendar()


def test_settings_holidays_and_shifts_all_arrive(cast: Cast, django_assert_num_queries: Callable) -> None:
    mine = cast.mine
    MineCalendar.objects.create(mine=mine, cutoff_day=25, night_books_next_day=True)
    Holiday.objects.create(mine=mine, date=dt.date(2026, 10, 1), worked=False, name="国庆节")
    Holiday.objects.create(mine=cast.other_mine, date=dt.date(2026, 10, 2), worked=False)
    CalendarYear.objects.create(mine=mine, year=2026, source="人工录入")
    system = ShiftSystem.objects.create(mine=mine, code="three_eight", name="三八制")
    Shift.objects.create(system=system, number=1, name="零点班", starts_at=dt.time(0), hours=8, is_night=True)
    with django_assert_num_queries(4):
        calendar = calendar_of(mine)
    assert calendar.bounds(Period.parse("2026-06")) == (dt.date(2026, 5, 26), dt.date(2026, 6, 25))
    assert not calendar.is_workday(dt.date(2026, 10, 1))
    assert calendar.is_workday(dt.date(2026, 10, 2))
    assert calendar.booked_on(dt.date(2026, 6, 5), 1) == dt.date(2026, 6, 6)
    assert calendar.gaps(dt.date(2026, 1, 1), dt.date(2027, 1, 1)) == (2027,)

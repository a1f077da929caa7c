"""Which dates a period covers, and which of them are worked."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel.calendars import ONE_DAY, Calendar
from pithead.kernel.periods import Kind, Period

dates = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))
years = st.integers(1990, 2090)
cutoffs = st.none() | st.integers(1, 28)
SPANNING = [Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.YEAR]


def parts(kind: Kind, year: int) -> list[Period]:
    count = {Kind.TEN_DAYS: 36, Kind.MONTH: 12, Kind.QUARTER: 4, Kind.HALF: 2, Kind.YEAR: 1}[kind]
    return [Period(kind, year, number) for number in range(1, count + 1)]


@given(cutoffs, years, st.sampled_from([*SPANNING, Kind.TEN_DAYS]))
def test_parts_tile_the_year_without_gap_or_overlap(cutoff: int | None, year: int, kind: Kind) -> None:
    calendar = Calendar(cutoff_day=cutoff)
    bounds = [calendar.bounds(part) for part in parts(kind, year)]
    assert all(start <= end for start, end in bounds)
    for (_, end), (start, _) in pairwise(bounds):
        assert start == end + ONE_DAY
    assert (bounds[0][0], bounds[-1][1]) == calendar.bounds(Period(Kind.YEAR, year))


@given(cutoffs, years)
def test_years_follow_each_other_day_by_day(cutoff: int | None, year: int) -> None:
    calendar = Calendar(cutoff_day=cutoff)
    assert calendar.bounds(Period(Kind.YEAR, year + 1))[0] == calendar.bounds(Period(Kind.YEAR, year))[1] + ONE_DAY


@given(cutoffs, dates, st.sampled_from([kind for kind in Kind if kind is not Kind.SHIFT]))
def test_a_date_lies_in_the_period_it_belongs_to(cutoff: int | None, date: dt.date, kind: Kind) -> None:
    calendar = Calendar(cutoff_day=cutoff)
    start, end = calendar.bounds(calendar.period_of(date, kind))
    assert start <= date <= end


@given(cutoffs, dates, st.sampled_from(SPANNING))
def test_a_week_belongs_to_the_period_of_its_last_day(cutoff: int | None, date: dt.date, kind: Kind) -> None:
    calendar = Calendar(cutoff_day=cutoff)
    week = Period.week_of(date)
    monday, sunday = calendar.bounds(week)
    assert (monday.weekday(), sunday - monday) == (0, 6 * ONE_DAY)
    assert calendar.belongs_to(week, kind) == calendar.period_of(sunday, kind)


def test_the_week_over_the_turn_of_the_month_counts_for_the_new_month() -> None:
    assert Calendar().belongs_to(Period.parse("2026-W27"), Kind.MONTH) == Period.parse("2026-07")
    assert Calendar(cutoff_day=5).belongs_to(Period.parse("2026-W27"), Kind.MONTH) == Period.parse("2026-07")
    assert Calendar(cutoff_day=4).belongs_to(Period.parse("2026-W27"), Kind.MONTH) == Period.parse("2026-08")


@given(cutoffs, years, st.integers(1, 12))
def test_ten_day_parts_begin_every_ten_days_and_the_last_takes_the_rest(
    cutoff: int | None, year: int, month: int
) -> None:
    calendar = Calendar(cutoff_day=cutoff)
    first, last = calendar.bounds(Period.month(year, month))
    bounds = [calendar.bounds(Period.ten_days(year, month, part)) for part in (1, 2, 3)]
    assert [start for start, _ in bounds] == [first, first + 10 * ONE_DAY, first + 20 * ONE_DAY]
    assert bounds[2][1] == last
    assert 8 <= (last - bounds[2][0]).days + 1 <= 11


@pytest.mark.parametrize(
    ("cutoff", "period", "start", "end"),
    [
        (None, "2026-02", "2026-02-01", "2026-02-28"),
        (None, "2024-02", "2024-02-01", "2024-02-29"),
        (25, "2026-06", "2026-05-26", "2026-06-25"),
        (25, "2026-01", "2025-12-26", "2026-01-25"),
        (25, "2026-Q2", "2026-03-26", "2026-06-25"),
        (25, "2026", "2025-12-26", "2026-12-25"),
        (28, "2024-03", "2024-02-29", "2024-03-28"),
        (25, "2026-06-X1", "2026-05-26", "2026-06-04"),
        (None, "2026-06-X3", "2026-06-21", "2026-06-30"),
        (25, "2026-06-05", "2026-06-05", "2026-06-05"),
        (25, "2026-W23", "2026-06-01", "2026-06-07"),
    ],
)
def test_bounds_by_hand(cutoff: int | None, period: str, start: str, end: str) -> None:
    bounds = Calendar(cutoff_day=cutoff).bounds(Period.parse(period))
    assert bounds == (dt.date.fromisoformat(start), dt.date.fromisoformat(end))


# ── working days, nights ──
def test_a_holiday_is_off_and_a_made_up_saturday_is_worked() -> None:
    holiday, saturday = dt.date(2026, 10, 1), dt.date(2026, 10, 10)
    calendar = Calendar(exceptions={holiday: False, saturday: True})
    assert not calendar.is_workday(holiday)
    assert calendar.is_workday(saturday)
    assert not calendar.is_workday(saturday + ONE_DAY)


def test_working_days_are_counted_from_the_next_day_over_a_holiday() -> None:
    off = {dt.date(2026, 10, day): False for day in range(1, 8)}
    calendar = Calendar(exceptions={**off, dt.date(2026, 10, 10): True})
    assert calendar.add_workdays(dt.date(2026, 9, 30), 1) == dt.date(2026, 10, 8)
    assert calendar.add_workdays(dt.date(2026, 9, 30), 3) == dt.date(2026, 10, 10)
    assert calendar.add_workdays(dt.date(2026, 9, 30), 0) == dt.date(2026, 9, 30)


@given(dates, st.integers(1, 30))
def test_the_last_working_day_is_worked_and_the_count_is_right(date: dt.date, days: int) -> None:
    calendar = Calendar()
    last = calendar.add_workdays(date, days)
    between = [date + offset * ONE_DAY for offset in range(1, (last - date).days + 1)]
    assert calendar.is_workday(last)
    assert sum(map(calendar.is_workday, between)) == days


def test_years_without_a_table_are_named() -> None:
    calendar = Calendar(known_years=frozenset({2026}))
    assert calendar.gaps(dt.date(2025, 12, 1), dt.date(2027, 1, 1)) == (2025, 2027)
    assert calendar.gaps(dt.date(2026, 1, 1), dt.date(2026, 12, 31)) == ()


def test_only_the_night_shift_is_booked_to_the_next_day_and_only_where_the_mine_does_so() -> None:
    date = dt.date(2026, 6, 30)
    booking = Calendar(night_shift=1, night_books_next_day=True)
    assert booking.booked_on(date, 1) == dt.date(2026, 7, 1)
    assert booking.booked_on(date, 2) == date
    assert Calendar(night_shift=1).booked_on(date, 1) == date

"""Periods as values: one printed form each, neighbours, parts."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel.periods import MONTHS_IN, PER_YEAR, Kind, Period
from pithead.kernel.refusal import Refused

dates = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))
years = st.integers(1990, 2090)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    kind = draw(st.sampled_from(list(Kind)))
    match kind:
        case Kind.SHIFT:
            return Period.shift_of(draw(dates), draw(st.integers(1, 6)))
        case Kind.DAY:
            return Period.day(draw(dates))
        case Kind.WEEK:
            return Period.week_of(draw(dates))
        case _:
            return Period(kind, draw(years), draw(st.integers(1, PER_YEAR[kind])))


stepping = periods().filter(lambda period: period.kind is not Kind.SHIFT)


@given(periods())
def test_what_is_printed_reads_back_as_the_same_period(period: Period) -> None:
    assert Period.parse(str(period)) == period


@given(periods(), periods())
def test_no_two_periods_print_alike(one: Period, other: Period) -> None:
    assert (str(one) == str(other)) == (one == other)


@given(stepping)
def test_the_neighbour_of_the_neighbour_is_the_period_itself(period: Period) -> None:
    assert period.next().previous() == period == period.previous().next()


@given(stepping)
def test_of_neighbours_the_later_one_sorts_after(period: Period) -> None:
    assert period.previous() < period < period.next()


@given(st.sampled_from(list(MONTHS_IN)), years)
def test_the_months_of_a_years_parts_are_its_twelve_months(kind: Kind, year: int) -> None:
    parts = [Period(kind, year, number) for number in range(1, PER_YEAR[kind] + 1)]
    months = [month for part in parts for month in part.months()]
    assert months == [Period.month(year, number) for number in range(1, 13)]
    assert all(month.within(kind) == part for part in parts for month in part.months())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026", "2026年"),
        ("2026-H1", "2026年上半年"),
        ("2026-H2", "2026年下半年"),
        ("2026-Q2", "2026年二季度"),
        ("2026-06", "2026年6月"),
        ("2026-W23", "2026年第23周"),
        ("2026-06-X1", "2026年6月上旬"),
        ("2026-12-X3", "2026年12月下旬"),
        ("2026-06-05", "2026年6月5日"),
        ("2026-06-05.2", "2026年6月5日第2班"),
    ],
)
def test_a_period_is_called_as_people_call_it(text: str, label: str) -> None:
    assert Period.parse(f" {text} ").label == label
    assert str(Period.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "六月",
        "2026-6",
        "2026-13",
        "2026-00",
        "2026-Q5",
        "2026-H3",
        "2026-W54",
        "2025-W53",
        "2026-02-30",
        "2026-06-X4",
        "2026-13-X1",
        "2026-06-05.7",
        "0000",
        "0000-Q1",
        "2026-06-05.0",
        "0001-01",
        "1899",
        "3000-Q1",
        "9999-12-31",
    ],
)
def test_what_is_no_period_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Refused, match="不是有效的周期，请写成 2026-06"):
        Period.parse(text)


def test_full_width_digits_read_as_well() -> None:
    assert Period.parse("２０２６-０６") == Period.month(2026, 6)


def test_week_53_exists_only_in_years_that_have_it() -> None:
    assert Period.parse("2026-W53").next() == Period.parse("2027-W01")
    assert Period.parse("2025-W52").next() == Period.parse("2026-W01")


def test_shifts_have_no_neighbours_of_their_own() -> None:
    with pytest.raises(ValueError, match="shift system"):
        Period.parse("2026-06-05.1").next()


def test_only_days_and_shifts_have_a_date() -> None:
    assert Period.parse("2026-06-05.2").date == dt.date(2026, 6, 5)
    with pytest.raises(ValueError, match="not a single day"):
        _ = Period.parse("2026-06").date

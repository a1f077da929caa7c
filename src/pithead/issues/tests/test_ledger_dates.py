"""Days and hours however they are written."""

import datetime as dt
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.issues.ledger.dates import Moment, Title, moment, title_of
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.cells import EXCEL_EPOCH

DAY = dt.date(2026, 6, 3)
NEAR = dt.date(2026, 6, 15)
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
HOURS = st.times().map(lambda time: time.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2026-06-03", Moment(DAY)),
        ("2026.6.3", Moment(DAY)),
        ("2026/6/3 8:05", Moment(DAY, dt.time(8, 5))),
        ("２０２６年６月３日", Moment(DAY)),
        ("2026年6月3号", Moment(DAY)),
        ("2026年6月3日14时30分", Moment(DAY, dt.time(14, 30))),
        ("2026年6月3日 8点", Moment(DAY, dt.time(8))),
        ("2026-06-03 08:00:00", Moment(DAY, dt.time(8))),
        ("2026-06-03 24:00", Moment(DAY, dt.time(23, 59))),
        ("2026.6.3早班", Moment(DAY)),
        ("2026.6.3 八点班", Moment(DAY)),
        ("20260603", Moment(DAY)),
        ("6月3日", Moment(DAY)),
        ("6.3", Moment(DAY)),
        ("6-3 夜班", Moment(DAY)),
        ("6月3日8点30分", Moment(DAY, dt.time(8, 30))),
        (20260603.0, Moment(DAY)),
        (46176.0, Moment(DAY)),
        (46176.5, Moment(DAY, dt.time(12))),
        (dt.date(2026, 6, 3), Moment(DAY)),
        (dt.datetime(2026, 6, 3, 9, 15, 20), Moment(DAY, dt.time(9, 15))),  # noqa: DTZ001
        (dt.datetime(2026, 6, 3), Moment(DAY)),  # noqa: DTZ001
    ],
)
def test_a_day_is_read_however_it_is_written(cell: Any, read: Moment) -> None:
    assert moment(cell, NEAR) == read


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "昨天",
        "2026-06",
        "202606",
        "2026年6月",
        "2026-02-30",
        "13月1日",
        "1899-01-01",
        "2026-06-03 12:61",
        True,
        3.0,
    ],
)
def test_what_is_no_day_is_refused_in_words(cell: Any) -> None:
    with pytest.raises(Refused, match=r"请|不是|不对"):
        moment(cell, NEAR)


@pytest.mark.parametrize(
    ("near", "said", "day"),
    [
        (dt.date(2026, 1, 10), "12月30日", dt.date(2025, 12, 30)),
        (dt.date(2025, 12, 28), "1月5日", dt.date(2026, 1, 5)),
        (dt.date(2024, 3, 1), "2月29日", dt.date(2024, 2, 29)),
    ],
)
def test_a_day_without_a_year_is_the_nearest(near: dt.date, said: str, day: dt.date) -> None:
    assert moment(said, near).day == day


@given(
    DAYS,
    HOURS,
    st.sampled_from(["{0}-{1}-{2} {3}:{4:02}", "{0}年{1}月{2}日{3}时{4:02}分", "{0}.{1:02}.{2:02} {3:02}：{4:02}"]),
)
def test_any_hour_of_any_day_comes_back(day: dt.date, hour: dt.time, form: str) -> None:
    said = form.format(day.year, day.month, day.day, hour.hour, hour.minute)
    assert moment(said, None) == Moment(day, hour)


@given(DAYS, st.integers(0, 1439))
def test_any_serial_number_comes_back(day: dt.date, minutes: int) -> None:
    read = moment((day - EXCEL_EPOCH).days + minutes / 1440, None)
    assert (read.day, read.time or dt.time()) == (day, dt.time(*divmod(minutes, 60)))


@given(st.text(max_size=20) | st.floats() | st.integers())
def test_anything_at_all_is_a_day_or_refused(cell: Any) -> None:
    with suppress(Refused):
        assert 2000 <= moment(cell, NEAR).day.year <= 2100


@given(DAYS, DAYS, st.none() | HOURS, st.none() | HOURS)
def test_before_is_never_both_ways(one: dt.date, other: dt.date, early: dt.time | None, late: dt.time | None) -> None:
    first, second = Moment(one, early), Moment(other, late)
    assert not (first.is_before(second) and second.is_before(first))
    assert first.is_before(second) or second.is_before(first) or one == other


@pytest.mark.parametrize(
    ("above", "sheet", "file", "title"),
    [
        (["隐患排查日报（2026年6月15日）"], "Sheet1", "a.xlsx", Title(2026, 6, 15)),
        (["隐患排查日报", dt.date(2026, 6, 15)], "Sheet1", "a.xlsx", Title(2026, 6, 15)),
        (["日期：2026.06.15"], "Sheet1", "a.xlsx", Title(2026, 6, 15)),
        (["2026年6月隐患台账"], "15日", "a.xlsx", Title(2026, 6, 15)),
        (["2026年6月隐患台账"], "6.16", "a.xlsx", Title(2026, 6, 16)),
        (["2026年6月隐患台账"], "台账", "a.xlsx", Title(2026, 6)),
        (["二〇二六年隐患台账"], "台账", "2026年.xlsx", Title(2026)),
        (["隐患台账"], "Sheet1", "2026-06-15.xlsx", Title(2026, 6, 15)),
        (["隐患台账"], "Sheet1", "a.xlsx", Title()),
        (["2025年12月至2026年1月隐患台账"], "Sheet1", "a.xlsx", Title()),
        (["2026年6月1日至6月30日隐患台账"], "Sheet1", "a.xlsx", Title(2026, 6)),
        (["电话 20261234"], "Sheet1", "a.xlsx", Title()),
    ],
)
def test_what_a_title_says(above: list[Any], sheet: str, file: str, title: Title) -> None:
    assert title_of(above, sheet, file) == title


@pytest.mark.parametrize(
    ("title", "day", "holds"),
    [
        (Title(2026, 6), dt.date(2026, 6, 30), True),
        (Title(2026, 6), dt.date(2026, 7, 1), False),
        (Title(2026, 6), dt.date(2026, 1, 5), True),  # carried over
        (Title(2026, 6), dt.date(2025, 6, 3), False),
        (Title(2026), dt.date(2026, 12, 31), True),
        (Title(2026), dt.date(2025, 12, 31), True),
        (Title(2026), dt.date(2027, 1, 1), False),
        (Title(), dt.date(1999, 1, 1), True),
    ],
)
def test_a_ledger_holds_its_own_time_and_what_was_carried_over(title: Title, day: dt.date, holds: bool) -> None:
    assert title.holds(day) is holds

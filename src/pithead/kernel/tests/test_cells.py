"""One cell: what people type, and what is refused in words."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel import workbooks
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import Flaw

MIDNIGHT = dt.datetime(2021, 3, 5)  # noqa: DTZ001  spreadsheets know no time zones


def refusal(work: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        work(*arguments, **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("张 三", "张三"),
        ("　张　三　", "张三"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("Ａ１２", "A12"),
        ("Smith  John", "Smith John"),
        ("采煤 2 队", "采煤 2 队"),
        ("有\n换行", "有换行"),
        ("\ufeff隐\u200b形\x00", "隐形"),
        (10231.0, "10231"),
        (0.1 + 0.2, "0.3"),
        (7, "7"),
        (True, "是"),
        (dt.date(2021, 3, 5), "2021-03-05"),
        (MIDNIGHT, "2021-03-05"),
        (dt.time(8, 0), "08:00:00"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_would_copy(cell: Any, expected: str) -> None:
    assert workbooks.text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (1.5, "1.5"),
        (2, "2"),
        (0.1 + 0.2, "0.3"),
        ("１．５分", "1.5"),
        (" 2 分 ", "2"),
        ("-0.25", "-0.25"),
        ("−3", "-3"),
        ("1,200", "1200"),
        ("12,345.5", "12345.5"),
        ("+1", "1"),
    ],
)
def test_numbers_are_exact(cell: Any, expected: str) -> None:
    assert workbooks.number(cell) == Decimal(expected)


@pytest.mark.parametrize(
    "cell", ["一分", "1.5.2", "NaN", "inf", "1e5", "", "1,2", "1%", True, dt.date(2021, 3, 5), dt.time(1)]
)
def test_what_is_no_number_is_refused(cell: Any) -> None:
    assert "数字" in refusal(workbooks.number, cell)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_not_a_number_is_neither_number_nor_text_nor_date(value: float) -> None:
    for clean in (workbooks.number, workbooks.text, workbooks.date, workbooks.code):
        assert refusal(clean, value)


@given(st.decimals(min_value=-1000, max_value=1000, places=2))
def test_points_survive_the_float_a_spreadsheet_keeps_them_in(points: Decimal) -> None:
    assert workbooks.number(float(points)) == points


MARCH = dt.date(2021, 3, 1)
FIFTH = dt.date(2021, 3, 5)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2021.3", MARCH),
        ("2021．３", MARCH),
        ("2021年3月", MARCH),
        ("2021-03", MARCH),
        ("202103", MARCH),
        (2021.3, MARCH),
        (202103.0, MARCH),
        ("2021年3月5日", FIFTH),
        ("2021 年 3 月 5 日", FIFTH),
        ("2021-3-5", FIFTH),
        ("2021/03/05", FIFTH),
        ("2021.03.05", FIFTH),
        ("2021-03-05 00:00:00", FIFTH),
        ("20210305", FIFTH),
        (20210305.0, FIFTH),
        (44260.0, FIFTH),
        (44260.75, FIFTH),
        ("44260", FIFTH),
        (FIFTH, FIFTH),
        (MIDNIGHT + dt.timedelta(hours=8), FIFTH),
        (2021.12, dt.date(2021, 12, 1)),
        ("2021.10", dt.date(2021, 10, 1)),
    ],
)
def test_dates_as_people_write_them(cell: Any, expected: dt.date) -> None:
    assert workbooks.date(cell) == expected


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("2021-02-30", "不是真实存在的日期"),
        ("2021.13", "不是真实存在的日期"),
        (20210230.0, "不是真实存在的日期"),
        (2021.1, "可能是 1 月，也可能是 10 月"),
        (2021.0, "看不出是哪一天"),
        ("去年", "看不出是哪一天"),
        ("21.3", "看不出是哪一天"),
        ("", "看不出是哪一天"),
        (5.0, "看不出是哪一天"),
        (-1.0, "看不出是哪一天"),
        (True, "看不出是哪一天"),
        ("1021-03-05", "年份不对"),
        (dt.date(1800, 1, 1), "年份不对"),
        (Flaw("这一格是错误值 #N/A"), "#N/A"),
    ],
)
def test_what_is_no_date_is_refused_in_words(cell: Any, word: str) -> None:
    assert word in refusal(workbooks.date, cell)


def test_codes_keep_what_was_meant() -> None:
    assert workbooks.code(10231.0) == "10231"
    assert workbooks.code(" ０1 02 ") == "0102"
    assert "文本" in refusal(workbooks.code, 10231.5)
    assert "变形" in refusal(workbooks.code, 1e20)
    assert "科学计数法" in refusal(workbooks.code, "1.02E+15")


NUMBER = "00000019900515001"


def test_identity_numbers_are_checked_and_never_repeated() -> None:
    good = next(NUMBER + check for check in "0123456789X" if _accepts(NUMBER + check))
    assert workbooks.id_number(f" {good[:6]} {good[6:].lower()} ") == good
    assert workbooks.id_birth_date(good) == dt.date(1990, 5, 15)
    assert workbooks.id_is_male(good)
    wrong = [NUMBER + check for check in "0123456789X" if NUMBER + check != good]
    for number in wrong:
        said = refusal(workbooks.id_number, number)
        assert "校验码" in said
        assert NUMBER not in said
    for cell in (6.20102199001011e17, "6.20102E+17"):
        assert "后几位已经丢失" in refusal(workbooks.id_number, cell)
    assert "这里是 15 位" in refusal(workbooks.id_number, "620102900515001")
    assert "不该有的字" in refusal(workbooks.id_number, "00000019900515O01X")


def _accepts(number: str) -> bool:
    try:
        return workbooks.id_number(number) == number
    except Refused:
        return False

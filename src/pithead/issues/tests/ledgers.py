"""Ledgers as mines keep them, built here: both layouts, and ninety rows by the figures of a real month."""

import datetime as dt
import io
import random
from typing import Any

import xlsxwriter

from pithead.org.testing import Cast

MONTH = [
    *("序号", "检查日期", "检查单位", "地点", "类别", "级别", "状态", "隐患内容", "责任单位", "整改措施"),
    *("五定时间", "责任单位负责人", "复查时间", "复查人", "复查结果(合格/不合格)"),
]
DAY = [
    *("序号", "责任单位", "存在的隐患问题", "隐患类型", "级别", "隐患发现人", "解决时间", "负责人", "督办人"),
    *("复查时间", "复查人", "是否销号"),
]
MONTH_TITLE = "青石峪煤矿2026年6月份隐患排查治理台账"
DAY_TITLE = "青石峪煤矿隐患排查日报表（2026年6月15日）"


def book(*sheets: tuple[str, list[list[Any]]], merged: tuple[tuple[int, int, int, int], ...] = ()) -> bytes:
    """Sheets by name; `merged` in the first one."""
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target)
    day, hour = (made.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    for name, rows in sheets:
        sheet = made.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(number, column, value, hour)
                elif isinstance(value, dt.date):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
        for top, left, bottom, right in merged if sheet is made.worksheets()[0] else ():
            sheet.merge_range(top, left, bottom, right, rows[top][left])
    made.close()
    return target.getvalue()


def month_row(**cells: Any) -> list[Any]:
    """A row of the month report, found on 3 June and given to 综采一队; cells by the names of their headings."""
    usual = {
        "检查日期": "2026-06-03",
        "检查单位": "安全科",
        "地点": "1312工作面",
        "类别": "采煤",
        "级别": "C",
        "状态": "已五定",
        "隐患内容": "3号架漏液，初撑力不足",
        "责任单位": "综采一队",
        "整改措施": "更换密封件",
        "五定时间": "2026-06-05",
        "责任单位负责人": "高山",
    }
    given = usual | {heading.partition("(")[0]: "" for heading in MONTH if heading.partition("(")[0] not in usual}
    assert set(cells) <= set(given)
    return [(given | cells)[heading.partition("(")[0]] for heading in MONTH]


def month(*rows: list[Any], title: str = MONTH_TITLE) -> bytes:
    """The title merged over all columns, as it always is."""
    above = [title, *[""] * (len(MONTH) - 1)]
    numbered = [[number, *row[1:]] for number, row in enumerate(rows, 1)]
    return book(("隐患台账", [above, MONTH, *numbered]), merged=((0, 0, 0, len(MONTH) - 1),))


def day_row(**cells: Any) -> list[Any]:
    usual = {
        "责任单位": "综采一队",
        "存在的隐患问题": "1312工作面机头处浮煤多",
        "隐患类型": "采煤",
        "级别": "C",
        "隐患发现人": "安平",
        "解决时间": "2026-06-16",
        "负责人": "高山",
        "督办人": "生产副矿长",
    }
    given = usual | {heading: "" for heading in DAY if heading not in usual}
    assert set(cells) <= set(given)
    return [(given | cells)[heading] for heading in DAY]


def day(*rows: list[Any], title: str = DAY_TITLE) -> bytes:
    return book(("日报", [[title], DAY, *([number, *row[1:]] for number, row in enumerate(rows, 1))]))


# ── ninety rows by the figures of a real month (domain 11.9) ──
BODIES = ("矿领导", "安全科", "县局", "乡镇安监站")
SPECIALTIES = ["采煤"] * 42 + ["其他"] * 28 + ["机电"] * 7 + ["运输"] * 6 + ["通风"] * 5 + ["开掘"] * 2
STATES = ["已五定"] * 52 + ["已现场处理"] * 34 + ["未五定", "已整改", "已复查", "已复查"]
FIRST = dt.datetime(2026, 6, 1, 7)  # noqa: DTZ001  a workbook knows no zones
THINGS = ("漏液", "浮煤多", "托辊损坏", "电缆落地", "护帮板未打开", "信号不清", "测风牌板未填", "支护不牢")


def ninety(cast: Cast, seed: int = 1) -> list[list[Any]]:
    """89 of 90 are C; two have dates that cannot be: re-checked 146 hours before, due 366 days after."""
    chance, rows = random.Random(seed), []
    chance.shuffle(states := list(STATES))
    chance.shuffle(kinds := list(SPECIALTIES))
    for number in range(90):
        found = FIRST + dt.timedelta(hours=chance.randrange(29 * 24))
        row = month_row(
            检查日期=found,
            检查单位=chance.choice(BODIES),
            地点=f"{1310 + number % 9}工作面",
            类别=kinds[number],
            级别="B" if number == 17 else "C",
            状态=states[number],
            隐患内容=f"{number + 1}号{chance.choice(THINGS)}，{chance.choice(THINGS)}",
            责任单位=chance.choice(("综采一队", "煤一队", "通风队", "ZC1")),
            五定时间=""
            if states[number] in ("未五定", "已现场处理")
            else found + dt.timedelta(hours=chance.choice((9, 24, 120))),
        )
        if states[number] == "已复查":
            row[12:15] = [found + dt.timedelta(hours=30), "安平", "合格"]
        rows.append(row)
    return rows


def with_impossible_dates(rows: list[list[Any]]) -> tuple[list[list[Any]], tuple[int, int]]:
    """The two that stand in the real ledger, and the lines they are on."""
    checked = next(n for n, row in enumerate(rows) if row[6] == "已复查")
    due = next(n for n, row in enumerate(rows) if row[6] == "已五定")
    rows = [list(row) for row in rows]
    rows[checked][12] = rows[checked][1] - dt.timedelta(hours=146)
    rows[due][10] = rows[due][1] + dt.timedelta(days=366)
    return rows, (checked + 3, due + 3)

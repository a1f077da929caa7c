"""Broken ledgers, each built here: a sentence that says what, where and what to do; and every table as it was."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from pithead.issues.actions.importing import import_hazards
from pithead.issues.tests.ledgers import DAY, MONTH, book, day, day_row, month, month_row, ninety, with_impossible_dates
from pithead.kernel.workbooks.testing import sentences_of
from pithead.org.models import Person
from pithead.org.testing import Cast

pytestmark = pytest.mark.django_db
CHECKED = {"状态": "已复查", "复查时间": "2026-06-06", "复查人": "安平", "复查结果": "合格"}
LINE = "“隐患台账”第 3 行"


@pytest.fixture
def sentences(cast: Cast, at: dt.datetime) -> Callable[..., list[str]]:
    def run(file: bytes, name: str = "台账.xlsx") -> list[str]:
        by = cast.actor("assessor")
        return sentences_of(lambda: import_hazards(by=by, at=at, mine=cast.mine, file=file, name=name))

    return run


FILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "文件是空的"),
    "a text": ("检查日期,责任单位\n".encode("gb18030"), "文本（CSV）"),
    "half a file": (month(month_row())[:3000], "文件损坏"),
    "another table": (
        book(("花名册", [["工号", "姓名"], ["1", "甲"]])),
        "没有找到表头，要有这几列：“隐患内容”、“责任单位”",
    ),
    "one column short": (
        book(("台账", [["检查日期", "隐患内容"], ["2026-06-03", "漏液"]])),
        "表头缺少这几列：“责任单位”",
    ),
    "only headings": (book(("台账", [MONTH])), "表头下面没有隐患"),
    "only totals": (book(("台账", [MONTH, ["合计", *[""] * 13, "3"]])), "表头下面没有隐患"),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_ledger_is_refused_as_a_whole(sentences: Callable[..., list[str]], case: str) -> None:
    file, sentence = FILES[case]
    assert sentence in sentences(file)[0]


ROWS: dict[str, tuple[dict[str, Any], str, str]] = {
    "no text": ({"隐患内容": ""}, "H", "隐患内容：是空的，请填写"),
    "no unit": ({"责任单位": "/"}, "I", "责任单位：是空的，请填写"),
    "no day": ({"检查日期": ""}, "B", "检查日期：是空的，请填写"),
    "an unknown unit": ({"责任单位": "综采九队"}, "I", "本矿没有单位“综采九队”，是不是“综采一队”？"),
    "a unit of several": ({"责任单位": "一班"}, "I", "“一班”有 2 个：综采一队/一班、煤一队/一班"),
    "a branch": ({"责任单位": "综采一队党支部"}, "I", "这里要写矿或科室或区队或班组"),
    "an unknown state": ({"状态": "处理着"}, "G", "“处理着”不认识，请写未五定、已五定、已整改、已复查、已现场处理之一"),
    "an unknown grade": ({"级别": "E"}, "F", "“E”不认识，请写 A、B、C、D 或重大"),
    "an unknown result": (
        {"状态": "已复查", "复查时间": "2026-06-06", "复查结果": "还行"},
        "O",
        "请写合格、不合格之一",
    ),
    "re-checked without a result": ({**CHECKED, "复查结果": ""}, "O", "状态是已复查，要写合格或不合格"),
    "re-checked without a day": ({**CHECKED, "复查时间": ""}, "M", "要写是哪一天"),
    "found tomorrow": ({"检查日期": "2026-07-07", "五定时间": ""}, "B", "2026-07-07 不在 2026 年 6 月，像是写错了"),
    "found in the year before": ({"检查日期": "2025-06-03"}, "B", "不在 2026 年 6 月，像是写错了"),
    "found in the year after": ({"检查日期": "2027-06-03"}, "B", "不在 2026 年 6 月，像是写错了"),
    "found in 1026": ({"检查日期": "1926-06-03"}, "B", "的年份不对"),
    "re-checked before found": (
        {**CHECKED, "复查时间": "2026-05-28"},
        "M",
        "2026-05-28 复查，早于检查日期（2026-06-03）",
    ),
    "re-checked before found, within a day": (
        {**CHECKED, "检查日期": "2026-06-03 14:00", "复查时间": "2026-06-03 9:00"},
        "M",
        "2026-06-03 09:00 复查，早于检查日期（2026-06-03 14:00）",
    ),
    "re-checked in the future": ({**CHECKED, "复查时间": "2026-07-08"}, "M", "2026-07-08 还没有到"),
    "re-checked a year on": ({**CHECKED, "复查时间": "2027-06-04"}, "M", "有 366 天，年份像是写错了"),
    "due before found": ({"五定时间": "2026-06-01"}, "K", "要求 2026-06-01 完成，早于发现"),
    "due a year on": ({"五定时间": "2027-06-04"}, "K", "有 366 天，年份像是写错了"),
    "no such day": ({"检查日期": "2026-06-31"}, "B", "“2026-06-31”不是真实存在的日期"),
    "no such hour": ({"检查日期": "2026-06-03 25:10"}, "B", "不是真实存在的时间"),
    "only a month": ({"检查日期": "2026年6月"}, "B", "只写到月，请写到日"),
    "no day at all": ({"检查日期": "上周三"}, "B", "“上周三”看不出是哪一天"),
    "a number that is no day": ({"检查日期": 12.5}, "B", "“12.5”"),
    "a sentence for a place": ({"地点": "很长的地点" * 13}, "D", "写了 65 字，最多 64 字"),
    "a novel": ({"隐患内容": "漏液" * 251}, "H", "写了 502 字，最多 500 字"),
    "a telephone number": ({"隐患内容": "找 13900001234 问"}, "H", "不要写身份证号或手机号"),
    "a telephone number beside a name": ({"责任单位负责人": "王五13900001234"}, "L", "不要写身份证号或手机号"),
    "an identity number of a checker": (CHECKED | {"复查人": "安平640121198801010017"}, "N", "不要写身份证号或手机号"),
    "too many people": ({"复查人": "、".join(f"某某{n}" for n in range(30))}, "N", "写了 30 个人"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_row_that_cannot_be_says_what_and_where_and_stops_the_import(
    sentences: Callable[..., list[str]], case: str
) -> None:
    cells, column, sentence = ROWS[case]
    said = sentences(month(month_row(**cells), month_row(地点="机头")))
    assert len(said) == 1
    assert said[0].startswith(f"{LINE} {column} 列：")
    assert sentence in said[0]


DAYS: dict[str, tuple[dict[str, Any], str]] = {
    "struck without a day": (
        {"是否销号": "是", "解决时间": "", "复查人": "石领"},
        "J 列：复查时间：已经复查或销号，要写是哪一天",
    ),
    "solved before it was found": (
        {"解决时间": "2026-06-14"},
        "G 列：解决时间：2026-06-14 解决，早于标题上的日期（2026-06-15）",
    ),
    "struck before it was solved": (
        {"是否销号": "是", "复查时间": "2026-06-15", "解决时间": "2026-06-16"},
        "J 列：复查时间：2026-06-15 复查，早于整改（2026-06-16）",
    ),
    "solved in the future, they say": (
        {"是否销号": "是", "解决时间": "2026-08-01"},
        "G 列：解决时间：2026-08-01 还没有到",
    ),
    "struck or not": ({"是否销号": "大概"}, "L 列：是否销号：“大概”不认识，请写是、否之一"),
}


@pytest.mark.parametrize("case", DAYS)
def test_the_same_of_a_day_report(sentences: Callable[..., list[str]], case: str) -> None:
    cells, sentence = DAYS[case]
    said = sentences(day(day_row(**cells)))
    assert len(said) == 1
    assert f"“日报”第 3 行 {sentence}" in said[0]


def test_what_stands_above_the_first_row_is_not_meant_by_ditto(sentences: Callable[..., list[str]]) -> None:
    assert "责任单位：是空的" in sentences(month(month_row(责任单位="同上")))[0]


def test_a_year_that_is_nowhere_is_asked_for(sentences: Callable[..., list[str]]) -> None:
    assert "“6月3日”没有写年份" in sentences(month(month_row(检查日期="6月3日"), title="隐患台账"))[0]


def test_a_day_that_is_still_to_come_is_found_by_nobody(sentences: Callable[..., list[str]]) -> None:
    said = sentences(month(month_row(检查日期="2026-07-07", 五定时间=""), title="隐患台账"))
    assert said == [f"{LINE} B 列：检查日期：2026-07-07 还没有到，请核对"]


def test_errors_of_formulas_are_named(sentences: Callable[..., list[str]]) -> None:
    rows = [[*DAY[:1], "检查日期", *DAY[1:]], [1, "=1/0", *day_row()[1:]]]
    assert sentences(book(("台账", rows)))[0].startswith("“台账”第 2 行 B 列：检查日期：")


def test_all_mistakes_of_a_ledger_are_told_at_once(sentences: Callable[..., list[str]], cast: Cast) -> None:
    """The two impossible dates of the real month, and nothing else."""
    rows, lines = with_impossible_dates(ninety(cast))
    said = sentences(month(*rows))
    assert sorted(said) == sorted(
        [one for one in said if f"第 {lines[0]} 行 M 列" in one or f"第 {lines[1]} 行 K 列" in one]
    )
    assert len(said) == 2


def test_the_good_rows_alone_go_in_if_asked_for(cast: Cast, at: dt.datetime) -> None:
    rows, _ = with_impossible_dates(ninety(cast))
    asked = {"by": cast.actor("assessor"), "at": at, "mine": cast.mine, "name": "台账.xlsx"}
    report = import_hazards(file=month(*rows), keep_good=True, **asked)
    assert (report.added, report.failed_rows, report.good_rows) == (88, 2, 88)
    mended = import_hazards(file=month(*ninety(cast)), **asked)
    assert (mended.added, mended.unchanged) == (2, 88)


def test_nobody_is_made_up(cast: Cast, at: dt.datetime) -> None:
    people = Person.objects.count()
    import_hazards(
        by=cast.actor("assessor"), at=at, mine=cast.mine, file=month(month_row(责任单位负责人="路人")), name="台账.xlsx"
    )
    assert Person.objects.count() == people

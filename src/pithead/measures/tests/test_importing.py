"""Tables of figures as mines have them: dispatch day sheets, heading and face sheets, monthly tables, and the dirt in them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from pithead.kernel import workbooks
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.measures.actions import failed_figures, import_figures
from pithead.measures.models import Given
from pithead.measures.sheets.report import FiguresReport
from pithead.measures.tests.tables import table
from pithead.org.actions import set_shift_system
from pithead.org.testing import Cast

MONTHLY = ("月份", "单位", "验收工程", "合格工程", "优良工程")


def take(cast: Cast, at: dt.datetime, file: bytes, *, by: str = "party_officer", **more: Any) -> FiguresReport:
    name = more.pop("name", "表.xlsx")
    return import_figures(by=cast.actor(by), at=at, mine=cast.mine, file=file, name=name, **more)


def standing() -> dict[tuple[str, str, str, str], Decimal]:
    rows = Given.objects.current().select_related("unit")
    return {(row.quantity, row.unit.code, str(row.day), row.shift): row.value for row in rows}


def reasons(report: FiguresReport) -> str:
    return "\n".join(map(str, report.reasons))


def test_a_heading_and_face_sheet_comes_in_by_shift_and_places_are_added(cast: Cast, at: dt.datetime) -> None:
    """Tonnes of those who mine, metres of those who drive; two headings of one section are one figure."""
    set_shift_system(by=cast.system(), at=at, mine=cast.mine, code="three_eight")
    headings = ("日期", "班次", "队组", "工作地点", "跟班队干", "计划出勤", "实际出勤", "计划吨（米）", "实际吨（米）")
    file = table(
        headings,
        (dt.date(2026, 6, 3), "零点班", "综采一队", "8201", "高山", 30, 28, 900, 1000),
        (dt.date(2026, 6, 3), "捌点班", "煤一队", "南翼", "赵", 12, 12, 5, 4.2),
        (dt.date(2026, 6, 3), "八点班", "煤1队", "北翼", "赵", 11, "１０", 5, "3.6米"),
        ("合计", "", "", "", "", 53, 50, "", 1007.8),
        title="青石峪煤矿采掘日报表",
    )
    report = take(cast, at, file)
    assert not reasons(report)
    assert standing() == {
        ("attendance", "M1", "2026-06-03", "2"): 22,
        ("attendance", "ZC1", "2026-06-03", "1"): 28,
        ("attendance_planned", "M1", "2026-06-03", "2"): 23,
        ("attendance_planned", "ZC1", "2026-06-03", "1"): 30,
        ("metres", "M1", "2026-06-03", "2"): Decimal("7.8"),
        ("tonnes", "ZC1", "2026-06-03", "1"): 1000,
    }
    assert "合计行" in report.ignored[0]
    assert any("“计划产量”" in note and "按月录" in note for note in report.notes)
    assert report.unknown_columns == ("跟班队干",)
    assert take(cast, at, file).unchanged == 6, "the same table again adds nothing"


def test_a_dispatch_day_sheet_without_units_is_the_mines_and_takes_its_date_from_the_title(
    cast: Cast, at: dt.datetime
) -> None:
    headings = ("班次", "值班矿长", "产量", "入井人数", "掘进进尺", "日累计")
    rows = (("1班", "甲", "1,200吨", 300, 12.5, ""), ("2班", "乙", 1300, 310, "—", 2500))
    take(cast, at, table(headings, *rows, title="生产调度日报 2026年6月3日"))
    assert standing() == {
        ("metres", "QSY", "2026-06-03", "1"): Decimal("12.5"),
        ("tonnes", "QSY", "2026-06-03", "1"): 1200,
        ("tonnes", "QSY", "2026-06-03", "2"): 1300,
    }


def test_a_workbook_with_a_sheet_for_each_day(cast: Cast, at: dt.datetime) -> None:
    columns = [workbooks.Column(one) for one in ("单位", "实际产量")]
    sheets = [
        workbooks.Table(f"{day}日", columns, [("综采一队", day * 10)], title="2026年6月产量") for day in (1, 2, 30)
    ]
    take(cast, at, workbooks.write(sheets))
    assert {key[2]: value for key, value in standing().items()} == {
        "2026-06-01": 10,
        "2026-06-02": 20,
        "2026-06-30": 300,
    }


@pytest.mark.parametrize("month", ["2026-06", "2026.6", 2026.6, "2026年6月", dt.date(2026, 6, 1), 46174, "202606"])
def test_months_are_written_in_many_ways(cast: Cast, at: dt.datetime, month: object) -> None:
    take(cast, at, table(MONTHLY, (month, "综采一队", 10, 10, 9)))
    assert {key[2] for key in standing()} == {"2026-06-30"}


@pytest.mark.parametrize(
    "row, where, words",
    [
        (("2026-06", "综采九队", 10, 9, 8), "第 2 行 B 列", "没有单位“综采九队”"),
        (("2026-06", "", 10, 9, 8), "第 2 行 B 列", "是空的"),
        (("", "综采一队", 10, 9, 8), "第 2 行 A 列", "是空的"),
        (("六月", "综采一队", 10, 9, 8), "第 2 行 A 列", "看不出是哪一天"),
        (("2026-06", "综采一队", "十个", 9, 8), "第 2 行 C 列", "验收工程：“十个”不是数字"),
        (("2026-06", "综采一队", 10, 12, 8), "第 2 行 D 列", "比“验收工程”10 还多"),
        (("2026-06", "安全科", 10, 9, 8), "第 2 行 B 列", "是科室"),
    ],
)
def test_a_cell_that_cannot_be_taken_says_where_and_why(
    cast: Cast, at: dt.datetime, row: Any, where: str, words: str
) -> None:
    report = take(cast, at, table(MONTHLY, row, ("2026-06", "煤一队", 5, 5, 5)))
    assert (where in reasons(report), words in reasons(report)) == (True, True), reasons(report)
    assert report.refused
    assert not standing(), "nothing half written"
    assert take(cast, at, table(MONTHLY, row, ("2026-06", "煤一队", 5, 5, 5)), keep_good=True).added == 3


def test_rows_that_failed_go_back_and_come_in_once_mended(cast: Cast, at: dt.datetime) -> None:
    file = table(MONTHLY, ("2026-06", "综采九队", 10, 9, 8), ("2026-06", "煤一队", 5, 5, 5), title="六月质量")
    report = take(cast, at, file, keep_good=True)
    back = workbooks.read(failed_figures(report), name="x.xlsx").sheets[0]
    assert [row[1] for row in back.rows[1:]] == ["单位", "综采九队"]
    assert "没有单位" in str(back.rows[-1][-1])
    mended = table([str(one) for one in back.rows[1]], ["2026-06", "综采一队", *back.rows[2][2:]])
    assert take(cast, at, mended).added == 3


def test_other_values_are_shown_first_and_corrected_only_when_asked(cast: Cast, at: dt.datetime) -> None:
    take(cast, at, table(MONTHLY, ("2026-06", "综采一队", 10, 9, 8)))
    changed = table(MONTHLY, ("2026-06", "综采一队", 12, 9, 8), ("2026-06", "煤一队", 1, 1, 1))
    looked = take(cast, at, changed, dry_run=True)
    (one,) = looked.differences
    assert (one.unit, one.label, one.before, one.after) == ("综采一队", "验收工程", "10", "12")
    assert "覆盖已录的数" in reasons(looked)
    assert take(cast, at, changed).refused
    report = take(cast, at, changed, overwrite=True, name="六月改.xlsx")
    assert (report.added, report.corrected, report.unchanged) == (3, 1, 2)
    assert [row.value for row in Given.objects.filter(quantity="works_inspected", unit__code="ZC1")] == [10, 12]
    assert Given.objects.get(turn=2).reason == "按“六月改.xlsx”覆盖"
    assert AuditEvent.objects.filter(action="measures.figures.imported").count() == 2


def test_an_office_imports_its_own_columns_and_is_told_of_the_others(cast: Cast, at: dt.datetime) -> None:
    file = table(("月份", "单位", "标准化得分", "失爆"), ("2026-06", "综采一队", 91, 1))
    assert "“失爆”归党委工作部录" in reasons(take(cast, at, file, by="assessor", dry_run=True))


def test_ten_thousands_are_what_they_say(cast: Cast, at: dt.datetime) -> None:
    take(cast, at, table(("月份", "单位", "材料费（万元）", "计划产量（万吨）"), ("2026-06", "综采一队", 1.25, 3)))
    assert sorted(standing().values()) == [12500, 30000]


def test_what_cannot_be_read_as_a_whole_is_refused_in_words(cast: Cast, at: dt.datetime) -> None:
    for file, words in (
        (table(("姓名", "工号"), ("甲", 1)), "没有找到表头"),
        (table(MONTHLY, ("2026-06", "综采一队", "", "", "")), "一个数也没有"),
    ):
        with pytest.raises(Refused, match=words):
            take(cast, at, file)


def test_a_figure_that_spreads_over_rows_cannot_be_told_apart(cast: Cast, at: dt.datetime) -> None:
    rows = [["2026-06-03", "1班", "综采一队", 900], ["2026-06-03", "2班", "综采一队", ""]]
    above = [["日期", "班次", "单位", "产量"], *rows]
    file = workbooks.write(
        [
            workbooks.Table(
                "日报", [workbooks.Column("")] * 4, [], above=above, merged=[((1, 3), (2, 3)), ((1, 2), (2, 2))]
            )
        ]
    )
    assert "请拆开再填" in reasons(take(cast, at, file, dry_run=True))


def test_rows_added_together_fail_together(cast: Cast, at: dt.datetime) -> None:
    headings = ("日期", "班次", "单位", "地点", "实际进尺", "实际出勤")
    same = ("2026-06-03", "1班", "煤一队")
    file = table(headings, (*same, "南翼", 4, 10), (*same, "北翼", 3, -1), ("2026-06-03", "1班", "综采一队", "", 1, 5))
    report = take(cast, at, file, keep_good=True)
    assert "请一起改好再导" in reasons(report)
    assert {key[1] for key in standing()} == {"ZC1"}


def test_what_is_added_to_a_figure_that_stands_otherwise_fails_with_it(cast: Cast, at: dt.datetime) -> None:
    headings = ("日期", "班次", "单位", "地点", "实际进尺", "实际出勤")
    same = ("2026-06-03", "1班", "煤一队")
    take(cast, at, table(headings, (*same, "南翼", 4, 10)))
    again = table(headings, (*same, "南翼", 4, 10), (*same, "北翼", 3, 9))
    report = take(cast, at, again, keep_good=True)
    assert (report.failed_rows, report.added) == (2, 0)
    assert take(cast, at, again, overwrite=True).corrected == 2
    assert sorted(standing().values()) == [7, 19]

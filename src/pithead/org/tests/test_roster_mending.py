"""A dry run, rows that fail and come in again when mended, and the empty roster to begin with."""

import pytest

from pithead.kernel import workbooks
from pithead.kernel.models import AuditEvent
from pithead.org.actions import failed_workbook, roster_template
from pithead.org.models import Person
from pithead.org.testing import Cast
from pithead.org.tests.test_roster import Import, book, load, person

pytestmark = pytest.mark.django_db
__all__ = ["load"]  # the fixture

MIXED = [
    ["花名册", "", "", "", "", ""],
    ["工号", "姓名", "区队", "班组", "入矿时间", "民族"],
    ["1", "甲", "综采一队", "一班", "2021-02-30", "汉"],
    ["2", "乙", "综采一队", "", "2021-02-28", "汉"],
    ["3", "丙", "没有队", "", "", "汉"],
]


def test_a_dry_run_says_everything_and_writes_nothing(load: Import) -> None:
    before = Person.objects.count(), AuditEvent.objects.count()
    report = load(book(MIXED, merged=((0, 0, 0, 5),)), dry_run=True)
    assert (report.added, report.failed_rows, report.written, report.refused) == (1, 2, False, False)
    assert before == (Person.objects.count(), AuditEvent.objects.count())


def test_one_bad_row_stops_everything_unless_the_good_ones_are_asked_for(load: Import) -> None:
    report = load(book(MIXED))
    assert report.refused
    assert not Person.objects.filter(staff_no="2").exists()
    report = load(book(MIXED), keep_good=True)
    assert (report.written, report.added) == (True, 1)
    assert Person.objects.filter(staff_no__in="123").count() == 1


def test_failed_rows_go_back_in_their_sheet_and_come_in_again_when_mended(cast: Cast, load: Import) -> None:
    returned = failed_workbook(load(book(MIXED, merged=((0, 0, 0, 5),)), keep_good=True))
    sheet = workbooks.read(returned, name="未导入.xlsx").sheets[0]
    assert sheet.name == "花名册"
    assert sheet.merged == (((0, 0), (0, 5)),)
    rows = [list(row) for row in sheet.rows]
    assert rows[1] == [*MIXED[1], "失败原因"]
    assert [row[:6] for row in rows[2:]] == [MIXED[2], MIXED[4]]
    assert "“花名册”第 3 行 E 列：入矿时间：“2021-02-30”不是真实存在的日期" in str(rows[2][6])
    assert "没有队" in str(rows[3][6])
    rows[2][4], rows[3][2] = "2021-02-28", "通风队"
    report = load(book(rows))
    assert (report.written, report.added, report.unknown_columns) == (True, 2, ("民族",))
    assert person("3").unit == cast.units["TF"]


def test_reasons_of_a_second_failure_replace_those_of_the_first(load: Import) -> None:
    first = failed_workbook(load(book(MIXED), keep_good=True))
    sheet = workbooks.read(failed_workbook(load(first)), name="").sheets[0]
    assert sheet.rows[1].count("失败原因") == 1
    assert len(sheet.rows[1]) == 7


def test_the_template_has_every_column_we_read_and_imports_nobody_as_it_is(load: Import) -> None:
    template = roster_template()
    assert template == roster_template()
    report = load(template, dry_run=True)
    assert report.unknown_columns == ()
    assert report.failed_rows == report.rows == 1
    assert [sheet.name for sheet in workbooks.read(template, name="").sheets] == ["花名册", "说明"]

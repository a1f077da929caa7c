"""What a superior's system holds already comes in once, counted for the branch's chair, and never twice."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from pithead.kernel import workbooks
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.kernel.refusal import Refused
from pithead.org.access import RoleCode
from pithead.org.models import Post
from pithead.org.testing import Cast, add_unit
from pithead.practices.actions import RecordDraft, record
from pithead.practices.actions.importing import RecordsReport, failed_records, import_records, records_template
from pithead.practices.models import Practice, Record
from pithead.practices.queries.duties import Question, duty_rows
from pithead.practices.tests.worlds import JANUARY, take_over

HEADINGS = ("日期", "项目", "支部", "应到", "实到", "编号", "备注")
ROW = ("2026-06-03", "主题党日", "综采一队党支部", 12, 11, "ZT-06", "在活动室")
LESSON = ("2026-05-20", "lesson", "ZB1", "", "", "DK-05", "")
PRESENT = {"key": "present", "label": "到会的人", "kind": "people", "required": True}
MEETING: dict[str, Any] = {"performers": ["branch_secretary"], "elsewhere": True, "form": [PRESENT]}
BRANCH = [{"every": "month", "per": "unit", "among": "branch"}]
PRACTICES = (
    {"code": "theme_day", "title": "主题党日", "quotas": BRANCH, "aliases": ["党日活动"], **MEETING},
    {"code": "lesson", "title": "党课", "quotas": [{"every": "quarter"}], **MEETING},
    {"code": "visit", "title": "走访", "quotas": BRANCH, "aliases": ["党课"], **MEETING, "elsewhere": False},
    {"code": "per_zone", "title": "责任区活动", "quotas": [{"every": "month", "per": "zone"}], **MEETING},
)

pytestmark = pytest.mark.django_db
Load = Callable[..., RecordsReport]


def book(*rows: Sequence[Any], headings: Sequence[str] = HEADINGS, above: Sequence[Any] = ()) -> bytes:
    columns = [workbooks.Column(one) for one in headings]
    return workbooks.write([workbooks.Table("登记表", columns, rows, above=above)])


@pytest.fixture
def load(cast: Cast, at: dt.datetime) -> Load:
    take_over(cast, *PRACTICES, since=dt.date(2025, 1, 1))

    def import_(*rows: Sequence[Any], who: str = "party_officer", file: bytes = b"", **more: Any) -> RecordsReport:
        by, content = cast.actor(who), file or book(*rows)
        return import_records(by=by, at=at, mine=cast.mine, file=content, name="六月.xlsx", **more)

    return import_


def test_a_row_is_a_record_of_the_branchs_chair_under_its_number_there(cast: Cast, at: dt.datetime, load: Load) -> None:
    report = load(ROW, LESSON)
    assert (report.rows, report.added, report.unchanged, report.written) == (2, 2, 0, True)
    made, secretary = Record.objects.get(practice__code="theme_day"), cast.people["branch_secretary"]
    assert (made.unit, made.happened_on, made.elsewhere) == (
        cast.units["ZB1"],
        dt.date(2026, 6, 3),
        "ZT-06（应到 12，实到 11）",
    )
    assert made.shift is None, "only the day is known"
    assert (made.seat, made.performer, made.performer_name) == (secretary.posts.get(), None, "周全")
    lines = duty_rows(Question(cast.mine, dt.date(2026, 6, 1), dt.date(2026, 6, 30), at.date()))
    assert [(line.done, line.late) for line in lines if line.practice_id == made.practice_id] == [(1, 0)]
    assert AuditEvent.objects.filter(action="practices.record.made").count() == 2
    assert AuditEvent.objects.get(action="practices.records.imported").after["added"] == 2
    assert report.unknown_columns == ("备注",)


def test_the_same_again_adds_none_whoever_brings_it(cast: Cast, load: Load) -> None:
    load(ROW)
    for who in ("party_officer", "branch_secretary"):
        report = load(ROW, ROW, who=who)
        assert (report.added, report.unchanged, report.written) == (0, 2, True)
    assert load(("2026-06-03", "主题党日", "ZB1", 12, 9, "ZT-06", "")).added == 0, "the same meeting, told otherwise"
    assert load((*ROW[:5], "ZT-06B", "")).added == 1
    assert Record.objects.count() == 2


def test_a_dry_run_says_the_same_and_writes_nothing(load: Load) -> None:
    report = load(ROW, LESSON, dry_run=True)
    assert (report.added, report.written, report.refused) == (2, False, False)
    assert not Record.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="practices.record").exists()


def test_what_was_written_down_here_that_day_is_not_added_again(cast: Cast, at: dt.datetime, load: Load) -> None:
    practice, people = Practice.objects.get(code="theme_day"), [cast.people["worker"]]
    day = dt.datetime(2026, 6, 3, 15, 0, tzinfo=timezone.get_current_timezone())
    draft = RecordDraft(practice, {"present": people}, happened_at=day)
    record(by=cast.actor("branch_secretary"), at=at, mine=cast.mine, draft=draft)
    report = load(ROW)
    assert (report.added, report.unchanged) == (0, 1)
    assert [str(one) for one in report.remarks] == ["六月.xlsx“登记表”第 2 行：这一天已经在这里填过这一项，不再加一次"]


@pytest.mark.parametrize(
    ("column", "value", "where", "why"),
    [
        (0, "", "A 列", "日期：是空的，请填写"),
        (0, "2026-06", "A 列", "只写到月，请写到日"),
        (0, 2026.06, "A 列", "只写到月"),
        (0, "2026-06-31", "A 列", "不是真实存在的日期"),
        (0, "2026-07-07", "A 列", "2026-07-07 还没有到"),
        (0, "2025-06-03", "第 2 行：", "366 天以前的事"),
        (1, "茶话会", "B 列", "项目：没有“茶话会”这一项，可以导入的有：主题党日、党课、责任区活动"),
        (1, "走访", "B 列", "不是上级系统里登记的"),
        (1, "责任区活动", "B 列", "按人或按地点算"),
        (2, "综采九队党支部", "C 列", "本矿没有单位“综采九队党支部”，是不是“综采一队党支部”"),
        (2, "综采一队", "C 列", "支部：“综采一队”是区队，这里要写党支部"),
        (3, "十二", "D 列", "应到：“十二”不是数字"),
        (4, 13, "E 列", "实到 13 人，比应到的 12 人还多"),
        (4, "11.5", "E 列", "不是人数"),
        (5, "", "F 列", "编号：是空的，请填写"),
        (5, "长" * 60, "F 列", "编号：太长"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_why(
    load: Load, column: int, value: Any, where: str, why: str
) -> None:
    wrong = [value if at == column else cell for at, cell in enumerate(ROW)]
    report = load(wrong)
    assert report.refused
    assert not Record.objects.exists()
    (reason,) = (str(one.reason) for one in report.failures)
    assert reason.startswith("六月.xlsx“登记表”第 2 行")
    assert where in reason
    assert why in reason


def test_a_short_name_does_as_well_and_a_full_one_goes_before_it(load: Load) -> None:
    full = (LESSON[0], "党课", *LESSON[2:])  # which is what another practice is called for short
    report = load((ROW[0], " 党日 活动", *ROW[2:]), full)
    assert (report.added, report.failures) == (2, ())
    assert set(Record.objects.values_list("practice__code", flat=True)) == {"theme_day", "lesson"}


def test_what_is_off_or_not_taken_over_is_refused(cast: Cast, at: dt.datetime, load: Load) -> None:
    take_over(cast, {**PRACTICES[0], "code": "new", "title": "新规定"}, code="later", since=dt.date(2026, 6, 10))
    assert "在 2026-06-03 没有实行" in str(load(("2026-06-03", "新规定", *ROW[2:])).failures[0].reason)
    assert load(("2026-06-11", "新规定", *ROW[2:])).added == 1


def test_all_or_nothing_unless_the_good_rows_are_asked_for_and_the_others_come_back(load: Load) -> None:
    file = book(ROW, ("2026-06-31", *LESSON[1:]), LESSON, ("合计", "", "", 12, 11, "", ""), ("制表：甲", *[""] * 6))
    report = load(file=file)
    assert (report.refused, report.failed_rows, report.good_rows) == (True, 1, 2)
    assert not Record.objects.exists()
    report = load(file=file, keep_good=True)
    assert (report.written, report.added) == (True, 2)
    assert report.ignored == ("“登记表”第 5 行（合计行）", "“登记表”第 6 行（落款）")
    sheet = workbooks.read(failed_records(report), name="").sheets[0]
    assert list(sheet.rows[0]) == [*HEADINGS, "失败原因"]
    assert "不是真实存在的日期" in str(sheet.rows[1][7])
    mended = ("2026-06-30", *sheet.rows[1][1:])
    assert load(file=book(mended, headings=[*HEADINGS, "失败原因"])).added == 1


def test_a_sheet_may_be_dirty(load: Load) -> None:
    headings = ("序号", "召 开 时 间", "会议类型*", "支部名称", "应到人数", "实到人数（人）", "系统编号", "主持人")
    rows = [
        ("", "", "", "", "", "", "", ""),
        (1, "2026年6月3日", " 主题 党日", "综采1队党支部", "12人", " 11", "ＺＴ-06", "甲"),
        (2, 46176, "党课", "zb1", "", "", 20260603.0, "乙"),
    ]
    above = [("党组织生活登记", *[""] * 7)]
    report = load(file=book(*rows, headings=headings, above=above))
    assert [str(one.reason) for one in report.failures] == []
    assert report.added == 2
    assert report.unknown_columns == ("主持人",)
    assert set(Record.objects.values_list("elsewhere", "happened_on")) == {
        ("ZT-06（应到 12，实到 11）", dt.date(2026, 6, 3)),
        ("20260603", dt.date(2026, 6, 3)),
    }


def test_a_file_that_is_none_is_refused_as_a_whole(load: Load) -> None:
    for content, why in (
        (b"nothing", "Excel"),
        (book(("1", "2"), headings=("甲", "乙")), "没有找到表头"),
        (book(), "表头下面没有记录"),
    ):
        with pytest.raises(Refused, match=why):
            load(file=content)


def test_a_secretary_imports_for_his_own_branch_also_what_was_before_his_time(cast: Cast, load: Load) -> None:
    add_unit(cast.units["DW"], "branch", "ZB2", "机关党支部")
    report = load(ROW, ("2026-06-03", "主题党日", "机关党支部", *ROW[3:]), who="branch_secretary", keep_good=True)
    assert (report.added, report.failed_rows) == (1, 1)
    assert "不归程书文管" in str(report.failures[0].reason)
    assert Record.objects.get().performer == cast.people["branch_secretary"]
    Post.objects.filter(person=cast.people["branch_secretary"]).update(since=dt.date(2026, 6, 1))
    assert load(LESSON, who="branch_secretary").added == 1
    assert Record.objects.get(practice__code="lesson").performer is None


def test_one_by_one_it_counts_for_the_same_chair(cast: Cast, at: dt.datetime, load: Load) -> None:
    load(ROW)
    practice, day = Practice.objects.get(code="theme_day"), at - dt.timedelta(days=3)
    draft = RecordDraft(practice, unit=cast.units["ZB1"], happened_at=day, elsewhere="ZT-07")
    alone = record(by=cast.actor("party_officer"), at=at, mine=cast.mine, draft=draft)
    imported = Record.objects.exclude(pk=alone.pk).get()
    for name in ("seat", "role", "performer", "performer_name", "performer_unit", "unit", "shift"):
        assert getattr(alone, name) == getattr(imported, name), name


def test_of_two_chairs_it_counts_for_the_branch_alone(cast: Cast, load: Load) -> None:
    deputy = cast.people["worker"]
    Post.objects.create(
        mine=cast.mine, person=deputy, role=RoleCode.BRANCH_SECRETARY, unit=cast.units["ZB1"], since=JANUARY
    )
    load(ROW)
    assert Record.objects.get().seat is None


def test_who_is_secretary_himself_imports_for_the_others_too(cast: Cast, load: Load) -> None:
    office = add_unit(cast.units["DW"], "branch", "ZB2", "机关党支部")
    officer = cast.people["party_officer"]
    Post.objects.create(mine=cast.mine, person=officer, role=RoleCode.BRANCH_SECRETARY, unit=office, since=JANUARY)
    report = load(ROW, ("2026-06-03", "主题党日", "机关党支部", *ROW[3:]))
    assert [str(one.reason) for one in report.failures] == []
    assert set(Record.objects.values_list("unit__code", "performer")) == {("ZB1", None), ("ZB2", officer.pk)}


@pytest.mark.parametrize("who", ["worker", "section_head", "assessor", "mine_leader", "administrator", "auditor"])
def test_nobody_else_imports(load: Load, signed_in: Callable[[str], Client], who: str) -> None:
    with pytest.raises(PermissionDenied):
        load(ROW, who=who)
    for name in ("records_import", "records_template"):
        assert signed_in(who).get(reverse(f"practices:{name}")).status_code == 404


def test_a_long_sheet_asks_no_more_of_the_database_than_a_short_one(load: Load) -> None:
    def queries(count: int) -> int:
        days = [(dt.date(2025, 8, 1) + dt.timedelta(days=at)).isoformat() for at in range(count)]
        rows = [(day, "主题党日", "ZB1", 12, 11, f"N{at}", "") for at, day in enumerate(days)]
        with CaptureQueriesContext(connection) as captured:
            assert load(*rows, *(("2026-06-03", "茶话会", *row[2:]) for row in rows), keep_good=True).added
        Record.objects.all().delete()
        return len(captured)

    queries(1)
    assert queries(200) < queries(2) + 20, "only the inserts come in several pieces"


def test_the_empty_table_has_every_column_and_imports_nothing_as_it_is(load: Load) -> None:
    template = records_template()
    assert template == records_template()
    report = load(file=template, dry_run=True)
    assert report.unknown_columns == ("备注",)
    assert report.failed_rows == report.rows == 1


# ── pages ──
def upload(client: Client, content: bytes) -> Any:
    return client.post(reverse("practices:records_import"), {"file": SimpleUploadedFile("六月.xlsx", content)})


def recent(*cells: Any) -> Sequence[Any]:
    return (timezone.localdate().isoformat(), *(cells or ROW[1:]))


def test_a_sheet_is_looked_at_before_it_is_written_and_then_said_to_be_in(
    load: Load, signed_in: Callable[[str], Client]
) -> None:
    client = signed_in("branch_secretary")
    review = upload(client, book(recent(), recent("茶话会", *ROW[2:])))["Location"]
    shown = client.get(review).content.decode()
    for words in ("只导入没有问题的 1 行", "第 3 行 B 列", "没有“茶话会”这一项", "不导入的列"):
        assert words in shown
    assert "确认导入" not in shown
    returned = client.get(f"{review}failed/")
    assert returned["Content-Disposition"].startswith("attachment")
    assert not Record.objects.exists()
    for _ in range(2):
        assert client.post(review, {"keep_good": "1"})["Location"] == review
    assert "2 行：新增 1 条，已有 0 条。1 行没有导入。" in client.get(review).content.decode()
    assert Record.objects.count() == AuditEvent.objects.filter(action="practices.records.imported").count() == 1


def test_what_cannot_be_read_is_refused_at_once_and_not_kept(load: Load, signed_in: Callable[[str], Client]) -> None:
    answer = upload(signed_in("party_officer"), b"nothing")
    assert "这个文件不能导入" in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_a_kept_sheet_is_sealed_and_opens_for_its_importer_and_those_who_import_for_the_mine(
    cast: Cast, load: Load, signed_in: Callable[[str], Client]
) -> None:
    review = upload(signed_in("party_officer"), book(recent()))["Location"]
    assert signed_in("branch_secretary").get(review).status_code == 404
    own = upload(signed_in("branch_secretary"), book(recent()))["Location"]
    assert signed_in("party_officer").get(own).status_code == 200
    assert signed_in("section_head").get(own).status_code == 404


def test_a_short_name_of_two_practices_is_asked_about(cast: Cast, load: Load) -> None:
    """Packs know nothing of each other."""
    other = {
        "code": "other_day",
        "title": "联合党日",
        "quotas": BRANCH,
        "aliases": ["党日 活动", "主题党日"],
        **MEETING,
    }
    take_over(cast, other, code="other", since=dt.date(2025, 1, 1))
    [failure] = load((*ROW[:1], "党日活动", *ROW[2:]), who="party_officer").failures
    assert "指的可能是" in failure.reason.message
    assert "主题党日（theme_day）" in failure.reason.message
    assert "联合党日（other_day）" in failure.reason.message
    load(ROW)
    assert Record.objects.get().practice.code == "theme_day", "its whole name is nobody else's short one"

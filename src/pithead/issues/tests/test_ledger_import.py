"""A ledger as mines keep it goes in whole: both layouts, all states, dirt and all."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.issues.actions import StepDraft, move, tick
from pithead.issues.actions.importing import LedgerReport, import_hazards
from pithead.issues.models import Involved, Issue, Step, WorkflowSetting
from pithead.issues.tests.ledgers import (
    DAY,
    MONTH,
    MONTH_TITLE,
    book,
    day,
    day_row,
    month,
    month_row,
    ninety,
)
from pithead.issues.workflows import WORKFLOWS
from pithead.kernel.models import AuditEvent
from pithead.org.models import Person, Place
from pithead.org.models.places import PlaceKind
from pithead.org.testing import OPENED, Cast, add_unit

pytestmark = pytest.mark.django_db
Import = Callable[..., LedgerReport]
HALF_PAST_THREE = dt.datetime(2026, 6, 6, 15, 30)  # noqa: DTZ001  a workbook knows no zones
CHECKED = {"复查时间": "2026-06-06", "复查人": "安平", "复查结果": "合格"}


@pytest.fixture
def load(cast: Cast, at: dt.datetime) -> Import:
    def run(file: bytes, *, member: str = "assessor", name: str = "台账.xlsx", **more: Any) -> LedgerReport:
        more.setdefault("at", at)
        return import_hazards(by=cast.actor(member), mine=cast.mine, file=file, name=name, **more)

    return run


def verbs(issue: Issue) -> list[str]:
    return list(issue.steps.values_list("verb", flat=True))


def local(day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 6, day, hour, minute, tzinfo=timezone.get_current_timezone())


def only(**more: Any) -> Issue:
    return Issue.objects.get(**more)


# ── the month report ──
def test_an_assigned_hazard_stands_as_the_engine_would_have_left_it(load: Import, cast: Cast) -> None:
    report = load(month(month_row()))
    assert (report.rows, report.added, report.written, report.overdue) == (1, 1, True, 1)
    issue = only()
    assert (issue.state, issue.grade, issue.category, issue.source) == ("assigned", "C", "extraction", "import")
    assert (issue.unit, issue.office, issue.found_by_unit) == (cast.units["ZC1"], cast.units["SAF"], cast.units["SAF"])
    assert (issue.owner, issue.owner_unit) == (cast.people["section_head"], cast.units["ZC1"])
    assert (issue.found_at, issue.due_at) == (local(3), local(5, 23, 59))
    assert (issue.text, issue.place_text, issue.seq, issue.clock) == ("3号架漏液，初撑力不足", "1312工作面", 2, 2)
    raised, assigned = issue.steps.all()
    assert (raised.verb, raised.from_state, raised.to_state, raised.at) == ("raise", "", "found", local(3))
    assert (raised.by, raised.by_name) == (None, "安全科")
    assert (assigned.verb, assigned.facts, assigned.due_at) == ("assign", {"measure": "更换密封件"}, issue.due_at)
    assert assigned.owner == issue.owner


@pytest.mark.parametrize(
    ("cells", "state", "steps"),
    [
        ({"状态": "未五定", "五定时间": "", "责任单位负责人": ""}, "found", ["raise"]),
        ({"状态": "已五定"}, "assigned", ["raise", "assign"]),
        ({"状态": "已整改"}, "rectified", ["raise", "assign", "fix"]),
        ({"状态": "已现场处理"}, "rectified", ["raise", "fix_on_spot"]),
        ({"状态": "已现场处理", "级别": "A"}, "rectified", ["raise", "assign", "fix"]),
        ({"状态": "已复查", **CHECKED}, "closed", ["raise", "assign", "fix", "pass"]),
        ({"状态": "已五定", **CHECKED}, "closed", ["raise", "assign", "fix", "pass"]),
        ({"状态": "已现场处理", **CHECKED}, "closed", ["raise", "fix_on_spot", "pass"]),
        ({"状态": "已复查", **CHECKED, "复查结果": "不合格"}, "assigned", ["raise", "assign", "fix", "fail"]),
        ({"状态": ""}, "assigned", ["raise", "assign"]),
        ({"状态": "", "整改措施": "", "五定时间": "", "责任单位负责人": ""}, "found", ["raise"]),
    ],
)
def test_each_state_of_a_ledger_has_its_steps(
    load: Import, cells: dict[str, str], state: str, steps: list[str]
) -> None:
    load(month(month_row(**cells)))
    issue = only()
    assert (issue.state, verbs(issue)) == (state, steps)
    assert issue.verified == (state == "closed") == issue.steps.filter(verifies=True).exists()
    assert (issue.closed_at is not None) == (state == "closed") == (issue.due_at is None)


def test_every_step_of_an_import_is_a_move_of_the_declared_workflow(load: Import, cast: Cast) -> None:
    load(month(*ninety(cast), month_row(状态="已复查", 地点="机头", **CHECKED)))
    flow = WORKFLOWS["hazard"]
    for issue in Issue.objects.prefetch_related("steps"):
        before = ""
        steps = list(issue.steps.all())
        assert [step.seq for step in steps] == list(range(1, issue.seq + 1))
        assert [step.at for step in steps] == sorted(step.at for step in steps)
        for step in steps:
            assert step.from_state == before
            if step.verb != "raise":
                found = flow.find(step.verb)
                assert found is not None
                assert before in found.sources
                assert (found.target or before) == step.to_state
                assert not found.grades or issue.grade in found.grades
                assert step.verifies == found.verifies
            before = step.to_state
        assert issue.state == before
        assert issue.state != "closed" or issue.verified


def test_ninety_rows_of_a_real_month_go_in_and_once_more_change_nothing(load: Import, cast: Cast) -> None:
    file = month(*ninety(cast))
    report = load(file)
    assert (report.rows, report.added, report.failures) == (90, 90, ())
    assert report.states == {"整改中": 52, "待复查": 35, "待分派": 1, "已销号": 2}
    rows = [list(model.objects.order_by("pk").values()) for model in (Issue, Step, Involved)]
    again = load(file)
    assert (again.added, again.progressed, again.unchanged) == (0, 0, 90)
    assert [list(model.objects.order_by("pk").values()) for model in (Issue, Step, Involved)] == rows


def test_how_many_rows_does_not_matter_to_the_number_of_queries(load: Import, cast: Cast) -> None:
    def queries(file: bytes, **more: Any) -> int:
        with CaptureQueriesContext(connection) as seen:
            load(file, **more)
        return len(seen)

    rows = ninety(cast)
    assert queries(month(*rows), dry_run=True) == queries(month(*rows[:20]), dry_run=True)
    assert queries(month(*rows)) < 40


# ── the day report ──
def test_a_day_report_has_its_day_in_the_title(load: Import, cast: Cast) -> None:
    done = {"复查时间": "2026-06-17", "复查人": "石领", "是否销号": "是"}
    load(
        day(
            day_row(),
            day_row(存在的隐患问题="托辊损坏", **done),
            day_row(存在的隐患问题="信号不清", 负责人="", 督办人="", 解决时间="", 是否销号="否"),
        )
    )
    open_one, closed, found = (only(text__contains=word) for word in ("浮煤", "托辊", "信号"))
    assert (open_one.state, open_one.found_at, open_one.due_at) == ("assigned", local(15), local(16, 23, 59))
    assert (open_one.found_by, open_one.owner) == (cast.people["assessor"], cast.people["section_head"])
    assert open_one.involved.get().who == str(cast.people["assessor"].pk)
    assert (closed.state, closed.closed_at) == ("closed", local(17))
    assert [(step.verb, step.at, step.by_name) for step in closed.steps.all()] == [
        ("raise", local(15), "安平"),
        ("assign", local(15), "生产副矿长"),
        ("fix", local(16), "高山"),
        ("pass", local(17), "石领"),
    ]
    assert closed.steps.get(verb="pass").by == cast.people["mine_leader"]
    assert found.state == "found"


@pytest.mark.parametrize(
    ("cells", "state", "steps"),
    [
        ({"解决时间": "现场"}, "rectified", ["raise", "fix_on_spot"]),
        ({"解决时间": "现场", "是否销号": "是"}, "closed", ["raise", "fix_on_spot", "pass"]),
        ({"解决时间": "当班"}, "assigned", ["raise", "assign"]),
        ({"解决时间": "当班", "是否销号": "是"}, "closed", ["raise", "assign", "fix", "pass"]),
    ],
)
def test_at_once_and_within_the_shift_are_that_day(
    load: Import, cells: dict[str, str], state: str, steps: list[str]
) -> None:
    load(day(day_row(**{"复查人": "石领", **cells})))
    assert (only().state, verbs(only())) == (state, steps)
    assert state != "assigned" or only().due_at == local(15, 23, 59)


def test_a_workbook_with_a_sheet_a_day_is_read_sheet_by_sheet(load: Import) -> None:
    title = ["青石峪煤矿2026年6月隐患排查日报"]
    rows = [[1, *day_row(解决时间="")[1:]]]
    report = load(book(("1日", [title, DAY, *rows]), ("6.2", [title, DAY, *rows]), ("说明", [["怎么填"]])))
    assert report.sheets == ("1日", "6.2")
    assert [issue.found_at for issue in Issue.objects.order_by("found_at")] == [local(1), local(2)]


def test_a_day_report_without_a_day_anywhere_says_so(load: Import) -> None:
    report = load(day(day_row(), title="隐患排查日报表"))
    assert report.refused
    assert "“日报”第 3 行：检查日期：表里没有这一列，标题和工作表名里也没有写是哪一天" in str(report.reasons[0])
    assert load(day(day_row(), title="隐患排查日报表"), name="2026年6月15日 日报.xlsx").added == 1


# ── dirt ──
HEADS = [
    *("序 号", "检查\n日期", "检查单位", "隐患地点", "隐患类别", "隐患等级", "隐患状态", "存在问题", "责任单位"),
    *("整改信息", "", "", "复查信息", "", ""),
]
UNDER = ["", *[""] * 8, "整改措施", "整改期限", "责任人", "复查时间", "复查人", "复查结果"]
DIRTY = [
    [MONTH_TITLE, *[""] * 14],
    HEADS,
    UNDER,
    *(
        [
            *(
                1.0,
                "2026.6.3 早班",
                "安全科",
                "１３１２ 工作面",
                "机 电",
                "Ｃ级",
                "已五定",
                "电缆　落地",
                "综采1队",
            ),
            *("吊挂", "2026年6月5日", "高 山(10003)", "", "", ""),
        ],
        [
            *(2.0, "〃", "同上", "〃", "机电设备", "b", "已复查", "接地线断", "ZC1"),
            *("恢复", 46178.0, "高山", HALF_PAST_THREE, "安平、石领", "合格"),
        ],
        ["合计", "", "", "", "", "", "", "2", ""] + [""] * 6,
        ["", "", "", "", "", "", "", "", ""] + [""] * 6,
        [3.0, "2026-06-04", "/", "", "顶板", "无", "", "无隐患", "综采一队"] + [""] * 6,
        ["审核：安平", "", "", "", "", "", "", "", ""] + [""] * 6,
    ),
]


def test_dirt_is_read_through(load: Import, cast: Cast) -> None:
    report = load(book(("6月", DIRTY), merged=((0, 0, 0, 14), (1, 9, 1, 11), (1, 12, 1, 14))))
    assert (report.rows, report.added, report.failures) == (2, 2, ())
    assert len(report.ignored) == 3
    first, second = Issue.objects.order_by("text")[::-1]
    assert (first.text, first.grade, first.category, first.place_text) == (
        "电缆落地",
        "C",
        "electromechanical",
        "1312 工作面",
    )
    assert (first.due_at, first.owner) == (local(5, 23, 59), cast.people["section_head"])
    assert (second.found_at, second.grade, second.state) == (local(3), "B", "closed")
    assert (second.closed_at, second.found_by_unit) == (local(6, 15, 30), cast.units["SAF"])


def test_a_day_merged_over_several_rows_is_the_day_of_each(load: Import) -> None:
    rows = [[MONTH_TITLE], MONTH, month_row(), month_row(检查日期="", 地点="机头"), month_row(检查日期="", 地点="机尾")]
    assert load(book(("台账", rows), merged=((2, 1, 4, 1),))).added == 3
    assert set(Issue.objects.values_list("found_at", flat=True)) == {local(3)}


def test_units_places_and_people_are_found_by_name_code_or_short_name(load: Import, cast: Cast) -> None:
    cast.units["ZC1"].short_name = "采一"
    cast.units["ZC1"].save()
    place = Place.objects.create(
        mine=cast.mine, code="GZM-1312", name="1312工作面", kind=PlaceKind.WORKING, since=OPENED
    )
    said = [("采一", "1312工作面", "高山"), ("ZC1", "GZM-1312", "10003"), ("综采1队", "1312 工作面", "高山(10003)")]
    report = load(
        month(
            *(
                month_row(责任单位=u, 地点=p, 责任单位负责人=o, 检查日期=f"2026-06-0{n}")
                for n, (u, p, o) in enumerate(said, 1)
            )
        )
    )
    assert report.notes == ()
    assert Issue.objects.filter(unit=cast.units["ZC1"], place=place, owner=cast.people["section_head"]).count() == 3


def test_who_and_what_is_not_known_is_named_and_kept_as_it_is_written(load: Import, cast: Cast) -> None:
    Person.objects.create(mine=cast.mine, staff_no="30001", name="张伟", unit=cast.units["TF"])
    Person.objects.create(mine=cast.mine, staff_no="30002", name="张伟", unit=cast.units["M1"])
    report = load(
        month(month_row(检查单位="县局", 责任单位负责人="张伟", 状态="已复查", **{**CHECKED, "复查人": "路人"}))
    )
    assert [note.rpartition("：")[2] for note in report.notes] == ["县局", "1312工作面", "路人", "张伟"]
    issue = only()
    assert (issue.owner, issue.found_by_unit, issue.facts) == (None, None, {"found_how": "县局检查"})
    assert issue.steps.get(verb="assign").note == "责任人：张伟"
    assert issue.steps.get(verb="pass").by_name == "路人"
    load(month(month_row(责任单位="通风队", 责任单位负责人="张伟")))
    assert only(unit=cast.units["TF"]).owner.staff_no == "30001"  # the one of that unit is meant


def test_a_unit_that_was_closed_since_still_answers_for_its_days(load: Import, cast: Cast) -> None:
    old = add_unit(cast.mine, "section", "OLD", "老一队", closed_on=dt.date(2026, 6, 20))
    assert load(month(month_row(责任单位="老一队"))).added == 1
    assert only().unit == old
    assert load(month(month_row(责任单位="老一队", 检查日期="2026-06-25"))).refused


# ── rules that a ledger does not override ──
def test_the_finder_never_rechecks_his_own_not_even_in_a_ledger(load: Import) -> None:
    done = {"复查时间": "2026-06-17", "是否销号": "是"}
    report = load(
        day(
            day_row(复查人="安平", **done),
            day_row(存在的隐患问题="b", 复查人="高山", **done),
            day_row(存在的隐患问题="c", 复查人="安平、石领", **done),
        )
    )
    assert report.remarks[0].places == ("“日报”第 3 行", "“日报”第 4 行")
    assert "由另一个人复查" in str(report.remarks[0])
    assert Issue.objects.filter(state="rectified", verified=False, closed_at=None).count() == 2
    assert only(state="closed").text == "c"
    assert only(text="c").steps.get(verb="pass").by_name == "石领"


def test_major_is_for_two_people_to_say(load: Import) -> None:
    report = load(month(month_row(级别="重大")))
    assert only().grade == "A"
    assert only().steps.get(seq=1).note == "台账级别：重大"
    assert "总工程师" in str(report.remarks[0])


def test_a_category_nobody_knows_is_kept_as_a_word(load: Import) -> None:
    report = load(month(month_row(类别="职业卫生"), month_row(类别="顶板", 地点="机头")))
    assert "按“其他”导入" in str(report.remarks[0])
    assert only(category="other").steps.get(seq=1).note == "台账类别：职业卫生"
    assert only(place_text="机头").category == "extraction"


def test_only_those_who_oversee_hazards_import(load: Import, cast: Cast) -> None:
    for member in cast.members:
        if member in ("assessor", "mine_leader"):
            assert load(month(month_row(地点=member)), member=member).added == 1
        else:
            with pytest.raises(PermissionDenied):
                load(month(month_row()), member=member)
    assert Issue.objects.count() == 2


def test_the_log_has_the_import_and_each_hazard(load: Import) -> None:
    load(month(month_row(), month_row(地点="机头")))
    events = AuditEvent.objects.filter(action__startswith="issues.")
    assert sorted(event.action for event in events) == ["issues.issue.imported"] * 2 + ["issues.ledger.imported"]
    assert events.get(action="issues.ledger.imported").after["added"] == 2


# ── afterwards it is a matter like any other ──
def test_an_imported_hazard_climbs_and_is_moved_like_any_other(load: Import, cast: Cast, at: dt.datetime) -> None:
    load(month(month_row(五定时间="2026-07-06 10:00"), month_row(地点="机头", 状态="已现场处理")))
    assert tick(at=at + dt.timedelta(hours=2)) >= 1
    issue = move(
        by=cast.actor("section_head"), at=at, issue=only(state="assigned"), verb="fix", draft=StepDraft(note="好了")
    )
    assert (issue.state, issue.seq) == ("rectified", issue.steps.count())
    done = move(by=cast.actor("assessor"), at=at, issue=issue, verb="pass")
    assert done.state == "closed"
    spot = only(place_text="机头")
    assert (spot.due_at, spot.clock_from) == (at + dt.timedelta(hours=24), at)


def test_what_was_late_long_before_the_import_climbs_from_the_import_on(
    load: Import, cast: Cast, at: dt.datetime
) -> None:
    """Years of old hazards are no flood for the director, and every level is climbed once."""
    load(month(month_row(检查日期="2026-01-03", 五定时间="2026-01-05"), title="青石峪煤矿2026年1月份隐患排查治理台账"))
    issue, climbed = only(), []
    assert timezone.localtime(issue.due_at).date() == dt.date(2026, 1, 5), "it is as late as it is"
    for hours in (0, 0, 23, 24, 24, 48, 71, 72, 900):
        tick(at=at + dt.timedelta(hours=hours))
        climbed.append(only().level)
    assert climbed == [2, 2, 2, 3, 3, 4, 4, 5, 5]
    assert list(issue.steps.filter(verb="climb").values_list("level", flat=True)) == [1, 2, 3, 4, 5]
    assert (only().listed, only().climbs_at) == (True, None)


def test_a_deadline_of_the_ledger_that_still_runs_climbs_by_it(load: Import, at: dt.datetime) -> None:
    load(
        month(
            month_row(检查日期="2026-07-05", 五定时间="2026-07-06 10:00"), title="青石峪煤矿2026年7月份隐患排查治理台账"
        )
    )
    tick(at=at + dt.timedelta(hours=1))
    assert only().level == 2
    tick(at=at + dt.timedelta(hours=25))
    assert only().level == 3


def test_how_long_closed_ones_are_kept_is_the_mines_to_say(load: Import, cast: Cast) -> None:
    WorkflowSetting.objects.create(mine=cast.mine, kind="hazard", content={"keep_months": 24})
    load(month(*(month_row(状态="已复查", 地点=place, **CHECKED) for place in "ab"), month_row()))
    kept = Issue.objects.order_by("closed_at").values_list("state", "expires_on")
    assert sorted(kept, key=str) == [("assigned", None), *[("closed", dt.date(2028, 6, 6))] * 2]

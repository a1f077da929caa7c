"""The same ledger again, and the ledger of a week later: what has happened since is added, nothing is doubled or undone."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pithead.issues.actions import StepDraft, importing, laying, move
from pithead.issues.actions.importing import LedgerReport
from pithead.issues.models import Issue, Step
from pithead.issues.testing import Story
from pithead.issues.tests.ledgers import MONTH, book, day, day_row, month, month_row
from pithead.issues.tests.test_ledger_import import CHECKED, load, local, only, verbs
from pithead.kernel.models import AuditEvent
from pithead.org.testing import Cast

__all__ = ["load"]
pytestmark = pytest.mark.django_db
Import = Callable[..., LedgerReport]
FAILED = {**CHECKED, "复查结果": "不合格"}
STAGES: list[dict[str, Any]] = [
    {"状态": "未五定", "五定时间": "", "责任单位负责人": ""},
    {"状态": "已五定"},
    {"状态": "已整改"},
    {"状态": "已复查", **CHECKED},
]
STEPS = ["raise", "assign", "fix", "pass"]


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("after", range(4))
def test_a_row_that_has_gone_on_gets_the_steps_it_lacks(load: Import, before: int, after: int) -> None:
    load(month(month_row(**STAGES[before])))
    report = load(month(month_row(**STAGES[after])))
    ahead = after > before
    assert (report.added, report.progressed, report.unchanged) == (0, int(ahead), int(not ahead))
    issue = only()
    assert verbs(issue) == STEPS[: max(before, after) + 1]
    assert [step.seq for step in issue.steps.all()] == list(range(1, issue.seq + 1))
    load(month(month_row(**STAGES[0])))
    assert (only().state, verbs(only())) == (issue.state, verbs(issue)), "an older ledger takes nothing back"


def test_what_a_later_ledger_adds_is_what_it_says(load: Import, cast: Cast) -> None:
    load(month(month_row(**STAGES[0])))
    load(month(month_row(状态="已复查", **CHECKED)))
    issue = only()
    assert (issue.state, issue.verified, issue.owner) == ("closed", True, cast.people["section_head"])
    assert (issue.closed_at, issue.due_at, issue.climbs_at, issue.clock_from) == (local(6), None, None, None)
    event = AuditEvent.objects.filter(action="issues.issue.imported").latest("pk")
    assert (event.before, event.after["state"]) == ({"state": "待分派"}, "已销号")


def test_sent_back_and_put_right_is_told_once(load: Import) -> None:
    for _ in range(2):
        load(month(month_row(状态="已复查", **FAILED)))
        assert verbs(only()) == ["raise", "assign", "fix", "fail"]
    later = {"复查时间": "2026-06-09", "复查人": "安平", "复查结果": "合格"}
    for _ in range(2):
        load(month(month_row(状态="已复查", **later)))
        assert verbs(only()) == ["raise", "assign", "fix", "fail", "fix", "pass"]
    report = load(month(month_row(状态="已复查", **FAILED)))
    assert (report.unchanged, only().state) == (1, "closed")


def test_what_was_done_here_since_is_not_undone_by_a_ledger(load: Import, cast: Cast, at: dt.datetime) -> None:
    load(month(month_row(状态="已整改")))
    sent_back = move(by=cast.actor("assessor"), at=at, issue=only(), verb="fail", draft=StepDraft(note="没改好"))
    report = load(month(month_row(状态="已复查", **CHECKED)))
    assert (report.progressed, report.unchanged) == (0, 1)
    assert "没有按台账改" in str(report.remarks[0])
    assert verbs(only()) == verbs(sent_back)
    assert load(month(month_row(状态="已整改"))).unchanged == 1
    void = move(by=cast.actor("assessor"), at=at, issue=only(), verb="void", draft=StepDraft(note="重复"))
    load(month(month_row(状态="已复查", 复查时间="2026-07-06", 复查人="石领", 复查结果="合格")))
    assert verbs(only()) == verbs(void)


def test_what_nobody_is_said_to_have_checked_waits_for_somebody(load: Import) -> None:
    report = load(month(month_row(状态="已复查", **CHECKED | {"复查人": ""})))
    assert (only().state, only().verified, only().closed_at) == ("rectified", False, None)
    assert "没有写复查人" in str(report.remarks[0])


def test_what_two_people_made_major_goes_on_here(load: Import, story: Story) -> None:
    load(month(month_row(**STAGES[0])))
    story.told = only()
    story.follows(("inspector", "propose_major"), ("chief_engineer", "confirm_major"), ("inspector", "assign"))
    before = verbs(story.issue)
    report = load(month(month_row(状态="已复查", **CHECKED | {"复查时间": "2026-07-06"})), at=story.at)
    assert (report.progressed, report.unchanged, verbs(story.issue)) == (0, 1, before)
    assert "系统里已认定为重大" in str(report.remarks[0])


@pytest.mark.parametrize(
    ("checker", "state"), [("副高", "rectified"), ("祝小雨", "rectified"), ("严查", "rectified"), ("石领", "closed")]
)
def test_who_owned_it_or_put_it_right_here_checks_nothing_in_a_ledger(
    load: Import, story: Story, checker: str, state: str
) -> None:
    """Given to one, given to another, put right by a third: none of the three."""
    load(month(month_row()))
    story.told = only()
    story.goes_on("inspector", "reassign", whose="deputy")
    story.goes_on("inspector", "reassign", owner=story.cast.people["inspector"])
    story.goes_on("inspector", "reassign", whose="section_clerk")
    story.goes_on("section_clerk", "fix")
    told = {"状态": "已复查", "复查时间": "2026-07-06", "复查人": checker, "复查结果": "合格"}
    for _ in range(2):
        report = load(month(month_row(**told)), at=story.at)
        assert (only().state, only().verified) == (state, state == "closed")
        assert bool(report.remarks) == (state != "closed")
    if state != "closed":
        assert "要由另一个人复查，没有按台账销号" in str(report.remarks[0])


def test_who_found_it_by_the_first_ledger_does_not_check_it_by_the_second(load: Import) -> None:
    load(day(day_row()))
    later = day_row(隐患发现人="", 复查时间="2026-06-17", 复查人="安平", 是否销号="是")
    load(day(later))
    assert (only().state, verbs(only())) == ("rectified", ["raise", "assign", "fix"]), "what others did is taken"
    load(day(later))
    assert only().state == "rectified"


def test_a_comment_does_not_stand_in_the_way(load: Import, cast: Cast, at: dt.datetime) -> None:
    load(month(month_row()))
    move(by=cast.actor("section_head"), at=at, issue=only(), verb="comment", draft=StepDraft(note="配件在路上"))
    assert load(month(month_row(状态="已复查", **CHECKED))).progressed == 1
    assert verbs(only())[-2:] == ["fix", "pass"]


def test_other_spaces_points_names_and_columns_are_the_same_hazard(load: Import) -> None:
    load(month(month_row()))
    same = month_row(
        隐患内容="3号架漏液, 初撑力 不足。",
        责任单位="ZC1",
        地点="１３１２工作面",
        检查日期=dt.date(2026, 6, 3),
        级别="B",
    )
    assert load(month(same)).unchanged == 1


def test_the_month_report_goes_on_where_the_day_report_left_off(load: Import) -> None:
    load(day(day_row(存在的隐患问题="1312工作面机头处浮煤多")))
    told = {"检查日期": "2026-06-15", "五定时间": "2026-06-16", **CHECKED, "复查人": "石领", "复查时间": "2026-06-17"}
    report = load(month(month_row(地点="1312工作面", 隐患内容="机头处浮煤多", 状态="已复查", **told)))
    assert (report.added, report.progressed) == (0, 1)
    report = load(month(month_row(地点="1312工作面", 隐患内容="1312工作面机头处，浮煤多", 状态="已复查", **told)))
    assert (report.added, report.unchanged, only().state) == (0, 1, "closed")


def test_a_ledgers_own_number_names_the_hazard(load: Import) -> None:
    def numbered(*rows: tuple[str, list[Any]]) -> bytes:
        return book(("台账", [["隐患编号", *MONTH], *([number, *row] for number, row in rows)]))

    load(numbered(("ZC1-20260603-01", month_row())))
    moved = month_row(检查日期="2026-06-02", 隐患内容="3号架漏液（更正）", 地点="1314工作面")
    assert load(numbered(("ZC1-20260603-01", moved))).unchanged == 1
    taken = load(numbered(("ZC1-20260603-01", month_row(检查日期="2026-06-20", 五定时间="", 责任单位="通风队"))))
    assert "在系统里已经用在 2026-06-03 的另一条隐患上" in str(taken.reasons[0])
    twice = load(numbered(("N-7001", month_row()), ("n-7001", month_row(责任单位="通风队"))))
    assert "“n-7001”在“台账”第 2 行已经用在另一条隐患上" in str(twice.reasons[0])
    assert Issue.objects.count() == 1
    load(numbered(("1", month_row(地点="a")), ("2", month_row(地点="b"))))
    report = load(numbered(("1", month_row(地点="b")), ("2", month_row(地点="c"))))  # running numbers name nothing
    assert (report.added, report.unchanged) == (1, 1)


def test_a_hazard_that_stands_twice_in_a_ledger_is_one_as_far_as_it_has_come(load: Import) -> None:
    report = load(month(month_row(), month_row(状态="已复查", **CHECKED), month_row(状态="未五定")))
    assert (report.rows, report.added, report.doubled) == (3, 1, 2)
    assert "同一条隐患" in str(report.remarks[0])
    assert only().state == "closed"


@pytest.mark.parametrize("turn", [1, -1])
def test_of_two_rows_of_one_hazard_the_finder_of_the_one_does_not_check_it_by_the_other(
    load: Import, cast: Cast, turn: int
) -> None:
    checked = day_row(隐患发现人="", 复查时间="2026-06-17", 复查人="安平", 是否销号="是")
    report = load(day(*[day_row(), checked][::turn]))
    assert (only().state, only().found_by) == ("rectified", cast.people["assessor"])
    assert "要由另一个人复查" in str(report.remarks)


@pytest.mark.parametrize("late", [importing.audit, laying.Issue.objects])
def test_what_breaks_at_the_last_moment_leaves_nothing(
    load: Import, monkeypatch: pytest.MonkeyPatch, late: Any
) -> None:
    load(month(month_row()))
    before = [(model, list(model.objects.order_by("pk").values())) for model in (Issue, Step, AuditEvent)]

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(late, "write_many" if late is importing.audit else "bulk_update", broken)
    with pytest.raises(RuntimeError, match="power cut"):
        load(month(month_row(状态="已复查", **CHECKED), month_row(地点="机头")))
    assert [(model, list(model.objects.order_by("pk").values())) for model, _ in before] == before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=8))
def test_any_order_of_ledgers_ends_where_the_furthest_is(load: Import, told: list[tuple[int, int]]) -> None:
    """Hazard number, stage: one ledger each, then all of them at once."""
    with connection.cursor() as cursor:
        for model in (Step, Issue):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    for number, stage in told:
        load(month(month_row(地点=f"{number}号", **STAGES[stage])))
    furthest = {number: max(stage for other, stage in told if other == number) for number, _ in told}
    for _ in range(2):
        assert {issue.place_text: verbs(issue) for issue in Issue.objects.all()} == {
            f"{number}号": STEPS[: stage + 1] for number, stage in furthest.items()
        }
        load(month(*(month_row(地点=f"{number}号", **STAGES[stage]) for number, stage in told)))


def test_day_reports_of_two_days_are_two_hazards(load: Import) -> None:
    load(day(day_row()))
    load(day(day_row(), title="2026年6月16日隐患日报"))
    assert Issue.objects.count() == 2


def test_forty_names_of_a_kind_are_listed_and_the_rest_counted(load: Import) -> None:
    report = load(month(*(month_row(地点=f"{n}号架", 责任单位负责人="") for n in range(50))))
    assert report.notes[0].endswith("等 50 个")

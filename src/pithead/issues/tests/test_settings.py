"""Deadlines, posts and times of keeping are data; what protects people is not."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.actions import set_workflow, tick
from pithead.issues.models import WorkflowSetting
from pithead.issues.queries import content_of, read_setting, setting_of
from pithead.issues.testing import Story
from pithead.issues.workflows import WORKFLOWS, Relation, Workflow
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused


def setting(story: Story, kind: str = "hazard", **content: Any) -> WorkflowSetting:
    by = story.cast.actor("party_officer")
    return set_workflow(by=by, at=story.at, mine=story.cast.mine, kind=kind, content=content)


@pytest.mark.parametrize("flow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_what_is_shipped_is_whole(flow: Workflow) -> None:
    shipped = read_setting(content_of(flow.kind), flow.kind)
    assert shipped.offices
    assert shipped.levels, "what is late reaches somebody"
    assert shipped.default_grade in (*flow.grades, "")
    assert bool(flow.grades) == bool(shipped.default_grade)
    assert flow.erases == (shipped.keep_months is not None)
    clocks = {state.clock for state in flow.states if state.clock}
    assert set(shipped.deadlines) <= clocks
    assert clocks - set(shipped.deadlines) <= {"rectify"}, "only whoever assigns or promises says when instead"


def test_a_mine_sets_its_own_deadlines_and_the_log_says_so(story: Story) -> None:
    deadlines = {**content_of("hazard")["deadlines"], "assign": {"": "2h"}}
    setting(story, deadlines=deadlines)
    setting(story, deadlines=deadlines)
    story.begins("worker", "hazard")
    assert story.issue.due_at == story.at + dt.timedelta(hours=2)
    assert setting_of(story.cast.other_mine, "hazard").deadline("assign", "C") == "8h", "in this mine only"
    assert AuditEvent.objects.filter(action="issues.workflow.set").count() == 1


def test_a_mine_says_who_may_make_a_move(story: Story) -> None:
    setting(story, roles={"assign": ["leader"]})
    story.begins("worker", "hazard")
    with pytest.raises(PermissionDenied, match="矿领导"):
        story.goes_on("section_head", "assign")
    story.goes_on("mine_leader", "assign")


def test_that_two_check_each_other_is_not_to_be_set(story: Story) -> None:
    for kind, verb in (
        ("hazard", "confirm_major"),
        ("hazard", "propose_major"),
        ("care", "lift"),
        ("dispute", "settle"),
    ):
        with pytest.raises(Refused, match="不能改"):
            setting(story, kind, roles={verb: [Relation.ANYBODY.value]})
    setting(story, roles={"pass": ["finder", "owner", "office"]})
    story.begins("worker", "hazard", grade="D")
    story.goes_on("section_head", "fix_on_spot")
    with pytest.raises(Refused, match="发现人"):
        story.goes_on("worker", "pass")


@pytest.mark.parametrize(
    "content",
    [
        {"nonsense": 1},
        {"offices": []},
        {"default_grade": "Z"},
        {"deadlines": {"assign": {"": "bald"}, "rectify": {"": "3d"}, "recheck": {"": "1d"}}},
        {"deadlines": {"assign": {"": "8h"}, "recheck": {"": "24h"}}},
        {"deadlines": {"assign": {"": "8h"}, "rectify": {"D": "8h"}, "recheck": {"": "24h"}}},
        {"levels": [{"after": "later", "to": ["office"]}]},
        {"levels": [{"after": "24h", "to": ["nobody"]}]},
        {"levels": [{"after": "48h", "to": ["office"]}, {"after": "24h", "to": ["leader"]}]},
        {"roles": {"fly": ["office"]}},
        {"roles": {"assign": []}},
        {"roles": {"assign": ["king"]}},
        {"roles": {"pass": 5}},
        {"offices": [{}]},
        {"offices": "SAF"},
        {"offices": ["ZC1"]},
        {"titles": {"chief": 5}},
        {"titles": {}},
        {"titles": {"chief": [], "leader": ["安全副矿长"], "manager": ["矿长"]}},
        {"default_grade": ""},
        {"deadlines": 5},
        {"levels": [5]},
        {"levels": [{"after": 5, "to": ["office"]}]},
        {"levels": [{"after": "0h", "to": [["office"]]}]},
        {"levels": [{"after": "0h", "to": ["office"], "listed": "x"}]},
        {"levels": [{"after": "half", "to": ["owner"]}] * 7},
        {"extensions": True},
        {"repeat_days": "30"},
        {"detail": True},
    ],
    ids=str,
)
def test_nonsense_is_refused_in_words(story: Story, content: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        setting(story, **content)
    assert not WorkflowSetting.objects.exists()


@pytest.mark.parametrize("flow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_what_is_shipped_could_be_set(story: Story, flow: Workflow) -> None:
    shipped = {name: value for name, value in content_of(flow.kind).items() if name != "offices"}
    setting(story, flow.kind, **shipped)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"levels": []}, "超期报给谁：要有 1 到 6 级"),
        ({"offices": ["安全课"]}, "主管科室：本矿没有科室“安全课”"),
        ({"default_grade": "major"}, "没写级别的算：可以是D级、C级、B级、A级"),
        ({"extensions": 3}, "最多延期几次：写 0 到 2 之间的数"),
        ({"repeat_days": 366}, "同一地点同一类几天内重复升一级：写 0 到 365 之间的数"),
        ({"keep_months": 12}, "隐患没有“办完后保存几个月”这项设置"),
    ],
)
def test_no_setting_switches_a_rule_off_and_it_is_said_which(story: Story, content: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        setting(story, **content)
    assert not WorkflowSetting.objects.exists()


@pytest.mark.parametrize("duration", ["0h", "0d", "0w"])
def test_nobody_is_given_no_time_at_all(story: Story, duration: str) -> None:
    with pytest.raises(Refused, match="“整改、办理”写成"):
        setting(story, deadlines={**content_of("hazard")["deadlines"], "rectify": {"": duration}})


def test_the_log_says_what_it_was_and_what_it_is(story: Story) -> None:
    shipped = content_of("hazard")
    titles = {**shipped["titles"], "chief": ["矿长"]}
    setting(story, offices=["PTY"], titles=titles, levels=[{"after": "0h", "to": ["office"], "listed": True}])
    event = AuditEvent.objects.get(action="issues.workflow.set")
    assert event.before["offices"] == "SAF、安全科"
    assert event.after["offices"] == "PTY"
    assert (event.before["titles"].split("；")[0], event.after["titles"].split("；")[0]) == (
        "总工程师：总工程师",
        "总工程师：矿长",
    )
    assert event.before["levels"].startswith("过半报责任人；到期报责任人、责任单位负责人；超期24小时报主管科室")
    assert event.after["levels"] == "到期报主管科室（挂牌）"
    setting(story)
    back = AuditEvent.objects.filter(action="issues.workflow.set").latest("pk")
    assert (back.before, back.after) == (event.after, event.before)


def test_the_log_reads_out_every_setting(story: Story) -> None:
    setting(
        story,
        default_grade="D",
        extensions=1,
        repeat_days=7,
        deadlines={"assign": {"": "2h"}, "rectify": {"D": "8h", "": "3w"}, "recheck": {"": "1d"}},
        roles={"assign": ["leader"]},
    )
    event = AuditEvent.objects.get(action="issues.workflow.set")
    assert event.after == {
        "default_grade": "D级",
        "extensions": "1",
        "repeat_days": "7",
        "deadlines": "分派 2小时；整改、办理 D级8小时、3个工作日；复查、认可 1天",
        "roles": "五定分派：矿领导",
    }
    assert event.before["roles"] == "同出厂"


def test_levels_that_are_added_reach_what_had_climbed_them_all(story: Story) -> None:
    story.begins("worker", "hazard")
    tick(at=story.at + dt.timedelta(days=9))
    assert story.issue.climbs_at is None
    setting(story, levels=[*content_of("hazard")["levels"], {"after": "30d", "to": ["manager"]}])
    assert tick(at=story.at + dt.timedelta(days=10)) == 0
    assert tick(at=story.at + dt.timedelta(days=60)) == 1


def test_names_are_not_kept_for_ever(story: Story) -> None:
    for months in (0, 121):
        with pytest.raises(Refused, match="办完后保存几个月：写 1 到 120 之间的数"):
            setting(story, "violation", keep_months=months)
    with pytest.raises(Refused):
        setting(story, "nothing")


def test_no_setting_extends_more_often_than_declared(story: Story) -> None:
    WorkflowSetting.objects.create(mine=story.cast.mine, kind="hazard", content={"extensions": 9})
    assert setting_of(story.cast.mine, "hazard").extensions == 2


@pytest.mark.parametrize("member", ["worker", "section_head", "assessor", "mine_leader", "administrator"])
def test_only_who_may_changes_them(story: Story, member: str) -> None:
    with pytest.raises(PermissionDenied):
        set_workflow(by=story.cast.actor(member), at=story.at, mine=story.cast.mine, kind="hazard", content={})

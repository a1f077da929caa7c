"""Deadlines, posts and times of keeping are data; what protects people is not."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.actions import set_workflow
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
    ],
    ids=str,
)
def test_nonsense_is_refused_in_words(story: Story, content: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        setting(story, **content)
    assert not WorkflowSetting.objects.exists()


def test_names_are_not_kept_for_ever(story: Story) -> None:
    for months in (0, 121):
        with pytest.raises(Refused, match="保存期限"):
            setting(story, "violation", keep_months=months)
    with pytest.raises(Refused):
        setting(story, "nothing")


def test_no_setting_extends_more_often_than_declared(story: Story) -> None:
    setting(story, extensions=9)
    assert setting_of(story.cast.mine, "hazard").extensions == 2


@pytest.mark.parametrize("member", ["worker", "section_head", "assessor", "mine_leader", "administrator"])
def test_only_who_may_changes_them(story: Story, member: str) -> None:
    with pytest.raises(PermissionDenied):
        set_workflow(by=story.cast.actor(member), at=story.at, mine=story.cast.mine, kind="hazard", content={})

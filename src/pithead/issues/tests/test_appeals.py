"""An appeal against a violation: decided in time by somebody who had no part in it, and told to the person, not to others."""

import datetime as dt

import pytest

from pithead.issues import queries
from pithead.issues.actions import tick
from pithead.issues.models import Notice, Role
from pithead.issues.testing import Story
from pithead.kernel.refusal import Refused
from pithead.org.access import RoleCode
from pithead.org.models import Post

DAY = dt.timedelta(days=1)


@pytest.fixture
def appealed(story: Story) -> Story:
    """On a Monday."""
    people = ((Role.SUBJECT, story.cast.people["worker"]), (Role.JOINT, story.cast.people["crew_leader"]))
    story.begins("section_head", "violation", people=people)
    story.goes_on("assessor", "confirm", grade="minor")
    story.later(days=4)
    story.goes_on("worker", "appeal")
    return story


def waits(story: Story, member: str) -> bool:
    page = queries.waits_for(story.cast.actor(member), story.cast.mine, story.at)
    return story.issue.pk in {line.pk for line in page.lines}


def said_to(story: Story, member: str) -> list[str]:
    told = Notice.objects.filter(issue=story.issue, person=story.cast.people[member]).order_by("pk")
    return [notice.text.removeprefix("三违：") for notice in told]


def test_it_is_due_in_five_working_days_and_climbs_to_a_leader(appealed: Story) -> None:
    issue = appealed.issue
    assert issue.due_at is not None
    assert issue.due_at.date() == dt.date(2026, 7, 17), "Friday the 10th and five working days: the end of the 17th"
    assert tick(at=issue.due_at - dt.timedelta(minutes=1)) == 0
    tick(at=issue.due_at + 8 * DAY)
    assert {"section_head", "assessor", "mine_leader"} <= appealed.told_to(f"climb:{issue.clock}")


def test_those_who_may_decide_are_asked_and_whoever_confirmed_is_not(appealed: Story) -> None:
    asked = {member for member in appealed.cast.people if waits(appealed, member)}
    assert asked == {"inspector", "mine_leader", "chief_engineer", "manager"}
    with pytest.raises(Refused, match="认定人"):
        appealed.goes_on("assessor", "uphold")


def test_of_the_leaders_the_one_in_charge_is_asked(appealed: Story) -> None:
    Post.objects.filter(person=appealed.cast.people["manager"], role=RoleCode.MINE_LEADER).update(title="安全副矿长")
    assert [one for one in ("manager", "mine_leader", "chief_engineer") if waits(appealed, one)] == ["manager"]


def test_no_other_move_is_a_leaders_duty(story: Story) -> None:
    story.begins("section_head", "violation")
    assert not waits(story, "mine_leader")
    story.goes_on("assessor", "confirm")
    assert not waits(story, "mine_leader")


def test_what_was_left_of_the_time_before_is_left_after_it(appealed: Story) -> None:
    left = appealed.issue.stopped_due - appealed.issue.stopped_at
    clock = appealed.issue.clock
    appealed.later(days=3)
    appealed.goes_on("manager", "uphold")
    issue = appealed.issue
    assert (issue.state, issue.due_at, issue.stopped_at) == ("confirmed", appealed.at + left, None)
    assert (issue.clock, issue.level) == (clock + 1, 0), "another clock, on which nothing has climbed"
    assert tick(at=issue.due_at - dt.timedelta(minutes=1)) == 0
    assert tick(at=issue.due_at) == 1


def test_the_people_concerned_hear_every_decision_and_nobody_else(appealed: Story) -> None:
    story = appealed
    before = ["登记了与你有关的一件，等主管科室认定", "已认定；不认可可以申诉，由另外的人裁定"]
    assert said_to(story, "worker") == said_to(story, "crew_leader") == before
    story.goes_on("inspector", "uphold")
    assert said_to(story, "worker")[2:] == ["申诉后维持认定，理由写在经过里"]
    story.goes_on("crew_leader", "appeal")
    story.goes_on("manager", "cancel")
    assert said_to(story, "worker")[3:] == ["申诉成立，已撤销"]
    assert story.told_to("") == {"worker", "crew_leader", "section_head"}, "and whoever raised it hears the end"


def test_nobody_hears_twice_what_he_did_himself(story: Story) -> None:
    people = ((Role.SUBJECT, story.cast.people["worker"]), (Role.JOINT, story.cast.people["section_head"]))
    story.begins("section_head", "violation", people=people)
    assert said_to(story, "section_head") == []
    assert said_to(story, "worker") == ["登记了与你有关的一件，等主管科室认定"]

"""What takes two people, or somebody else, is not got round by another door."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from pithead.issues.actions import merge
from pithead.issues.models import Issue
from pithead.issues.queries import setting_of, standing_to
from pithead.issues.testing import Story
from pithead.issues.tests.test_pages import text_of
from pithead.kernel.refusal import Refused
from pithead.org.models import Post

SignIn = Callable[[str], Client]
SAME = {"category": "haulage", "place_text": "1312 工作面"}
BEFORE = dt.date(2026, 7, 5)


def another(story: Story, **more: object) -> Story:
    told = Story(story.cast, story.at)
    told.begins("crew_leader", "hazard", place_text="1312 工作面", **more)
    return told


def merged(story: Story, issue: Story, into: Story) -> Issue:
    return merge(by=story.cast.actor("inspector"), at=story.at, issue=issue.issue, into=into.issue)


@pytest.fixture
def major(story: Story) -> Story:
    story.begins("worker", "hazard", place_text="1312 工作面")
    story.follows(("inspector", "propose_major"), ("chief_engineer", "confirm_major"))
    return story


# ── what two people made major ──
def test_nobody_voids_a_major_one_alone(major: Story) -> None:
    with pytest.raises(Refused, match="重大的隐患不能“作废”"):
        major.goes_on("inspector", "void")
    major.follows(("inspector", "propose_void"))
    for member in ("inspector", "assessor"):
        with pytest.raises(Refused, match="两个人"):
            major.goes_on(member, "confirm_void")
    major.follows(("chief_engineer", "confirm_void"))
    assert major.issue.state == "void"


def test_what_is_not_major_is_voided_by_the_office(story: Story) -> None:
    story.begins("worker", "hazard", grade="A")
    with pytest.raises(Refused, match="A级的隐患不能"):
        story.goes_on("inspector", "propose_void")
    story.goes_on("inspector", "void")
    assert story.issue.state == "void"


@pytest.mark.parametrize("grade", ["D", "C", "B", "A"])
def test_a_graver_one_does_not_end_in_a_milder(major: Story, grade: str) -> None:
    milder = another(major, grade=grade)
    with pytest.raises(Refused, match=f"只是{grade}级，这一件是重大；请反过来"):
        merged(major, major, milder)
    assert major.issue.merged_into is None


def test_what_is_late_does_not_end_in_what_has_just_been_found(story: Story) -> None:
    story.begins("worker", "hazard", grade="C", place_text="1312 工作面")
    story.later(hours=6)
    fresh = another(story, grade="C")
    with pytest.raises(Refused, match="到期更晚"):
        merged(story, story, fresh)
    merged(story, fresh, story)
    assert fresh.issue.merged_into == story.issue


def test_what_is_under_way_takes_in_what_was_reported_again(story: Story) -> None:
    story.begins("worker", "hazard", grade="C", place_text="1312 工作面")
    story.goes_on("inspector", "assign", due_at=story.at + dt.timedelta(hours=20))
    again = another(story, grade="C")
    story.goes_on("inspector", "wait")
    with pytest.raises(Refused, match="已暂停"):
        merged(story, again, story)
    story.goes_on("inspector", "resume")
    merged(story, again, story)
    assert again.issue.merged_into == story.issue


def test_what_climbed_for_repeating_that_one_is_that_one(story: Story) -> None:
    story.begins("worker", "hazard", grade="C", **SAME)
    again = another(story, grade="C", category="haulage")
    assert (again.issue.grade, again.issue.repeats) == ("B", story.issue)
    merged(story, again, story)
    third = another(story, grade="B", category="haulage")
    third.goes_on("inspector", "regrade", grade="A")
    with pytest.raises(Refused, match="请反过来"):
        merged(story, third, story)


# ── a graver grade ──
def test_what_becomes_graver_under_way_is_given_what_its_grade_asks(story: Story, signed_in: SignIn) -> None:
    story.begins("worker", "hazard", grade="D")
    story.goes_on("inspector", "assign")
    for facts in ({}, {"supervisor": "生产副矿长"}):
        with pytest.raises(Refused, match="要写明预案"):
            story.goes_on("inspector", "regrade_assigned", grade="A", facts=facts)
    page = text_of(signed_in("inspector").get(f"/issues/{story.issue.pk}/"))
    assert "改为A级的要写" in page
    sent = {"id": "00000000-0000-4000-8000-000000000002", "grade": "A", "note": "顶板离层", "supervisor": "生产副矿长"}
    address = f"/issues/{story.issue.pk}/moves/regrade_assigned/"
    assert signed_in("inspector").post(address, sent).status_code == 422
    assert signed_in("inspector").post(address, {**sent, "plan": "专项方案 3 号"}).status_code == 302
    assert story.issue.grade == "A"
    assert story.issue.steps.latest("seq").facts == {"supervisor": "生产副矿长", "plan": "专项方案 3 号"}


def test_what_becomes_milder_is_asked_for_nothing_more(story: Story) -> None:
    story.begins("worker", "hazard", grade="B")
    story.goes_on("inspector", "assign")
    story.goes_on("inspector", "regrade_assigned", grade="C", facts={})
    assert story.issue.grade == "C"


# ── somebody else ──
def test_whose_it_ever_was_does_not_pass_it(story: Story) -> None:
    story.begins("worker", "hazard")
    story.goes_on("inspector", "assign", whose="assessor")
    story.later(minutes=1)
    story.goes_on("inspector", "reassign", whose="section_clerk")
    story.follows(("section_clerk", "fix"))
    with pytest.raises(Refused, match="安平是整改人，“复查合格”要由另一个人来办"):
        story.goes_on("assessor", "pass")
    story.goes_on("inspector", "pass")
    assert story.issue.state == "closed"


# ── a word that has lost its weight ──
def test_who_has_lost_his_post_has_proposed_nothing(story: Story) -> None:
    story.begins("worker", "hazard")
    story.follows(("inspector", "propose_major"))
    chief, setting = story.cast.actor("chief_engineer"), setting_of(story.issue.mine, "hazard")
    offered = lambda: {move.verb for move in standing_to(chief, story.issue, setting, story.at).moves}  # noqa: E731
    assert "confirm_major" in offered()
    Post.objects.filter(person=story.cast.people["inspector"]).update(until=BEFORE)
    assert "confirm_major" not in offered()
    with pytest.raises(Refused, match="两个人"):
        story.goes_on("chief_engineer", "confirm_major")
    story.follows(("assessor", "propose_major"), ("chief_engineer", "confirm_major"))
    assert story.issue.grade == "major"


def test_nor_is_a_stop_lifted_on_the_word_of_one_who_left(story: Story) -> None:
    story.begins("section_head", "care", grade="stop")
    story.follows(("section_head", "propose_lift"))
    Post.objects.filter(person=story.cast.people["section_head"]).update(until=BEFORE)
    with pytest.raises((Refused, PermissionDenied)):
        story.goes_on("inspector", "lift")
    assert story.issue.grade == "stop"

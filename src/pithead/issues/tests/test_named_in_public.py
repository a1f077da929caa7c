"""Who broke a rule is not told the whole mine because somebody took it for a hazard."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client

from pithead.issues.actions import rekind
from pithead.issues.models import Issue
from pithead.issues.testing import Story
from pithead.issues.tests.test_pages import text_of
from pithead.kernel.refusal import Refused

SAID = "马小军违章作业，未戴安全帽"
WAY_OUT = "请去掉姓名.*登记三违.*意见"
SignIn = Callable[[str], Client]


@pytest.mark.parametrize("member", ["worker", "crew_leader", "section_head"])
def test_a_line_that_names_who_broke_a_rule_says_where_it_belongs(story: Story, signed_in: SignIn, member: str) -> None:
    """The same for everybody: whoever may write down a violation has a form for it."""
    sent = {"id": str(uuid.uuid4()), "text": SAID}
    answer = signed_in(member).post("/issues/new/", sent)
    assert answer.status_code == 422
    assert "请去掉姓名" in text_of(answer)
    assert not Issue.objects.exists()
    assert signed_in(member).post("/issues/new/", sent | {"kind": "complaint"}).status_code == 302
    story.told = Issue.objects.get()
    assert story.seen_by() == {member, "party_officer", "second_officer", "mine_leader", "manager", "chief_engineer"}


@pytest.mark.parametrize("text", ["违章接线，没有接地", "马小军发现架漏液", "违反规定堆放，高强锚杆压弯"])
def test_a_hazard_that_comes_of_it_and_a_name_alone_are_no_harm(story: Story, text: str) -> None:
    assert story.begins("worker", "hazard", text=text).text == text


def test_nor_is_it_said_in_a_step_or_a_correction_or_by_another_kind(story: Story, signed_in: SignIn) -> None:
    story.begins("worker", "hazard")
    with pytest.raises(Refused, match=WAY_OUT):
        story.goes_on("worker", "comment", note=SAID)
    signed_in("worker").post(f"/issues/{story.issue.pk}/steps/1/", {"note": SAID})
    assert story.issue.seq == 1
    story.begins("worker", "complaint", text=SAID)
    with pytest.raises(Refused, match=WAY_OUT):
        rekind(by=story.cast.actor("worker"), at=story.at, issue=story.issue, kind="hazard")


def test_where_only_those_concerned_read_it_people_are_named(story: Story) -> None:
    assert story.begins("section_head", "violation", text=SAID).text == SAID

"""Disputes 矛盾: hardly anything is held; each level has its clock, its people and a look back after thirty days."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.actions import read_matter, set_workflow
from pithead.issues.models import Role
from pithead.issues.testing import MENTION, Story
from pithead.kernel.refusal import Refused

HELD = {"people": 6, "file_no": "信访〔2026〕12号"}
DETAIL = {"measure": "按月补发", "cause": "计件单价"}


def detailed(story: Story) -> None:
    set_workflow(
        by=story.cast.actor("party_officer"),
        at=story.at,
        mine=story.cast.mine,
        kind="dispute",
        content={"detail": True},
    )


def test_a_dispute_holds_its_date_kind_number_of_people_and_paper_file(story: Story) -> None:
    story.begins("branch_secretary", "dispute", category="pay", facts=HELD)
    read = read_matter(by=story.cast.actor("section_head"), at=story.at, issue=story.issue)
    assert (read.text, read.facts, read.people) == ("", {**HELD, "category": "pay"}, ())


@pytest.mark.parametrize(
    "more",
    [
        {"text": MENTION},
        {"facts": DETAIL},
        {"facts": {"file_no": "讨薪的几个人想去上面"}},
        {"facts": {"people": "老王和老李"}},
        {"place_text": "家属院 3 号楼"},
    ],
    ids=["text", "facts", "words for a number", "names for a count", "place"],
)
def test_by_default_it_takes_no_more(story: Story, more: dict[str, object]) -> None:
    with pytest.raises(Refused):
        story.begins("branch_secretary", "dispute", **more)


def test_by_default_nobody_is_named_and_no_step_says_more(story: Story) -> None:
    with pytest.raises(Refused, match="不登记当事人的姓名"):
        story.begins("branch_secretary", "dispute", people=((Role.SUBJECT, story.cast.people["worker"]),))
    story.begins("branch_secretary", "dispute")
    with pytest.raises(Refused, match="具体情况写在纸质档案里"):
        story.goes_on("branch_secretary", "plan", note=MENTION)
    with pytest.raises(Refused, match="不登记“预案”"):
        story.goes_on("branch_secretary", "plan", facts={"plan": "派人看住", "file_no": "3号"})
    story.goes_on("branch_secretary", "plan", facts={"file_no": "3号"})


def test_a_mine_may_choose_to_hold_more_under_the_key_of_the_matter(story: Story) -> None:
    detailed(story)
    people = ((Role.SUBJECT, story.cast.people["worker"]),)
    story.begins("branch_secretary", "dispute", text=MENTION, people=people, facts=DETAIL)
    assert MENTION not in story.issue.text
    read = read_matter(by=story.cast.actor("worker"), at=story.at, issue=story.issue)
    assert (read.text, read.facts, read.people) == (MENTION, DETAIL, ((Role.SUBJECT, "马小军"),))
    assert story.seen_by() == {"section_head", "branch_secretary", "party_officer", "second_officer", "worker"}


@pytest.mark.parametrize(("level", "hours", "settled"), [("section", 72, 3), ("mine", 24, 15), ("above", 2, 30)])
def test_each_level_has_its_clock(story: Story, level: str, hours: int, settled: int) -> None:
    story.begins("branch_secretary", "dispute", grade=level)
    assert story.issue.due_at - story.at == dt.timedelta(hours=hours)
    story.goes_on("branch_secretary", "plan", whose="mine_leader")
    assert (story.issue.due_at - story.at).days == settled


def test_what_a_section_cannot_settle_is_handed_up_with_a_new_clock(story: Story) -> None:
    story.begins("branch_secretary", "dispute")
    story.goes_on("branch_secretary", "plan")
    story.goes_on("section_head", "hand_up", grade="mine")
    assert (story.issue.state, story.issue.grade) == ("registered", "mine")
    assert story.issue.due_at - story.at == dt.timedelta(hours=24)
    with pytest.raises(Refused):
        story.goes_on("section_head", "hand_up", grade="section")


def test_a_big_one_is_led_by_a_leader_who_goes_there_himself(story: Story) -> None:
    story.begins("branch_secretary", "dispute", grade="mine")
    with pytest.raises(Refused, match="矿领导包案"):
        story.goes_on("branch_secretary", "plan", whose="section_clerk")
    story.goes_on("branch_secretary", "plan", whose="mine_leader")
    assert "mine_leader" in story.seen_by(), "as its owner; other leaders it has not climbed to do not see it"
    assert "chief_engineer" not in story.seen_by()
    story.goes_on("branch_secretary", "track")
    with pytest.raises(Refused, match="责任人要先亲自“跟踪一次”"):
        story.goes_on("branch_secretary", "settle")
    story.follows(("mine_leader", "track"), ("branch_secretary", "settle"))
    assert story.issue.state == "settled"


def test_it_is_looked_at_again_after_thirty_days_by_somebody_else(story: Story) -> None:
    story.begins("branch_secretary", "dispute")
    story.follows(("branch_secretary", "plan"), ("section_clerk", "settle"))
    assert (story.issue.due_at - story.at).days == 30
    with pytest.raises(Refused, match="另一个人"):
        story.goes_on("branch_secretary", "revisited")
    story.goes_on("section_head", "revisited")
    assert story.issue.state == "closed"


def test_what_comes_back_is_open_again(story: Story) -> None:
    story.begins("branch_secretary", "dispute")
    story.follows(
        ("branch_secretary", "plan"),
        ("section_clerk", "settle"),
        ("section_head", "revisited"),
        ("party_officer", "recur"),
    )
    assert story.issue.state == "settling"
    assert story.issue.due_at is not None
    assert story.issue.expires_on is None


def test_it_is_registered_by_named_posts_and_seen_by_them_only(story: Story) -> None:
    for member in ("worker", "crew_leader", "assessor", "mine_leader"):
        with pytest.raises(PermissionDenied):
            story.begins(member, "dispute")
    story.begins("section_head", "dispute")
    assert story.seen_by() == {"section_head", "branch_secretary", "party_officer", "second_officer"}

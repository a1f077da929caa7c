"""Care 帮扶: stopped by one, let go by two; everybody else learns who is not assigned underground, and nothing more."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.models import Role
from pithead.issues.queries import not_underground
from pithead.issues.testing import Story
from pithead.kernel.refusal import Refused

READERS = {"section_head", "branch_secretary", "assessor", "inspector"}


def names(story: Story, day: dt.date | None = None) -> list[str]:
    return [person.name for person in not_underground(story.cast.mine, day or story.at.date())]


def test_a_crew_leader_says_it_and_the_section_head_makes_a_plan(story: Story) -> None:
    story.begins(
        "crew_leader", "care", unit=story.cast.units["ZC1-1"], category="mind", facts={"found_how": "班前看出"}
    )
    assert story.issue.unit == story.cast.units["ZC1"], "named by the section: a crew is a dozen people"
    assert story.issue.grade == "watch"
    with pytest.raises(Refused, match="帮扶人"):
        story.goes_on("section_head", "plan", people=())
    story.goes_on("section_head", "plan")
    assert story.issue.state == "helping"
    story.goes_on("crew_leader", "review")  # the mentor
    assert (story.issue.due_at - story.at).days == 30


def test_it_is_found_by_those_who_lead_not_by_colleagues(story: Story) -> None:
    for member in ("worker", "section_clerk", "other_head", "mine_leader", "party_officer"):
        with pytest.raises(PermissionDenied):
            story.begins(member, "care")


def test_it_is_seen_by_named_posts_the_mentor_and_the_person_only(story: Story) -> None:
    story.begins("section_head", "care")
    assert story.seen_by() == READERS | {"worker"}
    story.goes_on("section_head", "plan")
    assert story.seen_by() == READERS | {"worker", "crew_leader"}


def test_the_crew_leader_who_said_it_is_not_among_those_who_read_it(story: Story) -> None:
    story.begins("crew_leader", "care", unit=story.cast.units["ZC1-1"])
    assert story.seen_by() == READERS | {"worker"}


@pytest.mark.parametrize("member", ["crew_leader", "branch_secretary", "assessor"])
def test_one_word_stops_at_once(story: Story, member: str) -> None:
    story.begins("section_head", "care")
    story.goes_on("section_head", "plan")
    story.goes_on(member, "tighten", grade="stop")
    assert names(story) == ["马小军"]
    assert story.told_to("step") >= {"section_head", "assessor", "inspector"}


def test_it_is_made_stricter_never_looser_by_one(story: Story) -> None:
    story.begins("section_head", "care", grade="stop")
    for grade in ("restrict", "watch", "stop"):
        with pytest.raises(Refused):
            story.goes_on("section_head", "tighten", grade=grade)


@pytest.mark.parametrize(("first", "second"), [("section_head", "assessor"), ("inspector", "section_head")])
def test_the_section_head_and_the_safety_office_lift_it_together(story: Story, first: str, second: str) -> None:
    story.begins("section_head", "care", grade="stop")
    story.goes_on(first, "propose_lift")
    assert names(story) == ["马小军"]
    story.goes_on(second, "lift")
    assert story.issue.grade == "watch"
    assert names(story) == []


@pytest.mark.parametrize(
    ("first", "second"), [("section_head", "section_head"), ("assessor", "inspector"), ("assessor", "assessor")]
)
def test_one_of_the_two_is_not_enough(story: Story, first: str, second: str) -> None:
    story.begins("section_head", "care", grade="restrict")
    story.goes_on(first, "propose_lift")
    with pytest.raises(Refused, match="两个人、两种身份"):
        story.goes_on(second, "lift")


@pytest.mark.parametrize("member", ["branch_secretary", "crew_leader", "worker", "mine_leader"])
def test_nobody_else_lifts_it(story: Story, member: str) -> None:
    story.begins("section_head", "care", grade="stop")
    story.goes_on("section_head", "plan")
    for verb in ("propose_lift", "lift"):
        with pytest.raises(PermissionDenied):
            story.goes_on(member, verb)


def test_the_word_to_lift_is_spent_when_it_was_made_stricter_since(story: Story) -> None:
    story.begins("section_head", "care", grade="restrict")
    story.goes_on("section_head", "propose_lift")
    story.goes_on("assessor", "tighten", grade="stop")
    with pytest.raises(Refused, match="两个人"):
        story.goes_on("assessor", "lift")


def test_one_person_has_one_plan(story: Story) -> None:
    story.begins("section_head", "care")
    other = Story(story.cast, story.at)
    with pytest.raises(Refused, match="已有在办的帮扶"):
        other.begins("assessor", "care")
    other.begins("assessor", "care", people=((Role.SUBJECT, story.cast.people["crew_leader"]),))
    story.goes_on("section_head", "dismiss")
    story.begins("assessor", "care")


def test_two_people_close_it_and_not_while_he_is_restricted(story: Story) -> None:
    story.begins("crew_leader", "care", grade="restrict", unit=story.cast.units["ZC1-1"])
    story.follows(("section_head", "plan"), ("section_head", "propose_restored"))
    with pytest.raises(Refused, match="限岗的帮扶不能"):
        story.goes_on("branch_secretary", "restore")
    story.follows(("section_head", "propose_lift"), ("assessor", "lift"), ("section_head", "propose_restored"))
    with pytest.raises(Refused, match="两个人"):
        story.goes_on("section_head", "restore")
    story.goes_on("branch_secretary", "restore")
    assert story.issue.state == "restored"
    assert story.issue.expires_on == dt.date(2027, 7, 6)


def test_restricted_is_not_stopped(story: Story) -> None:
    story.begins("section_head", "care", grade="restrict")
    assert names(story) == []


def test_the_list_of_a_day_is_what_stood_on_it_and_holds_nothing_but_people(story: Story) -> None:
    story.begins("section_head", "care", grade="stop", category="health")
    day = story.at.date()
    story.later(days=2)
    story.follows(("section_head", "propose_lift"), ("assessor", "lift"))
    days = [day + dt.timedelta(days=number) for number in (-1, 0, 1, 2)]
    assert [names(story, one) for one in days] == [[], ["马小军"], ["马小军"], []]
    assert not_underground(story.cast.other_mine, day).count() == 0
    assert not_underground(story.cast.mine, day).model.__name__ == "Person"


def test_the_list_takes_four_queries_for_any_number_of_people(story: Story, django_assert_num_queries: object) -> None:
    for member in ("worker", "crew_leader", "section_clerk"):
        story.begins("section_head", "care", grade="stop", people=((Role.SUBJECT, story.cast.people[member]),))
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert len(names(story)) == 3

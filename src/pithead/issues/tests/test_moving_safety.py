"""Incidents 事故 and violations 三违."""

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.models import Issue, Role
from pithead.issues.testing import Story
from pithead.issues.workflows import MENTOR_STEPS
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused

OFFICE_AND_UNIT = {
    "section_head",
    "deputy",
    "section_clerk",
    "branch_secretary",
    "liaison_officer",
    "assessor",
    "inspector",
    "mine_leader",
    "chief_engineer",
    "manager",
}


# ── incidents ──
def test_the_safety_office_confirms_what_happened_and_whether_it_was_told_in_time(story: Story) -> None:
    story.begins("worker", "incident", grade="near_miss")
    story.goes_on("assessor", "confirm", grade="minor_injury", facts={"reported_in_time": False})
    assert (story.issue.state, story.issue.grade) == ("confirmed", "minor_injury")
    assert story.issue.steps.get(verb="confirm").facts == {"reported_in_time": False}


@pytest.mark.parametrize("member", ["section_head", "worker", "party_officer"])
def test_nobody_else_confirms_an_incident(story: Story, member: str) -> None:
    story.begins("worker", "incident")
    with pytest.raises(PermissionDenied):
        story.goes_on(member, "confirm")


def test_who_reported_an_incident_does_not_confirm_it(story: Story) -> None:
    story.begins("assessor", "incident")
    with pytest.raises(Refused, match="发现人"):
        story.goes_on("assessor", "confirm")


def test_the_gravest_is_told_at_once(story: Story) -> None:
    story.begins("worker", "incident", grade="fatal")
    assert story.told_to("raised") == {
        "section_head",
        "assessor",
        "inspector",
        "mine_leader",
        "chief_engineer",
        "manager",
    }


def test_an_incident_is_closed_when_its_measures_are(story: Story) -> None:
    incident = story.begins("worker", "incident", grade="equipment")
    story.follows(("assessor", "confirm"), ("assessor", "analyse"))
    measure = Story(story.cast, story.at)
    measure.begins("section_head", "shortfall", origin=incident)
    with pytest.raises(Refused, match="还有 1 条措施没有销号"):
        story.goes_on("mine_leader", "close")
    measure.follows(("section_head", "assign"), ("section_clerk", "fix"), ("assessor", "pass"))
    story.goes_on("mine_leader", "close")
    assert story.issue.state == "closed"


def test_a_cause_must_be_named(story: Story) -> None:
    story.begins("worker", "incident")
    story.goes_on("assessor", "confirm")
    with pytest.raises(Refused, match="原因"):
        story.goes_on("assessor", "analyse", facts={})


def test_an_incident_is_seen_by_its_unit_the_office_leaders_and_who_told_it(story: Story) -> None:
    story.begins("worker", "incident")
    assert story.seen_by() == OFFICE_AND_UNIT | {"worker"}


# ── violations ──
def by_two(story: Story) -> Issue:
    people = ((Role.SUBJECT, story.cast.people["worker"]), (Role.JOINT, story.cast.people["crew_leader"]))
    return story.begins("assessor", "violation", people=people, category="work")


def test_a_violation_names_one_person_and_those_liable_with_him(story: Story) -> None:
    by_two(story)
    assert dict(story.issue.involved.exclude(role="author").values_list("role", "name")) == {
        "subject": "马小军",
        "joint": "牛铁柱",
    }
    with pytest.raises(Refused, match="一人一件"):
        story.begins("assessor", "violation", people=())


def test_workers_register_no_violations_of_each_other(story: Story) -> None:
    with pytest.raises(PermissionDenied, match="三违由"):
        story.begins("worker", "violation")


def test_a_violation_is_confirmed_mentored_and_looked_at_again(story: Story) -> None:
    by_two(story)
    story.follows(
        ("inspector", "confirm"),
        ("section_head", "mentor"),
        ("branch_secretary", "mentor"),
        ("section_head", "mentored"),
    )
    assert (story.issue.due_at - story.at).days == 30
    with pytest.raises(Refused, match="另一个人"):
        story.goes_on("section_head", "revisited")
    story.goes_on("branch_secretary", "revisited")
    assert story.issue.state == "closed"


def test_there_is_no_exposure_and_no_guarantee_by_the_family_among_the_steps_of_mentoring(story: Story) -> None:
    assert set(MENTOR_STEPS) == {"reflection", "section_talk", "secretary_talk", "retraining"}
    by_two(story)
    story.goes_on("inspector", "confirm")
    with pytest.raises(Refused, match="帮教方式有"):
        story.goes_on("section_head", "mentor", facts={"step": "exposure"})


@pytest.mark.parametrize("member", ["worker", "crew_leader"])
def test_who_is_concerned_may_appeal_and_the_clock_waits(story: Story, member: str) -> None:
    by_two(story)
    story.goes_on("inspector", "confirm")
    due = story.issue.due_at
    story.goes_on(member, "appeal")
    assert story.issue.stopped_due == due
    story.later(days=4)
    with pytest.raises(Refused, match="认定人"):
        story.goes_on("inspector", "uphold")
    with pytest.raises(Refused, match="发现人"):
        story.goes_on("assessor", "cancel")
    story.goes_on("mine_leader", "uphold")
    assert (story.issue.due_at - due).days == 4


def test_an_appeal_may_end_it(story: Story) -> None:
    by_two(story)
    story.follows(("inspector", "confirm"), ("worker", "appeal"), ("manager", "cancel"))
    assert story.issue.state == "void"


def test_the_log_does_not_say_who_appealed(story: Story) -> None:
    by_two(story)
    story.follows(("inspector", "confirm"), ("worker", "appeal"))
    event = AuditEvent.objects.order_by("pk").last()
    assert (event.actor, event.actor_name) == ("concerned", "当事人")
    assert story.issue.steps.get(verb="appeal").by == story.cast.people["worker"]


def test_a_violation_is_on_no_public_list(story: Story) -> None:
    by_two(story)
    assert story.seen_by() == OFFICE_AND_UNIT | {"worker", "crew_leader"}, "both are named in it"
    on_his_own = Story(story.cast, story.at)
    on_his_own.begins("assessor", "violation", people=((Role.SUBJECT, story.cast.people["section_clerk"]),))
    assert "worker" not in on_his_own.seen_by()
    assert "other_head" not in on_his_own.seen_by()

"""Whoever is stopped can be let go again, and whoever is helped be done with it: two people agree, and never he himself."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.actions import forget_expired, tick
from pithead.issues.models import Issue, Role
from pithead.issues.testing import MORE, Story
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Post, Unit
from pithead.org.testing import MEMBERS

EVERYBODY = [*MEMBERS, *MORE]
LONG_AGO = dt.date(2026, 1, 1)


def begun(story: Story, member: str, grade: str) -> None:
    """By whoever may, in the section or office he belongs to."""
    person = story.cast.people[member]
    unit = person.unit or story.cast.mine
    unit = unit.parent if unit.kind == "crew" and unit.parent else unit
    for by in ("inspector", "assessor", "manager", "mine_leader"):
        if by != member:
            try:
                story.begins(by, "care", unit=unit, grade=grade, people=((Role.SUBJECT, person),))
            except PermissionDenied:
                continue
            return
    raise AssertionError("nobody may begin it")


def makers(story: Story, verb: str, member: str, *, most: int) -> list[str]:
    """Everybody tries; the first `most` who are let make it."""
    mentor = story.cast.people["section_clerk" if member == "crew_leader" else "crew_leader"]
    people = {"people": ((Role.MENTOR, mentor),)} if verb == "plan" else {}
    made: list[str] = []
    for one in EVERYBODY:
        story.later(minutes=1)
        try:
            story.goes_on(one, verb, **people)
        except (Refused, PermissionDenied):
            continue
        made.append(one)
        if len(made) == most:
            break
    return made


def leave(story: Story, *members: str) -> None:
    """And so much time goes by that it climbs."""
    Post.objects.filter(person__in=[story.cast.people[member] for member in members]).update(until=LONG_AGO)
    story.later(days=10)
    tick(at=story.at)


def without_office(story: Story) -> None:
    Unit.objects.filter(code="SAF").update(code="OLD", name="原安全科")


def is_lifted_and_closed_by_two_others(story: Story, member: str) -> None:
    first, second = (makers(story, "propose_lift", member, most=9), makers(story, "lift", member, most=1))
    assert second, f"after {first}, nobody may lift it"
    assert member not in first + second
    assert set(first) - set(second), "two people"
    assert story.issue.grade == "watch"
    assert makers(story, "plan", member, most=1)
    first, second = (makers(story, "propose_restored", member, most=9), makers(story, "restore", member, most=1))
    assert second, f"after {first}, nobody may close it"
    assert member not in first + second
    assert set(first) - set(second)
    assert story.issue.state == "restored"


@pytest.mark.parametrize("member", EVERYBODY)
def test_every_stop_is_lifted_by_two_others(story: Story, member: str) -> None:
    begun(story, member, "stop")
    is_lifted_and_closed_by_two_others(story, member)


@pytest.mark.parametrize("member", ["worker", "section_head", "liaison_officer", "assessor", "mine_leader"])
def test_where_the_office_is_missing_too(story: Story, member: str) -> None:
    without_office(story)
    begun(story, member, "restrict")
    is_lifted_and_closed_by_two_others(story, member)


@pytest.mark.parametrize(
    "gone", [("section_head",), ("section_head", "branch_secretary"), ("assessor", "inspector"), ("inspector",)]
)
@pytest.mark.parametrize("member", ["worker", "assessor"])
def test_where_posts_fell_empty_since(story: Story, member: str, gone: tuple[str, ...]) -> None:
    begun(story, member, "stop")
    leave(story, *gone)
    is_lifted_and_closed_by_two_others(story, member)


# ── who stands in, and where ──
def test_the_secretary_stands_in_for_the_section_head_about_whom_it_is(story: Story) -> None:
    begun(story, "section_head", "stop")
    story.goes_on("inspector", "propose_lift")
    with pytest.raises((Refused, PermissionDenied)):
        story.goes_on("section_head", "lift")
    assert "mine_leader" not in story.seen_by()
    story.goes_on("branch_secretary", "lift")
    assert story.issue.grade == "watch"
    assert story.issue.steps.get(verb="lift").acted_as == "secretary"


def test_a_leader_is_let_in_by_the_first_word_where_there_is_no_section_head(story: Story) -> None:
    begun(story, "liaison_officer", "stop")
    assert "manager" not in story.seen_by()
    story.goes_on("inspector", "propose_lift")
    assert story.told_to("second") == {"mine_leader", "chief_engineer", "manager"}
    assert AuditEvent.objects.filter(action="issues.matter.let_in", subject_id=str(story.issue.pk)).count() == 1
    with pytest.raises(PermissionDenied):
        story.goes_on("other_head", "lift")
    with pytest.raises(Refused, match="两个人、两种身份"):
        story.goes_on("assessor", "lift")
    story.goes_on("manager", "lift")


def test_only_the_one_in_charge_is_let_in_where_there_is_one(story: Story) -> None:
    Post.objects.filter(person=story.cast.people["manager"]).update(title="安全副矿长")
    begun(story, "liaison_officer", "restrict")
    story.goes_on("inspector", "propose_lift")
    assert story.told_to("second") == {"manager"}
    assert "mine_leader" not in story.seen_by()


def test_where_both_are_there_nobody_else_has_a_say_or_reads_it(story: Story) -> None:
    begun(story, "worker", "stop")
    story.goes_on("inspector", "propose_lift")
    assert not story.told_to("second")
    assert not {"mine_leader", "chief_engineer", "manager"} & story.seen_by()
    for member in ("branch_secretary", "mine_leader"):
        with pytest.raises(PermissionDenied):
            story.goes_on(member, "lift")
    story.goes_on("section_head", "lift")


def test_one_in_both_posts_is_not_two(story: Story) -> None:
    inspector, unit = story.cast.people["inspector"], story.cast.units["ZC1"]
    Post.objects.create(mine=story.cast.mine, person=inspector, role="section_head", unit=unit, since=LONG_AGO)
    begun(story, "worker", "stop")
    story.goes_on("inspector", "propose_lift")
    with pytest.raises(Refused, match="两个人、两种身份"):
        story.goes_on("inspector", "lift")
    story.goes_on("assessor", "lift")


def test_what_was_forgotten_is_not_gone_on_with(story: Story) -> None:
    begun(story, "worker", "watch")
    story.goes_on("section_head", "dismiss")
    Issue.objects.filter(pk=story.issue.pk).update(expires_on=story.at.date())
    assert forget_expired(at=story.at) == 1
    Issue.objects.filter(pk=story.issue.pk).update(state="found", closed_at=None)  # as if its end were undone
    with pytest.raises(Refused, match="已到期清除，不能再办"):
        story.goes_on("section_head", "dismiss")

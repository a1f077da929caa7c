"""Whoever hears of a confidential matter can open it, and nobody else can: of every kind, at every grade and every level."""

import datetime as dt

import pytest

from pithead.issues.actions import set_workflow, tick
from pithead.issues.models import Role
from pithead.issues.queries import concerning, setting_of
from pithead.issues.queries.settings import POSTS
from pithead.issues.testing import Story
from pithead.issues.workflows import WORKFLOWS, Visibility
from pithead.kernel.models import AuditEvent
from pithead.org.access import RoleCode
from pithead.org.models import Membership, Person, Post, Serves, Unit, UnitKind

CONFIDENTIAL = [kind for kind, flow in WORKFLOWS.items() if flow.visibility is Visibility.NAMED]
CASES = [(kind, grade) for kind in CONFIDENTIAL for grade in WORKFLOWS[kind].grades]
OFFICERS = {"care": {"assessor", "inspector"}, "dispute": {"party_officer", "second_officer"}}
OF_THE_SECTION = {"section_head", "branch_secretary"}


@pytest.fixture
def story(story: Story) -> Story:
    """Each office has somebody who may not read, and leaders with and without a title."""
    for code in ("SAF", "PTY"):
        _appoint(story, f"liaison_{code}", story.cast.units[code], RoleCode.LIAISON_OFFICER)
    for member, title in (("party_secretary", "党委书记"), ("safety_deputy", "安全副矿长")):
        _appoint(story, member, story.cast.mine, RoleCode.MINE_LEADER, title)
    return story


def _appoint(story: Story, member: str, unit: Unit, role: RoleCode, title: str = "") -> None:
    mine, day = story.cast.mine, dt.date(2020, 1, 1)
    home = unit if unit.kind != UnitKind.MINE else None
    person = Person.objects.create(mine=mine, staff_no=f"9{len(story.cast.people)}", name=member, unit=home)
    if home is not None:
        Membership.objects.create(mine=mine, person=person, unit=home, since=day)
    Post.objects.create(mine=mine, person=person, role=role, unit=unit, title=title, since=day)
    story.cast.people[member] = person


def told(story: Story) -> set[str]:
    return story.told_to("")


def concerned(story: Story) -> set[str]:
    return {"worker"} if WORKFLOWS[story.issue.kind].needs_subject else set()


def readers(story: Story) -> set[str]:
    return OF_THE_SECTION | OFFICERS[story.issue.kind] | concerned(story)


def let_in(story: Story) -> set[str]:
    names = {person.name: member for member, person in story.cast.people.items()}
    events = AuditEvent.objects.filter(action="issues.matter.let_in", subject_id=str(story.issue.pk))
    said = [event.after["readers"] for event in events]
    return {names[one.rpartition(" ")[0]] for names_said in said for one in names_said.split("、")}


@pytest.mark.parametrize(("kind", "grade"), CASES)
def test_whoever_is_told_can_open_it_and_nobody_else(story: Story, kind: str, grade: str) -> None:
    """From the beginning to the last level, and with every post there is at some level."""
    levels = [{"after": f"{turn}d", "to": [post]} for turn, post in enumerate(POSTS)]
    officer = story.cast.actor("party_officer")
    set_workflow(by=officer, at=story.at, mine=story.cast.mine, kind=kind, content={"levels": levels})
    story.begins("section_head", kind, grade=grade)
    assert story.issue.due_at is not None
    for days in range(-1, len(POSTS)):
        tick(at=story.issue.due_at + dt.timedelta(days=days))
        assert told(story) <= story.seen_by()
        assert story.seen_by() == readers(story) | let_in(story), "nobody else can"
    titled = {"safety_deputy"} if kind == "care" else {"party_secretary", "manager"}
    assert told(story) >= titled, "leaders hear of it in the end"
    assert let_in(story) == titled, "by title, not all of them"


@pytest.mark.parametrize("kind", CONFIDENTIAL)
def test_as_shipped_each_level_is_told_to_readers(story: Story, kind: str) -> None:
    story.begins("section_head", kind)
    last = story.issue.due_at + dt.timedelta(days=30)
    assert tick(at=last) == len(setting_of(story.cast.mine, kind).levels)
    assert told(story) <= story.seen_by() == readers(story) | let_in(story)
    for member in let_in(story):
        found = concerning(story.cast.actor(member), story.cast.mine, last).lines
        assert story.issue.pk in {line.pk for line in found}, "and he finds it again"
    assert let_in(story) == ({"party_secretary", "manager"} if kind == "dispute" else set())


def test_stopped_underground_is_told_to_those_who_help_and_to_no_leader(story: Story) -> None:
    story.begins("section_head", "care", grade="stop")
    assert told(story) == {"section_head", "assessor", "inspector"}
    assert let_in(story) == set()


@pytest.mark.parametrize("grade", ["mine", "above"])
def test_what_a_section_cannot_settle_is_the_leaders_from_then_on(story: Story, grade: str) -> None:
    story.begins("branch_secretary", "dispute")
    assert told(story) == set()
    story.goes_on("section_head", "hand_up", grade=grade)
    assert told(story) == {"section_head", "party_officer", "second_officer", "party_secretary"}
    assert "party_secretary" in story.seen_by()
    story.goes_on("party_secretary", "plan", whose="party_secretary")
    assert story.issue.owner == story.cast.people["party_secretary"]


def test_a_leader_let_in_is_named_by_mark_and_under_the_key(story: Story) -> None:
    story.begins("branch_secretary", "dispute", grade="above")
    named = story.issue.involved.get(role=Role.LEADER)
    assert named.who != str(story.cast.people["party_secretary"].pk)
    assert "party_secretary" not in named.name
    event = AuditEvent.objects.get(action="issues.matter.let_in")
    assert (event.actor, event.after["readers"].split()[0]) == ("system", "party_secretary")
    tick(at=story.at + dt.timedelta(days=60))
    assert story.issue.involved.filter(role=Role.LEADER, who=named.who).count() == 1, "let in once"


def test_where_no_reader_is_left_below_it_reaches_a_leader_who_is_let_in(story: Story) -> None:
    Post.objects.filter(role__in=(RoleCode.SECTION_HEAD, RoleCode.ASSESSOR)).delete()
    Serves.objects.filter(server__code="ZB1").delete()
    story.begins("crew_leader", "care", unit=story.cast.units["ZC1-1"])
    tick(at=story.issue.due_at + dt.timedelta(hours=1))
    assert told(story) == {"safety_deputy"}
    assert "safety_deputy" in story.seen_by()

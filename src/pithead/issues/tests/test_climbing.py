"""What is late climbs by itself, each level once, to whoever holds the post at that time."""

import datetime as dt

import pytest

from pithead.issues.actions import set_workflow, tick
from pithead.issues.models import Issue, Notice
from pithead.issues.testing import Story
from pithead.issues.workflows import Kind
from pithead.kernel import jobs
from pithead.org.access import RoleCode
from pithead.org.models import Post

HOUR = dt.timedelta(hours=1)
LEADERS = {"mine_leader", "chief_engineer", "manager"}
SAFETY = {"assessor", "inspector"}


def ticked(story: Story, hours: float) -> int:
    """So many hours after the beginning."""
    return tick(at=story.at + hours * HOUR)


def assigned(story: Story) -> Story:
    story.begins("worker", "hazard", grade="C")
    story.goes_on("section_head", "assign", due_at=story.at + 10 * HOUR)
    return story


def test_a_hazard_climbs_to_its_owner_section_office_leader_and_manager(story: Story) -> None:
    post = Post.objects.get(person=story.cast.people["manager"])
    post.title = "矿长"
    post.save()
    assigned(story)
    key = f"climb:{story.issue.clock}"
    expected = {
        4.9: set(),
        5: {"section_clerk"},
        10: {"section_clerk", "section_head"},
        34: {"section_clerk", "section_head", *SAFETY},
        58: {"section_clerk", "section_head", *SAFETY, *LEADERS},
    }
    for hours, told in expected.items():
        ticked(story, hours)
        assert story.told_to(key) == told
    assert not story.issue.listed
    ticked(story, 82)
    assert story.issue.listed, "at the manager it is put on the list"
    assert story.told_to(f"{key}:5") == {"manager"}
    assert story.issue.climbs_at is None
    assert ticked(story, 2000) == 0


def test_each_level_is_climbed_once_however_often_and_late_it_is_looked(story: Story) -> None:
    assigned(story)
    assert ticked(story, 500) == 5
    assert ticked(story, 500) == 0
    assert ticked(story, 900) == 0
    assert list(story.issue.steps.filter(verb="climb").values_list("level", flat=True)) == [1, 2, 3, 4, 5]
    assert Notice.objects.filter(issue=story.issue, key__startswith="climb").count() == len(
        set(Notice.objects.filter(key__startswith="climb").values_list("key", "person"))
    )


def test_it_is_the_post_that_is_told_not_the_person_who_held_it_once(story: Story) -> None:
    assigned(story)
    Post.objects.filter(person=story.cast.people["assessor"]).update(until=(story.at + 24 * HOUR).date())
    Post.objects.create(
        mine=story.cast.mine,
        person=story.cast.people["hr_officer"],
        role=RoleCode.ASSESSOR,
        unit=story.cast.units["SAF"],
        since=(story.at + 24 * HOUR).date(),
    )
    ticked(story, 50)
    assert story.told_to(f"climb:{story.issue.clock}:3") == {"inspector", "hr_officer"}


def test_where_a_post_is_empty_the_next_one_up_hears_of_it(story: Story) -> None:
    assigned(story)
    Post.objects.filter(unit__code="ZC1").delete()
    story.cast.people["section_clerk"].left_on = story.at.date()
    story.cast.people["section_clerk"].save()
    ticked(story, 10)
    assert story.told_to("climb") == SAFETY
    Post.objects.filter(unit__code="SAF").delete()
    ticked(story, 40)
    assert story.told_to(f"climb:{story.issue.clock}:3") == LEADERS


def test_every_kind_tells_somebody_when_it_is_late(story: Story) -> None:
    beginners = {"violation": "assessor", "directive": "party_officer", "finding": "party_officer"}
    for kind in Kind:
        begun = "section_head" if kind in ("shortfall", "care", "dispute") else beginners.get(kind, "worker")
        story.begins(begun, kind)
        last = story.issue.due_at + dt.timedelta(days=8)
        tick(at=last)
        assert story.told_to("climb"), kind
        assert story.issue.climbs_at is None, kind


def test_a_new_clock_begins_at_the_bottom(story: Story) -> None:
    assigned(story)
    ticked(story, 35)
    story.later(hours=36)
    story.goes_on("section_clerk", "fix")
    assert (story.issue.level, story.issue.due_at) == (0, story.at + 24 * HOUR)


def test_nothing_climbs_while_it_stands_still_and_the_rest_of_the_time_is_kept(story: Story) -> None:
    assigned(story)
    story.later(hours=2)
    story.goes_on("assessor", "wait")
    assert story.issue.due_at is None
    assert ticked(story, 1000) == 0
    story.later(hours=1000)
    story.goes_on("assessor", "resume")
    assert story.issue.due_at == story.at + 8 * HOUR
    assert story.issue.state == "assigned"
    assert ticked(story, 2.9) == 0
    assert ticked(story, 3) == 1


def test_nothing_climbs_once_it_is_closed(story: Story) -> None:
    story.begins("worker", "hazard", grade="D")
    story.follows(("section_head", "fix_on_spot"), ("assessor", "pass"))
    assert ticked(story, 5000) == 0


def test_more_time_puts_off_the_climb(story: Story) -> None:
    assigned(story)
    ticked(story, 5)
    story.goes_on("assessor", "extend", due_at=story.at + 30 * HOUR)
    assert ticked(story, 29) == 0
    assert ticked(story, 30) == 1


def test_a_mine_that_took_levels_away_is_not_stopped_by_what_was_planned(story: Story) -> None:
    assigned(story)
    ticked(story, 34)
    levels = [{"after": "0h", "to": ["section_head"]}]
    by = story.cast.actor("party_officer")
    set_workflow(by=by, at=story.at, mine=story.cast.mine, kind="hazard", content={"levels": levels})
    assert ticked(story, 500) == 0
    assert story.issue.climbs_at is None


def test_a_notice_says_what_to_do_and_nothing_of_what_it_is_about(story: Story) -> None:
    assigned(story)
    ticked(story, 500)
    texts = set(Notice.objects.values_list("text", flat=True))
    assert "隐患：“整改中”已超期，请过问" in texts
    assert not [text for text in texts if story.issue.text in text]


def test_another_mine_climbs_by_itself(story: Story) -> None:
    assigned(story)
    assert tick(at=story.at + 500 * HOUR, mine=story.cast.other_mine) == 0
    assert tick(at=story.at + 500 * HOUR, mine=story.cast.mine) == 5


def test_the_clock_of_the_server_does_it(story: Story) -> None:
    assigned(story)
    outcomes = {turn.job.name: turn.outcome for turn in jobs.run_due(story.at + 500 * HOUR)}
    assert outcomes["issues.climb"] == "升级 5 次"
    assert outcomes["issues.forget"] == "清除 0 件"


@pytest.mark.parametrize("much", [3, 6])
def test_looking_when_nothing_is_late_takes_as_many_queries_as_there_are_mines(
    story: Story, much: int, django_assert_num_queries: object
) -> None:
    for _ in range(much):
        story.begins("worker", "hazard", grade="C")
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert ticked(story, 0) == 0
    assert Issue.objects.count() == much


RAISED_BY_POSTS = {
    **dict.fromkeys(("violation", "shortfall", "care", "dispute"), "section_head"),
    **dict.fromkeys(("directive", "finding"), "party_officer"),
}


@pytest.mark.parametrize("kind", list(Kind.values))
def test_nobody_is_told_of_what_he_cannot_open(story: Story, kind: str) -> None:
    story.begins(RAISED_BY_POSTS.get(kind, "worker"), kind)
    tick(at=story.at + dt.timedelta(days=90))
    told = story.told_to("climb")
    assert told
    assert told <= story.seen_by()

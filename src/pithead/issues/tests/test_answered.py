"""Answers to those who gave no name: found by everybody, naming nobody."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from pithead.issues import actions
from pithead.issues.queries import answered_without_name
from pithead.issues.testing import Story, grow_cast
from pithead.issues.tests.test_pages import text_of
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
TWICE = "同一张表要填两次"


@pytest.fixture
def story(cast: Cast) -> Story:
    """Pages ask the clock themselves: what they show has to have happened before."""
    return Story(grow_cast(cast), timezone.now() - dt.timedelta(minutes=30))


def unnamed(story: Story, kind: str = "complaint", text: str = TWICE) -> None:
    story.begins("worker", kind, text=text, anonymous=True, unit=None)


def office(story: Story) -> str:
    """Somebody of the office in charge."""
    people = story.cast.people
    return next(
        who for who in ("party_officer", "other_assessor", "assessor") if people[who].unit == story.issue.office
    )


def listed(story: Story) -> list[tuple[str, str]]:
    return [(line.text, line.answer) for line in answered_without_name(story.cast.mine, story.at)]


@pytest.mark.parametrize(
    ("kind", "verb"),
    [("complaint", "answer"), ("suggestion", "decline"), ("request", "promise"), ("difficulty", "promise")],
)
def test_what_was_said_without_a_name_is_answered_where_everybody_looks(
    story: Story, signed_in: SignIn, kind: str, verb: str
) -> None:
    unnamed(story, kind)
    assert listed(story) == []
    story.goes_on(office(story), "comment", note="再问问")
    assert listed(story) == []
    story.goes_on(office(story), verb, note="下月起只填一次")
    page = text_of(signed_in("worker").get("/issues/answers/"))
    assert listed(story) == [(TWICE, "下月起只填一次")]
    assert TWICE in page
    assert "下月起只填一次" in page
    assert "周全" not in page


def test_what_has_a_name_or_a_key_of_its_own_stays_among_those_it_concerns(story: Story) -> None:
    story.begins("worker", "complaint", text=TWICE)
    story.goes_on("party_officer", "answer")
    story.begins("section_head", "care")
    story.begins("worker", "hazard")
    assert listed(story) == []


def test_what_was_put_together_is_answered_there(story: Story) -> None:
    first = story.begins("worker", "complaint", text=TWICE)
    unnamed(story, text="一张表填两遍")
    actions.merge(by=story.cast.actor("party_officer"), at=story.at, issue=story.issue, into=first)
    story.told = first
    story.goes_on("party_officer", "answer", note="下月起只填一次")
    assert listed(story) == [("一张表填两遍", "下月起只填一次")]


def test_after_a_year_it_is_not_listed_any_more(story: Story) -> None:
    unnamed(story)
    story.goes_on("party_officer", "answer")
    assert listed(story)
    story.later(days=400)
    assert listed(story) == []


def test_other_mines_read_their_own(story: Story, signed_in: SignIn) -> None:
    unnamed(story)
    story.goes_on("party_officer", "answer")
    assert TWICE not in text_of(signed_in("stranger").get("/issues/answers/"))


def test_many_answers_cost_no_more_questions(story: Story, django_assert_num_queries) -> None:
    for turn in range(3):
        unnamed(story, text=f"{TWICE} {turn}")
        story.goes_on("party_officer", "answer")
    with django_assert_num_queries(2):
        assert len(answered_without_name(story.cast.mine, story.at)) == 3

"""Laid at the wrong door: the office in charge gives it to the right unit, place or category, as a step like every other."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.queries import waits_for
from pithead.issues.testing import Story, grow_cast
from pithead.issues.tests.test_pages import ID, text_of
from pithead.kernel.refusal import Refused
from pithead.org.actions import add_place
from pithead.org.models import Place
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]


@pytest.fixture
def story(cast: Cast) -> Story:
    """Pages ask the clock themselves: what they show has to have happened before."""
    return Story(grow_cast(cast), timezone.now() - dt.timedelta(minutes=30))


@pytest.fixture
def face(cast: Cast, at: dt.datetime) -> Place:
    given = {"code": "2207", "name": "2207 工作面", "kind": "working", "since": timezone.localdate(at)}
    return add_place(by=cast.system(), at=at, mine=cast.mine, unit=cast.units["M1"], **given)


def asked(story: Story, member: str) -> set[Issue]:
    page = waits_for(story.cast.actor(member), story.cast.mine, story.at)
    return {line.pk for line in page.lines}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("kind", "member"), [("hazard", "assessor"), ("finding", "party_officer"), ("request", "party_officer")]
)
def test_the_new_units_people_are_asked_and_told_and_the_old_ones_are_not(story: Story, kind: str, member: str) -> None:
    begins = "party_officer" if kind == "finding" else "worker"
    pk = story.begins(begins, kind, category="", unit=story.cast.units["ZC1"]).pk
    assert (pk in asked(story, "section_head"), pk in asked(story, "other_head")) == (True, False)
    story.goes_on(member, "rehome", unit=story.cast.units["M1"])
    assert (pk in asked(story, "section_head"), pk in asked(story, "other_head")) == (False, True)
    assert "other_head" in story.told_to("step:2:unit")
    step = story.issue.steps.get(seq=2)
    assert (step.verb, step.facts) == ("rehome", {"unit": "煤一队"})


def test_what_was_assigned_is_assigned_anew_with_its_own_clock(story: Story) -> None:
    story.begins("worker", "hazard", category="extraction")
    story.follows(("assessor", "assign"))
    before = story.issue
    assert before.owner is not None
    story.later(hours=1)
    after = story.goes_on("inspector", "rehome", unit=story.cast.units["M1"])
    assert (after.state, after.owner, after.owner_unit, after.clock) == ("found", None, None, before.clock + 1)
    assert after.due_at is not None
    story.goes_on("other_head", "assign", whose="other_head")
    assert story.issue.state == "assigned"


def test_place_and_category_are_put_right_and_the_repetition_that_hung_on_them_is_gone(
    story: Story, face: Place
) -> None:
    story.begins("worker", "hazard", category="haulage", place_text="老地方")
    story.later(minutes=1)
    again = story.begins("worker", "hazard", category="haulage", place_text="老地方")
    assert (again.repeats is not None, again.grade) == (True, "B")
    after = story.goes_on("assessor", "rehome", unit=None, place=face, category="water")
    assert (after.place, after.place_text, after.category, after.repeats) == (face, "", "water", None)
    assert after.grade == "B"
    assert after.steps.get(seq=2).facts == {"place": "2207 工作面", "category": "地测防治水"}
    assert not story.told_to("step:2:unit")


def test_an_incident_goes_on_where_it_stood(story: Story) -> None:
    story.begins("worker", "incident")
    story.follows(("assessor", "confirm"))
    due = story.issue.due_at
    after = story.goes_on("assessor", "rehome")
    assert (after.state, after.unit, after.due_at) == ("confirmed", story.cast.units["M1"], due)


def test_only_the_office_in_charge_gives_it_away(story: Story) -> None:
    story.begins("worker", "hazard")
    for member in ("section_head", "worker", "other_assessor", "mine_leader"):
        with pytest.raises(PermissionDenied, match="改归属"):
            story.goes_on(member, "rehome")


def test_something_has_to_change_to_what_this_mine_has(story: Story) -> None:
    story.begins("worker", "hazard", category="haulage")
    cast = story.cast
    wrong: list[tuple[str, dict[str, object]]] = [
        ("至少改一样", {"unit": None}),
        ("至少改一样", {"unit": cast.units["ZC1"], "category": "haulage"}),
        ("不能作责任单位", {"unit": cast.other_mine}),
        ("不能作责任单位", {"unit": cast.units["ZB1"]}),
        ("类别有", {"category": "pay"}),
        ("地点最多 64 字", {"place_text": "远" * 65}),
        ("要写明说明", {"note": ""}),
    ]
    for said, more in wrong:
        with pytest.raises(Refused, match=said):
            story.goes_on("assessor", "rehome", **more)
    with pytest.raises(Refused, match="不能改责任单位"):
        story.goes_on("assessor", "assign", unit=cast.units["M1"])


def test_the_page_offers_it_with_what_stands_and_says_what_became_of_it(
    story: Story, signed_in: SignIn, face: Place
) -> None:
    story.begins("worker", "hazard", category="haulage")
    office, page = signed_in("assessor"), f"/issues/{story.issue.pk}/"
    assert "不变：综采一队" in text_of(office.get(page))
    assert "改归属" not in text_of(signed_in("section_head").get(page))
    said = {"id": ID, "note": "不是综采一队的地方", "unit": story.cast.units["M1"].pk, "place": face.pk}
    assert office.post(f"{page}moves/rehome/", said).status_code == 302
    assert (story.issue.unit, story.issue.place) == (story.cast.units["M1"], face)
    life = text_of(office.get(page))
    assert "责任单位：煤一队；地点：2207 工作面" in life
    assert "至少改一样" in text_of(office.post(f"{page}moves/rehome/", {"id": ID[:-1] + "9", "note": "再看看"}))

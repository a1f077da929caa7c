"""Figures out of matters: what counts is what was confirmed, stayed open, failed or came back; never what was found."""

import datetime as dt
from decimal import Decimal

import pytest

from pithead.issues.actions import tick
from pithead.issues.models import Issue
from pithead.issues.testing import Story, grow_cast
from pithead.kernel.periods import Period
from pithead.measures.queries import figures
from pithead.measures.registry import Asked, Facts, measures
from pithead.org.models import Place
from pithead.org.models.people import PoliticalStatus
from pithead.org.queries import calendar_of
from pithead.org.testing import OPENED, TODAY, Cast

JUNE = Period.parse("2026-06")
DAYS_BEFORE = dt.timedelta(days=20)  # 16 June


@pytest.fixture
def on(cast: Cast, at: dt.datetime) -> dt.datetime:
    grow_cast(cast)
    return at - DAYS_BEFORE


def said(cast: Cast, code: str, unit: str = "ZC1", period: Period = JUNE) -> str:
    return measures[code].words(figures(cast.mine, code, period, TODAY).get(cast.units[unit].pk))


def hazard(cast: Cast, on: dt.datetime, *, grade: str = "C", late: bool = False, closed: bool = False) -> Story:
    story = Story(cast, on)
    story.begins("assessor", "hazard", grade=grade)
    story.later(hours=1)
    story.goes_on("inspector", "assign")
    story.later(days=10 if late else 0, hours=1)
    tick(at=story.at, mine=cast.mine)
    if closed:
        story.goes_on("section_clerk", "fix")
        story.later(hours=1)
        story.goes_on("inspector", "pass")
    return story


def test_a_hazard_that_was_found_and_mended_in_time_costs_nothing(cast: Cast, on: dt.datetime) -> None:
    hazard(cast, on, closed=True)
    assert said(cast, "hazard.on_time") == "100"
    for code in ("hazard.overdue", "hazard.late_or_back", "hazard.recheck_failed"):
        assert said(cast, code) == "—"


def test_what_was_mended_late_counts_as_late_though_it_is_closed(cast: Cast, on: dt.datetime) -> None:
    hazard(cast, on, closed=True)
    hazard(cast, on, late=True, closed=True)
    hazard(cast, on, late=True, grade="B")
    assert said(cast, "hazard.on_time") == "50"
    assert said(cast, "hazard.overdue") == "2"
    assert said(cast, "hazard.overdue_bad") == "1"
    assert said(cast, "hazard.overdue", "M1") == "—"


def test_what_comes_late_and_came_back_is_one(cast: Cast, on: dt.datetime) -> None:
    first = hazard(cast, on, closed=True).issue
    again = hazard(cast, on + dt.timedelta(days=1), late=True).issue
    Issue.objects.filter(pk=again.pk).update(repeats=first)
    assert said(cast, "hazard.came_back") == "1"
    assert said(cast, "hazard.late_or_back") == "1"
    Issue.objects.filter(pk=again.pk).update(state="void")
    assert said(cast, "hazard.late_or_back") == "—"


def test_what_did_not_pass_is_counted_once(cast: Cast, on: dt.datetime) -> None:
    story = hazard(cast, on)
    for verb, member in (
        ("fix", "section_clerk"),
        ("fail", "inspector"),
        ("fix", "section_clerk"),
        ("fail", "inspector"),
    ):
        story.goes_on(member, verb)
        story.later(hours=1)
    assert said(cast, "hazard.recheck_failed") == "1"


def violation(cast: Cast, on: dt.datetime, grade: str = "general") -> Story:
    story = Story(cast, on)
    story.begins("assessor", "violation", category="work")
    story.later(hours=1)
    story.goes_on("inspector", "confirm", grade=grade)
    return story


def test_a_violation_counts_by_the_grade_it_was_confirmed_with(cast: Cast, on: dt.datetime) -> None:
    violation(cast, on)
    violation(cast, on, "serious")
    Story(cast, on).begins("assessor", "violation", category="work")  # nobody has confirmed it
    assert [said(cast, f"violation.{grade}") for grade in ("all", "serious", "general", "minor")] == [
        "2",
        "1",
        "1",
        "—",
    ]
    assert said(cast, "violation.all", period=JUNE.next()) == "—"


def test_a_members_violation_is_one_of_a_member(cast: Cast, on: dt.datetime) -> None:
    violation(cast, on)
    assert said(cast, "violation.of_members") == "—"
    worker = cast.people["worker"]
    worker.political_status = PoliticalStatus.FULL_MEMBER
    worker.save()
    assert said(cast, "violation.of_members") == "1"


def test_a_violation_in_a_members_zone_is_told_by_its_place(cast: Cast, on: dt.datetime) -> None:
    told = [violation(cast, on), violation(cast, on)]
    places = [
        Place.objects.create(mine=cast.mine, code=kind, name=kind, kind=kind, unit=cast.units["ZC1"], since=OPENED)
        for kind in ("zone", "working")
    ]
    for story, place in zip(told, places, strict=True):
        Issue.objects.filter(pk=story.issue.pk).update(place=place)
    assert said(cast, "violation.in_zones") == "1"
    assert said(cast, "violation.in_zones", "ZB1") == "1"


def test_mentoring_that_was_not_done_in_time(cast: Cast, on: dt.datetime) -> None:
    violation(cast, on - dt.timedelta(days=8))
    assert said(cast, "violation.mentoring_late") == "—"
    tick(at=on + dt.timedelta(days=12), mine=cast.mine)
    assert said(cast, "violation.mentoring_late") == "1"


def test_an_accident_counts_when_it_was_confirmed(cast: Cast, on: dt.datetime) -> None:
    story = Story(cast, on)
    story.begins("worker", "incident")
    assert said(cast, "incident.all") == "—"
    story.goes_on("assessor", "confirm", grade="minor_injury", facts={"reported_in_time": True})
    assert [said(cast, f"incident.{grade}") for grade in ("all", "minor_injury", "equipment")] == ["1", "1", "—"]


def request(cast: Cast, on: dt.datetime, *, late: bool) -> Story:
    story = Story(cast, on)
    story.begins("worker", "request")
    story.later(hours=1)
    story.goes_on("section_head", "promise")
    story.later(days=12 if late else 0, hours=1)
    tick(at=story.at, mine=cast.mine)
    story.goes_on("section_clerk", "answer")
    story.later(hours=1)
    story.goes_on("worker", "satisfied")
    return story


def test_requests_are_kept_in_time_or_not(cast: Cast, on: dt.datetime) -> None:
    request(cast, on, late=False)
    request(cast, on, late=True)
    assert said(cast, "request.on_time") == "50"
    assert said(cast, "request.overdue") == "1"
    assert said(cast, "request.solved") == "2"
    assert said(cast, "matter.solved") == "2"


@pytest.mark.parametrize(
    ("kind", "member", "code"),
    [
        ("request", "worker", "request.unanswered"),
        ("difficulty", "worker", "difficulty.overdue"),
        ("suggestion", "worker", "suggestion.overdue"),
    ],
)
def test_what_was_not_answered_in_time_counts_under_its_own_kind(
    cast: Cast, on: dt.datetime, kind: str, member: str, code: str
) -> None:
    Story(cast, on - dt.timedelta(days=12)).begins(member, kind)
    tick(at=on - dt.timedelta(days=11), mine=cast.mine)
    assert said(cast, code) == "—"
    tick(at=on + dt.timedelta(days=13), mine=cast.mine)
    counted = {one: said(cast, one) for one in ("request.unanswered", "difficulty.overdue", "suggestion.overdue")}
    assert counted == {one: "1" if one == code else "—" for one in counted}


def test_the_records_behind_a_figure_are_as_many_as_it_says_and_hold_no_text(cast: Cast, on: dt.datetime) -> None:
    hazard(cast, on, late=True)
    hazard(cast, on, late=True)
    start, end = calendar_of(cast.mine).bounds(JUNE)
    asked = Asked(cast.mine, start, end, TODAY, calendar_of(cast.mine))
    source = measures["hazard.overdue"].source
    assert source is not None
    facts = source(asked)
    assert isinstance(facts, Facts)
    lines = [facts.line(row) for row in facts.rows.order_by(*facts.order)]
    assert Decimal(len(lines)) == figures(cast.mine, "hazard.overdue", JUNE, TODAY)[cast.mine.pk].num
    assert all("漏液" not in line.text + line.detail and line.url.startswith("/issues/") for line in lines)
    assert facts.seen is not None
    assert facts.seen(facts.rows, cast.actor("mine_leader")).count() == 2
    assert facts.seen(facts.rows, cast.actor("stranger")).count() == 0

"""Member safety zones: who walks them, and what is missing."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.issues.testing import raised
from pithead.org.actions import set_shift_system
from pithead.org.models import CrewShift, Shift
from pithead.org.queries import calendar_of
from pithead.org.testing import TODAY, Cast
from pithead.practices.models import Bond
from pithead.practices.queries.customs import customs
from pithead.practices.queries.patrol import Zone, patrol
from pithead.practices.tests.worlds import JANUARY, a_zone, done, take_over

PATROL = {
    "code": "patrol",
    "title": "井下安全巡逻",
    "performers": ["member", "crew_leader"],
    "quotas": [
        {"every": "week", "count": 3, "per": "zone"},
        {"every": "month", "count": 3, "per": "zone", "distinct": "shift"},
    ],
}


def zones(cast: Cast, member: str = "section_head") -> tuple[Zone, ...]:
    custom = next(iter(customs(cast.mine, TODAY, TODAY)), None)
    return patrol(cast.actor(member), cast.mine, custom, calendar_of(cast.mine), TODAY)


@pytest.fixture
def shifts(cast: Cast, at: dt.datetime) -> list[Shift]:
    set_shift_system(by=cast.system(), at=at, mine=cast.mine, code="three_eight")
    return list(Shift.objects.filter(system__mine=cast.mine).order_by("number"))


def test_what_is_missing_is_said_in_words(cast: Cast, shifts: list[Shift]) -> None:
    take_over(cast, PATROL)
    zone = a_zone(cast)
    first, second, third = (shift.name for shift in shifts)
    (line,) = zones(cast)
    assert line.missing == ("本周还差 3 次", "本月各班都还没有人去过")
    for shift in shifts[:2]:
        done(cast, "patrol", "crew_leader", TODAY, cast.units["ZC1"], place=zone, shift=shift)
    done(cast, "patrol", "crew_leader", TODAY, cast.units["ZC1"], place=zone)
    (line,) = zones(cast)
    assert line.missing == (f"本月{third}还没有人去过",)
    assert (line.week, line.month, line.loose) == (3, 3, 1)
    assert [(turn.shift.name, turn.month) for turn in line.turns] == [(first, 1), (second, 1), (third, 0)]


def test_enough_shifts_are_not_enough_when_one_of_the_section_was_never_walked(
    cast: Cast, at: dt.datetime, shifts: list[Shift]
) -> None:
    four = set_shift_system(by=cast.system(), at=at, mine=cast.mine, code="four_six")
    CrewShift.objects.create(mine=cast.mine, unit=cast.units["ZC1-1"], system=four, since=JANUARY)
    take_over(cast, PATROL)
    zone = a_zone(cast)
    own = list(four.shifts.order_by("number"))
    for shift in (*own[:2], shifts[0]):
        done(cast, "patrol", "crew_leader", TODAY, cast.units["ZC1"], place=zone, shift=shift)
    (line,) = zones(cast)
    assert [turn.shift for turn in line.turns] == own
    assert line.missing == (f"本月{own[2].name}、{own[3].name}还没有人去过",)
    assert (line.month, line.strange) == (3, 1)
    for shift in own[2:]:
        done(cast, "patrol", "crew_leader", TODAY, cast.units["ZC1"], place=zone, shift=shift)
    assert zones(cast)[0].missing == ()


def test_a_section_works_in_its_own_system_whatever_others_do(cast: Cast, at: dt.datetime, shifts: list[Shift]) -> None:
    four = set_shift_system(by=cast.system(), at=at, mine=cast.mine, code="four_six")
    CrewShift.objects.create(mine=cast.mine, unit=cast.mine, system=shifts[0].system, since=JANUARY)
    CrewShift.objects.create(mine=cast.mine, unit=cast.units["ZC1"], system=four, since=JANUARY)
    CrewShift.objects.create(mine=cast.mine, unit=cast.units["ZC1-1"], system=shifts[0].system, since=JANUARY)
    a_zone(cast, "A"), a_zone(cast, "B", "M1")
    found = {line.place.code: len(line.turns) for line in zones(cast, "mine_leader")}
    assert found == {"A": 4, "B": 3}


def test_who_answers_for_it_and_what_is_still_open(cast: Cast, at: dt.datetime) -> None:
    take_over(cast, PATROL)
    zone = a_zone(cast)
    worker = cast.people["worker"]
    Bond.objects.create(mine=cast.mine, kind="zone", unit=zone.unit, person=worker, place=zone, since=JANUARY)
    raised(cast, "worker", at, "hazard", place=zone, category="extraction")
    (line,) = zones(cast)
    assert (line.people, line.open) == (["马小军"], 1)


def test_without_the_practice_there_are_the_zones_and_their_people(cast: Cast) -> None:
    a_zone(cast)
    (line,) = zones(cast)
    assert (line.missing, line.week) == ((), 0)


def test_what_is_missing_comes_first_and_only_what_is_in_reach(cast: Cast) -> None:
    take_over(cast, PATROL)
    walked, _, other = a_zone(cast, "A"), a_zone(cast, "B"), a_zone(cast, "C", "M1")
    for _ in range(3):
        done(cast, "patrol", "crew_leader", TODAY, cast.units["ZC1"], place=walked)
    quota = {**PATROL, "code": "patrol", "quotas": [{"every": "week", "count": 3, "per": "zone"}]}
    take_over(cast, quota, since=TODAY - dt.timedelta(days=5))
    assert [line.place.code for line in zones(cast)] == ["B", "A"]
    assert other.code in {line.place.code for line in zones(cast, "mine_leader")}


def test_the_page(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("section_head")
    assert "还没有责任区" in client.get("/duties/patrol/").content.decode()
    take_over(cast, PATROL)
    a_zone(cast)
    shown = client.get("/duties/patrol/").content.decode()
    assert "本周还差" in shown
    assert "没有人" in shown
    for member in ("worker", "hr_officer"):
        assert signed_in(member).get("/duties/patrol/").status_code == 404


def test_the_same_number_of_queries_whatever_there_is(cast: Cast, shifts: list[Shift]) -> None:
    take_over(cast, PATROL)
    counts = []
    for code in "AB":
        zone = a_zone(cast, code)
        Bond.objects.create(
            mine=cast.mine, kind="zone", unit=zone.unit, person=cast.people["worker"], place=zone, since=JANUARY
        )
        done(cast, "patrol", "crew_leader", TODAY, cast.units["ZC1"], place=zone, shift=shifts[0])
        with CaptureQueriesContext(connection) as queries:
            zones(cast)
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""With how many of its people each unit has talked this year."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.kernel.periods import Period
from pithead.org.models import Membership, Person
from pithead.org.queries import calendar_of
from pithead.org.testing import TODAY, Cast
from pithead.practices.queries.customs import customs
from pithead.practices.queries.talks import Line, talks
from pithead.practices.tests.worlds import done, take_over

TALK = {
    "code": "talk",
    "title": "谈心谈话",
    "performers": ["branch_secretary", "section_head"],
    "quotas": [
        {"every": "year", "per": "worker"},
        {"every": "event", "per": "worker", "among": "hired", "within": 7},
    ],
    "confidentiality": "restricted",
    "readers": ["branch_secretary"],
}
YEAR = Period.parse("2026")


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    take_over(cast, TALK)


def lines(cast: Cast, member: str, today: dt.date = TODAY) -> dict[str, Line]:
    (custom,) = customs(cast.mine, today, today)
    found = talks(cast.actor(member), cast.mine, custom, calendar_of(cast.mine), YEAR, today)
    return {line.unit.code: line for line in found}


def somebody_new(cast: Cast, staff_no: str = "30001", on: dt.date = dt.date(2026, 6, 1)) -> Person:
    unit = cast.units["ZC1-1"]
    person = Person.objects.create(mine=cast.mine, staff_no=staff_no, name="辛来福", unit=unit, hired_on=on)
    Membership.objects.create(mine=cast.mine, person=person, unit=unit, since=on)
    return person


def test_of_so_many_so_many(cast: Cast) -> None:
    done(cast, "talk", "section_head", dt.date(2026, 2, 3), cast.units["ZC1"], subjects=[cast.people["worker"]])
    done(cast, "talk", "section_head", dt.date(2026, 3, 3), cast.units["ZC1"], subjects=[cast.people["worker"]])
    line = lines(cast, "mine_leader")["ZC1"]
    assert (line.people, line.talked, line.waiting) == (4, 1, 3)


def test_a_talk_that_was_taken_back_is_none(cast: Cast) -> None:
    done(cast, "talk", "section_head", TODAY, cast.units["ZC1"], subjects=[cast.people["worker"]], is_current=False)
    assert lines(cast, "mine_leader")["ZC1"].talked == 0


def test_names_are_for_those_who_lead_these_people_and_talk_with_them(cast: Cast) -> None:
    done(cast, "talk", "section_head", TODAY, cast.units["ZC1"], subjects=[cast.people["worker"]])
    left = lines(cast, "branch_secretary")["ZC1"].left
    assert left is not None
    assert {person.name for person in left} == {"牛铁柱", "高山", "祝小雨"}
    for member in ("mine_leader", "assessor", "party_officer", "liaison_officer", "section_clerk"):
        assert lines(cast, member)["ZC1"].left is None, member


def test_nobody_is_sent_to_talk_with_himself(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    line = lines(cast, "section_head")["ZC1"]
    assert line.left is not None
    assert {person.name for person in line.left} == {"牛铁柱", "马小军", "祝小雨"}
    assert (line.oneself, line.waiting, line.unnamed) == (True, 4, 0)
    shown = signed_in("section_head").get("/duties/talks/?period=2026").content.decode()
    assert f"?subject={cast.people['section_head'].staff_no}" not in shown
    assert "您本人由别人来谈" in shown


def test_somebody_new_with_whom_nobody_talked_in_time(cast: Cast) -> None:
    new = somebody_new(cast)
    (one,) = lines(cast, "section_head")["ZC1"].overdue
    assert (one.event, one.due, one.person) == ("新入职", dt.date(2026, 6, 8), new)
    (one,) = lines(cast, "mine_leader")["ZC1"].overdue
    assert one.person is None
    done(cast, "talk", "section_head", TODAY, cast.units["ZC1-1"], subjects=[new])
    assert not lines(cast, "section_head")["ZC1"].overdue


def test_the_page_says_names_only_to_their_leaders_and_never_what_was_said(
    cast: Cast, signed_in: Callable[[str], Client]
) -> None:
    somebody_new(cast)
    done(cast, "talk", "section_head", TODAY, cast.units["ZC1"], subjects=[cast.people["worker"]], sealed="家里的事")
    own = signed_in("section_head").get("/duties/talks/?period=2026").content.decode()
    assert "辛来福" in own
    assert "祝小雨" in own
    for member in ("mine_leader", "assessor", "section_clerk"):
        shown = signed_in(member).get("/duties/talks/?period=2026").content.decode()
        assert "综采一队" in shown
        for name in ("辛来福", "牛铁柱", "家里的事"):
            assert name not in shown, (member, name)
    assert "家里的事" not in own
    for member in ("worker", "hr_officer"):
        assert signed_in(member).get("/duties/talks/").status_code == 404
    assert signed_in("section_head").get("/duties/talks/?period=2026-07").status_code == 404


def test_the_same_number_of_queries_whatever_there_is(cast: Cast) -> None:
    counts = []
    for turn in range(2):
        for number in range(3):
            somebody_new(cast, f"3{turn}{number}")
        with CaptureQueriesContext(connection) as queries:
            lines(cast, "section_head")
        counts.append(len(queries))
    assert counts[0] == counts[1]

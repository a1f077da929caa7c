"""Offices and their sections, month by month."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.issues.models import Issue
from pithead.issues.testing import raised
from pithead.kernel.periods import Period
from pithead.org.models import Serves
from pithead.org.queries import calendar_of
from pithead.org.testing import OPENED, TODAY, Cast
from pithead.practices.models import RecordMatter
from pithead.practices.queries.customs import customs
from pithead.practices.queries.liaison import Cell, Line, liaison, visits
from pithead.practices.tests.worlds import done, take_over

VISIT = {
    "code": "visit",
    "title": "科室包保",
    "performers": ["liaison_officer"],
    "quotas": [{"every": "month", "per": "pair"}],
    "raises": "difficulty",
}
HALF = Period.parse("2026-H2")


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    take_over(cast, VISIT)


def lines(cast: Cast, member: str = "mine_leader", half: Period = HALF, today: dt.date = TODAY) -> tuple[Line, ...]:
    (custom,) = customs(cast.mine, today, today)
    return liaison(cast.actor(member), cast.mine, custom, calendar_of(cast.mine), half, today)


def cell(cast: Cast, month: int, **more: object) -> Cell:
    (line,) = lines(cast, **more)  # type: ignore[arg-type]
    return next(cell for cell in line.cells if cell.period.number == month)


def a_difficulty(cast: Cast, at: dt.datetime, closed: bool, *, on: dt.date = dt.date(2026, 7, 3)) -> None:
    record = done(cast, "visit", "liaison_officer", on, cast.units["ZC1"])
    issue = raised(cast, "liaison_officer", at, "difficulty", text=f"差一台泵 {closed}")
    RecordMatter.objects.create(record=record, mine=cast.mine, field="difficulty", issue=issue)
    if closed:
        Issue.objects.filter(pk=issue.pk).update(closed_at=at)


def test_a_month_says_whether_somebody_came(cast: Cast) -> None:
    assert (cell(cast, 7).word, cell(cast, 7).tone) == ("还没去", "warn")
    assert (cell(cast, 8).word, cell(cast, 8).tone) == ("", "warn")
    assert (cell(cast, 3, half=Period.parse("2026-H1")).word, cell(cast, 3, half=Period.parse("2026-H1")).tone) == (
        "没去",
        "accent",
    )
    done(cast, "visit", "liaison_officer", TODAY, cast.units["ZC1"])
    assert (cell(cast, 7).word, cell(cast, 7).tone) == ("1 次", "good")


def test_a_visit_to_a_crew_is_one_to_its_section_and_more_visits_are_counted(cast: Cast) -> None:
    done(cast, "visit", "liaison_officer", TODAY, cast.units["ZC1"])
    done(cast, "visit", "liaison_officer", TODAY, cast.units["ZC1-1"])
    assert (cell(cast, 7).visits, cell(cast, 7).done) == (2, 1)


def test_what_was_raised_and_what_is_solved(cast: Cast, at: dt.datetime) -> None:
    a_difficulty(cast, at, closed=False)
    a_difficulty(cast, at, closed=True)
    assert (cell(cast, 7).raised, cell(cast, 7).solved) == (2, 1)
    (custom,) = customs(cast.mine, TODAY, TODAY)
    bounds = calendar_of(cast.mine).bounds(Period.parse("2026-07"))
    office, section = cast.units["PRO"], cast.units["ZC1"]
    found = visits(cast.actor("mine_leader"), cast.mine, custom, bounds, office, section)
    assert sorted((one.raised, one.solved) for one in found) == [(1, 0), (1, 1)]
    assert not visits(cast.actor("worker"), cast.mine, custom, bounds, office, section)


def test_only_as_far_as_one_sees(cast: Cast) -> None:
    Serves.objects.create(mine=cast.mine, server=cast.units["SAF"], unit=cast.units["M1"], since=OPENED)
    assert {(line.office.code, line.section.code) for line in lines(cast)} == {("PRO", "ZC1"), ("SAF", "M1")}
    assert [line.section.code for line in lines(cast, "section_head")] == ["ZC1"]


def test_the_page_opens_a_cell_into_its_records(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    done(cast, "visit", "liaison_officer", TODAY, cast.units["ZC1"])
    client = signed_in("section_head")
    assert "科室包保" in client.get("/duties/liaison/?period=2026-H2").content.decode()
    opened = client.get("/duties/liaison/?period=2026-H2&office=PRO&unit=ZC1&month=2026-07").content.decode()
    assert "生产科到综采一队" in opened
    assert "包连山" in opened
    for wrong in ("?period=2026-07", "?period=x", "?office=PRO&unit=ZC1&month=x", "?office=NO&unit=ZC1&month=2026-07"):
        assert client.get(f"/duties/liaison/{wrong}").status_code == 404, wrong


def test_who_sees_no_duties_finds_no_page(signed_in: Callable[[str], Client]) -> None:
    for member in ("worker", "hr_officer", "administrator", "auditor"):
        assert signed_in(member).get("/duties/liaison/").status_code == 404


def test_the_stranger_sees_his_own_mine(signed_in: Callable[[str], Client]) -> None:
    text = signed_in("stranger").get("/duties/liaison/").content.decode()
    assert "综采一队" not in text
    assert signed_in("stranger").get("/duties/liaison/?mine=QSY").status_code == 404


def test_the_same_number_of_queries_whatever_there_is(cast: Cast, at: dt.datetime) -> None:
    counts = []
    for turn, code in enumerate(("M1", "TF")):
        Serves.objects.create(mine=cast.mine, server=cast.units["SAF"], unit=cast.units[code], since=OPENED)
        a_difficulty(cast, at + dt.timedelta(days=turn), closed=bool(turn), on=TODAY)
        with CaptureQueriesContext(connection) as queries:
            lines(cast)
        counts.append(len(queries))
    assert counts[0] == counts[1]

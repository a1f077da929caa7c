"""The board of duties: the mine, a section with its three holds, one practice; who sees it, and what it costs."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.org.models import Membership, Person, Post, Serves
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices.queries.owed import Board, Figures, board
from pithead.practices.tests.worlds import done, take_over

SignIn = Callable[[str], Client]
JUNE = dt.date(2026, 6, 1), dt.date(2026, 6, 30)
TODAY = dt.date(2026, 7, 6)
PRACTICES = (
    {
        "code": "walk",
        "title": "走动管理",
        "performers": ["branch_secretary"],
        "quotas": [{"every": "month", "count": 8}],
        "holds": "branch",
    },
    {
        "code": "meeting",
        "title": "区务会",
        "performers": ["section_head"],
        "quotas": [{"every": "week", "per": "unit", "among": "section"}],
        "holds": "section",
    },
    {
        "code": "pre_shift",
        "title": "班前会",
        "performers": ["crew_leader"],
        "quotas": [{"every": "day", "per": "unit", "among": "crew"}],
        "holds": "crew",
    },
    {
        "code": "visit",
        "title": "科室包保",
        "performers": ["liaison_officer"],
        "quotas": [{"every": "month", "per": "pair"}],
    },
    {
        "code": "ask",
        "title": "私自问",
        "performers": ["section_head"],
        "quotas": [{"every": "week"}],
        "confidentiality": "private",
    },
)


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    take_over(cast, *PRACTICES)
    section, crew = cast.units["ZC1"], cast.units["ZC1-1"]
    for day in (1, 8, 20):
        done(cast, "walk", "branch_secretary", dt.date(2026, 6, day), section)
        done(cast, "pre_shift", "crew_leader", dt.date(2026, 6, day), crew)
    done(cast, "meeting", "section_head", dt.date(2026, 6, 3), section)
    done(cast, "ask", "section_head", dt.date(2026, 6, 3), section)


def shown(cast: Cast, member: str, unit: str = "", practice: str = "") -> Board:
    asked_for = cast.units[unit] if unit else None
    return board(cast.actor(member), cast.mine, asked_for, JUNE, TODAY, practice)


def told(found: Board) -> dict[tuple[str, str], tuple[str, Figures]]:
    return {(line.custom.title, line.who): (hold.label, line.figures) for hold in found.holds for line in hold.lines}


def test_the_mine_is_told_by_practice_and_post(cast: Cast) -> None:
    found = shown(cast, "party_officer")
    assert told(found) == {
        ("走动管理", "支部书记"): ("支部抓引领", Figures(8, 3, 5)),
        ("区务会", "区队长"): ("区队抓执行", Figures(12, 1, 11)),
        ("班前会", "班组长"): ("班组抓落实", Figures(90, 3, 87)),
        ("科室包保", "包保人员"): ("其他", Figures(1, 0, 1)),
    }
    assert found.figures == Figures(111, 7, 104)
    homes = {line.unit.code: line.figures.done for line in found.homes}
    assert homes == {"ZC1": 4, "M1": 0, "TF": 0, "PRO": 0, "ZB1": 3}


def test_a_section_has_its_three_holds_side_by_side(cast: Cast) -> None:
    found = shown(cast, "section_head", "ZC1")
    assert [branch.code for branch in found.branches] == ["ZB1"]
    assert {hold.label: [line.figures for line in hold.lines] for hold in found.holds} == {
        "支部抓引领": [Figures(8, 3, 5)],
        "区队抓执行": [Figures(4, 1, 3)],
        "班组抓落实": [Figures(60, 3, 57)],
        "其他": [Figures(1, 0, 1)],
    }
    assert [line.unit.code for line in found.homes] == ["ZC1", "ZC1-1", "ZC1-2", "ZB1", "PRO"]


def test_a_joint_branch_stands_beside_each_of_its_sections_and_once_in_the_mine(cast: Cast) -> None:
    Serves.objects.create(mine=cast.mine, server=cast.units["ZB1"], unit=cast.units["M1"], since=OPENED)
    for unit in ("ZC1", "M1"):
        assert told(shown(cast, "party_officer", unit))["走动管理", "支部书记"][1] == Figures(8, 3, 5)
    assert told(shown(cast, "party_officer"))["走动管理", "支部书记"][1] == Figures(8, 3, 5)


def test_one_practice_opens_into_its_units(cast: Cast) -> None:
    found = shown(cast, "party_officer", practice="pre_shift")
    assert [(place.about.code, place.figures.done) for place in found.places] == [
        ("ZC1-1", 3),
        ("ZC1-2", 0),
        ("M1-1", 0),
    ]
    (pair,) = shown(cast, "party_officer", practice="visit").places
    assert (pair.unit.code, pair.about.code, pair.who) == ("PRO", "ZC1", "包保人员")


def test_each_unit_leads_to_its_records(cast: Cast, signed_in: SignIn) -> None:
    text = signed_in("party_officer").get("/duties/board/?period=2026-06&practice=pre_shift").content.decode()
    address = "/records/?practice=pre_shift&amp;unit=ZC1-1&amp;period=2026-06"
    assert f'href="{address}"' in text
    kept = signed_in("party_officer").get(address.replace("&amp;", "&"))
    assert kept.status_code == 200
    assert len(set(re.findall(r"/records/[0-9a-f-]{36}/", kept.content.decode()))) == 3


# ── pages ──
def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/duties/board/?period=2026-06&{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_where_a_week_is_counted(cast: Cast, signed_in: SignIn) -> None:
    assert "按周的算在周日所在的月" in page(signed_in("section_head"))


@pytest.mark.parametrize(
    ("member", "sees", "not_this"),
    [
        ("party_officer", "按单位", "综采一队 · 2026年6月"),
        ("section_head", "综采一队 · 2026年6月", "煤一队"),
        ("branch_secretary", "综采一队 · 2026年6月", "煤一队"),
        ("crew_leader", "班前会", "区务会"),
        ("liaison_officer", "综采一队 · 2026年6月", "煤一队"),
    ],
)
def test_everybody_sees_what_is_in_his_reach(
    cast: Cast, signed_in: SignIn, member: str, sees: str, not_this: str
) -> None:
    text = page(signed_in(member))
    assert sees in text
    assert not_this not in text


@pytest.mark.parametrize("member", ["worker", "hr_officer", "auditor", "stranger"])
def test_outsiders_find_no_such_page(cast: Cast, signed_in: SignIn, member: str) -> None:
    assert signed_in(member).get("/duties/board/?unit=ZC1").status_code == 404
    assert signed_in(member).get("/duties/board/file/?unit=ZC1").status_code == 404


@pytest.mark.parametrize(
    "query", ["unit=M1", "unit=NONE", "practice=none", "practice=ask", "period=2026-13", "period=2026-06-01.1"]
)
def test_what_is_out_of_reach_or_makes_no_sense_is_no_page(cast: Cast, signed_in: SignIn, query: str) -> None:
    assert signed_in("section_head").get(f"/duties/board/?{query}").status_code == 404


@pytest.mark.parametrize("period", ["2026-06-03", "2026-W23", "2026-06-X1", "2026-06", "2026-Q2", "2026-H1", "2026"])
def test_any_period_can_be_asked_for(cast: Cast, signed_in: SignIn, period: str) -> None:
    answer = signed_in("party_officer").get(f"/duties/board/?period={period}&practice=pre_shift")
    assert "班前会" in answer.content.decode()


def test_nobody_is_named_and_what_is_private_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    for query in ("", "unit=ZC1", "practice=walk", "unit=ZC1&practice=pre_shift"):
        text = page(signed_in("party_officer"), query).replace(cast.people["party_officer"].name, "")
        assert "私自问" not in text
        assert not [person.name for person in cast.people.values() if person.name in text]


def test_the_file_says_what_the_page_says(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in("section_head").get("/duties/board/file/?unit=ZC1&period=2026-06")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["三抓", "要求", "谁来做", "该做", "已做", "逾期"]
    assert ["支部抓引领", "走动管理", "支部书记", "8", "3", "5"] in rows
    assert len(rows) == 5


def test_a_mine_that_asks_nothing_is_told_so(cast: Cast, signed_in: SignIn) -> None:
    assert "这段时间没有该做的" in signed_in("party_officer").get("/duties/board/?period=2025-06").content.decode()


@pytest.mark.parametrize("query", ["", "unit=ZC1", "practice=pre_shift"])
def test_a_bigger_mine_costs_no_more_questions(cast: Cast, signed_in: SignIn, query: str) -> None:
    client = signed_in("party_officer")

    def asked_for() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, query)
        return len(captured)

    page(client, query)  # the first of a session asks more
    before = asked_for()
    for number in range(4):
        section = add_unit(cast.mine, "section", f"N{number}", f"新{number}队")
        crew = add_unit(section, "crew", f"N{number}-1", "一班")
        person = Person.objects.create(mine=cast.mine, staff_no=f"9{number}", name=f"新人{number}", unit=crew)
        Membership.objects.create(mine=cast.mine, person=person, unit=crew, since=OPENED)
        Post.objects.create(mine=cast.mine, person=person, role="branch_secretary", unit=section, since=OPENED)
        done(cast, "pre_shift", "crew_leader", JUNE[0], crew)
    take_over(cast, {**PRACTICES[1], "code": "more", "title": "再一个"}, code="more")
    assert asked_for() == before

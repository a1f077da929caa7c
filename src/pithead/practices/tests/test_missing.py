"""Behind every late figure of the board: which zone, which week, which section of which office, who was asked."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.org.models import Membership, Person, Post
from pithead.org.queries import calendar_of
from pithead.org.testing import OPENED, Cast, add_unit
from pithead.practices.models import Bond, Practice
from pithead.practices.queries.missing import SHOWN, Found, Line, Wanted, missing
from pithead.practices.tests.worlds import JANUARY, a_zone, done, take_over

SignIn = Callable[[str], Client]
JUNE = dt.date(2026, 6, 1), dt.date(2026, 6, 30)
TODAY = dt.date(2026, 7, 6)
ALL = ("party_officer", "section_head", "branch_secretary", "crew_leader", "liaison_officer", "assessor", "mine_leader")
PRACTICES = (
    {
        "code": "walk",
        "title": "走动管理",
        "performers": ["branch_secretary"],
        "quotas": [{"every": "month", "count": 8}, {"every": "month", "count": 4, "only": "underground"}],
        "holds": "branch",
    },
    {
        "code": "pre_shift",
        "title": "班前会",
        "performers": ["crew_leader"],
        "quotas": [{"every": "day", "per": "unit", "among": "crew"}],
        "holds": "crew",
    },
    {
        "code": "patrol",
        "title": "井下安全巡逻",
        "performers": ["member", "crew_leader", "section_head"],
        "quotas": [{"every": "week", "count": 3, "per": "zone"}],
    },
    {
        "code": "visit",
        "title": "科室包保",
        "performers": ["liaison_officer"],
        "quotas": [{"every": "month", "per": "pair"}],
    },
    {
        "code": "talk",
        "title": "谈心谈话",
        "performers": ["crew_leader", "branch_secretary"],
        "readers": ["branch_secretary"],
        "confidentiality": "restricted",
        "text_months": 12,
        "quotas": [{"every": "event", "per": "worker", "among": "hired", "within": 7}],
    },
    {
        "code": "training",
        "title": "岗位练兵",
        "performers": ["crew_leader"],
        "quotas": [{"every": "month", "per": "worker"}],
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
    for day in (1, 8, 20):
        done(cast, "pre_shift", "crew_leader", dt.date(2026, 6, day), cast.units["ZC1-1"])
    for day in range(1, 7):
        done(cast, "walk", "branch_secretary", dt.date(2026, 6, day), cast.units["ZC1"], underground=day < 2)
    a_zone(cast)
    Person.objects.filter(pk=cast.people["worker"].pk).update(hired_on=dt.date(2026, 6, 1))


def behind(cast: Cast, member: str = "party_officer", practice: str = "", unit: str = "", **more: Any) -> Found:
    wanted = Wanted(
        cast.mine,
        cast.units[unit] if unit else None,
        JUNE,
        TODAY,
        Practice.objects.get(code=practice) if practice else None,
        **more,
    )
    return missing(cast.actor(member), wanted, calendar_of(cast.mine))


def lines(cast: Cast, practice: str, member: str = "party_officer") -> tuple[Line, ...]:
    return behind(cast, member, practice).lines


def test_a_zone_is_named_with_its_week(cast: Cast) -> None:
    zone = a_zone(cast, "Z2")
    for _ in range(2):
        done(cast, "patrol", "crew_leader", dt.date(2026, 6, 10), cast.units["ZC1"], place=zone)
    found = [(line.whom, line.where, line.when, line.due, line.done, line.late) for line in lines(cast, "patrol")]
    assert ("Z2 责任区", "综采一队", "2026年第24周", dt.date(2026, 6, 14), 2, 1) in found
    assert ("Z1 责任区", "综采一队", "2026年第24周", dt.date(2026, 6, 14), 0, 3) in found
    assert len(found) == 8
    assert found[0][3] == dt.date(2026, 6, 28), "the latest first"


def test_an_office_is_named_with_the_section_it_did_not_visit(cast: Cast) -> None:
    (line,) = lines(cast, "visit")
    assert line.goes == cast.units["PRO"]
    assert (line.where, line.who, line.when) == ("综采一队", "包保人员", "2026年6月")


def test_a_post_is_named_with_its_holder_and_of_two_quotas_the_one_further_behind(cast: Cast) -> None:
    (line,) = lines(cast, "walk")
    assert (line.who, line.person, line.only) == ("支部书记", cast.people["branch_secretary"], "underground")
    assert (line.done, line.expected, line.late) == (5, 8, 3)
    for day in (11, 12, 13):
        done(cast, "walk", "branch_secretary", dt.date(2026, 6, day), cast.units["ZC1"], underground=day > 11)
    (line,) = lines(cast, "walk")
    assert (line.only, line.late) == ("underground", 1)
    done(cast, "walk", "branch_secretary", dt.date(2026, 6, 14), cast.units["ZC1"], underground=True)
    assert lines(cast, "walk") == ()


def test_a_crew_is_named_with_its_section_and_its_day(cast: Cast) -> None:
    found = behind(cast, practice="pre_shift", about=cast.units["ZC1-1"])
    assert found.late == len(found.lines) == 27
    assert {line.where for line in found.lines} == {"综采一队 / 一班"}
    assert "2026年6月1日" not in {line.when for line in found.lines}
    assert found.lines[-1].when == "2026年6月2日"


# ── whom one may see ──
@pytest.mark.parametrize(
    ("member", "named"),
    [
        *[(one, "马小军") for one in ("crew_leader", "branch_secretary")],
        *[
            (one, "职工 1 名")
            for one in ("party_officer", "mine_leader", "section_head", "liaison_officer", "assessor")
        ],
    ],
)
def test_of_what_is_restricted_only_who_talks_or_reads_there_is_told_a_name(
    cast: Cast, member: str, named: str
) -> None:
    (line,) = [line for line in lines(cast, "talk", member) if line.due == dt.date(2026, 6, 8)]
    assert (line.whom, line.when, line.where) == (named, "新入职后 7 天内", "综采一队 / 一班")


@pytest.mark.parametrize(
    ("member", "sees"),
    [(one, True) for one in ("crew_leader", "section_head", "party_officer", "mine_leader")] + [("assessor", False)],
)
def test_of_what_is_open_names_are_for_those_who_may_see_the_person(cast: Cast, member: str, sees: bool) -> None:
    assert ("马小军" in {line.whom for line in lines(cast, "training", member)}) is sees
    holders = [line.person for line in lines(cast, "walk", member)]
    seen = {"party_officer", "mine_leader"}
    assert holders in ([], [cast.people["branch_secretary"] if member in seen else None])


def test_being_a_worker_opens_no_confidence(cast: Cast) -> None:
    talk = {**PRACTICES[4], "performers": ["worker"]}
    take_over(cast, talk, since=dt.date(2026, 5, 1))
    assert {line.whom for line in lines(cast, "talk", "section_head")} == {"职工 1 名"}


@pytest.mark.parametrize("confidentiality", ["open", "restricted"])
def test_whom_somebody_looks_after_is_told_like_any_other(cast: Cast, confidentiality: str) -> None:
    care = {
        "code": "care",
        "title": "身边无违章",
        "performers": ["member"],
        "readers": ["branch_secretary"],
        "confidentiality": confidentiality,
        "text_months": 12,
        "quotas": [{"every": "month", "per": "bond", "among": "workers"}],
    }
    take_over(cast, care, code="care")
    who, worker = cast.people["crew_leader"], cast.people["worker"]
    Bond.objects.create(
        mine=cast.mine, kind="workers", unit=cast.units["ZC1-1"], person=who, worker=worker, since=JANUARY
    )
    told = {member: [(one.whom, one.person) for one in lines(cast, "care", member)] for member in ALL}
    assert told["branch_secretary"] == [("包保马小军", who)]
    assert told["party_officer"] == [("包保马小军" if confidentiality == "open" else "包保职工 1 名", who)]
    assert told["assessor"] == [("包保职工 1 名", None)]


@pytest.mark.parametrize("member", ALL)
def test_what_is_private_is_behind_no_figure(cast: Cast, signed_in: SignIn, member: str) -> None:
    client = signed_in(member)
    assert "私自问" not in client.get("/duties/board/missing/?period=2026-06").content.decode()
    assert client.get("/duties/board/missing/?period=2026-06&practice=ask").status_code == 404


@pytest.mark.parametrize("member", ["worker", "hr_officer", "auditor", "stranger"])
def test_outsiders_find_no_such_page(cast: Cast, signed_in: SignIn, member: str) -> None:
    assert signed_in(member).get("/duties/board/missing/?period=2026-06&unit=ZC1").status_code == 404


def test_what_is_out_of_reach_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("section_head")
    for query in ("unit=M1", "unit=NONE", "answers=NONE", "about=NONE", "practice=none", "post=none", "period=x"):
        assert client.get(f"/duties/board/missing/?{query}").status_code == 404, query
    assert "煤一队" not in client.get("/duties/board/missing/?period=2026-06&practice=pre_shift").content.decode()
    for query in ("about=M1-1", "answers=M1-1"):
        text = client.get(f"/duties/board/missing/?period=2026-06&{query}").content.decode()
        assert "没有逾期的" in text


# ── from the board ──
LINK = re.compile(r'<a class="(?:tag )?accent" href="(/duties/board/missing/[^"]*)">(?:逾期 )?(\d+)')


@pytest.mark.parametrize(
    "query", ["", "&unit=ZC1", "&unit=ZC1-1", "&practice=pre_shift", "&practice=visit&unit=ZC1", "&practice=patrol"]
)
@pytest.mark.parametrize("member", ["party_officer", "branch_secretary", "section_head"])
def test_every_late_figure_leads_to_exactly_what_it_counts(
    cast: Cast, signed_in: SignIn, member: str, query: str
) -> None:
    client = signed_in(member)
    board = client.get(f"/duties/board/?period=2026-06{query}").content.decode()
    links = [(html.unescape(address), int(figure)) for address, figure in LINK.findall(board)]
    assert len(links) >= 3
    assert len(links) == len(re.findall(r'class="(?:tag )?accent"', board)), "each late figure is a link"
    for address, figure in links:
        text = client.get(address).content.decode()
        assert f"逾期 {figure} 次" in text, address
        each = [int(number) for number in re.findall(r'<span class="tag accent">(\d+) 次', text)]
        more = re.search(r"另有 (\d+) 条", text)
        assert sum(each) == figure if more is None else len(each) == SHOWN, address


def test_of_many_the_latest_are_shown_and_the_others_counted(cast: Cast) -> None:
    found = behind(cast, practice="pre_shift")
    assert (found.late, len(found.lines), found.more) == (87, SHOWN, 37)
    assert {line.due for line in found.lines} >= {dt.date(2026, 6, 30), dt.date(2026, 6, 15)}


def test_a_bigger_mine_costs_no_more_questions(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("party_officer")
    bonds = {"quotas": [{"every": "month", "per": "bond", "among": "zone"}], "performers": ["member"]}
    take_over(cast, {**bonds, "code": "keep", "title": "责任区"}, code="keep")

    def grow(number: int) -> None:
        section = add_unit(cast.mine, "section", f"N{number}", f"新{number}队")
        crew = add_unit(section, "crew", f"N{number}-1", "一班")
        person = Person.objects.create(
            mine=cast.mine, staff_no=f"9{number}", name=f"新人{number}", unit=crew, hired_on=dt.date(2026, 6, 18)
        )
        Membership.objects.create(mine=cast.mine, person=person, unit=crew, since=OPENED)
        Post.objects.create(mine=cast.mine, person=person, role="branch_secretary", unit=section, since=OPENED)
        zone = a_zone(cast, f"Y{number}", f"ZC1-{number % 2 + 1}")
        Bond.objects.create(mine=cast.mine, kind="zone", unit=section, person=person, place=zone, since=JANUARY)

    def asked_for() -> list[int]:
        counts = []
        for query in ("", "&answers=ZC1", "&unit=ZC1", "&practice=patrol"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(f"/duties/board/missing/?period=2026-06{query}").status_code == 200
            counts.append(len(captured))
        return counts

    for number in range(2):
        grow(number)
    asked_for()  # the first of a session asks more
    before = asked_for()
    for number in range(2, 6):
        grow(number)
    assert all(more <= less for more, less in zip(asked_for(), before, strict=True))


def test_of_a_crew_it_tells_what_the_crew_owes_and_no_more(cast: Cast) -> None:
    found = behind(cast, practice="pre_shift", answers=cast.units["ZC1-1"])
    assert {line.where for line in found.lines} == {"综采一队 / 一班"}
    assert 0 < found.late < behind(cast, practice="pre_shift").late

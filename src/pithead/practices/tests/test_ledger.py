"""The six first duties of a secretary: only what other pages recorded, and never what is confidential."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.issues.models import Issue
from pithead.issues.testing import raised
from pithead.org.models import Membership, Post
from pithead.org.testing import OPENED, TODAY, Cast
from pithead.practices.content import DUTIES
from pithead.practices.queries.ledger import Heading, ledger, secretaries
from pithead.practices.tests.worlds import done, take_over

WALK = {
    "code": "walk",
    "title": "走动管理",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "month", "count": 8}, {"every": "month", "count": 4, "only": "underground"}],
    "duty": "people",
}
TALK = {
    "code": "talk",
    "title": "谈心谈话",
    "performers": ["branch_secretary"],
    "duty": "people",
    "confidentiality": "restricted",
}
ASK = {
    "code": "ask",
    "title": "六个反问",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "quarter"}],
    "duty": "leading",
    "confidentiality": "private",
}
MARK = "不许外传"


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    take_over(cast, WALK, TALK, ASK)


def of_secretary(cast: Cast, member: str = "mine_leader") -> dict[str, Heading]:
    actor = cast.actor(member)
    posts = secretaries(actor, cast.mine, TODAY)
    start, end = dt.date(2026, 7, 1), dt.date(2026, 9, 30)
    return {heading.code: heading for heading in ledger(actor, cast.mine, posts, start, end, TODAY)}


def test_there_are_six_headings_and_empty_ones_say_so(cast: Cast) -> None:
    found = of_secretary(cast)
    assert list(found) == list(DUTIES)
    assert found["health"].is_empty
    assert not found["people"].is_empty


def test_records_of_the_secretary_and_of_his_branch_fill_them(cast: Cast) -> None:
    done(cast, "walk", "branch_secretary", dt.date(2026, 7, 2), cast.units["ZC1"])
    done(cast, "walk", "branch_secretary", dt.date(2026, 6, 2), cast.units["ZC1"])
    done(cast, "walk", "section_head", dt.date(2026, 7, 2), cast.units["ZC1"])
    (entry,) = of_secretary(cast)["people"].entries
    assert (entry.number, len(entry.records), entry.last) == (1, 1, dt.date(2026, 7, 2))
    assert (entry.due, entry.expected) == (0, 24)


def test_what_is_due_so_far_and_by_the_end(cast: Cast) -> None:
    actor = cast.actor("branch_secretary")
    posts = secretaries(actor, cast.mine, TODAY)
    day = dt.date(2026, 8, 10)
    headings = ledger(actor, cast.mine, posts, dt.date(2026, 7, 1), dt.date(2026, 9, 30), day)
    entry = next(one for heading in headings for one in heading.entries)
    assert (entry.due, entry.expected) == (8, 24)


def test_what_counts_for_two_quotas_is_due_once_and_missing_is_what_is_furthest_behind(cast: Cast) -> None:
    deep = {
        **WALK,
        "code": "deep",
        "title": "只说怎么去",
        "quotas": [{"every": "month", "count": 4, "only": "underground"}],
    }
    take_over(cast, deep, code="deep")
    year = {**WALK, "code": "year", "title": "全年", "quotas": [{**one, "every": "year"} for one in WALK["quotas"]]}
    take_over(cast, year, code="year")
    for day in range(1, 7):
        done(cast, "year", "branch_secretary", dt.date(2026, 7, day), cast.units["ZC1"], underground=day == 1)
    found = {one.custom.code: one for one in of_secretary(cast)["people"].entries}
    assert (found["walk"].expected, found["deep"].expected) == (24, 12)
    assert [(one.done, one.expected) for one in found["year"].running] == [(5, 8)]


def test_what_the_section_does_is_in_the_ledger_of_its_branch(cast: Cast) -> None:
    meeting = {
        "code": "meeting",
        "title": "区务会",
        "performers": ["section_head"],
        "quotas": [{"every": "month", "per": "unit", "among": "section"}],
        "duty": "leading",
    }
    take_over(cast, meeting, code="section")
    done(cast, "meeting", "section_head", dt.date(2026, 7, 2), cast.units["ZC1"])
    (entry,) = of_secretary(cast)["leading"].entries
    assert (entry.custom.code, entry.number, entry.expected) == ("meeting", 1, 3)


def test_longer_periods_are_told_with_the_figure_of_the_unit(cast: Cast) -> None:
    visit = {
        "code": "visit",
        "title": "入户走访",
        "performers": ["section_head", "branch_secretary"],
        "quotas": [{"every": "year", "per": "worker"}],
        "duty": "health",
    }
    take_over(cast, visit, code="visits")
    done(cast, "visit", "section_head", dt.date(2026, 7, 2), cast.units["ZC1"], subjects=[cast.people["worker"]])
    (entry,) = of_secretary(cast)["health"].entries
    assert [(one.when, one.done, one.expected) for one in entry.running] == [("今年", 1, 4)]
    assert (entry.expected, entry.number) == (0, 1)


def test_restricted_records_are_counted_and_opened_by_their_readers_only(cast: Cast) -> None:
    done(cast, "talk", "branch_secretary", TODAY, cast.units["ZC1"], sealed=MARK, subjects=[cast.people["worker"]])
    entry = of_secretary(cast)["people"].entries[-1]
    assert (entry.custom.code, entry.number, entry.records, entry.more) == ("talk", 1, (), 1)
    assert len(of_secretary(cast, "branch_secretary")["people"].entries[-1].records) == 1


def test_private_practices_are_not_in_it(cast: Cast) -> None:
    done(cast, "ask", "branch_secretary", TODAY, cast.units["ZB1"])
    assert of_secretary(cast, "branch_secretary")["leading"].is_empty


def test_matters_are_numbers(cast: Cast, at: dt.datetime) -> None:
    member = cast.people["worker"]
    Membership.objects.create(mine=cast.mine, person=member, unit=cast.units["ZB1"], since=OPENED)
    raised(cast, "worker", at, "hazard", category="extraction")
    raised(cast, "worker", at, "request", text=MARK)
    raised(cast, "section_head", at, "dispute")
    Issue.objects.filter(kind="request").update(closed_at=at)
    found = of_secretary(cast)
    figures = {figure.label: (figure.number, figure.closed) for one in found.values() for figure in one.figures}
    assert figures == {
        "党员查出隐患": (1, 0),
        "本单位三违": (0, 0),
        "职工诉求": (1, 1),
        "帮扶的职工": (0, 0),
        "矛盾和不稳定事项": (1, 0),
    }


def test_whose_ledger_one_may_open(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    page = f"/duties/ledger/{cast.people['branch_secretary'].staff_no}/"
    done(cast, "walk", "branch_secretary", TODAY, cast.units["ZC1"])
    done(cast, "talk", "branch_secretary", TODAY, cast.units["ZC1"], sealed=MARK)
    for member in ("branch_secretary", "mine_leader", "party_officer", "assessor"):
        shown = signed_in(member).get(f"{page}?period=2026").content.decode()
        assert "走动管理" in shown
        assert MARK not in shown
        assert "六个反问" not in shown
    for member in ("section_head", "crew_leader", "liaison_officer", "worker", "stranger", "hr_officer"):
        assert signed_in(member).get(page).status_code == 404, member
    client = signed_in("mine_leader")
    assert client.get(f"/duties/ledger/{cast.people['worker'].staff_no}/").status_code == 404
    for wrong in ("2026-W28", "x", "2026-07-01"):
        assert client.get(f"{page}?period={wrong}").status_code == 404
    assert cast.people["branch_secretary"].name in client.get("/duties/ledger/").content.decode()
    assert "没有您看得到的支部书记" in signed_in("crew_leader").get("/duties/ledger/").content.decode()
    assert signed_in("worker").get("/duties/ledger/").status_code == 404


def test_the_same_number_of_queries_whatever_there_is(cast: Cast, at: dt.datetime) -> None:
    counts = []
    for turn in range(2):
        done(cast, "walk", "branch_secretary", dt.date(2026, 7, 1 + turn), cast.units["ZC1"])
        done(cast, "talk", "branch_secretary", dt.date(2026, 7, 1 + turn), cast.units["ZC1"])
        raised(cast, "worker", at, "hazard", category="extraction", text=f"缺护罩 {turn}")
        Post.objects.create(
            mine=cast.mine,
            person=cast.people["worker" if turn else "crew_leader"],
            role="branch_secretary",
            unit=cast.units["ZB1"],
            since=OPENED,
        )
        with CaptureQueriesContext(connection) as queries:
            of_secretary(cast)
        counts.append(len(queries))
    assert counts[0] == counts[1]

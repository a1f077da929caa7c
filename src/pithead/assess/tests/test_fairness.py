"""Nine sections in a month by hand. 党委工作部 takes 1 to 7 on A1 (28 in all), 安全科 takes 10 from one section on B1,
生产科 takes nothing.

综采一队 100, 掘1 99, 掘2 98, 掘3 97, 掘4 96, 掘5 95 | 掘6 93, 通风队 74 of 80 = 92.50, 煤一队 90
"""

import datetime as dt
from decimal import Decimal

import pytest

from pithead.assess import actions, queries
from pithead.assess.testing import draft, issue_small_standard, settle
from pithead.kernel.periods import Period
from pithead.org.models import Specialty, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit

QUARTER = Period.parse("2026-Q2")
TAKEN = {"J1": "1", "J2": "2", "J3": "3", "J4": "4", "J5": "5", "TF": "6", "J6": "7"}


@pytest.fixture
def month(cast: Cast, at: dt.datetime):
    for number in range(1, 7):
        code, name = f"J{number}", f"掘{number}"
        cast.units[code] = add_unit(cast.mine, UnitKind.SECTION, code, name, Specialty.TUNNELLING, opened_on=OPENED)
    standard = issue_small_standard(cast, at)
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    found = [draft(standard, cast.units[unit], "A1", points) for unit, points in TAKEN.items()]
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=found)
    hit = draft(standard, cast.units["M1"], "B1", "10")
    actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[hit])
    return settle(cycle, by=cast.system(), at=at + dt.timedelta(days=20))


def study(cast: Cast, period: Period = QUARTER):
    found = queries.fairness(cast.actor("mine_leader"), cast.mine, "small", period)
    assert found is not None
    return found


def test_what_every_office_gave(cast, month):
    hands = {hand.office: hand for hand in study(cast).offices}
    assert list(hands) == ["党委工作部", "安全科", "生产科"]
    party, safety, production = hands.values()
    assert (party.points, party.cells, party.full, party.share) == (28, 9, 2, Decimal("73.68"))
    assert (safety.points, safety.cells, safety.full, safety.share) == (10, 17, 16, Decimal("26.32"))
    assert (production.cells, production.full, production.idle, production.always_full) == (9, 9, 1, True)
    assert production.full_share == 100


def test_items_on_which_all_had_the_same(cast, month):
    found = study(cast)
    assert [(item.code, item.score) for item in found.flat] == [("A2", 10), ("B2", 20)]
    assert found.items == 4


def test_the_six_best_without_one_office(cast, month):
    found = study(cast)
    assert found.best == ("综采一队", "掘1", "掘2", "掘3", "掘4", "掘5")
    safety, party = found.without
    assert (safety.office, safety.stay, safety.come, safety.go) == ("安全科", 5, ("煤一队",), ("掘5",))
    assert (party.office, party.stay, party.go) == ("党委工作部", 6, ())
    assert set(party.come) == {"通风队", "掘6"}, "all share the first place"


def test_what_a_veto_zeroed_stays_so_without_the_office(cast, at, month):
    standard = month.standard
    july = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-07"))
    found = [
        draft(standard, cast.units["M1"], "V2", "0", "veto", cast.units["SAF"], reason="瞒报"),
        draft(standard, cast.units["M1"], "B1", "10"),
    ]
    actions.add_entries(by=cast.system(), at=at, cycle=july, drafts=found)
    settle(july, by=cast.system(), at=at + dt.timedelta(days=50))
    without = study(cast, Period.parse("2026-07")).without
    assert [(one.office, one.stay, one.go) for one in without] == [("安全科", 8, ())], "M1 stays at 40"


def test_nothing_is_settled_nothing_is_said(cast, at):
    issue_small_standard(cast, at)
    assert queries.fairness(cast.actor("mine_leader"), cast.mine, "small", QUARTER) is None


def test_queries_do_not_grow(cast, month, django_assert_max_num_queries):
    with django_assert_max_num_queries(11):
        study(cast)


def test_the_page_names_offices_and_no_author(cast, month, signed_in):
    page = signed_in("mine_leader").get("/fairness/", follow=True)
    said = page.content.decode()
    assert page.redirect_chain[-1][0] == "/fairness/small/2026-Q2/"
    for words in (
        "生产科一分没扣过",
        "扣得最多的是党委工作部，占全部扣分的 74%",
        "不算其中一个科室的扣分，前六名至少有 5 个不变；会改变前六名的有 2 个科室",
        "会进来",
    ):
        assert words in said
    authors = set(month.entries.values_list("author", flat=True)) - {"系统"}
    assert authors == {cast.people["assessor"].name}
    assert not [author for author in authors if author in said]
    assert signed_in("mine_leader").get("/fairness/small/2026-06/").status_code == 200
    for missing in ("/fairness/small/2026-Q1/", "/fairness/small/2026-W23/", "/fairness/small/x/"):
        assert signed_in("mine_leader").get(missing).status_code == 404


def test_it_is_for_the_steering_group_alone(cast, month, signed_in):
    assert signed_in("party_officer").get("/fairness/small/2026-Q2/").status_code == 200
    for member in ("worker", "assessor", "section_head", "stranger"):
        assert signed_in(member).get("/fairness/small/2026-Q2/").status_code == 404
    assert "打分公正性" not in signed_in("assessor").get("/").content.decode()


def test_an_empty_mine_is_told_what_will_be_here(cast, signed_in):
    assert "还没有确定的月份" in signed_in("mine_leader").get("/fairness/").content.decode()

"""A quarter by hand: April and May are settled, June is still being scored.

综采一队  90, 95 → mean 92.50, lowest 90, weighted 1 : 3 → 93.75
煤一队    95, 90 → mean 92.50, lowest 90, weighted 91.25
通风队    not in April, 80 in May → 80
开拓一队  85 in April (a veto), closed before May → 85
"""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.assess import actions, queries
from pithead.assess.scoring import over_months
from pithead.assess.testing import draft, issue_small_standard, settle, small_pack
from pithead.kernel.periods import Period
from pithead.org.models import Specialty, Unit, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit

QUARTER = Period.parse("2026-Q2")
# A1 is worth 30, B1 40: points lost there make the totals of the head of this file.
LOST = {
    "2026-04": {"ZC1": ("A1", "10"), "M1": ("A1", "5"), "KT1": ("A1", "15")},
    "2026-05": {"ZC1": ("A1", "5"), "M1": ("A1", "10"), "TF": ("A1", "16")},
}


@pytest.fixture
def sections(cast: Cast) -> None:
    Unit.objects.filter(code="TF").update(opened_on=dt.date(2026, 5, 1))
    short = {"opened_on": OPENED, "closed_on": dt.date(2026, 5, 10)}
    cast.units["KT1"] = add_unit(cast.mine, UnitKind.SECTION, "KT1", "开拓一队", Specialty.TUNNELLING, **short)


def month(cast: Cast, standard, period: str, at: dt.datetime, lost: dict[str, tuple[str, str]]):
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse(period))
    drafts = [draft(standard, cast.units[unit], *what) for unit, what in lost.items()]
    if period == "2026-04":
        drafts.append(draft(standard, cast.units["KT1"], "V1", "0", "veto", cast.units["SAF"], reason="重伤 1 起"))
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts)
    return cycle


def quarter(cast: Cast, at: dt.datetime, **changes):
    standard = issue_small_standard(cast, at - dt.timedelta(days=200), **changes)
    for period, lost in LOST.items():
        cycle = month(cast, standard, period, at - dt.timedelta(days=60), lost)
        settle(cycle, by=cast.system(), at=at - dt.timedelta(days=2))
    month(cast, standard, "2026-06", at, {"ZC1": ("B1", "40")})
    found = queries.span(cast.actor("worker"), cast.mine, "small", QUARTER)
    assert found is not None
    return found


def values(board) -> dict[str, tuple]:
    return {row.unit_name: (row.rank, str(row.value)) for row in board.rows}


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({}, {"综采一队": (1, "92.50"), "煤一队": (1, "92.50"), "开拓一队": (3, "85.00"), "通风队": (4, "80.00")}),
        (
            {"aggregation": "min"},
            {"综采一队": (1, "90.00"), "煤一队": (1, "90.00"), "开拓一队": (3, "85.00"), "通风队": (4, "80.00")},
        ),
        (
            {"aggregation": "weighted", "weights": [1, 3, 2]},
            {"综采一队": (1, "93.75"), "煤一队": (2, "91.25"), "开拓一队": (3, "85.00"), "通风队": (4, "80.00")},
        ),
    ],
)
def test_the_months_become_one_figure_as_the_standard_says(cast, at, sections, changes, expected):
    assert values(quarter(cast, at, **changes)) == expected


def test_what_is_missing_is_named(cast, at, sections):
    board = quarter(cast, at)
    rows = {row.unit_name: row for row in board.rows}
    assert board.missing == (Period.parse("2026-06"),)
    assert [str(month) for month in board.settled] == ["2026-04", "2026-05"]
    assert rows["通风队"].missing == ("4月未参加",)
    assert rows["开拓一队"].missing == ("5月未参加",)
    assert rows["综采一队"].missing == ()
    assert rows["综采一队"].months[2] is None


def test_a_veto_of_one_month_is_listed_and_keeps_from_awards(cast, at, sections):
    row = next(row for row in quarter(cast, at).rows if row.unit_code == "KT1")
    assert [(month.period.number, month.veto_item, month.veto_reason) for month in row.vetoes] == [
        (4, "V1", "重伤 1 起")
    ]
    assert row.excluded
    assert row.tier_name == "良好"


def test_places_within_the_group_and_the_groups_in_the_order_of_the_standard(cast, at, sections):
    board = quarter(cast, at)
    assert [(group.name, group.units) for group in board.groups] == [("采掘", 3), ("其他", 1)]
    assert {row.unit_name: row.group_rank for row in board.rows} == {
        "综采一队": 1,
        "煤一队": 1,
        "开拓一队": 3,
        "通风队": 1,
    }


def test_equal_values_are_told_apart_by_dimensions(cast, at, sections):
    """In May 煤一队 loses its ten points in B, which the standard compares first. 通风队 has its full marks then."""
    standard = issue_small_standard(cast, at - dt.timedelta(days=200))
    for period, lost in (("2026-04", LOST["2026-04"]), ("2026-05", {"ZC1": ("A1", "5"), "M1": ("B1", "10")})):
        settle(month(cast, standard, period, at - dt.timedelta(days=60), lost), by=cast.system(), at=at)
    board = queries.span(cast.actor("worker"), cast.mine, "small", QUARTER)
    assert [row.rank for row in board.rows if row.unit_code in ("ZC1", "M1")] == [2, 3]


def test_the_version_of_the_last_month_decides(cast, at, sections):
    board = quarter(cast, at)
    assert board.way == "各月平均"
    actions.load_standard(
        by=cast.system(),
        at=at,
        mine=cast.mine,
        pack=small_pack(aggregation="weighted", weights=[1, 1, 2]),
        in_force_from="2026-07",
    )
    assert queries.span(cast.actor("worker"), cast.mine, "small", QUARTER).way == "各月平均"
    year = queries.span(cast.actor("worker"), cast.mine, "small", Period.parse("2026"))
    assert year.way == "各月加权平均（1 : 1 : 2）"
    assert len(year.missing) == 10


def test_queries_do_not_grow(cast, at, sections, django_assert_max_num_queries):
    quarter(cast, at)
    with django_assert_max_num_queries(9):
        queries.span(cast.actor("worker"), cast.mine, "small", QUARTER)


# ── the page ──
def test_the_page_shows_every_month_and_what_is_missing(cast, at, sections, signed_in):
    quarter(cast, at)
    page = signed_in("worker").get("/results/small/2026-Q2/").content.decode()
    for said in ("2026年二季度", "6月未确定", "92.50", "缺：4月未参加", "4月一票否决", "全年"):
        assert said in page
    assert signed_in("worker").get("/results/small/2026-H2/").status_code == 200
    assert signed_in("worker").get("/results/other/2026-Q2/").status_code == 404
    assert signed_in("worker").get("/results/small/2026-Q2/?group=none").status_code == 404
    assert signed_in("stranger").get("/results/small/2026-Q2/").status_code == 404


def test_a_quarter_without_settled_months_says_so(cast, at, signed_in):
    issue_small_standard(cast, at)
    assert "还没有确定的月份" in signed_in("worker").get("/results/small/2026-Q3/").content.decode()


# ── the arithmetic ──
@given(
    st.lists(st.none() | st.decimals("0", "105", places=2), min_size=3, max_size=3),
    st.lists(st.decimals("0", "9", places=1), min_size=3, max_size=3),
)
def test_a_value_lies_between_its_months(totals, weights):
    there = [total for total in totals if total is not None]
    for kind in ("mean", "min", "weighted"):
        value = over_months(kind, totals, weights)
        weighed = [w for w, total in zip(weights, totals, strict=True) if total is not None]
        if not there or (kind == "weighted" and not any(weighed)):
            assert value is None
        else:
            assert min(there) <= value <= max(there)


def test_weights_of_a_quarter_repeat_over_a_year():
    totals = [Decimal(60), Decimal(60), Decimal(90)] * 4
    assert over_months("weighted", totals, [Decimal(1), Decimal(1), Decimal(2)]) == Decimal("75.00")

"""A month calculated by hand: 8 sections × the 19 items of 六好区队, in two peer groups. The product must agree to the cent.

采掘   综采一队  100 − 1.00(B2) − 1.50(C1) − 0.90(D1)                = 96.60, bonus 1 + 2 = 3           →  99.60
       煤一队    100 − 0.50(A1) − 10.00(B1, floored: 8 lost)         = 91.50, bonus 2 + 2 + 2 = 6, cap 5 →  96.50, 安全 22.0/30
       煤二队    100 − 2.00(A1) − 1.50(B3)                           = 96.50                             →  96.50, 安全 28.5/30
       开拓一队  100 − 3.50(C2)                                      = 96.50                             →  96.50, 安全 30.0/30
机运通 机电一队  缺 C1 8, C2 6, B4 6: of 80, − 3.20(D2, floored: 3 lost) − 5.54(E1) = 71.46 → ×100/80    = 89.325 → 89.33
       皮带队    C2 does not apply to haulage, 缺 F3: of 91, − 8(B2) − 3(B5) − 3.2(C1) − 1(E2) = 75.80  → 83.2967 → 83.30
       运输一队  the same points on the same items                                                       → 83.30, shares the place
       通风队    C2 does not apply: of 94, − 8.00(B1) = 86.00 → 91.4894 → 91.49, serious injury: tier capped
"""

import datetime as dt
import random
from decimal import Decimal

import pytest

from pithead.assess import actions, queries
from pithead.assess.models import Cycle
from pithead.assess.testing import draft
from pithead.kernel.periods import Period
from pithead.org.models import Specialty, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit

OFFICES = ("EM", "VEN", "GEO", "DIS", "TRN", "UNI", "DIC", "MKT")
SECTIONS = {
    "ZC1": ("综采一队", Specialty.EXTRACTION),
    "M1": ("煤一队", Specialty.TUNNELLING),
    "M2": ("煤二队", Specialty.TUNNELLING),
    "KT1": ("开拓一队", Specialty.TUNNELLING),
    "JD1": ("机电一队", Specialty.ELECTROMECHANICAL),
    "PD": ("皮带队", Specialty.HAULAGE),
    "YS1": ("运输一队", Specialty.HAULAGE),
    "TF": ("通风队", Specialty.VENTILATION),
}
ENTRIES = [
    ("ZC1", "B2", "1.00", "deduction"),
    ("ZC1", "C1", "1.50", "deduction"),
    ("ZC1", "D1", "0.30", "deduction"),
    ("ZC1", "D1", "0.60", "deduction"),
    ("ZC1", "J1", "1.00", "bonus"),
    ("ZC1", "J2", "2.00", "bonus"),
    ("M1", "A1", "0.50", "deduction"),
    ("M1", "B1", "4.00", "deduction"),
    ("M1", "B1", "4.00", "deduction"),
    ("M1", "B1", "2.00", "deduction"),
    ("M1", "J2", "2.00", "bonus"),
    ("M1", "J3", "2.00", "bonus"),
    ("M1", "J5", "2.00", "bonus"),
    ("M2", "A1", "2.00", "deduction"),
    ("M2", "B3", "1.50", "deduction"),
    ("KT1", "C2", "3.50", "deduction"),
    ("JD1", "C1", "0", "na"),
    ("JD1", "C2", "0", "na"),
    ("JD1", "B4", "0", "na"),
    ("JD1", "D2", "3.20", "deduction"),
    ("JD1", "E1", "5.54", "deduction"),
    *(
        (unit, item, points, "deduction")
        for unit in ("PD", "YS1")
        for item, points in (("B2", "8"), ("B5", "3"), ("C1", "3.2"), ("E2", "1"))
    ),
    ("PD", "F3", "0", "na"),
    ("YS1", "F3", "0", "na"),
    ("TF", "B1", "4.00", "deduction"),
    ("TF", "B1", "4.00", "deduction"),
    ("TF", "V1", "0", "veto"),
]
# rank, place in the group, raw, normalised, bonus, total, tier
EXPECTED = {
    "综采一队": (1, 1, "96.60", "96.60", "3.00", "99.60", "优秀"),
    "开拓一队": (2, 2, "96.50", "96.50", "0.00", "96.50", "优秀"),
    "煤二队": (3, 3, "96.50", "96.50", "0.00", "96.50", "优秀"),
    "煤一队": (4, 4, "91.50", "91.50", "5.00", "96.50", "优秀"),
    "通风队": (5, 1, "86.00", "91.49", "0.00", "91.49", "较差"),
    "机电一队": (6, 2, "71.46", "89.33", "0.00", "89.33", "良好"),
    "皮带队": (7, 3, "75.80", "83.30", "0.00", "83.30", "良好"),
    "运输一队": (7, 3, "75.80", "83.30", "0.00", "83.30", "良好"),
}


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    for code in OFFICES:
        add_unit(cast.mine, UnitKind.OFFICE, code, f"{code}科")
    for code, (name, specialty) in SECTIONS.items():
        if code not in cast.units:
            cast.units[code] = add_unit(cast.mine, UnitKind.SECTION, code, name, specialty, opened_on=OPENED)
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack="six-good", in_force_from="2026-01")
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="six-good", period=Period.parse("2026-06"))


def close_with(cast: Cast, cycle: Cycle, at: dt.datetime, seed: int) -> dict[str, tuple]:
    entries = list(ENTRIES)
    random.Random(seed).shuffle(entries)
    drafts = [draft(cycle.standard, cast.units[unit], item, points, kind) for unit, item, points, kind in entries]
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts)
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    return {
        row.unit_name: (
            row.rank,
            row.group_rank,
            *(str(v) for v in (row.raw, row.normalised, row.bonus, row.total)),
            row.tier_name,
        )
        for row in queries.board(cycle).rows
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_product_agrees_with_the_hand_whatever_the_order_of_entry(
    cast: Cast, cycle: Cycle, at: dt.datetime, seed: int
) -> None:
    assert cycle.standard.items.filter(kind="scored").count() == 19
    assert close_with(cast, cycle, at, seed) == EXPECTED


def test_items_are_floored_and_the_bonus_is_shown_before_and_after_its_cap(
    cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    close_with(cast, cycle, at, 1)
    heading, electrical = cast.units["M1"].pk, cast.units["JD1"].pk
    scores = queries.item_scores(cycle)
    assert scores[heading]["B1"] == Decimal(0)
    assert scores[electrical]["C1"] is None
    assert (scores[electrical]["D2"], scores[electrical]["E1"]) == (Decimal("0.00"), Decimal("0.46"))
    row = queries.result_of(cycle, heading)
    assert row is not None
    assert (row.bonus_earned, row.bonus) == (Decimal("6.00"), Decimal("5.00"))


def test_the_veto_excludes_and_is_named(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    close_with(cast, cycle, at, 1)
    row = queries.result_of(cycle, cast.units["TF"].pk)
    assert row is not None
    assert (row.veto_item, row.excluded) == ("V1", True)

"""A draft is tried on past months: the same content moves nobody, what changed moves those whom it concerns."""

import copy
import datetime as dt
import random
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.assess import actions
from pithead.assess.contents import Content, complete
from pithead.assess.models import Cycle, Entry, Standard
from pithead.assess.queries import TrialMonth, TrialRow, content_of, months_to_try, try_content
from pithead.assess.testing import draft, issue_small_standard, settle, small_pack
from pithead.assess.tests.test_contents import add_offices
from pithead.kernel import packs
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.models import Specialty, UnitKind
from pithead.org.testing import Cast, add_unit

MAY = Period.parse("2026-05")


def month_of(cast: Cast, at: dt.datetime, code: str, drafts: Any, period: Period = MAY) -> Cycle:
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code=code, period=period)
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts(cycle))
    return settle(cycle, by=cast.system(), at=at)


@pytest.fixture
def standard(cast: Cast, at: dt.datetime) -> Standard:
    return issue_small_standard(cast, at)


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime, standard: Standard) -> Cycle:
    """综采一队 lost 4 and 10, 煤一队 2 and got 1, 通风队 6 with B2 not asked of it."""
    longwall, heading, ventilation = (cast.units[code] for code in ("ZC1", "M1", "TF"))

    def found(cycle: Cycle) -> list[Any]:
        return [
            draft(cycle.standard, longwall, "B1", "4"),
            draft(cycle.standard, longwall, "A1", "10"),
            draft(cycle.standard, heading, "B2", "2"),
            draft(cycle.standard, heading, "J1", "1", "bonus", cast.units["SAF"]),
            draft(cycle.standard, ventilation, "B1", "6"),
        ]

    return month_of(cast, at, "small", found)


def changed(standard: Standard, **changes: Any) -> Content:
    return copy.deepcopy(content_of(standard)) | changes


def tried(cast: Cast, content: Any) -> TrialMonth:
    [month] = try_content(cast.mine, content, ["2026-05"]).months
    return month


def rows(month: TrialMonth) -> dict[str, TrialRow]:
    return {row.unit_code: row for row in month.rows}


def test_the_same_content_moves_nobody_in_a_month_with_everything_in_it(cast: Cast, at: dt.datetime) -> None:
    pack = packs.load("standards", "six-good")
    add_offices(cast, pack)
    dice = random.Random(7)
    for number in range(24):
        specialty = dice.choice([*Specialty.values, ""])
        add_unit(cast.mine, UnitKind.SECTION, f"X{number}", f"试{number}队", specialty)
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")

    def found(cycle: Cycle) -> list[Any]:
        items = {kind: list(cycle.standard.items.filter(kind=kind)) for kind in ("scored", "bonus", "veto")}
        entries = []
        for participant in cycle.participants.select_related("unit"):
            for _ in range(dice.randrange(9)):
                code, points = dice.choice(items["scored"]).code, f"{dice.randrange(1, 40) * 0.25}"
                entries.append(draft(cycle.standard, participant.unit, code, points))
            entries += [draft(cycle.standard, participant.unit, "J2", "2", "bonus")] * dice.randrange(4)
            if dice.random() < 0.3:
                code = dice.choice(items["scored"]).code
                entries.append(draft(cycle.standard, participant.unit, code, kind="na"))
            if dice.random() < 0.3:
                entries.append(draft(cycle.standard, participant.unit, dice.choice(items["veto"]).code, kind="veto"))
        return [entry for place, entry in enumerate(entries) if entry not in entries[:place]]

    cycle = month_of(cast, at, "six-good", found)
    month = tried(cast, cycle.standard)
    assert len(month.rows) == cycle.results.count() == 27
    for row in month.rows:
        result = cycle.results.select_related("proposed_tier").get(unit__code=row.unit_code)
        assert (row.rank, row.total) == (row.rank_before, row.total_before) == (result.rank, result.total)
        assert row.tier == row.tier_before == (result.proposed_tier.name if result.proposed_tier else "")
    assert (month.moved, month.other_tier, month.dropped, month.added) == (0, 0, (), ())
    assert all(shift.before == shift.after for shift in month.tiers)
    assert len({row.total for row in month.rows}) > 15, "a month in which all are alike proves little"


def test_nothing_is_written(cast: Cast, cycle: Cycle) -> None:
    before = list(cycle.results.order_by("pk").values()), Entry.objects.count(), Standard.objects.count()
    tried(cast, small_pack(full_marks=50))
    assert (list(cycle.results.order_by("pk").values()), Entry.objects.count(), Standard.objects.count()) == before


def test_a_clause_that_costs_more_costs_those_who_were_found(cast: Cast, cycle: Cycle) -> None:
    content = changed(cycle.standard)
    content["dimensions"][1]["items"][0]["clauses"][0]["points"] = 3
    found = rows(tried(cast, content))
    assert (found["ZC1"].total_before, found["ZC1"].total) == (Decimal("86.00"), Decimal("78.00"))
    assert (found["ZC1"].tier_before, found["ZC1"].tier) == ("良好", "一般")
    assert (found["TF"].total_before, found["TF"].total) == (Decimal("92.50"), Decimal("77.50"))
    assert found["M1"].changed == 0


def test_points_stay_where_an_entry_falls_under_no_clause_and_there_are_several(cast: Cast, cycle: Cycle) -> None:
    item = cycle.standard.items.get(code="B1")
    first = item.clauses.get()
    item.clauses.create(code="B1.2", text="另一条", office=first.office, position=2)
    content = changed(cycle.standard)
    content["dimensions"][1]["items"][0]["clauses"][0]["points"] = 3
    assert rows(tried(cast, content))["ZC1"].changed == 0
    Entry.objects.filter(unit__code="ZC1", item=item).update(clause=first)
    assert rows(tried(cast, content))["ZC1"].total == Decimal("78.00")


def test_a_new_cap_and_new_full_marks_are_respected(cast: Cast, cycle: Cycle) -> None:
    content = changed(cycle.standard)
    content["dimensions"][0]["items"][0]["clauses"][0]["cap"] = 4
    assert rows(tried(cast, content))["ZC1"].total == Decimal("92.00")
    content = changed(cycle.standard)
    content["dimensions"][0]["items"][0]["full"] = 6
    content["dimensions"][0]["items"][1]["full"] = 34
    found = rows(tried(cast, content))["ZC1"]
    assert found.total == Decimal("90.00"), "of ten points lost only the six that there are"


def test_what_is_no_longer_asked_of_a_specialty_leaves_the_base(cast: Cast, cycle: Cycle) -> None:
    content = changed(cycle.standard)
    content["dimensions"][0]["items"][0]["not_for"] = ["extraction"]
    content["dimensions"][1]["items"][1]["not_for"] = []
    found = rows(tried(cast, content))
    assert found["ZC1"].total == Decimal("94.29")  # 66 of 70
    assert found["TF"].total == Decimal("94.00")  # B2 is asked of it now


def test_what_was_left_out_by_hand_stays_left_out(cast: Cast, at: dt.datetime, standard: Standard) -> None:
    cycle = month_of(cast, at, "small", lambda cycle: [draft(cycle.standard, cast.units["ZC1"], "B1", kind="na")])
    content = changed(cycle.standard)
    content["dimensions"][1]["items"][0]["not_for"] = ["surface"]
    content["dimensions"][0]["items"][0]["full"] = 20
    content["dimensions"][1]["items"][0]["full"] = 50
    assert rows(tried(cast, content))["ZC1"].total == Decimal("100.00")
    assert tried(cast, content).rows[0].moved == 0


def test_items_without_counterpart_are_named_with_what_falls_away(cast: Cast, cycle: Cycle) -> None:
    content = changed(cycle.standard, bonus=[])
    content["dimensions"][0]["items"][0] |= {"code": "A9", "name": "新要求"}
    month = tried(cast, content)
    assert [(item.code, item.name, item.points) for item in month.dropped] == [
        ("A1", "要求A1", Decimal("10.00")),
        ("J1", "自查出重大隐患", Decimal("1.00")),
    ]
    assert [(item.code, item.points) for item in month.added] == [("A9", Decimal(30))]
    assert rows(month)["ZC1"].total == Decimal("96.00")
    assert rows(month)["M1"].total == Decimal("98.00")


def test_vetoes_count_as_the_new_content_says(cast: Cast, at: dt.datetime, standard: Standard) -> None:
    cycle = month_of(cast, at, "small", lambda cycle: [draft(cycle.standard, cast.units["M1"], "V1", kind="veto")])
    assert rows(tried(cast, cycle.standard))["M1"].tier == "较差"
    content = changed(cycle.standard)
    content["vetoes"][0] |= {"effect": "zero_dimension", "dimension": "A"}
    assert (rows(tried(cast, content))["M1"].total, rows(tried(cast, content))["M1"].tier) == (60, "较差")
    month = tried(cast, changed(cycle.standard, vetoes=[]))
    assert rows(month)["M1"].tier == "优秀"
    assert [item.code for item in month.dropped] == ["V1"]
    assert [(shift.name, shift.before, shift.after) for shift in month.tiers] == [
        ("优秀", 2, 3),
        ("良好", 0, 0),
        ("一般", 0, 0),
        ("较差", 1, 0),
    ]


def test_other_tiers_ties_and_caps_of_bonus_move_places(cast: Cast, cycle: Cycle) -> None:
    tiers = [{"code": "top", "name": "一等", "floor": 99.5}, {"code": "rest", "name": "二等", "floor": 0}]
    month = tried(cast, changed(cycle.standard, tiers=tiers, bonus_cap=0, bonus=[]))
    assert rows(month)["M1"].total == Decimal("98.00")
    assert [(shift.name, shift.before, shift.after) for shift in month.tiers][:2] == [("一等", 0, 0), ("二等", 0, 3)]
    assert month.other_tier == 3


def test_those_who_move_most_come_first(cast: Cast, cycle: Cycle) -> None:
    content = changed(cycle.standard)
    content["dimensions"][1]["items"][0]["clauses"][0]["points"] = 4
    month = tried(cast, content)
    assert [(row.unit_code, row.rank_before, row.rank) for row in month.rows] == [
        ("TF", 2, 3),
        ("ZC1", 3, 2),
        ("M1", 1, 1),
    ]
    assert month.moved == 2


def test_a_new_link_is_not_guessed(cast: Cast, cycle: Cycle) -> None:
    content = changed(cycle.standard)
    clause = content["dimensions"][0]["items"][0]["clauses"][0]
    clause |= {"kind": "link", "link": {"standard": "other", "dimensions": []}}
    assert tried(cast, content).linked == ("A1",)


def test_what_was_taken_from_another_standard_keeps_its_share(cast: Cast, at: dt.datetime, standard: Standard) -> None:
    pack = complete(small_pack(code="linked", title="关联的标准"))
    clause = pack["dimensions"][0]["items"][0]["clauses"][0]
    clause |= {"kind": "link", "link": {"standard": "small", "dimensions": ["B"]}, "points": None}
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")
    other = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="linked", period=MAY)
    found = lambda cycle: [draft(cycle.standard, cast.units["ZC1"], "B1", "20")]  # noqa: E731
    month_of(cast, at, "small", found)
    other.refresh_from_db()
    before = rows(tried(cast, other.standard))["ZC1"]
    assert (before.total, before.total_before) == (Decimal("90.00"), Decimal("90.00"))  # a third of A1 is lost
    content = content_of(other.standard)
    content["dimensions"][0]["items"][0]["full"] = 36
    content["dimensions"][0]["items"][1]["full"] = 4
    assert rows(tried(cast, content))["ZC1"].total == Decimal("88.00")


def test_months_without_settled_results_are_named(cast: Cast, cycle: Cycle) -> None:
    trial = try_content(cast.mine, cycle.standard, ["2026-04", MAY, "2026-05"])
    assert ([month.period for month in trial.months], trial.missing) == (["2026-05"], ("2026-04",))
    assert months_to_try(cast.mine, "small") == ["2026-05"]


def test_a_standard_for_other_units_cannot_be_tried(cast: Cast, cycle: Cycle) -> None:
    with pytest.raises(Refused, match="不是同一类单位"):
        try_content(cast.mine, small_pack(subject="crew"), ["2026-05"])


def test_a_month_costs_the_same_for_a_mine_many_times_as_large(cast: Cast, at: dt.datetime, standard: Standard) -> None:
    counts = []
    for period in ("2026-04", "2026-05"):
        month_of(cast, at, "small", lambda cycle: [], Period.parse(period))
        with CaptureQueriesContext(connection) as queries:
            try_content(cast.mine, standard, [period])
        counts.append(len(queries))
        for number in range(30):
            add_unit(cast.mine, UnitKind.SECTION, f"Y{period}{number}", f"掘进{number}队", Specialty.TUNNELLING)
    assert counts[0] == counts[1] <= 15

"""What the system counts itself: entries that follow the figures until the month is closed, and what people say instead."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.assess import actions, queries
from pithead.assess.models import Cycle, Entry, ItemScore, Outcome, Override, Source
from pithead.assess.testing import draft, issue_small_standard, small_pack
from pithead.assess.tests.fed_month import incident
from pithead.issues.testing import grow_cast
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.measures.registry import Asked
from pithead.measures.testing import told
from pithead.org.testing import Cast, add_unit

D = Decimal
Sums = dict[str, tuple[int, int]]


@pytest.fixture
def figures(cast: Cast) -> Iterator[Sums]:
    """What a figure of the test says, unit by unit: change it and count again."""
    sums: Sums = {"ZC1": (3, 4), "M1-1": (1, 2)}

    def source(_: Asked) -> list[tuple[int, int, int]]:
        return [(cast.units[code].pk, num, den) for code, (num, den) in sums.items()]

    with told("test.share", source, kind="ratio", scale=100, unit="%"):
        yield sums


def counting_pack(automation: str = "A", **changes: Any) -> dict[str, Any]:
    pack = small_pack()
    for dimension in pack["dimensions"]:
        for item in dimension["items"]:
            for clause in item["clauses"]:
                if clause["code"] == "B1.1":
                    gauge = {"measure": "test.share", "below": 100, "per": 10}
                    clause |= {"gauge": gauge, "automation": automation, "points": 2, "kind": "step", **changes}
                if clause["code"] == "B2.1":
                    clause |= {"feeds": [{"kind": "incident"}], "automation": automation, "points": 3}
    return pack


def a_month(cast: Cast, at: dt.datetime, pack: dict[str, Any]) -> Cycle:
    grow_cast(cast)
    issue_small_standard(cast, at, **{key: value for key, value in pack.items() if key != "code"})
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


@pytest.fixture
def june(cast: Cast, at: dt.datetime, figures: Sums) -> Cycle:
    return a_month(cast, at, counting_pack())


def count(cast: Cast, june: Cycle, at: dt.datetime) -> actions.Change:
    return actions.count_month(by=cast.actor("party_officer"), at=at, cycle=june)


def found(june: Cycle) -> dict[tuple[str, str], tuple[Decimal, str]]:
    rows = Entry.objects.filter(cycle=june, source=Source.COMPUTED).exclude(kind="na")
    fields = rows.values_list("unit__code", "clause__code", "points", "reason")
    return {(unit, clause): (points, reason) for unit, clause, points, reason in fields}


# ── counting ──
def test_a_figure_costs_what_the_clause_says(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    assert count(cast, june, at).new == 2
    assert found(june) == {
        ("ZC1", "B1.1"): (D(6), "test.share 75%，低于 100%"),
        ("M1", "B1.1"): (D(10), "test.share 50%，低于 100%"),
    }


def test_a_confirmed_accident_is_counted_without_anybody(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at, unit=cast.units["ZC1-1"])
    count(cast, june, at)
    assert found(june)["ZC1", "B2.1"] == (D(3), "6 月 16 日发生轻伤事故 1 起")
    assert queries.fed(june).pending == ()


def test_who_has_no_figure_loses_nothing_and_is_named(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    count(cast, june, at)
    assert not [unit for unit, _ in found(june) if unit == "TF"]
    [missing] = queries.counted(june, at.date()).missing
    assert (missing.clause.code, missing.units) == ("B1.1", ("通风队",))


def test_what_says_the_same_stays_the_row_it_was(cast: Cast, june: Cycle, at: dt.datetime, figures: Sums) -> None:
    count(cast, june, at)
    rows = dict(Entry.objects.filter(source=Source.COMPUTED, kind="deduction").values_list("unit__code", "pk"))
    assert not count(cast, june, at)
    figures["ZC1"] = (4, 4)
    figures["M1-1"] = (3, 4)
    change = count(cast, june, at)
    assert (change.new, change.changed, change.gone) == (0, 1, 1)
    assert dict(Entry.objects.filter(source=Source.COMPUTED, kind="deduction").values_list("unit__code", "pk")) == {
        "M1": rows["M1"]
    }
    said = AuditEvent.objects.filter(action="assess.cycle.counted").count()
    assert said == 2  # that nothing changed is no news


def test_closing_counts_once_more_and_then_nothing_changes(
    cast: Cast, june: Cycle, at: dt.datetime, figures: Sums
) -> None:
    count(cast, june, at)
    figures["ZC1"] = (2, 4)
    actions.close_cycle(by=cast.actor("party_officer"), at=at, cycle=june)
    june.refresh_from_db()
    assert found(june)["ZC1", "B1.1"][0] == 10
    figures["ZC1"] = (0, 4)
    with pytest.raises(Refused, match="不能再改分"):
        count(cast, june, at)
    score = ItemScore.objects.get(cycle=june, unit=cast.units["ZC1"], item__code="B1")
    assert score.lost == 10


def test_where_an_item_does_not_apply_nothing_is_counted(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    absent = draft(june.standard, cast.units["ZC1"], "B1", kind="na", reason="停产检修")
    actions.add_entries(by=cast.actor("assessor"), at=at, cycle=june, drafts=[absent])
    count(cast, june, at)
    assert {unit for unit, _ in found(june)} == {"M1"}


def test_what_is_proposed_waits_for_the_office(cast: Cast, at: dt.datetime, figures: Sums) -> None:
    june = a_month(cast, at, counting_pack("H"))
    assert not count(cast, june, at)
    keys = [one.key for one in queries.fed(june).pending]
    taken = actions.take_proposals(
        by=cast.actor("assessor"), at=at, cycle=june, office=cast.units["SAF"], keys=keys[:1]
    )
    assert [(entry.source, entry.points) for entry in taken] == [(Source.PROPOSED, D(10))]
    figures["M1-1"] = (2, 2)
    assert [entry.unit.code for entry in queries.fed(june).doubtful] == ["M1"]


@pytest.mark.parametrize("member", ["assessor", "mine_leader", "section_head", "worker", "stranger"])
def test_others_count_nothing(cast: Cast, june: Cycle, at: dt.datetime, member: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.count_month(by=cast.actor(member), at=at, cycle=june)


# ── what people say instead ──
def say(
    cast: Cast, june: Cycle, at: dt.datetime, points: str = "1", reason: str = "检修停产三天", **more: Any
) -> Override:
    given = {"by": cast.actor("assessor"), "office": cast.units["SAF"], "key": _key(cast), **more}
    return actions.override(at=at, cycle=june, points=D(points), reason=reason, **given)


def _key(cast: Cast, unit: str = "ZC1") -> str:
    return f"gauge B1.1 {cast.units[unit].pk}"


def test_an_override_counts_with_its_reason_and_survives_the_next_count(
    cast: Cast, june: Cycle, at: dt.datetime, figures: Sums
) -> None:
    count(cast, june, at)
    say(cast, june, at)
    expected = (D(1), "test.share 75%，低于 100%；系统算 6 分，改为 1 分：检修停产三天")
    assert found(june)["ZC1", "B1.1"] == expected
    count(cast, june, at)
    assert found(june)["ZC1", "B1.1"] == expected
    [event] = AuditEvent.objects.filter(action="assess.computed.overridden")
    assert event.after["points"] == "1"


def test_nothing_is_said_to_count_nothing(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    count(cast, june, at)
    say(cast, june, at, "0")
    assert ("ZC1", "B1.1") not in found(june)
    assert Override.objects.get().computed == 6


@pytest.mark.parametrize(
    ("points", "reason", "told"),
    [
        ("1", " ", "请写明"),
        ("41", "多", "之间"),
        ("-1", "少", "之间"),
        ("0.001", "细", "两位小数"),
        ("1", "马小军请假", "姓名"),
    ],
)
def test_what_cannot_be_said_instead(
    cast: Cast, june: Cycle, at: dt.datetime, points: str, reason: str, told: str
) -> None:
    count(cast, june, at)
    with pytest.raises(Refused, match=told):
        say(cast, june, at, points, reason)
    assert not Override.objects.exists()


def test_another_office_says_nothing(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    with pytest.raises(PermissionDenied):
        say(cast, june, at, by=cast.actor("other_assessor"))
    with pytest.raises(Refused, match="不再这样算"):
        say(cast, june, at, by=cast.actor("other_assessor"), office=cast.units["PRO"])
    with pytest.raises(Refused, match="不再这样算"):
        say(cast, june, at, key=_key(cast, "TF"))


def test_the_same_said_twice_is_said_once(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    assert say(cast, june, at) == say(cast, june, at)
    assert AuditEvent.objects.filter(action="assess.computed.overridden").count() == 1
    say(cast, june, at, "2")
    assert [event.before for event in AuditEvent.objects.filter(action="assess.computed.overridden").order_by("pk")][
        1
    ] == {"points": "1", "reason": "检修停产三天"}


def test_a_counted_entry_is_neither_changed_nor_removed(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    count(cast, june, at)
    entry = Entry.objects.filter(source=Source.COMPUTED, kind="deduction").first()
    assert entry is not None
    with pytest.raises(Refused, match="系统算的"):
        actions.remove_entry(by=cast.actor("assessor"), at=at, entry=entry)
    with pytest.raises(Refused, match="系统算的"):
        actions.change_entry(by=cast.actor("assessor"), at=at, entry=entry, points=D(1), reason="改")


def test_what_an_appeal_decided_holds_when_the_month_is_sent_back(
    cast: Cast, june: Cycle, at: dt.datetime, figures: Sums
) -> None:
    officer = cast.actor("party_officer")
    actions.close_cycle(by=officer, at=at, cycle=june)
    actions.approve_cycle(by=cast.actor("mine_leader"), at=at, cycle=june, minutes="2026年第7次")
    actions.publish_cycle(by=officer, at=at, cycle=june, contacts="党委工作部")
    june.refresh_from_db()
    entry = Entry.objects.get(cycle=june, unit=cast.units["ZC1"], source=Source.COMPUTED, kind="deduction")
    next_day = at + dt.timedelta(days=1)
    appeal = actions.make_appeal(by=cast.actor("section_head"), at=next_day, entry=entry, text="检修是矿上安排的")
    appeal = actions.answer_appeal(by=cast.actor("assessor"), at=next_day, appeal=appeal, answer="按指标算出")
    actions.decide_appeal(
        by=cast.actor("mine_leader"),
        at=next_day,
        appeal=appeal,
        outcome=Outcome.CHANGED,
        decision="矿上安排",
        points=D(2),
    )
    entry.refresh_from_db()
    assert entry.points == 2
    june.refresh_from_db()
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=next_day, cycle=june, reason="补录")
    june.refresh_from_db()
    count(cast, june, next_day)
    assert found(june)["ZC1", "B1.1"][0] == 2


# ── cost ──
def test_counting_asks_as_much_of_many_units_as_of_few(cast: Cast, at: dt.datetime, figures: Sums) -> None:
    asked = []
    for name in ("A", "B"):
        for number in range(4):
            code = f"{name}{number}"
            cast.units[code] = add_unit(cast.mine, "section", code, f"{code}队")
            figures[code] = (number, 10)
        june = a_month(cast, at, counting_pack()) if name == "A" else _next_month(cast, at)
        with CaptureQueriesContext(connection) as counted:
            count(cast, june, at if name == "A" else at + dt.timedelta(days=30))
        asked.append(len(counted))
    assert asked[0] == asked[1] <= 40, asked


def _next_month(cast: Cast, at: dt.datetime) -> Cycle:
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-07"))


# ── what keeps a standard from being issued ──
@pytest.mark.parametrize(
    ("changes", "told_so"),
    [
        ({"points": None, "kind": "manual"}, "取自指标的细则要写每次几分，或者写分档"),
        ({"automation": "M"}, "数据要选“自动”或“系统提议”"),
        ({"feeds": [{"kind": "incident"}]}, "一条细则只能取一处"),
    ],
)
def test_a_clause_that_counts_says_how(cast: Cast, changes: dict[str, Any], told_so: str, figures: Sums) -> None:
    assert actions.problems_of(counting_pack(), cast.mine) == []
    problems = actions.problems_of(counting_pack(**changes), cast.mine)
    assert told_so in str([str(one) for one in problems])


def test_only_what_is_scored_counts_a_figure(cast: Cast, figures: Sums) -> None:
    pack = counting_pack()
    pack["bonus"] = [{**pack["bonus"][0], "gauge": {"measure": "test.share", "below": 100, "per": 1}}]
    assert "只有评分项能取自指标" in str([str(one) for one in actions.problems_of(pack, cast.mine)])

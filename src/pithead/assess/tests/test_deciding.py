"""Approval by the joint meeting, publicity in working days, settling, and the way back."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions, queries
from pithead.assess.actions import DepartureDraft, figures
from pithead.assess.models import Cycle, Reopening
from pithead.assess.testing import draft, issue_small_standard, publish, settle, small_pack
from pithead.kernel import sealing
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.actions import seed_calendar, set_calendar_day
from pithead.org.actions.calendar import Day
from pithead.org.testing import Cast

DAY = dt.timedelta(days=1)


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    standard = issue_small_standard(cast, at)
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    found = [draft(standard, cast.units["ZC1"], "B1", "12")]
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=found)
    return cycle


@pytest.fixture
def reviewed(cast: Cast, cycle: Cycle, at: dt.datetime) -> Cycle:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    return actions.review_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle)


# ── approval ──
def test_approval_asks_for_a_review_and_the_number_of_the_minutes(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    party = {"by": cast.actor("party_officer"), "at": at, "cycle": cycle}
    with pytest.raises(Refused, match="打分中，请先送矿领导审核"):
        actions.approve_cycle(**party, minutes="2026年第7次")
    actions.close_cycle(**party)
    with pytest.raises(Refused, match="待审核，请先送矿领导审核"):
        actions.approve_cycle(**party, minutes="2026年第7次")
    actions.review_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle)
    with pytest.raises(Refused, match="请填写党政联席会纪要编号"):
        actions.approve_cycle(**party, minutes=" ")
    with pytest.raises(Refused, match="最多 64 字"):
        actions.approve_cycle(**party, minutes="长" * 65)
    actions.approve_cycle(**party, minutes="2026年第7次", decision="同意")
    assert (cycle.state, cycle.state_label, cycle.minutes, cycle.approved_by) == (
        "approval",
        "已审定，待公示",
        "2026年第7次",
        "周全",
    )
    assert actions.approve_cycle(**party, minutes="2026年第7次", decision="同意").minutes == "2026年第7次"
    with pytest.raises(Refused, match="按“2026年第7次”记录审定"):
        actions.approve_cycle(**party, minutes="另一次")


def test_a_leader_who_records_the_meeting_has_reviewed(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    actions.approve_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, minutes="第7次")
    assert cycle.reviewed_by == "石领"


def test_the_meeting_may_depart_and_its_word_is_reason_enough(cast: Cast, reviewed: Cycle, at: dt.datetime) -> None:
    other = DepartureDraft(cast.units["M1"].pk, "good", excluded=True)
    actions.approve_cycle(by=cast.system(), at=at, cycle=reviewed, minutes="第7次", departures=[other])
    result = reviewed.results.get(unit=cast.units["M1"])
    assert (result.tier.name, result.proposed_tier.name, result.excluded) == ("良好", "优秀", True)
    assert (result.rank, str(result.total)) == (1, "100.00")
    assert reviewed.departures.get().reason == "经党政联席会研究"


@pytest.mark.parametrize(
    ("unit", "tier", "excluded", "sentence"),
    [
        ("M1", "gold", False, "没有档次“gold”"),
        ("SAF", "good", False, "没有参加这个月的考核"),
        ("M1", "", False, "请选调整后的档次"),
    ],
)
def test_a_departure_that_means_nothing_is_refused(
    cast: Cast, reviewed: Cycle, at: dt.datetime, unit: str, tier: str, excluded: bool, sentence: str
) -> None:
    other = DepartureDraft(cast.units[unit].pk, tier, excluded)
    with pytest.raises(Refused, match=sentence):
        actions.approve_cycle(by=cast.system(), at=at, cycle=reviewed, minutes="第7次", departures=[other])
    assert not reviewed.departures.exists()


def test_one_unit_is_departed_from_once(cast: Cast, reviewed: Cycle, at: dt.datetime) -> None:
    twice = [DepartureDraft(cast.units["M1"].pk, "good"), DepartureDraft(cast.units["M1"].pk, "fair")]
    with pytest.raises(Refused, match="煤一队写了两次"):
        actions.approve_cycle(by=cast.system(), at=at, cycle=reviewed, minutes="第7次", departures=twice)


# ── publicity ──
def test_nothing_is_published_before_the_meeting(cast: Cast, reviewed: Cycle, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="还没有经党政联席会审定"):
        actions.publish_cycle(by=cast.system(), at=at, cycle=reviewed)
    actions.reopen_cycle(by=cast.system(), at=at, cycle=reviewed, reason="漏报")
    with pytest.raises(Refused, match="还不能公示"):
        actions.publish_cycle(by=cast.system(), at=at, cycle=reviewed)


def test_publishing_twice_is_one_publicity_with_the_contacts_of_the_last(
    cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    publish(cycle, by=cast.system(), at=at)
    first = cycle.publicities.get()
    assert first.contacts == "党委工作部"
    assert actions.publish_cycle(by=cast.system(), at=at + DAY, cycle=cycle) == first
    may = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-05"))
    actions.close_cycle(by=cast.system(), at=at, cycle=may)
    actions.approve_cycle(by=cast.system(), at=at, cycle=may, minutes="第8次")
    actions.publish_cycle(by=cast.system(), at=at, cycle=may, contacts="纪检科 8302")
    april = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-04"))
    publish(april, by=cast.system(), at=at + DAY)
    assert april.publicities.get().contacts == "纪检科 8302"


@pytest.mark.parametrize(
    ("published", "first", "last"),
    [
        # 国庆 2025: the Sunday before is worked, 1 to 8 October are not, Saturday the 11th is
        ((2025, 9, 26), (2025, 9, 28), (2025, 9, 29)),
        ((2025, 9, 30), (2025, 10, 9), (2025, 10, 10)),
        ((2025, 10, 10), (2025, 10, 11), (2025, 10, 13)),
        # 春节 2026: the Saturday before is worked, 15 to 23 February are not, Saturday the 28th is
        ((2026, 2, 13), (2026, 2, 14), (2026, 2, 24)),
        ((2026, 2, 14), (2026, 2, 24), (2026, 2, 25)),
        ((2026, 2, 27), (2026, 2, 28), (2026, 3, 2)),
    ],
)
def test_publicity_counts_working_days_over_the_great_holidays(
    cast: Cast, at: dt.datetime, published: tuple[int, ...], first: tuple[int, ...], last: tuple[int, ...]
) -> None:
    seed_calendar(by=cast.system(), at=at, mine=cast.mine, years=[2025, 2026])
    day = dt.datetime(*published, 15, 30, tzinfo=at.tzinfo)
    pack_from = {"by": cast.system(), "at": day, "mine": cast.mine}
    actions.load_standard(**pack_from, pack=small_pack(), in_force_from="2025-01")
    period = Period.month(day.year, day.month).previous()
    cycle = actions.open_cycle(**pack_from, code="small", period=period)
    publish(cycle, by=cast.system(), at=day)
    found = cycle.publicities.get()
    assert (found.starts_on, found.ends_on) == (dt.date(*first), dt.date(*last))


def test_a_day_the_mine_makes_free_by_itself_does_not_count(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    set_calendar_day(by=cast.system(), at=at, mine=cast.mine, day=Day(at.date() + DAY, worked=False))
    publish(cycle, by=cast.system(), at=at)
    assert cycle.publicities.get().starts_on == at.date() + 2 * DAY


# ── settling ──
def test_a_month_is_settled_only_when_its_publicity_is_over(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="还不能确定：要先审核、经联席会审定并公示"):
        actions.finalise_cycle(by=cast.system(), at=at, cycle=cycle)
    publish(cycle, by=cast.system(), at=at)
    with pytest.raises(Refused, match="公示到 2026-07-08 为止"):
        actions.finalise_cycle(by=cast.system(), at=at + 2 * DAY, cycle=cycle)
    actions.finalise_cycle(by=cast.system(), at=at + 3 * DAY, cycle=cycle)
    assert cycle.state == "final"
    assert actions.finalise_cycle(by=cast.system(), at=at + 9 * DAY, cycle=cycle).finalised_at == at + 3 * DAY


# ── the way back ──
def test_what_is_public_only_a_leader_sends_back(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    publish(cycle, by=cast.system(), at=at)
    with pytest.raises(PermissionDenied):
        actions.reopen_cycle(by=cast.actor("party_officer"), at=at, cycle=cycle, reason="漏报")
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason="漏报")
    assert (cycle.state, cycle.minutes, cycle.approved_at) == ("scoring", "", None)


def test_reopening_a_final_month_keeps_what_stood(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    settle(cycle, by=cast.system(), at=at)
    before = [(row.unit_name, row.rank, str(row.total), row.tier_name) for row in queries.board(cycle).rows]
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason="上级复查，扣分有误")
    trace = Reopening.objects.get(cycle=cycle)
    assert [tuple(line) for line in trace.results_before] == before
    assert (trace.state_before, trace.reopened_by, trace.reason) == ("final", "石领", "上级复查，扣分有误")
    assert AuditEvent.objects.get(action="assess.cycle.reopened").after["reason"] == "上级复查，扣分有误"
    assert not sealing.verify(cast.mine.code).faults
    settle(cycle, by=cast.system(), at=at + 30 * DAY)
    assert [publicity.round for publicity in cycle.publicities.order_by("round")] == [1, 2]


def test_departures_are_the_meetings_and_go_with_its_decision(cast: Cast, reviewed: Cycle, at: dt.datetime) -> None:
    other = DepartureDraft(cast.units["M1"].pk, "good")
    actions.approve_cycle(by=cast.system(), at=at, cycle=reviewed, minutes="第7次", departures=[other])
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=reviewed, reason="再议")
    settle(reviewed, by=cast.system(), at=at + 30 * DAY)
    assert reviewed.results.get(unit=cast.units["M1"]).tier.name == "优秀"


def test_a_month_with_scores_without_a_reason_is_not_closed(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    cycle.entries.filter(item__code="B1").update(reason="")
    with pytest.raises(Refused, match="有 1 处打分没有写原因：综采一队 B1（安全科）"):
        actions.close_cycle(by=cast.system(), at=at, cycle=cycle)


def test_figures_that_other_records_forbid_are_refused() -> None:
    scored, bonus = SimpleNamespace(kind="scored"), SimpleNamespace(kind="bonus", source="manual")
    with pytest.raises(Refused, match="这一格记的是加分"):
        figures._refuse_obstacles(SimpleNamespace(own=[bonus], item=scored))  # type: ignore[arg-type]
    with pytest.raises(Refused, match="别的科室已加 2 分，最少要填 2"):
        figures._bonus(SimpleNamespace(of_others=lambda _: Decimal(2)), Decimal(1))  # type: ignore[arg-type]

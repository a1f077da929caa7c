"""An appeal names an entry, the office answers, another person decides, and what changes is published again."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions, queries
from pithead.assess.models import Appeal, Cycle, Entry, Outcome
from pithead.assess.testing import draft, issue_small_standard, publish
from pithead.kernel import sealing
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor
from pithead.org.testing import Cast

DAY = dt.timedelta(days=1)


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    """June, published: 综采一队 lost 12 and 0.5, won a bonus, got a veto and a 缺项."""
    standard, longwall = issue_small_standard(cast, at), cast.units["ZC1"]
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    found = [
        draft(standard, longwall, "B1", "12"),
        draft(standard, longwall, "A1", "0.5"),
        draft(standard, longwall, "J1", "1", "bonus", cast.units["SAF"]),
        draft(standard, longwall, "V1", "0", "veto", cast.units["SAF"]),
        draft(standard, longwall, "B2", "0", "na"),
        draft(standard, cast.units["M1"], "B1", "13"),
    ]
    actions.add_entries(by=cast.actor("party_officer"), at=at, cycle=cycle, drafts=found)
    return publish(cycle, by=cast.system(), at=at)


def entry(cycle: Cycle, item: str, unit: str = "ZC1") -> Entry:
    return Entry.objects.get(cycle=cycle, unit__code=unit, item__code=item)


def make(cast: Cast, at: dt.datetime, cycle: Cycle, item: str = "B1", **more: Any) -> Appeal:
    by = cast.actor("section_head")
    return actions.make_appeal(by=by, at=at, entry=entry(cycle, item), **{"text": "交接单双方签字"} | more)


def answered(cast: Cast, at: dt.datetime, cycle: Cycle, item: str = "B1") -> Appeal:
    appeal = make(cast, at, cycle, item)
    return actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=appeal, answer="核对过，记错了单位")


def decide(by: Actor, at: dt.datetime, appeal: Appeal, outcome: Outcome, points: str | None = None) -> Appeal:
    figure = None if points is None else Decimal(points)
    what = {"appeal": appeal, "outcome": outcome, "decision": "手续齐全", "points": figure}
    return actions.decide_appeal(by=by, at=at, **what)


# ── making one ──
@pytest.mark.parametrize("member", ["section_head", "crew_leader", "branch_secretary"])
def test_those_who_speak_for_the_unit_may_appeal(cast: Cast, cycle: Cycle, at: dt.datetime, member: str) -> None:
    def try_it() -> Appeal:
        return actions.make_appeal(by=cast.actor(member), at=at, entry=entry(cycle, "B1"), text="已整改")

    if member == "crew_leader":  # speaks for the crew, not for the section
        with pytest.raises(PermissionDenied):
            try_it()
    else:
        assert try_it().made_by == cast.people[member]


@pytest.mark.parametrize("member", ["worker", "assessor", "party_officer", "mine_leader", "stranger", "hr_officer"])
def test_nobody_else_appeals(cast: Cast, cycle: Cycle, at: dt.datetime, member: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.make_appeal(by=cast.actor(member), at=at, entry=entry(cycle, "B1"), text="已整改")


def test_nobody_appeals_for_another_unit(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    with pytest.raises(PermissionDenied):
        actions.make_appeal(by=cast.actor("section_head"), at=at, entry=entry(cycle, "B1", "M1"), text="已整改")


def test_an_appeal_keeps_what_the_entry_was(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    appeal = make(cast, at, cycle)
    assert (appeal.points, appeal.entry_reason, appeal.office.name) == (12, "B1 检查发现的问题", "安全科")
    assert appeal.state_label == "待科室答复"
    assert str(appeal) == "综采一队对B1 要求B1的申诉"


def test_once_per_entry_and_a_form_sent_twice_is_one(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    assert make(cast, at, cycle) == make(cast, at, cycle)
    with pytest.raises(Refused, match="这一条已经申诉过：待科室答复"):
        make(cast, at, cycle, text="换个说法")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [(" ", "请写明申诉的理由"), ("长" * 501, "写了 501 字，最多 500 字"), ("电话 13800001111", "身份证号或手机号")],
)
def test_what_is_said_has_limits(cast: Cast, cycle: Cycle, at: dt.datetime, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        make(cast, at, cycle, text=text)
    assert not Appeal.objects.exists()


def test_only_while_the_month_is_published(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    make(cast, at + 2 * DAY, cycle, "A1")
    with pytest.raises(Refused, match="公示到 2026-07-08 已经结束，不能再申诉；有问题请联系：党委工作部"):
        make(cast, at + 3 * DAY, cycle)
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason="漏报")
    with pytest.raises(Refused, match="打分中，公示期间才能申诉"):
        make(cast, at, cycle)


def test_what_the_standard_itself_says_is_not_appealed(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    computed = Entry.objects.get(cycle=cycle, source="computed")
    with pytest.raises(Refused, match="系统按标准折算的"):
        actions.make_appeal(by=cast.system(), at=at, entry=computed, text="应当考核")


# ── answering ──
def test_the_office_that_scored_answers_and_may_say_it_better(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    appeal = make(cast, at, cycle)
    with pytest.raises(PermissionDenied):
        actions.answer_appeal(by=cast.actor("other_assessor"), at=at, appeal=appeal, answer="同意")
    with pytest.raises(Refused, match="请写明科室的答复"):
        actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=appeal, answer="")
    actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=appeal, answer="维持")
    again = {"appeal": appeal, "answer": "维持，见照片"}
    with pytest.raises(Refused, match="已经答复：“维持”。请刷新页面"):
        actions.answer_appeal(by=cast.actor("assessor"), at=at + DAY, **again)
    actions.answer_appeal(by=cast.actor("assessor"), at=at + DAY, **again, seen=appeal.answer_seen)
    assert (appeal.answer, appeal.answered_at, appeal.state_label) == ("维持，见照片", at + DAY, "待裁定")


# ── deciding ──
def test_another_person_decides_after_the_answer(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    appeal = make(cast, at, cycle)
    leader = cast.actor("mine_leader")
    with pytest.raises(PermissionDenied):
        decide(cast.actor("assessor"), at, appeal, Outcome.REJECTED)
    with pytest.raises(Refused, match="科室还没有答复"):
        decide(leader, at, appeal, Outcome.REJECTED)
    actions.answer_appeal(by=cast.system(), at=at, appeal=appeal, answer="维持")
    with pytest.raises(Refused, match="系统是答复的人，要由另一个人裁定"):
        decide(cast.system(), at, appeal, Outcome.REJECTED)
    decide(leader, at, appeal, Outcome.REJECTED)
    assert (appeal.state_label, appeal.decided_by) == ("维持原记录", cast.people["mine_leader"])
    with pytest.raises(Refused, match="已经裁定：维持原记录"):
        decide(leader, at, appeal, Outcome.UPHELD)
    with pytest.raises(Refused, match="已经裁定"):
        actions.answer_appeal(by=cast.system(), at=at, appeal=appeal, answer="改口")


def test_whoever_scored_or_appealed_does_not_decide(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    appeal = answered(cast, at, cycle)
    appeal.entry.author = "石领"
    appeal.entry.save()
    with pytest.raises(Refused, match="石领是打分的人"):
        decide(cast.actor("mine_leader"), at, appeal, Outcome.REJECTED)
    Appeal.objects.filter(pk=appeal.pk).update(made_by=cast.people["mine_leader"])
    appeal.refresh_from_db()
    with pytest.raises(Refused, match="石领是提出申诉的人"):
        decide(cast.actor("mine_leader"), at, appeal, Outcome.REJECTED)


def test_a_rejected_appeal_changes_nothing_and_the_month_may_be_settled(
    cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    before = queries.board(cycle).rows
    appeal = answered(cast, at, cycle)
    with pytest.raises(Refused, match="还有 1 件申诉没有裁定"):
        actions.finalise_cycle(by=cast.system(), at=at + 3 * DAY, cycle=cycle)
    decide(cast.actor("mine_leader"), at, appeal, Outcome.REJECTED)
    assert queries.board(cycle).rows == before
    assert actions.finalise_cycle(by=cast.system(), at=at + 3 * DAY, cycle=cycle).state == "final"


def test_a_changed_result_goes_through_a_second_publicity(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    places = {row.unit_name: row.rank for row in queries.board(cycle).rows}
    other = make(cast, at, cycle, "A1")
    appeal = answered(cast, at, cycle)
    decide(cast.actor("mine_leader"), at + DAY, appeal, Outcome.CHANGED, "2")
    assert entry(cycle, "B1").points == 2
    after = {row.unit_name: row.rank for row in queries.board(cycle).rows}
    assert places["综采一队"] > after["综采一队"]
    with pytest.raises(Refused, match="还有 1 件申诉没有裁定"):
        actions.publish_cycle(by=cast.system(), at=at + DAY, cycle=cycle)
    actions.answer_appeal(by=cast.actor("party_officer"), at=at + DAY, appeal=other, answer="维持")
    decide(cast.actor("mine_leader"), at + DAY, other, Outcome.REJECTED)
    with pytest.raises(Refused, match="请先第二次公示"):
        actions.finalise_cycle(by=cast.system(), at=at + 5 * DAY, cycle=cycle)
    second = actions.publish_cycle(by=cast.system(), at=at + 2 * DAY, cycle=cycle)
    assert (second.round, second.label, second.ends_on) == (2, "第二次公示", dt.date(2026, 7, 10))
    assert actions.finalise_cycle(by=cast.system(), at=at + 5 * DAY, cycle=cycle).state == "final"
    assert not sealing.verify(cast.mine.code).faults


@pytest.mark.parametrize("item", ["B1", "V1", "B2"])
def test_an_upheld_appeal_takes_the_entry_away_and_keeps_its_story(
    cast: Cast, cycle: Cycle, at: dt.datetime, item: str
) -> None:
    appeal = answered(cast, at, cycle, item)
    decide(cast.actor("mine_leader"), at + DAY, appeal, Outcome.UPHELD)
    appeal.refresh_from_db()
    assert (appeal.entry, appeal.entry_reason) == (None, f"{item} 检查发现的问题")
    assert not Entry.objects.filter(cycle=cycle, unit__code="ZC1", item__code=item).exists()
    row = queries.result_of(cycle, cast.units["ZC1"].pk)
    assert row is not None
    assert (row.veto_item == "") == (item == "V1")
    assert not sealing.verify(cast.mine.code).faults


@pytest.mark.parametrize(
    ("item", "outcome", "points", "sentence"),
    [
        ("B1", Outcome.CHANGED, "12", "小于原来的 12 分；申诉不加重扣分"),
        ("B1", Outcome.CHANGED, "0", "全部撤销请选“申诉成立”"),
        ("B1", Outcome.CHANGED, None, "选了“部分成立，改分”，请填写改为扣多少分"),
        ("J1", Outcome.CHANGED, None, "选了“部分成立，改分”，请填写改为加多少分"),
        ("B1", Outcome.LAPSED, None, "扣分的申诉可以裁定为"),
        ("J1", Outcome.CHANGED, "1", "改后的加分要大于原来的 1 分"),
        ("J1", Outcome.UPHELD, None, "加分的申诉可以裁定为：部分成立，改分、维持原记录"),
        ("V1", Outcome.CHANGED, "1", "一票否决的申诉可以裁定为"),
    ],
)
def test_a_decision_must_fit_the_entry(
    cast: Cast, cycle: Cycle, at: dt.datetime, item: str, outcome: Outcome, points: str | None, sentence: str
) -> None:
    appeal = answered(cast, at, cycle, item)
    with pytest.raises(Refused, match=sentence):
        decide(cast.actor("mine_leader"), at, appeal, outcome, points)
    assert Appeal.objects.get().decided_at is None


def test_a_bonus_can_grow(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    decide(cast.actor("mine_leader"), at, answered(cast, at, cycle, "J1"), Outcome.CHANGED, "3")
    assert entry(cycle, "J1").points == 3


def test_reopening_ends_open_appeals_and_the_next_publicity_takes_new_ones(
    cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    appeal = make(cast, at, cycle)
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason="漏报")
    appeal.refresh_from_db()
    assert appeal.state_label == "月份退回打分，申诉终止"
    publish(cycle, by=cast.system(), at=at + DAY)
    assert make(cast, at + DAY, cycle) != appeal
    assert not sealing.verify(cast.mine.code).faults


def test_who_sees_an_appeal(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    appeal = answered(cast, at, cycle)

    def seen() -> set[str]:
        return {m for m in cast.members if Appeal.objects.visible_to(cast.actor(m)).filter(pk=appeal.pk).exists()}

    assert seen() == {"section_head", "branch_secretary", "assessor", "party_officer", "mine_leader"}
    decide(cast.actor("mine_leader"), at, appeal, Outcome.REJECTED)
    assert seen() == set(cast.members) - {"stranger"}

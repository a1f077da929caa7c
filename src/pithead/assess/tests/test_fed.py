"""Confirmed incidents and violations, and hazards left open, propose what the clauses say; the office answers."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions, queries
from pithead.assess.models import Appeal, Cycle, Entry, Outcome, SetAside, Source
from pithead.assess.testing import draft
from pithead.assess.tests.fed_month import JUNE, incident, open_june, violation
from pithead.issues.actions import tick
from pithead.issues.models import Issue
from pithead.issues.testing import Story
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.actions import reorganise
from pithead.org.testing import Cast


@pytest.fixture
def june(cast: Cast, at: dt.datetime) -> Cycle:
    return open_june(cast, at)


def proposed(cycle: Cycle) -> list[tuple[str, str, str, str]]:
    """(unit, clause, kind, points) of what waits for an answer."""
    return [(one.unit_code, one.clause.code, str(one.kind), str(one.points)) for one in queries.fed(cycle).pending]


def take(cast: Cast, cycle: Cycle, at: dt.datetime, member: str = "assessor") -> list[Entry]:
    keys = [one.key for one in queries.fed(cycle).pending]
    saf = cast.units["SAF"]
    return actions.take_proposals(by=cast.actor(member), at=at, cycle=cycle, office=saf, keys=keys)


# ── what is proposed ──
def test_a_confirmed_accident_of_a_crew_is_proposed_for_its_section(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at, unit=cast.units["ZC1-1"], category="haulage")
    [one] = queries.fed(june).pending
    assert (one.unit_code, one.item.code, str(one.kind), one.points) == ("ZC1", "B1", "deduction", 1)
    assert one.reason == "6 月 16 日发生轻伤事故 1 起（运输）"
    assert one.evidence.startswith("安全科认定，事故 ")


@pytest.mark.parametrize("grade", ["serious_injury", "fatal"])
def test_a_grave_accident_is_proposed_as_a_veto(cast: Cast, june: Cycle, at: dt.datetime, grade: str) -> None:
    incident(cast, at, grade)
    assert proposed(june) == [("ZC1", "V1.1", "veto", "0.00")]


def test_what_nobody_has_confirmed_is_not_proposed(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    Story(cast, at - JUNE).begins("worker", "incident", grade="fatal")
    Story(cast, at - JUNE).begins("assessor", "violation", grade="serious")
    dismissed = Story(cast, at - JUNE)
    dismissed.begins("worker", "incident", grade="fatal")
    dismissed.goes_on("assessor", "dismiss")
    assert proposed(june) == []


def test_what_was_told_too_late_is_another_deduction(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at, in_time=False)
    assert [(one.clause.code, one.points, one.reason) for one in queries.fed(june).pending] == [
        ("B1.1", 1, "6 月 16 日发生轻伤事故 1 起"),
        ("B2.1", 2, "6 月 16 日轻伤事故没有按时上报"),
    ]


def test_a_violation_that_the_section_caught_itself_costs_half(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    violation(cast, at)
    violation(cast, at, by="section_head")
    assert sorted(one[3] for one in proposed(june)) == ["0.50", "1.00"]
    assert [one.reason for one in queries.fed(june).pending if one.points < 1] == [
        "6 月 16 日发生一般“三违”1 起（违章作业），自己查处的减半"
    ]


def test_what_the_branch_secretary_found_the_section_found_itself(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = Story(cast, at - JUNE)
    story.begins("branch_secretary", "hazard", grade="C")
    story.later(hours=1)
    story.goes_on("inspector", "assign")
    tick(at=at - JUNE + dt.timedelta(days=1), mine=cast.mine)
    assert proposed(june) == []


def test_a_hazard_counts_once_its_time_ran_out_unless_the_section_found_it(
    cast: Cast, june: Cycle, at: dt.datetime
) -> None:
    for finder in ("assessor", "worker"):
        story = Story(cast, at - JUNE)
        story.begins(finder, "hazard", grade="C")
        story.later(hours=1)
        story.goes_on("inspector", "assign")
    assert proposed(june) == []
    tick(at=at - JUNE + dt.timedelta(days=1), mine=cast.mine)
    assert [(one.clause.code, one.reason) for one in queries.fed(june).pending] == [
        ("B2.1", "6 月 17 日有一条C级隐患到期没有整改")
    ]
    tick(at=at - JUNE + dt.timedelta(days=12), mine=cast.mine)  # it climbs on, and is counted once
    assert len(proposed(june)) == 1


def test_a_hazard_that_ran_out_in_may_and_climbs_on_in_june_is_mays(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = Story(cast, at - dt.timedelta(days=36))
    story.begins("assessor", "hazard", grade="C")
    story.later(hours=1)
    story.goes_on("inspector", "assign")
    for days in (35.5, 34, 30):
        tick(at=at - dt.timedelta(days=days), mine=cast.mine)
    assert story.issue.level > 2
    assert proposed(june) == []


@pytest.mark.parametrize("days", [-16, 15, 40])
def test_what_happened_in_another_month_is_not_proposed(cast: Cast, june: Cycle, at: dt.datetime, days: int) -> None:
    incident(cast, at + dt.timedelta(days=days))
    assert proposed(june) == []


@pytest.mark.parametrize("hour", [dt.timedelta(days=-15, hours=-9), dt.timedelta(days=14, hours=14, minutes=59)])
def test_the_first_and_the_last_minute_belong_to_the_month(
    cast: Cast, june: Cycle, at: dt.datetime, hour: dt.timedelta
) -> None:
    incident(cast, at + hour)
    assert len(proposed(june)) == 1


def test_another_mines_matters_are_not_proposed(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = incident(cast, at)
    Issue.objects.filter(pk=story.issue.pk).update(mine=cast.other_mine)
    assert proposed(june) == []


def test_no_reason_names_anybody_whatever_the_matter_says(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = incident(cast, at, place_text="马小军的工具房", text="马小军碰伤手指")
    [entry] = take(cast, june, at)
    assert "马小军" in story.issue.text
    assert "马小军" not in entry.reason + entry.evidence


# ── what changes afterwards ──
def test_what_is_investigated_again_is_withdrawn_until_it_is_closed_again(
    cast: Cast, june: Cycle, at: dt.datetime
) -> None:
    story = incident(cast, at)
    story.follows(("assessor", "analyse"), ("inspector", "close"))
    assert len(proposed(june)) == 1
    story.follows(("assessor", "reopen"))
    assert proposed(june) == []
    story.follows(("assessor", "analyse"), ("inspector", "close"))
    assert len(proposed(june)) == 1


def test_a_matter_moved_to_another_unit_is_proposed_there(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = incident(cast, at)
    story.goes_on("assessor", "rehome", unit=cast.units["M1-1"])
    assert [one[0] for one in proposed(june)] == ["M1"]


def test_what_became_of_another_kind_is_withdrawn(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = incident(cast, at)
    Issue.objects.filter(pk=story.issue.pk).update(kind="finding", state="found")
    assert proposed(june) == []


def test_an_appeal_against_a_violation_withdraws_it(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = violation(cast, at)
    story.goes_on("worker", "appeal")
    assert proposed(june) == []
    story.goes_on("mine_leader", "uphold")
    assert len(proposed(june)) == 1


def test_an_entry_whose_matter_has_changed_is_named(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = violation(cast, at)
    [entry] = take(cast, june, at)
    assert queries.fed(june).doubtful == ()
    story.goes_on("worker", "appeal")
    story.goes_on("mine_leader", "cancel")
    found = queries.fed(june)
    assert (found.pending, found.doubtful) == ((), (entry,))
    assert found.matters == {story.issue.pk}


def test_what_happened_in_a_section_before_it_was_reorganised_is_its_successors(cast: Cast, at: dt.datetime) -> None:
    by, day = cast.system(), (at - dt.timedelta(days=10)).date()
    new = reorganise(by=by, at=at, unit=cast.units["M1"], code="M9", name="煤九队", on=day)
    june = open_june(cast, at)
    incident(cast, at, unit=cast.units["M1"])
    assert [one[0] for one in proposed(june)] == [new.code]


def test_a_branch_answers_for_the_section_it_serves(cast: Cast, at: dt.datetime) -> None:
    june = open_june(cast, at, subject="branch")
    incident(cast, at, unit=cast.units["ZC1-1"])
    incident(cast, at, unit=cast.units["M1"])
    assert [one[0] for one in proposed(june)] == ["ZB1"]


# ── the answer ──
def test_taken_it_is_an_entry_that_knows_where_it_came_from(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = incident(cast, at)
    [entry] = take(cast, june, at)
    assert (entry.kind, entry.points, entry.source) == ("deduction", Decimal(1), Source.PROPOSED)
    assert (entry.matter, entry.unit.code, entry.author) == (story.issue.pk, "ZC1", "安平")
    assert str(entry.found_on) == "2026-06-16"
    assert proposed(june) == []


def test_taken_twice_it_is_counted_once(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at)
    [one] = queries.fed(june).pending
    for expected in (1, 0):
        made = actions.take_proposals(
            by=cast.actor("assessor"), at=at, cycle=june, office=cast.units["SAF"], keys=[one.key, one.key]
        )
        assert len(made) == expected
    assert june.entries.count() - june.entries.filter(kind="na").count() == 1


def test_two_grave_accidents_of_one_section_are_one_veto(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at, "fatal")
    incident(cast, at, "serious_injury", text="另一处")
    assert len(take(cast, june, at)) == 1
    assert proposed(june) == []


def test_a_veto_that_was_written_by_hand_is_not_proposed_again(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at, "fatal")
    by_hand = draft(june.standard, cast.units["ZC1"], "V1", kind="veto")
    actions.add_entries(by=cast.actor("assessor"), at=at, cycle=june, drafts=[by_hand])
    assert proposed(june) == []


def test_an_entry_taken_back_is_proposed_again(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at)
    [entry] = take(cast, june, at)
    actions.remove_entry(by=cast.actor("assessor"), at=at, entry=entry)
    assert len(proposed(june)) == 1


def test_what_an_upheld_appeal_took_back_does_not_come_again(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at)
    [entry] = take(cast, june, at)
    facts = {name: getattr(entry, name) for name in ("mine", "cycle", "unit", "item", "office", "kind", "points")}
    Appeal.objects.create(
        **facts,
        entry_key=entry.key,
        text="不是本队",
        made_name="高山",
        made_at=at,
        outcome=Outcome.UPHELD,
        decided_at=at,
    )
    entry.delete()
    assert proposed(june) == []


def test_set_aside_it_waits_no_longer_and_the_log_knows_why(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at)
    [one] = queries.fed(june).pending
    say = {"by": cast.actor("assessor"), "at": at, "cycle": june, "office": cast.units["SAF"], "key": one.key}
    with pytest.raises(Refused, match="为什么不计"):
        actions.set_aside(**say, reason="  ")
    with pytest.raises(Refused, match="职工姓名"):
        actions.set_aside(**say, reason="马小军自己承担")
    first = actions.set_aside(**say, reason="责任在外委队伍")
    assert actions.set_aside(**say, reason="再说一次") == first
    assert (proposed(june), [line.key for line in queries.fed(june).set_aside]) == ([], [one.key])
    assert AuditEvent.objects.get(action="assess.proposal.set_aside").after["reason"] == "责任在外委队伍"
    made = actions.take_proposals(**{k: v for k, v in say.items() if k != "key"}, keys=[one.key])
    assert (len(made), SetAside.objects.count()) == (1, 0)


def test_what_is_no_longer_proposed_cannot_be_taken(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    story = incident(cast, at)
    [one] = queries.fed(june).pending
    story.goes_on("assessor", "rehome", unit=cast.units["M1"])
    say = {"by": cast.actor("assessor"), "at": at, "cycle": june, "office": cast.units["SAF"]}
    with pytest.raises(Refused, match="刚才有变化"):
        actions.take_proposals(**say, keys=[one.key])
    with pytest.raises(Refused, match="刚才有变化"):
        actions.set_aside(**say, key=one.key, reason="不是本队")


@pytest.mark.parametrize("member", ["worker", "section_head", "other_assessor", "mine_leader", "stranger"])
def test_nobody_answers_for_another_office(cast: Cast, june: Cycle, at: dt.datetime, member: str) -> None:
    incident(cast, at)
    with pytest.raises(PermissionDenied):
        take(cast, june, at, member)
    key = queries.fed(june).pending[0].key
    say = {"by": cast.actor(member), "at": at, "cycle": june, "office": cast.units["SAF"]}
    with pytest.raises(PermissionDenied):
        actions.set_aside(**say, key=key, reason="不计")


def test_an_office_does_not_take_what_another_clause_owner_decides(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at)
    keys = [one.key for one in queries.fed(june).pending]
    say = {"by": cast.actor("other_assessor"), "at": at, "cycle": june, "office": cast.units["PRO"]}
    assert queries.fed(june, cast.units["PRO"]).pending == ()
    with pytest.raises(Refused, match="刚才有变化"):
        actions.take_proposals(**say, keys=keys)


def test_what_was_handed_in_takes_nothing_more_but_a_word_why_not(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at)
    by, saf = cast.actor("assessor"), cast.units["SAF"]
    actions.submit(by=by, at=at, cycle=june, office=saf)
    with pytest.raises(Refused, match="撤回提交"):
        take(cast, june, at)
    key = queries.fed(june).pending[0].key
    assert actions.set_aside(by=by, at=at, cycle=june, office=saf, key=key, reason="责任在外委队伍")


# ── closing ──
def test_a_deduction_may_stay_unanswered_when_the_month_is_closed(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at)
    actions.close_cycle(by=cast.system(), at=at, cycle=june)
    assert not Entry.objects.filter(source=Source.PROPOSED).exists()
    assert queries.fed(june) == queries.Fed()


def test_a_veto_must_be_decided_before_the_month_is_closed(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    incident(cast, at, "fatal")
    with pytest.raises(Refused, match="还没有决定是否按 V1“重伤及以上事故”否决；请安全科"):
        actions.close_cycle(by=cast.system(), at=at, cycle=june)
    take(cast, june, at)
    actions.close_cycle(by=cast.system(), at=at, cycle=june)
    assert june.results.get(unit__code="ZC1").veto_item.code == "V1"

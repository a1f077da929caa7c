"""A month from opening to final."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions, queries
from pithead.assess.models import Cycle, CycleState, Entry, Standard
from pithead.assess.testing import draft, issue_small_standard, publish, settle, small_pack
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast

JUNE = Period.parse("2026-06")


@pytest.fixture
def standard(cast: Cast, at: dt.datetime) -> Standard:
    return issue_small_standard(cast, at)


@pytest.fixture
def cycle(cast: Cast, standard: Standard, at: dt.datetime) -> Cycle:
    return actions.open_cycle(by=cast.actor("party_officer"), at=at, mine=cast.mine, code="small", period=JUNE)


def test_the_sections_of_the_mine_take_part_in_their_peer_groups(cast: Cast, cycle: Cycle) -> None:
    assert {(p.unit.name, p.group.name) for p in cycle.participants.all()} == {
        ("综采一队", "采掘"),
        ("煤一队", "采掘"),
        ("通风队", "其他"),
    }
    assert (cycle.starts_on, cycle.ends_on) == (dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def test_what_the_standard_does_not_ask_of_a_specialty_is_an_entry_that_says_so(cast: Cast, cycle: Cycle) -> None:
    entry = Entry.objects.get(cycle=cycle)
    assert (entry.unit.name, entry.item.code, entry.kind, entry.source) == ("通风队", "B2", "na", "computed")


def test_opening_twice_gives_the_same_month(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    again = actions.open_cycle(by=cast.actor("party_officer"), at=at, mine=cast.mine, code="small", period=JUNE)
    assert again.pk == cycle.pk
    assert AuditEvent.objects.filter(action="assess.cycle.opened").count() == 1


@pytest.mark.parametrize("text", ["2026-Q2", "2026", "2026-W23"])
def test_only_months_are_opened(cast: Cast, standard: Standard, at: dt.datetime, text: str) -> None:
    with pytest.raises(Refused, match="不是月份"):
        actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse(text))


def test_a_month_before_the_standard_is_refused_by_name(cast: Cast, standard: Standard, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="2025年12月没有生效的标准“small”。本矿的标准有：small"):
        actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2025-12"))


def test_a_later_version_holds_from_its_month(cast: Cast, standard: Standard, at: dt.datetime) -> None:
    later = actions.load_standard(
        by=cast.system(), at=at, mine=cast.mine, pack=small_pack(bonus_cap=3), in_force_from="2026-06"
    )
    may, june = (
        actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse(text))
        for text in ("2026-05", "2026-06")
    )
    assert (later.version, may.standard, june.standard) == (2, standard, later)


def test_a_whole_month(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    standard, units = cycle.standard, cast.units
    drafts = [
        draft(standard, units["ZC1"], "B1", "4"),
        draft(standard, units["ZC1"], "B1", "2.5", reason="皮带机头缺护栏一处"),
        draft(standard, units["ZC1"], "J1", "1", kind="bonus"),
        draft(standard, units["TF"], "B1", "8"),
    ]
    actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=drafts)
    cycle.refresh_from_db()
    assert cycle.state == CycleState.SCORING

    actions.close_cycle(by=cast.actor("party_officer"), at=at, cycle=cycle)
    rows = queries.board(cycle).rows
    assert [(r.rank, r.unit_name, r.total, r.tier_name, r.group_rank) for r in rows] == [
        (1, "煤一队", Decimal("100.00"), "优秀", 1),
        (2, "综采一队", Decimal("94.50"), "优秀", 2),
        (3, "通风队", Decimal("90.00"), "优秀", 1),  # 72 of 80
    ]
    assert [(s.code, s.got, s.full) for s in rows[2].dimensions] == [("A", 40, 40), ("B", 32, 40)]


def test_every_step_of_a_month_is_somebodys_and_logged(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.actor("party_officer"), at=at, cycle=cycle)
    actions.review_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, note="同意")
    party = cast.actor("party_officer")
    actions.approve_cycle(by=party, at=at, cycle=cycle, minutes="2026年第7次")
    publicity = actions.publish_cycle(by=party, at=at, cycle=cycle)
    assert (publicity.starts_on, publicity.ends_on) == (dt.date(2026, 7, 7), dt.date(2026, 7, 8))
    actions.finalise_cycle(by=party, at=at + dt.timedelta(days=3), cycle=cycle)
    cycle.refresh_from_db()
    assert (cycle.state, cycle.reviewed_by, cycle.minutes, cycle.finalised_by) == (
        "final",
        "石领",
        "2026年第7次",
        "周全",
    )
    actions_seen = list(
        AuditEvent.objects.exclude(action="seal.begun").order_by("pk").values_list("action", "actor_name")
    )
    assert actions_seen[1:2] + actions_seen[-5:] == [
        ("assess.cycle.opened", "周全"),
        ("assess.cycle.closed", "周全"),
        ("assess.cycle.reviewed", "石领"),
        ("assess.cycle.approved", "周全"),
        ("assess.cycle.published", "周全"),
        ("assess.cycle.finalised", "周全"),
    ]


def test_closing_again_gives_the_same_results(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.add_entries(
        by=cast.system(), at=at, cycle=cycle, drafts=[draft(cycle.standard, cast.units["M1"], "A1", "0.2")]
    )
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    first = queries.board(cycle).rows
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert queries.board(cycle).rows == first
    assert AuditEvent.objects.filter(action="assess.cycle.closed").count() == 1


def test_a_closed_month_goes_back_only_with_a_reason_and_loses_its_review(
    cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    actions.review_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle)
    with pytest.raises(Refused, match="请写明退回打分的原因"):
        actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason=" ")
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason="生产科漏报")
    assert (cycle.state, cycle.reviewed_at, cycle.takes_scores) == ("scoring", None, True)
    assert actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason="").state == "scoring"


def test_a_final_month_is_touched_by_nothing_but_reopening(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    settle(cycle, by=cast.system(), at=at)
    late = [draft(cycle.standard, cast.units["M1"], "A1", "1")]
    for change in (
        lambda: actions.close_cycle(by=cast.system(), at=at, cycle=cycle),
        lambda: actions.publish_cycle(by=cast.system(), at=at, cycle=cycle),
        lambda: actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=late),
    ):
        with pytest.raises(Refused, match="已确定"):
            change()
    before = queries.board(cycle).rows
    actions.review_cycle(by=cast.system(), at=at, cycle=cycle)
    actions.approve_cycle(by=cast.system(), at=at, cycle=cycle, minutes="2026年第7次")
    with pytest.raises(Refused, match="要改请先退回打分"):
        actions.approve_cycle(by=cast.system(), at=at, cycle=cycle, minutes="另一次")
    assert (cycle.state, cycle.minutes, queries.board(cycle).rows) == ("final", "2026年第7次", before)


@pytest.mark.parametrize("member", ["worker", "assessor", "section_head", "hr_officer", "auditor", "stranger"])
def test_only_the_party_office_runs_a_month(cast: Cast, cycle: Cycle, at: dt.datetime, member: str) -> None:
    by = cast.actor(member)
    for change in (
        lambda: actions.open_cycle(by=by, at=at, mine=cast.mine, code="small", period=JUNE.next()),
        lambda: actions.close_cycle(by=by, at=at, cycle=cycle),
        lambda: actions.reopen_cycle(by=by, at=at, cycle=cycle, reason="x"),
        lambda: actions.review_cycle(by=by, at=at, cycle=cycle),
        lambda: actions.approve_cycle(by=by, at=at, cycle=cycle, minutes="1"),
        lambda: actions.publish_cycle(by=by, at=at, cycle=cycle),
        lambda: actions.finalise_cycle(by=by, at=at, cycle=cycle),
    ):
        with pytest.raises(PermissionDenied):
            change()


def test_drafts_are_seen_by_those_who_work_on_them(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    def seen(member: str) -> bool:
        return Cycle.objects.visible_to(cast.actor(member)).filter(pk=cycle.pk).exists()

    assert all(seen(member) for member in ("assessor", "party_officer", "mine_leader"))
    assert not any(seen(member) for member in ("worker", "section_head", "stranger"))
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert not seen("worker")
    publish(cycle, by=cast.system(), at=at)
    assert seen("worker")
    assert not seen("stranger")


def test_a_veto_caps_the_tier_excludes_and_leaves_the_score(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    veto = draft(cycle.standard, cast.units["M1"], "V1", kind="veto", reason="6 月 12 日发生重伤 1 起")
    actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[veto])
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    row = queries.result_of(cycle, cast.units["M1"].pk)
    assert row is not None
    assert (row.total, row.rank, row.tier_name, row.excluded) == (Decimal("100.00"), 1, "较差", True)
    assert (row.veto_item, row.veto_reason) == ("V1", "6 月 12 日发生重伤 1 起")


def test_a_veto_can_zero_a_dimension(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    veto = draft(cycle.standard, cast.units["M1"], "V2", kind="veto")
    actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[veto])
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    row = queries.result_of(cycle, cast.units["M1"].pk)
    assert row is not None
    assert (row.total, row.excluded, row.tier_name) == (Decimal("40.00"), False, "较差")


def test_places_gained_and_lost_are_counted_against_the_month_before(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    units = cast.units
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=[draft(cycle.standard, units["ZC1"], "B1", "1")])
    settle(cycle, by=cast.system(), at=at)
    july = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=JUNE.next())
    drafts = [draft(july.standard, units["M1"], "B1", "3"), draft(july.standard, units["TF"], "A1", "9")]
    actions.add_entries(by=cast.system(), at=at, cycle=july, drafts=drafts)
    actions.close_cycle(by=cast.system(), at=at + dt.timedelta(days=30), cycle=july)
    moved = {row.unit_name: (row.rank, row.moved) for row in queries.board(july).rows}
    assert moved == {"综采一队": (1, 2), "煤一队": (2, -1), "通风队": (3, -2)}
    summary = queries.summary(july)
    assert (summary.mean_before, summary.mean) == (Decimal("99.67"), Decimal("95.25"))


def test_a_crew_without_a_specialty_competes_in_its_sections_group(cast: Cast, at: dt.datetime) -> None:
    crew = cast.units["M1-1"]
    crew.specialty = ""
    crew.save()
    actions.load_standard(
        by=cast.system(), at=at, mine=cast.mine, pack=small_pack(code="crews", subject="crew"), in_force_from="2026-01"
    )
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="crews", period=JUNE)
    assert cycle.participants.get(unit=crew).group.code == "mining"
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert [row.unit_name for row in queries.board(cycle).rows] == ["综采一队/一班", "二班", "煤一队/一班"]


# ── two at once: what a page loaded may no longer be so ──
def test_a_score_that_comes_after_closing_is_refused(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    loaded_before = Cycle.objects.get(pk=cycle.pk)
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    late = [draft(cycle.standard, cast.units["M1"], "B1", "1")]
    with pytest.raises(Refused, match="待审核，不能再改分"):
        actions.add_entries(by=cast.system(), at=at, cycle=loaded_before, drafts=late)
    with pytest.raises(Refused, match="待审核，不能再改分"):
        actions.submit(by=cast.system(), at=at, cycle=Cycle.objects.get(pk=cycle.pk), office=cast.units["SAF"])


def test_closing_a_month_that_was_settled_meanwhile_is_refused(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    loaded_before = Cycle.objects.get(pk=cycle.pk)
    settle(cycle, by=cast.system(), at=at)
    with pytest.raises(Refused, match="已确定，不能再关闭打分"):
        actions.close_cycle(by=cast.system(), at=at, cycle=loaded_before)


def test_an_entry_taken_back_meanwhile_does_not_return(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    [entry] = actions.add_entries(
        by=cast.system(), at=at, cycle=cycle, drafts=[draft(cycle.standard, cast.units["M1"], "B1", "1")]
    )
    twin = Entry.objects.get(pk=entry.pk)
    actions.remove_entry(by=cast.system(), at=at, entry=entry)
    with pytest.raises(Refused, match="已经被撤销"):
        actions.change_entry(by=cast.system(), at=at, entry=twin, points=Decimal(2), reason="改一改")
    assert not Entry.objects.filter(kind="deduction").exists()


def test_the_log_names_the_unit_of_an_entry_as_it_was_called(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.add_entries(
        by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[draft(cycle.standard, cast.units["M1"], "B1", "1")]
    )
    after = AuditEvent.objects.get(action="assess.entry.added").after
    assert (after["unit"], after["item"], after["points"]) == ("煤一队", "B1", "1")


# ── drafts show nowhere ──
def test_a_settled_month_is_compared_with_settled_months_only(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    july = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=JUNE.next())
    settle(july, by=cast.system(), at=at + dt.timedelta(days=40))
    assert {row.moved for row in queries.board(july).rows} == {None}
    assert queries.summary(july).mean_before is None


def test_reopening_forgets_what_was_computed(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    actions.reopen_cycle(by=cast.system(), at=at, cycle=cycle, reason="漏报")
    assert not cycle.results.exists()
    assert not cycle.item_scores.exists()


def test_an_assessor_does_not_see_what_came_out_before_it_is_settled(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert not Cycle.objects.visible_to(cast.actor("assessor")).filter(pk=cycle.pk).exists()


def test_a_veto_that_zeroes_a_dimension_leaves_items_out_that_do_not_apply(
    cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    veto = draft(cycle.standard, cast.units["TF"], "V2", kind="veto")  # B2 does not apply to ventilation
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=[veto])
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    row = queries.result_of(cycle, cast.units["TF"].pk)
    assert row is not None
    assert (row.raw, row.base, row.total) == (Decimal(40), Decimal(80), Decimal("50.00"))


def test_a_month_is_opened_at_most_a_month_ahead(cast: Cast, standard: Standard, at: dt.datetime) -> None:
    actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-08"))
    with pytest.raises(Refused, match="还太早"):
        actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-09"))


def test_a_mine_without_such_units_opens_nothing(cast: Cast, at: dt.datetime) -> None:
    pack = small_pack(code="offices", subject="company")
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")
    with pytest.raises(Refused, match="没有公司，无法开启考核"):
        actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="offices", period=JUNE)
    assert not Cycle.objects.exists()


def test_a_standard_must_have_a_group_for_everybody(cast: Cast, at: dt.datetime) -> None:
    groups = [{"code": "mining", "name": "采掘", "specialties": ["extraction"]}]
    with pytest.raises(Refused, match="要有一个、也只能有一个不限专业的分组"):
        issue_small_standard(cast, at, peer_groups=groups)
    standard = issue_small_standard(cast, at)  # one that was issued before this was asked for
    standard.peer_groups.all().delete()
    standard.peer_groups.create(**groups[0], position=1)
    with pytest.raises(Refused, match="标准没有给专业“tunnelling”分组"):
        actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=JUNE)

"""What a practice asks changes from a day on; what asks too much waits for a mine leader."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast
from pithead.practices import actions
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec, QuotaSpec
from pithead.practices.models import (
    BurdenCap,
    Every,
    Practice,
    PracticeVersion,
    Proposal,
    Quota,
    Record,
    VersionRole,
    WorkMethod,
)
from pithead.practices.queries import burden, library
from pithead.practices.testing import HEAVY, WALK, asking

JULY, AUGUST, SEPTEMBER = (dt.date(2026, month, 1) for month in (7, 8, 9))


@pytest.fixture
def method(cast: Cast, at: dt.datetime) -> WorkMethod:
    spec = replace(WALK, on=True)
    return actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=dt.date(2026, 1, 1))


def walkabout(**how: Any) -> PracticeSpec:
    return asking("walkabout", **how).practices[0]


def practice(code: str = "walkabout") -> Practice:
    return Practice.objects.select_related("mine", "method").get(code=code)


def change(cast: Cast, at: dt.datetime, since: dt.date = AUGUST, **how: Any) -> PracticeVersion | Proposal:
    spec = walkabout(**how)
    return actions.set_version(by=cast.actor("party_officer"), at=at, practice=practice(), spec=spec, since=since)


def spans(code: str = "walkabout") -> list[tuple[int, dt.date, dt.date | None]]:
    rows = PracticeVersion.objects.filter(practice__code=code).order_by("number")
    return list(rows.values_list("number", "since", "until"))


def record(cast: Cast, version: PracticeVersion, at: dt.datetime) -> None:
    unit = cast.units["ZB1"]
    given = {"performer_name": "程书文", "role": "branch_secretary", "performer_unit": unit, "unit": unit}
    when = {"happened_at": at, "happened_on": at.date(), "arrived_at": at}
    Record.objects.create(mine=cast.mine, practice=version.practice, version=version, **given, **when, fingerprint="x")


def test_a_change_is_a_new_version_from_its_day(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    quotas = (QuotaSpec(Every.MONTH, count=6),)
    version = change(cast, at, quotas=quotas)
    assert spans() == [(1, dt.date(2026, 1, 1), dt.date(2026, 7, 31)), (2, AUGUST, None)]
    assert list(Quota.objects.filter(version=version).values_list("every", "count")) == [("month", 6)]
    assert list(VersionRole.objects.filter(version=version).values_list("role", flat=True)) == ["branch_secretary"]
    event = AuditEvent.objects.get(action="practices.version.set")
    assert [(event.before or {})["number"], (event.after or {})["since"]] == [1, "2026-08-01"]


def test_the_same_again_changes_nothing(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    assert change(cast, at, since=AUGUST) == PracticeVersion.objects.get(practice__code="walkabout")
    one, two = change(cast, at, purpose="另一个说法"), change(cast, at, purpose="另一个说法")
    assert one == two
    assert len(spans()) == 2
    assert AuditEvent.objects.filter(action="practices.version.set").count() == 1


def test_what_was_planned_is_mended_while_nobody_has_filled_it_in(
    cast: Cast, at: dt.datetime, method: WorkMethod
) -> None:
    version = change(cast, at, title="走动一")
    change(cast, at, title="走动二", quotas=())
    assert spans() == [(1, dt.date(2026, 1, 1), dt.date(2026, 7, 31)), (2, AUGUST, None)]
    assert not Quota.objects.filter(version=version).exists()
    assert practice().title == "走动二"
    record(cast, PracticeVersion.objects.get(number=2), at)
    with pytest.raises(Refused, match="已经有人按它填写，请从后一天起改"):
        change(cast, at, title="走动三")
    with pytest.raises(Refused, match="日期不能更早"):
        change(cast, at, since=dt.date(2026, 7, 20), title="走动三")


def test_months_that_are_over_are_not_asked_in_another_way(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    with pytest.raises(Refused, match="最早从 2026-07-01 起"):
        change(cast, at, since=dt.date(2026, 6, 30), title="走动")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"performers": ("branch_secretary", "branch_secretary")}, "走动管理：同一个岗位写了两次"),
        ({"title": "走动打卡"}, "减负规则 B2"),
        ({"quotas": (QuotaSpec(Every.MONTH, count=0),)}, "次数第 1 条：应是 1 到 99 的整数"),
        ({"performers": ()}, "缺少 performers（谁来做）"),
        ({"performers": ("boss",)}, "没有“boss”"),
        ({"title": "走\u202e动"}, "看不见的字符"),
        ({"clause": "x" * 200}, "最多 160 字"),
        ({"quotas": None}, "内容的样子不对"),
        ({"quotas": 5}, "内容的样子不对"),
        ({"form": ("place",)}, "内容的样子不对"),
        ({"performers": 3}, "应是一个列表"),
        ({"performers": (["boss"],)}, "应是一句话"),
        ({"title": 5}, "内容的样子不对"),
        ({"sampled": "2"}, "内容的样子不对"),
        ({"rest_days": None}, "应写 true"),
        ({"aliases": object()}, "内容的样子不对"),
    ],
)
def test_what_makes_no_pack_makes_no_version(
    cast: Cast, at: dt.datetime, method: WorkMethod, how: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        change(cast, at, **how)


def test_one_practice_does_not_become_another(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    officer, spec = cast.actor("party_officer"), WALK.practices[1]
    with pytest.raises(Refused, match="不能改成 shift_look"):
        actions.set_version(by=officer, at=at, practice=practice(), spec=spec, since=AUGUST)


def test_what_is_wrong_is_named_as_people_see_it(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    gap = FieldSpec("gap", "空顶距", FieldKind.NUMBER, low="9", high="1")
    for how, words in (
        ({"quotas": (QuotaSpec(Every.DAY, count=9),)}, "次数第 1 条：太多"),
        ({"form": (gap,)}, "空顶距：上下限颠倒了"),
        ({"form": (FieldSpec("steps", "工序", FieldKind.ROWS, rows=(gap,)),)}, "工序 · 空顶距：上下限颠倒了"),
    ):
        with pytest.raises(Refused, match=words):
            change(cast, at, **how)


def test_what_was_to_begin_may_be_called_off_again(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    officer, off = cast.actor("party_officer"), dt.date(2026, 7, 31)
    actions.switch_off(by=officer, at=at, practice=practice(), on=off)
    actions.switch_on(by=officer, at=at, practice=practice(), since=SEPTEMBER)
    actions.switch_off(by=officer, at=at, practice=practice(), on=AUGUST)
    assert spans() == [(1, dt.date(2026, 1, 1), off)]


def test_switched_off_and_on_again(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    officer, off = cast.actor("party_officer"), dt.date(2026, 7, 31)
    change(cast, at, since=SEPTEMBER, title="走动一")
    actions.switch_off(by=officer, at=at, practice=practice(), on=off)
    assert spans() == [(1, dt.date(2026, 1, 1), off)]
    with pytest.raises(Refused, match="已经停用"):
        actions.switch_off(by=officer, at=at, practice=practice(), on=off)
    actions.switch_on(by=officer, at=at, practice=practice(), since=SEPTEMBER)
    assert spans() == [(1, dt.date(2026, 1, 1), off), (2, SEPTEMBER, None)]
    with pytest.raises(Refused, match="还在执行"):
        actions.switch_on(by=officer, at=at, practice=practice(), since=SEPTEMBER)


def test_what_is_filled_in_is_not_switched_off_before(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    version = change(cast, at, title="走动一")
    assert isinstance(version, PracticeVersion)
    record(cast, version, at)
    with pytest.raises(Refused, match="已经有人填写"):
        actions.switch_off(by=cast.actor("party_officer"), at=at, practice=practice(), on=dt.date(2026, 7, 15))


def test_what_sleeps_is_switched_on_with_an_order_and_an_end(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    officer, quiet = cast.actor("party_officer"), practice("zero_report")
    given: dict[str, Any]
    for given in ({}, {"order_no": "青矿维〔2026〕3号"}, {"until": AUGUST}):
        with pytest.raises(Refused, match="B12"):
            actions.switch_on(by=officer, at=at, practice=quiet, since=JULY, **given)
    order: dict[str, Any] = {"order_no": "青矿维〔2026〕3号", "until": AUGUST}
    with pytest.raises(Refused, match="截止日期早于开始日期"):
        actions.switch_on(by=officer, at=at, practice=quiet, since=SEPTEMBER, **order)
    version = actions.switch_on(by=officer, at=at, practice=quiet, since=JULY, **order)
    assert isinstance(version, PracticeVersion)
    assert (version.order_no, version.until) == ("青矿维〔2026〕3号", AUGUST)


@pytest.mark.parametrize("member", ["mine_leader", "section_head", "branch_secretary", "worker", "stranger"])
def test_only_the_party_office_changes_what_is_asked(
    cast: Cast, at: dt.datetime, method: WorkMethod, member: str
) -> None:
    by = cast.actor(member)
    with pytest.raises(PermissionDenied):
        actions.set_version(by=by, at=at, practice=practice(), spec=walkabout(title="走"), since=AUGUST)
    with pytest.raises(PermissionDenied):
        actions.switch_off(by=by, at=at, practice=practice(), on=AUGUST)
    with pytest.raises(PermissionDenied):
        actions.switch_on(by=by, at=at, practice=practice("zero_report"), since=AUGUST)


# ── over the cap ──
def proposed(cast: Cast, at: dt.datetime) -> Proposal:
    proposal = change(cast, at, **HEAVY)
    assert isinstance(proposal, Proposal)
    return proposal


def test_what_asks_too_much_waits(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    proposal = proposed(cast, at)
    assert list(proposal.over) == ["branch_secretary"]
    assert len(spans()) == 1
    assert proposed(cast, at) == proposal
    assert AuditEvent.objects.filter(action="practices.version.proposed").count() == 1


def test_a_mine_leader_allows_it_by_name(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    version = actions.approve(
        by=cast.actor("mine_leader"), at=at, proposal=proposed(cast, at), approval="纪要〔2026〕9号"
    )
    assert spans() == [(1, dt.date(2026, 1, 1), dt.date(2026, 7, 31)), (2, AUGUST, None)]
    assert (version.approved_by, version.approval) == (cast.people["mine_leader"], "纪要〔2026〕9号")
    assert not Proposal.objects.exists()
    assert isinstance(change(cast, at, since=SEPTEMBER, **HEAVY, purpose="另一个说法"), PracticeVersion)


def test_what_was_to_begin_before_it_was_allowed_begins_that_day(
    cast: Cast, at: dt.datetime, method: WorkMethod
) -> None:
    proposal = change(cast, at, since=JULY, **HEAVY)
    assert isinstance(proposal, Proposal)
    version = actions.approve(by=cast.actor("mine_leader"), at=at, proposal=proposal, approval="纪要")
    assert version.since == at.date()


def test_what_is_over_by_now_is_not_allowed_any_more(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    spec, officer = walkabout(**HEAVY), cast.actor("party_officer")
    until = dt.date(2026, 7, 20)
    proposal = actions.set_version(by=officer, at=at, practice=practice(), spec=spec, since=JULY, until=until)
    assert isinstance(proposal, Proposal)
    with pytest.raises(Refused, match="已经过期，请退回"):
        actions.approve(by=cast.actor("mine_leader"), at=at + dt.timedelta(days=30), proposal=proposal, approval="纪要")


def test_nobody_else_allows_it_and_nobody_his_own(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    proposal = proposed(cast, at)
    for member in ("party_officer", "section_head", "worker", "stranger"):
        with pytest.raises(PermissionDenied):
            actions.approve(by=cast.actor(member), at=at, proposal=proposal, approval="纪要")
    with pytest.raises(Refused, match="署名"):
        actions.approve(by=cast.system(), at=at, proposal=proposal, approval="纪要")
    with pytest.raises(Refused, match="依据"):
        actions.approve(by=cast.actor("mine_leader"), at=at, proposal=proposal, approval=" ")
    Proposal.objects.update(proposed_by=cast.people["mine_leader"])
    proposal.refresh_from_db()
    with pytest.raises(Refused, match="不能自己报、自己批"):
        actions.approve(by=cast.actor("mine_leader"), at=at, proposal=proposal, approval="纪要")
    assert len(spans()) == 1


def test_it_is_declined_or_taken_back(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    proposal = proposed(cast, at)
    with pytest.raises(PermissionDenied):
        actions.decline(by=cast.actor("worker"), at=at, proposal=proposal, note="")
    actions.decline(by=cast.actor("mine_leader"), at=at, proposal=proposal, note="太多")
    actions.decline(by=cast.actor("mine_leader"), at=at, proposal=proposal, note="太多")
    assert AuditEvent.objects.filter(action="practices.version.declined").count() == 1
    with pytest.raises(Refused, match="已经办过"):
        actions.approve(by=cast.actor("mine_leader"), at=at, proposal=proposal, approval="纪要")
    actions.decline(by=cast.actor("party_officer"), at=at, proposal=proposed(cast, at), note="")
    assert not Proposal.objects.exists()


def test_a_pack_that_asks_too_much_waits_in_that_part(cast: Cast, at: dt.datetime) -> None:
    spec = asking("walkabout", **HEAVY)
    officer = cast.actor("party_officer")
    actions.load_pack(by=officer, at=at, mine=cast.mine, spec=spec, since=AUGUST)
    assert list(Proposal.objects.values_list("practice__code", flat=True)) == ["walkabout"]
    assert spans() == []
    assert len(spans("shift_look")) == 1
    actions.load_pack(by=officer, at=at, mine=cast.mine, spec=spec, since=SEPTEMBER)
    assert Proposal.objects.get().since == AUGUST


def test_a_method_nobody_uses_yet_is_weighed_as_if_it_were_in_use(cast: Cast, at: dt.datetime) -> None:
    load: dict[str, Any] = {"by": cast.system(), "at": at, "mine": cast.mine, "since": JULY}
    actions.load_pack(**load, spec=asking("walkabout", **HEAVY))
    assert isinstance(change(cast, at, **HEAVY, purpose="不比原来多"), PracticeVersion)
    more = (*HEAVY["form"], FieldSpec("besides", "还有什么", required=True))
    assert isinstance(change(cast, at, since=SEPTEMBER, quotas=HEAVY["quotas"], form=more), Proposal)


def test_a_unit_is_not_brought_over_the_cap_by_adopting(cast: Cast, at: dt.datetime) -> None:
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=asking("walkabout", **HEAVY), since=JULY)
    method, section = WorkMethod.objects.get(), cast.units["ZC1"]
    by = cast.actor("section_head")
    with pytest.raises(Refused, match=r"支部书记每周 .* 分钟（上限 45）。请先减少"):
        actions.adopt(by=by, at=at, method=method, unit=section, since=JULY)
    PracticeVersion.objects.filter(practice__code="walkabout").update(approved_by=cast.people["mine_leader"])
    actions.adopt(by=by, at=at, method=method, unit=section, since=JULY)


# ── caps ──
def test_a_mine_leader_moves_a_cap(cast: Cast, at: dt.datetime, method: WorkMethod) -> None:
    leader, usual = cast.actor("mine_leader"), burden.caps_of(cast.mine)["branch_secretary"]
    actions.set_caps(by=leader, at=at, mine=cast.mine, minutes={"branch_secretary": 600, "worker": 5})
    assert list(BurdenCap.objects.values_list("role", "minutes")) == [("branch_secretary", 600)]
    assert isinstance(change(cast, at, **HEAVY), PracticeVersion)
    actions.set_caps(by=leader, at=at, mine=cast.mine, minutes={"branch_secretary": usual})
    actions.set_caps(by=leader, at=at, mine=cast.mine, minutes={"branch_secretary": usual})
    assert not BurdenCap.objects.exists()
    assert AuditEvent.objects.filter(action="practices.caps.set").count() == 2
    with pytest.raises(Refused, match="0 到 600"):
        actions.set_caps(by=leader, at=at, mine=cast.mine, minutes={"worker": 601})
    with pytest.raises(Refused, match="没有“boss”"):
        actions.set_caps(by=leader, at=at, mine=cast.mine, minutes={"boss": 6})
    with pytest.raises(PermissionDenied):
        actions.set_caps(by=cast.actor("party_officer"), at=at, mine=cast.mine, minutes={"worker": 600})


def test_one_that_ended_is_switched_on_as_it_was_or_as_a_newer_pack_says(
    cast: Cast, at: dt.datetime, method: WorkMethod
) -> None:
    act = {"by": cast.actor("party_officer"), "at": at}
    order: dict[str, Any] = {"order_no": "维稳办〔2026〕3号", "practice": practice("zero_report")}
    actions.switch_on(**act, **order, since=JULY, until=dt.date(2026, 7, 10))
    assert library.to_switch_on(order["practice"]) == []
    newer = asking("zero_report", title="每日一报零报告", quotas=(QuotaSpec(Every.DAY, count=2),))
    actions.load_pack(**act, mine=cast.mine, spec=newer, since=AUGUST)
    assert len(spans("zero_report")) == 1
    assert [words for _, words in library.to_switch_on(practice("zero_report"))] == [
        "上次执行的：维稳零报告，每日 1 次，1 栏",
        "装入的文件里的：每日一报零报告，每日 2 次，1 栏",
    ]
    order["practice"] = practice("zero_report")
    actions.switch_on(**act, **order, since=AUGUST, until=AUGUST)
    assert PracticeVersion.objects.get(practice__code="zero_report", number=2).content["title"] == "维稳零报告"
    until = {"since": SEPTEMBER, "until": SEPTEMBER, "as_loaded": True}
    version = actions.switch_on(**act, **order, **until)
    assert version.content == newer.practices[2].to_plain()

"""What an entry must be, whoever writes it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions
from pithead.assess.models import Cycle, Entry, Item
from pithead.assess.testing import draft, issue_small_standard, small_pack
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


@pytest.mark.parametrize(
    ("code", "points", "more", "sentence"),
    [
        ("B1", "0", {}, "扣分要大于 0，这里是 0"),
        ("B1", "-1", {}, "扣分要大于 0，这里是 -1"),
        ("B1", "NaN", {}, "扣分要大于 0"),
        ("B1", "Infinity", {}, "扣分要大于 0"),
        ("B1", "0.005", {}, "最多两位小数"),
        ("B1", "100.01", {}, "最多 100 分"),
        ("B1", "1", {"reason": "  "}, "请写明原因"),
        ("B1", "1", {"reason": "长" * 201}, "原因有 201 字"),
        ("B1", "1", {"evidence": "长" * 201}, "依据有 201 字"),
        ("B1", "1", {"reason": "张某 610121199001011234 未戴帽"}, "不能有身份证号或手机号"),
        ("B1", "1", {"evidence": "电话13812345678"}, "不能有身份证号或手机号"),
        ("B1", "1", {"found_on": dt.date(2026, 5, 31)}, "日期 2026-05-31 不在考核期内"),
        ("B1", "1", {"found_on": dt.date(9999, 12, 31)}, "不在考核期内"),
        ("B1", "1", {"kind": "na"}, "缺项不填分数"),
        ("B1", "0", {"kind": "veto"}, "是评分项，不能记一票否决"),
        ("V1", "1", {}, "是否决项，不能记扣分"),
    ],
)
def test_an_entry_is_refused_in_words(
    cast: Cast, cycle: Cycle, at: dt.datetime, code: str, points: str, more: dict, sentence: str
) -> None:
    wrong = draft(cycle.standard, cast.units["ZC1"], code, points, **more)
    with pytest.raises(Refused, match=sentence):
        actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[wrong])
    assert not Entry.objects.filter(source="manual").exists()


def test_a_unit_that_takes_no_part_gets_no_entry(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="该单位不参加小标准 2026年6月的考核"):
        actions.add_entries(
            by=cast.system(), at=at, cycle=cycle, drafts=[draft(cycle.standard, cast.units["ZC1-1"], "B1", "1")]
        )


def test_an_item_of_another_version_is_refused(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    other = actions.load_standard(
        by=cast.system(), at=at, mine=cast.mine, pack=small_pack(code="other"), in_force_from="2026-01"
    )
    with pytest.raises(Refused, match="项目 B1 不属于小标准 2026年6月所用的标准"):
        actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=[draft(other, cast.units["ZC1"], "B1", "1")])


def test_an_assessor_writes_for_the_own_office_only(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    others = [draft(cycle.standard, cast.units["ZC1"], "A1", "1")]
    with pytest.raises(PermissionDenied, match="安平只能给本科室负责的项目打分，不能替党委工作部打分"):
        actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=others)
    assert len(actions.add_entries(by=cast.actor("party_officer"), at=at, cycle=cycle, drafts=others)) == 1


def test_an_entry_is_written_once_however_often_it_is_sent(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    twice = [draft(cycle.standard, cast.units["ZC1"], "B1", "1", key="form 1")]
    assert len(actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=twice)) == 1
    assert actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=twice) == []
    assert cycle.entries.filter(kind="deduction").count() == 1


def test_one_veto_per_unit_and_item(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    def veto() -> list:
        return [draft(cycle.standard, cast.units["ZC1"], "V1", kind="veto")]

    [entry] = actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=veto())
    with pytest.raises(Refused, match="已经记过否决"):
        actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=veto())
    both = [draft(cycle.standard, cast.units["M1"], "V1", kind="veto") for _ in range(2)]
    with pytest.raises(Refused, match="已经记过否决"):
        actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=both)
    actions.change_entry(by=cast.system(), at=at, entry=entry, points=Decimal(0), reason="写清楚些")
    assert cycle.entries.get(kind="veto").reason == "写清楚些"


def test_a_correction_is_held_to_the_same_rules(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    [entry] = actions.add_entries(
        by=cast.system(), at=at, cycle=cycle, drafts=[draft(cycle.standard, cast.units["ZC1"], "B1", "1")]
    )
    with pytest.raises(Refused, match="扣分要大于 0"):
        actions.change_entry(by=cast.system(), at=at, entry=entry, points=Decimal(0), reason="x")
    with pytest.raises(Refused, match="不在考核期内"):
        actions.change_entry(
            by=cast.system(), at=at, entry=entry, points=Decimal(1), reason="x", found_on=dt.date(2025, 1, 1)
        )


# ── standards out of packs ──
def test_a_pack_that_needs_unknown_offices_is_refused(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="要用到科室 XYZ，本矿没有"):
        actions.load_standard(
            by=cast.system(), at=at, mine=cast.mine, pack=small_pack(owner="XYZ"), in_force_from="2026-01"
        )


def test_a_pack_whose_points_do_not_add_up_is_refused(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="各项标准分合计 100，应为 90"):
        actions.load_standard(
            by=cast.system(), at=at, mine=cast.mine, pack=small_pack(full_marks=90), in_force_from="2026-01"
        )
    assert not Item.objects.exists()


def test_a_standard_without_bonus_has_no_room_for_other_bonuses(cast: Cast, at: dt.datetime) -> None:
    pack = small_pack(bonus_cap=0, bonus=[])
    standard = actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")
    assert not standard.items.filter(kind="bonus").exists()

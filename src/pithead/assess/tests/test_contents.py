"""A standard's rows and its content say the same; two contents are compared in words."""

import datetime as dt
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pithead.assess import actions
from pithead.assess.contents import all_clauses, complete, figure, sum_of
from pithead.assess.differences import differences
from pithead.assess.models import Standard
from pithead.assess.queries import content_of
from pithead.assess.testing import issue_small_standard, small_pack
from pithead.kernel import packs
from pithead.org.testing import Cast, add_unit
from pithead.rules.actions import load_policy

PACKS = packs.codes("standards")


def add_offices(cast: Cast, pack: dict[str, Any]) -> None:
    content = complete(pack)
    named = {content["owner"]} | {clause["office"] for _, clause in all_clauses(content)}
    for code in sorted(named - set(cast.units)):
        cast.units[code] = add_unit(cast.mine, "office", code, f"{code}科")


@pytest.mark.parametrize("code", PACKS)
def test_a_pack_comes_back_as_it_was(cast: Cast, at: dt.datetime, code: str) -> None:
    pack = packs.load("standards", code)
    add_offices(cast, pack)
    act = {"by": cast.system(), "at": at, "mine": cast.mine}
    load_policy(**act, pack_code=pack["policy"], in_force_from=at.date())
    standard = actions.load_standard(**act, pack=code, in_force_from="2026-01")
    assert content_of(standard) == complete(pack)
    copy = actions.draft_standard(**act, content=content_of(standard))
    assert content_of(copy) == content_of(standard)
    assert copy.clause == standard.clause
    assert actions.problems_of(content_of(standard), cast.mine) == [
        reason for reason in actions.problems_of(pack, cast.mine) if "还没有这个标准" in reason.message
    ]


def test_a_content_of_every_kind_of_part_comes_back(cast: Cast, at: dt.datetime) -> None:
    pack = small_pack(aggregation="weighted", weights=[1, 1, 2], publicity_days=5)
    pack["dimensions"][0]["items"][0]["clauses"] += [
        {"code": "A1.2", "text": "按区间", "kind": "band", "office": "SAF", "automation": "A"},
        {
            "code": "A1.3",
            "text": "按关联",
            "kind": "link",
            "office": "SAF",
            "link": {"standard": "small", "dimensions": ["B"]},
        },
        {"code": "A1.4", "text": "最多", "points": 0.25, "cap": 1.5, "counting": "full", "office": "PRO"},
    ]
    pack["bonus"] = [*pack["bonus"], {"code": "J2", "name": "两条", "clauses": complete(pack)["bonus"][0]["clauses"]}]
    standard = actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")
    content = content_of(standard)
    assert content == complete(pack) == complete(content)
    assert json.loads(json.dumps(content)) == content == yaml.safe_load(yaml.safe_dump(content))


def test_the_standard_costs_the_same_few_queries_whatever_its_size(
    cast: Cast, at: dt.datetime, django_assert_num_queries: Any
) -> None:
    issue_small_standard(cast, at)
    standard = Standard.objects.select_related("owner", "clause__policy").get()
    with django_assert_num_queries(5):
        content_of(standard)


@given(st.decimals(min_value=0, max_value=999, places=2))
def test_a_figure_keeps_its_value(value: Any) -> None:
    assert str(figure(figure(value))) == str(figure(value))
    assert sum_of(complete({"dimensions": [{"items": [{"full": value}]}]})) == value


# ── differences ──
def said(**changes: Any) -> list[str]:
    return [str(difference) for difference in differences(small_pack(), small_pack(**changes))]


def test_the_same_content_differs_in_nothing() -> None:
    assert said() == []
    assert differences(small_pack(), complete(small_pack())) == ()


def test_what_changed_in_the_head_is_said_in_words() -> None:
    assert said(title="新标准", bonus_cap=3, tie_breakers=["B"], publicity_days=3) == [
        "名称 “小标准” → “新标准”",
        "加分上限 5 分 → 3 分",
        "同分比较 B A1 → B",
        "公示工作日 2 → 3",
    ]


def test_items_and_clauses_added_removed_and_changed_are_said_in_words() -> None:
    new = complete(small_pack())
    first, second = new["dimensions"]
    first["items"][0] |= {"full": 25, "not_for": ["surface"]}
    first["items"][0]["clauses"][0] |= {"text": "每处扣 2 分", "points": 2, "office": "SAF"}
    first["items"].append({**first["items"][1], "code": "A3", "name": "新要求", "full": 5, "clauses": []})
    second["items"][0]["clauses"] = []
    del second["items"][1]
    new["vetoes"][0]["effect"] = "exclude"
    assert [str(one) for one in differences(small_pack(), new)] == [
        "A1 要求A1 标准分 30 分 → 25 分",
        "A1 要求A1 不考核的专业 没有 → 地面",
        "A1.1 细则 “A1 每处不合格扣 1 分” → “每处扣 2 分”",
        "A1.1 每次 1 分 → 2 分",
        "A1.1 考核科室 PTY → SAF",
        "新增项目 A3 新要求（5 分）",
        "B1 要求B1 删去细则 B1.1 B1 每处不合格扣 1 分",
        "V1 重伤及以上事故 否决后果 档次封顶并取消评先资格 → 取消评先资格",
        "删去项目 B2 要求B2（20 分）",
    ]


def test_an_item_that_moves_is_said_to_have_moved() -> None:
    new = complete(small_pack())
    new["dimensions"][0]["items"].reverse()
    new["dimensions"].reverse()
    assert [str(one) for one in differences(small_pack(), new)] == [
        "类别次序 A B → B A",
        "项目次序 A1 A2 B1 B2 J1 V1 V2 → B1 B2 A2 A1 J1 V1 V2",
    ]


def test_tiers_and_groups_are_matched_by_code() -> None:
    tiers = [*small_pack()["tiers"]]
    tiers[0] = {**tiers[0], "floor": 92}
    del tiers[2]
    assert said(tiers=tiers) == ["档次优秀 分数线 90 分 → 92 分", "删去档次 fair 一般"]
    groups = [{"code": "all", "name": "全部", "specialties": []}]
    assert said(peer_groups=groups) == ["新增分组 all 全部", "删去分组 mining 采掘", "删去分组 other 其他"]

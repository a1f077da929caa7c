"""The three standards that come with the software, read as packs."""

import re
from decimal import Decimal

import pytest

from pithead.assess.models import ClauseKind, Counting, VetoEffect
from pithead.assess.models.standards import Automation
from pithead.kernel import packs
from pithead.measures.registry import measures
from pithead.org.models import Specialty, UnitKind
from pithead.practices.actions import shipped_pack

CODES = ("six-good", "six-type", "five-star")
# What must never earn or cost points: using the software, showing effort, being written about.
FORBIDDEN = re.compile(r"登录|在线|打卡|时长|学习时间|积分|点赞|转发|阅读量|拍照|照片|视频|留痕|稿件|篇|批示|APP|手机")
DISCLAIMER = re.compile(r"[；，][^；，]*不作为得分依据")


def items(pack):
    return [item for dimension in pack["dimensions"] for item in dimension["items"]]


def clauses(pack):
    return [clause for item in items(pack) for clause in item["clauses"]]


def test_six_goods_are_nineteen_items_of_a_hundred_points():
    pack = packs.load("standards", "six-good")
    codes = "A1 A2 A3 B1 B2 B3 B4 B5 C1 C2 C3 D1 D2 D3 E1 E2 F1 F2 F3"
    assert " ".join(item["code"] for item in items(pack)) == codes
    assert [item["full"] for item in items(pack)] == [5, 6, 4, 8, 8, 5, 6, 3, 8, 6, 4, 6, 3, 6, 6, 4, 5, 4, 3]
    by_dimension = [sum(item["full"] for item in dimension["items"]) for dimension in pack["dimensions"]]
    assert by_dimension == [15, 30, 18, 15, 10, 12]


def test_types_and_stars_weigh_what_the_rules_say():
    weights = {
        code: [
            sum(item["full"] for item in dimension["items"])
            for dimension in packs.load("standards", code)["dimensions"]
        ]
        for code in ("six-type", "five-star")
    }
    assert weights == {"six-type": [30, 15, 20, 10, 15, 10], "five-star": [20, 25, 25, 20, 10]}


@pytest.mark.parametrize("code", CODES)
def test_a_pack_adds_up_and_repeats_no_code(code):
    pack = packs.load("standards", code)
    assert pack["code"] == code
    assert sum(item["full"] for item in items(pack)) == pack["full_marks"] == 100
    for part in (items(pack), clauses(pack), [*items(pack), *pack["bonus"], *pack["vetoes"]], pack["dimensions"]):
        codes = [one["code"] for one in part]
        assert len(codes) == len(set(codes))
    assert all(clause["code"].startswith(f"{item['code']}.") for item in items(pack) for clause in item["clauses"])


@pytest.mark.parametrize("code", CODES)
def test_a_pack_uses_only_words_the_software_knows(code):
    pack = packs.load("standards", code)
    assert pack["subject"] in UnitKind.values
    for group in pack["peer_groups"]:
        assert set(group["specialties"]) <= set(Specialty.values)
    assert pack["peer_groups"][-1]["specialties"] == [], "the last group takes everybody else"
    for item in items(pack):
        assert set(item.get("not_for", ())) <= set(Specialty.values)
    for clause in clauses(pack):
        assert clause["kind"] in ClauseKind.values
        assert clause["automation"] in Automation.values
        assert clause.get("counting", "started") in Counting.values
    known = {one["code"] for one in (*pack["dimensions"], *items(pack))}
    assert set(pack["tie_breakers"]) <= known
    for veto in pack["vetoes"]:
        assert veto["effect"] in VetoEffect.values
        assert (veto["dimension"] in known) == (veto["effect"] == VetoEffect.ZERO_DIMENSION)


@pytest.mark.parametrize("code", CODES)
def test_tiers_fall_to_nothing(code):
    floors = [tier["floor"] for tier in packs.load("standards", code)["tiers"]]
    assert floors == sorted(floors, reverse=True)
    assert floors[0] == 90
    assert floors[-1] == 0


@pytest.mark.parametrize("code", CODES)
def test_every_office_named_stands_in_the_demo_mine(code):
    pack = packs.load("standards", code)
    offices = {office["code"] for office in packs.load("demo", "mine")["offices"]}
    named = {one["office"] for one in (*clauses(pack), *pack["bonus"], *pack["vetoes"])} | {pack["owner"]}
    assert named <= offices
    assert len(offices) == 12


def test_all_twelve_offices_score_sections():
    pack = packs.load("standards", "six-good")
    offices = {office["code"] for office in packs.load("demo", "mine")["offices"]}
    assert {clause["office"] for clause in clauses(pack)} == offices


@pytest.mark.parametrize(
    "item, offices",
    [("C3", {"MKT", "EM"}), ("B4", {"SAF", "PRO", "VEN", "GEO"}), ("D3", {"PTY", "SAF"}), ("E1", {"UNI", "DIC"})],
)
def test_items_that_several_offices_score_have_a_clause_for_each(item, offices):
    found = next(one for one in items(packs.load("standards", "six-good")) if one["code"] == item)
    assert {clause["office"] for clause in found["clauses"]} == offices


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_scored_that_only_shows_effort(code):
    pack = packs.load("standards", code)
    texts = [one["text"] for one in (*clauses(pack), *pack["bonus"], *pack["vetoes"])]
    assert [text for text in texts if FORBIDDEN.search(DISCLAIMER.sub("", text))] == []


def test_looking_for_hazards_and_for_people_in_need_is_never_punished():
    texts = {clause["code"]: clause["text"] for clause in clauses(packs.load("standards", "six-good"))}
    assert "自己查出的隐患不扣分" in texts["B2.1"]
    assert "排查出多少人都不扣分" in texts["D3.1"]
    assert "自己查处的减半" in texts["B3.1"]
    assert not [code for code in texts if code.startswith("B2") and "查出隐患" in texts[code]]


@pytest.mark.parametrize("code", CODES)
def test_a_clause_that_is_counted_says_its_points(code):
    for clause in clauses(packs.load("standards", code)):
        if clause["kind"] == ClauseKind.STEP:
            assert f"扣 {Decimal(str(clause['points'])):f} 分" in clause["text"], clause["code"]
        assert len(clause["text"]) <= 200


@pytest.mark.parametrize("code", CODES)
def test_every_figure_a_clause_counts_is_one_there_is(code):
    """Of a practice: one that every mine begins with."""
    practices = {
        one.code for method in packs.load("mines", "default")["practices"] for one in shipped_pack(method).practices
    }
    for clause in clauses(packs.load("standards", code)):
        if not (gauge := clause.get("gauge")):
            continue
        assert gauge["measure"] in measures, clause["code"]
        family, _, practice = gauge["measure"].partition(":")
        assert not practice or practice in practices, clause["code"]
        assert not practice or family in ("duty.late_of", "duty.late_about"), clause["code"]
        assert not clause.get("feeds"), clause["code"]
        assert clause["automation"] in ("A", "H"), clause["code"]


def test_what_has_a_source_is_counted():
    """Half of what sections are asked for, and what waits for training, pay and disclosure is said to wait."""
    found = {code: clauses(packs.load("standards", code)) for code in CODES}
    counted = {code: [one for one in found[code] if one.get("gauge") or one.get("feeds")] for code in CODES}
    assert [len(counted[code]) for code in CODES] == [33, 9, 5]
    waiting = {one["code"][:2] for one in found["six-good"] if one["automation"] == "A"} - {
        one["code"][:2] for one in counted["six-good"]
    }
    assert waiting == {"D1", "E1", "F1"}


def test_ordinary_lateness_zeroes_no_item():
    """What comes round every shift or week, or is measured by the hundred, stops before the item is gone."""
    for item in items(packs.load("standards", "six-good")):
        for clause in item["clauses"]:
            gauge = clause.get("gauge", {})
            frequent = gauge.get("measure", "").startswith(("duty.", "talk.")) and clause["automation"] == "A"
            if frequent:
                assert clause["cap"] <= item["full"] * Decimal("0.7"), clause["code"]

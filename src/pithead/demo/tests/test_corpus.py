"""What the offices of the demo write: sentences that fit their clause, and drawing from them."""

import random
import re
from decimal import Decimal

import pytest

from pithead.demo.contestants import STANDARDS
from pithead.demo.corpus import load_corpus
from pithead.demo.findings import Setting, Wanted, draw_marks, in_words
from pithead.demo.story import LADDERS, targets
from pithead.kernel import packs
from pithead.kernel.periods import Period

SPECIALTIES = ("extraction", "tunnelling", "electromechanical", "haulage", "ventilation", "surface")


@pytest.fixture
def setting():
    first, last = Period.parse("2026-06-01").date, Period.parse("2026-06-30").date
    return Setting("haulage", ("北翼胶带大巷", "2208 运输顺槽"), "three_eight", first, last)


def test_there_are_at_least_a_hundred_and_fifty_sentences():
    sentences = {
        line["text"] for code in STANDARDS for said in packs.load("demo", code).values() for line in said["texts"]
    }
    assert len(sentences) >= 300
    assert len({line["text"] for said in packs.load("demo", "six-good").values() for line in said["texts"]}) >= 150


def test_what_a_rate_falls_short_by_is_said_in_points():
    for code in STANDARDS:
        for said in packs.load("demo", code).values():
            assert not [line["text"] for line in said["texts"] if "低 {pct}%" in line["text"]]


@pytest.mark.parametrize("code", STANDARDS)
def test_every_sentence_belongs_to_a_clause_or_a_bonus(code):
    pack = packs.load("standards", code)
    clauses = {clause["code"] for part in pack["dimensions"] for item in part["items"] for clause in item["clauses"]}
    assert set(packs.load("demo", code)) <= clauses | {bonus["code"] for bonus in pack["bonus"]}


@pytest.mark.parametrize("code", STANDARDS)
@pytest.mark.parametrize("specialty", SPECIALTIES)
def test_a_month_can_cost_any_specialty_what_the_story_wants(code, specialty):
    """Of a hundred points; those that are taken from another standard are not for the offices to find."""
    corpus, chance = load_corpus(code), random.Random(7)
    whole = sum(corpus.applicable(specialty).values())
    most = {"six-good": "36", "six-type": "30", "five-star": "24"}[code]  # the system counts the rest
    for share in ("3", "10.5", "20", most):
        budget = Decimal(share) * whole / 100
        lost = sum(mark.points for mark in draw_marks(corpus, chance, Wanted(specialty, budget)))
        assert budget - 1 < lost <= budget


def test_nothing_is_written_about_what_is_taken_from_another_standard():
    """F1 of sections and C1 of branches are computed from each other."""
    for code, linked in (("six-good", "F1"), ("five-star", "C1")):
        assert linked not in load_corpus(code).full_marks
        assert not [clause for clause in packs.load("demo", code) if clause.startswith(f"{linked}.")]


def test_no_item_loses_more_than_it_has_unless_the_story_says_so():
    corpus = load_corpus("six-good")
    forced = [("B5.2", 5), ("B5.3", 4), ("B5.2", 5), ("B5.3", 3)]
    marks = draw_marks(corpus, random.Random(3), Wanted("haulage", Decimal(30), forced=forced))
    lost = {}
    for mark in marks:
        lost[mark.theme.item] = lost.get(mark.theme.item, 0) + mark.points
    assert lost.pop("B5") > corpus.full_marks["B5"]
    assert all(points <= corpus.full_marks[item] for item, points in lost.items())
    assert "C2" not in lost, "no quality of works for haulage"


@pytest.mark.parametrize("code", STANDARDS)
def test_sentences_are_complete_and_say_what_the_points_say(code, setting):
    corpus = load_corpus(code)
    for turn in range(40):
        chance = random.Random(turn)
        marks = draw_marks(corpus, chance, Wanted("haulage", Decimal(25)))
        for finding in in_words(marks, chance, setting):
            assert not re.search(r"[{}~]|None", finding.reason)
            assert setting.first <= finding.found_on <= setting.last
            if planned := re.search(r"计划 ([\d.]+) \S+，实际 ([\d.]+) \S+，欠 ([\d.]+)%", finding.reason):
                plan, actual, percent = (Decimal(number) for number in planned.groups())
                assert round((plan - actual) * 100 / plan, 1) == percent
            if finding.mark.percent is not None:
                assert f"{finding.mark.percent}" in finding.reason


def test_a_number_after_words_stands_apart(setting):
    corpus = load_corpus("six-good")
    reasons = [
        finding.reason
        for turn in range(60)
        for finding in in_words(
            draw_marks(corpus, random.Random(turn), Wanted("haulage", Decimal(30))),
            random.Random(turn),
            setting,
        )
    ]
    assert any("2208 运输顺槽" in reason for reason in reasons)
    assert not [reason for reason in reasons if re.search(r"[\u4e00-\u9fff]2208 ", reason)]


@pytest.mark.parametrize("code", STANDARDS)
def test_the_strongest_stands_first_and_every_tier_is_there(code):
    count = sum(step[0] for step in LADDERS[code])
    strengths = [(f"U{turn}", float(turn)) for turn in range(count)]
    totals = targets(code, strengths, random.Random(1))
    in_order = [totals[unit] for unit, _ in reversed(strengths)]
    assert in_order == sorted(in_order, reverse=True)
    assert in_order[0] > 95
    assert in_order[-1] < 70

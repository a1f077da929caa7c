"""Sentences of deduction, one by one: kind, points, cap and counting; what is not understood stays text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.assess.rubrics.marks import chinese, points_of, split_marks, without_ordinal
from pithead.assess.rubrics.wording import LONGEST, Wording, cut, parse

FULL = Decimal(5)


def figures(text: str, full: Decimal | None = FULL) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (
            one.kind.value,
            None if one.points is None else f"{one.points:f}",
            None if one.cap is None else f"{one.cap:f}",
            one.counting.value,
        )
        for one in parse(text, full)
    ]


def step(points: str, cap: str | None = None, counting: str = "started") -> tuple[str, str, str | None, str]:
    return "step", points, cap, counting


MANUAL = ("manual", None, None, "started")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每少一次扣0.5分", [step("0.5")]),
        ("一处不合格扣 2 分，扣完为止。", [step("2", "5")]),
        ("发现一处扣１分，最多扣３分", [step("1", "3")]),
        ("每项最高扣2分，缺一项扣0.5分", [step("0.5", "2")]),
        ("缺一次扣1分，以3分为限", [step("1", "3")]),
        ("缺一次扣1分，累计扣分不超过3分", [step("1", "3")]),
        ("缺一次扣1分，4分封顶", [step("1", "4")]),
        ("缺一次扣1分，直至扣完该项分为止", [step("1", "5")]),
        ("每低1%扣0.4分", [step("0.4", None, "proportional")]),
        ("每低于计划1个百分点扣0.5分", [step("0.5", None, "proportional")]),
        ("材料费超定额1％扣0.4分", [step("0.4", None, "proportional")]),
        ("每低百分之一扣零点二分", [step("0.2", None, "proportional")]),
        ("每低1%扣0.5分，不足1%按1%计", [step("0.5")]),
        ("影响生产每满1小时扣0.5分", [step("0.5", None, "full")]),
        ("影响1小时扣1分，不满1小时不扣", [step("1", None, "full")]),
        ("缺1人扣半分", [step("0.5")]),
        ("缺1人扣一分半", [step("1.5")]),
        ("每人次扣零点五分", [step("0.5")]),
        ("制度不全扣0.5分/项", [step("0.5")]),
        ("落实不力0.5分/次", [step("0.5")]),
        ("每次-0.5分", [step("0.5")]),
        ("少1人扣0.1", [step("0.1")]),
        ("未建立的不得分", [step("5")]),
        ("弄虚作假的本项记0分", [step("5")]),
        ("出现重伤扣全部分数", [step("5")]),
        ("不合格扣该项分值的50%", [step("2.5")]),
        ("没有开会扣一半分", [step("2.5")]),
        ("班前会漏开，一次扣1分，记录不全扣0.5分", [step("1"), step("0.5")]),
        ("无计划扣1分；计划没落实，每项扣0.5分", [step("1"), step("0.5")]),
        ("①无计划扣1分②无总结扣0.5分", [step("1"), step("0.5")]),
        ("1.无计划扣1分 2.无总结扣0.5分", [step("1"), step("0.5")]),
        ("无计划扣1分\n无总结扣0.5分", [step("1"), step("0.5")]),
        ("未建立不得分；缺一项扣1分。扣完为止", [step("5", "5"), step("1", "5")]),
        ("无计划扣1分；无总结扣0.5分。本项最多扣2分", [step("1", "2"), step("0.5", "2")]),
        ("未建立不得分；缺一项扣1分；最多扣2分", [step("5"), step("1", "2")]),  # 2 is no cap of 不得分
        ("95分及以上不扣，90至95扣1分，85至90扣2分", [("band", None, None, "started")]),
        ("95分以上不扣；90-95分扣1分；90分以下扣3分。", [("band", None, None, "started")]),
        ("优秀得5分、良好得4分、一般得3分", [("band", None, None, "started")]),
        ("视情节扣1-3分", [MANUAL]),
        ("未按要求开展的酌情扣1分", [("manual", "1", None, "started")]),
        ("轻微扣1分严重扣3分", [MANUAL]),
        ("每推广一项加1分", [MANUAL]),
        ("工作扎实有效", [MANUAL]),
        ("罚款200元", [MANUAL]),
        ("", []),
    ],
)
def test_a_sentence_is_understood(text: str, expected: list) -> None:
    assert figures(text) == expected


def test_what_stands_before_and_after_a_deduction_stays_with_it() -> None:
    assert [one.text for one in parse("查会议记录。没有召开的，每次扣1分；会议要有议题。", FULL)] == [
        "查会议记录。没有召开的，每次扣1分；会议要有议题"
    ]
    assert [one.text for one in parse("隐患超期没有\n整改的，\n每条扣1分", FULL)] == ["隐患超期没有 整改的，每条扣1分"]


def test_money_is_no_score_and_said_to_be_none() -> None:
    (found,) = parse("发生一起罚款200元，扣1分", FULL)
    assert (found.points, found.remark) == (1, "罚款不折成分，只留文字")


def test_a_cap_over_several_sentences_is_said_to_be_shared() -> None:
    first, _ = parse("无计划扣1分；无总结扣0.5分。本项最多扣2分", FULL)
    assert first.remark == "“本项最多扣2分”管着 2 句，每一句都按最多 2 分记"


@given(st.text(alphabet="每少一次扣0.5分，；。最多不得以上95至（）加半\n1、查①", max_size=500))
def test_any_wording_becomes_clauses_that_fit_and_no_letter_is_lost(text: str) -> None:
    found = parse(text, FULL)
    assert all(0 < len(one.text) <= LONGEST for one in found)
    letters = [letter for letter in text if letter not in "，；。、\n"]
    kept = [letter for one in found for letter in one.text if letter not in "，；。、\n "]
    assert sorted(letters) == sorted(kept)
    assert all(isinstance(one, Wording) and (one.points is None or one.points >= 0) for one in found)


@given(st.text(alphabet="安全生产，。；、 ", max_size=900))
def test_cutting_loses_nothing(text: str) -> None:
    pieces = cut(text)
    assert all(len(piece) <= LONGEST for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("一、班子建设好(10)", ("班子建设好", 10)),
        ("二、安全生产（３０分）", ("安全生产", 30)),
        ("三、队伍作风（满分十五分）", ("队伍作风", 15)),
        ("1.班前会 满分5分", ("班前会", 5)),
        ("支部建设13分", ("支部建设", 13)),
        ("好的班子︻16分︼", ("好的班子", 16)),
        ("安全（20%）", ("安全", 20)),
        ("（1）建立制度", ("建立制度", None)),
        ("文明（卫生）达标", ("文明（卫生）达标", None)),
        ("每次扣0.5分", ("每次扣0.5分", None)),
        ("①有计划（2分）②有总结（2分）", ("①有计划（2分）②有总结（2分）", None)),
    ],
)
def test_full_marks_in_a_heading(heading: str, expected: tuple) -> None:
    assert split_marks(without_ordinal(heading)) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (5.0, 5),
        ("5分", 5),
        ("（5）", 5),
        ("满分5分", 5),
        ("十五分", 15),
        ("1.5", Decimal("1.5")),
        ("3-5", None),
        ("", None),
        ("见附表", None),
    ],
)
def test_full_marks_in_a_cell(cell: object, expected: object) -> None:
    assert points_of(cell) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("半", "0.5"),
        ("十", "10"),
        ("二十五", "25"),
        ("一百", "100"),
        ("一百零五", "105"),
        ("零点五", "0.5"),
        ("两", "2"),
    ],
)
def test_numbers_in_characters(words: str, value: str) -> None:
    assert chinese(words) == Decimal(value)

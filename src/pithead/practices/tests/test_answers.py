"""Answers are read by the form: what is impossible is refused, what fails is named, the rest is kept as it was said."""

from decimal import Decimal
from typing import Any

import pytest

from pithead.org.testing import Cast
from pithead.practices.answering import Asked, Judged, fails, judge
from pithead.practices.content import FieldSpec, PracticeSpec
from pithead.practices.models import Confidentiality, RecordRole

FIELDS: dict[str, dict[str, Any]] = {
    "check": {"kind": "check", "raises": "hazard"},
    "choice": {"kind": "choice", "options": {"a": "好", "b": "不好"}, "fails": ("b",), "raises": "request"},
    "number": {
        "kind": "number",
        "unit": "%",
        "least": "0",
        "most": "100",
        "high": "0.99",
        "measured": True,
        "raises": "hazard",
    },
    "text": {"kind": "text", "longest": 20},
    "ask": {"kind": "text", "raises": "request"},
    "person": {"kind": "person"},
    "subject": {"kind": "person", "subject": True},
    "people": {"kind": "people"},
    "unit": {"kind": "unit", "about": True},
    "place": {"kind": "place"},
    "rows": {
        "kind": "rows",
        "rows": [
            {"key": "who", "label": "谁", "kind": "person", "required": True},
            {
                "key": "state",
                "label": "怎么安排",
                "kind": "choice",
                "options": {"fit": "适合", "not": "不适合"},
                "fails": ["not"],
                "raises": "care",
            },
            {"key": "force", "label": "拉力", "kind": "number", "low": "70", "measured": True},
        ],
    },
}


def spec(*names: str, **more: Any) -> PracticeSpec:
    form = tuple(FieldSpec.from_plain({"key": name, "label": f"栏{name}", **FIELDS[name]}) for name in names)
    return PracticeSpec("c", "试验", form=form, **more)


def read(cast: Cast, answers: dict[str, Any], one: PracticeSpec | None = None, **how: Any) -> Judged:
    return judge(Asked(one or spec(*answers), cast.mine, **how), answers)


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("check", {"ok": True}, {"ok": True}),
        ("check", {"ok": False, "text": " 掉  渣 ", "fixed": True}, {"ok": False, "text": "掉 渣", "fixed": True}),
        ("choice", "a", "a"),
        ("choice", {"value": "b", "text": "人手不够"}, {"value": "b", "text": "人手不够"}),
        ("number", Decimal("0.40"), "0.40"),
        ("number", 0, "0"),
        ("number", Decimal("1.2"), {"value": "1.2"}),
        ("text", "  一切照旧\x00 ", "一切照旧"),
        ("text", "", None),
    ],
)
def test_what_was_said_is_kept_plain(cast: Cast, name: str, given: Any, kept: Any) -> None:
    found = read(cast, {name: given})
    assert not found.faults
    assert found.answers == ({name: kept} if kept is not None else {})


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("check", {"ok": False}, "写一句"),
        ("check", {"ok": False, "text": " "}, "写一句"),
        ("check", {"ok": "no"}, "正常"),
        ("check", True, "正常"),
        ("choice", "c", "请从这里选"),
        ("choice", "b", "写一句"),
        ("choice", {"value": "b", "text": " "}, "写一句"),
        ("number", Decimal(101), "不可能"),
        ("number", Decimal("-0.1"), "不可能"),
        ("number", 0.5, "请填数字"),
        ("number", True, "请填数字"),
        ("number", "1", "请填数字"),
        ("number", Decimal("NaN"), "数字太大"),
        ("number", Decimal("Infinity"), "数字太大"),
        ("number", Decimal("1e30"), "数字太大"),
        ("number", Decimal("0.00001"), "四位"),
        ("text", "字" * 21, "最多 20 字"),
        ("text", "打 13912345678 找他", "手机号"),
        ("text", 5, "要写文字"),
        ("person", "牛铁柱", "姓名或工号"),
        ("people", "牛铁柱", "一个一个"),
        ("unit", "ZC1", "本矿的单位"),
        ("place", "P1", "本矿的地点"),
        ("rows", ["x"], "一行一行"),
        ("rows", [{"force": 80}], "姓名或工号"),
        ("rows", [{"force": 80}] * 41, "最多 40 行"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_never_repeated(
    cast: Cast, name: str, given: Any, said: str
) -> None:
    found = read(cast, {name: given})
    assert said in str(found.faults[0])
    assert f"栏{name}" in found.faults[0].where
    assert "13912345678" not in str(found.faults[0])


def test_what_is_of_another_mine_is_not_taken(cast: Cast) -> None:
    stranger = cast.people["stranger"]
    assert read(cast, {"person": stranger}).faults
    assert read(cast, {"unit": cast.other_mine}).faults


def test_what_fails_is_named_with_what_it_becomes(cast: Cast) -> None:
    worker, arranged = cast.people["worker"], {"value": "not", "text": "歇一个班"}
    answers = {
        "check": {"ok": False, "text": "掉渣", "fixed": True},
        "choice": {"value": "b", "text": "人手不够"},
        "number": Decimal("1.20"),
        "ask": "换一批工具",
        "rows": [{"who": worker, "state": arranged, "force": 60}, {"who": worker, "state": "fit", "force": 80}],
    }
    found = read(cast, answers)
    told = [(one.field, one.row, one.kind, one.text or one.answer, one.fixed) for one in found.failing]
    assert told == [
        ("check", 0, "hazard", "掉渣", True),
        ("choice", 0, "request", "人手不够", False),
        ("number", 0, "hazard", "栏number：1.20 %", False),
        ("ask", 0, "request", "换一批工具", False),
        ("rows.1.state", 1, "care", "歇一个班", False),
        ("rows.1.force", 1, "", "拉力：60", False),
    ]
    assert found.failing[4].person == worker
    assert found.measured == [
        ("number", 0, Decimal("1.20")),
        ("rows.force", 1, Decimal(60)),
        ("rows.force", 2, Decimal(80)),
    ]


def test_people_have_the_part_the_form_gives_them(cast: Cast) -> None:
    worker, leader = cast.people["worker"], cast.people["crew_leader"]
    found = read(cast, {"subject": worker, "people": [leader, leader, worker], "unit": cast.units["ZC1"]})
    parts = [(one.role, one.field, one.person) for one in found.people]
    assert parts == [
        (RecordRole.SUBJECT, "subject", worker),
        (RecordRole.PRESENT, "people", leader),
        (RecordRole.PRESENT, "people", worker),
    ]
    assert found.unit == cast.units["ZC1"]
    assert found.answers["subject"] == {"staff_no": worker.staff_no, "name": "马小军"}


def test_everything_missing_is_said_at_once_but_nothing_of_what_is_elsewhere(cast: Cast) -> None:
    form = tuple(
        FieldSpec.from_plain({"key": name, "label": name, **FIELDS[name], "required": True}) for name in FIELDS
    )
    whole = PracticeSpec("c", "试验", form=form)
    assert len(judge(Asked(whole, cast.mine), {}).faults) == len(FIELDS)
    assert not judge(Asked(whole, cast.mine, lax=True), {}).faults


def test_a_chain_asks_what_was_drawn(cast: Cast) -> None:
    one = spec("rows", "check", sampled=1)
    assert [str(fault) for fault in read(cast, {}, one, drawn=frozenset({"rows"})).faults] == ["栏rows：这次要填这一项"]
    assert not read(cast, {}, one).faults


def test_what_is_not_open_is_never_told_by_its_answer_alone(cast: Cast) -> None:
    restricted = spec("choice", "number", confidentiality=Confidentiality.RESTRICTED)
    found = read(cast, {"choice": "b", "number": Decimal(2)}, restricted)
    assert [fault.message[:7] for fault in found.faults] == ["有问题的写一句"] * 2


def test_of_whoever_needs_care_it_is_said_what_is_arranged_unless_no_words_are_kept(cast: Cast) -> None:
    said, care = {"rows": [{"who": cast.people["worker"], "state": "not"}]}, frozenset({"care"})
    for confidentiality in (Confidentiality.OPEN, Confidentiality.RESTRICTED):
        one = spec("rows", confidentiality=confidentiality)
        (fault,) = read(cast, said, one, sealed=care).faults
        assert fault.message == "写一句：怎么安排、怎么帮（不写病情和家事）"
        assert not read(cast, said, one, sealed=care, silent=care).faults


def test_of_what_keeps_no_words_none_are_kept(cast: Cast) -> None:
    found = read(
        cast, {"check": {"ok": False, "text": "谁和谁"}, "ask": "为什么"}, silent=frozenset({"hazard", "request"})
    )
    assert found.answers == {"check": {"ok": False}}
    assert [one.text for one in found.failing] == ["", ""]


def test_keys_nobody_asked_for_are_a_fault(cast: Cast) -> None:
    assert "没有这几栏：other" in str(read(cast, {"other": 1}, spec("check")).faults[0])


def test_a_kept_answer_says_itself_whether_it_fails() -> None:
    number = FieldSpec.from_plain({"key": "n", "label": "数", **FIELDS["number"]})
    assert [fails(number, value) for value in ("0.99", {"value": "1"})] == [False, True]

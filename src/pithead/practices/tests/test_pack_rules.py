"""What no form may be, whoever writes it: here rather than in packs, because editors and the demo make forms too."""

import pytest

from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec
from pithead.practices.models import Confidentiality
from pithead.practices.pack_rules import faults_in_words, faults_of

SAID, STEP = FieldSpec("said", "谈了什么"), FieldSpec("who", "谁看着做", FieldKind.SIGNER)


def words_of(*form: FieldSpec, **more: object) -> str:
    spec = PracticeSpec("talk", "谈心谈话", performers=("section_head",), form=form, **more)  # type: ignore[arg-type]
    return "；".join(words for _, words in faults_of(spec))


@pytest.mark.parametrize("key", ["id", "day", "shift", "elsewhere", "more", "reason", "fine"])
def test_no_field_takes_a_name_that_the_page_has_itself(key: str) -> None:
    assert "请换一个" in words_of(FieldSpec(key, "顶帮", FieldKind.CHECK))
    rows = FieldSpec("steps", "几步", FieldKind.ROWS, rows=(FieldSpec(key, "顶帮", FieldKind.CHECK),))
    assert not words_of(rows)


@pytest.mark.parametrize("reader", ["worker", "member"])
def test_what_is_restricted_is_not_for_everybody_to_read(reader: str) -> None:
    restricted = {"confidentiality": Confidentiality.RESTRICTED, "text_months": 12}
    assert "有任职的岗位" in words_of(SAID, **restricted, readers=("branch_secretary", reader))
    assert not words_of(SAID, **restricted, readers=("branch_secretary",))


def test_nobody_signs_what_he_cannot_open() -> None:
    restricted = {"confidentiality": Confidentiality.RESTRICTED, "text_months": 12, "readers": ("branch_secretary",)}
    rows = FieldSpec("steps", "几步", FieldKind.ROWS, rows=(STEP,))
    assert "不能有签认人" in words_of(SAID, STEP, **restricted)
    assert "不能有签认人" in words_of(SAID, rows, **restricted)


@pytest.mark.parametrize(
    "word", ["打卡", "打 卡", "打\u3000卡", "打\ufe0f卡", "打\u034f卡", "打\u3164卡", "打\U000e0100卡", "⼿机打卡"]
)
def test_what_is_forbidden_is_so_with_gaps_and_signs_nobody_sees(word: str) -> None:
    [(path, message)] = faults_in_words([(("title",), word)])
    assert path == ("title",)
    assert "减负规则 B2" in message

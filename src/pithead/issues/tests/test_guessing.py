"""What kind of matter a line of text is: guessed from its words, never from nothing."""

import pytest

from pithead.issues.guessing import Guess, _book, guess
from pithead.issues.workflows import WORKFLOWS, Relation


@pytest.mark.parametrize(
    ("text", "kind", "category"),
    [
        ("2 部皮带机尾护罩缺两条螺栓", "hazard", "haulage"),
        ("1312 工作面 3 号架漏液", "hazard", "extraction"),
        ("上隅角瓦斯传感器位置不对", "hazard", "ventilation"),
        ("运输顺槽水沟堵塞，积水 20 米", "hazard", "water"),
        ("3 号电缆接线盒失爆", "hazard", "electromechanical"),
        ("绞车掉道，险些碰到人", "incident", "haulage"),
        ("建议把班前会的时间改到七点半", "suggestion", ""),
        ("食堂夜班的饭菜是凉的", "request", "welfare"),
        ("上个月的加班费少发了", "request", "pay"),
        ("检修班人手不够，备件也不齐", "difficulty", "resource"),
        ("同一张表格要重复填三次", "complaint", ""),
    ],
)
def test_the_words_of_a_line_say_what_it_is_about(text: str, kind: str, category: str) -> None:
    assert guess(text) == Guess(kind, category)


@pytest.mark.parametrize("text", ["", "   ", "你好", "?"])
def test_words_that_say_nothing_are_not_taken_for_anything(text: str) -> None:
    assert guess(text) == Guess()


def test_at_a_code_on_a_wall_underground_something_is_a_hazard() -> None:
    assert guess("这里不对劲", underground=True) == Guess("hazard")
    assert guess("", underground=True) == Guess()
    assert guess("建议在这里加一盏灯", underground=True).kind == "suggestion"


def test_where_the_kind_is_given_only_the_category_is_guessed() -> None:
    assert guess("建议给皮带加护罩", kind="hazard") == Guess("hazard", "haulage")
    assert guess("随便一句", kind="directive") == Guess("directive", "")


def test_only_what_anybody_may_report_is_ever_guessed_and_every_category_exists() -> None:
    for kind, words in _book().items():
        flow = WORKFLOWS[kind]
        assert Relation.ANYBODY in flow.raised_by
        assert not flow.confidential
        assert set(words.get("categories", {})) <= set(flow.categories)


def test_a_guess_is_said_in_words() -> None:
    assert guess("皮带跑偏").label == "隐患 · 运输"
    assert Guess("suggestion").label == "建议"
    assert Guess().label == ""

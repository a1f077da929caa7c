"""What kind of matter a line of text is: guessed from its words, never from nothing."""

import pytest

from pithead.issues.guessing import Guess, _book, guess, place_in
from pithead.issues.workflows import WORKFLOWS, Relation
from pithead.org.models import Place


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


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("2207 工作面冒顶，两人被埋死亡", "fatal"),
        ("空顶没有支护，一人被埋", "fatal"),
        ("一人死亡，另一人险些被埋", "fatal"),
        ("皮带机尾有人中毒昏迷", "serious_injury"),
        ("检修时右手骨折，已送医院", "minor_injury"),
        ("违章操作，右手受伤", "minor_injury"),
        ("开关着火，烧毁一台", "equipment"),
        ("绞车掉道，险些砸死人", ""),
        ("2207 运输顺槽跑车，没有伤到人", ""),
        ("工作面冒顶，无人受伤", ""),
    ],
)
def test_the_words_of_an_incident_say_how_bad_it_was(text: str, grade: str) -> None:
    assert (guess(text).kind, guess(text).grade) == ("incident", grade)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("护罩缺失，容易碰伤人", "hazard"),
        ("电缆被埋在浮煤里", "hazard"),
        ("建议把去年死亡事故的教训做成牌板", "suggestion"),
    ],
)
def test_what_could_happen_has_not_happened(text: str, kind: str) -> None:
    assert (guess(text).kind, guess(text).grade) == (kind, "")


def test_a_place_is_meant_by_the_longest_name_or_code_in_the_line() -> None:
    face, haulage, short = (
        Place(code="2207", name="2207 工作面"),
        Place(code="P2", name="2207 运输顺槽"),
        Place(code="220"),
    )
    places = [face, haulage, short]
    assert place_in("２２０７运输 顺槽水沟堵塞", places) is haulage
    assert place_in("2207 冒顶", places) is face
    assert place_in("12207 冒顶，P2 也是", places) is None
    assert place_in("", places) is None


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
        graver = list(words.get("grades", {}))
        assert graver == [grade for grade in reversed(flow.grades) if grade in graver]
        assert not [grade for grade in graver if any(move.sets_grade == grade for move in flow.moves)]


def test_a_guess_is_said_in_words() -> None:
    assert guess("皮带跑偏").label == "隐患 · 运输"
    assert guess("冒顶，一人被埋").label == "事故 · 死亡"
    assert Guess("suggestion").label == "建议"
    assert Guess().label == ""

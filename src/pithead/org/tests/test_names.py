"""Nobody is named where everybody reads, and no word is spoilt because somebody is called like a part of it."""

import time

import pytest

from pithead.org.queries import Veil, veil_of
from pithead.org.testing import Cast

PEOPLE = ("马小军", "马小", "军强", "高强", "高山", "产量", "欧阳修文", "王")
PLACES = ("高山巷",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("马小军没戴安全帽", "马某某没戴安全帽"),
        ("马小没戴安全帽", "马某没戴安全帽"),
        ("查马  小 军的牌", "查马某某的牌"),
        ("高　强在迎头", "高某在迎头"),
        ("高强锚杆断了，是高强打的", "高强锚杆断了，是高某打的"),
        ("高山巷积水，高山知道", "高山巷积水，高某知道"),
        ("高山沟塌了", "高山沟塌了"),
        ("马小军沟通不够", "马某某沟通不够"),
        ("邻队说是产量放的", "邻队说是产某放的"),
        ("欧阳修文和马小军马小", "欧某某和马某某马某"),
        ("马小军强行开机，军强没拦", "马某某强行开机，军某没拦"),
        ("王牌设备漏液", "王牌设备漏液"),
        ("3 号架 漏液\n第二行", "3 号架 漏液\n第二行"),
        ("马", "马"),
        ("", ""),
    ],
)
def test_a_name_is_veiled_wherever_it_stands(text: str, told: str) -> None:
    assert Veil(PEOPLE, PLACES).over(text) == told


def test_everybody_of_the_mine_is_veiled_at_once(cast: Cast, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(3):  # type: ignore[operator]
        veil = veil_of(cast.mine)
    text = "、".join(person.name for person in cast.people.values() if person.mine_id == cast.mine.pk)
    told = veil.over(text)
    assert not [
        person.name for person in cast.people.values() if person.mine_id == cast.mine.pk and person.name in told
    ]


def test_a_page_of_lines_in_a_mine_of_ten_thousand_takes_no_time() -> None:
    letters = [chr(0x4E00 + number) for number in range(100)]
    veil = Veil((one + other + "明" for one in letters for other in letters), ())
    began = time.process_time()
    for _ in range(300):
        assert "某某" in veil.over("架漏液" * 60 + letters[3] + letters[7] + "明看见")
    assert time.process_time() - began < 1

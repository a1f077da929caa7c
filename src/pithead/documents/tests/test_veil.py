"""Names of the assessed unit's people are veiled; other words that look like names are not."""

import datetime as dt

import pytest

from pithead.documents.tests.months import settled, shipped
from pithead.documents.veil import Veil, veil_for, veiled_name
from pithead.org.models import Membership
from pithead.org.testing import Cast


@pytest.mark.parametrize(("name", "veiled"), [("高山", "高某"), ("马小军", "马某某"), ("欧阳长河", "欧某某")])
def test_the_surname_stays(name: str, veiled: str) -> None:
    assert veiled_name(name) == veiled


def test_the_longer_of_two_names_is_veiled_first() -> None:
    veil = Veil({1: ["马小", "马小军"]})
    assert veil.over(1, "马小军和马小未持证") == "马某某和马某未持证"
    assert veil.hidden == 2


def test_only_people_of_the_unit_are_meant(cast: Cast, at: dt.datetime) -> None:
    veil = veil_for(settled(cast, at, "2026-06", []))
    section, other = cast.units["ZC1"].pk, cast.units["M1"].pk
    assert (
        veil.over(section, "区队长高山未跟班，产量欠 5%") == "区队长高某未跟班，产量欠 5%"
    )  # 产量 is an assessor's name
    assert veil.over(section, "牛铁柱") == "牛某某"  # of a crew below it
    assert veil.over(other, "高山顶板破碎") == "高山顶板破碎"


def test_who_left_before_the_month_is_not_looked_for(cast: Cast, at: dt.datetime) -> None:
    Membership.objects.filter(person=cast.people["section_head"]).update(until=dt.date(2026, 5, 31))
    veil = veil_for(settled(cast, at, "2026-06", []))
    assert veil.over(cast.units["ZC1"].pk, "高山") == "高山"


def test_a_branch_answers_for_the_people_of_the_section_it_serves(cast: Cast, at: dt.datetime) -> None:
    veil = veil_for(shipped(cast, at, "five-star"))
    assert veil.over(cast.units["ZB1"].pk, "党员马小军未到会") == "党员马某某未到会"

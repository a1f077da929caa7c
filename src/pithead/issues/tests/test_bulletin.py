"""The month's hazards on the wall: nobody of the mine is named there, of whatever unit he is."""

import datetime as dt
from collections.abc import Callable

import pytest

from pithead.issues.queries import bulletin
from pithead.issues.testing import Story

FIRST, LAST = dt.date(2026, 7, 1), dt.date(2026, 7, 31)


def test_people_of_other_units_are_named_no_more_than_those_of_the_own(story: Story) -> None:
    story.begins(
        "worker", "hazard", text="严查发现机尾缺护罩，邻队说是马小军放的", grade="A", place_text="牛铁柱的硐室"
    )
    (line,) = bulletin(story.cast.mine, FIRST, LAST, story.at).grave
    assert line.text == "严某发现机尾缺护罩，邻某说是马某某放的"
    assert line.place == "牛某某的硐室"


@pytest.mark.parametrize("much", [1, 7])
def test_it_takes_as_many_queries_for_one_as_for_many(
    story: Story, much: int, django_assert_num_queries: Callable[..., object]
) -> None:
    for turn in range(much):
        story.begins("worker", "hazard", text=f"架漏液 {turn}", unit=story.cast.units[("ZC1", "M1")[turn % 2]])
    with django_assert_num_queries(6):  # type: ignore[attr-defined]
        assert len(bulletin(story.cast.mine, FIRST, LAST, story.at).standing) == much

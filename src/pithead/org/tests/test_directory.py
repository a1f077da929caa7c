"""Finding units by what people write, and the names that are unique in a mine."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from pithead.org.models import UnitKind
from pithead.org.queries import UnitDirectory, names_among, unit_directory, unit_names
from pithead.org.testing import TODAY, Cast, add_unit


@pytest.fixture
def directory(cast: Cast) -> UnitDirectory:
    return unit_directory(cast.mine, on=TODAY)


@pytest.mark.parametrize(
    "written",
    ["ZC1", "zc1", "综采一队", " 综采 一队 ", "综采1队", "综采１队", "青石峪煤矿/综采一队"],
)
def test_a_section_is_found_however_it_is_written(directory: UnitDirectory, written: str) -> None:
    match = directory.find(written)
    assert match.unit is not None
    assert match.unit.code == "ZC1"


@pytest.mark.parametrize(
    "written", ["综采一队/一班", "综采一队／一班", "综采一队一班", "ZC1/一班", "ZC1-1", "综采1队\\1班"]
)
def test_a_crew_whose_name_repeats_is_found_by_its_path(directory: UnitDirectory, written: str) -> None:
    match = directory.find(written)
    assert match.unit is not None
    assert match.unit.code == "ZC1-1"


def test_a_short_name_finds_the_section_and_its_crews(cast: Cast) -> None:
    cast.units["ZC1"].short_name = "采一"
    cast.units["ZC1"].save()
    directory = unit_directory(cast.mine, on=TODAY)
    assert directory.find("采一").unit == cast.units["ZC1"]
    assert directory.find("采一/一班").unit == cast.units["ZC1-1"]


def test_a_name_borne_twice_is_refused_with_the_candidates(directory: UnitDirectory) -> None:
    assert directory.find("一班").problem == "“一班”有 2 个：综采一队/一班、煤一队/一班，请写全路径或编号"


def test_a_crew_is_found_among_those_of_its_section(cast: Cast, directory: UnitDirectory) -> None:
    assert directory.find("一班", under=cast.units["M1"]).unit == cast.units["M1-1"]
    assert directory.find("三班", under=cast.units["M1"]).problem.startswith("“煤一队”下没有单位“三班”")


def test_an_unknown_name_is_met_with_the_closest_ones(directory: UnitDirectory) -> None:
    assert directory.find("综采三队").problem == "本矿没有单位“综采三队”，是不是“综采一队”？"
    assert directory.find("后勤公寓").problem == "本矿没有单位“后勤公寓”"
    assert directory.find("  ").problem == "没有写单位"


def test_suggestions_run_out_before_a_file_full_of_unknown_names_gets_slow(directory: UnitDirectory) -> None:
    problems = [directory.find(f"综采三{number}队").problem for number in range(60)]
    assert "是不是" in problems[0]
    assert "是不是" not in problems[-1]


def test_another_kind_of_unit_is_said_to_be_one(directory: UnitDirectory) -> None:
    assert directory.find("安全科", kinds=[UnitKind.SECTION]).problem == "“安全科”是科室，这里要写区队"


def test_a_closed_unit_is_said_to_be_closed_and_found_in_its_time(cast: Cast) -> None:
    cast.units["TF"].closed_on = dt.date(2026, 3, 1)
    cast.units["TF"].save()
    assert unit_directory(cast.mine, on=TODAY).find("通风队").problem == "“通风队”已于 2026-03-01 撤销"
    assert unit_directory(cast.mine, on=dt.date(2026, 3, 1)).find("通风队").unit == cast.units["TF"]
    assert "起才设立" in unit_directory(cast.mine, on=dt.date(2019, 1, 1)).find("通风队").problem


def test_of_two_units_of_one_name_the_open_one_is_meant(cast: Cast) -> None:
    old = cast.units["TF"]
    old.closed_on = dt.date(2026, 3, 1)
    old.save()
    new = add_unit(cast.mine, UnitKind.SECTION, "TF2", "通风队")
    directory = unit_directory(cast.mine, on=TODAY)
    assert directory.find("通风队").unit == new
    assert unit_names(cast.mine)[new.pk] == "通风队"
    assert unit_names(cast.mine)[old.pk] == "通风队（TF）"
    assert unit_directory(cast.mine, on=old.closed_on).find("通风队（TF）").unit == old


def test_units_of_the_mine_next_door_are_not_found(cast: Cast) -> None:
    add_unit(cast.other_mine, UnitKind.SECTION, "BY1", "白一队")
    assert unit_directory(cast.mine, on=TODAY).find("白一队").unit is None
    assert unit_directory(cast.mine, on=TODAY).find("BY1").unit is None


def test_names_are_unique_and_short_where_they_can_be(cast: Cast) -> None:
    names = unit_names(cast.mine)
    assert names[cast.units["ZC1"].pk] == "综采一队"
    assert names[cast.units["ZC1-1"].pk] == "综采一队/一班"
    assert names[cast.units["ZC1-2"].pk] == "二班"
    assert len(set(names.values())) == len(names)


def test_every_name_given_out_finds_its_unit_again(cast: Cast, directory: UnitDirectory) -> None:
    for pk, name in unit_names(cast.mine).items():
        match = directory.find(name)
        assert match.unit is not None
        assert match.unit.pk == pk


def test_the_directory_is_one_query(cast: Cast, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(1):
        directory = unit_directory(cast.mine, on=TODAY)
        directory.find("综采一队/一班")
        directory.find("没有的队")


def test_a_page_of_units_is_named_as_the_whole_mine_is(cast: Cast, django_assert_num_queries: Any) -> None:
    twin = add_unit(cast.mine, UnitKind.SECTION, "TF0", "通风队", closed_on=dt.date(2024, 1, 1))
    add_unit(cast.units["ZC1"], UnitKind.CREW, "ZC1-9", "煤一队")
    units = [twin, *cast.units.values()]
    wanted = [(unit.name, unit.path, unit.closed_on) for unit in units]
    everything = unit_names(cast.mine)
    named = names_among(cast.mine, wanted)
    assert {unit.pk: named[unit.pk] for unit in units} == {unit.pk: everything[unit.pk] for unit in units}
    assert named[twin.pk] == "通风队（TF0）"
    sections = [cast.units[code] for code in ("ZC1", "M1", "TF")]
    with django_assert_num_queries(0):
        named = names_among(cast.mine, [(unit.name, unit.path, unit.closed_on) for unit in sections])
    assert named == {unit.pk: everything[unit.pk] for unit in sections}

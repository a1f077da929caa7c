"""What is written in tables beside figures: dates without years, shifts by many names, crews, sums, cells that are broken."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pithead.kernel.refusal import Refused
from pithead.measures.actions import correct_figure, give_figures, set_quantity
from pithead.measures.models import Given, QuantitySetting
from pithead.measures.queries.quantities import quantities_of
from pithead.measures.tests.tables import table
from pithead.measures.tests.test_importing import reasons, standing, take
from pithead.org.actions import assign_shift, set_shift_system
from pithead.org.testing import Cast

DAILY = ("日期", "班次", "单位", "实际产量")


@pytest.mark.parametrize("day", ["3日", "6月3日", "3", 3, "2026.6.3", "2026/6/3", dt.date(2026, 6, 3)])
def test_a_day_takes_its_year_and_month_from_the_title(cast: Cast, at: dt.datetime, day: Any) -> None:
    take(cast, at, table(DAILY, (day, "1班", "综采一队", 5), title="2026年6月产量"))
    assert set(standing()) == {("tonnes", "ZC1", "2026-06-03", "1")}


@pytest.mark.parametrize(
    "row, title, words",
    [
        (("31日", "1班", "综采一队", 5), "2026年6月产量", "不是2026年6月里的一天"),
        (("3日", "1班", "综采一队", 5), "2026年13月产量", "看不出是哪一天"),
        (("2026-06", "1班", "综采一队", 5), "", "只写到月，请写到日"),
        (("6月", "1班", "综采一队", 5), "2026年产量 2026年5月", "只写到月，请写到日"),
        (("2026-06-03", "半夜班", "综采一队", 5), "", "班次：没有“半夜班”这个班"),
    ],
)
def test_a_day_or_shift_that_is_none_is_named(cast: Cast, at: dt.datetime, row: Any, title: str, words: str) -> None:
    assert words in reasons(take(cast, at, table(DAILY, row, title=title), dry_run=True))


def test_a_table_without_any_date_asks_for_one(cast: Cast, at: dt.datetime) -> None:
    report = take(cast, at, table(("单位", "实际产量"), ("综采一队", 5)), dry_run=True)
    assert "加一列“日期”" in reasons(report)


def test_a_shift_is_that_of_the_sections_system_where_systems_differ(cast: Cast, at: dt.datetime) -> None:
    for code in ("three_eight", "four_six"):
        set_shift_system(by=cast.system(), at=at, mine=cast.mine, code=code)
    systems = {one.code: one for one in cast.mine.shift_systems.prefetch_related("shifts")}
    names = [{shift.name: shift.number for shift in one.shifts.all()} for one in systems.values()]
    shared = [name for name in names[0] if names[0][name] != names[1].get(name, names[0][name])]
    name = shared[0] if shared else next(iter(names[1]))
    file = table(DAILY, ("2026-06-03", name, "综采一队", 5))
    if shared:
        assert "不是同一班" in reasons(take(cast, at, file, dry_run=True))
    since = dt.date(2026, 1, 1)
    assign_shift(by=cast.system(), at=at, unit=cast.units["ZC1"], system=systems["four_six"], since=since)
    take(cast, at, file)
    assert {key[3] for key in standing()} == {str(names[list(systems).index("four_six")][name])}


def test_a_crew_is_found_below_its_section_and_totals_of_a_day_are_none(cast: Cast, at: dt.datetime) -> None:
    headings = ("日期", "班次", "区队", "班组", "实际产量")
    day = "2026-06-03"
    rows = ((day, "1班", "综采一队", "一班", 5), (day, "小计", "综采一队", "", 5), (day, "1班", "综采一队", "九班", 1))
    report = take(cast, at, table(headings, *rows), keep_good=True)
    assert set(standing()) == {("tonnes", "ZC1-1", day, "1")}
    assert "第 4 行 D 列" in reasons(report)
    assert "合计行" in report.ignored[0]


def test_a_row_that_fails_by_another_figure_takes_along_what_is_added_to_it(cast: Cast, at: dt.datetime) -> None:
    headings, same = ("日期", "班次", "单位", "地点", "实际进尺", "影响生产时间"), ("2026-06-03", "1班", "煤一队")
    report = take(cast, at, table(headings, (*same, "南翼", 4, ""), (*same, "北翼", 3, 30)), keep_good=True)
    assert ("最多 24 小时" in reasons(report), "请一起改好再导" in reasons(report)) == (True, True)
    assert not standing()


def test_a_table_that_mixes_days_and_months_says_what_it_left_out(cast: Cast, at: dt.datetime) -> None:
    headings = ("日期", "单位", "实际产量", "返工次数")
    report = take(cast, at, table(headings, ("2026-06", "综采一队", 5, 1)))
    assert set(standing()) == {("rework", "ZC1", "2026-06-30", "")}
    assert "“实际产量”按天录" in report.notes[0]


# ── said to the actions ──
def test_a_shifts_figure_is_corrected_and_nothing_is_no_figure(cast: Cast, at: dt.datetime) -> None:
    take(cast, at, table(DAILY, ("2026-06-03", "2班", "综采一队", 5)))
    correct_figure(by=cast.system(), at=at, given=Given.objects.get(), value=Decimal(6), reason="漏一车")
    assert set(standing().items()) == {(("tonnes", "ZC1", "2026-06-03", "2"), 6)}
    with pytest.raises(Refused, match="一个数也没有"):
        give_figures(by=cast.system(), at=at, mine=cast.mine, drafts=[])


def test_what_a_mine_sets_about_a_figure_is_checked(cast: Cast, at: dt.datetime) -> None:
    rework = quantities_of(cast.mine)["rework"]
    for changed, words in (
        ({"label": " "}, "名称和计量单位"),
        ({"offices": ("NIX",)}, "没有代码为“NIX”的科室"),
        ({"offices": ()}, "哪个科室录"),
    ):
        with pytest.raises(Refused, match=words):
            set_quantity(by=cast.system(), at=at, mine=cast.mine, quantity=replace(rework, **changed))
    set_quantity(by=cast.system(), at=at, mine=cast.mine, quantity=rework)
    assert not QuantitySetting.objects.exists()

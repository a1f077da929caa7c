"""The effect of a work method out of plain figures: who is compared with whom, in which months, and when nothing can be said."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import replace

import pytest

from pithead.practices.effect import Cell, Effect, History, Lack, Scale, Terms, Verdict, judge, t_bound

ADOPTED = 20
SPREAD = (0, 3, -2, 4, -3, 1)


def unit(key: int, before: float, after: float, *, adopted: int | None = None, **more: object) -> History:
    """So many events a month before, in and after the twentieth month, out of a hundred."""
    months = {at: Cell(before if at < ADOPTED else after, 100) for at in range(40)}
    return replace(History(key, "采煤", months, adopted), **more)  # type: ignore[arg-type]


def some(after: float, *, adopters: int = 6, others: int = 6, usual: float = 50) -> list[History]:
    """Units of fifty events a month, a little different each; adopters come to `after`, others to `usual`."""
    taken = [unit(key, 50, after + SPREAD[key % 6], adopted=ADOPTED) for key in range(adopters)]
    return taken + [unit(100 + key, 50, usual + SPREAD[key % 6]) for key in range(others)]


def lacks(found: Effect) -> Mapping[Lack, tuple[int, int]]:
    return {one.lack: (one.have, one.need) for one in found.short}


def test_fewer_events_than_elsewhere_is_an_effect() -> None:
    found = judge(some(35), Terms())
    assert found.verdict is Verdict.WORKS
    assert found.change == pytest.approx(-0.30, abs=0.01)
    assert len(found.others) == 6


def test_what_fell_everywhere_is_none() -> None:
    found = judge(some(35, usual=35), Terms())
    assert found.verdict is Verdict.UNCLEAR
    assert found.change == pytest.approx(0, abs=0.01)


def test_what_rose_is_said_as_such() -> None:
    assert judge(some(65), Terms()).verdict is Verdict.WORSE


def test_of_a_share_more_may_be_better() -> None:
    terms = Terms(Scale.SHARE, lower_is_better=False)
    found = judge(some(65), terms)
    assert (found.verdict, judge(some(35), terms).verdict) == (Verdict.WORKS, Verdict.WORSE)
    assert found.change == pytest.approx(0.15, abs=0.001)


def test_it_is_students_comparison_of_two_groups_where_all_adopt_at_once() -> None:
    """An independent check: units of one size, one month of adoption."""
    wide = [replace(one, months=_further(one)) for one in some(35)]
    found = judge(wide, Terms(Scale.SHARE))
    taken, usual = ([0.5 + (level + 10 * one) / 100 - 1 for one in SPREAD] for level in (35, 50))
    pooled = (statistics.variance(taken) + statistics.variance(usual)) / 2
    half = 2.228139 * math.sqrt(pooled * 2 / 6)
    assert found.change == pytest.approx(statistics.mean(taken) - statistics.mean(usual), abs=0.001)
    assert found.high is not None
    assert found.low is not None
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.02)


def _further(one: History) -> dict[int, Cell]:
    """Ten times as far from each other after the adoption."""
    middle = 35 if one.adopted else 50
    return {
        at: cell if at < ADOPTED else Cell(middle + 10 * (cell.events - middle), 100) for at, cell in one.months.items()
    }


def test_large_units_that_differ_more_than_chance_make_nothing_sure() -> None:
    """Small ones around them, whose chance alone would explain as much, do not hide it."""
    large = [unit(key, 5000, 5000 * by, adopted=ADOPTED) for key, by in enumerate((0.7, 1.0, 0.85))]
    large += [unit(100 + key, 5000, 5000 * by) for key, by in enumerate((1.0, 0.85, 1.15))]
    found = judge([*large, *(unit(200 + key, 2, 2) for key in range(4))], Terms())
    assert found.change == pytest.approx(-0.15, abs=0.02)
    assert found.verdict is Verdict.UNCLEAR


def test_the_months_before_the_adoption_and_its_own_do_not_count() -> None:
    """A bad spell just before would otherwise look like a success after it; the interval says that it was there."""
    calm = judge(some(50), Terms())
    spell = [
        replace(one, months={**one.months, **dict.fromkeys((18, 19, 20), Cell(90, 100))}) if one.adopted else one
        for one in some(50)
    ]
    found = judge(spell, Terms())
    assert found.verdict is Verdict.UNCLEAR
    assert calm.high is not None
    assert found.high is not None
    assert found.high == pytest.approx(calm.high, abs=0.02)
    assert found.trials[0].own.before.events == 300


def test_whoever_adopts_later_is_compared_with_until_then() -> None:
    later = [replace(one, adopted=30) for one in some(50)[6:]]
    found = judge(some(35)[:6] + later, Terms())
    assert {key for trial in found.trials[:6] for key in trial.others} == {100, 101, 102, 103, 104, 105}
    soon = [replace(one, adopted=23) for one in later]
    trial = judge(some(35)[:6] + soon, Terms()).trials
    assert all(lines.own.after.months >= 3 for lines in trial)
    assert not trial  # no month after 20 that is not within two of their own adoption


def test_only_units_of_its_kind_are_compared_with() -> None:
    histories = some(35) + [replace(unit(200 + key, 50, 20), group="通风") for key in range(4)]
    assert judge(histories, Terms()) == judge(some(35), Terms())
    alone = [*some(35), unit(300, 50, 35, adopted=ADOPTED, group="机电")]
    found = judge(alone, Terms())
    assert found.left_out == ((300, Lack.ALONE),)
    assert found.change == judge(some(35), Terms()).change


def test_whoever_left_counts_for_as_long_as_it_was_in() -> None:
    histories = some(35)
    histories[0] = replace(histories[0], left=25)
    histories[1] = replace(histories[1], left=22)
    found = judge(histories, Terms())
    assert [trial.own.after.months for trial in found.trials] == [4, 6, 6, 6, 6]
    assert found.left_out == ((1, Lack.AFTER),)


def test_months_without_exposure_are_no_months() -> None:
    histories = some(35)
    idle = {at: Cell(0, 0) for at in range(22, 26)}
    histories[0] = replace(histories[0], months={**histories[0].months, **idle})
    assert judge(histories, Terms()).left_out == ((0, Lack.AFTER),)
    opened = {at: cell for at, cell in histories[2].months.items() if at > 16}
    histories[2] = replace(histories[2], months=opened)
    assert judge(histories, Terms()).left_out == ((0, Lack.AFTER), (2, Lack.BEFORE))


def test_no_events_at_all_are_figures_too() -> None:
    histories = [unit(key, 3, 0, adopted=ADOPTED) for key in range(6)] + [unit(100 + key, 3, 3) for key in range(6)]
    found = judge(histories, Terms())
    assert found.verdict is Verdict.WORKS
    assert found.low is not None
    assert found.low > -1


def test_too_little_is_said_with_what_is_missing() -> None:
    assert lacks(judge(some(35, adopters=2), Terms())) == {Lack.ADOPTERS: (2, 3)}
    assert lacks(judge(some(35, others=2), Terms())) == {Lack.COMPARABLE: (2, 3)}
    assert lacks(judge([], Terms()))[Lack.ADOPTERS] == (0, 3)
    rare = [unit(key, 0.5, 0.5, adopted=ADOPTED if key < 3 else None) for key in range(6)]
    assert lacks(judge(rare, Terms())) == {Lack.COUNTED: (18, 20), Lack.OTHERS_COUNTED: (18, 20)}
    found = judge(some(35, adopters=2), Terms())
    assert (found.verdict, found.change, len(found.trials)) == (Verdict.FEW, None, 2)


def test_where_all_adopt_at_once_nobody_is_left_to_compare_with() -> None:
    found = judge([unit(key, 50, 35, adopted=ADOPTED) for key in range(6)], Terms())
    assert found.verdict is Verdict.FEW
    assert found.left_out == tuple((key, Lack.ALONE) for key in range(6))


@pytest.mark.parametrize(
    ("freedom", "bound"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (5, 2.5706), (10, 2.2281), (30, 2.0423), (120, 1.9799)],
)
def test_the_bounds_are_those_of_the_printed_table(freedom: int, bound: float) -> None:
    assert t_bound(freedom) == pytest.approx(bound, abs=5e-5)

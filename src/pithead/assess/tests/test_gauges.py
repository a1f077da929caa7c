"""What a figure costs: steps, directions, bands and caps; and the words people write it in."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.assess.gauges import faults_of, from_words, gauge_of, in_words
from pithead.kernel.refusal import Refused

D = Decimal
PLAN = "production.plan_done"
LATE = "hazard.overdue"
BANDS = {"measure": LATE, "bands": [[95, 0], [90, 1], [85, 2], [80, 4]], "rest": 6}


def costs(said: dict[str, Any], value: str, counting: str = "started", points: str = "1", cap: str = "") -> Decimal:
    gauge = gauge_of(said)
    assert gauge is not None
    return gauge.costs(D(value), D(points), counting, D(cap) if cap else None)


@pytest.mark.parametrize(
    ("value", "counting", "lost"),
    [
        ("100", "started", "0"),
        ("120", "started", "0"),
        ("99.9", "started", "1"),
        ("98", "started", "2"),
        ("99.9", "full", "0"),
        ("97.5", "full", "2"),
        ("97.5", "proportional", "2.5"),
    ],
)
def test_what_is_below_costs_by_steps(value: str, counting: str, lost: str) -> None:
    assert costs({"measure": LATE, "below": 100, "per": 1}, value, counting) == D(lost)


@pytest.mark.parametrize(("value", "lost"), [("0", "0"), ("3", "1.5"), ("-4", "0"), ("40", "5")])
def test_what_is_above_costs_up_to_the_cap(value: str, lost: str) -> None:
    assert costs({"measure": LATE, "above": 0, "per": 1}, value, points="0.5", cap="5") == D(lost)


def test_a_step_may_be_wide() -> None:
    said = {"measure": LATE, "above": 0, "per": 5}
    assert [costs(said, value, "full", "0.5") for value in ("4.9", "5", "12")] == [0, D("0.5"), 1]


@pytest.mark.parametrize(
    ("value", "lost"), [("100", 0), ("95", 0), ("94.99", 1), ("90", 1), ("85", 2), ("80", 4), ("79.9", 6), ("0", 6)]
)
def test_bands_go_by_their_floor(value: str, lost: int) -> None:
    assert costs(BANDS, value, points="0") == lost


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"measure": LATE, "below": 100, "per": 1}, f"{LATE} 低于100 每1"),
        ({"measure": LATE, "above": 0.5, "per": 5}, f"{LATE} 高于0.5 每5"),
        (BANDS, f"{LATE} 分档 95:0 90:1 85:2 80:4 其余:6"),
        ({}, ""),
    ],
)
def test_words_and_data_say_the_same(said: dict[str, Any], words: str) -> None:
    assert in_words(said) == words
    assert from_words(words) == said


@given(
    st.one_of(
        st.fixed_dictionaries(
            {"below": st.integers(-99, 999), "per": st.decimals("0.01", "99", places=2).map(lambda one: float(one))}
        ),
        st.fixed_dictionaries(
            {
                "bands": st.lists(
                    st.tuples(st.integers(-99, 999), st.integers(0, 99)), min_size=1, unique_by=lambda one: one[0]
                ).map(lambda bands: [list(one) for one in sorted(bands, reverse=True)]),
                "rest": st.integers(0, 99),
            }
        ),
    )
)
def test_whatever_is_said_is_read_again(said: dict[str, Any]) -> None:
    gauge = gauge_of({"measure": LATE, **said})
    assert gauge is not None
    assert gauge_of(from_words(gauge.words)) == gauge


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nothing.such 高于0 每1", "没有指标“nothing.such”"),
        (f"{LATE} 高于0 每0", "要大于 0"),
        (f"{LATE} 分档 90:1 95:0", "从高到低"),
        (f"{LATE} 大约5", "看不懂“大约5”"),
        (f"{LATE} 高于1.2.3 每1", "请写成"),
        (LATE, "请写成"),
    ],
)
def test_what_cannot_be_read_is_told(words: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        from_words(words)


@pytest.mark.parametrize("said", [{"per": 1}, {"measure": LATE, "above": "很多"}, {"measure": LATE, "bands": [[1]]}])
def test_what_a_pack_says_wrongly_is_told(said: dict[str, Any]) -> None:
    assert list(faults_of(said))

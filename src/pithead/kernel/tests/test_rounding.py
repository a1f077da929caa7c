"""Half up, two places, nowhere else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel.rounding import CENT, out_of, plain, to_cent

amounts = st.decimals(-1000, 1000, places=4, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.125", "0.13"),
        ("-0.125", "-0.13"),
        ("0.124999", "0.12"),
        ("2.675", "2.68"),
        ("1", "1.00"),
        ("-0.005", "-0.01"),
    ],
)
def test_a_half_goes_up_away_from_zero(value: str, rounded: str) -> None:
    assert str(to_cent(Decimal(value))) == rounded


@given(amounts)
def test_rounding_moves_a_value_by_half_a_cent_at_most(value: Decimal) -> None:
    assert abs(to_cent(value) - value) <= CENT / 2
    assert to_cent(to_cent(value)) == to_cent(value)
    assert to_cent(-value) == -to_cent(value)


@given(amounts, amounts)
def test_rounding_keeps_the_order(one: Decimal, other: Decimal) -> None:
    if one <= other:
        assert to_cent(one) <= to_cent(other)


def test_a_share_is_scaled_and_nothing_of_nothing_is_nothing() -> None:
    assert out_of(Decimal(50), Decimal(60), Decimal(100)) == Decimal("83.33")
    assert out_of(Decimal(2), Decimal(3), Decimal(100)) == Decimal("66.67")
    assert out_of(Decimal(0), Decimal(0), Decimal(100)) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [("1.50", "1.5"), ("2.00", "2"), ("-0.25", "-0.25"), ("100", "100"), ("10.0", "10"), ("0.00", "0")],
)
def test_points_are_written_as_people_write_them(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text


@given(amounts)
def test_the_plain_form_is_the_same_number(value: Decimal) -> None:
    assert Decimal(plain(value)) == value

"""The only place that rounds: Decimal, half up (DESIGN: an item's score, 0.01)."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def to_cent(value: Decimal | int) -> Decimal:
    """Two places, half up: 0.125 → 0.13, -0.125 → -0.13."""
    return Decimal(value).quantize(CENT, rounding=ROUND_HALF_UP)


def out_of(got: Decimal, full: Decimal, whole: Decimal) -> Decimal | None:
    """`got` of `full`, scaled to `whole` and rounded to the cent; None when nothing could be got."""
    return to_cent(got * whole / full) if full else None


def plain(value: Decimal) -> str:
    """As people write points: 1.50 → 1.5, 2.00 → 2, -0.25 → -0.25."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

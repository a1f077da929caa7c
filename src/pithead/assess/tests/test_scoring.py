"""Properties of the arithmetic that no example can show."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pithead.assess.scoring import Rules, Share, Tally, TierFloor, item_score, place, tier_of, total_of

TIERS = tuple(TierFloor(pk, Decimal(floor)) for pk, floor in ((1, 90), (2, 80), (3, 70), (4, 0)))
RULES = Rules(Decimal(100), Decimal(5), TIERS, ("B", "A"))

cents = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)


@st.composite
def tallies(draw: st.DrawFn) -> list[Tally]:
    rows = []
    for unit_id in range(draw(st.integers(1, 12))):
        shares = {}
        for code, most in (("A", 40), ("B", 60)):
            full = Decimal(draw(st.sampled_from((0, most // 2, most))))
            shares[code] = Share(min(draw(st.sampled_from((Decimal(0), Decimal("19.5"), full)) | cents), full), full)
        whole = shares["A"] + shares["B"]
        rows.append(Tally(unit_id, draw(st.integers(1, 2)), whole, draw(cents), draw(st.booleans()), shares))
    return rows


@given(cents, cents, cents)
def test_a_deduction_never_raises_a_score(full: Decimal, lost: Decimal, more: Decimal) -> None:
    assert item_score(full, lost + more) <= item_score(full, lost)
    assert Decimal(0) <= item_score(full, lost) <= full


@given(tallies())
def test_totals_stay_within_bounds(rows: list[Tally]) -> None:
    for row in place(rows, RULES):
        if row.total is not None:
            assert Decimal(0) <= row.total <= RULES.full_marks + RULES.bonus_cap
            assert row.total == row.total.quantize(Decimal("0.01"))


@given(tallies(), st.randoms())
def test_the_order_of_the_units_never_matters(rows: list[Tally], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert place(shuffled, RULES) == place(rows, RULES)


@given(tallies())
def test_equal_units_share_a_place_and_the_next_is_skipped(rows: list[Tally]) -> None:
    placed = [row for row in place(rows, RULES) if row.rank is not None]
    for row in placed:
        better = [other for other in placed if _strength(other) > _strength(row)]
        assert row.rank == len(better) + 1
        peers = [other for other in better if other.tally.group_id == row.tally.group_id]
        assert row.group_rank == len(peers) + 1


def _strength(row: object) -> tuple:
    shares = row.tally.shares  # type: ignore[attr-defined]
    return (row.total, shares["B"].ratio, shares["A"].ratio)  # type: ignore[attr-defined]


@given(tallies())
def test_a_capped_tier_is_the_lowest_and_leaves_total_and_place_alone(rows: list[Tally]) -> None:
    freed = [Tally(row.unit_id, row.group_id, row.whole, row.bonus, False, row.shares) for row in rows]
    free = {row.tally.unit_id: row for row in place(freed, RULES)}
    for row in place(rows, RULES):
        twin = free[row.tally.unit_id]
        assert (row.total, row.rank, row.group_rank) == (twin.total, twin.rank, twin.group_rank)
        if row.tally.tier_capped and row.total is not None:
            assert row.tier == TIERS[-1].pk


def test_thresholds_belong_to_the_better_tier() -> None:
    assert tier_of(Decimal("90.00"), RULES, capped=False) == 1
    assert tier_of(Decimal("89.99"), RULES, capped=False) == 2


def test_scaling_rounds_half_up_once() -> None:
    tally = Tally(1, 1, Share(Decimal("71.37"), Decimal(82)))
    assert total_of(tally, RULES) == (Decimal("87.04"), Decimal(0), Decimal("87.04"))  # 87.0365…


def test_a_unit_to_which_nothing_applies_has_no_place() -> None:
    [row] = place([Tally(1, 1, Share(), Decimal(3))], RULES)
    assert (row.normalised, row.total, row.rank, row.group_rank, row.tier) == (None, None, None, None, None)

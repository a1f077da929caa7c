"""The arithmetic of a month, without a database: what units lost becomes totals, tiers and places (DESIGN, assess).

Points are `Decimal`; the only roundings are to the cent, half up. An item's score is floored at 0; items that do not apply
(缺项) leave the base, and the rest is scaled to the standard's full marks; the bonus is capped and added last; a veto caps
the tier and excludes from awards, the score stays.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter, itemgetter

from pithead.kernel.rounding import ZERO, out_of, to_cent


@dataclass(frozen=True)
class TierFloor:
    pk: int
    floor: Decimal


@dataclass(frozen=True)
class Rules:
    """What of a standard decides totals. `tiers` from best to worst; the last takes whatever is left."""

    full_marks: Decimal
    bonus_cap: Decimal
    tiers: tuple[TierFloor, ...]
    tie_breakers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Share:
    """What was got of what could be got: of a unit, a dimension or an item."""

    got: Decimal = ZERO
    full: Decimal = ZERO

    def __add__(self, other: "Share") -> "Share":
        return Share(self.got + other.got, self.full + other.full)

    @property
    def ratio(self) -> Fraction:
        """For comparing units to which different items apply; where nothing applies nothing was lost."""
        return Fraction(self.got) / Fraction(self.full) if self.full else Fraction(1)


@dataclass(frozen=True)
class Tally:
    """What a cycle's entries amount to for one unit. `shares` by code of dimension or item, as far as ties need them."""

    unit_id: int
    group_id: int
    whole: Share
    bonus: Decimal = ZERO
    tier_capped: bool = False
    shares: Mapping[str, Share] | None = None


@dataclass(frozen=True)
class Placed:
    tally: Tally
    normalised: Decimal | None
    bonus: Decimal
    total: Decimal | None
    tier: int | None
    rank: int | None = None
    group_rank: int | None = None


def item_score(full: Decimal, lost: Decimal) -> Decimal:
    """扣完为止: never below 0."""
    return max(to_cent(full - lost), ZERO)


def total_of(tally: Tally, rules: Rules) -> tuple[Decimal | None, Decimal, Decimal | None]:
    """(normalised, bonus that counts, total); no total where no item applies."""
    normalised = out_of(tally.whole.got, tally.whole.full, rules.full_marks)
    bonus = min(to_cent(tally.bonus), rules.bonus_cap)
    return normalised, bonus, None if normalised is None else normalised + bonus


def tier_of(total: Decimal | None, rules: Rules, *, capped: bool) -> int | None:
    if total is None or not rules.tiers:
        return None
    if capped:
        return rules.tiers[-1].pk
    return next((tier.pk for tier in rules.tiers if total >= tier.floor), rules.tiers[-1].pk)


def place(tallies: Iterable[Tally], rules: Rules) -> list[Placed]:
    """Totals, tiers, and places overall and within the peer group; best first, those without a total last."""
    return in_places([_valued(tally, rules) for tally in tallies], rules)


def in_places(valued: Sequence[Placed], rules: Rules) -> list[Placed]:
    """Rows that have their totals get their places."""
    overall = _ranks(valued, rules)
    within: dict[int, int] = {}
    by_group = attrgetter("tally.group_id")
    for _, peers in groupby(sorted(valued, key=by_group), key=by_group):
        within |= _ranks(list(peers), rules)
    ranked = [
        replace(row, rank=overall.get(row.tally.unit_id), group_rank=within.get(row.tally.unit_id)) for row in valued
    ]
    return sorted(ranked, key=lambda row: (row.rank is None, row.rank or 0, row.tally.unit_id))


def over_months(kind: str, totals: Sequence[Decimal | None], weights: Sequence[Decimal] = ()) -> Decimal | None:
    """One figure out of the months of a quarter, half or year (`Aggregation`), over the months that have one. Fewer weights
    than months: those of a quarter, repeated."""
    shares = list(weights) if kind == "weighted" and weights else [Decimal(1)]
    weighed = [(total, shares[month % len(shares)]) for month, total in enumerate(totals) if total is not None]
    if kind == "min":
        return min((total for total, _ in weighed), default=None)
    whole = sum((share for _, share in weighed), ZERO)
    return to_cent(sum((total * share for total, share in weighed), ZERO) / whole) if whole else None


def _valued(tally: Tally, rules: Rules) -> Placed:
    normalised, bonus, total = total_of(tally, rules)
    return Placed(tally, normalised, bonus, total, tier_of(total, rules, capped=tally.tier_capped))


def _ranks(rows: Sequence[Placed], rules: Rules) -> dict[int, int]:
    """unit → place. Equal in total and in every tie-breaker: the same place, and the next one is skipped (1, 1, 3)."""
    borne = Counter(row.total for row in rows)

    def strength(row: Placed) -> tuple[Decimal | Fraction, ...]:
        if row.total is None or borne[row.total] == 1:  # nothing to break
            return (row.total or ZERO,)
        shares = row.tally.shares or {}
        return (row.total, *(shares.get(code, Share()).ratio for code in rules.tie_breakers))

    keyed = sorted(((strength(row), row) for row in rows if row.total is not None), key=itemgetter(0), reverse=True)
    ranks: dict[int, int] = {}
    for _, equals in groupby(keyed, key=itemgetter(0)):
        first = len(ranks) + 1
        ranks |= {row.tally.unit_id: first for _, row in equals}
    return ranks

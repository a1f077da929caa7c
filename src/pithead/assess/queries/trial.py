"""A draft tried on past months 试算: how places and tiers would have moved. Nothing is written."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pithead.assess.contents import Content, complete
from pithead.assess.models import (
    ClauseKind,
    Cycle,
    CycleState,
    Entry,
    EntryKind,
    Participant,
    Result,
    Source,
    Standard,
)
from pithead.assess.queries.contents import content_of
from pithead.assess.scoring import Placed
from pithead.assess.trying import Contestant, Found, Recount
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import ZERO
from pithead.org.models import Unit
from pithead.org.queries import names_among


@dataclass(frozen=True)
class TrialRow:
    """One unit: as published, and as it would have been. Tiers are names; no total: no item applies."""

    unit_code: str
    unit_name: str
    rank_before: int | None
    rank: int | None
    total_before: Decimal | None
    total: Decimal | None
    tier_before: str
    tier: str

    @property
    def moved(self) -> int:
        """Places gained (+) or lost (−)."""
        return self.rank_before - self.rank if self.rank_before and self.rank else 0

    @property
    def changed(self) -> Decimal:
        return (self.total or ZERO) - (self.total_before or ZERO)

    @property
    def difference(self) -> str:
        return f"{self.changed:+.2f}".replace("-", "−") if self.changed else "—"


@dataclass(frozen=True)
class TierShift:
    name: str
    before: int
    after: int


@dataclass(frozen=True)
class ItemNote:
    """An item without counterpart: the points that fall away with it, or its full marks."""

    code: str
    name: str
    points: Decimal


@dataclass(frozen=True)
class TrialMonth:
    """`rows`: those that move most first. `linked`: items whose new link could not be tried."""

    period: str
    version: int
    rows: tuple[TrialRow, ...]
    tiers: tuple[TierShift, ...]
    dropped: tuple[ItemNote, ...]
    added: tuple[ItemNote, ...]
    linked: tuple[str, ...]

    @property
    def label(self) -> str:
        return Period.parse(self.period).label

    @property
    def moved(self) -> int:
        """How many units stand in another place."""
        return sum(1 for row in self.rows if row.moved)

    @property
    def touched(self) -> tuple[TrialRow, ...]:
        """The units for which anything is otherwise."""
        return tuple(row for row in self.rows if row.moved or row.changed or row.tier != row.tier_before)

    @property
    def other_tier(self) -> int:
        return sum(1 for row in self.rows if row.tier != row.tier_before)


@dataclass(frozen=True)
class Trial:
    """`missing`: months that were asked for but have no settled results."""

    months: tuple[TrialMonth, ...]
    missing: tuple[str, ...]


def months_to_try(mine: Unit, code: str, *, most: int = 12) -> list[str]:
    """Settled months of a code, the latest first."""
    settled = Cycle.objects.filter(mine=mine, code=code, state=CycleState.FINAL)
    return list(settled.order_by("-period").values_list("period", flat=True)[:most])


def try_content(mine: Unit, content: Mapping[str, Any] | Standard, periods: Iterable[str | Period]) -> Trial:
    """The same number of queries for every month, and five for every version that was in force."""
    new = content_of(content) if isinstance(content, Standard) else complete(content)
    asked = list(dict.fromkeys(str(Period.parse(str(period))) for period in periods))
    settled = Cycle.objects.filter(mine=mine, code=new["code"], state=CycleState.FINAL, period__in=asked)
    cycles = {
        cycle.period: cycle for cycle in settled.select_related("mine", "standard__owner", "standard__clause__policy")
    }
    versions: dict[int, Recount] = {}
    for cycle in cycles.values():
        if cycle.standard_id not in versions:
            versions[cycle.standard_id] = _recount(content_of(cycle.standard), new)
    months = tuple(_month(cycles[period], versions[cycles[period].standard_id]) for period in asked if period in cycles)
    return Trial(months, tuple(period for period in asked if period not in cycles))


def _recount(old: Content, new: Content) -> Recount:
    if old["subject"] != new["subject"]:
        raise Refused("这份草案考核的不是同一类单位，没有可以试算的月份")
    return Recount(old, new)


def _month(cycle: Cycle, recount: Recount) -> TrialMonth:
    found = _found(cycle)
    placed = recount.place(_contestants(cycle), found)
    rows = _rows(cycle, placed, [tier["name"] for tier in recount.new["tiers"]])
    return TrialMonth(
        period=cycle.period,
        version=cycle.standard.version,
        rows=tuple(sorted(rows, key=lambda row: (-abs(row.moved), -abs(row.changed), row.rank or 0))),
        tiers=_shifts(rows, recount),
        dropped=tuple(ItemNote(*key, points) for key, points in recount.dropped(found).items()),
        added=tuple(ItemNote(*one) for one in recount.added()),
        linked=tuple(recount.linked_otherwise()),
    )


def _found(cycle: Cycle) -> list[Found]:
    rows = Entry.objects.filter(cycle=cycle).order_by("pk")
    fields = ("unit_id", "kind", "item__code", "clause__code", "points", "source", "clause__kind")
    return [
        Found(
            unit_id=unit,
            kind=kind,
            item=item,
            clause=clause or "",
            points=points,
            declared=source == Source.COMPUTED and kind == EntryKind.NOT_APPLICABLE,
            linked=source == Source.COMPUTED and clause_kind == ClauseKind.LINK,
        )
        for unit, kind, item, clause, points, source, clause_kind in rows.values_list(*fields)
    ]


def _contestants(cycle: Cycle) -> list[Contestant]:
    """A crew without a specialty of its own has its section's."""
    rows = Participant.objects.filter(cycle=cycle).order_by("pk")
    fields = ("unit_id", "group__code", "unit__specialty", "unit__parent__specialty")
    return [Contestant(unit, group, own or above or "") for unit, group, own, above in rows.values_list(*fields)]


def _rows(cycle: Cycle, placed: Iterable[Placed], tiers: Sequence[str]) -> list[TrialRow]:
    after = {row.tally.unit_id: row for row in placed}
    fields = (
        "unit",
        "unit__code",
        "unit__name",
        "unit__path",
        "unit__closed_on",
        "rank",
        "total",
        "proposed_tier__name",
    )
    before = list(Result.objects.filter(cycle=cycle).values_list(*fields))
    names = names_among(cycle.mine, [(name, path, closed) for _, _, name, path, closed, *_ in before])
    rows = []
    for unit, code, _, _, _, rank, total, tier in before:
        now = after[unit]
        named = tiers[now.tier] if now.tier is not None else ""
        rows.append(TrialRow(code, names[unit], rank, now.rank, total, now.total, tier or "", named))
    return rows


def _shifts(rows: Iterable[TrialRow], recount: Recount) -> tuple[TierShift, ...]:
    before, after = Counter(row.tier_before for row in rows), Counter(row.tier for row in rows)
    names = [tier["name"] for content in (recount.new, recount.old) for tier in content["tiers"]]
    return tuple(TierShift(name, before[name], after[name]) for name in dict.fromkeys(names))

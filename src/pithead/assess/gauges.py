"""Which figure a clause counts 取自指标, as data: kept in the standard, written by people as “production.plan_done 低于100 每1” or
“standardisation.score 分档 95:0 90:1 85:2 80:4 其余:6”.

How much a step costs, how remainders count and the cap are the clause's own (`points`, `counting`, `cap`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any

from pithead.assess.contents import figure
from pithead.assess.models.standards import Counting
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.measures.registry import Measure, measures

ABOVE, BELOW, EVERY, BANDS, REST = "高于", "低于", "每", "分档", "其余"
HOW = "请写成“指标代码 高于0 每1”“指标代码 低于100 每1”或“指标代码 分档 95:0 90:1 其余:6”"


@dataclass(frozen=True)
class Gauge:
    """`above`, `below`: where it begins to cost, and in which direction; `per`: how much of the figure is one step. `bands`:
    (floor, points) from the highest floor down, `rest` below the lowest."""

    measure: str
    above: Decimal | None = None
    below: Decimal | None = None
    per: Decimal = Decimal(1)
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    rest: Decimal = ZERO

    @property
    def data(self) -> dict[str, Any]:
        """As packs and rows keep it: only what is said."""
        if self.bands:
            bands = [[figure(floor), figure(points)] for floor, points in self.bands]
            return {"measure": self.measure, "bands": bands, "rest": figure(self.rest)}
        side = {"below": figure(self.below)} if self.below is not None else {"above": figure(self.above or ZERO)}
        return {"measure": self.measure, **side, "per": figure(self.per)}

    @property
    def words(self) -> str:
        """As people write it; `from_words` reads it again."""
        if self.bands:
            steps = " ".join(f"{plain(floor)}:{plain(points)}" for floor, points in self.bands)
            return f"{self.measure} {BANDS} {steps} {REST}:{plain(self.rest)}"
        side = f"{BELOW}{plain(self.below)}" if self.below is not None else f"{ABOVE}{plain(self.above or ZERO)}"
        return f"{self.measure} {side} {EVERY}{plain(self.per)}"

    def steps(self, value: Decimal, counting: str) -> Decimal:
        """How many steps a figure costs; never fewer than none."""
        over = self.below - value if self.below is not None else value - (self.above or ZERO)
        exact = max(over, ZERO) / self.per
        if counting == Counting.PROPORTIONAL:
            return exact
        rounding = ROUND_CEILING if counting == Counting.STARTED else ROUND_FLOOR
        return exact.to_integral_value(rounding=rounding)

    def costs(self, value: Decimal, points: Decimal | None, counting: str, cap: Decimal | None) -> Decimal:
        """The deduction, to the cent and not above the cap."""
        if self.bands:
            lost = next((lost for floor, lost in self.bands if value >= floor), self.rest)
        else:
            lost = self.steps(value, counting) * (points or ZERO)
        return to_cent(lost if cap is None else min(lost, cap))


def gauge_of(said: Mapping[str, Any]) -> Gauge | None:
    """Out of a clause; None: it counts no figure."""
    if not said:
        return None
    bands = tuple((Decimal(str(floor)), Decimal(str(points))) for floor, points in said.get("bands") or ())
    return Gauge(
        measure=str(said["measure"]),
        above=_decimal(said.get("above")),
        below=_decimal(said.get("below")),
        per=Decimal(str(said.get("per") or 1)),
        bands=bands,
        rest=_decimal(said.get("rest")) or ZERO,
    )


def measure_of(gauge: Gauge) -> Measure:
    return measures[gauge.measure]


def faults_of(said: Mapping[str, Any]) -> Iterator[str]:
    """What keeps it from being kept, in sentences."""
    try:
        gauge = gauge_of(said)
    except (InvalidOperation, KeyError, TypeError, ValueError):
        yield HOW
        return
    if gauge is None:
        return
    if gauge.measure not in measures:
        yield f"没有指标“{gauge.measure}”，代码请到“指标”页上查"
    if gauge.per <= 0:
        yield "每多少算一次，要大于 0"
    floors = [floor for floor, _ in gauge.bands]
    if floors != sorted(set(floors), reverse=True):
        yield "分档要从高到低写，不能重复"
    if any(points < 0 for _, points in gauge.bands) or gauge.rest < 0:
        yield "每档扣的分不能小于 0"


def in_words(said: Mapping[str, Any]) -> str:
    gauge = gauge_of(said)
    return gauge.words if gauge else ""


def from_words(text: str) -> dict[str, Any]:
    """The other way round; nothing for nothing."""
    code, *rest = text.replace("：", ":").split() or [""]
    if not code:
        return {}
    said: dict[str, Any] = {"measure": code}
    for word in rest:
        said |= _read(word, said)
    if faults := [*faults_of(said), *([HOW] if not rest else [])]:
        raise Refused([Reason(fault) for fault in faults])
    gauge = gauge_of(said)
    return gauge.data if gauge else {}


def _read(word: str, said: Mapping[str, Any]) -> dict[str, Any]:
    if word == BANDS:
        return {"bands": []}
    if found := re.fullmatch(rf"({ABOVE}|{BELOW}|{EVERY}|{REST}:)(-?[\d.]+)%?", word):
        name = {ABOVE: "above", BELOW: "below", EVERY: "per", f"{REST}:": "rest"}[found[1]]
        return {name: found[2]}
    if (found := re.fullmatch(r"(-?[\d.]+):([\d.]+)", word)) and "bands" in said:
        return {"bands": [*said["bands"], [found[1], found[2]]]}
    raise Refused(f"看不懂“{word}”，{HOW}")


def _decimal(value: object) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))

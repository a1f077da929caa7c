"""A stated process that makes up the months of units, with a planted effect: what `effect` has to see through.

The logarithm of a unit's rate is its own level, a season and shocks common to all, and a state of its own that remembers: x' = memory·x
+ noise, of spread `swing`. Events are Poisson of rate × exposure, so counts are overdispersed and one month resembles the
next. Units adopt for a reason, and from the month of the adoption on their rate is multiplied by `effect`. Shares are the same on
the scale of log odds, out of so many cases.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from pithead.practices.effect import Cell, History, Scale

FIRST, LAST, MONTHS = 9, 20, 27  # adoptions fall between the first two
Adopts = Callable[["Process", Random, int, list[float]], bool]


@dataclass(frozen=True)
class Process:
    """`inclined`: the part of the units that would adopt at all. `adopts`: whether one does, after the months so far."""

    adopts: Adopts
    units: int = 14
    inclined: float = 0.5
    rate: float = 8.0
    effect: float = 1.0
    memory: float = 0.5
    swing: float = 0.25
    sizes: float = 0.4
    groups: int = 1
    scale: Scale = Scale.RATE
    cases: int = 120
    share: float = 0.75

    def draw(self, random: Random) -> list[History]:
        common = [0.15 * math.sin(2 * math.pi * at / 12) + random.gauss(0, 0.08) for at in range(MONTHS)]
        return [self._unit(random, key, common) for key in range(self.units)]

    def _unit(self, random: Random, key: int, common: list[float]) -> History:
        level, exposure = random.gauss(0, self.sizes), math.exp(random.gauss(0, 0.3))
        state, fresh = random.gauss(0, self.swing), self.swing * math.sqrt(1 - self.memory**2)
        months: dict[int, Cell] = {}
        seen: list[float] = []
        adopted: int | None = None
        for at in range(MONTHS):
            may = adopted is None and FIRST <= at < LAST and key < self.units * self.inclined
            if may and self.adopts(self, random, at, seen):
                adopted = at
            cell = self._cell(random, level + common[at] + state, exposure, adopted is not None)
            months[at] = cell
            seen.append(cell.events / cell.exposure)
            state = self.memory * state + random.gauss(0, fresh)
        return History(key, str(key % self.groups), months, adopted)

    def _cell(self, random: Random, tilt: float, exposure: float, adopted: bool) -> Cell:
        planted = self.effect if adopted else 1.0
        if self.scale is Scale.RATE:
            exposure *= math.exp(random.gauss(0, 0.1))
            return Cell(poisson(random, exposure * self.rate * math.exp(tilt) * planted), exposure)
        odds = self.share / (1 - self.share) * math.exp(tilt)
        cases = max(1, round(self.cases * exposure))
        share = min(max(odds / (1 + odds) + (self.effect if adopted else 0.0), 0.0), 1.0)
        return Cell(sum(random.random() < share for _ in range(cases)), cases)


def poisson(random: Random, mean: float) -> int:
    """By inversion; large means as the sum of smaller ones."""
    if mean > 40:
        return poisson(random, mean / 2) + poisson(random, mean / 2)
    chance, count = math.exp(-mean), 0
    below, drawn = chance, random.random()
    while drawn > below and count < 400:
        count += 1
        chance *= mean / count
        below += chance
    return count


# ── why units adopt ──
def by_chance(process: Process, random: Random, at: int, seen: list[float]) -> bool:
    return random.random() < 0.1


def after_a_bad_month(process: Process, random: Random, at: int, seen: list[float]) -> bool:
    """A third above what one is used to, in half of the cases."""
    return seen[-1] > 1.35 * _mean(seen[:-1]) and random.random() < 0.5


def at_once_after_a_bad_month(process: Process, random: Random, at: int, seen: list[float]) -> bool:
    return seen[-1] > 1.35 * _mean(seen[:-1])


def a_month_later(process: Process, random: Random, at: int, seen: list[float]) -> bool:
    return seen[-2] > 1.35 * _mean(seen[:-2]) and random.random() < 0.5


def after_a_bad_quarter(process: Process, random: Random, at: int, seen: list[float]) -> bool:
    return _mean(seen[-3:]) > 1.2 * _mean(seen[:-3])


def after_a_month_bad_by_itself(process: Process, random: Random, at: int, seen: list[float]) -> bool:
    """All look at the same month, and know what the unit's own rate would be."""
    return at == 16 and seen[-1] > 1.3 * process.rate


def after_a_low_share(process: Process, random: Random, at: int, seen: list[float]) -> bool:
    return seen[-1] < _mean(seen[:-1]) - 0.05 and random.random() < 0.5


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)

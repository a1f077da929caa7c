"""One benchmark's answer, and how a duration is taken."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Measurement:
    """`ratio` of ours to the yardstick must not exceed `goal`. `note` says sizes and whatever else was counted."""

    name: str
    ours: float  # seconds
    yardstick: float  # seconds
    goal: float
    note: str = ""
    faults: tuple[str, ...] = ()  # other promises that did not hold: queries, bytes

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick

    @property
    def kept(self) -> bool:
        return self.ratio <= self.goal and not self.faults


def seconds(work: Callable[[], object], runs: int = 3, before: Callable[[], object] | None = None) -> float:
    """The median of `runs`; `before` puts things back and is not counted."""
    taken = []
    for _ in range(runs):
        if before:
            before()
        gc.collect()
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)

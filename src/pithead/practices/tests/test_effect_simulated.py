"""What is said of a work method's effect is right as often as it says, by 500 runs each of a stated process (`effect_world`)."""

from dataclasses import dataclass
from random import Random

import pytest

from pithead.practices import effect
from pithead.practices.effect import Effect, Scale, Terms, Verdict, judge
from pithead.practices.tests import effect_world as world
from pithead.practices.tests.effect_world import Process

RUNS = 500
NIL = {"effect": 1.0}

PROCESSES = {
    "a bad month led to it": Process(world.after_a_bad_month, units=10),
    "so it did, and it works": Process(world.after_a_bad_month, units=14, effect=0.65, rate=12),
    "whoever has a bad month adopts": Process(world.at_once_after_a_bad_month, units=12, inclined=1.0, groups=2),
    "all look at one month": Process(world.after_a_month_bad_by_itself, units=16, inclined=1.0, sizes=0.0),
    "a bad quarter, rare events": Process(world.after_a_bad_quarter, units=9, rate=1.5, effect=0.8),
    "moods that last": Process(world.a_month_later, units=10, memory=0.8, swing=0.4),
    "by chance, in the end all of them": Process(world.by_chance, units=8, inclined=1.0, rate=20, effect=0.8),
    "a low share led to it": Process(world.after_a_low_share, units=10, scale=Scale.SHARE, cases=40, effect=0.06),
    "a low share, and nothing comes of it": Process(
        world.after_a_low_share, units=10, scale=Scale.SHARE, cases=40, effect=0.0
    ),
}


@dataclass(frozen=True)
class Told:
    drawn: int
    covered: float
    works: float


def told(process: Process, runs: int = RUNS) -> Told:
    """Of so many runs that could be judged at all; `drawn`: how many that took."""
    random, terms = Random(26), Terms(process.scale, lower_is_better=process.scale is Scale.RATE)
    judged: list[Effect] = []
    drawn = 0
    while len(judged) < runs:
        found, drawn = judge(process.draw(random), terms), drawn + 1
        judged += [] if found.verdict is Verdict.FEW else [found]
    planted = process.effect - 1 if process.scale is Scale.RATE else process.effect
    covered = sum(covers(one, planted) for one in judged) / runs
    return Told(drawn, covered, sum(one.verdict is Verdict.WORKS for one in judged) / runs)


def covers(found: Effect, planted: float) -> bool:
    return found.low is not None and found.high is not None and found.low <= planted <= found.high


@pytest.mark.parametrize("name", PROCESSES)
def test_the_interval_covers_what_was_planted(name: str) -> None:
    process = PROCESSES[name]
    found = told(process)
    assert found.drawn < RUNS * 1.5
    assert found.covered >= 0.93
    nil = process.effect == (1.0 if process.scale is Scale.RATE else 0.0)
    assert not nil or found.works <= 0.05


def test_a_method_that_works_is_found_to() -> None:
    """Caution is not silence: a third fewer, in twenty units with a dozen events a month."""
    process = Process(world.by_chance, units=20, effect=0.65, rate=12)
    assert told(process, 100).works > 0.8


def test_a_baseline_with_the_bad_month_in_it_would_call_nothing_an_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    """Why it is skipped: without, after every bad month comes an ordinary one."""
    process = Process(world.after_a_month_bad_by_itself, units=24, inclined=1.0, rate=12, sizes=0.0)
    assert told(process, 100).works <= 0.05
    monkeypatch.setattr(effect, "SKIPPED", 0)
    assert told(process, 100).works > 0.1

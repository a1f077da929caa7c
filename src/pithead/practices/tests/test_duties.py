"""What the statement says is what anybody would count by hand, in every world."""

import dataclasses
import random
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pithead.org.testing import Cast
from pithead.practices.queries.counting import owed_once
from pithead.practices.queries.duties import DutyLine, DutyRow, Only, Question, duty_rows, duty_table, missing
from pithead.practices.tests.duty_counting import Counting
from pithead.practices.tests.duty_worlds import Chance, Ground, World, lay_ground

WORLDS = 100 if connection.vendor == "sqlite" else 40


@pytest.fixture
def ground(cast: Cast) -> Ground:
    return lay_ground(cast)


# Worlds are drawn from a seed: a smaller seed is no simpler world.
@settings(
    max_examples=WORLDS, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
@given(seed=st.integers(0, 2**48))
def test_the_statement_equals_counting_by_hand(ground: Ground, seed: int) -> None:
    chance = random.Random(seed)
    with transaction.atomic():
        world = Chance(ground, chance).world()
        equal_as_asked(ground, world, chance)
        transaction.set_rollback(True)


def equal_as_asked(ground: Ground, world: World, chance: random.Random) -> None:
    """The whole mine, and one narrowing: to a person, a practice, or units."""
    asked = {"now": chance.random() < 0.3, "private": chance.random() < 0.3}
    counting = Counting(ground, world, **asked)
    counted = counting.rows()
    assert found(ground, world, **asked) == counted
    assert table(ground, world, **asked) == summed(counting, counted)
    assert lacking(ground, world, **asked) == Counter((*row, *of) for row, of in counting.once(counted) if of[2])
    quotas = {quota.pk: quota for quota in world.quotas}
    assert added(owed_once([DutyRow(*row) for row in counted], quotas)) == summed(counting, counted)
    person, practice = chance.choice(ground.people).pk, chance.choice(ground.practices).pk
    near = chance.sample(ground.units[1:], 2)
    below = {unit.pk for unit in ground.units for top in near if unit.path.startswith(top.path)}
    how, among = chance.choice(
        [
            ({"person_id": person}, {row for row in counted if row[7] == person}),
            ({"practice_id": practice}, {row for row in counted if row[0] == practice}),
            ({"paths": [unit.path for unit in near]}, {row for row in counted if {row[5], row[6]} & below}),
        ]
    )
    assert found(ground, world, **how, **asked) == among


def found(ground: Ground, world: World, **asked: Any) -> set[tuple[Any, ...]]:
    rows = duty_rows(Question(ground.mine, world.start, world.end, world.today, **asked))
    told = [dataclasses.astuple(row) for row in rows]
    assert max(Counter(told).values(), default=1) == 1
    return set(told)


def table(ground: Ground, world: World, **asked: Any) -> set[DutyLine]:
    lines = duty_table(Question(ground.mine, world.start, world.end, world.today, **asked))
    assert len({dataclasses.astuple(line)[:5] for line in lines}) == len(lines)
    return set(lines)


def lacking(ground: Ground, world: World, **asked: Any) -> Counter[tuple[Any, ...]]:
    """Each by itself, however many they are. Two things that happened to one person on one day are two, and look the same."""
    told = missing(Question(ground.mine, world.start, world.end, world.today, **asked), Only(), most=100_000)
    assert (len(told.rows), sum(row.late for row in told.rows)) == (told.lines, told.late)
    return Counter((row.practice_id, *dataclasses.astuple(row)[2:]) for row in told.rows)


def added(rows: list[DutyRow]) -> set[DutyLine]:
    figures: dict[tuple[Any, ...], Counter[str]] = {}
    for row in rows:
        key = row.practice_id, row.role, row.unit_id, row.about_id, row.performer_id
        figures.setdefault(key, Counter()).update(expected=row.expected, done=row.done, late=row.late)
    return {DutyLine(*key, sums["expected"], sums["done"], sums["late"]) for key, sums in figures.items()}


def summed(counting: Counting, counted: set[tuple[Any, ...]]) -> set[DutyLine]:
    figures: dict[tuple[Any, ...], Counter[str]] = {}
    for (practice, role, _, _, *whose, _, _), (expected, done, late) in counting.once(counted):
        figures.setdefault((practice, role, *whose), Counter()).update(expected=expected, done=done, late=late)
    return {DutyLine(*key, sums["expected"], sums["done"], sums["late"]) for key, sums in figures.items()}

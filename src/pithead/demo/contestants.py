"""Who is assessed by which standard, where its findings play, and how strong it is in a month."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pithead.demo.organisation import Organisation, crew_codes
from pithead.demo.story import BRANCH_SWAY, CREW_SPREAD, CREW_SWAY, section_strength
from pithead.org.models import Unit

STANDARDS = ("six-good", "six-type", "five-star")
OFFICE_BRANCH_STRENGTH = 89.0
SURFACE_PLACES = ("办公楼",)


@dataclass(frozen=True)
class Contestant:
    unit: Unit
    places: tuple[str, ...]
    shifts: str
    strength: Callable[[int, random.Random], float]  # (months ago, chance)


def contestants(standard: str, organisation: Organisation, seed: int) -> list[Contestant]:
    make = {"six-good": _sections, "six-type": _crews, "five-star": _branches}[standard]
    return list(make(organisation, seed))


def _sections(organisation: Organisation, _seed: int) -> Iterator[Contestant]:
    for section in organisation.pack["sections"]:
        yield _of(organisation.units[section["code"]], section, _section_strength(section["code"]))


def _section_strength(code: str) -> Callable[[int, random.Random], float]:
    return lambda ago, chance: section_strength(code, ago, chance)


def _crews(organisation: Organisation, seed: int) -> Iterator[Contestant]:
    """A crew is as strong as its section, give or take its own kind."""
    for section in organisation.pack["sections"]:
        for code in crew_codes(section["code"], len(section["crews"])):
            own = random.Random(f"{seed}/{code}").gauss(0, CREW_SPREAD)
            strength = _leaning(section["code"], own, CREW_SWAY)
            yield _of(organisation.units[code], section, strength)


def _branches(organisation: Organisation, seed: int) -> Iterator[Contestant]:
    sections = {section["code"]: section for section in organisation.pack["sections"]}
    for branch in organisation.pack["branches"]:
        unit, led = organisation.units[branch["code"]], branch["serves"][0]
        if led in sections:
            own = random.Random(f"{seed}/{unit.code}").gauss(0, BRANCH_SWAY)
            yield _of(unit, sections[led], _leaning(led, own, BRANCH_SWAY))
        else:
            yield Contestant(unit, SURFACE_PLACES, "three_eight", _steady)


def _leaning(section: str, own: float, sway: float) -> Callable[[int, random.Random], float]:
    return lambda ago, chance: section_strength(section, ago, chance) + own + chance.gauss(0, sway)


def _steady(_ago: int, chance: random.Random) -> float:
    return OFFICE_BRANCH_STRENGTH + chance.gauss(0, BRANCH_SWAY)


def _of(unit: Unit, section: dict[str, Any], strength: Callable[[int, random.Random], float]) -> Contestant:
    return Contestant(unit, tuple(section["places"]), section["shifts"], strength)

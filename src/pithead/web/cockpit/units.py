"""Two figures of every section side by side: plans met, people talked with. Those furthest behind first."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pithead.measures.queries import Series
from pithead.measures.registry import Measure, measures
from pithead.org.models import Unit, UnitKind
from pithead.web.cockpit.asked import Asked

PLAN, COVERAGE = "production.plan_done", "talk.coverage"
TOTALS = ("production.tonnes", "production.metres")
SHOWN = 5


@dataclass(frozen=True)
class UnitLine:
    unit: Unit
    value: Decimal
    words: str
    why: str
    url: str


@dataclass(frozen=True)
class Units:
    """`whole`: label, value, unit and page of the figures of the unit that is looked at."""

    measure: Measure
    lines: tuple[UnitLine, ...]
    more: int
    whole: tuple[tuple[str, str, str, str], ...]


def side_by_side(asked: Asked) -> tuple[Units, Units]:
    """Production, talks. One query where the period is closed."""
    below = [unit for unit in asked.units if unit.path.startswith(asked.unit.path)]
    sections = [unit for unit in below if unit.kind == UnitKind.SECTION] or below
    wanted = {unit.pk for unit in sections} | {asked.unit.pk}
    codes = (PLAN, COVERAGE, *TOTALS)
    found = asked.series(codes, [asked.period], wanted)
    return _units(asked, PLAN, (PLAN, *TOTALS), sections, found), _units(asked, COVERAGE, (COVERAGE,), sections, found)


def _units(asked: Asked, code: str, totals: Iterable[str], sections: list[Unit], found: Series) -> Units:
    measure, of = measures[code], found[code, asked.period]
    lines = [
        UnitLine(
            unit,
            value,
            measure.words(of[unit.pk]),
            _why(measure, of[unit.pk].num, of[unit.pk].den),
            asked.figure(code, unit),
        )
        for unit in sections
        if unit.pk in of and (value := measure.value(of[unit.pk])) is not None
    ]
    lines.sort(key=lambda line: line.value)
    whole = []
    for one in map(measures.__getitem__, totals):
        figure = found[one.code, asked.period].get(asked.unit.pk)
        if one.value(figure) is not None:
            whole.append((one.label, one.words(figure), one.unit, asked.figure(one.code)))
    return Units(measure, tuple(lines[:SHOWN]), max(len(lines) - SHOWN, 0), tuple(whole))


def _why(measure: Measure, num: Decimal, den: Decimal | None) -> str:
    return f"{num:.0f} / {den:.0f} 人" if measure.code == COVERAGE and den else ""

"""How places moved over the months, of what everybody may see; and how many were assessed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from pithead.assess.models import Cycle, Result
from pithead.assess.models.cycles import PUBLIC
from pithead.kernel.periods import Period
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import names_among

DRAWN = 20  # units


@dataclass(frozen=True)
class Course:
    """The places of a unit, one a month; None: it had none."""

    unit_id: int
    name: str
    places: tuple[int | None, ...]


@dataclass(frozen=True)
class Ranks:
    """`cycle`: the latest published one of sections. `assessed`: kind of unit → how many were assessed in its month."""

    cycle: Cycle
    months: tuple[Period, ...]
    courses: tuple[Course, ...]
    assessed: Mapping[str, int]
    before: int | None  # the cycle of the month before


def ranks(mine: Unit, months: list[Period], kind: str = UnitKind.SECTION) -> Ranks | None:
    """The latest of these months with published results, and the places of its first units in those before. Three queries."""
    periods = [str(month) for month in months]
    rows = Cycle.objects.filter(mine=mine, state__in=PUBLIC, period__in=periods).select_related("standard")
    found = list(rows.order_by("-period", "pk"))
    cycle = next((one for one in found if one.standard.subject == kind), None)
    if cycle is None:
        return None
    cycle.mine = mine
    same = {one.period: one.pk for one in found if one.code == cycle.code}
    drawn = [month for month in months if str(month) in same]
    beside = [one for one in found if one.period == cycle.period]
    counts = dict(Result.objects.filter(cycle__in=beside).order_by().values_list("cycle").annotate(Count("pk")))
    assessed = {one.standard.subject: counts.get(one.pk, 0) for one in reversed(beside)}
    courses = _courses(mine, cycle, [same[str(month)] for month in drawn])
    return Ranks(cycle, tuple(drawn), courses, assessed, same.get(str(cycle.period_value.previous())))


def _courses(mine: Unit, cycle: Cycle, cycles: list[int]) -> tuple[Course, ...]:
    rows = Result.objects.filter(cycle__in=cycles, rank__isnull=False)
    places: dict[int, dict[int, int]] = defaultdict(dict)
    named: dict[int, tuple[str, str, dt.date | None]] = {}
    fields = ("cycle", "unit", "rank", "unit__name", "unit__path", "unit__closed_on")
    for of, unit, rank, name, path, closed_on in rows.order_by().values_list(*fields):
        places[unit][of] = rank or 0
        named[unit] = (name, path, closed_on)
    first = sorted((of[cycle.pk], unit) for unit, of in places.items() if cycle.pk in of)[:DRAWN]
    names = names_among(mine, [named[unit] for _, unit in first])
    return tuple(Course(unit, names[unit], tuple(places[unit].get(pk) for pk in cycles)) for _, unit in first)

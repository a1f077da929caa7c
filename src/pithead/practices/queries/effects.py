"""What came of work methods in the units that took them over, against units of the same kind and specialty that had not.

Units are sections; where crews took a method over by themselves also crews of sections that have nothing to do with it. Months
are whole ones that are over. Which figures: `outcomes`; how it is computed: docs/effect.md.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind as PeriodKind
from pithead.kernel.periods import Period
from pithead.measures.queries import Series, series
from pithead.measures.registry import Better, Figure, Measure
from pithead.org.models import Serves, Unit, UnitKind
from pithead.org.queries import calendar_of
from pithead.practices.effect import SKIPPED, Cell, Effect, History, Scale, Terms, judge
from pithead.practices.models import Adoption, WorkMethod
from pithead.practices.outcomes import judging

HORIZON = 48  # months back; what was taken over before is not judged any more
ONE_DAY = dt.timedelta(days=1)
BRANCHES = (UnitKind.BRANCH, UnitKind.GENERAL_BRANCH)


@dataclass(frozen=True)
class Span:
    """Days a method was in use in a unit without a gap; no last day: it still is."""

    since: dt.date
    until: dt.date | None


@dataclass(frozen=True)
class Judged:
    """One outcome of one method. `months`: of which there are figures, in order; `units` by id."""

    method: WorkMethod
    measure: Measure
    effect: Effect
    months: tuple[Period, ...]
    units: Mapping[int, Unit]
    figures: Mapping[tuple[Period, int], Figure]

    @property
    def terms(self) -> Terms:
        return terms_of(self.method, self.measure)


@dataclass(frozen=True)
class MethodEffect:
    """`outcomes`: the first decides; none: the method says nothing it could be judged by."""

    method: WorkMethod
    adopters: int
    outcomes: tuple[Judged, ...]


@dataclass(frozen=True)
class _World:
    """Everything of a mine that the judgement of its methods needs."""

    units: Mapping[int, Unit]
    served: Mapping[int, tuple[str, ...]]  # branch → paths of those it serves
    calendar: Calendar
    last: int  # number of the last month that is over

    def number(self, day: dt.date) -> int:
        return number_of(self.calendar.period_of(day, PeriodKind.MONTH))


def number_of(month: Period) -> int:
    return month.year * 12 + month.number - 1


def month_numbered(number: int) -> Period:
    return Period.month(number // 12, number % 12 + 1)


def method_effects(
    mine: Unit, today: dt.date, methods: Iterable[WorkMethod] | None = None, *, first_only: bool = False
) -> list[MethodEffect]:
    """Of all methods, or of these; by all outcomes, or by the one that decides. Five queries, a few for closed months, and for
    each open one a query a measure."""
    found = list(WorkMethod.objects.filter(mine=mine).order_by("title", "pk") if methods is None else methods)
    adoptions: dict[int, list[Adoption]] = defaultdict(list)
    for adoption in Adoption.objects.filter(mine=mine).select_related("unit").order_by("since", "pk"):
        adoptions[adoption.method_id].append(adoption)
    world, questions = _world(mine, today), []
    for method in found:
        bare = _histories(world, adoptions[method.pk])
        by = judging(method.outcomes)[: 1 if first_only else None]
        questions.append(_Question(method, by, bare, _months(world, method, bare)))
    figures = _figures(mine, today, world, questions)
    return [_answer(world, question, figures) for question in questions]


@dataclass(frozen=True)
class _Question:
    """Of one method: by what, whose (without figures yet), in which months."""

    method: WorkMethod
    by: Sequence[Measure]
    bare: Sequence[History]
    months: Sequence[Period]


def _answer(world: _World, question: _Question, figures: Series) -> MethodEffect:
    adopters = sum(one.left is None and (one.adopted or inf) <= world.last + 1 for one in question.bare)
    outcomes = tuple(_judged(world, question, measure, figures) for measure in question.by)
    return MethodEffect(question.method, adopters, outcomes)


def terms_of(method: WorkMethod, measure: Measure) -> Terms:
    scale = Scale.SHARE if measure.unit == "%" else Scale.RATE
    return Terms(scale, measure.better is Better.LOWER, method.judged_months)


def _world(mine: Unit, today: dt.date) -> _World:
    """Three queries and those of the calendar."""
    units = {unit.pk: unit for unit in Unit.objects.filter(mine=mine).select_related("parent").order_by("path")}
    served: dict[int, tuple[str, ...]] = defaultdict(tuple)
    rows = Serves.objects.on(today).filter(mine=mine, server__kind__in=BRANCHES)
    for server, path in rows.values_list("server", "unit__path"):
        served[server] += (path,)
    calendar = calendar_of(mine)
    month = calendar.period_of(today, PeriodKind.MONTH)
    return _World(units, served, calendar, number_of(month) - 1)


# ── who took it over when ──
def _histories(world: _World, adoptions: Sequence[Adoption]) -> list[History]:
    """Without figures. A section in which only a crew took it over is neither with it nor without."""
    crews = [one.unit.path for one in adoptions if one.unit.kind == UnitKind.CREW]
    sections = [one for one in world.units.values() if one.kind == UnitKind.SECTION]
    whole = [one for one in sections if not any(path.startswith(one.path) for path in crews)]
    taken = [_history(world, one, adoptions) for one in whole]
    own = tuple(world.units[one.key].path for one in taken if one.adopted is not None)
    if not crews:
        return taken
    others = [
        one for one in world.units.values() if one.kind == UnitKind.CREW and not one.path.startswith(own or ("-",))
    ]
    return taken + [_history(world, one, adoptions) for one in others]


def _history(world: _World, unit: Unit, adoptions: Sequence[Adoption]) -> History:
    span = _first_span(one for one in adoptions if _covers(world, one.unit, unit))
    specialty = unit.specialty or (unit.parent.specialty if unit.parent else "")
    group = f"{unit.kind} {specialty}"
    if span is None:
        return History(unit.pk, group, {})
    left = None if span.until is None else world.number(span.until)
    return History(unit.pk, group, {}, world.number(span.since), left)


def _covers(world: _World, adopter: Unit, unit: Unit) -> bool:
    """What a branch takes over it does where it serves."""
    return unit.path.startswith((adopter.path, *world.served.get(adopter.pk, ())))


def _first_span(adoptions: Iterable[Adoption]) -> Span | None:
    """In the order they began. One that follows the day after, or holds at the same time, goes on."""
    span: Span | None = None
    for one in adoptions:
        if span is None:
            span = Span(one.since, one.until)
        elif span.until is not None and one.since <= span.until + ONE_DAY:
            span = Span(span.since, None if one.until is None else max(span.until, one.until))
    return span


# ── which months, which figures ──
def _months(world: _World, method: WorkMethod, histories: Sequence[History]) -> list[Period]:
    """Around every adoption of which somebody was left to compare with."""
    span = method.judged_months
    wanted: set[int] = set()
    for month in {one.adopted for one in histories if one.adopted is not None}:
        groups = {one.group for one in histories if one.adopted == month}
        if any(one.group in groups and (one.adopted is None or one.adopted > month) for one in histories):
            wanted.update(range(month - SKIPPED - span, month + span + 1))
    return [month_numbered(one) for one in sorted(wanted) if world.last - HORIZON < one <= world.last]


def _figures(mine: Unit, today: dt.date, world: _World, questions: Sequence[_Question]) -> Series:
    """Each measure in the months of all methods that are judged by it."""
    months: dict[str, set[Period]] = defaultdict(set)
    for question in questions:
        for measure in question.by:
            months[measure.code].update(question.months)
    found: dict[tuple[str, Period], Mapping[int, Figure]] = {}
    for wanted, codes in _alike(months).items():
        found |= series(mine, codes, wanted, today, units=_ids(world), calendar=world.calendar)
    return found


def _alike(months: Mapping[str, Collection[Period]]) -> Mapping[tuple[Period, ...], list[str]]:
    """Measures that are asked for the same months go together."""
    found: dict[tuple[Period, ...], list[str]] = defaultdict(list)
    for code, wanted in months.items():
        if wanted:
            found[tuple(sorted(wanted))].append(code)
    return found


def _ids(world: _World) -> list[int]:
    return [one.pk for one in world.units.values() if one.kind in (UnitKind.SECTION, UnitKind.CREW)]


def _judged(world: _World, question: _Question, measure: Measure, figures: Series) -> Judged:
    cells: dict[int, dict[int, Cell]] = defaultdict(dict)
    kept: dict[tuple[Period, int], Figure] = {}
    for month in question.months:
        for unit, figure in figures[measure.code, month].items():
            if unit in world.units and figure.den:
                cells[unit][number_of(month)] = Cell(float(figure.num), float(figure.den))
                kept[month, unit] = figure
    whole = [replace(one, months=cells[one.key]) for one in question.bare]
    effect = judge(whole, terms_of(question.method, measure))
    return Judged(question.method, measure, effect, tuple(question.months), world.units, kept)

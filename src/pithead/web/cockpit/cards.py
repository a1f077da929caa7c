"""Headline figures: problems solved, not records made. Each with what it was before, and its year."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from pithead.kernel.periods import Kind, Period
from pithead.kernel.rounding import plain
from pithead.measures.registry import Better, Figure, Measure, Reading, measures
from pithead.measures.registry import Kind as Sort
from pithead.org.models import Unit
from pithead.web.cockpit.asked import Asked

SOLVED = ("request.on_time", "hazard.on_time")  # what was closed, and how much of it in time
ALWAYS = (*SOLVED, "hazard.late_or_back_per_patrol", "production.plan_done")
WHERE_GIVEN = ("matter.solved", "violation.per_thousand_shifts", "quality.first_rate", "standardisation.score")
CODES = (*ALWAYS, *WHERE_GIVEN)
BEFORE = {Kind.MONTH: "上月", Kind.QUARTER: "上季度", Kind.HALF: "上个半年", Kind.YEAR: "上年"}
Found = Mapping[tuple[str, Period], Figure]


def cards_reading(_: Unit) -> dict[str, list[Reading]]:
    """For the list of all measures."""
    return {code: [Reading("总览", reverse("web:cockpit"))] for code in CODES}


@dataclass(frozen=True)
class Change:
    """Against another period. `text` is empty where there is nothing to compare, `words` says so."""

    text: str
    tone: str  # up: better; down: worse
    words: str


@dataclass(frozen=True)
class Card:
    code: str
    label: str
    value: str
    unit: str
    why: str
    changes: tuple[Change, ...]
    course: tuple[Decimal | None, ...]
    words: str  # the course, read out
    url: str


def figures_of(asked: Asked) -> Found:
    """Of the unit, in the period, the months of its year, the one before and the same of last year. Months that were never
    closed are left out, but for the period itself and a month before it; so is what was not kept of closed ones: a practice
    that nobody had. One query where all is closed with the same measures."""
    fresh = {asked.period}
    if asked.period.kind is Kind.MONTH and asked.period.previous() == asked.running.previous():
        fresh.add(asked.period.previous())  # over since a few days
    together: dict[tuple[str, ...], list[Period]] = defaultdict(list)
    for period in dict.fromkeys([*asked.course, asked.period, asked.period.previous(), asked.year_ago]):
        together[_told(asked, period, period in fresh)].append(period)
    found: dict[tuple[str, Period], Figure] = {}
    for codes, periods in together.items():
        for key, of in asked.series(codes, periods, [asked.unit.pk]).items() if codes else ():
            found |= {key: of[asked.unit.pk]} if asked.unit.pk in of else {}
    return found


def _told(asked: Asked, period: Period, fresh: bool) -> tuple[str, ...]:
    if not asked.is_kept(period):
        return CODES if fresh else ()
    return tuple(code for code in CODES if asked.is_kept(period, measures[code].parts or (code,)))


def cards(asked: Asked, found: Found) -> list[Card]:
    given = {code for code, _ in found}
    return [_card(asked, measures[code], found) for code in CODES if code in ALWAYS or code in given]


def solved(asked: Asked, found: Found) -> tuple[Decimal, Decimal]:
    """Solved in time, and solved."""
    both = [found[code, asked.period] for code in SOLVED if (code, asked.period) in found]
    zero = Decimal(0)
    return sum((one.num for one in both), zero), sum((one.den or zero for one in both), zero)


def _card(asked: Asked, measure: Measure, found: Found) -> Card:
    figure = found.get((measure.code, asked.period))
    course = tuple(measure.value(found.get((measure.code, month))) for month in asked.course)
    told = [
        f"{month.number}月 {measure.words(found.get((measure.code, month)))}"
        for month, value in zip(asked.course, course, strict=True)
        if value is not None
    ]
    before = f"较{BEFORE[asked.period.kind]}"
    return Card(
        code=measure.code,
        label=measure.label,
        value=measure.words(figure),
        unit=measure.unit if measure.value(figure) is not None else "",
        why=_halves(measure, figure),
        changes=(
            _change(measure, figure, found.get((measure.code, asked.period.previous())), before),
            _change(measure, figure, found.get((measure.code, asked.year_ago)), "较去年同期"),
        ),
        course=course,
        words=f"{measure.label}（{measure.unit}）：{'，'.join(told)}" if told else "",
        url=asked.figure(measure.code),
    )


def _halves(measure: Measure, figure: Figure | None) -> str:
    """58 / 61, where both are numbers of things."""
    if figure is None or measure.kind is not Sort.RATIO or not figure.den:
        return ""
    if any(half != half.to_integral_value() for half in (figure.num, figure.den)):
        return ""
    return f"{figure.num:.0f} / {figure.den:.0f}"


def _change(measure: Measure, figure: Figure | None, other: Figure | None, words: str) -> Change:
    now, then = measure.value(figure), measure.value(other)
    if then is None:
        return Change("", "", f"{words.removeprefix('较')}没有数据")
    if now is None:
        return Change("", "", f"{words.removeprefix('较')} {measure.words(other)}")
    now, then = round(now, measure.places), round(then, measure.places)
    if now == then:
        return Change("", "", f"和{words.removeprefix('较')}一样")
    better = (now > then) == (measure.better is Better.HIGHER)
    tone = "" if measure.better is Better.NEITHER else "up" if better else "down"
    return Change(f"{'↑' if now > then else '↓'}{_difference(measure, now, then)}", tone, words)


def _difference(measure: Measure, now: Decimal, then: Decimal) -> str:
    if measure.unit == "%":
        return f"{plain(abs(now - then))} 个百分点"
    if then and measure.kind is Sort.RATIO:
        return f"{plain(round(abs(now - then) * 100 / abs(then), 1))}%"
    return plain(abs(now - then))

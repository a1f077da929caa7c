"""Whether a work method works: how the outcome of units changed that took it over, against comparable units that had not, in
the same months. Figures in, a verdict out; no database, no clock. What is computed and why: docs/effect.md.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

SKIPPED = 2  # months before the adoption that are no baseline: often it was a bad month that led to it
LEAST_MONTHS = 3  # with figures, before and after
LEAST_ADOPTERS = 3
LEAST_COMPARABLE = 3
LEAST_EACH = 2  # comparable units of each adopter
LEAST_COUNTED = 20  # events (of shares: cases) before and after together, of adopters as of the others
SURE = 0.975  # either side of the interval


class Scale(StrEnum):
    """A rate is compared by its ratio, a share (part of a whole) by its difference."""

    RATE = "rate"
    SHARE = "share"


class Verdict(StrEnum):
    WORKS = "works"
    UNCLEAR = "unclear"
    WORSE = "worse"
    FEW = "few"


class Lack(StrEnum):
    """Why an adopter cannot be judged, or there are too few figures altogether."""

    BEFORE = "before"
    AFTER = "after"
    ALONE = "alone"
    ADOPTERS = "adopters"
    COMPARABLE = "comparable"
    COUNTED = "counted"
    OTHERS_COUNTED = "others_counted"


@dataclass(frozen=True)
class Cell:
    events: float
    exposure: float


@dataclass(frozen=True)
class History:
    """A unit month by month, months numbered one after the other. `group`: only units of the same are comparable. `adopted`: the
    month in which it took the method over, `left`: in which it gave it up."""

    key: int
    group: str
    months: Mapping[int, Cell]
    adopted: int | None = None
    left: int | None = None


@dataclass(frozen=True)
class Terms:
    """`span`: months that are looked at before, and as many after."""

    scale: Scale = Scale.RATE
    lower_is_better: bool = True
    span: int = 6


@dataclass(frozen=True)
class Sums:
    events: float
    exposure: float
    months: int


@dataclass(frozen=True)
class Change:
    """Of one unit from before to after. `moved`: difference of logarithms, or of shares; `noise`: its variance if events came
    independently of each other."""

    before: Sums
    after: Sums
    moved: float
    noise: float


@dataclass(frozen=True)
class Trial:
    """One adopter with the units it is compared with, in its months."""

    key: int
    month: int
    own: Change
    others: Mapping[int, Change]


@dataclass(frozen=True)
class Short:
    lack: Lack
    have: int
    need: int


@dataclass(frozen=True)
class Effect:
    """`change` with its interval: relative (-0.15: 15 % fewer) of a rate, in hundredths of the whole (0.03) of a share. Of too few
    figures there is none. `left_out`: adopters that cannot be judged."""

    verdict: Verdict
    trials: tuple[Trial, ...]
    left_out: tuple[tuple[int, Lack], ...] = ()
    short: tuple[Short, ...] = ()
    change: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def others(self) -> frozenset[int]:
        return frozenset(key for trial in self.trials for key in trial.others)


def judge(histories: Sequence[History], terms: Terms) -> Effect:
    """Computed twice, with the months before the adoption left out of the baseline and with them: what holds must hold both
    ways."""
    pairs, left_out = _pairs(histories, terms)
    far = tuple(one for one, _ in pairs)
    if short := tuple(_short(far, terms)):
        return Effect(Verdict.FEW, far, left_out, short)
    fits = [_fit(far, terms.span, SKIPPED), _fit([near for _, near in pairs], terms.span, 0)]
    change = sum(one.change for one in fits) / len(fits)
    low, high = min(one.low for one in fits), max(one.high for one in fits)
    verdict = _verdict(low, high, lower_is_better=terms.lower_is_better)
    told = [math.expm1(one) if terms.scale is Scale.RATE else one for one in (change, low, high)]
    return Effect(verdict, far, left_out, (), *told)


def _verdict(low: float, high: float, *, lower_is_better: bool) -> Verdict:
    if low <= 0 <= high:
        return Verdict.UNCLEAR
    return Verdict.WORKS if (high < 0) == lower_is_better else Verdict.WORSE


def _short(trials: Sequence[Trial], terms: Terms) -> Iterator[Short]:
    """What there is too little of."""
    others = {key: change for trial in trials for key, change in trial.others.items()}
    counted, of_others = _counted((one.own for one in trials), terms), _counted(others.values(), terms)
    found = (
        Short(Lack.ADOPTERS, len(trials), LEAST_ADOPTERS),
        Short(Lack.COMPARABLE, len(others), LEAST_COMPARABLE),
        Short(Lack.COUNTED, counted, LEAST_COUNTED),
        Short(Lack.OTHERS_COUNTED, of_others, LEAST_COUNTED),
    )
    return (one for one in found if one.have < one.need)


def _counted(changes: Iterable[Change], terms: Terms) -> int:
    spans = [span for one in changes for span in (one.before, one.after)]
    return int(sum(span.events if terms.scale is Scale.RATE else span.exposure for span in spans))


# ── who is compared with whom, in which months ──
def _pairs(
    histories: Sequence[History], terms: Terms
) -> tuple[list[tuple[Trial, Trial]], tuple[tuple[int, Lack], ...]]:
    """Each adopter with either baseline, and those that have to be left out."""
    pairs: list[tuple[Trial, Trial]] = []
    left_out: list[tuple[int, Lack]] = []
    by_group: dict[str, list[History]] = defaultdict(list)
    for one in histories:
        by_group[one.group].append(one)
    for one in histories:
        if one.adopted is not None:
            far, near = (_trial(one, by_group[one.group], terms, skipped) for skipped in (SKIPPED, 0))
            lacks = [found for found in (far, near) if isinstance(found, Lack)]
            if isinstance(far, Trial) and isinstance(near, Trial):
                pairs.append((far, near))
            else:
                left_out.append((one.key, lacks[0]))
    return pairs, tuple(left_out)


def _trial(one: History, group: Sequence[History], terms: Terms, skipped: int) -> Trial | Lack:
    """The month of the adoption belongs to neither side."""
    month = one.adopted or 0
    free = [other for other in group if other.key != one.key and (other.adopted is None or other.adopted > month)]
    if len(free) < LEAST_EACH:
        return Lack.ALONE
    before = range(month - skipped - terms.span, month - skipped)
    own_before = _sums(one, before, None)
    if own_before.months < LEAST_MONTHS:
        return Lack.BEFORE
    after = [at for at in range(month + 1, month + 1 + terms.span) if one.left is None or at < one.left]
    after = [at for at in after if at in one.months and one.months[at].exposure > 0]
    if len(after) < LEAST_MONTHS:
        return Lack.AFTER
    others = dict(_others(free, before, after, terms, skipped))
    own = _change(own_before, _sums(one, after, None), terms.scale)
    return Trial(one.key, month, own, others) if len(others) >= LEAST_EACH else Lack.ALONE


def _others(
    free: Iterable[History], before: Iterable[int], after: Iterable[int], terms: Terms, skipped: int
) -> Iterator[tuple[int, Change]]:
    """Who is compared with, until it takes the method over itself: of its months the same count for nobody."""
    for other in free:
        until = None if other.adopted is None else other.adopted - skipped
        spans = _sums(other, before, until), _sums(other, after, until)
        if spans[0].months >= LEAST_MONTHS and spans[1].months:
            yield other.key, _change(*spans, terms.scale)


def _sums(history: History, months: Iterable[int], until: int | None) -> Sums:
    events, exposure, count = 0.0, 0.0, 0
    for at in months:
        cell = history.months.get(at)
        if cell is not None and cell.exposure > 0 and (until is None or at < until):
            events, exposure, count = events + cell.events, exposure + cell.exposure, count + 1
    return Sums(events, exposure, count)


def _change(before: Sums, after: Sums, scale: Scale) -> Change:
    """A half more events keeps a logarithm of none finite and nearly without bias. The noise is that of both spans at one common
    rate: taken from each span by itself, a lucky one would weigh more."""
    events, one, other = before.events + after.events, before.exposure, after.exposure
    if scale is Scale.RATE:
        moved = math.log((after.events + 0.5) / other) - math.log((before.events + 0.5) / one)
        return Change(before, after, moved, (one + other) ** 2 / ((events + 1) * one * other))
    share = min(max((events + 1) / (one + other + 2), 0.0), 1.0)
    return Change(
        before, after, after.events / other - before.events / one, share * (1 - share) * (1 / one + 1 / other)
    )


# ── how large, and how sure ──
@dataclass(frozen=True)
class _Fit:
    change: float
    low: float
    high: float


@dataclass
class _Spread:
    """How units differ from the mean of their own kind: squares of adopters, and of others one for each, whichever of the
    trials it is in."""

    squares: list[float] = field(default_factory=list)
    noises: list[float] = field(default_factory=list)
    scaled: list[float] = field(default_factory=list)


def _fit(trials: Sequence[Trial], span: int, skipped: int) -> _Fit:
    """Units vary by noise and by `between`, found by moments; what is left over scales the error (Knapp and Hartung), but never
    below what chance alone makes."""
    even = _spread(trials, *_means(trials, math.inf), math.inf)
    means = 1 + _groups(trials)
    free = len(even.squares) - means
    between = max(0.0, sum(even.squares) / free - sum(even.noises) / len(even.noises))
    mean, lines = _means(trials, between)
    scale = max(1.0, sum(_spread(trials, mean, lines, between).scaled) / free)
    units = {key for trial in trials for key in (trial.key, *trial.others)}
    half = t_bound(len(units) - means) * math.sqrt(scale * _variance(trials, lines, between, span, skipped))
    return _Fit(mean, mean - half, mean + half)


def _groups(trials: Sequence[Trial]) -> int:
    """How many sets of comparable units share none: each has a mean of its own."""
    sets: list[set[int]] = []
    for trial in trials:
        joined = set(trial.others)
        apart = [one for one in sets if not one & joined]
        for one in sets:
            joined |= one if one & joined else set()
        sets = [*apart, joined]
    return len(sets)


def _weight(noise: float, between: float) -> float:
    return 1.0 if math.isinf(between) else 1 / (noise + between)


@dataclass(frozen=True)
class _Line:
    """Of one trial: what the others' change was, what the adopter did beyond it, and the weights of both."""

    usual: float
    beyond: float
    weight: float
    weight_of_others: float


def _means(trials: Sequence[Trial], between: float) -> tuple[float, list[_Line]]:
    lines = []
    for trial in trials:
        weights = [(_weight(one.noise, between), one.moved) for one in trial.others.values()]
        total = sum(weight for weight, _ in weights)
        usual = sum(weight * moved for weight, moved in weights) / total
        lines.append(_Line(usual, trial.own.moved - usual, _weight(trial.own.noise, between), total))
    whole = sum(line.weight for line in lines)
    return sum(line.weight * line.beyond for line in lines) / whole, lines


def _spread(trials: Sequence[Trial], mean: float, lines: Sequence[_Line], between: float) -> _Spread:
    found_of: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    for trial, line in zip(trials, lines, strict=True):
        found_of["adopter", trial.key].append(((line.beyond - mean) ** 2, trial.own.noise))
        for key, one in trial.others.items():
            found_of["other", key].append(((one.moved - line.usual) ** 2, one.noise))
    spread = _Spread()
    for found in found_of.values():
        count = len(found)
        spread.squares.append(sum(square for square, _ in found) / count)
        spread.noises.append(sum(noise for _, noise in found) / count)
        spread.scaled.append(sum(square * _weight(noise, between) for square, noise in found) / count)
    return spread


def _variance(trials: Sequence[Trial], lines: Sequence[_Line], between: float, span: int, skipped: int) -> float:
    """Of the mean. Adopters are independent of each other; a unit compared with several is one unit: its changes in months that
    overlap go together."""
    whole = sum(line.weight for line in lines)
    total = 0.0
    shares: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for trial, line in zip(trials, lines, strict=True):
        part = line.weight / whole
        total += part * part / line.weight
        for key, one in trial.others.items():
            weight = _weight(one.noise, between)
            shares[key][trial.month] += part * weight / line.weight_of_others / math.sqrt(weight)
    for by_month in shares.values():
        months = list(by_month.items())
        for at, (month, share) in enumerate(months):
            total += share * share
            for earlier, other in months[:at]:
                total += 2 * share * other * _overlap(abs(month - earlier), span, skipped)
    return total


@cache
def _overlap(apart: int, span: int, skipped: int) -> float:
    """How far the changes of one unit go together that are taken for two adoptions so many months apart."""
    same = 2 * max(0, span - apart)
    crossed = max(0, min(span, apart - skipped - 1) - max(1, apart - skipped - span) + 1)
    return max(0.0, (same - crossed) / (2 * span))


# ── Student's t ──
@cache
def t_bound(freedom: int) -> float:
    """Beyond which it is with 2.5 % to either side."""
    low, high = 0.0, 16.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if t_below(middle, freedom) < SURE else (low, middle)
    return high


def t_below(value: float, freedom: int) -> float:
    """The chance of less, exact for whole degrees of freedom (the finite series in the angle)."""
    angle = math.atan(value / math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = total = 0.0 if freedom == 1 else (cosine if odd else 1.0)
    for step in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (step - 1) / step
        total += term
    within = 2 / math.pi * (angle + sine * total) if odd else sine * total
    return 0.5 + within / 2

"""One unit's month: what is found until the unit stands where the story wants it, put into sentences with place and date."""

import datetime as dt
import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pithead.demo.corpus import Corpus, Mark, Sentence, Theme

LEAST = Decimal("0.20")  # what is left below the smallest deduction is left
AT_MOST = 3  # findings under one clause in a month
SHIFTS = {"three_eight": ("夜班", "早班", "中班"), "four_six": ("夜班", "检修班", "中班", "晚班")}
BEFORE_NUMBERED_PLACE = re.compile(r"([\u4e00-\u9fff])(\d{4} )")
MEASURED = re.compile(r"\{(\d+(?:\.\d+)?)~(\d+(?:\.\d+)?)\}")


@dataclass(frozen=True)
class Setting:
    """Where and when sentences play."""

    specialty: str
    places: tuple[str, ...]
    shifts: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Finding:
    mark: Mark
    reason: str
    found_on: dt.date


@dataclass(frozen=True)
class Wanted:
    """What one unit's month is to cost; `forced` findings (clause, count) come first and may exceed their item. `counted`: what the
    system takes off itself, by item; it is part of the budget."""

    specialty: str
    budget: Decimal
    forced: Sequence[tuple[str, int]] = ()
    without: frozenset[str] = frozenset()
    monthly: bool = True  # the month is over: plans and rates are known
    counted: Mapping[str, Decimal] = field(default_factory=dict)


# ── how much ──
def draw_marks(corpus: Corpus, chance: random.Random, wanted: Wanted) -> list[Mark]:
    """Marks that cost the budget together, as nearly as they can."""
    room = {item: full for item, full in corpus.applicable(wanted.specialty).items() if item not in wanted.without}
    marks = [_forced(corpus.themes[clause], count) for clause, count in wanted.forced]
    for known in marks:
        room[known.theme.item] -= known.points
    left = wanted.budget - sum((known.points for known in marks), Decimal(0))
    for item, points in wanted.counted.items():
        if item in room:
            left -= min(points, room[item])
            room[item] = max(room[item] - points, Decimal(0))
    taken = Counter(known.theme.clause for known in marks)
    themes = [theme for theme in corpus.themes.values() if theme.item in room and (wanted.monthly or not theme.monthly)]
    while left >= LEAST and (themes := _open(themes, taken, wanted.specialty)):
        theme = chance.choices(themes, [theme.weight for theme in themes])[0]
        mark = theme.draw(chance, min(left, room[theme.item]))
        if mark is None:
            themes = [other for other in themes if other is not theme]
            continue
        marks.append(mark)
        taken[theme.clause] += 1
        room[theme.item] -= mark.points
        left -= mark.points
    return marks


def _forced(theme: Theme, count: int) -> Mark:
    return Mark(theme, theme.rate * count, count=count)


def _open(themes: list[Theme], taken: Counter[str], specialty: str) -> list[Theme]:
    """Those of which something may still be found: never the same sentence twice in one unit's month."""
    return [
        theme
        for theme in themes
        if theme.weight
        and taken[theme.clause] < min(1 if theme.monthly else AT_MOST, len(theme.for_specialty(specialty)))
    ]


# ── in words ──
def in_words(marks: Sequence[Mark], chance: random.Random, setting: Setting) -> list[Finding]:
    used: set[str] = set()
    return [_finding(mark, chance, setting, used) for mark in marks]


def _finding(mark: Mark, chance: random.Random, setting: Setting, used: set[str]) -> Finding:
    sentences = mark.theme.for_specialty(setting.specialty)
    fresh = [sentence for sentence in sentences if sentence.text not in used] or sentences
    sentence = chance.choice(fresh)
    used.add(sentence.text)
    days = _days(chance, setting, max(mark.count, 1))
    if mark.theme.monthly and "{when}" not in sentence.text:
        days[-1] = setting.last
    words = _words(mark, sentence, chance, setting, days)
    reason = MEASURED.sub(lambda found: _measured(found, chance), sentence.text).format_map(words)
    return Finding(mark, BEFORE_NUMBERED_PLACE.sub(r"\1 \2", reason), days[-1])


def _words(
    mark: Mark, sentence: Sentence, chance: random.Random, setting: Setting, days: list[dt.date]
) -> dict[str, str]:
    shifts = SHIFTS[setting.shifts]
    occasions = [f"{_date(day)}{chance.choice(shifts)}" for day in days]
    words = {
        "n": str(mark.count),
        "five": str(5 * mark.count),
        "pct": str(mark.percent),
        "score": str(mark.score),
        "date": _date(days[-1]),
        "when": occasions[-1],
        "whens": "、".join(dict.fromkeys(occasions)),
        "place": chance.choice(setting.places),
    }
    if sentence.plan and mark.percent is not None:
        words["plan"], words["actual"] = _shortfall(sentence.plan, mark.percent, chance)
    return words


def _days(chance: random.Random, setting: Setting, count: int) -> list[dt.date]:
    """Different days as long as the month has enough, in order."""
    span = (setting.last - setting.first).days + 1
    return [setting.first + dt.timedelta(days=day) for day in sorted(chance.sample(range(span), min(count, span)))]


def _date(day: dt.date) -> str:
    return f"{day.month}月{day.day}日"


def _measured(found: re.Match[str], chance: random.Random) -> str:
    low, high = found.groups()
    decimals = len(low.partition(".")[2])
    return f"{chance.uniform(float(low), float(high)):.{decimals}f}"


def _shortfall(limits: tuple[str, str], percent: Decimal, chance: random.Random) -> tuple[str, str]:
    """A plan, and what was reached when it was missed by so much: both with the decimals of the limits."""
    places = int(Decimal(limits[0]).as_tuple().exponent)
    plan = Decimal(str(chance.uniform(float(limits[0]), float(limits[1])))).quantize(Decimal(1).scaleb(places + 1))
    actual = (plan * (100 - percent) / 100).quantize(Decimal(1).scaleb(places))
    return _trim(plan), _trim(actual)


def _trim(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

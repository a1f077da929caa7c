"""What offices write down: themes (one score clause and how much of it is found) and the sentences that say it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from pithead.kernel import packs
from pithead.kernel.rounding import to_cent

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Sentence:
    text: str
    specialties: tuple[str, ...]
    plan: tuple[str, str] | None

    def fits(self, specialty: str) -> bool:
        return not self.specialties or specialty in self.specialties


@dataclass(frozen=True)
class Mark:
    """How much was found: a number of cases, a percentage, or a check's score, and what it costs."""

    theme: "Theme"
    points: Decimal
    count: int = 1
    percent: Decimal | None = None
    score: Decimal | None = None


@dataclass(frozen=True)
class Theme:
    clause: str
    item: str
    office: str
    rate: Decimal
    weight: float
    count: tuple[int, int]
    percent: tuple[Decimal, Decimal] | None
    bands: tuple[tuple[Decimal, Decimal, Decimal], ...]
    amounts: tuple[Decimal, ...]
    once: bool
    evidence: str
    sentences: tuple[Sentence, ...]

    @property
    def monthly(self) -> bool:
        """Known only when the month is over: plans, rates, checks of the whole month."""
        return self.once or self.percent is not None

    def for_specialty(self, specialty: str) -> list[Sentence]:
        return [sentence for sentence in self.sentences if sentence.fits(specialty)]

    def draw(self, chance: random.Random, at_most: Decimal) -> Mark | None:
        """Something that costs no more than `at_most`; None where even the least costs more."""
        if self.percent:
            return self._percentage(chance, at_most)
        if self.bands:
            low, high, points = chance.choice(self.bands)
            score = Decimal(str(round(chance.uniform(float(low), float(high)), 1)))
            return Mark(self, points, score=score) if points <= at_most else None
        if self.amounts:
            points = chance.choice(self.amounts)
            return Mark(self, points) if points <= at_most else None
        low_count, high_count = self.count
        count = min(chance.randint(low_count, high_count), int(at_most / self.rate))
        return Mark(self, self.rate * count, count=count) if count >= low_count else None

    def _percentage(self, chance: random.Random, at_most: Decimal) -> Mark | None:
        assert self.percent is not None
        low, high = self.percent
        drawn = Decimal(str(round(chance.uniform(float(low), float(high)), 1)))
        percent = min(drawn, (at_most / self.rate).quantize(TENTH, rounding=ROUND_DOWN))
        return Mark(self, to_cent(self.rate * percent), percent=percent) if percent >= low else None


@dataclass(frozen=True)
class Corpus:
    """One standard's themes, with the full marks of its items and which specialties they are not for. Items that are taken
    from another standard are not among them, nor clauses that count figures or matters: no office writes anything down there."""

    code: str
    themes: dict[str, Theme]
    full_marks: dict[str, Decimal]
    not_for: dict[str, frozenset[str]]
    bonus_cap: Decimal
    bonuses: dict[str, Theme]

    def applicable(self, specialty: str) -> dict[str, Decimal]:
        return {item: full for item, full in self.full_marks.items() if specialty not in self.not_for[item]}


def load_corpus(code: str) -> Corpus:
    standard, said = packs.load("standards", code), packs.load("demo", code)
    items = [
        item
        for dimension in standard["dimensions"]
        for item in dimension["items"]
        if not any(clause.get("link") for clause in item["clauses"])
    ]
    themes = {
        clause["code"]: _theme(clause["code"], item["code"], clause, said[clause["code"]])
        for item in items
        for clause in item["clauses"]
        if clause["code"] in said and not (clause.get("gauge") or clause.get("feeds"))
    }
    bonuses = {bonus["code"]: _theme("", bonus["code"], bonus, said[bonus["code"]]) for bonus in standard["bonus"]}
    return Corpus(
        code=code,
        themes=themes,
        full_marks={item["code"]: Decimal(item["full"]) for item in items},
        not_for={item["code"]: frozenset(item.get("not_for", ())) for item in items},
        bonus_cap=Decimal(standard["bonus_cap"]),
        bonuses=bonuses,
    )


def _theme(clause: str, item: str, rule: dict[str, Any], said: dict[str, Any]) -> Theme:
    low, high = said.get("count", (1, 1))
    return Theme(
        clause=clause,
        item=item,
        office=rule["office"],
        rate=Decimal(str(rule.get("points") or 1)),
        weight=said.get("weight", 1),
        count=(low, high),
        percent=_pair(said["percent"]) if "percent" in said else None,
        bands=tuple((*_pair(band[:2]), Decimal(str(band[2]))) for band in said.get("bands", ())),
        amounts=tuple(Decimal(amount) for amount in said.get("points", ())),
        once=said.get("once", False),
        evidence=said["evidence"],
        sentences=tuple(
            Sentence(line["text"], tuple(line.get("for", ())), tuple(line["plan"]) if "plan" in line else None)
            for line in said["texts"]
        ),
    )


def _pair(values: Sequence[Any]) -> tuple[Decimal, Decimal]:
    low, high = values
    return Decimal(str(low)), Decimal(str(high))

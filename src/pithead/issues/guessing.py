"""What a line of text is about, guessed from its words (`packs/issues/words.yaml`). A guess is shown and can be put right."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pithead.issues.workflows import WORKFLOWS, Kind
from pithead.kernel import packs
from pithead.org.models import Place

STRONG = 10  # a strong word outweighs five plain ones of two characters
HURT = 3 * STRONG  # what happened to somebody outweighs how it came about
PARTS = re.compile(r"[，。；！？、,;!?\n]")
SHORTEST = 3  # characters of a name or code that means a place


@dataclass(frozen=True)
class Guess:
    """Empty where the words say nothing."""

    kind: str = ""
    category: str = ""
    grade: str = ""

    @property
    def label(self) -> str:
        if not self.kind:
            return ""
        flow = WORKFLOWS[self.kind]
        found = (flow.label, flow.grades.get(self.grade, ""), flow.categories.get(self.category, ""))
        return " · ".join(part for part in found if part)


def guess(text: str, *, kind: str = "", underground: bool = False) -> Guess:
    """`kind`: only the category is open. `underground`: whoever stands at a code on the wall down there and says nothing
    else means a hazard."""
    book = _book()
    if kind:
        return _guess_of(kind, text)
    weights = {code: _weight(words, text) for code, words in book.items()}
    best = max(weights, key=lambda code: weights[code])
    if not weights[best]:
        best = Kind.HAZARD.value if underground and text.strip() else ""
    return _guess_of(best, text)


def _guess_of(kind: str, text: str) -> Guess:
    words = _book().get(kind, {})
    return Guess(kind, _category(words, text), _grade(words, text))


def place_in(text: str, places: Iterable[Place]) -> Place | None:
    """The place a line names: the longest name or code that stands in it, however it is spaced."""
    line = _plain(text)
    named = {name: place for place in places for name in (_plain(place.code), _plain(place.name))}
    found = [name for name in named if len(name) >= SHORTEST and _stands_in(name, line)]
    return named[max(found, key=len)] if found else None


def _plain(text: str) -> str:
    """Full-width figures are figures; spaces are nothing."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _stands_in(name: str, line: str) -> bool:
    """Not within a longer figure or word: place 131 is not meant by 1312."""
    before, after = (r"(?<![0-9a-z])" if _joins(name[0]) else ""), (r"(?![0-9a-z])" if _joins(name[-1]) else "")
    return re.search(before + re.escape(name) + after, line) is not None


def _joins(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()


@lru_cache(maxsize=1)
def _book() -> Mapping[str, Any]:
    return packs.load("issues", "words")


def _weight(words: Mapping[str, Any], text: str) -> int:
    plain = [*words.get("words", ()), *(word for group in words.get("categories", {}).values() for word in group)]
    strong = sum(word in text for word in words.get("strong", ()))
    return HURT * bool(_grade(words, text)) + STRONG * strong + _found(dict.fromkeys(plain), text)


def _grade(words: Mapping[str, Any], text: str) -> str:
    """The gravest that is told as having happened."""
    graver = words.get("grades", {})
    told = [part for part in PARTS.split(text) if not any(word in part for word in words.get("unless", ()))]
    return next((grade for grade, group in graver.items() if any(word in part for word in group for part in told)), "")


def _category(words: Mapping[str, Any], text: str) -> str:
    weights = {code: _found(group, text) for code, group in words.get("categories", {}).items()}
    best = max(weights, key=lambda code: weights[code], default="")
    return best if best and weights[best] else ""


def _found(words: Iterable[str], text: str) -> int:
    return sum(len(word) for word in words if word in text)

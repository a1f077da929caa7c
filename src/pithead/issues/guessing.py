"""What a line of text is about, guessed from its words (`packs/issues/words.yaml`). A guess is shown and can be put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pithead.issues.workflows import WORKFLOWS, Kind
from pithead.kernel import packs

STRONG = 10  # a strong word outweighs five plain ones of two characters


@dataclass(frozen=True)
class Guess:
    """Empty where the words say nothing."""

    kind: str = ""
    category: str = ""

    @property
    def label(self) -> str:
        if not self.kind:
            return ""
        flow = WORKFLOWS[self.kind]
        category = flow.categories.get(self.category, "")
        return f"{flow.label} · {category}" if category else flow.label


def guess(text: str, *, kind: str = "", underground: bool = False) -> Guess:
    """`kind`: only the category is open. `underground`: whoever stands at a code on the wall down there and says nothing
    else means a hazard."""
    book = _book()
    if kind:
        return Guess(kind, _category(book.get(kind, {}), text))
    weights = {code: _weight(words, text) for code, words in book.items()}
    best = max(weights, key=lambda code: weights[code])
    if not weights[best]:
        best = Kind.HAZARD.value if underground and text.strip() else ""
    return Guess(best, _category(book.get(best, {}), text))


@lru_cache(maxsize=1)
def _book() -> Mapping[str, Any]:
    return packs.load("issues", "words")


def _weight(words: Mapping[str, Any], text: str) -> int:
    plain = [*words.get("words", ()), *(word for group in words.get("categories", {}).values() for word in group)]
    strong = sum(word in text for word in words.get("strong", ()))
    return STRONG * strong + _found(dict.fromkeys(plain), text)


def _category(words: Mapping[str, Any], text: str) -> str:
    weights = {code: _found(group, text) for code, group in words.get("categories", {}).items()}
    best = max(weights, key=lambda code: weights[code], default="")
    return best if best and weights[best] else ""


def _found(words: Iterable[str], text: str) -> int:
    return sum(len(word) for word in words if word in text)

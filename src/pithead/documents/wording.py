"""The words of a paper out of its pack, with the figures put in; how numbers and lists are written."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pithead.kernel import packs
from pithead.kernel.rounding import plain

NUMERALS = "零一二三四五六七八九十"


@dataclass(frozen=True)
class Wording:
    """`known` are the values every sentence may use: {mine}, {period}, {unit} …"""

    pack: dict[str, Any]
    words: dict[str, Any]
    known: dict[str, str]

    @classmethod
    def load(cls, name: str, code: str, **known: str) -> "Wording":
        pack = packs.load("documents", name)
        own = pack["standards"].get(code, {})
        return cls(pack, pack["words"] | own, {"unit": own.get("unit", pack["words"]["unit"])} | known)

    def say(self, key: str, **values: object) -> str:
        return self.words[key].format(**self.known | values)

    def list(self, key: str, **values: object) -> tuple[str, ...]:
        return tuple(text.format(**self.known | values) for text in self.words[key])

    def most(self, key: str) -> int:
        return self.pack["most"][key]

    def names(self, units: Collection[str]) -> str:
        """综采一队、煤一队等9个区队."""
        shown = list(units)[: self.most("units")]
        more = f"等{len(units)}个{self.known['unit']}" if len(units) > len(shown) else ""
        return "、".join(shown) + more


def numeral(number: int) -> str:
    """一 … 九十九."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones]
    return (NUMERALS[tens] if tens > 1 else "") + "十" + (NUMERALS[ones] if ones else "")


def score(value: Decimal | None) -> str:
    """A total, always with two places: 92.50; a dash where there is none."""
    return "—" if value is None else f"{value:.2f}"


def points(value: Decimal | None) -> str:
    """What was found or got: 1.5; a dash where the item does not apply."""
    return "—" if value is None else plain(value)


def joined(sentences: Iterable[str]) -> str:
    """Parts of one sentence."""
    return "，".join(sentences)


def numbered(sentences: Sequence[str]) -> list[str]:
    """1. … of the third level."""
    return [f"{number}. {sentence}" for number, sentence in enumerate(sentences, 1)]

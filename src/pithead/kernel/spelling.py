"""How Chinese names are typed in Latin letters: 综采一队 is zcyd or zongcaiyidui. Characters of several readings stand under all."""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, islice, product
from typing import Any

from django.db import models

NUMERALS = "零一二三四五六七八九"
LONGEST = 400
WORTH_TRYING = 400  # a long name has more readings than anybody types


def spelled(name: str) -> str:
    """Initials, then full spellings, of each reading with a blank before each, the likeliest first, as many as there is room
    for: " zcyd zc1d zongcaiyidui …". A word typed from its beginning is found behind a blank."""
    characters = [readings for character in name if (readings := _readings(character))]
    words = list(islice(_likeliest_first(characters), WORTH_TRYING))
    initials = _fitting(("".join(syllable[0] for syllable in word) for word in words), LONGEST // 2)
    return initials + _fitting(map("".join, words), LONGEST - len(initials))


def _fitting(words: Iterable[str], room: int) -> str:
    text = ""
    for word in dict.fromkeys(words):
        if word and len(text) + len(word) < room:
            text += f" {word}"
    return text


def _likeliest_first(characters: list[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """First as each character is mostly read, then with one read otherwise, then with two …"""
    several = [at for at, readings in enumerate(characters) if len(readings) > 1]
    for count in range(len(several) + 1):
        for places in combinations(several, count):
            for others in product(*(characters[at][1:] for at in places)):
                otherwise = dict(zip(places, others, strict=True))
                yield tuple(otherwise.get(at, readings[0]) for at, readings in enumerate(characters))


@cache
def _readings(character: str) -> tuple[str, ...]:
    """Without tones; a numeral also as its digit and the other way round, ü as v and as u. Nothing of what nobody types."""
    if character.isascii():
        digit = _pinyin(NUMERALS[int(character)]) if character.isdigit() else ()
        return (character.lower(), *digit) if character.isalnum() else ()
    digit = (str(NUMERALS.index(character)),) if character in NUMERALS else ()
    return (*_pinyin(character), *digit)


def _pinyin(character: str) -> tuple[str, ...]:
    """The library takes its time and memory when the first name is written, not when the program starts; its dictionary of
    phrases, four fifths of both, says nothing that all readings do not."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    readings = [reading for readings in found for reading in readings]
    return tuple(dict.fromkeys([*readings, *(one.replace("v", "u") for one in readings)]))


class SpelledField(models.CharField):
    """How the row's name is spelled, written together with the row; whoever writes in another way writes `spelled(name)`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "default": "", "blank": True, "editable": False, **options})

    def pre_save(self, row: models.Model, add: bool) -> str:  # noqa: ARG002  asked with it
        text = spelled(row.name)  # type: ignore[attr-defined]
        setattr(row, self.attname, text)
        return text

"""What must not stand where the whole mine reads it, however it is disguised: text as it is read, and numbers of persons."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

IDENTITY = re.compile(r"\d{17}[\dXx]")
SPACED_IDENTITY = re.compile(r"[1-9]\d{5}(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]")
TELEPHONE = re.compile(r"1[3-9]\d{9}")
SHORTEST_GROUP = 3  # digits: 138 0013 8000; 1 3 8 0 0 … is one, too, but no row of figures like 13 14 15
DIGITS = 18  # of an identity number

_HAN = "\u3400-\u9fff\U00020000-\U0003ffff"
_DASHES = "_\\-\u2010-\u2015\u2212\u00b7\u2022\u2027\u2219\u22c5\u30fb"
_JOINTS = re.compile(f"(?<=[{_HAN}])[{_DASHES}]+(?=[{_HAN}])")
_STOPS = re.compile(f"(?<=[{_HAN}])[,、。.;:/|*+~^'\"]+(?=[{_HAN}])")
_RUN = re.compile(f"[0-9](?:[\\s{_DASHES}]*[0-9])*(?:[\\s{_DASHES}]*[Xx])?")
_GAP = re.compile(f"[\\s{_DASHES}]+")
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164")  # letters and signs that show nothing
# Radicals that look like the letters they are part of and are not made one with them by Unicode.
_RADICALS = str.maketrans(
    "⻢⻋⻔⻓⻉⻅⻛⻜⻥⻦⻨⻩⻬⻰⻳⻘⻙⺠⺩⻁⻄⺶⻝", "马车门长贝见风飞鱼鸟麦黄齐龙龟青韦民王虎西羊食"
)


def visible(text: str) -> str:
    """What an eye sees of it: no full-width forms, nothing without a shape of its own."""
    plain = unicodedata.normalize("NFKC", text).translate(_RADICALS)
    if plain.isalpha() and _UNSEEN.isdisjoint(plain):  # as nearly every name is, and there are thousands
        return plain
    return "".join(sign for sign in plain if sign.isspace() or not _is_unseen(sign))


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cf", "Mn", "Me", "Cc") or sign in _UNSEEN


def normal(text: str) -> str:
    """As names are looked for: without the blanks that papers put into names of two characters, 高　强, and without dashes and
    dots between characters."""
    return _JOINTS.sub("", re.sub(r"\s+", "", visible(text)))


def tight(text: str) -> str:
    """Without commas and stops between characters, too. `text` is normal already."""
    return _STOPS.sub("", text)


def has_numbers(text: str) -> bool:
    """Identity or telephone numbers, in one piece or with blanks and dashes."""
    return any(_is_personal(groups) for run in _RUN.findall(visible(text)) for groups in _neighbours(_GAP.split(run)))


def _neighbours(groups: Sequence[str]) -> Iterator[Sequence[str]]:
    """Groups of digits that stand beside each other and are no longer than a number of a person."""
    for first in range(len(groups)):
        for last in range(first + 1, min(first + DIGITS, len(groups)) + 1):
            if len("".join(groups[first:last])) <= DIGITS:
                yield groups[first:last]


def _is_personal(groups: Sequence[str]) -> bool:
    number = "".join(groups)
    if len(groups) == 1:
        return bool(IDENTITY.fullmatch(number) or TELEPHONE.fullmatch(number))
    even = all(len(group) >= SHORTEST_GROUP for group in groups) or len(number) == len(groups)
    return bool(SPACED_IDENTITY.fullmatch(number) or (even and TELEPHONE.fullmatch(number)))

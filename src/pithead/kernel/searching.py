"""What somebody typed into the search box as words, and a word as a condition: the same on every database."""

import re
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q, QuerySet

from pithead.kernel.spelling import NUMERALS

LONGEST = 64  # characters that are read; nobody types more
MOST_WORDS = 6
EVERYTHING = 10**9
SHORTEST_KEY = 8  # so much of a matter's or record's number stands on pages
_BETWEEN = re.compile(r"[\s,，、;；:：。()（）\[\]【】〔〕<>《》“”\"'/·]+")
_TYPED = re.compile(r"[a-z0-9]+")
_KEY = re.compile(rf"[0-9a-f]{{{SHORTEST_KEY},32}}")
_DIGITS = str.maketrans("0123456789", NUMERALS)
_NUMERALS = str.maketrans(NUMERALS, "0123456789")


def words_of(text: str) -> tuple[str, ...]:
    """Each once, in order. Full-width letters and digits are what they look like; control characters are gaps."""
    plain = unicodedata.normalize("NFKC", text[: 4 * LONGEST])
    visible = "".join(" " if unicodedata.category(one).startswith("C") else one for one in plain)
    words = _BETWEEN.split(visible[:LONGEST])
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


# ── conditions ──
Condition = Callable[[str], Q]


def contains(*fields: str) -> Condition:
    """The word stands in one of these columns as it is written; of Latin letters the case does not matter. Signs that mean
    something to LIKE mean nothing here."""

    def holds(word: str) -> Q:
        how = "contains" if word.lower() == word.upper() else "icontains"
        return reduce(or_, (Q(**{f"{field}__{how}": word}) for field in fields))

    return holds


def begins(field: str) -> Condition:
    return lambda word: Q(**{f"{field}__istartswith": word})


def typed(field: str) -> Condition:
    """The name whose spelling (`kernel.spelling`) that column holds is typed so, from its beginning."""

    def holds(word: str) -> Q:
        plain = word.lower()
        return Q(**{f"{field}__contains": f" {plain}"}) if _TYPED.fullmatch(plain) else Q(pk__in=())

    return holds


def numbered(field: str) -> Condition:
    """How a key begins, as pages print it. A span of keys needs no text of them."""

    def holds(word: str) -> Q:
        if not is_key(word):
            return Q(pk__in=())
        plain = _plain_key(word)
        first, last = uuid.UUID(plain.ljust(32, "0")), uuid.UUID(plain.ljust(32, "f"))
        return Q(**{f"{field}__range": (first, last)})

    return holds


def is_key(word: str) -> bool:
    return bool(_KEY.fullmatch(_plain_key(word)))


def _plain_key(word: str) -> str:
    return word.lower().replace("-", "")


def either(*conditions: Condition) -> Condition:
    return lambda word: reduce(or_, (condition(word) for condition in conditions))


def every_word(words: Sequence[str], own: Condition, around: Condition | None = None) -> Q:
    """Each word holds of the row itself or of what is around it, and at least one of the row itself."""
    if around is None or len(words) == 1:
        return reduce(and_, map(own, words))
    return reduce(and_, (own(word) | around(word) for word in words)) & reduce(or_, map(own, words))


def apart(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    """Their keys, as a question answered by itself: asked in one with who may read what, SQLite begins at the readers and
    PostgreSQL looks through all texts again for each of them. A limit beyond all there is keeps the two from being merged."""
    return rows.order_by().values("pk")[:EVERYTHING]


def either_numeral(condition: Condition) -> Condition:
    """综采1队 is 综采一队, and the other way round."""

    def holds(word: str) -> Q:
        forms = dict.fromkeys((word, word.translate(_DIGITS), word.translate(_NUMERALS)))
        return reduce(or_, map(condition, forms))

    return holds


def excerpt(text: str, words: Sequence[str], length: int = 60) -> str:
    """A line of a long text, from shortly before the first of the words that stands in it."""
    line = " ".join(text.split())
    places = [at for word in words if (at := line.lower().find(word.lower())) >= 0]
    start = max(min(places, default=0) - length // 4, 0) if len(line) > length else 0
    return f"{'…' if start else ''}{line[start : start + length]}{'…' if len(line) > start + length else ''}"


def fits(words: Sequence[str], text: str) -> bool:
    """The same for what stands in no column."""
    plain = text.lower()
    return all(word.lower() in plain for word in words)

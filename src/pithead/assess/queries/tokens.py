"""What a page has seen of a cell: a digest of its entries, with their ids, so that later one can tell who changed which."""

import hashlib
from collections.abc import Iterable
from typing import Any

from pithead.kernel.rounding import plain

DIGITS = 16
MOST = 60  # entries of one cell that a token is asked about
NOTHING = "-"


def token_of(entries: Iterable[Any]) -> str:
    """Of entries, or of rows with the same fields; the same for the same content in any order."""
    rows = sorted(entries, key=lambda entry: entry.pk)
    if not rows:
        return NOTHING
    said = "\x1e".join("\x1f".join(_fields(row)) for row in rows)
    return f"{'.'.join(str(row.pk) for row in rows)}-{hashlib.sha256(said.encode()).hexdigest()[:DIGITS]}"


def entries_in(token: str) -> list[int]:
    """The ids a token was made of; whoever made one up gets those that could be."""
    parts = token.rpartition("-")[0].split(".")[:MOST]
    return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < DIGITS]


def _fields(row: Any) -> tuple[str, ...]:
    facts = (row.pk, row.office_id, row.kind, plain(row.points), row.reason, row.evidence, row.found_on or "")
    return tuple(map(str, facts))

"""One text for one content, whatever database it comes from, and the digests over it. Nothing here may ever change."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pithead.kernel.rounding import to_cent

Line = tuple[str, str, str, str, str]  # table, row, label, salt's digest, digest


def _plain(value: Any) -> Any:
    """Figures as text with two places, moments in UTC: SQLite and PostgreSQL give different objects for the same value."""
    match value:
        case Decimal():
            cents = to_cent(value)
            return f"{cents if cents == value else value:f}"
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
        case dt.date():
            return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")


canonical = json.JSONEncoder(default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""JSON with sorted keys and no room for taste."""


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def row_digest(salt: str, facts: Mapping[str, Any]) -> str:
    return sha256(salt + canonical(facts))


def salt_digest(salt: str) -> str:
    """Enough to see that a salt was exchanged; says nothing about it."""
    return sha256(salt)[:16] if salt else ""


def lines_digest(lines: Iterable[Line]) -> str:
    """Over what one link sealed, in an order of its own: no database sorts text like another."""
    return sha256(canonical(sorted(lines)))


def head_of(
    mine: str, seq: int, at: dt.datetime, act: str, subject: tuple[str, str, str], digest: str, previous: str
) -> str:
    return sha256(canonical([mine, seq, at, act, *subject, digest, previous]))

"""Which tables are under seal. An app registers each of its own with what a row says and which rows must be sealed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError


@dataclass(frozen=True)
class Content:
    """What one row says, and how people call it. The label is kept in the clear for ever: no personal text in it."""

    label: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class SealedTable:
    """`contents(mine, pks)` reads rows by their keys, or all of the mine where `pks` is None, in a fixed number of queries;
    `due(mine)` are the keys of the rows that stand and must be under seal. Keys are text, `mine` is the mine's code."""

    name: str  # "assess.entry"
    label: str  # 打分记录
    contents: Callable[[str, Iterable[str] | None], Mapping[str, Content]]
    due: Callable[[str], set[str]]


UNREADABLE = (ArithmeticError, TypeError, ValueError, DatabaseError)  # what reading figures and moments may raise


def read(table: SealedTable, mine: str, keys: Iterable[str]) -> dict[str, Content | None]:
    """What the rows say that stand; None for one that cannot be read because somebody wrote there what no column holds."""
    wanted = sorted(keys)
    try:
        return dict(table.contents(mine, wanted)) if wanted else {}
    except UNREADABLE:
        if len(wanted) == 1:
            return {wanted[0]: None}
        half = len(wanted) // 2
        return read(table, mine, wanted[:half]) | read(table, mine, wanted[half:])


_tables: dict[str, SealedTable] = {}


def register(table: SealedTable) -> None:
    _tables[table.name] = table


def tables() -> list[SealedTable]:
    return list(_tables.values())


def table_named(name: str) -> SealedTable | None:
    return _tables.get(name)

"""Which tables are under seal. An app registers each of its own with what a row says and which rows must be sealed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


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


_tables: dict[str, SealedTable] = {}


def register(table: SealedTable) -> None:
    _tables[table.name] = table


def tables() -> list[SealedTable]:
    return list(_tables.values())


def table_named(name: str) -> SealedTable | None:
    return _tables.get(name)

"""Statements written by hand, where the ORM has no words: in standard SQL, told to each database in its own."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

# SQLite keeps days as text and says MIN and MAX of several values.
_SQLITE = (
    (re.compile(r"\bLEAST\("), "MIN("),
    (re.compile(r"\bGREATEST\("), "MAX("),
    (re.compile(r"\bDATE '"), "'"),
    (re.compile(r"\bDAY_NUMBER\(([^()]+)\)"), r"CAST(julianday(\1) - 1721424.5 AS INTEGER)"),
)
_OTHERS = ((re.compile(r"\bDAY_NUMBER\(([^()]+)\)"), r"(\1 - DATE '0001-01-01' + 1)"),)


def read_by_hand(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one SELECT. Beside standard SQL it may say LEAST, GREATEST, DATE '2026-06-30' and DAY_NUMBER(column): the
    day counted as `date.toordinal` counts. Values come as `%(name)s`; a percent sign is written twice."""
    with connection.cursor() as cursor:
        cursor.execute(_told(sql), params)
        return cursor.fetchall()


def _told(sql: str) -> str:
    for words, instead in _SQLITE if connection.vendor == "sqlite" else _OTHERS:
        sql = words.sub(instead, sql)
    return sql


def listed(rows: Iterable[Iterable[int | str | dt.date]]) -> str:
    """Rows of our own as the body of a VALUES: a list of periods that a statement joins."""
    return ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)


def _literal(value: int | str | dt.date) -> str:
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, dt.date):
        return f"DATE '{value.isoformat()}'"
    return "'{}'".format(value.replace("'", "''").replace("%", "%%"))

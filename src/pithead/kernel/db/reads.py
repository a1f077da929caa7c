"""Statements written by hand, where the ORM has no words: in standard SQL, told to each database in its own."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils.timezone import get_default_timezone_name

_DAY = re.compile(r"\bDAY_NUMBER\(([^()]+)\)")
_DAY_OF_MOMENT = re.compile(r"\bLOCAL_DAY_NUMBER\(([^()]+)\)")
# SQLite keeps days as text and says MIN and MAX of several values; Django has taught it zones.
_SQLITE = (
    (re.compile(r"\bLEAST\("), "MIN("),
    (re.compile(r"\bGREATEST\("), "MAX("),
    (re.compile(r"\bDATE '"), "'"),
    (_DAY, r"CAST(julianday(\1) - 1721424.5 AS INTEGER)"),
    (_DAY_OF_MOMENT, r"CAST(julianday(django_datetime_cast_date(\1, '{zone}', 'UTC')) - 1721424.5 AS INTEGER)"),
)
_OTHERS = (
    (_DAY, r"(\1 - DATE '0001-01-01' + 1)"),
    (_DAY_OF_MOMENT, r"(CAST(\1 AT TIME ZONE '{zone}' AS DATE) - DATE '0001-01-01' + 1)"),
)


def read_by_hand(sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of one SELECT. Beside standard SQL it may say LEAST, GREATEST, DATE '2026-06-30', DAY_NUMBER(column): the
    day counted as `date.toordinal` counts, and LOCAL_DAY_NUMBER(column): that of a moment, where the mine is. Values come as `%(name)s`; a percent sign is written twice."""
    with connection.cursor() as cursor:
        cursor.execute(_told(sql), params)
        return cursor.fetchall()


def _told(sql: str) -> str:
    for words, instead in _SQLITE if connection.vendor == "sqlite" else _OTHERS:
        sql = words.sub(instead.replace("{zone}", get_default_timezone_name()), sql)
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

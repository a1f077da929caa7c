"""INSERT … SELECT: the database copies what it can compute, no row travels through Python. And plain rows by the thousand."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models, router


def insert_select(model: type[models.Model], fields: Sequence[str], rows: "models.QuerySet[Any, Any]") -> int:
    """Insert the tuples of `rows` (a `values_list` in the order of `fields`) into `model`; returns how many.

    Columns that are not named take no Python default: name every column that has no database default.
    """
    using = router.db_for_write(model)
    connection = connections[using]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(model._meta.get_field(name).column)) for name in fields)  # type: ignore[union-attr]
    select, params = rows.query.get_compiler(using).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) {select}", params)
        return cursor.rowcount


def insert_rows(model: type[models.Model], fields: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert plain values (foreign keys as ids), several times faster than objects; returns how many. Like `insert_select`,
    it takes no Python default but that of the primary key's database column."""
    given = list(rows)
    if not given:
        return 0
    connection = connections[router.db_for_write(model)]
    columns: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in fields]  # type: ignore[misc]
    prepared = [
        _prepared(column, values, connection) for column, values in zip(columns, zip(*given, strict=True), strict=True)
    ]
    quote = connection.ops.quote_name
    names, marks = ", ".join(quote(str(column.column)) for column in columns), ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})",  # noqa: S608  names of our own
            list(zip(*prepared, strict=True)),
        )
    return len(given)


_AS_THEY_ARE: dict[type, type] = {models.CharField: str, models.ForeignKey: int}


def _prepared(column: "models.Field[Any, Any]", values: Sequence[Any], connection: Any) -> list[Any]:
    """What the driver takes; text and ids, nearly all there is, need no asking."""
    plain = _AS_THEY_ARE.get(type(column))
    return [
        value if value is None or type(value) is plain else column.get_db_prep_save(value, connection)
        for value in values
    ]

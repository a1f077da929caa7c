"""INSERT … SELECT: the database copies what it can compute, no row travels through Python."""

from collections.abc import Sequence
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

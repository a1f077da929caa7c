"""What lies where, for tests that look for a word that must not be there."""

from pathlib import Path

from django.db import connection


def everything_in_the_database() -> bytes:
    """Every column of every table as text; on SQLite also its pages, those that were freed included."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    pages = connection.connection.serialize() if connection.vendor == "sqlite" else b""
    return "\n".join(found).encode() + pages


def everything_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())

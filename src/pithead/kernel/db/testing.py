"""For tests of what two do at the same moment, and of words that must not lie anywhere."""

import threading
from collections.abc import Callable
from pathlib import Path

from django.db import connection, connections

ONE_WRITER = connection.vendor == "sqlite"


def race(*works: Callable[[], object]) -> list[object]:
    """What came of each, refusals included. SQLite has one writer at a time: there one follows the other."""
    found: list[object] = [None] * len(works)
    start = threading.Barrier(1 if ONE_WRITER else len(works))

    def run(number: int, work: Callable[[], object]) -> None:
        try:
            start.wait(10)
            found[number] = work()
        except Exception as error:
            found[number] = error
        finally:
            if not ONE_WRITER:
                connections.close_all()

    if ONE_WRITER:
        for one in enumerate(works):
            run(*one)
        return found
    threads = [threading.Thread(target=run, args=one, daemon=True) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return found


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

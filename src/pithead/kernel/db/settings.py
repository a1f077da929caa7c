"""`PITHEAD_DATABASE_URL` → one entry of Django's DATABASES."""

from typing import Any

import dj_database_url

# One writer at a time, readers never blocked, a busy database is waited for.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def database_from_url(url: str) -> dict[str, Any]:
    """`sqlite:////path/to.sqlite3` or `postgresql://user:secret@host:port/name`."""
    database: dict[str, Any] = dict(dj_database_url.parse(url))
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"] = SQLITE_OPTIONS
        database["TEST"] = {"NAME": ":memory:"}
    else:
        # pgbouncer in transaction mode cannot keep server-side cursors.
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
        database["OPTIONS"] = {"pool": True}
    return database

"""Everything that differs between SQLite and PostgreSQL, and the set-based reads and writes that Django has no words for."""

from pithead.kernel.db.locks import hold
from pithead.kernel.db.reads import listed, read_by_hand
from pithead.kernel.db.settings import database_from_url
from pithead.kernel.db.writes import insert_rows, insert_select

__all__ = ["database_from_url", "hold", "insert_rows", "insert_select", "listed", "read_by_hand"]

"""The documented table of rights is the one in force."""

from tests.access_table import DOCUMENT, access_table


def test_the_table_in_the_docs_is_current() -> None:
    assert DOCUMENT.read_text() == access_table(), "Run bin/access-table"

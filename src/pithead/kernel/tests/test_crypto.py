"""Columns that are cipher text in the database."""

import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from pithead.kernel.crypto import decrypt, encrypt, secret_from_file

NUMBER = "640121198801010017"
COLUMN = "org.person.id_number"


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable()))
def test_what_was_encrypted_reads_back(text: str) -> None:
    sealed = encrypt(text, column=COLUMN)
    assert decrypt(sealed, column=COLUMN) == text
    assert sealed == encrypt(text, column=COLUMN)


def test_a_value_moved_to_another_column_or_altered_does_not_open() -> None:
    sealed = encrypt(NUMBER, column=COLUMN)
    middle = len(sealed) // 2
    altered = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    assert sealed != encrypt(NUMBER, column="org.person.phone")
    for column, value in (("org.person.phone", sealed), (COLUMN, altered), (COLUMN, NUMBER)):
        with pytest.raises(InvalidTag):
            decrypt(value, column=column)


def test_another_key_opens_nothing(settings: Any, tmp_path: Path) -> None:
    sealed = encrypt(NUMBER, column=COLUMN)
    settings.DATA_DIR = tmp_path
    with pytest.raises(InvalidTag):
        decrypt(sealed, column=COLUMN)


def test_a_secret_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "a.key"
    assert secret_from_file(path, lambda: b"first") == b"first"
    assert secret_from_file(path, lambda: b"second") == b"first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in path.parent.iterdir()] == ["a.key"]

"""One key per matter: kept outside the database, wrapped, changed by command, destroyed for good."""

import stat
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from pithead.kernel import vault

TEXT = "井下情绪不稳，先安排地面"


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


@pytest.fixture
def matter() -> uuid.UUID:
    key = uuid.uuid4()
    vault.new_key(key)
    return key


def test_what_was_sealed_reads_back_and_never_looks_the_same(matter: uuid.UUID) -> None:
    one, other = (vault.seal_text(matter, TEXT, where="text") for _ in range(2))
    assert one != other
    assert vault.open_text(matter, one, where="text") == vault.open_text(matter, other, where="text") == TEXT
    assert vault.open_text(matter, vault.seal_text(matter, "", where="text"), where="text") == ""


def test_a_text_opens_only_in_its_place_and_under_its_matter(matter: uuid.UUID) -> None:
    sealed = vault.seal_text(matter, TEXT, where="text")
    other = uuid.uuid4()
    vault.new_key(other)
    for wrong in ({"matter": matter, "where": "note"}, {"matter": other, "where": "text"}):
        with pytest.raises(InvalidTag):
            vault.open_text(wrong["matter"], sealed, where=wrong["where"])  # type: ignore[arg-type]


def test_a_destroyed_key_opens_nothing_ever_again(matter: uuid.UUID) -> None:
    sealed = vault.seal_text(matter, TEXT, where="text")
    assert vault.destroy(matter)
    assert not vault.destroy(matter)
    with pytest.raises(vault.KeyGone):
        vault.open_text(matter, sealed, where="text")
    vault.new_key(matter)
    with pytest.raises(InvalidTag):
        vault.open_text(matter, sealed, where="text")


def test_asking_for_a_key_twice_keeps_the_first(matter: uuid.UUID) -> None:
    sealed = vault.seal_text(matter, TEXT, where="text")
    vault.new_key(matter)
    assert vault.open_text(matter, sealed, where="text") == TEXT


def test_rotation_wraps_every_key_again_and_drops_the_old_master(matter: uuid.UUID, tmp_path: Path) -> None:
    sealed = vault.seal_text(matter, TEXT, where="text")
    file = tmp_path / "keys" / "matters" / matter.hex[:2] / f"{matter}.key"
    before = file.read_bytes()
    assert vault.rotate() == 1
    assert file.read_bytes() != before
    assert [path.name for path in (tmp_path / "keys").glob("matters-*.key")] == ["matters-0002.key"]
    assert vault.open_text(matter, sealed, where="text") == TEXT


def test_keys_are_for_the_owner_only(matter: uuid.UUID, tmp_path: Path) -> None:
    files = [path for path in (tmp_path / "keys").rglob("*.key") if path.is_file()]
    assert len(files) == 2
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


def test_readers_never_notice_a_rotation(matter: uuid.UUID) -> None:
    sealed, wrong = vault.seal_text(matter, TEXT, where="text"), []
    rotating = threading.Event()
    rotating.set()

    def read() -> None:
        while rotating.is_set():
            try:
                assert vault.open_text(matter, sealed, where="text") == TEXT
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=read, daemon=True) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(100):
            vault.rotate()
    finally:
        rotating.clear()
    for reader in readers:
        reader.join(60)
    assert not wrong


def test_a_key_whose_master_is_lost_is_gone(matter: uuid.UUID, tmp_path: Path) -> None:
    sealed = vault.seal_text(matter, TEXT, where="text")
    (tmp_path / "keys" / "matters-0001.key").unlink()
    with pytest.raises(vault.KeyGone):
        vault.open_text(matter, sealed, where="text")


def test_marks_are_the_same_for_the_same_and_say_nothing(tmp_path: Path) -> None:
    assert vault.mark("17") == vault.mark("17") != vault.mark("18")
    assert "17" not in vault.mark("17")[:2]
    assert len(vault.mark("17")) == 64

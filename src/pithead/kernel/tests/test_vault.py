"""One key per matter: kept outside the database, wrapped, changed by command, destroyed for good."""

import fcntl
import os
import stat
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from pithead.kernel import vault

TEXT = "井下情绪不稳，先安排地面"


@pytest.fixture(autouse=True)
def _own_keys(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(vault, "_marks_in_use", [])


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


def test_a_record_under_the_id_of_a_matter_has_a_key_of_its_own(matter: uuid.UUID) -> None:
    """Ids come from browsers: the end of the one is not the end of the other."""
    sealed = vault.seal_text(matter, TEXT, where="text")
    vault.new_key(matter, of="records")
    with pytest.raises(InvalidTag):
        vault.open_text(matter, sealed, where="text", of="records")
    assert vault.destroy(matter, of="records") == 1
    assert not vault.has_key(matter, of="records")
    assert vault.open_text(matter, sealed, where="text") == TEXT


def test_many_keys_are_made_wrapped_and_destroyed_together(matter: uuid.UUID, tmp_path: Path) -> None:
    many = [uuid.uuid4() for _ in range(20)]
    vault.new_keys(many[:1], of="records")
    first = vault.seal_text(many[0], TEXT, where="text", of="records")
    vault.new_keys(many, of="records")
    sealed = [first, *(vault.seal_text(one, TEXT, where="text", of="records") for one in many[1:])]
    assert vault.rotate() == 21
    assert [path.name for path in (tmp_path / "keys").glob("matters-*.key")] == ["matters-0002.key"]
    opened = {vault.open_text(one, text, where="text", of="records") for one, text in zip(many, sealed, strict=True)}
    assert opened == {TEXT}
    assert vault.destroy(*many[5:], uuid.uuid4(), of="records") == 15
    assert [vault.has_key(one, of="records") for one in many] == [True] * 5 + [False] * 15
    assert vault.has_key(matter)


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


def test_what_a_power_cut_left_of_a_key_goes_with_it(
    matter: uuid.UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrapped by a master that still stands, it would open what was to be gone; so would an old master's other name."""
    other = uuid.uuid4()
    vault.new_key(other)
    folder = tmp_path / "keys"
    left = [folder / "matters" / key.hex[:2] / f"{key}.{uuid.uuid4().hex}" for key in (matter, other)]
    left.append(folder / f"matters-0001.{uuid.uuid4().hex}")
    for path in left:
        path.write_bytes(b"wrapped")
    vault.destroy(matter)
    assert not [path for path in folder.rglob("*") if str(matter) in path.name]
    assert left[1].exists()
    vault.rotate()
    assert not [path for path in left if path.exists()]
    assert vault.open_text(other, vault.seal_text(other, TEXT, where="text"), where="text") == TEXT


def test_old_masters_go_only_when_all_that_is_new_is_on_the_disk(
    matter: uuid.UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `os.fsync` was not called for may be gone after a power cut."""
    done: list[str] = []
    names = {os.stat(path).st_ino: path.name for path in tmp_path.rglob("*")}

    def synced(file: int) -> None:
        done.append(names.get(os.fstat(file).st_ino, "new"))

    def unlinked(path: Path, **_: Any) -> None:
        done.append(path.name)
        os.unlink(path)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "unlink", lambda path, **how: unlinked(path) if path.suffix == ".key" else None)
    vault.rotate()
    gone = done.index("matters-0001.key")
    assert done[:gone] == ["new", "keys", "new", matter.hex[:2]], "the master, where it lies, the key, where it lies"
    assert done[gone + 1 :] == ["keys"]


@pytest.mark.parametrize("verb", [vault.new_key, vault.destroy, lambda _: vault.rotate()])
def test_keys_are_made_changed_and_destroyed_one_after_the_other(
    verb: Callable[[uuid.UUID], object], matter: uuid.UUID, tmp_path: Path
) -> None:
    other = threading.Thread(target=verb, args=(matter,), daemon=True)
    with (tmp_path / "keys" / "matters.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(60)
    assert not other.is_alive()


def test_a_key_of_marks_is_never_made_twice(tmp_path: Path) -> None:
    """Nobody would be found under a new one: whoever must not go underground would seem to be allowed to."""
    in_use = False
    vault.keeps_marks(lambda: in_use)
    mark, path = vault.mark("17"), tmp_path / "keys" / "marks.key"
    key, in_use = path.read_bytes(), True
    path.unlink()
    vault._marks_key.cache_clear()
    with pytest.raises(vault.MarksGone, match="从备份恢复"):
        vault.mark("17")
    assert not path.exists()
    path.write_bytes(key)
    assert vault.mark("17") == mark


def test_marks_are_the_same_for_the_same_and_say_nothing(tmp_path: Path) -> None:
    assert vault.mark("17") == vault.mark("17") != vault.mark("18")
    assert "17" not in vault.mark("17")[:2]
    assert len(vault.mark("17")) == 64

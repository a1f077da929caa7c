"""Files that are whole or not there, whoever writes them at the same time."""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pithead.kernel import disk
from pithead.kernel.crypto import secret_from_file

TURNS, TOGETHER = 60, 4


def at_once(work: Callable[[], None]) -> list[Exception]:
    """By several threads of one process, as the web server has them."""
    gate, wrong = threading.Barrier(TOGETHER), []

    def run() -> None:
        gate.wait(10)
        try:
            work()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def test_threads_that_write_the_same_file_leave_it_whole(tmp_path: Path) -> None:
    for turn in range(TURNS):
        path, content = tmp_path / f"{turn}", os.urandom(300_000)
        assert not at_once(lambda path=path, content=content: disk.put(path, content))
        assert path.read_bytes() == content
    assert len(list(tmp_path.iterdir())) == TURNS


def test_threads_that_need_a_secret_first_have_the_one_that_is_kept(tmp_path: Path) -> None:
    for turn in range(TURNS):
        path, had = tmp_path / f"{turn}.key", []
        assert not at_once(lambda path=path, had=had: had.append(secret_from_file(path, lambda: os.urandom(32))))
        assert had == [path.read_bytes()] * TOGETHER


def test_what_cannot_be_written_leaves_nothing_and_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    disk.put(path, b"old")

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        disk.put(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]

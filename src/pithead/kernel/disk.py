"""Files written in one step: who looks finds all of it or nothing, and what was said to be written outlives a power cut."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

OWNER_ONLY = 0o600
AT_ONCE = 8  # files being brought to the disk


def put(path: Path, content: bytes, *, mode: int = 0o666) -> None:
    """Instead of what was there."""
    put_all({path: content}, mode=mode)


def put_all(contents: Mapping[Path, bytes], *, mode: int = 0o666) -> None:
    """Each in one step. Written first and made sure of together, many cost the disk a fraction of what they cost one by one."""
    with ExitStack() as written:
        partials = {path: written.enter_context(_partial(path, content, mode)) for path, content in contents.items()}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(sync, partials.values()))
        for path, partial in partials.items():
            partial.replace(path)
    for folder in {path.parent for path in contents}:
        sync(folder)


def put_first(path: Path, content: bytes, *, mode: int = 0o666) -> bytes:
    """Only where nothing is yet; what is there afterwards, which is the same for all who were first together."""
    with _partial(path, content, mode) as partial, suppress(FileExistsError):
        sync(partial)
        os.link(partial, path)
    sync(path.parent)
    return path.read_bytes()


def remove(paths: "list[Path]") -> None:
    """And they do not come back when the power goes."""
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in {path.parent for path in paths}:
        sync(folder)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode, exist_ok=True)
        sync(folder.parent)


def sync(path: Path) -> None:
    """What a file says, or a folder lists, is on the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One at a time, of all processes and threads."""
    make_folder(lock.parent)
    with lock.open("w") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


def is_partial(path: Path) -> bool:
    """Left behind by somebody who died while he wrote."""
    return len(path.suffix) == 1 + len(uuid4().hex)


@contextmanager
def _partial(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    """Beside its target and of its name, so that whoever clears the one away finds the other; of no two the same."""
    make_folder(path.parent)
    partial = path.with_suffix(f".{uuid4().hex}")
    try:
        with open(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
            file.write(content)
        yield partial
    finally:
        partial.unlink(missing_ok=True)

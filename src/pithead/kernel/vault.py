"""One data key per confidential matter or record (10.1 P10, P12): what is sealed under it opens as long as its key is there,
and no longer.

Keys are files under `keys/matters/` and `keys/records/` (`of`) of the data directory, each wrapped by the newest master key; no
database and no copy of one ever holds them. The folders are apart because ids come from browsers: whoever gave a record the id of
a matter would otherwise end them together. `rotate` makes a new master and wraps every key again. `destroy` takes keys away, and
with them the texts in every backup of the database that was ever made.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from pithead.kernel import disk
from pithead.kernel.crypto import secret_from_file
from pithead.kernel.refusal import Refused

MATTERS = "matters"
PREFIX = "m1:"
NONCE = 12
MASTER = "matters-{:04d}.key"
MARKS = "marks.key"
LOST = "找不到密钥文件 keys/marks.key，库里的保密事项要用它才查得到是谁。请先停用系统，从备份恢复 keys 文件夹，再重新启动；不要另建新的密钥"


class MarksGone(Refused):
    """People were marked, and the key of marks is not where it was: nobody can be looked up until it is back."""


class KeyGone(Exception):
    """The key was destroyed, or never made: what was sealed under it can no longer be read by anybody."""


def new_key(owner: UUID, *, of: str = MATTERS) -> None:
    """Give a matter its key; one that has one keeps it."""
    new_keys([owner], of=of)


def new_keys(owners: Iterable[UUID], *, of: str = MATTERS) -> None:
    with _locked():
        paths = (_path(one, of) for one in owners)
        _wrap({path: AESGCM.generate_key(256) for path in paths if not path.exists()})


def has_key(owner: UUID, *, of: str = MATTERS) -> bool:
    return _path(owner, of).exists()


def seal_text(owner: UUID, text: str, *, where: str, of: str = MATTERS) -> str:
    """`where` ties the text to its column: moved elsewhere, it no longer opens. Empty stays empty."""
    if not text:
        return text
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_data_key(_path(owner, of))).encrypt(nonce, text.encode(), _bound(owner, where))
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def open_text(owner: UUID, stored: str, *, where: str, of: str = MATTERS) -> str:
    """Raises `KeyGone`, or `InvalidTag` when the text was altered or moved."""
    if not stored:
        return stored
    sealed = base64.urlsafe_b64decode(stored.removeprefix(PREFIX))
    return AESGCM(_data_key(_path(owner, of))).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(owner, where)).decode()


def destroy(*owners: UUID, of: str = MATTERS) -> int:
    """How many keys there were to destroy. What a wrapping that was cut short has left of them goes as well."""
    with _locked():
        paths = [_path(one, of) for one in owners]
        count = sum(path.exists() for path in paths)
        disk.remove(
            [one for path in paths if path.parent.exists() for one in (path, *path.parent.glob(f"{path.stem}.*"))]
        )
    return count


def rotate() -> int:
    """A new master key; every data key is wrapped by it, then the old masters go. Returns how many. Interrupted, it is
    simply run again: a master stays as long as one key needs it. Who makes or destroys a key meanwhile waits for one folder."""
    with _locked():
        old = _masters()
        _make_master(max(old, default=0) + 1)
    count = 0
    for folder in sorted(_keys().glob("*/??")):
        with _locked():
            keys = {path: _data_key(path) for path in sorted(folder.glob("*.key"))}
            _wrap(keys)
        count += len(keys)
    with _locked():
        left = [path for path in (*_keys().glob("matters-*"), *_keys().glob("*/*/*")) if disk.is_partial(path)]
        disk.remove([*map(_master_path, old), *left])
    return count


_marks_in_use: list[Callable[[], bool]] = []


def keeps_marks(in_use: Callable[[], bool]) -> None:
    """An app that keeps marks says whether there are any."""
    _marks_in_use.append(in_use)


def mark(text: str) -> str:
    """The same for the same text, and no way back without the key of marks: for looking up whom a matter is about."""
    return hmac.new(_marks_key(_keys()), text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _marks_key(keys: Path) -> bytes:
    """Never changed, and never made anew while something is looked up by it: under another key nobody would be found,
    and whoever must not go underground would seem to be allowed to."""
    path = keys / MARKS
    if not path.exists() and any(in_use() for in_use in _marks_in_use):
        raise MarksGone(LOST)
    return secret_from_file(path, lambda: os.urandom(32))


# ── files ──
def _keys() -> Path:
    return Path(settings.DATA_DIR) / "keys"


def _path(owner: UUID, of: str) -> Path:
    return _keys() / of / owner.hex[:2] / f"{owner}.key"


def _locked() -> AbstractContextManager[None]:
    """One process at a time makes, wraps again or destroys keys."""
    disk.make_folder(_keys() / MATTERS, 0o700)
    return disk.alone(_keys() / "matters.lock")


def _masters() -> list[int]:
    return sorted(int(path.stem.removeprefix("matters-")) for path in _keys().glob("matters-*.key"))


def _master_path(number: int) -> Path:
    return _keys() / MASTER.format(number)


def _make_master(number: int) -> bytes:
    return secret_from_file(_master_path(number), lambda: AESGCM.generate_key(256))


def _wrap(keys: Mapping[Path, bytes]) -> None:
    """Write each key file in one step: number of the newest master, nonce, wrapped key."""
    number = max(_masters(), default=1)
    master, wrapped = AESGCM(_make_master(number)), {}
    for path, key in keys.items():
        nonce = os.urandom(NONCE)
        wrapped[path] = number.to_bytes(4, "big") + nonce + master.encrypt(nonce, key, UUID(path.stem).bytes)
        disk.make_folder(path.parent, 0o700)
    disk.put_all(wrapped, mode=disk.OWNER_ONLY)


def _data_key(path: Path) -> bytes:
    """Read again as long as rotations take the master away between two steps: the wrapped key has then changed."""
    seen, owner = None, UUID(path.stem)
    try:
        while (blob := path.read_bytes()) != seen:
            with suppress(FileNotFoundError):
                master = _master_path(int.from_bytes(blob[:4], "big")).read_bytes()
                return AESGCM(master).decrypt(blob[4 : 4 + NONCE], blob[4 + NONCE :], owner.bytes)
            seen = blob
    except FileNotFoundError as error:
        raise KeyGone(str(owner)) from error
    raise KeyGone(str(owner))


def _bound(owner: UUID, where: str) -> bytes:
    return f"{owner}/{where}".encode()

"""One data key per matter (10.1 P10, P12): what is sealed under a matter opens as long as its key is there, and no longer.

Keys are files under `keys/matters/` of the data directory, each wrapped by the newest master key; no database and no copy of
one ever holds them. `rotate` makes a new master and wraps every key again. `destroy` takes the key away, and with it the
text in every backup that was ever made.
"""

import base64
import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from pithead.kernel.crypto import secret_from_file

PREFIX = "m1:"
NONCE = 12
MASTER = "matters-{:04d}.key"


class KeyGone(Exception):
    """The matter's key was destroyed, or never made: what was sealed under it can no longer be read by anybody."""


def new_key(matter: UUID) -> None:
    """Give a matter its key; one that has one keeps it."""
    with _locked():
        if not _path(matter).exists():
            _wrap(matter, AESGCM.generate_key(256))


def seal_text(matter: UUID, text: str, *, where: str) -> str:
    """`where` ties the text to its column: moved elsewhere, it no longer opens. Empty stays empty."""
    if not text:
        return text
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_data_key(matter)).encrypt(nonce, text.encode(), _bound(matter, where))
    return PREFIX + base64.urlsafe_b64encode(nonce + sealed).decode()


def open_text(matter: UUID, stored: str, *, where: str) -> str:
    """Raises `KeyGone`, or `InvalidTag` when the text was altered or moved."""
    if not stored:
        return stored
    sealed = base64.urlsafe_b64decode(stored.removeprefix(PREFIX))
    return AESGCM(_data_key(matter)).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(matter, where)).decode()


def destroy(matter: UUID) -> bool:
    """Whether there was a key to destroy."""
    with _locked():
        stands = _path(matter).exists()
        _path(matter).unlink(missing_ok=True)
    return stands


def rotate() -> int:
    """A new master key; every data key is wrapped by it, then the old masters go. Returns how many. Interrupted, it is
    simply run again: a master stays as long as one key needs it."""
    with _locked():
        old = _masters()
        _make_master(max(old, default=0) + 1)
        count = 0
        for path in sorted(_folder().glob("*/*.key")):
            _wrap(UUID(path.stem), _data_key(UUID(path.stem)))
            count += 1
        for number in old:
            _master_path(number).unlink()
    return count


def mark(text: str) -> str:
    """The same for the same text, and no way back without the key of marks: for looking up whom a matter is about."""
    return hmac.new(_marks_key(_keys()), text.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _marks_key(keys: Path) -> bytes:
    """Never changed: what was marked is looked up as long as it is kept."""
    return secret_from_file(keys / "marks.key", lambda: os.urandom(32))


# ── files ──
def _keys() -> Path:
    return Path(settings.DATA_DIR) / "keys"


def _folder() -> Path:
    return _keys() / "matters"


def _path(matter: UUID) -> Path:
    return _folder() / matter.hex[:2] / f"{matter}.key"


@contextmanager
def _locked() -> Iterator[None]:
    """One process at a time makes, wraps again or destroys keys."""
    _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (_keys() / "matters.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _masters() -> list[int]:
    return sorted(int(path.stem.removeprefix("matters-")) for path in _keys().glob("matters-*.key"))


def _master_path(number: int) -> Path:
    return _keys() / MASTER.format(number)


def _make_master(number: int) -> bytes:
    return secret_from_file(_master_path(number), lambda: AESGCM.generate_key(256))


def _wrap(matter: UUID, key: bytes) -> None:
    """Write the key file in one step: number of the master, nonce, wrapped key."""
    number = max(_masters(), default=1)
    nonce = os.urandom(NONCE)
    wrapped = AESGCM(_make_master(number)).encrypt(nonce, key, matter.bytes)
    path = _path(matter)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(f".{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_bytes(number.to_bytes(4, "big") + nonce + wrapped)
    partial.replace(path)


def _data_key(matter: UUID) -> bytes:
    """Read again as long as rotations take the master away between two steps: the wrapped key has then changed."""
    seen = None
    try:
        while (blob := _path(matter).read_bytes()) != seen:
            with suppress(FileNotFoundError):
                master = _master_path(int.from_bytes(blob[:4], "big")).read_bytes()
                return AESGCM(master).decrypt(blob[4 : 4 + NONCE], blob[4 + NONCE :], matter.bytes)
            seen = blob
    except FileNotFoundError as error:
        raise KeyGone(str(matter)) from error
    raise KeyGone(str(matter))


def _bound(matter: UUID, where: str) -> bytes:
    return f"{matter}/{where}".encode()

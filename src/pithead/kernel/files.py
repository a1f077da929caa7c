"""Keeping uploaded and produced files: the bytes under the data directory by their digest, one row per use."""

import datetime as dt
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from pithead.kernel import disk
from pithead.kernel.audit import ActorLike
from pithead.kernel.models import StoredFile

ON_ITS_WAY = dt.timedelta(days=1)  # no transaction takes longer


def path_of(stored: StoredFile) -> Path:
    return _path(stored.sha256)


def _path(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256


def store(content: bytes, *, mine: str, name: str, content_type: str, by: ActorLike, at: dt.datetime) -> StoredFile:
    """Write the bytes (once per content) and the row. A crash between the two leaves bytes without a row, never the reverse."""
    digest = hashlib.sha256(content).hexdigest()
    target = _path(digest)
    with disk.alone(_lock()):
        if not target.exists():
            disk.put(target, content)
        os.utime(target, (at.timestamp(), at.timestamp()))
    return StoredFile.objects.create(
        mine=mine,
        name=Path(name).name[:200],
        content_type=content_type,
        size=len(content),
        sha256=digest,
        stored_at=at,
        stored_by=by.staff_no,
    )


def discard(stored: StoredFile, *, at: dt.datetime) -> None:
    """Take a file away for good: its row, and once that is settled the bytes, where nobody else has the same."""
    stored.delete()
    transaction.on_commit(lambda: _clear([path_of(stored)], StoredFile.objects.filter(sha256=stored.sha256), at))


# ── what nobody asks for any more ──
def passes(content_type: str, after: dt.timedelta) -> None:
    """Files of this type are kept for a while and then discarded by `sweep`; nothing may refer to them."""
    _passing[content_type] = after


def sweep(at: dt.datetime) -> int:
    """How many went: files whose time is over, and bytes that no row names, of uploads that were taken back."""
    for content_type, after in _passing.items():
        StoredFile.objects.filter(content_type=content_type, stored_at__lte=at - after).delete()
    return _clear(_folder().glob("??/*"), StoredFile.objects.all(), at)


def _clear(paths: Iterable[Path], rows: "QuerySet[StoredFile]", at: dt.datetime) -> int:
    """Those that none of the rows names and nobody has stored again within a day: his row may be on the way."""
    named = set(rows.values_list("sha256", flat=True).iterator())
    found = [path for path in paths if path.name not in named]
    with disk.alone(_lock()):
        gone = [path for path in found if _is_old(path, at)]
        disk.remove(gone)
    return len(gone)


def _is_old(path: Path, at: dt.datetime) -> bool:
    return path.exists() and path.stat().st_mtime < (at - ON_ITS_WAY).timestamp()


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "files"


def _lock() -> Path:
    return Path(settings.DATA_DIR) / "files.lock"


_passing: dict[str, dt.timedelta] = {}

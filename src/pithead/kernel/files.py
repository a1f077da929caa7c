"""Keeping uploaded and produced files: the bytes under the data directory by their digest, one row per use."""

import datetime as dt
import hashlib
import os
from pathlib import Path

from django.conf import settings

from pithead.kernel.audit import ActorLike
from pithead.kernel.models import StoredFile


def path_of(stored: StoredFile) -> Path:
    return _path(stored.sha256)


def _path(sha256: str) -> Path:
    return Path(settings.DATA_DIR) / "files" / sha256[:2] / sha256


def store(content: bytes, *, mine: str, name: str, content_type: str, by: ActorLike, at: dt.datetime) -> StoredFile:
    """Write the bytes (once per content) and the row. A crash between the two leaves bytes without a row, never the reverse."""
    digest = hashlib.sha256(content).hexdigest()
    target = _path(digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        partial.write_bytes(content)
        partial.replace(target)
    return StoredFile.objects.create(
        mine=mine,
        name=Path(name).name[:200],
        content_type=content_type,
        size=len(content),
        sha256=digest,
        stored_at=at,
        stored_by=by.staff_no,
    )


def discard(stored: StoredFile) -> None:
    """Take a file away for good: its row, and the bytes where nobody else has the same."""
    stored.delete()
    if not StoredFile.objects.filter(sha256=stored.sha256).exists():
        path_of(stored).unlink(missing_ok=True)

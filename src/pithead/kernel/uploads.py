"""Workbooks that were uploaded and wait until their importer has seen what they would do, and what became of them.

An app names its kind once, `ROSTERS = Uploads("org", "roster")`, says `ROSTERS.register()` in `ready()`, and needs words for the
actions `org.roster.uploaded` and `org.roster.imported` of the log.
"""

import base64
import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from pithead.kernel import audit, crypto, files
from pithead.kernel.audit import ActorLike, Facts
from pithead.kernel.models import AuditEvent, StoredFile

A_MONTH = dt.timedelta(days=30)  # long after its importer has looked at what became of it


@dataclass(frozen=True)
class KeptUpload:
    """`result` holds the counts of the import, once there was one."""

    stored: StoredFile
    file: bytes
    result: dict[str, Any] | None

    @property
    def name(self) -> str:
        return self.stored.name


@dataclass(frozen=True)
class Uploads:
    """One kind of them. Who may keep, see and import one, the app asks."""

    app: str
    subject: str

    @property
    def content_type(self) -> str:
        return f"application/x-pithead-{self.subject}"

    def register(self) -> None:
        files.passes(self.content_type, A_MONTH)

    @transaction.atomic
    def keep(self, *, by: ActorLike, at: dt.datetime, mine: str, file: bytes, name: str) -> StoredFile:
        """Encrypted: such a sheet is full of names, and may say anything."""
        sealed = crypto.encrypt(base64.b64encode(file).decode(), column=self.content_type).encode()
        stored = files.store(sealed, mine=mine, name=name, content_type=self.content_type, by=by, at=at)
        subject = (self.subject, stored.pk, name)
        audit.write(by=by, at=at, mine=mine, action=f"{self.app}.{self.subject}.uploaded", subject=subject)
        return stored

    def kept(self, pk: uuid.UUID, *, mine: str, stored_by: str | None = None) -> KeptUpload | None:
        """One of this mine and, if asked, only what this person uploaded."""
        rows = StoredFile.objects.filter(mine=mine, content_type=self.content_type, pk=pk)
        stored = (rows if stored_by is None else rows.filter(stored_by=stored_by)).first()
        if stored is None:
            return None
        events = AuditEvent.objects.filter(mine=mine, subject_type=self.subject, subject_id=str(pk))
        event = events.filter(action=self._action).order_by("pk").first()
        sealed = files.path_of(stored).read_text()
        file = base64.b64decode(crypto.decrypt(sealed, column=self.content_type))
        return KeptUpload(stored, file, event.after if event else None)

    def imported(
        self, *, by: ActorLike, at: dt.datetime, mine: str, file: bytes, name: str, reference: str, counts: Facts
    ) -> None:
        """In the transaction of the import. `reference` is the id of what was kept; without one the digest names the file."""
        subject = (self.subject, reference or hashlib.sha256(file).hexdigest()[:16], name)
        audit.write(by=by, at=at, mine=mine, action=self._action, subject=subject, after=counts)

    @property
    def _action(self) -> str:
        return f"{self.app}.{self.subject}.imported"

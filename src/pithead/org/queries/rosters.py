"""Rosters that were uploaded and wait for their importer, and what became of them."""

import base64
import uuid
from dataclasses import dataclass
from typing import Any

from pithead.kernel import crypto, files
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.org.access import Actor

KEPT = "application/x-pithead-roster"  # encrypted: it holds identity numbers


@dataclass(frozen=True)
class KeptRoster:
    """`result` holds the counts of the import, once there was one."""

    stored: StoredFile
    file: bytes
    result: dict[str, Any] | None

    @property
    def name(self) -> str:
        return self.stored.name


def kept_roster(actor: Actor, pk: uuid.UUID) -> KeptRoster | None:
    """Only to the one who uploaded it, and in the same mine."""
    own = StoredFile.objects.filter(mine=actor.mine.code, stored_by=actor.staff_no, content_type=KEPT)
    stored = own.filter(pk=pk).first()
    if stored is None:
        return None
    sealed = files.path_of(stored).read_text()
    imported = AuditEvent.objects.filter(
        mine=stored.mine, subject_type="roster", subject_id=str(pk), action="org.roster.imported"
    )
    event = imported.order_by("pk").first()
    return KeptRoster(stored, base64.b64decode(crypto.decrypt(sealed, column=KEPT)), event.after if event else None)

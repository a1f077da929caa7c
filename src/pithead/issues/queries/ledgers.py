"""Ledgers that were uploaded and wait for their importer, and what became of them."""

import base64
import uuid
from dataclasses import dataclass
from typing import Any

from pithead.kernel import crypto, files
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.org.access import Actor

KEPT_LEDGER = "application/x-pithead-ledger"  # encrypted: it is full of names


@dataclass(frozen=True)
class KeptLedger:
    """`result` holds the counts of the import, once there was one."""

    stored: StoredFile
    file: bytes
    result: dict[str, Any] | None

    @property
    def name(self) -> str:
        return self.stored.name


def kept_ledger(actor: Actor, pk: uuid.UUID) -> KeptLedger | None:
    """One of the own mine; the page asks who may import."""
    stored = StoredFile.objects.filter(mine=actor.mine.code, content_type=KEPT_LEDGER, pk=pk).first()
    if stored is None:
        return None
    imported = AuditEvent.objects.filter(
        mine=stored.mine, subject_type="ledger", subject_id=str(pk), action="issues.ledger.imported"
    )
    event = imported.order_by("pk").first()
    sealed = files.path_of(stored).read_text()
    return KeptLedger(
        stored, base64.b64decode(crypto.decrypt(sealed, column=KEPT_LEDGER)), event.after if event else None
    )

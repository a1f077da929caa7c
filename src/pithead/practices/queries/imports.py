"""Sheets of records that were uploaded and wait for their importer, and what became of them."""

import base64
import uuid
from dataclasses import dataclass
from typing import Any

from pithead.kernel import crypto, files
from pithead.kernel.models import AuditEvent, StoredFile
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

KEPT_SHEET = "application/x-pithead-records"  # encrypted: its remarks may say anything


@dataclass(frozen=True)
class KeptSheet:
    """`result` holds the counts of the import, once there was one."""

    stored: StoredFile
    file: bytes
    result: dict[str, Any] | None


def kept_sheet(actor: Actor, mine: Unit, pk: uuid.UUID) -> KeptSheet | None:
    """One's own; for those who import for the mine those of all."""
    rows = StoredFile.objects.filter(mine=mine.code, content_type=KEPT_SHEET, pk=pk)
    if not actor.can(Capability.RECORD_IMPORT, mine):
        rows = rows.filter(stored_by=actor.staff_no)
    if (stored := rows.first()) is None:
        return None
    imported = AuditEvent.objects.filter(
        mine=stored.mine, subject_type="records", subject_id=str(pk), action="practices.records.imported"
    )
    event = imported.order_by("pk").first()
    sealed = files.path_of(stored).read_text()
    return KeptSheet(
        stored, base64.b64decode(crypto.decrypt(sealed, column=KEPT_SHEET)), event.after if event else None
    )

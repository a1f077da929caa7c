"""Sheets of records that were uploaded and wait for their importer."""

import uuid

from pithead.kernel.uploads import KeptUpload, Uploads
from pithead.org.access import Actor, Capability

SHEETS = Uploads("practices", "records")


def kept_sheet(actor: Actor, pk: uuid.UUID) -> KeptUpload | None:
    """One's own; for those who import for the mine those of all."""
    everybodys = actor.can(Capability.RECORD_IMPORT, actor.mine)
    return SHEETS.kept(pk, mine=actor.mine.code, stored_by=None if everybodys else actor.staff_no)

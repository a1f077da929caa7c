"""Sheets of records that were uploaded and wait for their importer."""

import uuid

from pithead.kernel.uploads import KeptUpload, Uploads
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

SHEETS = Uploads("practices", "records")


def kept_sheet(actor: Actor, mine: Unit, pk: uuid.UUID) -> KeptUpload | None:
    """One's own; for those who import for the mine those of all."""
    everybodys = actor.can(Capability.RECORD_IMPORT, mine)
    return SHEETS.kept(pk, mine=mine.code, stored_by=None if everybodys else actor.staff_no)

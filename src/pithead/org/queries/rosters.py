"""Rosters that were uploaded and wait for their importer."""

import uuid

from pithead.kernel.uploads import KeptUpload, Uploads
from pithead.org.access import Actor

ROSTERS = Uploads("org", "roster")


def kept_roster(actor: Actor, pk: uuid.UUID) -> KeptUpload | None:
    """Only to the one who uploaded it, and in the same mine."""
    return ROSTERS.kept(pk, mine=actor.mine.code, stored_by=actor.staff_no)

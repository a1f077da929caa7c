"""Tables of figures that were uploaded and wait for their importer."""

import uuid

from pithead.kernel.uploads import KeptUpload, Uploads
from pithead.org.access import Actor, Capability

TABLES = Uploads("measures", "figures")


def kept_table(actor: Actor, pk: uuid.UUID) -> KeptUpload | None:
    """One's own; for those who enter for the whole mine those of all."""
    everybodys = actor.can(Capability.FIGURE_ENTER, actor.mine)
    return TABLES.kept(pk, mine=actor.mine.code, stored_by=None if everybodys else actor.staff_no)

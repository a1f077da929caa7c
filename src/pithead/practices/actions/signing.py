"""Whoever answers for a step, checks it or witnesses it signs by himself, from his own list."""

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.db import transaction

from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.practices.actions.recording import log
from pithead.practices.models import Record, RecordPerson, RecordRole


@transaction.atomic
def sign(*, by: Actor, at: dt.datetime, record: Record, field: str) -> RecordPerson:
    """Signed twice it is signed once."""
    by.require(Capability.RECORD_MAKE, record.mine)
    named = RecordPerson.objects.filter(record=record, field=field, role=RecordRole.SIGNER)
    line = named.filter(person=by.person_id).first() if by.person_id is not None else None
    if line is None:
        raise PermissionDenied(f"这一处不由{by.name}签认")
    hold(line, "signed_at")
    if line.signed_at is not None:
        return line
    record.refresh_from_db(fields=["is_current"])
    if not record.is_current or record.withdrawn:
        raise Refused("这份记录已经更正或撤回，请签最新的一份")
    line.signed_at = at
    line.save(update_fields=["signed_at"])
    log(by, at, record, "practices.record.signed")
    return line

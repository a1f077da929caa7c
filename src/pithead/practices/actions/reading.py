"""The only door to answers. Of what is restricted every opening is logged."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from pithead.kernel.vault import KeyGone
from pithead.org.access import Actor
from pithead.practices.actions.recording import log
from pithead.practices.actions.sealing import is_kept, opened
from pithead.practices.models import Confidentiality, Record


@sensitive_variables()
@transaction.atomic
def read_record(*, by: Actor, at: dt.datetime, record: Record) -> dict[str, Any]:
    """The answers by the keys of the form; empty where they have been forgotten, or were never kept."""
    return read_whole(by=by, at=at, record=record)[0]


@sensitive_variables()
@transaction.atomic
def read_whole(*, by: Actor, at: dt.datetime, record: Record) -> tuple[dict[str, Any], str]:
    """With the reason of a correction."""
    if not Record.objects.visible_to(by).filter(pk=record.pk).exists() or (by.is_system and not is_open(record)):
        raise PermissionDenied(f"{by.name}看不到这份记录")
    if is_open(record):
        return record.answers, record.reason
    if not record.sealed:
        return {}, ""
    try:
        found = opened(record)
    except KeyGone:
        if is_kept(record):
            raise  # its master is gone, which no end of keeping does
        return {}, ""  # destroyed, perhaps just now
    log(by, at, record, "practices.record.read")
    return found


def is_open(record: Record) -> bool:
    return bool(record.version.confidentiality == Confidentiality.OPEN)

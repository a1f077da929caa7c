"""Restricted answers, each record's under a data key of its own that no copy of the database holds."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.views.decorators.debug import sensitive_variables

from pithead.kernel import vault
from pithead.practices.models import Record

KEYS, WHERE = "records", "answers"


@sensitive_variables()
def seal(record: UUID, answers: dict[str, Any], reason: str) -> str:
    """A crash before the record is written leaves a key to nothing."""
    if not vault.has_key(record, of=KEYS):
        vault.new_key(record, of=KEYS)
    said = json.dumps({"answers": answers, "reason": reason}, ensure_ascii=False)
    return vault.seal_text(record, said, where=WHERE, of=KEYS)


def make_keys(records: Iterable[UUID]) -> None:
    """Those of many at once: `seal` finds them there."""
    vault.new_keys(records, of=KEYS)


@sensitive_variables()
def opened(record: Record) -> tuple[dict[str, Any], str]:
    """With the reason of a correction. Raises `KeyGone`."""
    kept = json.loads(vault.open_text(record.pk, record.sealed, where=WHERE, of=KEYS))
    return kept["answers"], kept["reason"]


def is_kept(record: Record) -> bool:
    """Where an older copy of the database was brought back, a text is there again, and its key is not."""
    return bool(record.sealed) and vault.has_key(record.pk, of=KEYS)


def destroy_keys(records: Iterable[UUID]) -> None:
    vault.destroy(*records, of=KEYS)

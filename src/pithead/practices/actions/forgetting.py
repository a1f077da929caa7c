"""What was said in confidence is kept as long as was promised, and not a month longer. That it took place stays."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from pithead.kernel import audit
from pithead.practices.actions.sealing import destroy_keys
from pithead.practices.models import Record

AT_ONCE = 500


def forget(*, at: dt.datetime) -> int:
    """How many records lost their answers. Safe to run again."""
    count = 0
    while due := _due(at):
        count += _forget(due, at)
    return count


def _due(at: dt.datetime) -> list[Record]:
    rows = Record.objects.filter(forgets_on__lte=timezone.localdate(at)).exclude(sealed="")
    return list(rows.select_related("mine", "practice").defer("sealed").order_by("pk")[:AT_ONCE])


@transaction.atomic
def _forget(due: list[Record], at: dt.datetime) -> int:
    """The keys go first: whatever happens after, nobody reads it again, in no older copy of the database either. Nor can what was
    said be guessed by its fingerprint."""
    keys = [one.pk for one in due]
    destroy_keys(keys)
    by_mine: dict[str, list[audit.Change]] = {}
    for one in due:
        by_mine.setdefault(one.mine.code, []).append(audit.Change("record", str(one.pk), str(one)))
    for mine, changes in by_mine.items():
        audit.write_many(by=audit.SYSTEM, at=at, mine=mine, action="practices.record.forgotten", changes=changes)
    return Record.objects.filter(pk__in=keys).update(sealed="", fingerprint="")

"""What counts for two quotas is owed once: rows of duties as the tables of the board add them up (docs/duties.md)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db.models import Min

from pithead.org.models import Unit
from pithead.practices.models import Quota, Record
from pithead.practices.queries.duties import DutyRow


def owed_once(rows: Iterable[DutyRow], quotas: Mapping[int, Quota]) -> list[DutyRow]:
    """One row for each obligation, that of its largest quota. `quotas`: all of the versions that the rows come from."""
    aside = asides(quotas.values())
    found: dict[tuple[object, ...], list[DutyRow]] = defaultdict(list)
    for row in rows:
        if row.quota_id not in aside:
            one = quotas[row.quota_id]
            alike = one.version_id, one.per, one.among, one.every
            found[(*alike, row.key, row.key2, row.start, row.due)].append(row)
    return [_largest(same) for same in found.values()]


def asides(quotas: Iterable[Quota]) -> set[int]:
    """Those that only say how (underground, in which shifts), in other periods than the plain ones: no more work."""
    plain: dict[tuple[object, ...], set[str]] = defaultdict(set)
    others: list[Quota] = []
    for quota in quotas:
        if quota.only or quota.distinct:
            others.append(quota)
        else:
            plain[quota.version_id, quota.per, quota.among].add(quota.every)
    beside = ((quota, plain.get((quota.version_id, quota.per, quota.among), set())) for quota in others)
    return {quota.pk for quota, cadences in beside if cadences and quota.every not in cadences}


def _largest(same: list[DutyRow]) -> DutyRow:
    expected = max(row.expected for row in same)
    missing = max(row.expected - row.done for row in same)
    largest = max(same, key=lambda row: row.expected)
    return replace(largest, done=expected - missing, late=max(row.late for row in same))


def first_day(mine: Unit) -> dt.date | None:
    """Of the earliest record."""
    first: dt.date | None = Record.objects.filter(mine=mine).aggregate(first=Min("happened_on"))["first"]
    return first

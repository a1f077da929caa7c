"""What the system counts itself, written as entries: afresh whenever it counts, the same row as long as it says the same.

While a month takes scores it is counted by the clock and by hand, and once more when the month is closed; after that only
sending the month back changes it. What somebody overrode counts as he said, with his reason beside what was computed.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from pithead.assess.actions.checking import public_text
from pithead.assess.actions.holding import hold
from pithead.assess.actions.rights import require_office, require_open
from pithead.assess.actions.steps import log_cycle
from pithead.assess.models import Cycle, Entry, EntryKind, Override, ScoreClause, Source
from pithead.assess.models.cycles import TAKES_SCORES
from pithead.assess.models.entries import LINK_KEY, is_counted
from pithead.assess.queries import counted
from pithead.assess.queries.proposals import Proposal
from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.org.access import Actor, Capability, system
from pithead.org.models import Unit

LONGEST = 200  # characters of a reason
SAYS = ("clause_id", "office_id", "points", "reason", "evidence")  # another day alone is no other entry
FACTS = (*SAYS, "found_on")


@dataclass(frozen=True)
class Change:
    """How many entries of a month were written, changed and taken back."""

    new: int = 0
    changed: int = 0
    gone: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


@transaction.atomic
def count_month(*, by: Actor, at: dt.datetime, cycle: Cycle) -> Change:
    """Counts a month that takes scores afresh; the log says when something came out otherwise than before."""
    by.require(Capability.CYCLE_RUN, cycle.mine)
    hold(cycle)
    require_open(cycle)
    if change := write_counted(cycle, at):
        log_cycle(by, at, "counted", cycle, {"new": change.new, "changed": change.changed, "gone": change.gone})
    return change


def count_open(*, at: dt.datetime) -> int:
    """By the clock: every month that takes scores and has begun, in every mine; how many came out otherwise than before. One that
    fails stops no other, and is told when all are done."""
    changed = 0
    failed: list[tuple[Cycle, Exception]] = []
    months = Cycle.objects.filter(state__in=TAKES_SCORES, starts_on__lte=timezone.localdate(at))
    for cycle in months.select_related("mine", "standard").order_by("pk"):
        try:
            changed += bool(count_month(by=system(cycle.mine), at=at, cycle=cycle))
        except Exception as why:  # the next month is counted all the same
            failed.append((cycle, why))
    if failed:
        first, cause = failed[0]
        raise RuntimeError(
            f"{len(failed)} months were not counted, the first is {first.code} {first.period}"
        ) from cause
    return changed


def write_counted(cycle: Cycle, at: dt.datetime) -> Change:
    """Entries of every clause the system counts itself. As many queries for a thousand units as for one."""
    overrides = {one.key: one for one in Override.objects.filter(cycle=cycle)}
    found = counted(cycle, timezone.localdate(at)).proposals
    wanted = {one.key: _entry(cycle, one, overrides.get(one.key), at) for one in found}
    return _replace(cycle, {key: entry for key, entry in wanted.items() if entry.points})


def standing_entries(cycle: Cycle) -> "dict[str, Entry]":
    """What was counted before, but for what comes from other standards."""
    return {
        entry.key: entry for entry in Entry.objects.filter(is_counted(), cycle=cycle).exclude(key__startswith=LINK_KEY)
    }


@transaction.atomic
def override(
    *, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit, key: str, points: Decimal, reason: str
) -> Override:
    """The office says that what was computed counts otherwise, and why; 0: it does not count. Said again with other words, the
    last holds."""
    hold(cycle)
    require_office(by, cycle, {office.pk})
    require_open(cycle)
    found = next((one for one in counted(cycle, timezone.localdate(at)).proposals if one.key == key), None)
    if found is None or found.clause.office_id != office.pk:
        raise Refused("这一条刚才有变化，系统不再这样算，请刷新页面")
    said = public_text(cycle, found.unit_id, "改动的理由", reason)
    if not said:
        raise Refused("请写明为什么不按系统算的数")
    if to_cent(points) != points or not ZERO <= points <= found.item.full_marks:
        raise Refused(f"{found.item.code} 要填 0 到 {plain(found.item.full_marks)} 之间、最多两位小数的分数")
    return _overridden(by, at, cycle, found, points, said)


def settle_by_appeal(cycle: Cycle, entry: Entry, points: Decimal, reason: str, by: Actor, at: dt.datetime) -> None:
    """An appeal decided otherwise on what was computed: it stays so when the month is counted again."""
    assert entry.clause is not None
    Override.objects.update_or_create(
        cycle=cycle,
        key=entry.key,
        defaults=_row(entry.unit_id, entry.clause, entry.points, points, entry.reason, reason, by, at),
    )


def _overridden(by: Actor, at: dt.datetime, cycle: Cycle, found: Proposal, points: Decimal, said: str) -> Override:
    before = Override.objects.filter(cycle=cycle, key=found.key).first()
    facts = _row(found.unit_id, found.clause, found.points, points, found.reason, said, by, at)
    if before is not None and (before.points, before.reason) == (points, said):
        return before
    standing, _ = Override.objects.update_or_create(cycle=cycle, key=found.key, defaults=facts)
    audit.write(
        by=by,
        at=at,
        mine=cycle.mine.code,
        action="assess.computed.overridden",
        subject=("cycle", cycle.pk, str(cycle)),
        before={"points": plain(before.points), "reason": before.reason} if before else {"points": plain(found.points)},
        after={
            "unit": found.unit_name,
            "item": found.item.code,
            "text": found.reason,
            "points": plain(points),
            "reason": said,
        },
    )
    write_counted(cycle, at)
    return standing


def _row(
    unit: int,
    clause: ScoreClause,
    computed: Decimal,
    points: Decimal,
    found: str,
    reason: str,
    by: Actor,
    at: dt.datetime,
) -> dict[str, object]:
    more = {"computed": computed, "points": points, "found": found[:LONGEST], "reason": reason}
    return {"unit_id": unit, "clause": clause, "set_by": by.name, "set_at": at, **more}


def _entry(cycle: Cycle, one: Proposal, said: Override | None, at: dt.datetime) -> Entry:
    points, reason = one.points, one.reason
    if said is not None:
        points = said.points
        reason = f"{one.reason}；系统算 {plain(one.points)} 分，改为 {plain(points)} 分：{said.reason}"
    return Entry(
        mine_id=cycle.mine_id,
        cycle=cycle,
        unit_id=one.unit_id,
        item=one.item,
        clause=one.clause,
        office_id=one.clause.office_id,
        kind=EntryKind.DEDUCTION,
        points=points,
        reason=reason[:LONGEST],
        evidence=one.evidence,
        found_on=one.found_on,
        source=Source.COMPUTED,
        author="系统",
        entered_at=at,
        key=one.key,
    )


def _replace(cycle: Cycle, wanted: Mapping[str, Entry]) -> Change:
    """What says the same as before stays the row it was."""
    standing = standing_entries(cycle)
    changed = list(_changed(standing, wanted))
    new = [entry for key, entry in wanted.items() if key not in standing]
    gone = [entry.pk for key, entry in standing.items() if key not in wanted]
    Entry.objects.bulk_update(changed, (*FACTS, "entered_at"), batch_size=200)
    Entry.objects.bulk_create(new, batch_size=500)
    Entry.objects.filter(pk__in=gone).delete()
    return Change(len(new), len(changed), len(gone))


def _changed(standing: Mapping[str, Entry], wanted: Mapping[str, Entry]) -> Iterable[Entry]:
    for key, entry in standing.items():
        new = wanted.get(key)
        if new and any(getattr(entry, name) != getattr(new, name) for name in SAYS):
            for name in (*FACTS, "entered_at"):
                setattr(entry, name, getattr(new, name))
            yield entry

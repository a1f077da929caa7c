"""Sealing what a step of a month settled: the last thing a step does, inside its transaction."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet

from pithead.assess.models import (
    Appeal,
    Cycle,
    Departure,
    Entry,
    Outcome,
    Reopening,
    Result,
    Source,
    Standard,
    Submission,
)
from pithead.assess.queries.appeals import called
from pithead.assess.sealed import (
    APPEAL,
    CYCLE,
    DEPARTURE,
    ENTRY,
    REOPENING,
    RESULT,
    STANDARD,
    SUBMISSION,
    unit_key,
)
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import Altered, altered, seal
from pithead.org.models import Unit

Keys = dict[str, Iterable[object]]


def seal_standard(standard: Standard, at: dt.datetime) -> None:
    """An issued version, with all it consists of."""
    subject = ("standard", standard.pk, f"{standard}第 {standard.version} 版")
    seal(mine=standard.mine.code, at=at, act="assess.standard.issued", subject=subject, rows={STANDARD: [standard.pk]})


def seal_submission(submission: Submission, at: dt.datetime) -> None:
    """What an office hands in is settled."""
    rows: Keys = {SUBMISSION: [submission.pk], ENTRY: _entries(submission.cycle, submission.office)}
    _seal(submission.cycle, at, "assess.scores.submitted", submission.office.name, rows=rows)


def release_submission(submission: Submission, at: dt.datetime) -> None:
    """What an office takes back may change again."""
    cycle, office = submission.cycle, submission.office
    released: Keys = {SUBMISSION: [submission.pk], ENTRY: _entries(cycle, office)}
    otherwise = altered(cycle.mine.code, released)
    _seal(cycle, at, "assess.scores.withdrawn", office.name, released=released, otherwise=otherwise)


def seal_opened(cycle: Cycle, at: dt.datetime) -> None:
    """What the standard itself says of units is settled from the first day."""
    declared = Entry.objects.filter(cycle=cycle, source=Source.COMPUTED).values_list("pk", flat=True)
    _seal(cycle, at, "assess.cycle.opened", rows={ENTRY: declared})


def seal_closed(cycle: Cycle, at: dt.datetime) -> None:
    """Scoring is over: what offices wrote without handing in is settled, too, and so is what was computed."""
    computed: Keys = {CYCLE: [cycle.pk], RESULT: _unit_keys(RESULT, [cycle])}
    _seal(cycle, at, "assess.cycle.closed", rows=computed, unsealed={ENTRY: _not_handed_in(cycle)})


def refuse_altered(mine: str, rows: Mapping[str, Iterable[object]], what_then: str) -> None:
    """No step seals anew, or builds on, what somebody changed behind the back of the system."""
    if found := altered(mine, rows):
        raise Refused(
            f"“{next(iter(found.values()))}”现在的内容与封存的不一致，请先由审计员核对封存、查清原因，再{what_then}"
        )


def refuse_altered_appeal(appeal: Appeal, what_then: str) -> None:
    rows: Keys = {APPEAL: [appeal.pk], ENTRY: [appeal.entry_id] if appeal.entry_id else []}
    refuse_altered(appeal.cycle.mine.code, rows, what_then)


def refuse_altered_month(cycles: Iterable[Cycle], what_then: str) -> None:
    for cycle in cycles:
        refuse_altered(cycle.mine.code, _decided_rows(cycle), what_then)


def seal_month(cycle: Cycle, at: dt.datetime, step: str, *, computed: bool = False, rows: Keys | None = None) -> None:
    """The month after a step: approved, published, finalised. `computed`: the step itself wrote results and departures (the
    meeting's); otherwise they are left as they were sealed, so that no change behind the back of the system is sealed with
    them. `rows`: what else the step made, such as a round of publicity."""
    results: Keys = {table: _unit_keys(table, [cycle]) for table in (RESULT, DEPARTURE)}
    made: Keys = {CYCLE: [cycle.pk], **(rows or {}), **(results if computed else {})}
    _seal(cycle, at, f"assess.cycle.{step}", rows=made, unsealed=results)


def month_rows(cycle: Cycle) -> Keys:
    """What a month that is sent back releases: all but what offices handed in, and what everybody has seen."""
    return _decided_rows(cycle) | {ENTRY: _not_handed_in(cycle)}


def _decided_rows(cycle: Cycle) -> Keys:
    units = [unit_key(cycle.pk, unit) for unit in cycle.participants.values_list("unit_id", flat=True)]
    return {CYCLE: [cycle.pk], RESULT: units, DEPARTURE: units}


def release_month(cycle: Cycle, at: dt.datetime, reopening: Reopening, otherwise: Altered) -> None:
    """A month goes back to scoring: its results are gone, and what was not handed in may change. Kept under seal are the
    reopening with what stood, appeals, publicity, and what offices handed in. `otherwise`: what of it had been changed
    behind the back of the system before it was sent back."""
    lapsed = Appeal.objects.filter(cycle=cycle, outcome=Outcome.LAPSED, decided_at=at)
    _seal(
        cycle,
        at,
        "assess.cycle.reopened",
        rows={REOPENING: [reopening.pk], APPEAL: lapsed.values_list("pk", flat=True)},
        released=month_rows(cycle),
        otherwise=otherwise,
    )


def seal_appeal(
    appeal: Appeal, at: dt.datetime, step: str, *, entry: int | None = None, computed: Sequence[Cycle] = ()
) -> None:
    """An appeal made, answered or decided. `entry`: the key of the one that the decision changed or removed; `computed`: the
    months whose results it wrote afresh."""
    rows: Keys = {APPEAL: [appeal.pk], CYCLE: [cycle.pk for cycle in computed], RESULT: _unit_keys(RESULT, computed)}
    released: Keys = {}
    if entry is not None:
        changed = Entry.objects.filter(pk=entry).exists()
        (rows if changed else released)[ENTRY] = [entry]
    _seal(appeal.cycle, at, f"assess.appeal.{step}", called(appeal), rows=rows, released=released)


def _seal(
    cycle: Cycle, at: dt.datetime, act: str, what: str = "", *, otherwise: Altered | None = None, **keys: Keys
) -> None:
    subject = ("cycle", cycle.pk, f"{cycle} {what}".strip())
    seal(mine=cycle.mine.code, at=at, act=act, subject=subject, otherwise=otherwise, **keys)


def _entries(cycle: Cycle, office: Unit | None = None) -> "QuerySet[Entry, int]":
    """Those that people wrote."""
    entries = Entry.objects.filter(cycle=cycle).exclude(source=Source.COMPUTED)
    return (entries.filter(office=office) if office else entries).values_list("pk", flat=True)


def _not_handed_in(cycle: Cycle) -> "QuerySet[Entry, int]":
    return _entries(cycle).exclude(office__in=cycle.submissions.values("office"))


def _unit_keys(table: str, cycles: Sequence[Cycle]) -> list[str]:
    rows = (Result if table == RESULT else Departure)._base_manager.filter(cycle__in=cycles)
    return [unit_key(*pair) for pair in rows.values_list("cycle_id", "unit_id")]

"""Writing scores: what was found, by which office, and handing in."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from pithead.assess.actions.holding import hold
from pithead.assess.models import (
    Cycle,
    CycleState,
    Entry,
    EntryKind,
    Item,
    ItemKind,
    Participant,
    ScoreClause,
    Source,
    Submission,
)
from pithead.assess.models.entries import new_key
from pithead.kernel import audit
from pithead.kernel.audit import Change
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import unit_names

MOST_POINTS = Decimal("100.00")
ITEM_KINDS = {
    EntryKind.DEDUCTION: (ItemKind.SCORED,),
    EntryKind.NOT_APPLICABLE: (ItemKind.SCORED,),
    EntryKind.BONUS: (ItemKind.BONUS, ItemKind.SCORED),
    EntryKind.VETO: (ItemKind.VETO,),
}


@dataclass(frozen=True)
class EntryDraft:
    """One entry to be. `where` tells its author which row or cell a refusal is about; `key` makes it repeatable."""

    unit_id: int
    item: Item
    kind: EntryKind
    points: Decimal
    reason: str
    office_id: int
    evidence: str = ""
    found_on: dt.date | None = None
    source: Source = Source.MANUAL
    clause: ScoreClause | None = None
    where: str = ""
    key: str = field(default_factory=new_key)


@transaction.atomic
def add_entries(*, by: Actor, at: dt.datetime, cycle: Cycle, drafts: Sequence[EntryDraft]) -> list[Entry]:
    """Write all of them or none; drafts whose key is there already are passed over. Returns what was added."""
    hold(cycle)
    _require_scoring(by, cycle, {draft.office_id for draft in drafts})
    if reasons := _faults(cycle, drafts):
        raise Refused(reasons)
    known = set(cycle.entries.filter(key__in=[draft.key for draft in drafts]).values_list("key", flat=True))
    entries = Entry.objects.bulk_create(
        [_entry(by, at, cycle, draft) for draft in drafts if draft.key not in known], batch_size=500
    )
    if entries:
        _start_scoring(cycle)
        names = unit_names(cycle.mine)
        audit.write_many(
            by=by,
            at=at,
            mine=cycle.mine.code,
            action="assess.entry.added",
            changes=[Change("entry", str(entry.pk), entry.reason, None, facts(entry, names)) for entry in entries],
        )
    return entries


def check_drafts(*, by: Actor, cycle: Cycle, drafts: Sequence[EntryDraft], reasons: list[Reason]) -> None:
    """What `add_entries` would refuse, added to `reasons`: an import shows its own reasons and these together."""
    _require_scoring(by, cycle, {draft.office_id for draft in drafts})
    reasons += _faults(cycle, drafts)


@transaction.atomic
def change_entry(
    *,
    by: Actor,
    at: dt.datetime,
    entry: Entry,
    points: Decimal,
    reason: str,
    evidence: str = "",
    found_on: dt.date | None = None,
) -> Entry:
    """Correct an entry while the month still takes scores; the log keeps what it was."""
    _hold_entry(entry)
    _require_scoring(by, entry.cycle, {entry.office_id})
    draft = EntryDraft(entry.unit_id, entry.item, EntryKind(entry.kind), points, reason, entry.office_id, evidence)
    if reasons := _faults(entry.cycle, [draft]):
        raise Refused(reasons)
    names = unit_names(entry.cycle.mine)
    before = facts(entry, names)
    entry.points, entry.found_on = to_cent(points), found_on
    entry.reason, entry.evidence = reason.strip(), evidence.strip()
    if facts(entry, names) != before:
        entry.author, entry.entered_at = by.name, at
        entry.save()
        _log(by, at, "assess.entry.changed", entry, before, facts(entry, names))
    return entry


@transaction.atomic
def remove_entry(*, by: Actor, at: dt.datetime, entry: Entry) -> None:
    """Take an entry back while the month still takes scores; the log keeps it."""
    _hold_entry(entry)
    _require_scoring(by, entry.cycle, {entry.office_id})
    _log(by, at, "assess.entry.removed", entry, facts(entry, unit_names(entry.cycle.mine)), None)
    entry.delete()


@transaction.atomic
def submit(*, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit) -> Submission:
    """The office hands in: its scores are settled until it takes the submission back."""
    _require_office(by, cycle, {office.pk})
    hold(cycle)
    _require_open(cycle)
    submission, created = Submission.objects.get_or_create(
        cycle=cycle, office=office, defaults={"submitted_by": by.name, "submitted_at": at}
    )
    if created:
        _log_office(by, at, "assess.scores.submitted", cycle, office)
        _start_scoring(cycle)
    return submission


@transaction.atomic
def withdraw(*, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit) -> None:
    """Take the submission back to go on scoring, as long as the month was not closed."""
    _require_office(by, cycle, {office.pk})
    hold(cycle)
    _require_open(cycle)
    deleted, _ = Submission.objects.filter(cycle=cycle, office=office).delete()
    if deleted:
        _log_office(by, at, "assess.scores.withdrawn", cycle, office)


def facts(entry: Entry, names: Mapping[int, str]) -> dict[str, str]:
    """What the log keeps of an entry, with the unit as it was called then."""
    return {
        "unit": names[entry.unit_id],
        "item": entry.item.code,
        "kind": entry.kind,
        "points": plain(entry.points),
        "reason": entry.reason,
        "evidence": entry.evidence,
        "found_on": str(entry.found_on or ""),
    }


# ── rights and states ──
def _require_scoring(by: Actor, cycle: Cycle, offices: set[int]) -> None:
    _require_office(by, cycle, offices)
    _require_open(cycle)
    handed_in = cycle.submissions.filter(office__in=offices).select_related("office")
    if names := [submission.office.name for submission in handed_in]:
        raise Refused(f"{'、'.join(names)}已提交{cycle}的打分，要修改请先撤回提交")


def _require_office(by: Actor, cycle: Cycle, offices: set[int]) -> None:
    """An assessor for the own office; the party office for every office (scores that come on paper)."""
    by.require(Capability.SCORE_ENTER)
    scope = by.scope(Capability.SCORE_ENTER)
    for office in Unit.objects.filter(pk__in=offices):
        if office.mine_id != cycle.mine_id or not scope.covers(office):
            raise PermissionDenied(f"{by.name}只能给本科室负责的项目打分，不能替{office}打分")


def _require_open(cycle: Cycle) -> None:
    if not cycle.takes_scores:
        raise Refused(f"{cycle}{cycle.get_state_display()}，不能再改分；确需修改，请先退回打分")


def _hold_entry(entry: Entry) -> None:
    hold(entry.cycle)
    if not Entry.objects.filter(pk=entry.pk).exists():
        raise Refused("这一条已经被撤销，请刷新页面")
    entry.refresh_from_db(fields=("points", "reason", "evidence", "found_on"))


def _start_scoring(cycle: Cycle) -> None:
    if cycle.state == CycleState.OPEN:
        cycle.state = CycleState.SCORING
        cycle.save(update_fields=["state"])


# ── what can be wrong with an entry ──
def _faults(cycle: Cycle, drafts: Sequence[EntryDraft]) -> list[Reason]:
    participants = set(Participant.objects.filter(cycle=cycle).values_list("unit_id", flat=True))
    offices = _scoring_offices(cycle)
    return [
        Reason(message, draft.where)
        for draft in drafts
        for message in _faults_of(cycle, draft, participants, offices.get(draft.item.pk, frozenset()))
    ]


def _scoring_offices(cycle: Cycle) -> dict[int, frozenset[int]]:
    """item → offices that may score it."""
    found: dict[int, set[int]] = {}
    clauses = ScoreClause.objects.filter(item__standard_id=cycle.standard_id)
    for item_id, office_id in clauses.values_list("item_id", "office_id"):
        found.setdefault(item_id, set()).add(office_id)
    return {item_id: frozenset(offices) for item_id, offices in found.items()}


def _faults_of(cycle: Cycle, draft: EntryDraft, participants: set[int], offices: frozenset[int]) -> Iterable[str]:
    item = draft.item
    if draft.unit_id not in participants:
        yield f"该单位不参加{cycle}的考核"
    if item.standard_id != cycle.standard_id:
        yield f"项目 {item.code} 不属于{cycle}所用的标准"
    elif item.kind not in ITEM_KINDS[draft.kind]:
        yield f"项目 {item.code}“{item.name}”是{item.get_kind_display()}，不能记{draft.kind.label}"
    elif draft.office_id not in offices:
        yield f"项目 {item.code}“{item.name}”不由该科室考核"
    if not draft.reason.strip():
        yield "请写明原因，公示时各单位都要看"
    elif len(draft.reason) > 200:
        yield f"原因有 {len(draft.reason)} 字，最多 200 字"
    if len(draft.evidence) > 200:
        yield f"依据有 {len(draft.evidence)} 字，最多 200 字"
    yield from _point_faults(draft)


def _point_faults(draft: EntryDraft) -> Iterable[str]:
    points = draft.points
    if draft.kind in (EntryKind.NOT_APPLICABLE, EntryKind.VETO):
        if points:
            yield f"{draft.kind.label}不填分数"
    elif not points.is_finite() or points <= 0:
        yield f"{draft.kind.label}要大于 0，这里是 {plain(points)}"
    elif points != to_cent(points):
        yield f"分数最多两位小数，这里是 {plain(points)}"
    elif points > MOST_POINTS:
        yield f"一条{draft.kind.label}最多 {plain(MOST_POINTS)} 分，这里是 {plain(points)}"


def _entry(by: Actor, at: dt.datetime, cycle: Cycle, draft: EntryDraft) -> Entry:
    scored = draft.kind in (EntryKind.DEDUCTION, EntryKind.BONUS)
    return Entry(
        mine_id=cycle.mine_id,
        cycle=cycle,
        unit_id=draft.unit_id,
        item=draft.item,
        clause=draft.clause,
        office_id=draft.office_id,
        kind=draft.kind,
        points=to_cent(draft.points) if scored else ZERO,
        reason=draft.reason.strip(),
        evidence=draft.evidence.strip(),
        found_on=draft.found_on,
        source=draft.source,
        author=by.name,
        entered_at=at,
        key=draft.key,
    )


def _log(by: Actor, at: dt.datetime, action: str, entry: Entry, before: dict | None, after: dict | None) -> None:
    subject = ("entry", entry.pk, entry.reason)
    audit.write(by=by, at=at, mine=entry.cycle.mine.code, action=action, subject=subject, before=before, after=after)


def _log_office(by: Actor, at: dt.datetime, action: str, cycle: Cycle, office: Unit) -> None:
    audit.write(
        by=by,
        at=at,
        mine=cycle.mine.code,
        action=action,
        subject=("cycle", cycle.pk, str(cycle)),
        after={"office": office.name},
    )

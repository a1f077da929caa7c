"""Writing scores: what was found, by which office, and handing in."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db import transaction

from pithead.assess.actions.checking import COUNTED, faults, foreign_offices
from pithead.assess.actions.clashes import refuse_stale_entry
from pithead.assess.actions.drafts import EntryDraft
from pithead.assess.actions.holding import hold
from pithead.assess.actions.rights import (
    not_yours,
    refuse_handed_in,
    require_office,
    require_open,
    require_scoring,
)
from pithead.assess.actions.seals import release_submission, seal_submission
from pithead.assess.models import (
    Cycle,
    CycleState,
    Entry,
    EntryKind,
    Submission,
)
from pithead.kernel import audit
from pithead.kernel.audit import Change
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import unit_names

FACTS = ("points", "reason", "evidence", "found_on")


@transaction.atomic
def add_entries(*, by: Actor, at: dt.datetime, cycle: Cycle, drafts: Sequence[EntryDraft]) -> list[Entry]:
    """Write all of them or none; drafts whose key is there already are passed over. Returns what was added."""
    hold(cycle)
    require_scoring(by, cycle, {draft.office_id for draft in drafts})
    known = set(cycle.entries.filter(key__in=[draft.key for draft in drafts]).values_list("key", flat=True))
    fresh = [draft for draft in drafts if draft.key not in known]
    if reasons := faults(cycle, fresh):
        raise Refused(reasons)
    entries = Entry.objects.bulk_create([new_entry(by, at, cycle, draft) for draft in fresh], batch_size=500)
    if entries:
        start_scoring(cycle)
        names = unit_names(cycle.mine)
        audit.write_many(
            by=by,
            at=at,
            mine=cycle.mine.code,
            action="assess.entry.added",
            changes=[Change("entry", str(entry.pk), entry.reason, None, facts(entry, names)) for entry in entries],
        )
    return entries


def check_drafts(*, by: Actor, cycle: Cycle, drafts: Sequence[EntryDraft]) -> list[Reason]:
    """What `add_entries` would refuse, all of it: an import shows its own reasons and these together."""
    by.require(Capability.SCORE_ENTER)
    foreign = {office.pk: office for office in foreign_offices(by, cycle, {draft.office_id for draft in drafts})}
    require_open(cycle)
    refuse_handed_in(cycle, {draft.office_id for draft in drafts} - set(foreign))
    rights = [
        Reason(not_yours(by, foreign[draft.office_id]), draft.where) for draft in drafts if draft.office_id in foreign
    ]
    return [*rights, *faults(cycle, drafts)]


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
    seen: str | None = None,
) -> Entry:
    """Correct an entry while the month still takes scores; the log keeps what it was. `seen`: the cell as the page showed it
    (`queries.cell_token`); if it has changed meanwhile, `CellConflict`."""
    _hold_entry(entry)
    require_scoring(by, entry.cycle, {entry.office_id})
    kind = EntryKind(entry.kind)
    refuse_stale_entry(entry, seen, f"{plain(points)} 分：{reason}" if kind in COUNTED else reason)
    draft = EntryDraft(entry.unit_id, entry.item, kind, points, reason, entry.office_id, evidence, found_on)
    if reasons := faults(entry.cycle, [draft], instead_of=entry):
        raise Refused(reasons)
    names = unit_names(entry.cycle.mine)
    before = facts(entry, names)
    entry.points, entry.found_on = to_cent(points), found_on
    entry.reason, entry.evidence = reason.strip(), evidence.strip()
    if facts(entry, names) != before:
        entry.author, entry.entered_at = by.name, at
        entry.save(update_fields=(*FACTS, "author", "entered_at"))
        _log(by, at, "assess.entry.changed", entry, before, facts(entry, names))
    return entry


@transaction.atomic
def remove_entry(*, by: Actor, at: dt.datetime, entry: Entry, seen: str | None = None) -> None:
    """Take an entry back while the month still takes scores; the log keeps it."""
    _hold_entry(entry)
    require_scoring(by, entry.cycle, {entry.office_id})
    refuse_stale_entry(entry, seen)
    _log(by, at, "assess.entry.removed", entry, facts(entry, unit_names(entry.cycle.mine)), None)
    entry.delete()


@transaction.atomic
def submit(*, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit) -> Submission:
    """The office hands in: its scores are settled until it takes the submission back."""
    require_office(by, cycle, {office.pk})
    hold(cycle)
    require_open(cycle)
    _refuse_bare(cycle, office)
    submission, created = Submission.objects.get_or_create(
        cycle=cycle, office=office, defaults={"submitted_by": by.name, "submitted_at": at}
    )
    if created:
        _log_office(by, at, "assess.scores.submitted", cycle, office)
        start_scoring(cycle)
        seal_submission(submission, at)
    return submission


@transaction.atomic
def withdraw(*, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit) -> None:
    """Take the submission back to go on scoring, as long as the month was not closed."""
    require_office(by, cycle, {office.pk})
    hold(cycle)
    require_open(cycle)
    submission = Submission.objects.filter(cycle=cycle, office=office).first()
    if submission:
        release_submission(submission, at)
        submission.delete()
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


# ── states ──
def _hold_entry(entry: Entry) -> None:
    if entry.is_counted:
        raise Refused("这一条是系统算的，不能直接改；不按系统算的数，请写明改成几分、为什么")
    hold(entry.cycle)
    if not Entry.objects.filter(pk=entry.pk).exists():
        raise Refused("这一条已经被撤销，请刷新页面")
    entry.refresh_from_db(fields=(*FACTS, "author", "entered_at"))


class CellsBare(Refused):
    """What was typed into the sheet without a reason goes no further than the sheet: one reason for every such cell."""

    SHOWN = 6

    @property
    def in_one(self) -> str:
        """The same in one sentence."""
        places = [reason.where for reason in self.reasons]
        listed = "、".join(places[: self.SHOWN]) + ("等" if len(places) > self.SHOWN else "")
        return f"{len(places)} 格没有写原因，还不能提交：{listed}"


def _refuse_bare(cycle: Cycle, office: Unit) -> None:
    bare = cycle.entries.filter(office=office, reason="").select_related("item")
    if found := list(bare.order_by("unit__path", "item__position")):
        names = unit_names(cycle.mine)
        raise CellsBare([Reason("没有写原因，提交前请补上", f"{names[one.unit_id]} {one.item.code}") for one in found])


def start_scoring(cycle: Cycle) -> None:
    if cycle.state == CycleState.OPEN:
        cycle.state = CycleState.SCORING
        cycle.save(update_fields=["state"])


def new_entry(by: Actor, at: dt.datetime, cycle: Cycle, draft: EntryDraft) -> Entry:
    return Entry(
        mine_id=cycle.mine_id,
        cycle=cycle,
        unit_id=draft.unit_id,
        item=draft.item,
        clause=draft.clause,
        office_id=draft.office_id,
        kind=draft.kind,
        points=to_cent(draft.points) if draft.kind in COUNTED else ZERO,
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

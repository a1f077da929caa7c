"""Answering what confirmed matters propose: taken as an entry like any other, or set aside with a reason."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from pithead.assess.actions.checking import public_text
from pithead.assess.actions.drafts import EntryDraft
from pithead.assess.actions.entries import add_entries
from pithead.assess.actions.holding import hold
from pithead.assess.actions.rights import require_office, require_open, require_scoring
from pithead.assess.models import Cycle, Entry, SetAside, Source
from pithead.assess.queries import Proposal, fed, undecided_vetoes
from pithead.kernel import audit
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor
from pithead.org.models import Unit

GONE = "这件事刚才有变化，已不再建议，请刷新页面"


@transaction.atomic
def take_proposals(*, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit, keys: Sequence[str]) -> list[Entry]:
    """Of one unit and item only the first veto is needed. What is an entry already stays the one it is."""
    hold(cycle)
    require_scoring(by, cycle, {office.pk})
    known = set(cycle.entries.filter(key__in=keys).values_list("key", flat=True))
    wanted = _once(_asked(cycle, office, [key for key in keys if key not in known], at))
    entries = add_entries(by=by, at=at, cycle=cycle, drafts=[_draft(one, office) for one in wanted])
    SetAside.objects.filter(cycle=cycle, key__in=[entry.key for entry in entries]).delete()
    return entries


@transaction.atomic
def set_aside(*, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit, key: str, reason: str) -> SetAside:
    """It changes no score, so an office may say so after it handed in. Said again it stands as it was said first."""
    hold(cycle)
    require_office(by, cycle, {office.pk})
    require_open(cycle)
    if standing := SetAside.objects.filter(cycle=cycle, key=key).first():
        return standing
    [one] = _asked(cycle, office, [key], at)
    said = public_text(cycle, one.unit_id, "不计的理由", reason)
    if not said:
        raise Refused("请写明为什么不计")
    after = {"unit": one.unit_name, "item": one.item.code, "kind": one.kind, "text": one.reason, "reason": said}
    subject = ("cycle", cycle.pk, str(cycle))
    audit.write(by=by, at=at, mine=cycle.mine.code, action="assess.proposal.set_aside", subject=subject, after=after)
    return SetAside.objects.create(cycle=cycle, key=key, reason=said, set_by=by.name, set_at=at)


def refuse_undecided_vetoes(cycles: Iterable[Cycle]) -> None:
    """A deduction may be left unanswered; whether a unit is vetoed may not."""
    left = [one for cycle in cycles for one in undecided_vetoes(cycle)]
    if left:
        raise Refused(
            Reason(
                f"{one.reason}，还没有决定是否按 {one.item.code}“{one.item.name}”否决；"
                f"请{one.clause.office}在打分表上采用，或写明理由不计",
                one.unit_name,
            )
            for one in left
        )


def _asked(cycle: Cycle, office: Unit, keys: Sequence[str], at: dt.datetime) -> list[Proposal]:
    """As they stand at that moment: what is not due by then costs nothing yet."""
    found = fed(cycle, office, today=timezone.localdate(at))
    by_key = {one.key: one for one in (*found.pending, *found.set_aside)}
    if any(key not in by_key for key in keys):
        raise Refused(GONE)
    return [by_key[key] for key in dict.fromkeys(keys)]


def _once(proposals: Iterable[Proposal]) -> list[Proposal]:
    vetoed: set[tuple[int, int]] = set()
    kept = []
    for one in proposals:
        where = (one.unit_id, one.item.pk)
        if not (one.is_veto and where in vetoed):
            kept.append(one)
        if one.is_veto:
            vetoed.add(where)
    return kept


def _draft(one: Proposal, office: Unit) -> EntryDraft:
    return EntryDraft(
        unit_id=one.unit_id,
        item=one.item,
        kind=one.kind,
        points=one.points,
        reason=one.reason,
        evidence=one.evidence,
        found_on=one.found_on,
        office_id=office.pk,
        clause=one.clause,
        source=Source.PROPOSED,
        where=one.unit_name,
        key=one.key,
    )

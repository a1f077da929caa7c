"""Entering figures from outside, and correcting them: rows are only added, the one before stays with its reason beside it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.audit import Change
from pithead.kernel.db import hold, insert_rows
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import plain
from pithead.measures.actions.weighing import FigureDraft, Scales, Weighed
from pithead.measures.models import Given, Source
from pithead.measures.queries.quantities import quantities_of
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

COLUMNS = (
    *("mine", "quantity", "day", "unit", "shift", "turn", "value", "superseded"),
    *("reason", "arrived_at", "given_by", "staff_no", "source", "file"),
)
MANY = 1000  # rows an UPDATE names at once


@dataclass(frozen=True)
class Origin:
    """How figures came. `file`: what it was called."""

    source: str = Source.MANUAL
    file: str = ""


MANUAL = Origin()


@dataclass(frozen=True)
class Taken:
    """How many figures were new, corrected, or there already."""

    added: int
    corrected: int
    unchanged: int


class FiguresRefused(Refused):
    """Knows which drafts were at fault: `numbers` from 1, one a reason."""

    def __init__(self, scales: Scales, drafts: Sequence[FigureDraft], faults: Mapping[int, str]):
        def where(number: int) -> str:
            draft = drafts[number - 1]
            return f"{scales.names.get(draft.unit.pk, draft.unit.name)} {draft.on.label}" if len(drafts) > 1 else ""

        super().__init__([Reason(said, where(number)) for number, said in faults.items()])
        self.numbers = tuple(faults)


@transaction.atomic
def give_figures(
    *, by: Actor, at: dt.datetime, mine: Unit, drafts: Sequence[FigureDraft], source: Origin = MANUAL, reason: str = ""
) -> Taken:
    """All of them or none. Where another value stands already it is corrected, which needs a reason; the same again is nothing
    new."""
    by.require(Capability.FIGURE_ENTER)
    if not drafts:
        raise Refused("一个数也没有")
    hold(mine)
    scales = Scales(by, at, mine)
    weighed = scales.weigh(drafts)
    faults = {number: said for number, one in enumerate(weighed, 1) if (said := _fault(one, reason))}
    if faults:
        raise FiguresRefused(scales, drafts, faults)
    taken = write(by, at, mine, weighed, source, reason)
    if taken.added or taken.corrected:
        what = source.file or f"{len(drafts)} 个数"
        after = {"added": taken.added, "changed": taken.corrected, "unchanged": taken.unchanged}
        subject = ("figures", source.source, what)
        audit.write(by=by, at=at, mine=mine.code, action="measures.figures.given", subject=subject, after=after)
    return taken


def _fault(one: Weighed, reason: str) -> str:
    if one.differs and not reason.strip():
        return f"已经录了 {words(one.said_before)}，和 {words(one.value)} 不一样：要改就写明原因"
    return one.fault


def correct_figure(
    *, by: Actor, at: dt.datetime, given: Given, value: Decimal | None, reason: str, source: Origin = MANUAL
) -> Taken:
    """Another value, or none: then it is taken back. The one before stays to be seen."""
    if not reason.strip():
        raise Refused("请写明为什么改")
    scales = Scales(by, at, given.mine)
    draft = FigureDraft(given.quantity, given.unit, scales.period_of(given), value)
    return give_figures(by=by, at=at, mine=given.mine, drafts=[draft], source=source, reason=reason)


# ── written, for the import too ──
def write(by: Actor, at: dt.datetime, mine: Unit, weighed: Sequence[Weighed], source: Origin, reason: str) -> Taken:
    """What was weighed without a fault, inside the caller's transaction; each correction is an event of its own."""
    changes = [one for one in weighed if not one.is_same]
    old = [one.standing.pk for one in changes if one.standing]
    for start in range(0, len(old), MANY):
        Given.objects.filter(pk__in=old[start : start + MANY]).update(superseded=True)
    who = (at, by.name, by.staff_no, source.source, source.file[:120])
    insert_rows(Given, COLUMNS, [_row(mine, one, reason, who) for one in changes])
    corrected = [one for one in changes if one.standing]
    labels = {code: one.label for code, one in quantities_of(mine).items()} if corrected else {}
    events = [_event(one, labels[one.key[0]], reason) for one in corrected]
    audit.write_many(by=by, at=at, mine=mine.code, action="measures.figure.corrected", changes=events)
    return Taken(len(changes) - len(corrected), len(corrected), len(weighed) - len(changes))


def _row(mine: Unit, one: Weighed, reason: str, who: tuple[dt.datetime, str, str, str, str]) -> tuple[object, ...]:
    quantity, day, unit, shift = one.key
    turn = one.standing.turn + 1 if one.standing else 1
    why = reason.strip()[:200] if one.standing else ""
    return (mine.pk, quantity, day, unit, shift, turn, one.value, False, why, *who)


def _event(one: Weighed, name: str, reason: str) -> Change:
    quantity, day, unit, shift = one.key
    label = f"{one.draft.unit.name} {one.draft.on.label} {name}"
    before, after = {"value": words(one.said_before)}, {"value": words(one.value), "reason": reason.strip()}
    return Change("figure", f"{quantity}/{unit}/{day}/{shift}", label, before, after)


def words(value: Decimal | None) -> str:
    return "（撤回）" if value is None else plain(value)

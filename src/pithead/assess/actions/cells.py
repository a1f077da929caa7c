"""Writing into the cells of the sheet: a typed figure is the item's score and becomes the office's one entry there."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from pithead.assess.actions.checking import faults
from pithead.assess.actions.clashes import Stale, refuse_stale
from pithead.assess.actions.drafts import EntryDraft
from pithead.assess.actions.entries import facts, new_entry, start_scoring
from pithead.assess.actions.figures import Cell, Wish, wish
from pithead.assess.actions.holding import hold
from pithead.assess.actions.rights import require_scoring
from pithead.assess.models import Cycle, Entry, EntryKind, Item
from pithead.kernel import audit
from pithead.kernel.audit import Change
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.org.queries import unit_names


@dataclass(frozen=True)
class CellDraft:
    """What is to stand in a cell. `figure`: as typed, "" empties the cell, None leaves it; `reason`, `evidence` and `found_on`:
    None leaves them. `seen`: the cell as the page showed it (`SheetCell.seen`). `row`: of a pasted block, for refusals."""

    unit: str
    item: str
    seen: str
    figure: str | None = None
    reason: str | None = None
    evidence: str | None = None
    found_on: dt.date | None = None
    row: int = 0


@dataclass(frozen=True)
class CellState:
    """What was in a cell before, as a draft would say it: enough to undo."""

    unit: str
    item: str
    figure: str
    reason: str = ""
    evidence: str = ""
    found_on: dt.date | None = None


class CellsRefused(Refused):
    """Nothing was written. `cells` are those at fault, in the order of the reasons."""

    def __init__(self, found: Sequence[tuple[CellDraft, Reason]]):
        self.cells = tuple(draft for draft, _ in found)
        super().__init__([reason for _, reason in found])


@dataclass(frozen=True)
class _Step:
    """One cell's way from what is there to what was asked for."""

    draft: CellDraft
    cell: Cell
    where: str
    wish: Wish | None  # None: the figure stays

    @property
    def entry(self) -> Entry | None:
        """The office's one entry, if it stays: 缺项 does not become a deduction, its reason would not fit."""
        own = self.cell.own
        stays = own and (self.wish is None or self.wish.kind == own[0].kind)
        return own[0] if stays else None

    @property
    def idle(self) -> bool:
        """Everything is as it was asked for: nothing to write, whatever the page had seen."""
        own = self.cell.own
        if self.wish is not None:
            return False
        said = {"reason": self.draft.reason, "evidence": self.draft.evidence}
        return not own or all(text is None or text.strip() == getattr(own[0], name) for name, text in said.items())

    def entry_draft(self) -> EntryDraft | None:
        """The entry to be; None when there is none any more."""
        stays, wished = self.entry, self.wish
        kind = wished.kind if wished else (EntryKind(stays.kind) if stays else None)
        if kind is None:
            return None
        kept = (stays.reason, stays.evidence) if stays else ("", "")
        given = (self.draft.reason, self.draft.evidence)
        reason, evidence = (old if new is None else new for old, new in zip(kept, given, strict=True))
        return EntryDraft(
            unit_id=self.cell.unit.pk,
            item=self.cell.item,
            kind=kind,
            points=wished.points if wished else (stays.points if stays else self.cell.item.full_marks),
            reason=reason,
            office_id=self.cell.office.pk,
            evidence=evidence,
            found_on=self.draft.found_on or (stays.found_on if stays else None),
            where=self.where,
        )


@transaction.atomic
def set_cells(*, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit, cells: Sequence[CellDraft]) -> list[CellState]:
    """All of them or none. `CellsRefused` names every cell that cannot be so, `CellConflict` every one that somebody else has
    changed since the page was read. Writing what is there already changes nothing. Returns what was there before."""
    hold(cycle)
    require_scoring(by, cycle, {office.pk})
    steps = _Grid(cycle, office).steps(cells)
    before = [_state(step.cell) for step in steps]
    moving = [step for step in steps if not step.idle]
    _refuse_overtaken(cycle, moving)
    drafts = {number: draft for number, step in enumerate(moving) if (draft := step.entry_draft())}
    _refuse_faults(cycle, moving, drafts)
    if moving:
        _write(by, at, cycle, [(step, drafts.get(number)) for number, step in enumerate(moving)])
        start_scoring(cycle)
    return before


class _Grid:
    """The sheet of one office, loaded once for however many cells."""

    def __init__(self, cycle: Cycle, office: Unit):
        self.cycle, self.office = cycle, office
        self.names = unit_names(cycle.mine)
        self.units = {one.unit.code: one.unit for one in cycle.participants.select_related("unit")}
        items = Item.objects.filter(standard=cycle.standard_id, clauses__office=office).distinct()
        self.items = {item.code: item for item in items}
        self.entries: dict[tuple[int, int], list[Entry]] = defaultdict(list)
        rows = Entry.objects.filter(cycle=cycle, item__in=self.items.values()).select_related("item")
        for entry in rows.order_by("entered_at", "pk"):
            self.entries[entry.unit_id, entry.item_id].append(entry)

    def steps(self, drafts: Sequence[CellDraft]) -> list[_Step]:
        """Refuses all cells at once that are not there, or cannot be what was typed."""
        turns = Counter((draft.unit, draft.item) for draft in drafts)
        steps, wrong = [], []
        for draft in drafts:
            try:
                if turns[draft.unit, draft.item] > 1:
                    raise Refused("同一格写了两次")
                steps.append(self._step(draft))
            except Refused as refused:
                wrong += [(draft, Reason(reason.message, self.where(draft))) for reason in refused.reasons]
        if wrong:
            raise CellsRefused(self._overtaken_first(wrong))
        return steps

    def where(self, draft: CellDraft) -> str:
        unit = self.units.get(draft.unit)
        place = f"{self.names[unit.pk] if unit else draft.unit} {draft.item}"
        return f"第 {draft.row} 行 {place}" if draft.row else place

    def _cell(self, draft: CellDraft) -> Cell:
        unit, item = self.units.get(draft.unit), self.items.get(draft.item)
        if unit is None or item is None:
            raise Refused("这张表上没有这一格，请刷新页面")
        return Cell(unit, item, self.office, self.entries.get((unit.pk, item.pk), []))

    def _step(self, draft: CellDraft) -> _Step:
        cell = self._cell(draft)
        wished = None if draft.figure is None else wish(cell, draft.figure)
        if draft.figure is None and draft.reason is not None and len(cell.own) != 1:
            several = f"这一格有 {len(cell.own)} 条记录，请在右边逐条写原因"
            raise Refused(several if cell.own else "这一格没有扣分、加分，不用写原因")
        return _Step(draft, cell, self.where(draft), wished)

    def _overtaken_first(self, wrong: list[tuple[CellDraft, Reason]]) -> list[tuple[CellDraft, Reason]]:
        """What cannot be, because somebody else has been there: he shall hear that rather than what follows from it."""
        stale = []
        for draft, reason in wrong:
            unit, item = self.units.get(draft.unit), self.items.get(draft.item)
            if unit and item and (cell := self._cell(draft)).token != draft.seen:
                stale.append(Stale(unit, item, cell.entries, draft.seen, draft.figure or "", reason.where))
        refuse_stale(self.cycle, stale)
        return wrong


def _refuse_overtaken(cycle: Cycle, steps: Iterable[_Step]) -> None:
    refuse_stale(
        cycle,
        [
            Stale(
                unit=step.cell.unit,
                item=step.cell.item,
                entries=step.cell.entries,
                seen=step.draft.seen,
                wanted=step.draft.reason or "" if step.draft.figure is None else step.draft.figure or "空白",
                where=step.where,
            )
            for step in steps
            if step.cell.token != step.draft.seen
        ],
    )


def _refuse_faults(cycle: Cycle, steps: Sequence[_Step], drafts: dict[int, EntryDraft]) -> None:
    by_where = {step.where: step.draft for step in steps}
    if reasons := faults(cycle, list(drafts.values()), typed=True):
        raise CellsRefused([(by_where[reason.where], reason) for reason in reasons])


def _state(cell: Cell) -> CellState:
    state = CellState(cell.unit.code, cell.item.code, cell.figure)
    if not (own := cell.own):
        return state
    return replace(state, reason=own[0].reason, evidence=own[0].evidence, found_on=own[0].found_on)


# ── writing ──
def _write(by: Actor, at: dt.datetime, cycle: Cycle, work: Sequence[tuple[_Step, EntryDraft | None]]) -> None:
    names = unit_names(cycle.mine)
    gone = [entry for step, _ in work for entry in step.cell.own if entry is not step.entry]
    removed = [Change("entry", str(entry.pk), entry.reason, facts(entry, names), None) for entry in gone]
    Entry.objects.filter(pk__in=[entry.pk for entry in gone]).delete()
    changed = []
    for step, draft in work:
        if draft and (entry := step.entry):
            before = facts(entry, names)
            _change(by, at, entry, draft)
            changed.append(Change("entry", str(entry.pk), entry.reason, before, facts(entry, names)))
    fresh = [new_entry(by, at, cycle, draft) for step, draft in work if draft and not step.entry]
    added = [
        Change("entry", str(entry.pk), entry.reason, None, facts(entry, names))
        for entry in Entry.objects.bulk_create(fresh, batch_size=500)
    ]
    for verb, changes in (("removed", removed), ("changed", changed), ("added", added)):
        audit.write_many(by=by, at=at, mine=cycle.mine.code, action=f"assess.entry.{verb}", changes=changes)


def _change(by: Actor, at: dt.datetime, entry: Entry, draft: EntryDraft) -> None:
    entry.points, entry.found_on = draft.points, draft.found_on
    entry.reason, entry.evidence = draft.reason.strip(), draft.evidence.strip()
    entry.author, entry.entered_at = by.name, at
    entry.save()

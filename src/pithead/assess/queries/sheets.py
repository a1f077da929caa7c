"""The score sheet of one office: its items across, the units down, what was found in each cell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pithead.assess.models import Cycle, Entry, EntryKind, Item, ItemKind, Participant, ScoreClause, Submission
from pithead.assess.models.entries import counts_by_itself
from pithead.assess.queries.linked import linked_cells
from pithead.assess.queries.tokens import token_of
from pithead.assess.scoring import item_score
from pithead.kernel.rounding import ZERO, plain, to_cent
from pithead.org.models import Unit
from pithead.org.queries import unit_names

FIELDS = ("pk", "unit_id", "item_id", "office_id", "kind", "points", "reason", "evidence", "found_on", "source", "key")


@dataclass(frozen=True)
class SheetCell:
    """`figure`: the item's score; for bonus items what was earned. None: the item does not apply, will be taken from another
    standard when the month is closed (`linked`), or a veto cell without one.
    `own`: entries of the sheet's office. `seen`: what this page knows of the cell."""

    item_code: str
    state: str  # full | cut | na | add | veto | none | linked
    figure: Decimal | None
    entries: int
    own: int = 0
    bare: bool = False  # an own entry has no reason yet
    typed: bool = True  # a figure may be typed; otherwise the panel is the place
    seen: str = ""

    @property
    def text(self) -> str:
        """As the sheet shows it."""
        if self.state == "add":
            return f"+{plain(self.figure or ZERO)}"
        return {"na": "缺", "veto": "否决", "none": "·", "linked": "折算"}.get(self.state) or plain(self.figure or ZERO)

    @property
    def value(self) -> str:
        """As it is copied and typed."""
        return "" if self.state in ("none", "linked") else self.text.lstrip("+")


@dataclass(frozen=True)
class SheetRow:
    unit_code: str
    unit_name: str
    group_name: str
    cells: tuple[SheetCell, ...]


@dataclass(frozen=True)
class Sheet:
    """`means` per item, over the units to which it applies."""

    cycle: Cycle
    office: Unit
    items: tuple[Item, ...]
    rows: tuple[SheetRow, ...]
    means: tuple[Decimal | None, ...]
    entries: int
    submission: Submission | None

    @property
    def means_by_item(self) -> tuple[tuple[Item, Decimal | None], ...]:
        return tuple(zip(self.items, self.means, strict=True))

    @property
    def bare(self) -> tuple[tuple[SheetRow, SheetCell], ...]:
        """Cells whose reason has still to be written, in the order of the sheet."""
        return tuple((row, cell) for row in self.rows for cell in row.cells if cell.bare)


def sheet(cycle: Cycle, office: Unit) -> Sheet:
    """Nine queries at most, however many units and items."""
    items = _items_of(cycle, office)
    found = _found(cycle, items)
    linked = linked_cells(cycle) if cycle.takes_scores else frozenset()
    names = unit_names(cycle.mine)
    rows = tuple(
        SheetRow(
            unit_code=participant.unit.code,
            unit_name=names[participant.unit_id],
            group_name=participant.group.name,
            cells=tuple(
                _cell(item, office, found.get(where, ()), linked=where in linked)
                for item in items
                for where in ((participant.unit_id, item.pk),)
            ),
        )
        for participant in in_sheet_order(cycle)
    )
    return Sheet(
        cycle=cycle,
        office=office,
        items=tuple(items),
        rows=rows,
        means=tuple(_mean(row.cells[number] for row in rows) for number in range(len(items))),
        entries=sum(cell.own for row in rows for cell in row.cells),
        submission=Submission.objects.filter(cycle=cycle, office=office).first(),
    )


def in_sheet_order(cycle: Cycle) -> list[Participant]:
    """The rows of every sheet: peer group by peer group, in the order of the tree."""
    return list(cycle.participants.select_related("unit", "group").order_by("group__position", "unit__path"))


def scoring_offices(cycle: Cycle) -> list[Unit]:
    """The offices that have something to score in a cycle."""
    return list(Unit.objects.filter(score_clauses__item__standard=cycle.standard_id).distinct().order_by("path"))


def cell_entries(cycle: Cycle, unit: Unit, item: Item) -> list[Entry]:
    """What was found for one unit on one item, by every office that scores it, in the order it was entered."""
    rows = Entry.objects.filter(cycle=cycle, unit=unit, item=item)
    return list(rows.select_related("office", "item", "cycle__standard", "cycle__mine").order_by("entered_at", "pk"))


def cell_token(entry: Entry) -> str:
    """What there is now in the cell of an entry."""
    return token_of(Entry.objects.filter(cycle=entry.cycle_id, unit=entry.unit_id, item=entry.item_id))


def state_of(item: Item, entries: Iterable[Any]) -> tuple[str, Decimal | None]:
    """(state, figure) of a cell, from entries or rows with the same fields."""
    sums: Mapping[str, Decimal] = _sums(entries)
    if item.kind == ItemKind.VETO:
        return ("veto" if sums else "none"), None
    if item.kind == ItemKind.BONUS:
        won = to_cent(sums.get(EntryKind.BONUS, ZERO))
        return ("add", won) if won else ("none", None)
    if EntryKind.NOT_APPLICABLE in sums:
        return "na", None
    lost = to_cent(sums.get(EntryKind.DEDUCTION, ZERO))
    return ("cut" if lost else "full"), item_score(item.full_marks, lost)


def _sums(entries: Iterable[Any]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for entry in entries:
        sums[entry.kind] = sums.get(entry.kind, ZERO) + entry.points
    return sums


def _items_of(cycle: Cycle, office: Unit) -> list[Item]:
    own = ScoreClause.objects.filter(office=office).values("item")
    items = Item.objects.filter(standard=cycle.standard_id, pk__in=own).select_related("dimension")
    return list(items.order_by("position"))


def _found(cycle: Cycle, items: list[Item]) -> dict[tuple[int, int], list[Any]]:
    """(unit, item) → what was entered there. Rows, no models: a sheet has hundreds."""
    found: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in Entry.objects.filter(cycle=cycle, item__in=items).values_list(*FIELDS, named=True):
        found[row.unit_id, row.item_id].append(row)
    return found


def _cell(item: Item, office: Unit, entries: Sequence[Any], *, linked: bool) -> SheetCell:
    own = [e for e in entries if e.office_id == office.pk and not counts_by_itself(e.source, e.key)]
    state, figure = state_of(item, entries)
    if linked and state != "na":
        state, figure = "linked", None
    return SheetCell(
        item_code=item.code,
        state=state,
        figure=figure,
        entries=len(entries),
        own=len(own),
        bare=any(not entry.reason for entry in own),
        typed=item.kind != ItemKind.VETO and len(own) < 2 and not linked,
        seen=token_of(entries),
    )


def _mean(cells: Iterable[SheetCell]) -> Decimal | None:
    figures = [cell.figure for cell in cells if cell.figure is not None and cell.state in ("full", "cut")]
    return to_cent(sum(figures, ZERO) / len(figures)) if figures else None

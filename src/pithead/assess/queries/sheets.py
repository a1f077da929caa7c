"""The score sheet of one office: its items across, the units down, what was found in each cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from pithead.assess.models import Cycle, Entry, EntryKind, Item, ItemKind, Participant, ScoreClause, Submission
from pithead.assess.scoring import item_score
from pithead.kernel.rounding import ZERO, to_cent
from pithead.org.models import Unit
from pithead.org.queries import unit_names


@dataclass(frozen=True)
class SheetCell:
    """`figure`: the item's score; for bonus items what was earned. None: the item does not apply, or a veto cell without one."""

    item_code: str
    state: str  # full | cut | na | add | veto | none
    figure: Decimal | None
    entries: int


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


def sheet(cycle: Cycle, office: Unit) -> Sheet:
    """Six queries, however many units and items."""
    items = _items_of(cycle, office)
    found = _found(cycle, items)
    names = unit_names(cycle.mine)
    rows = tuple(
        SheetRow(
            unit_code=participant.unit.code,
            unit_name=names[participant.unit_id],
            group_name=participant.group.name,
            cells=tuple(_cell(item, found.get((participant.unit_id, item.pk), {})) for item in items),
        )
        for participant in in_sheet_order(cycle)
    )
    return Sheet(
        cycle=cycle,
        office=office,
        items=tuple(items),
        rows=rows,
        means=tuple(_mean(row.cells[number] for row in rows) for number in range(len(items))),
        entries=cycle.entries.filter(office=office).count(),
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


def _items_of(cycle: Cycle, office: Unit) -> list[Item]:
    own = ScoreClause.objects.filter(office=office).values("item")
    items = Item.objects.filter(standard=cycle.standard_id, pk__in=own).select_related("dimension")
    return list(items.order_by("position"))


def _found(cycle: Cycle, items: list[Item]) -> dict[tuple[int, int], Mapping[str, Any]]:
    """(unit, item) → sums of what was entered there."""
    rows = Entry.objects.filter(cycle=cycle, item__in=items).values("unit_id", "item_id")
    sums = rows.annotate(
        lost=Sum("points", filter=Q(kind=EntryKind.DEDUCTION)),
        won=Sum("points", filter=Q(kind=EntryKind.BONUS)),
        na=Count("pk", filter=Q(kind=EntryKind.NOT_APPLICABLE)),
        vetoes=Count("pk", filter=Q(kind=EntryKind.VETO)),
        entries=Count("pk"),
    )
    return {(row["unit_id"], row["item_id"]): row for row in sums}


def _cell(item: Item, found: Mapping[str, Any]) -> SheetCell:
    entries = int(found.get("entries", 0))
    if item.kind == ItemKind.VETO:
        return SheetCell(item.code, "veto" if entries else "none", None, entries)
    if item.kind == ItemKind.BONUS:
        won = to_cent(Decimal(found.get("won") or ZERO))
        return SheetCell(item.code, "add" if won else "none", won or None, entries)
    if found.get("na"):
        return SheetCell(item.code, "na", None, entries)
    lost = to_cent(Decimal(found.get("lost") or ZERO))
    return SheetCell(item.code, "cut" if lost else "full", item_score(item.full_marks, lost), entries)


def _mean(cells: Iterable[SheetCell]) -> Decimal | None:
    figures = [cell.figure for cell in cells if cell.figure is not None and cell.state in ("full", "cut")]
    return to_cent(sum(figures, ZERO) / len(figures)) if figures else None

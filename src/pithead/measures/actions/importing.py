"""Importing tables of figures: all of them or, if asked, the good rows; again and again without doubling any.

What the mine has is read once; no row asks the database anything."""

import contextlib
import datetime as dt
from collections import defaultdict
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from pithead.kernel import workbooks
from pithead.kernel.db import hold
from pithead.kernel.models import StoredFile
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Reason, Refused
from pithead.measures.actions.giving import Origin, write
from pithead.measures.actions.weighing import FigureDraft, Scales, Weighed
from pithead.measures.models import Source
from pithead.measures.quantities import Every, Quantity
from pithead.measures.queries.uploads import TABLES
from pithead.measures.sheets.columns import unknown_of
from pithead.measures.sheets.report import Difference, FiguresReport
from pithead.measures.sheets.report import failed_figures as failed_figures
from pithead.measures.sheets.rows import TOGETHER, Figure, Reading, SheetRow, read_rows
from pithead.measures.sheets.shifts import ShiftNames
from pithead.org.access import Actor, Capability
from pithead.org.models import Specialty, Unit, UnitKind
from pithead.org.queries import UnitDirectory

KINDS = (UnitKind.SECTION, UnitKind.CREW, UnitKind.MINE)
Cell = tuple[SheetRow, str]  # where a figure stands: its row and column
Place = tuple[str, int]  # sheet and row


def import_figures(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    file: bytes,
    name: str,
    dry_run: bool = False,
    keep_good: bool = False,
    overwrite: bool = False,
    reference: str = "",
    source: str = Source.IMPORT,
) -> FiguresReport:
    """`Refused` only where the file as a whole cannot be taken. `overwrite`: other values that stand are corrected; without
    it their rows fail. The log knows the import by `reference`, otherwise by its digest."""
    by.require(Capability.FIGURE_ENTER)
    book = workbooks.read(file, name=name)
    with contextlib.nullcontext() if dry_run else transaction.atomic():
        if not dry_run:
            hold(mine)  # two imports of one table are one after the other
        scales = Scales(by, at, mine)
        reading = read_rows(book, scales.quantities)
        plan = _Plan(scales, reading, overwrite)
        weighed = plan.weighed()
        written = not dry_run and (keep_good or not reading.failures)
        report = _report(plan, weighed, dry_run=dry_run, written=written)
        if written:
            write(by, at, mine, weighed, Origin(source, name), f"按“{name}”覆盖")
            counts = report.counts
            TABLES.imported(by=by, at=at, mine=mine.code, file=file, name=name, reference=reference, counts=counts)
    return report


def keep_figures(*, by: Actor, at: dt.datetime, mine: Unit, file: bytes, name: str) -> StoredFile:
    """Keeps an uploaded table until its importer has seen what it would do."""
    by.require(Capability.FIGURE_ENTER)
    return TABLES.keep(by=by, at=at, mine=mine.code, file=file, name=name)


class _Plan:
    """From rows to figures: what several rows say of one unit and shift at different places is added."""

    def __init__(self, scales: Scales, reading: Reading, overwrite: bool):
        self.scales, self.reading, self.overwrite = scales, reading, overwrite
        self.units = list(Unit.objects.of_mine(scales.mine).for_tree())
        self.directories: dict[dt.date, UnitDirectory] = {}
        self.shifts = ShiftNames(scales.mine, timezone.localdate(scales.at))
        self.differences: list[Difference] = []
        self.cells: list[list[Cell]] = []
        self.drafts: list[FigureDraft] = []
        self._gather()

    def _gather(self) -> None:
        """Drafts in the order of the sheet, each with the cells it comes from."""
        groups: dict[tuple[str, int, Period, str], tuple[FigureDraft, list[Cell]]] = {}
        for row in self.reading.good:
            try:
                unit = self._unit(row)
                for figure in row.figures:
                    draft = self._draft(row, unit, figure)
                    alone = "" if row.place else str(_place(row))
                    key = draft.quantity, unit.pk, draft.on, alone
                    before = groups.get(key)
                    if before and draft.value is not None and before[0].value is not None:
                        total = Decimal(before[0].value) + draft.value
                        draft = FigureDraft(draft.quantity, unit, draft.on, total)
                    groups[key] = draft, [*(before[1] if before else ()), (row, figure.field)]
            except Refused as refused:
                reason = refused.reasons[0]
                self.reading.fail(row.columns, row.number, reason.message, reason.where or None)
        for draft, cells in groups.values():
            self.drafts.append(draft)
            self.cells.append(cells)

    def _unit(self, row: SheetRow) -> Unit:
        if not row.unit and not row.crew:
            return self.scales.mine
        on = row.when.date
        if on not in self.directories:
            self.directories[on] = UnitDirectory(self.units, on)
        directory = self.directories[on]
        column, found = "unit" if row.unit else "crew", directory.find(row.unit or row.crew, kinds=KINDS)
        if found.unit is not None and row.unit and row.crew:
            column, found = "crew", directory.find(row.crew, kinds=(UnitKind.CREW,), under=found.unit)
        if found.unit is None:
            raise Refused(Reason(found.problem, column))
        return found.unit

    def _draft(self, row: SheetRow, unit: Unit, figure: Figure) -> FigureDraft:
        quantity = _meant(figure.quantities, unit)
        if quantity.every is Every.MONTH:
            on = Period.month(row.when.year, row.when.month)
        else:
            shift = self._shift(row, unit)
            on = Period.shift_of(row.when.date, shift) if shift else Period.day(row.when.date)
        return FigureDraft(quantity.code, unit, on, figure.value)

    def _shift(self, row: SheetRow, unit: Unit) -> int:
        try:
            return self.shifts.number(row.shift, unit)
        except Refused as refused:
            raise Refused(Reason(refused.reasons[0].message, "shift")) from None

    def weighed(self) -> list[Weighed]:
        """Those that can be taken. A row is taken whole or not at all, and with it what is added to it."""
        found = self.scales.weigh(self.drafts)
        for one, cells in zip(found, self.cells, strict=True):
            if one.differs:
                self.differences.append(self._difference(one, cells))
            if why := one.fault or self._against(one):
                for row, field in cells:
                    self.reading.fail(row.columns, row.number, why, field)
        bad = self._failed_rows()
        return [
            one for one, cells in zip(found, self.cells, strict=True) if not any(_place(row) in bad for row, _ in cells)
        ]

    def _against(self, one: Weighed) -> str:
        if self.overwrite or not one.differs:
            return ""
        quantity = self.scales.quantities[one.key[0]]
        old, new = quantity.words(one.said_before), quantity.words(one.value)
        return f"已经录了 {old}，表里是 {new}：核对后选“覆盖已录的数”，或改表再传"

    def _failed_rows(self) -> set[Place]:
        """And what is added to a failed row fails with it, and so on."""
        bad = {(one.sheet, one.row) for one in self.reading.failures}
        together: dict[Place, set[Place]] = defaultdict(set)
        rows = {_place(row): row for cells in self.cells for row, _ in cells}
        for cells in self.cells:
            places = {_place(row) for row, _ in cells}
            for place in places if len(places) > 1 else ():
                together[place] |= places
        waiting = list(bad)
        while waiting:
            for place in together[waiting.pop()] - bad:
                bad.add(place)
                waiting.append(place)
                self.reading.fail(rows[place].columns, place[1], TOGETHER)
        return bad

    def _difference(self, one: Weighed, cells: list[Cell]) -> Difference:
        quantity, (row, field) = self.scales.quantities[one.key[0]], cells[0]
        where = row.columns.header.where(row.number, field)
        told = (self.scales.names[one.key[2]], one.draft.on.label, quantity.label)
        return Difference(where, *told, quantity.words(one.said_before), quantity.words(one.value))


def _place(row: SheetRow) -> Place:
    return row.columns.header.sheet.name, row.number


def _meant(quantities: tuple[Quantity, ...], unit: Unit) -> Quantity:
    """吨（米）: metres of those who drive headings, tonnes of all others."""
    if len(quantities) == 1:
        return quantities[0]
    wanted = unit.specialty or Specialty.EXTRACTION
    fitting = [one for one in quantities if wanted in one.specialties]
    return (fitting or list(quantities))[0]


def _report(plan: _Plan, weighed: list[Weighed], *, dry_run: bool, written: bool) -> FiguresReport:
    corrected = sum(one.differs for one in weighed)
    unchanged = sum(one.is_same for one in weighed)
    reading = plan.reading
    order = {one.header.sheet.name: number for number, one in enumerate(reading.sheets)}
    failures = sorted(reading.failures, key=lambda one: (order[one.sheet], one.row, one.column))
    return FiguresReport(
        rows=reading.rows,
        failures=tuple(failures),
        ignored=tuple(reading.ignored),
        unknown_columns=unknown_of(reading.sheets),
        dry_run=dry_run,
        written=written,
        reading=reading,
        added=len(weighed) - corrected - unchanged,
        corrected=corrected,
        unchanged=unchanged,
        differences=tuple(plan.differences),
        overwrite=plan.overwrite,
    )

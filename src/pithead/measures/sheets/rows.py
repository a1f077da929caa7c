"""The rows of a mine's tables: which unit, when, what figures; or why one cannot be taken, cell by cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pithead.kernel import workbooks
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import Cell, Failure, Workbook
from pithead.measures.quantities import Every, Quantity
from pithead.measures.sheets.columns import PLACES, Columns, find_columns
from pithead.measures.sheets.dates import When, when_of_cell, when_of_title

TOTALS = re.compile(r"(合计|总计|小计|共计|累计|日计|月计|全队合计|全矿合计|平均)")  # also behind a date, or as a shift
TOGETHER = "同一班同一单位的另一行有问题，请一起改好再导"
NOTHING = {"-", "--", "—", "——", "/", "\\", "无", "休", "休息", "停"}
UNITS_BEHIND = re.compile(r"(吨|t|T|米|m|M|元|小时|h|人次|人|项|个|次|处|台|班|分)$")


@dataclass(frozen=True)
class Figure:
    """One cell that says something. `field`: its column."""

    field: str
    quantities: tuple[Quantity, ...]
    value: Decimal


@dataclass(frozen=True)
class SheetRow:
    """`number` counts from 0. `unit`, `crew`, `shift`, `place` as written."""

    columns: Columns
    number: int
    when: When
    unit: str
    crew: str
    shift: str
    place: str
    figures: tuple[Figure, ...]


@dataclass
class Reading:
    """What the sheets of a file say. `notes`: columns left out, and why."""

    file: str
    sheets: list[Columns]
    rows: int = 0
    good: list[SheetRow] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _told: set[tuple[str, int, str]] = field(default_factory=set)

    def fail(self, columns: Columns, row: int, message: str, name: str | None = None) -> None:
        said = f"{columns.cell_name(name)}：{message}" if name else message
        sheet = columns.header.sheet.name
        if (key := (sheet, row, said)) not in self._told:
            self._told.add(key)
            reason = Reason(said, f"{self.file}{columns.header.where(row, name)}")
            self.failures.append(Failure(row, columns.header.columns.get(name or "", 0), reason, sheet))


def read_rows(book: Workbook, quantities: Mapping[str, Quantity]) -> Reading:
    reading = Reading(book.name, find_columns(book, quantities))
    for columns in reading.sheets:
        _Table(reading, columns).read()
    if not reading.rows:
        raise Refused("表头下面一个数也没有，请填好再传")
    return reading


class _Table:
    """One sheet. Names spread over merged cells; a figure that spreads over several rows cannot be told apart."""

    def __init__(self, reading: Reading, columns: Columns):
        self.reading, self.columns, self.header = reading, columns, columns.header
        self.broken: set[tuple[When, str, str, str]] = set()
        self.title = when_of_title(columns, reading.file)
        self.spread = {
            (row, first)
            for (top, first), (bottom, _) in columns.header.sheet.merged
            if bottom > top
            for row in range(top, bottom + 1)
        }

    def read(self) -> None:
        rows = workbooks.data_rows(self.header, self.reading.ignored)
        found = [row for number, cells in rows if (row := self._row(number, cells)) is not None]
        found = [row for row in found if not self._is_added_to_broken(row)]
        every = Every.DAY if self._is_daily(found) else Every.MONTH
        left_out: dict[str, None] = {}
        for row in found:
            figures = tuple(one for one in row.figures if one.quantities[0].every is every)
            left_out |= dict.fromkeys(one.quantities[0].label for one in row.figures if one not in figures)
            if figures:
                month = row.when if every is Every.DAY else When(row.when.year, row.when.month)
                self._take(row, figures, month)
        if left_out:
            said, other = ("按天", "按月") if every is Every.DAY else ("按月", "按天")
            names = "、".join(f"“{label}”" for label in left_out)
            sheet = self.header.sheet.name
            self.reading.notes.append(f"工作表“{sheet}”是{said}的，{names}{other}录，没有导入；要改在“数据项目”里改")

    def _is_added_to_broken(self, row: SheetRow) -> bool:
        """What several rows say of one shift at different places is one figure: half of it would be a wrong one."""
        if not row.place or (row.when, row.unit, row.crew, row.shift) not in self.broken:
            return False
        self.reading.fail(self.columns, row.number, TOGETHER)
        return True

    def _take(self, row: SheetRow, figures: tuple[Figure, ...], when: When) -> None:
        if figures[0].quantities[0].every is Every.DAY and not row.when.day:
            self.reading.fail(self.columns, row.number, "只写到月，请写到日，如 2026-06-03", "on")
            return
        said = (row.unit, row.crew, row.shift, row.place, figures)
        self.reading.good.append(SheetRow(row.columns, row.number, when, *said))

    def _is_daily(self, rows: Sequence[SheetRow]) -> bool:
        """A column of shifts, or dates that are no firsts; where all are firsts, what the columns are given by."""
        whens = [row.when for row in rows]
        if self.columns.has_shifts or any(when.day and when.sure for when in whens):
            return True
        if any(not when.day for when in whens):
            return False
        return any(one.every is Every.DAY for found in self.columns.quantities.values() for one in found)

    def _text(self, cells: Sequence[Cell], field: str) -> str:
        column = self.header.columns.get(field)
        return "" if column is None else workbooks.text(cells[column])

    def _row(self, number: int, cells: Sequence[Cell]) -> SheetRow | None:
        """None: empty, a row of totals, or failed."""
        if self._is_total(cells):
            self.reading.ignored.append(f"{self.header.where(number)}（合计行）")
            return None
        before = len(self.reading.failures)
        figures = tuple(self._figures(number))
        if not figures and len(self.reading.failures) == before:
            return None  # a line for a unit that has nothing to say
        self.reading.rows += 1
        when, said = self._when(number, cells), self._names(number, cells)
        if when is not None and said is not None and len(self.reading.failures) > before:
            self.broken.add((when, *said[:3]))
        if when is None or said is None or len(self.reading.failures) > before:
            return None
        return SheetRow(self.columns, number, when, *said, figures)

    def _is_total(self, cells: Sequence[Cell]) -> bool:
        named = (cells[self.header.columns[name]] for name in PLACES if name in self.header.columns)
        return any(isinstance(cell, str) and TOTALS.match(workbooks.squeeze(cell)) for cell in named)

    def _names(self, number: int, cells: Sequence[Cell]) -> tuple[str, str, str, str] | None:
        try:
            unit, crew, shift, place = (self._text(cells, name) for name in ("unit", "crew", "shift", "place"))
        except Refused as refused:
            self.reading.fail(self.columns, number, refused.reasons[0].message)
            return None
        if "unit" in self.header.columns and not unit and not crew:
            self.reading.fail(self.columns, number, "是空的，请写明单位", "unit")
            return None
        return unit, crew, shift, place

    def _when(self, number: int, cells: Sequence[Cell]) -> When | None:
        column = self.header.columns.get("on")
        try:
            found = when_of_cell(cells[column], self.title) if column is not None else self.title
        except Refused as refused:
            self.reading.fail(self.columns, number, refused.reasons[0].message, "on")
            return None
        if found is None and (found := self.title if column is not None else None) is None:
            why = (
                "是空的，请写明日期"
                if column is not None
                else "没有日期：加一列“日期”，或在标题里写明，如“2026年6月3日”"
            )
            self.reading.fail(self.columns, number, why, "on" if column is not None else None)
        return found

    def _figures(self, number: int) -> Iterator[Figure]:
        for name, quantities in self.columns.quantities.items():
            column = self.header.columns[name]
            cell = self.header.sheet.cell(number, column)
            if (number, column) in self.spread:
                if cell != "":
                    self.reading.fail(self.columns, number, "合并了几行，看不出是哪一行的，请拆开再填", name)
                continue
            try:
                value = _value(cell)
            except Refused as refused:
                self.reading.fail(self.columns, number, refused.reasons[0].message, name)
                continue
            if value is not None:
                yield Figure(name, quantities, value * self.columns.times.get(name, 1))


def _value(cell: Cell) -> Decimal | None:
    """None: nothing was given. 1,200吨 is a number."""
    shown = workbooks.squeeze(cell) if isinstance(cell, str) else cell
    if shown == "" or shown in NOTHING:
        return None
    try:
        value = workbooks.number(UNITS_BEHIND.sub("", shown).strip() if isinstance(shown, str) else shown)
    except Refused:
        value = workbooks.number(shown)  # in its own words
    if value < 0:
        raise Refused(f"不能是 {value}，请填 0 或正数")
    return value

"""Writing workbooks: A4 landscape, heading row frozen and repeated, text never taken for a formula."""

import datetime as dt
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter

from pithead.kernel.workbooks.sheets import Corner

MADE_ON = dt.datetime(2020, 1, 1)  # noqa: DTZ001  a constant, so that the same input gives the same bytes
FONT = "宋体"
LINE_HEIGHT = 16  # points, for a body of 11


@dataclass(frozen=True)
class Column:
    """`as_text` makes Excel keep what is typed below (numbers of people, codes); `number` is an Excel number format."""

    heading: str
    width: float = 12
    as_text: bool = False
    number: str = ""
    wrap: bool = False


@dataclass(frozen=True)
class Table:
    """One sheet. `above` are rows that come before the headings as they are, with the `merged` ranges among them; a table
    whose columns have no headings consists of `above` and `rows` alone."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    above: Sequence[Sequence[Any]] = ()
    merged: Sequence[tuple[Corner, Corner]] = ()
    notes: Sequence[str] = ()
    landscape: bool = True
    frozen_columns: int = 0


def new_workbook(target: io.BytesIO) -> Any:
    """An xlsxwriter workbook with our settings, for pages that need more than `write`."""
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False}
    )
    book.set_properties({"title": "", "author": "Pithead", "created": MADE_ON})
    return book


def write(tables: Iterable[Table]) -> bytes:
    target = io.BytesIO()
    book = new_workbook(target)
    styles = _Styles(book)
    for table in tables:
        _write_table(book.add_worksheet(table.name[:31]), table, styles)
    book.close()
    return target.getvalue()


class _Styles:
    """One format per combination in use: xlsxwriter wants them shared."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {"font_name": FONT, "font_size": 11, "valign": "vcenter", **properties}
            )
        return self._made[key]

    def heading(self) -> Any:
        return self.get(bold=True, border=1, align="center", text_wrap=True, bg_color="#E8E8E8")

    def body(self, column: Column, value: Any) -> Any:
        form = "yyyy-mm-dd" if isinstance(value, dt.date) else "@" if column.as_text else column.number or "General"
        return self.get(border=1, text_wrap=column.wrap, num_format=form)


def _write_table(sheet: Any, table: Table, styles: _Styles) -> None:
    sheet.set_paper(9)
    if table.landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    for number, column in enumerate(table.columns):
        blank = styles.get(num_format="@") if column.as_text else None
        sheet.set_column(number, number, column.width, blank)
    row = _write_top(sheet, table, styles)
    for values in table.rows:
        sheet.set_row(row, _height(values, table.columns))
        for number, value in enumerate(values):
            column = table.columns[number] if number < len(table.columns) else Column("")
            _put(sheet, row, number, value, styles.body(column, value))
        row += 1
    for note in table.notes:
        sheet.write_string(row, 0, note, styles.get())
        row += 1


def _write_top(sheet: Any, table: Table, styles: _Styles) -> int:
    """Title, rows above and headings; returns the first row of the body."""
    row, last = 0, max(len(table.columns) - 1, 0)
    if table.title:
        style = styles.get(bold=True, font_size=16, align="center")
        if last:
            sheet.merge_range(0, 0, 0, last, table.title, style)
        else:
            sheet.write_string(0, 0, table.title, style)
        sheet.set_row(0, 2 * LINE_HEIGHT)
        row = 1
    first = row
    row = _write_above(sheet, table, styles, row)
    if any(column.heading for column in table.columns):
        sheet.set_row(row, _height([column.heading for column in table.columns], table.columns, wrap=True))
        for number, column in enumerate(table.columns):
            sheet.write_string(row, number, column.heading, styles.heading())
        row += 1
    if row:
        sheet.freeze_panes(row, table.frozen_columns)
        sheet.repeat_rows(first if first < row else 0, row - 1)
    return row


def _write_above(sheet: Any, table: Table, styles: _Styles, row: int) -> int:
    spans = {start for start, _ in table.merged}
    for offset, values in enumerate(table.above):
        alone = ["" if (offset, number) in spans else value for number, value in enumerate(values)]
        sheet.set_row(row + offset, _height(alone, table.columns, wrap=True))
        for number, value in enumerate(values):
            _put(sheet, row + offset, number, value, styles.heading())
    for (top, left), (bottom, right) in table.merged:
        sheet.merge_range(row + top, left, row + bottom, right, "", styles.heading())
        _put(sheet, row + top, left, table.above[top][left], styles.heading())
    return row + len(table.above)


def _height(values: Sequence[Any], columns: Sequence[Column], *, wrap: bool = False) -> int:
    """Enough for the wrapped cell with the most lines: not every program that prints measures rows itself."""
    lines = (
        -(-_half_widths(str(value)) // max(int(column.width) - 1, 1))
        for value, column in zip(values, columns, strict=False)
        if value is not None and (wrap or column.wrap)
    )
    return LINE_HEIGHT * max((1, *lines))


def _half_widths(text: str) -> int:
    """Chinese characters take two places."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _put(sheet: Any, row: int, column: int, value: Any, style: Any) -> None:
    match value:
        case None | "":
            sheet.write_blank(row, column, None, style)
        case bool():
            sheet.write_boolean(row, column, value, style)
        case int() | float() | Decimal():
            sheet.write_number(row, column, value, style)
        case dt.date() | dt.time() | dt.timedelta():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_string(row, column, str(value)[:32_767], style)

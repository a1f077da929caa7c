"""Workbooks out of rows of cells: "^" is merged with the cell above it, "<" with the one to its left."""

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook as Writer

from pithead.kernel.workbooks import new_workbook

Rows = Sequence[Sequence[Any]]


def workbook(*sheets: tuple) -> bytes:
    import io

    target = io.BytesIO()
    book: Writer = new_workbook(target)
    for name, rows, *hidden in sheets:
        sheet = book.add_worksheet(name)
        for (top, left), (bottom, right) in merged(rows):
            sheet.merge_range(top, left, bottom, right, "")
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell == "#REF!":
                    sheet.write_formula(row, column, "=A99999", None, "#REF!")
                elif cell not in ("", "^", "<"):
                    sheet.write(row, column, cell)
        for row in hidden[0] if hidden else ():
            sheet.set_row(row, None, None, {"hidden": True})
    book.close()
    return target.getvalue()


def merged(rows: Rows) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Ranges out of the arrows: a cell with arrows right of it and below it."""

    def at(row: int, column: int) -> Any:
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""

    found = []
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if cell in ("^", "<"):
                continue
            right, bottom = column, row
            while at(row, right + 1) == "<":
                right += 1
            while at(bottom + 1, column) == "^":
                bottom += 1
            if (right, bottom) != (column, row):
                found.append(((row, column), (bottom, right)))
    return found

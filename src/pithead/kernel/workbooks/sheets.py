"""A workbook as plain values that know where they stood."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pithead.kernel.refusal import Refused


@dataclass(frozen=True)
class Flaw:
    """Stands where a value should be: an error such as #N/A, or a formula nobody has calculated. `shown` is what the cell shows."""

    message: str
    shown: str = ""


Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | Flaw
Corner = tuple[int, int]


def letters(column: int) -> str:
    """0 → A, 27 → AB."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True)
class Sheet:
    """`rows` begin at A1, so that row 4, column 2 is C5; all rows are equally long."""

    name: str
    rows: Sequence[list[Cell]]
    merged: tuple[tuple[Corner, Corner], ...] = ()

    def where(self, row: int, column: int | None = None) -> str:
        """“花名册”第 5 行 C 列."""
        place = f"“{self.name}”第 {row + 1} 行"
        return place if column is None else f"{place} {letters(column)} 列"

    def cell(self, row: int, column: int) -> Cell:
        """The value, empty beyond the edges."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""

    def unmerged(self) -> "Sheet":
        """The same sheet with the value of each merged range in every one of its cells."""
        if not self.merged:
            return self
        rows = [list(row) for row in self.rows]
        left = sum(len(row) for row in rows)
        for (top, first), (bottom, last) in self.merged:
            value = self.cell(top, first)
            for row in rows[top : bottom + 1]:
                width = len(row[first : last + 1])
                row[first : last + 1] = [value] * width
                left -= width
                if left < 0:  # Excel never lets merged ranges overlap
                    raise Refused(f"工作表“{self.name}”的合并单元格互相重叠，文件可能损坏，请用 Excel 打开另存后再传")
        return replace(self, rows=rows)

    @property
    def is_empty(self) -> bool:
        return all(cell == "" for row in self.rows for cell in row)


@dataclass(frozen=True)
class Workbook:
    """The visible sheets in their order. `name` is the file's."""

    name: str
    sheets: tuple[Sheet, ...]

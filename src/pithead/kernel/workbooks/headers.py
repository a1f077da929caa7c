"""Finding the header row, wherever a mine has put it, and what its columns mean."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks.cells import squeeze
from pithead.kernel.workbooks.sheets import Cell, Sheet, Workbook

LOOK_AT = 30  # rows from the top in which a header may stand
Wanted = Mapping[str, Sequence[str]]
Required = Sequence[str | tuple[str, ...]]

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_DECORATION = re.compile(r"[\s*:★·_]+")


@dataclass(frozen=True)
class Header:
    """Where the columns of a sheet are. Rows and columns count from 0; the data begins at `data_row`."""

    sheet: Sheet
    row: int
    data_row: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...]  # headings nobody asked for, as written
    note: str = ""  # says so when not the first sheet was taken

    def where(self, row: int, field: str | None = None) -> str:
        return self.sheet.where(row, self.columns.get(field) if field else None)


def plain_heading(cell: Cell) -> str:
    """序 号 → 序号, 姓名（必填）* → 姓名."""
    if not isinstance(cell, str):
        return ""
    heading = squeeze(cell)
    return _DECORATION.sub("", _BRACKETS.sub("", heading) or heading)


def find_header(sheet: Sheet, wanted: Wanted, required: Required) -> Header:
    """The best header row of one sheet. `wanted`: field → its headings, the first is its name in sentences. `required`: fields
    that must be there; in a tuple one of them is enough."""
    found = _best(sheet, wanted)
    missing = _missing(found, wanted, required)
    if found is None or missing:
        raise Refused(_sentence([(sheet, found)], wanted, required))
    return found


def find_table(workbook: Workbook, wanted: Wanted, required: Required) -> Header:
    """The first sheet that has all required columns; the header's note says so when that is not the first sheet."""
    looked_at: list[tuple[Sheet, Header | None]] = []
    for sheet in workbook.sheets:
        found = _best(sheet, wanted)
        if found is not None and not _missing(found, wanted, required):
            if not looked_at:
                return found
            return replace(found, note=f"第一张工作表“{workbook.sheets[0].name}”里没有要的列，读的是“{sheet.name}”")
        looked_at.append((sheet, found))
    raise Refused(_sentence(looked_at, wanted, required))


def _best(sheet: Sheet, wanted: Wanted) -> Header | None:
    """The row, or pair of rows, that names most of the wanted columns; a single row, then the upper one, wins a tie."""
    meaning = {plain_heading(heading): field for field, headings in wanted.items() for heading in headings}
    spread = replace(sheet, rows=sheet.rows[: LOOK_AT + 1]).unmerged()
    best: Header | None = None
    for height in (1, 2):
        for row in range(min(LOOK_AT, len(spread.rows))):
            found = _columns(spread, row, height, meaning)
            if found.columns and (best is None or len(found.columns) > len(best.columns)):
                best = found
    return best and replace(best, sheet=sheet)


def _columns(sheet: Sheet, row: int, height: int, meaning: Mapping[str, str]) -> Header:
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for column, cell in enumerate(sheet.rows[row]):
        names = _names(cell, sheet.cell(row + 1, column) if height == 2 else "")
        field = next((meaning[name] for name in names if name in meaning), None)
        if field is None or field in columns:
            continues = column and columns.get(field or "") == column - 1 and cell == sheet.rows[row][column - 1]
            if names and names[0] not in unknown and not continues:
                unknown.append(names[0])
        else:
            columns[field] = column
    return Header(sheet, row, row + height, columns, tuple(unknown))


def _names(upper: Cell, lower: Cell) -> list[str]:
    """What a column may be called: by its lower heading, by both, or by the upper one when it stands alone."""
    group, own = plain_heading(upper), plain_heading(lower)
    if lower != "" and not own:
        return []  # a value stands there: not a second header row
    if not own or own == group:
        return [group] if group else []
    return [group + own, own]


def _missing(found: Header | None, wanted: Wanted, required: Required) -> list[str]:
    names = []
    for one in required:
        choices = (one,) if isinstance(one, str) else one
        if found is None or not any(choice in found.columns for choice in choices):
            names.append("或".join(f"“{wanted[choice][0]}”" for choice in choices))
    return names


def _sentence(looked_at: Sequence[tuple[Sheet, Header | None]], wanted: Wanted, required: Required) -> Reason:
    """Speaks of the sheet that came nearest."""
    sheet, found = max(looked_at, key=lambda one: len(one[1].columns) if one[1] else 0)
    missing = "、".join(_missing(found, wanted, required))
    sheets = "、".join(f"“{one.name}”" for one, _ in looked_at)
    if found is None or len(found.columns) < 2:
        return Reason(f"没有找到表头，要有这几列：{missing}。看过的工作表：{sheets}。请核对是否传错了文件或工作表")
    have = "、".join(f"“{wanted[field][0]}”" for field in found.columns)
    return Reason(f"表头缺少这几列：{missing}（找到了{have}）。请补上列再传", sheet.where(found.row))

"""The rows below a header: those that say something, without what a mine writes between and under them."""

import re
from collections.abc import Iterator, Sequence

from pithead.kernel.workbooks.cells import squeeze, text
from pithead.kernel.workbooks.headers import Header
from pithead.kernel.workbooks.sheets import Cell, Flaw

TOTALS_ROW = re.compile(r"(合计|总计|小计|共计)")
FOOTER_ROW = re.compile(r"(制表|填表|填报|审核|审批|批准|备注|说明|注|制表人|矿长|安全矿长)[^:]{0,6}:")


def data_rows(header: Header, ignored: list[str]) -> Iterator[tuple[int, list[Cell]]]:
    """With their numbers in the sheet. Totals, signatures and headings that stand there once more are named in `ignored`."""
    rows = header.sheet.unmerged().rows
    headings = _as_text(rows[header.data_row - 1])
    for number in range(header.data_row, len(rows)):
        cells = rows[number]
        first = next((cell for cell in cells if not (isinstance(cell, str) and not cell.strip())), None)
        if first is None:
            continue
        if why := _why_none(first, cells, headings):
            ignored.append(f"{header.where(number)}（{why}）")
        else:
            yield number, cells


def _why_none(first: Cell, cells: Sequence[Cell], headings: list[str]) -> str:
    if not isinstance(first, str):
        return ""
    start = squeeze(first)
    if TOTALS_ROW.match(start):
        return "合计行"
    if FOOTER_ROW.match(start):
        return "落款"
    return "重复的表头" if start in headings and _as_text(cells) == headings else ""


def _as_text(cells: Sequence[Cell]) -> list[str]:
    return ["" if isinstance(cell, Flaw) else text(cell) for cell in cells]

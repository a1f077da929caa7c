"""Ruled tables of an official document: as wide as the text, readable, and whole over page breaks."""

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from docx.oxml.ns import qn

from pithead.documents import layout
from pithead.documents.layout import TEXT_WIDTH, Face
from pithead.documents.ooxml import Element, el, paragraph, printable, run

OFF_THE_RULE = 40  # how far text set to the left stands off


@dataclass(frozen=True)
class Column:
    """`share` of the text width; `group` spans neighbouring columns with a common head."""

    head: str
    share: float
    left: bool = False
    group: str = ""


def ruled_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, points: float) -> Element:
    """As wide as the text block, every cell framed, the head repeated on each page, no row over a page break."""
    widths = _widths([column.share for column in columns])
    head, body = Face(layout.HEITI, round(points * 2)), Face(layout.FANGSONG, round(points * 2))
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    table = table_of(widths, el("tblBorders", *(rule(side, layout.CELL_RULE) for side in sides)))
    for line in _head_rows(columns, widths, head):
        table.append(line)
    pattern = _row([_cell(" ", size, body, column.left) for column, size in zip(columns, widths, strict=True)])
    for values in rows:
        table.append(_filled(pattern, values))
    return table


def _filled(pattern: Element, values: Sequence[str]) -> Element:
    """A copy of a row with other words: ten times faster than building one, and long tables have thousands."""
    line = deepcopy(pattern)
    for text, value in zip(line.iter(qn("w:t")), values, strict=True):
        text.text = printable(value)
    return line


def _widths(shares: Sequence[float]) -> list[int]:
    """Twips that add up to the text width exactly."""
    marks = [round(TEXT_WIDTH * part / sum(shares)) for part in accumulate(shares, initial=0.0)]
    return [after - before for before, after in pairwise(marks)]


def table_of(widths: Sequence[int], borders: Element, *placing: Element) -> Element:
    properties = [
        *placing,
        el("tblW", w=sum(widths), type="dxa"),
        el("jc", val="center"),
        borders,
        el("tblLayout", type="fixed"),
        el("tblCellMar", el("left", w=0, type="dxa"), el("right", w=0, type="dxa")),
    ]
    grid = el("tblGrid", *(el("gridCol", w=size) for size in widths))
    return el("tbl", el("tblPr", *properties), grid)


def rule(side: str, eighths: int) -> Element:
    return el(side, val="single", sz=eighths, space=0, color=layout.BLACK)


def _head_rows(columns: Sequence[Column], widths: Sequence[int], face: Face) -> list[Element]:
    """One row, or two where columns have a common head."""
    if not any(column.group for column in columns):
        cells = [_cell(column.head, size, face) for column, size in zip(columns, widths, strict=True)]
        return [_row(cells, head=True)]
    upper, lower = [], []
    for group, same in groupby(zip(columns, widths, strict=True), key=lambda pair: pair[0].group):
        below = [(column.head, size) for column, size in same]
        if group:
            whole = sum(size for _, size in below)
            upper.append(_cell(group, whole, face, properties=[el("gridSpan", val=len(below))]))
            lower += [_cell(head, size, face) for head, size in below]
        else:
            upper += [_cell(head, size, face, properties=[el("vMerge", val="restart")]) for head, size in below]
            lower += [_cell("", size, face, properties=[el("vMerge")]) for _, size in below]
    return [_row(upper, head=True), _row(lower, head=True)]


def _row(cells: Sequence[Element], *, head: bool = False) -> Element:
    return el("tr", el("trPr", el("cantSplit"), *([el("tblHeader")] if head else [])), *cells)


def _cell(text: str, size: int, face: Face, left: bool = False, properties: Sequence[Element] = ()) -> Element:
    line = el("spacing", before=40, after=40, line=face.half_points * 12 + 20, lineRule="exact")
    side = el("jc", val="left" if left else "center")
    room = [el("ind", left=OFF_THE_RULE)] if left else []
    content = paragraph(*([run(text, face)] if text else []), properties=[el("snapToGrid", val=0), line, *room, side])
    return el("tc", el("tcPr", el("tcW", w=size, type="dxa"), *properties, el("vAlign", val="center")), content)

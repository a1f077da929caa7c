"""Ruled tables of an official document: as wide as the text, readable, and whole over page breaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pithead.documents import layout
from pithead.documents.layout import TEXT_WIDTH, Face
from pithead.documents.ooxml import Element, el, paragraph, run

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
    lefts = [column.left for column in columns]
    for values in rows:
        cells = [_cell(value, size, body, left) for value, size, left in zip(values, widths, lefts, strict=True)]
        table.append(el("tr", el("trPr", el("cantSplit")), *cells))
    return table


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
        return [_head_row([_cell(column.head, size, face) for column, size in zip(columns, widths, strict=True)])]
    upper, lower = [], []
    for position, (column, size) in enumerate(zip(columns, widths, strict=True)):
        first = position == 0 or columns[position - 1].group != column.group
        if not column.group:
            upper.append(_cell(column.head, size, face, properties=[el("vMerge", val="restart")]))
            lower.append(_cell("", size, face, properties=[el("vMerge")]))
            continue
        if first:
            run_of = _run_of(columns, position)
            upper.append(
                _cell(
                    column.group, sum(widths[position:run_of]), face, properties=[el("gridSpan", val=run_of - position)]
                )
            )
        lower.append(_cell(column.head, size, face))
    return [_head_row(upper), _head_row(lower)]


def _run_of(columns: Sequence[Column], start: int) -> int:
    """Where the columns of one common head end."""
    end = start
    while end < len(columns) and columns[end].group == columns[start].group:
        end += 1
    return end


def _head_row(cells: Sequence[Element]) -> Element:
    return el("tr", el("trPr", el("cantSplit"), el("tblHeader")), *cells)


def _cell(text: str, size: int, face: Face, left: bool = False, properties: Sequence[Element] = ()) -> Element:
    line = el("spacing", before=40, after=40, line=face.half_points * 12 + 20, lineRule="exact")
    side = el("jc", val="left" if left else "center")
    room = [el("ind", left=OFF_THE_RULE)] if left else []
    content = paragraph(*([run(text, face)] if text else []), properties=[el("snapToGrid", val=0), line, *room, side])
    return el("tc", el("tcPr", el("tcW", w=size, type="dxa"), *properties, el("vAlign", val="center")), content)

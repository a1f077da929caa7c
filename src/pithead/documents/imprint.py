"""版记: who else receives the paper, who printed it and when, at the foot of the last page."""

from collections.abc import Sequence

from pithead.documents import layout
from pithead.documents.layout import IMPRINT, TEXT_WIDTH
from pithead.documents.ooxml import Element, el, paragraph, run
from pithead.documents.tables import rule, table_of

# The table hangs on the bottom of the text block, wherever the last page ends. Sideways it is placed from the edge of the
# page, because LibreOffice 7 lets no table float that is placed from the margin; 27 mm lies between the inner margin of
# an odd page (28) and the left one of an even page (26).
FROM_LEFT = (layout.INNER + layout.OUTER) // 2


def imprint_table(copies: Sequence[str], office: str, printed: str) -> Element:
    """As wide as the text; outer rules 0.35 mm, the one between 0.25 mm, none at the sides."""
    outer, inner = layout.OUTER_RULE, layout.INNER_RULE
    borders = el("tblBorders", rule("top", outer), rule("bottom", outer), rule("insideH", inner))
    floating = el("tblpPr", vertAnchor="margin", horzAnchor="page", tblpX=FROM_LEFT, tblpYSpec="bottom")
    table = table_of([TEXT_WIDTH], borders, floating, el("tblOverlap", val="never"))
    for content in [*([_copies(copies)] if copies else []), _printed(office, printed)]:
        cell = el("tc", el("tcPr", el("tcW", w=TEXT_WIDTH, type="dxa")), content)
        table.append(el("tr", el("trPr", el("cantSplit")), cell))
    return table


def _copies(names: Sequence[str]) -> Element:
    """抄送：甲，乙。 One character in at both sides, later lines under the first receiver."""
    em = IMPRINT.em
    place = el("ind", left=4 * em, right=em, hanging=3 * em)
    return paragraph(run(f"抄送：{'，'.join(names)}。", IMPRINT), properties=[_line(), place, el("jc", val="left")])


def _printed(office: str, printed: str) -> Element:
    em = IMPRINT.em
    edge = el("tabs", el("tab", val="right", pos=TEXT_WIDTH - em))
    content = (run(office, IMPRINT), el("r", el("tab")), run(printed, IMPRINT))
    return paragraph(*content, properties=[edge, _line(), el("ind", left=em), el("jc", val="left")])


def _line() -> Element:
    return el("spacing", before=40, after=40, line=440, lineRule="exact")

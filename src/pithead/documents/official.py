"""An official document in the layout of GB/T 9704—2012. Knows type and page, nothing of what is written on it.

paper = OfficialPaper(title=…, issuer=…, on=…)
paper.letterhead("…文件", "…〔2026〕7号"); paper.heading("…的通报"); paper.addressees("各区队：")
paper.first_level("一、…"); paper.text("…"); paper.attachments_note([…]); paper.signature(); paper.attachment(1, "…")
paper.imprint(copies=[…]); paper.to_bytes()
"""

import datetime as dt
from collections.abc import Sequence

import docx
from docx.enum.section import WD_ORIENTATION
from docx.oxml.ns import qn
from docx.section import _BaseHeaderFooter

from pithead.documents import layout, ooxml
from pithead.documents.imprint import imprint_table
from pithead.documents.layout import BODY, CHARACTER, FIRST_LEVEL, INDENT, LINE, SECOND_LEVEL, TITLE, Face, width
from pithead.documents.ooxml import Element, el, paragraph, run
from pithead.documents.tables import Column, ruled_table


def day(date: dt.date) -> str:
    """2026年7月8日: Arabic figures, no padding zeros."""
    return f"{date.year}年{date.month}月{date.day}日"


class OfficialPaper:
    """Written from top to bottom. `draft` prints a notice over every page and leaves date and seal out."""

    def __init__(self, *, title: str, issuer: str, on: dt.date, draft: str = ""):
        self.title, self.issuer, self.on, self.draft = title, issuer, on, draft
        self.characters = 0  # of the body, for the limits on length
        self._word = docx.Document()
        ooxml.lay_foundations(self._word)
        self._body = self._word.element.body
        self._last: Element | None = None
        self._page()

    # ── the head ──
    def letterhead(self, name: str, number: str) -> None:
        """The red name 35 mm below the top of the text block, the number two lines below, the red rule under it."""
        face = layout.head_face(name)
        tall = el(
            "spacing", before=layout.HEAD_BELOW_TOP, after=0, line=round(face.half_points * 11.5), lineRule="exact"
        )
        self._put(paragraph(run(name, face), properties=[tall, el("jc", val="center")]))
        self.blank(2)
        rule = el("bottom", val="single", sz=layout.RED_RULE, space=layout.RED_RULE_BELOW, color=layout.RED)
        self._put(paragraph(run(number, BODY), properties=[el("pBdr", rule), el("jc", val="center")]))

    def heading(self, pieces: Sequence[str]) -> None:
        """The title, two lines below the rule; it may break between the pieces only."""
        self.blank(2)
        for line in layout.title_lines(pieces):
            self._put(paragraph(run(line, TITLE), properties=[el("jc", val="center")]))
        self.blank()

    def addressees(self, text: str) -> None:
        self._put(paragraph(run(f"{text.rstrip('：:')}：", BODY)))

    # ── the body ──
    def text(self, text: str, lead: str = "") -> None:
        """A paragraph; `lead` is a second-level sentence in the same line: （一）综采一队。"""
        runs = [run(lead, SECOND_LEVEL)] if lead else []
        self._indented(*runs, run(text, BODY))
        self.characters += len(lead) + len(text)

    def first_level(self, text: str) -> None:
        self._heading(text, FIRST_LEVEL, 1)

    def second_level(self, text: str) -> None:
        self._heading(text, SECOND_LEVEL, 2)

    def _heading(self, text: str, face: Face, level: int) -> None:
        self._indented(run(text, face), style=level, keep=True)
        self.characters += len(text)

    def _indented(self, *runs: Element, style: int = 0, keep: bool = False) -> None:
        named = [el("pStyle", val=style)] if style else []
        together = [el("keepNext")] if keep else []
        self._put(paragraph(*runs, properties=[*named, *together, _first_line()]))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, points: float = 10.5) -> None:
        """Head repeated on every page, no row torn apart."""
        self._put(ruled_table(columns, rows, points=points))

    def note(self, text: str) -> None:
        """Small print under a table."""
        line = el("spacing", before=60, after=0, line=320, lineRule="exact")
        self._put(paragraph(run(text, layout.NOTE), properties=[el("snapToGrid", val=0), line]))

    def blank(self, lines: int = 1) -> None:
        for _ in range(lines):
            self._put(paragraph())

    # ── the end of the body ──
    def attachments_note(self, names: Sequence[str]) -> None:
        """附件：1. …, one line below the body; names without a full stop, the later ones under the first."""
        self.blank()
        self._keep_with_next()
        for number, name in enumerate(names, 1):
            label = f"{number}. " if len(names) > 1 else ""
            start = round(5 * CHARACTER + width(label) * CHARACTER)
            hanging = round(width(label) * CHARACTER) + (3 * CHARACTER if number == 1 else 0)
            text = f"附件：{label}{name}" if number == 1 else f"{label}{name}"
            self._put(paragraph(run(text, BODY), properties=[el("keepNext"), el("ind", left=start, hanging=hanging)]))

    def signature(self, *, sealed: bool = False) -> None:
        """Who and when. Unsealed: the name two characters from the right, the date two to the right of the name's first.
        Sealed: the date four from the right, the name centred over it, room for the seal."""
        date = "　　年　月　日" if self.draft else day(self.on)
        name_right, date_right = signature_indents(width(self.issuer), width(date), sealed=sealed)
        self._keep_with_next()
        self.blank(3 if sealed else 1)
        self._keep_with_next()
        self._right(self.issuer, name_right, keep=True)
        self._right(date, date_right)

    def _right(self, text: str, characters: float, *, keep: bool = False) -> None:
        together = [el("keepNext")] if keep else []
        place = el("ind", rightChars=round(characters * 100), right=round(characters * CHARACTER))
        self._put(paragraph(run(text, BODY), properties=[*together, place, el("jc", val="right")]))

    def attachment(self, number: int | None, title: str) -> None:
        """A new page: 附件1 on the first line, its title centred on the third."""
        label = f"附件{number or ''}"
        self._put(paragraph(run(label, FIRST_LEVEL), properties=[el("pageBreakBefore")]))
        self.blank()
        self._put(paragraph(run(title, TITLE), properties=[el("jc", val="center")]))
        self.blank()

    def imprint(self, *, copies: Sequence[str], office: str) -> None:
        """版记, at the foot of the last page: who else receives it, who printed it and when."""
        printed = "　　年　月　日印发" if self.draft else f"{day(self.on)}印发"
        self._hair()  # two tables must not touch
        self._put(imprint_table(copies, office, printed))
        self._hair()  # a table cannot end a document

    def _hair(self) -> None:
        """A paragraph nobody sees."""
        self._put(paragraph(properties=[el("spacing", before=0, after=0, line=20, lineRule="exact")]))

    def to_bytes(self) -> bytes:
        return ooxml.to_bytes(self._word, title=self.title, author=self.issuer, on=self.on)

    # ── the page ──
    def _page(self) -> None:
        section = self._word.sections[0]
        section.orientation = WD_ORIENTATION.PORTRAIT
        properties = section._sectPr
        for child in list(properties):
            properties.remove(child)
        size = el("pgSz", w=layout.PAGE_WIDTH, h=layout.PAGE_HEIGHT)
        margins = {"top": layout.TOP, "right": layout.OUTER, "bottom": layout.BOTTOM, "left": layout.INNER}
        edges = el("pgMar", **margins, header=layout.mm(20), footer=layout.FOLIO_FROM_EDGE, gutter=0)
        properties.extend([size, edges, el("docGrid", type="lines", linePitch=LINE)])
        self._folio(section.footer, "right")
        self._folio(section.even_page_footer, "left")
        if self.draft:
            for header in (section.header, section.even_page_header):
                _fill(header, paragraph(run(self.draft, layout.DRAFT), properties=[el("jc", val="center")]))

    def _folio(self, footer: _BaseHeaderFooter, side: str) -> None:
        """— 1 —, one character in from the outer edge: odd pages right, even pages left."""
        line = el("spacing", before=0, after=0, line=layout.FOLIO_LINE, lineRule="exact")
        place = el("ind", **{f"{side}Chars": 100, side: layout.FOLIO.em})
        number = ooxml.page_number(layout.FOLIO)
        _fill(footer, paragraph(*number, properties=[line, place, el("jc", val=side)]))

    def _put(self, block: Element) -> None:
        self._body.insert(len(self._body) - 1, block)  # before the properties of the section
        self._last = block

    def _keep_with_next(self) -> None:
        """A signature never stands on a page without a line of the text."""
        properties = None if self._last is None else self._last.find(qn("w:pPr"))
        if properties is not None and properties.find(qn("w:keepNext")) is None:
            properties.insert(len(properties.findall(qn("w:pStyle"))), el("keepNext"))


def _first_line() -> Element:
    return el("ind", firstLineChars=200, firstLine=INDENT)


def _fill(part: _BaseHeaderFooter, block: Element) -> None:
    part.is_linked_to_previous = False
    for child in list(part._element):
        part._element.remove(child)
    part._element.append(block)


def signature_indents(name: float, date: float, *, sealed: bool) -> tuple[float, float]:
    """How many characters name and date stand in from the right edge."""
    if sealed:
        return max(4 + (date - name) / 2, 0), 4
    if name - date >= 2:
        return 2, name - date
    return date + 4 - name, 2

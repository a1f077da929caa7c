"""GB/T 9704—2012 as numbers: the page, its grid and its type. Lengths in twips (1/20 pt), type in half-points."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

TWIPS_PER_MM = 1440 / 25.4


def mm(length: float) -> int:
    return round(length * TWIPS_PER_MM)


# ── the page: A4, 天头 37, 订口 28, text block 156 × 225 ──
PAGE_WIDTH, PAGE_HEIGHT = mm(210), mm(297)
TOP, BOTTOM, INNER, OUTER = mm(37), mm(35), mm(28), mm(26)
TEXT_WIDTH = PAGE_WIDTH - INNER - OUTER

# ── the grid: 22 lines of 28 characters; −5 takes a quarter of a point off each so that 28 fit into 156 mm ──
LINE = 579
TIGHTER = -5
CHARACTER = 16 * 20 + TIGHTER
INDENT = 2 * CHARACTER
LINES_PER_PAGE, CHARACTERS_PER_LINE = 22, 28

# The dash of the page number stands 7 mm below the text block: in the middle of a line 7 mm high.
FOLIO_LINE = mm(7)
FOLIO_FROM_EDGE = BOTTOM - mm(7) - FOLIO_LINE // 2

# ── rules of the imprint, in eighths of a point: outer 0.35 mm, inner 0.25 mm; the red one 4 mm (11 pt) below the number ──
OUTER_RULE, INNER_RULE, CELL_RULE = 8, 6, 4
RED_RULE, RED_RULE_BELOW = 12, 11
RED, BLACK = "FF0000", "000000"
HEAD_BELOW_TOP = mm(35)

SMALL_TITLE, FANGSONG, KAITI, HEITI, SONGTI = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
# What a machine without the official fonts may use instead; written into the file's own font table.
SUBSTITUTES = {SMALL_TITLE: "宋体", FANGSONG: "仿宋", KAITI: "楷体", HEITI: "微软雅黑", SONGTI: "新宋体"}


@dataclass(frozen=True)
class Face:
    """How a run of text is set."""

    font: str
    half_points: int
    tighter: int = 0
    color: str = ""
    bold: bool = False

    @property
    def em(self) -> int:
        """The width of one full-width character."""
        return self.half_points * 10 + self.tighter


BODY = Face(FANGSONG, 32, TIGHTER)
FIRST_LEVEL = Face(HEITI, 32, TIGHTER)
SECOND_LEVEL = Face(KAITI, 32, TIGHTER)
THIRD_LEVEL = Face(FANGSONG, 32, TIGHTER, bold=True)
TITLE = Face(SMALL_TITLE, 44)
IMPRINT = Face(FANGSONG, 28)
FOLIO = Face(SONGTI, 28)
DRAFT = Face(HEITI, 28, color=RED)
NOTE = Face(FANGSONG, 21)

WIDE_ANYWAY = "“”‘’—…·×"  # ambiguous in Unicode, full-width in Chinese fonts


def width(text: str) -> float:
    """In full-width characters: figures and Latin letters take half a place."""
    wide = sum(char in WIDE_ANYWAY or unicodedata.east_asian_width(char) in "WF" for char in text)
    return wide + (len(text) - wide) / 2


def head_face(text: str) -> Face:
    """The red head as large as its line allows, at most 50 pt."""
    points = min(50, int(TEXT_WIDTH / 20 / max(width(text), 1)))
    return Face(SMALL_TITLE, points * 2, color=RED)


def title_lines(pieces: Sequence[str]) -> list[str]:
    """The title on one line, or broken between pieces (never inside one) so that the longest line is the shortest possible."""
    whole = "".join(pieces)
    fits = TEXT_WIDTH / TITLE.em * 0.9  # a line from edge to edge is no title
    if width(whole) <= fits or len(pieces) == 1:
        return [whole]
    breaks = [("".join(pieces[:at]), "".join(pieces[at:])) for at in range(1, len(pieces))]
    evenest = min(breaks, key=lambda lines: max(width(line) for line in lines))
    return list(evenest)

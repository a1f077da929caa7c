"""The body of a score table as lines: what stands in each column, and over which rows it holds."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from pithead.assess.rubrics.headings import Role, Table
from pithead.assess.rubrics.marks import points_of, split_marks, without_ordinal
from pithead.kernel.refusal import Reason
from pithead.kernel.workbooks import Cell, Flaw, squeeze, text

_TOTAL = re.compile(r"(?P<block>.{0,14}小计)|(?P<all>.{0,10}(?:合计|总计|总分|共计|满分))(?:\(.*\))?")
_TOTAL_WITH_FIGURE = re.compile(
    r"(?:.{0,14}(?P<block>小计)|.{0,10}(?:合计|总计|总分|共计|满分)):?\s*(?P<figure>\d+(?:\.\d+)?)\s*分?"
)
_SCORE_ROW = re.compile(r".{0,6}(总得分|最终得分|考核得分|折合得分|实际得分|得分合计|评定等级|考核等级|星级评定|等级)")
_FOOTER = re.compile(
    r"(注|备注|说明|附注|附则|填表|制表|审核|审批|批准|考核(组|人|小组)|检查(组|人|日期|时间)|被检|被考核|受检|负责人|日期|考核日期|年\s*月|单位盖章|(参加)?检查人员|评分人)"
    r"[^,。]{0,10}([:：_]|$|\d+[.、])|\d{4}\s?年|表[一二三四\d]+"
)
_WORDING_HEADING = re.compile(r"(考核|考评)?(评分|扣分|计分|打分|加分|考核|评定)(标准|办法|细则|方法|说明)?")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0b-\x1f\x7f]")


class Section:
    SCORED, BONUS, VETO, PENALTY = "scored", "bonus", "veto", "penalty"


_SECTIONS = (
    (
        Section.BONUS,
        re.compile(
            r"(单项|特殊|专项|突出)?(加分|附加分|附加|奖励加?分|创新加分)(项|项目|部分|条款|内容|事项|指标|因素|标准)?"
        ),
    ),
    (Section.VETO, re.compile(r"(实行)?(一票)?否决(项|项目|条款|内容|指标|情形|事项)?(内容)?")),
    (Section.PENALTY, re.compile(r"(扣分|减分|倒扣分?|负面清单)(项|项目|部分|条款|内容|事项)")),
)


@dataclass(frozen=True)
class Piece:
    """What a cell says, and since which row: cells of one run belong together."""

    text: str = ""
    run: int = -1
    column: int = -1


@dataclass(frozen=True)
class Line:
    row: int
    section: str
    block: Piece  # the title row above, if there is one
    levels: tuple[Piece, ...]
    wording: Piece
    method: Piece
    office: Piece
    points: Decimal | None
    points_run: int  # -1: no full marks stand here
    points_column: int


@dataclass(frozen=True)
class Total:
    row: int
    value: Decimal
    block: bool  # 小计; otherwise of everything
    lines_before: int


@dataclass
class Body:
    lines: list[Line] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    notes: list[Reason] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)


def words(cell: Cell) -> str:
    """The text as it stands, with its own signs; only invisible letters and blank edges go."""
    if isinstance(cell, str):
        lines = _INVISIBLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")).split("\n")
        return "\n".join(stripped for line in lines if (stripped := line.strip(" \t\u3000")))
    return "" if isinstance(cell, Flaw) else text(cell)


def section_of(heading: str) -> str | None:
    """加分项（5分） → bonus. None: an ordinary heading."""
    plain = squeeze(without_ordinal(split_marks(heading)[0])).replace(" ", "").strip(":")
    plain = re.sub(r"\(.*?\)", "", plain)
    return next((section for section, pattern in _SECTIONS if pattern.fullmatch(plain)), None)


class Lines:
    """Walks down the rows under a header."""

    def __init__(self, table: Table, section: str = Section.SCORED):
        self.table, self.sheet, self.spread = table, table.sheet, table.spread
        self.body = Body()
        self._section, self._whole_section = section, section
        self._block = Piece()
        self._after_total = self._in_footer = False
        self._last: dict[int, Piece] = {}
        self._merged = {
            (row, column): corners
            for corners in self.sheet.merged
            for row in range(max(corners[0][0], table.data_row), corners[1][0] + 1)
            for column in range(corners[0][1], corners[1][1] + 1)
        }
        self._told = [column for column in table.roles if table.roles[column] is not Role.FILLED_IN]

    def read(self) -> Body:
        self._look_for_flaws()
        for row in range(self.table.data_row, len(self.spread.rows)):
            values = self._values(row)
            if values and self.sheet.rows[row] != self.sheet.rows[self.table.header_row]:
                self._row(row, values)
        self._name_what_is_left()
        return self.body

    def _values(self, row: int) -> list[str]:
        """The different texts of a row that are no scores."""
        found = [words(self.spread.cell(row, column)) for column in self._told]
        return list(dict.fromkeys(value for value in found if value))

    def _row(self, row: int, values: list[str]) -> None:
        if total := self._total(row):
            self._take_total(row, total)
        elif any(_SCORE_ROW.fullmatch(squeeze(value).replace(" ", "")) for value in values):
            self._after_total = True
        elif self._is_footer(values):
            self._in_footer = True
            self._note(row, f"表后的说明没有导入：“{'　'.join(values)}”")
        elif len(values) == 1 and self._is_title(row, values[0]):
            self._begin_block(row, values[0])
        else:
            self._in_footer = False
            self.body.lines.append(self._line(row))

    # ── totals, titles, footers ──
    def _total(self, row: int) -> tuple[bool, Decimal | None] | None:
        for column in self._told:
            if self.table.roles[column] in (Role.POINTS, Role.REMARK):
                continue
            plain = squeeze(words(self.spread.cell(row, column))).replace(" ", "").rstrip(":")
            if found := _TOTAL_WITH_FIGURE.fullmatch(plain):
                return bool(found["block"]), Decimal(found["figure"])
            if found := _TOTAL.fullmatch(plain):
                return bool(found["block"]), self._figure(row)
        return None

    def _figure(self, row: int) -> Decimal | None:
        """In the column of full marks, else the only figure of the row."""
        column = self.table.points_column()
        value = points_of(self.spread.cell(row, column)) if column is not None else None
        if value is None:
            figures = {points_of(self.sheet.cell(row, column)) for column in self._told}
            value = next(iter(figures - {None})) if len(figures - {None}) == 1 else None
        return value

    def _take_total(self, row: int, total: tuple[bool, Decimal | None]) -> None:
        block, value = total
        self._last = {column: piece for column, piece in self._last.items() if self._reaches(piece, row)}
        self._after_total = self._after_total or not block
        if value is not None:
            self.body.totals.append(Total(row, value, block, len(self.body.lines)))

    def _reaches(self, piece: Piece, row: int) -> bool:
        """Is what was said above merged down to this row? Otherwise blank cells below it begin anew."""
        corners = self._merged.get((row, piece.column))
        return corners is not None and corners[0][0] == piece.run

    def _is_footer(self, values: list[str]) -> bool:
        if any(section_of(value) or split_marks(value)[1] is not None for value in values):
            return False
        alone = len(values) == 1 and (self._in_footer or self._after_total)
        return alone or all(_FOOTER.match(squeeze(value)) for value in values)

    def _is_title(self, row: int, value: str) -> bool:
        if section_of(value):
            return all(words(self.sheet.cell(row, column)) in ("", value) for column in self._told)
        first = next(column for column in self._told if words(self.spread.cell(row, column)))
        corners = self._merged.get((row, first))
        if (corners and corners[0][0] != row) or self._continues_below(row, first):
            return False
        wide = corners is not None and corners[1][1] - corners[0][1] >= 2
        named = without_ordinal(value) != value or split_marks(value)[1] is not None
        return (wide or named) and self.table.roles[first] in (Role.LEVEL, Role.NUMBER)

    def _continues_below(self, row: int, column: int) -> bool:
        corners = self._merged.get((row, column))
        return corners is not None and corners[1][0] > row

    def _begin_block(self, row: int, value: str) -> None:
        self._section = section_of(value) or self._whole_section
        self._block = Piece(value, row, self._told[0])
        self._last = {}
        self._in_footer = False

    # ── lines ──
    def _line(self, row: int) -> Line:
        levels = self._levels(row)
        named = [section for piece in levels if (section := section_of(piece.text))]
        section = named[0] if named else self._section
        points, run, column = self._points(row)
        return Line(
            row=row,
            section=section,
            block=self._block,
            levels=levels,
            wording=self._joined(row, Role.WORDING),
            method=self._joined(row, Role.METHOD),
            office=self._held(row, next(iter(self.table.columns(Role.OFFICE)), -1)),
            points=points,
            points_run=run,
            points_column=column,
        )

    def _levels(self, row: int) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        for column in self.table.columns(Role.LEVEL):
            piece = self._held(row, column)
            corners = self._merged.get((row, column))
            if corners and corners[0][1] < column and any(one.column >= corners[0][1] for one in pieces):
                piece = Piece("", piece.run, column)  # one cell over two columns says it once
            pieces.append(piece)
            if piece.run == row and piece.text:  # what stands right of a new heading begins anew
                self._last = {other: known for other, known in self._last.items() if other <= column}
        return tuple(pieces)

    def _held(self, row: int, column: int) -> Piece:
        """What holds in a column: its own text, that of its merged range, or what was written above it."""
        if column < 0:
            return Piece()
        corners = self._merged.get((row, column))
        value = words(self.spread.cell(row, column))
        above = self._last.get(column)
        if corners and corners[0][0] < corners[1][0]:
            piece = Piece(value, corners[0][0], column)
        elif above and (not value or value == above.text):
            piece = above
        else:
            piece = Piece(value, row, column)
        self._last[column] = piece
        return piece

    def _joined(self, row: int, role: Role) -> Piece:
        """Several columns of one role read as one text; a merged cell is the same run in all its rows."""
        found = [(words(self.spread.cell(row, column)), column) for column in self.table.columns(role)]
        texts = [value for value in dict.fromkeys(value for value, _ in found) if value]
        if not texts:
            return Piece("", row, -1)
        if len(texts) > 1 and role is Role.WORDING:
            texts = [f"{self._kind_of_unit(column)}{value}" for value, column in found if value]
        first = next(column for value, column in found if value)
        corners = self._merged.get((row, first))
        return Piece("；".join(texts), corners[0][0] if corners else row, first)

    def _kind_of_unit(self, column: int) -> str:
        """Under 评分标准 stand 一线区队 and 辅助区队, each with its own: it says for whom it holds."""
        heading = _WORDING_HEADING.sub("", self.table.headings[column])
        return f"{heading}：" if heading else ""

    def _points(self, row: int) -> tuple[Decimal | None, int, int]:
        for column in self.table.columns(Role.POINTS):
            cell = self.spread.cell(row, column)
            corners = self._merged.get((row, column))
            if (value := points_of(cell)) is not None:
                return value, corners[0][0] if corners else row, column
            if words(cell) not in ("", "/", "-", "—"):
                self._problem(row, column, f"“{words(cell)}”看不出是多少分，请只写一个数")
                return None, corners[0][0] if corners else row, column
        return None, -1, -1

    # ── what cannot be taken ──
    def _look_for_flaws(self) -> None:
        for row in range(self.table.data_row, len(self.sheet.rows)):
            for column in self._told:
                if isinstance(cell := self.sheet.cell(row, column), Flaw):
                    self._problem(row, column, cell.message)

    def _name_what_is_left(self) -> None:
        """Columns nobody asked for, remarks, and scores that somebody has filled in: named, not imported."""
        rows = [line.row for line in self.body.lines]
        for column in range(len(self.sheet.rows[0]) if self.sheet.rows else 0):
            role = self.table.roles.get(column)
            if role not in (None, Role.FILLED_IN, Role.REMARK):
                continue
            filled = [row for row in rows if words(self.sheet.cell(row, column))]
            if filled:
                heading = self.table.headings.get(column) or "没有表头"
                what = "是打分结果" if role is Role.FILLED_IN else "标准里没有这一栏"
                shown = f"，如“{words(self.sheet.cell(filled[0], column))[:30]}”"
                message = f"“{heading}”这一列{what}，{len(filled)} 格没有导入{shown}"
                self.body.notes.append(Reason(message, self.sheet.where(filled[0], column)))

    def _note(self, row: int, message: str) -> None:
        self.body.notes.append(Reason(message, self.sheet.where(row)))

    def _problem(self, row: int, column: int, message: str) -> None:
        self.body.problems.append(Reason(message, self.sheet.where(row, column)))

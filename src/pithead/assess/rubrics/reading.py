"""A mine's own rubric, as it stands in Excel → the content of a standard, with everything that had to be assumed.

Nothing is dropped in silence: a row is an item, a clause, a total that was checked, or a note. `notes` may stay as they
are; `problems` must be mended in the file before the standard can be issued.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from pithead.assess.burden import lint
from pithead.assess.contents import Content, complete
from pithead.assess.rubrics import own_book
from pithead.assess.rubrics.extras import ExtraReader
from pithead.assess.rubrics.groups import Group, Groups, check_sums, gather
from pithead.assess.rubrics.headings import Table, find_table
from pithead.assess.rubrics.items import ItemReader, bare
from pithead.assess.rubrics.lines import Lines, Section, section_of, words
from pithead.assess.rubrics.marks import split_marks, written
from pithead.assess.rubrics.offices import Office, Offices
from pithead.assess.rubrics.settings import BONUS_CAP, scaled_tiers, settings, subject_of, tie_breakers
from pithead.assess.rubrics.sheets import choose, shortened_title, title_above
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import Sheet, Workbook, read

LETTERS = "ABCDEFGHIKLMNOPQRSTUWXYZ"  # J and V number bonuses and vetoes
DIMENSION_NAME = 24


@dataclass(frozen=True)
class RubricReading:
    """`content` is what a pack holds. With `problems` it must not be issued."""

    content: Content
    notes: tuple[Reason, ...] = ()
    problems: tuple[Reason, ...] = ()

    @property
    def counts(self) -> str:
        items = [item for dimension in self.content["dimensions"] for item in dimension["items"]]
        clauses = sum(len(item["clauses"]) for item in items)
        said = f"{len(self.content['dimensions'])} 个大类，{len(items)} 项，{clauses} 条，满分 {self.content['full_marks']} 分"
        extras = f"，加分项 {len(self.content['bonus'])} 个，否决项 {len(self.content['vetoes'])} 个"
        return said + extras


def read_rubric(
    file: bytes,
    *,
    name: str,
    code: str,
    offices: Iterable[Office],
    standing: Content | None = None,
    title: str = "",
    sheet: str = "",
) -> RubricReading:
    """`standing`: the content in force under this code, for what a sheet does not say. `sheet`: which one, where several
    standards lie in one workbook. Refuses files that are no workbooks, and workbooks without a score table."""
    book = read(file, name=name)
    known = Offices(offices)
    if own_book.is_own(book):
        return _with_lint(RubricReading(*own_book.read_own(book, code, known, title)), book)
    return _Reading(book, code, known, standing, title, sheet).read()


@dataclass
class _Reading:
    book: Workbook
    code: str
    offices: Offices
    standing: Content | None
    title: str
    sheet: str
    notes: list[Reason] = field(default_factory=list)
    problems: list[Reason] = field(default_factory=list)
    dimensions: list[dict[str, Any]] = field(default_factory=list)
    bonus: list[dict[str, Any]] = field(default_factory=list)
    vetoes: list[dict[str, Any]] = field(default_factory=list)
    bonus_cap: Decimal | None = None
    texts: list[tuple[str, str]] = field(default_factory=list)  # place → clause, for the linter

    def read(self) -> RubricReading:
        tables = self._tables()
        title = self.title or (self.standing or {}).get("title") or self._title(tables[0])
        subject = (self.standing or {}).get("subject") or subject_of(
            title, self.code, self.book.name, title_above(tables[0])
        )
        if subject is None:
            subject = "section"
            self.notes.append(Reason("看不出考核的是区队、班组还是支部，按区队记；不对的话请在标题里写明"))
        base, where_from = settings(self.code, subject, self.standing, self.offices)
        owner = base["owner"] or self._some_owner()
        for table in tables:
            self._table(table, len(tables) > 1, owner, title)
        self.notes.append(Reason(where_from))
        return self._lint(RubricReading(self._content(base, title, owner), tuple(self.notes), tuple(self.problems)))

    def _tables(self) -> list[Table]:
        tables = []
        for sheet in self.book.sheets:
            table = find_table(sheet)
            if table is not None:
                tables.append(table)
            elif not sheet.is_empty:
                self.notes.append(Reason(f"工作表“{sheet.name}”里没有评分表，没有读"))
        if not tables:
            names = "、".join(f"“{sheet.name}”" for sheet in self.book.sheets)
            raise Refused(
                f"没有找到评分表：表头要有项目（或内容）和标准分（或评分标准）。看过的工作表：{names}。请核对是否传错了文件"
            )
        chosen, notes = choose(tables, self.sheet, self.title or (self.standing or {}).get("title", ""))
        self.notes += notes
        return chosen

    def _title(self, table: Table) -> str:
        """Over the table, else the file's name, else the sheet's."""
        stem = shortened_title(self.book.name.rpartition(".")[0])
        return title_above(table) or (stem if not stem.isascii() else "") or table.sheet.name

    def _some_owner(self) -> str:
        code = self.offices.first
        if not code:
            raise Refused("本矿还没有科室，标准没有人打分。请先在“机构”里建立科室")
        self.notes.append(Reason(f"牵头科室没有写明，先记“{self.offices.name_of(code)}”，可以在网页上改"))
        return code

    # ── one sheet ──
    def _table(self, table: Table, one_of_several: bool, owner: str, title: str) -> None:
        sheet_section = section_of(bare(table.sheet.name)) or Section.SCORED
        found = gather(table, Lines(table, sheet_section).read())
        before = _full_marks(self.dimensions)
        stated = check_sums(found, before)
        reader = ItemReader(found, self.offices, owner)
        fallback = bare(table.sheet.name) if one_of_several else title
        self._dimensions(found, reader, fallback, one_of_several=one_of_several)
        self._extras(found, reader)
        reader.finish()
        unsure = stated is None and not one_of_several and not reader.problems
        if unsure and self.dimensions and _full_marks(self.dimensions) != 100:
            message = f"没有写合计，各项加起来是 {written(_full_marks(self.dimensions))} 分，满分就按这个数"
            self.notes.append(Reason(message, table.sheet.where(table.header_row)))
        self.notes += found.body.notes + reader.notes
        self.problems += found.body.problems + reader.problems
        self.texts += reader.texts

    def _dimensions(self, found: Groups, reader: ItemReader, fallback: str, *, one_of_several: bool) -> None:
        scored = [group for group in found.groups if group.section == Section.SCORED]
        if scored and not any(group.dimension.text for group in scored) and not one_of_several:
            where = found.where(found.table.header_row)
            self.notes.append(Reason(f"表里没有大类，全部列在“{_short(fallback)}”下面", where))
        for text, groups in groupby(scored, key=lambda group: group.dimension):
            listed = list(groups)
            name = bare(text.text) if text.text else fallback
            self._dimension(name, listed, found, reader)

    def _dimension(self, name: str, groups: list[Group], found: Groups, reader: ItemReader) -> None:
        number = len(self.dimensions)
        code = (
            LETTERS[number]
            if number < len(LETTERS)
            else f"{LETTERS[number // len(LETTERS) - 1]}{LETTERS[number % len(LETTERS)]}"
        )
        if _short(name) != name:
            self.notes.append(
                Reason(f"大类的名称太长，只取“{_short(name)}”，原文是“{name}”", found.where(groups[0].first.row))
            )
        items = [reader.item(group, f"{code}{place}") for place, group in enumerate(groups, 1)]
        self.dimensions.append({"code": code, "name": _short(name), "items": items})

    def _extras(self, found: Groups, reader: ItemReader) -> None:
        extras = ExtraReader(reader, self.dimensions)
        for group in found.groups:
            if group.section == Section.BONUS:
                extras.add_bonus(group)
            elif group.section == Section.VETO:
                extras.add_veto(group)
            elif group.section == Section.PENALTY:
                shown = next((piece.text for piece in reversed(group.first.levels) if piece.text), "")
                shown = "：".join(filter(None, [shown, group.first.wording.text]))
                message = (
                    f"“{shown[:60]}”是标准分以外的扣分，扣分要落在某一项上。请并到有标准分的项目里，或改成一票否决"
                )
                self.problems.append(Reason(message, found.where(group.first.row)))
        self.bonus += extras.bonus
        self.vetoes += extras.vetoes
        self.bonus_cap = extras.bonus_cap if extras.bonus_cap is not None else self.bonus_cap

    # ── the whole ──
    def _content(self, base: Content, title: str, owner: str) -> Content:
        if not self.dimensions:
            self.problems.append(Reason("表里没有一项有标准分的内容，请核对"))
        full = _full_marks(self.dimensions)
        breakers = tie_breakers(base, self.dimensions)
        names = {dimension["code"]: dimension["name"] for dimension in self.dimensions}
        if breakers:
            listed = "、".join(names[one] for one in breakers)
            self.notes.append(Reason(f"得分相同时先比“{listed}”，表里没有写，可以在网页上改"))
        self._name_what_is_not_carried_over()
        return complete(
            {
                **base,
                "title": title[:64],
                "owner": owner,
                "full_marks": written(full) if full else 100,
                "bonus_cap": self._cap(base),
                "tie_breakers": breakers,
                "tiers": scaled_tiers(base, full or Decimal(100)),
                "dimensions": self.dimensions,
                "bonus": _numbered(self.bonus, "J"),
                "vetoes": _numbered(self.vetoes, "V"),
            }
        )

    def _cap(self, base: Content) -> int | float:
        if self.bonus_cap is not None:
            return written(self.bonus_cap)
        if not self.bonus:
            return 0
        cap = base["bonus_cap"] if self.standing else BONUS_CAP
        self.notes.append(Reason(f"加分最多加多少没有写明，按最多 {cap} 分记"))
        return cap

    def _name_what_is_not_carried_over(self) -> None:
        for key, word, own in (("bonus", "加分项", self.bonus), ("vetoes", "否决项", self.vetoes)):
            standing = (self.standing or {}).get(key) or ()
            if standing and not own:
                self.notes.append(Reason(f"表里没有{word}；现行标准的 {len(standing)} 个{word}没有带过来"))

    def _lint(self, reading: RubricReading) -> RubricReading:
        found = {
            (place, finding.rule): Reason(f"{finding}", place) for place, text in self.texts for finding in lint(text)
        }
        return RubricReading(reading.content, reading.notes, (*reading.problems, *found.values()))


def _with_lint(reading: RubricReading, book: Workbook) -> RubricReading:
    """Our own layout: one row is one clause, so cells are looked at as they stand."""
    found = [Reason(f"{finding}", place) for place, text in sheet_texts(book.sheets) for finding in lint(text)]
    return RubricReading(reading.content, reading.notes, (*reading.problems, *found))


def sheet_texts(sheets: Sequence[Sheet]) -> list[tuple[str, str]]:
    """Every text below the header of a score table, with its place; where there is no table, every text."""
    found = []
    for sheet in sheets:
        table = find_table(sheet)
        for row in range(table.data_row if table else 0, len(sheet.rows)):
            for column, cell in enumerate(sheet.rows[row]):
                if isinstance(cell, str) and (text := words(cell)) and not text.isascii():
                    found.append((sheet.where(row, column), text))
    return found


def _full_marks(dimensions: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(str(item["full"])) for one in dimensions for item in one["items"]), Decimal(0))


def _numbered(items: list[dict[str, Any]], letter: str) -> list[dict[str, Any]]:
    return [
        {
            **item,
            "code": f"{letter}{number}",
            "clauses": [
                {**clause, "code": f"{letter}{number}.{place}"} for place, clause in enumerate(item["clauses"], 1)
            ],
        }
        for number, item in enumerate(items, 1)
    ]


def _short(name: str) -> str:
    return name if len(name) <= DIMENSION_NAME else f"{split_marks(name)[0][: DIMENSION_NAME - 1]}…"

"""Scores from a workbook: one row is one entry. Everything is written, or nothing and the reasons cell by cell."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from django.db import transaction

from pithead.assess.actions.checking import value_faults
from pithead.assess.actions.drafts import EntryDraft
from pithead.assess.actions.entries import add_entries, check_drafts
from pithead.assess.contents import OTHER_BONUS
from pithead.assess.models import Cycle, EntryKind, Item, ItemKind
from pithead.kernel import audit
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import ZERO, plain
from pithead.kernel.workbooks import Cell, Column, Header, Table, code, date, find_table, number, read, text, write
from pithead.org.access import Actor
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import UnitDirectory, unit_directory

T = TypeVar("T")

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "unit": ("单位", "被考核单位", "区队", "班组", "支部", "单位名称"),
    "item": ("项目编号", "编号", "项目代码"),
    "deduction": ("扣分", "扣分值"),
    "bonus": ("加分", "加分值"),
    "reason": ("原因", "扣分原因", "理由", "事由"),
    "evidence": ("依据", "佐证", "佐证材料"),
    "office": ("考核科室", "科室", "考核部门"),
    "found_on": ("日期", "检查日期"),
}
REQUIRED = ("unit", "item", ("deduction", "bonus"), "reason")
NOT_APPLICABLE_WORDS = ("缺项", "不考核", "不适用")
VETO_WORDS = ("否决", "一票否决")
TOTALS = ("合计", "总计", "小计")


@dataclass(frozen=True)
class ScoreReport:
    """What an import did, or with `dry_run` would do. `reasons` empty: all rows are good."""

    rows: int
    added: int
    already_there: int
    reasons: tuple[Reason, ...]
    note: str = ""
    dry_run: bool = False


def import_scores(
    *, by: Actor, at: dt.datetime, cycle: Cycle, file: bytes, name: str, dry_run: bool = False
) -> ScoreReport:
    """Raises `Refused` when the file cannot be read at all or, unless `dry_run`, when any row has a fault. The same file
    again adds nothing: a row is known by its content and by which of its equals it is."""
    header = find_table(read(file, name=name), COLUMNS, REQUIRED)
    drafts, reasons = _Reader(cycle, header).read()
    if not drafts and not reasons:
        raise Refused(Reason("表头下面没有数据行，请填写后再导入", header.sheet.where(header.row)))
    reasons += check_drafts(by=by, cycle=cycle, drafts=drafts)
    if reasons and not dry_run:
        raise Refused(reasons)
    known = cycle.entries.filter(key__in=[draft.key for draft in drafts]).count()
    report = ScoreReport(len(drafts), len(drafts) - known, known, tuple(reasons), header.note, dry_run)
    if not dry_run:
        _write(by, at, cycle, drafts, name, file)
    return report


@transaction.atomic
def _write(by: Actor, at: dt.datetime, cycle: Cycle, drafts: list[EntryDraft], name: str, file: bytes) -> None:
    added = add_entries(by=by, at=at, cycle=cycle, drafts=drafts)
    facts = {"file": name, "sha256": hashlib.sha256(file).hexdigest(), "rows": len(drafts), "added": len(added)}
    subject = ("cycle", cycle.pk, str(cycle))
    audit.write(by=by, at=at, mine=cycle.mine.code, action="assess.scores.imported", subject=subject, after=facts)


class _Reader:
    """Turns rows into drafts, collecting a reason for every cell that cannot be taken."""

    def __init__(self, cycle: Cycle, header: Header):
        self.cycle, self.header = cycle, header
        self.reasons: list[Reason] = []
        self.directory: UnitDirectory = unit_directory(cycle.mine, on=cycle.ends_on)
        self.items = {item.code: item for item in cycle.standard.items.all()}
        self.offices = _offices_by_item(cycle)
        self.turns: Counter[tuple[str, ...]] = Counter()

    def read(self) -> tuple[list[EntryDraft], list[Reason]]:
        rows = range(self.header.data_row, len(self.header.sheet.rows))
        drafts = [draft for row in rows if not self._is_blank(row) and (draft := self._draft(row))]
        return drafts, self.reasons

    def _is_blank(self, row: int) -> bool:
        cells = [self._cell(row, field) for field in self.header.columns]
        first = self._cell(row, "unit")
        return all(cell == "" for cell in cells) or (isinstance(first, str) and first.strip() in TOTALS)

    def _cell(self, row: int, field: str) -> Cell:
        column = self.header.columns.get(field)
        return "" if column is None else self.header.sheet.cell(row, column)

    def _take(self, row: int, field: str, clean: Callable[[Cell], T]) -> T | None:
        """The cleaned cell, or None with a reason noted."""
        try:
            return clean(self._cell(row, field))
        except Refused as refused:
            where = self.header.where(row, field)
            self.reasons += [Reason(reason.message, where) for reason in refused.reasons]
            return None

    def _draft(self, row: int) -> EntryDraft | None:
        """The row as an entry; where any cell cannot be taken, None and every reason there is."""
        before = len(self.reasons)
        valued = self._kind_and_points(row)
        unit = self._take(row, "unit", self._unit)
        item = self._item(row, valued[0] if valued else None)
        office = self._take(row, "office", lambda cell: self._office(cell, item)) if item else None
        words = {field: self._take(row, field, text) or "" for field in ("reason", "evidence")}
        found_on = self._take(row, "found_on", lambda cell: None if cell == "" else date(cell))
        if len(self.reasons) > before or valued is None or unit is None or item is None or office is None:
            if valued:  # all its faults at once, not one per try
                self._note(row, *value_faults(self.cycle, *valued, words["reason"], words["evidence"], found_on))
            return None
        kind, points = valued
        if problem := _misplaced(item, kind, points):
            self._note(row, problem)
            return None
        content = (unit.code, item.code, kind.value, plain(points), *words.values(), office.code, str(found_on))
        return EntryDraft(
            unit_id=unit.pk,
            item=item,
            kind=kind,
            points=points,
            reason=words["reason"],
            evidence=words["evidence"],
            office_id=office.pk,
            found_on=found_on,
            where=self.header.where(row),
            key=self._key(content),
        )

    def _note(self, row: int, *messages: str) -> None:
        self.reasons += [Reason(message, self.header.where(row)) for message in messages]

    # ── cells ──
    def _unit(self, cell: Cell) -> Unit:
        match = self.directory.find(text(cell), kinds=(self.cycle.standard.subject,))
        if match.unit is None:
            raise Refused(match.problem)
        return match.unit

    def _item(self, row: int, kind: EntryKind | None) -> Item | None:
        def find(cell: Cell) -> Item:
            written = code(cell).upper()
            if not written and kind is EntryKind.BONUS:
                written = OTHER_BONUS
            if written in self.items:
                return self.items[written]
            raise Refused(f"{self.cycle.standard}没有项目“{written}”" if written else "没有写项目编号")

        return self._take(row, "item", find)

    def _office(self, cell: Cell, item: Item | None) -> Unit:
        """As written; where nothing is written, the item's only office."""
        written = text(cell)
        scoring = self.offices.get(item.pk, []) if item else []
        if not written and len(scoring) == 1:
            return scoring[0]
        if not written:
            raise Refused(f"这一项由{'、'.join(unit.name for unit in scoring)}考核，请写明是哪个科室")
        match = self.directory.find(written, kinds=(UnitKind.OFFICE,))
        if match.unit is None:
            raise Refused(match.problem)
        return match.unit

    def _kind_and_points(self, row: int) -> tuple[EntryKind, Decimal] | None:
        lost = self._cell(row, "deduction")
        for words, kind in ((NOT_APPLICABLE_WORDS, EntryKind.NOT_APPLICABLE), (VETO_WORDS, EntryKind.VETO)):
            if isinstance(lost, str) and lost.strip() in words:
                if self._points(row, "bonus"):
                    self.reasons.append(
                        Reason(f"{kind.label}的行不能同时加分，请分成两行", self.header.where(row, "bonus"))
                    )
                    return None
                return kind, ZERO
        before = len(self.reasons)
        deduction, bonus = self._points(row, "deduction"), self._points(row, "bonus")
        if len(self.reasons) > before:
            return None
        if deduction and bonus:
            self.reasons.append(Reason("扣分和加分只能填一个，请分成两行", self.header.where(row)))
            return None
        return (EntryKind.BONUS, bonus) if bonus else (EntryKind.DEDUCTION, deduction or ZERO)

    def _points(self, row: int, field: str) -> Decimal | None:
        return None if self._cell(row, field) in ("", "/", "—", "-") else self._take(row, field, number)

    def _key(self, words: tuple[str, ...]) -> str:
        """Equal rows are counted: the second "班前会缺签字 0.5" of a file is another finding than the first."""
        self.turns[words] += 1
        return hashlib.sha256("\x1f".join((*words, str(self.turns[words]))).encode()).hexdigest()


def _misplaced(item: Item, kind: EntryKind, points: Decimal) -> str:
    if item.kind == ItemKind.VETO and kind is not EntryKind.VETO:
        return f"{item.code}“{item.name}”是否决项，确要否决的在扣分列写“一票否决”"
    if kind is EntryKind.DEDUCTION and not points:
        return "没有填扣分，也没有填加分"
    return ""


def _offices_by_item(cycle: Cycle) -> dict[int, list[Unit]]:
    found: dict[int, list[Unit]] = {}
    for item in cycle.standard.items.prefetch_related("clauses__office"):
        found[item.pk] = list({clause.office.pk: clause.office for clause in item.clauses.all()}.values())
    return found


def score_template(cycle: Cycle | None = None, items: Iterable[Item] = ()) -> bytes:
    """The workbook to fill in. With a cycle the second sheet lists its items with the offices that score them."""
    columns = [Column(names[0], 32 if field == "reason" else 14) for field, names in COLUMNS.items()]
    notes = [
        ("单位", "名称在全矿唯一时写名称，否则写“综采一队/一班”，也可写单位代码"),
        ("项目编号", "标准里的编号，如 B5；加分没有对应编号的可以不填"),
        ("扣分 / 加分", "只填一个，最多两位小数；不考核的写“缺项”；否决项在扣分列写“一票否决”"),
        ("原因", "公示时各单位都要看，请写清地点和问题，不写职工姓名"),
        ("考核科室", "这一项只由一个科室考核时可以不填"),
        ("重复导入", "同一份表再导一次不会重复记分"),
        ("例", "综采一队 | B5 | 0.5 | （空） | 6 月 12 日中班班前会未讲风险 | 班前会记录 | 安全科 | 2026-06-12"),
    ]
    tables = [
        Table("打分", columns, []),
        Table("说明", [Column("列", 16), Column("怎么填", 70)], notes),
    ]
    listed = list(items) or (list(cycle.standard.items.order_by("position")) if cycle else [])
    if listed:
        heads = [Column("项目编号", 12), Column("项目", 36), Column("标准分", 10), Column("类别", 12)]
        rows = [(item.code, item.name, item.full_marks or "", item.get_kind_display()) for item in listed]
        tables.append(Table("项目", heads, rows))
    return write(tables)

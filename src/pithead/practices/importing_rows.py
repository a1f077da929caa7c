"""Rows of a sheet of what a superior's system holds already 三会一课 …: what they say, or why they cannot be taken."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pithead.kernel import workbooks
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import Cell, Column, Header, Table, Workbook

# field → its headings; the first is its name in our sentences.
WANTED: Mapping[str, tuple[str, ...]] = {
    "day": ("日期", "开展日期", "召开日期", "活动日期", "会议日期", "召开时间", "活动时间", "时间"),
    "practice": ("项目", "类型", "会议类型", "活动类型", "组织生活类型", "类别"),
    "unit": ("支部", "单位", "党支部", "支部名称", "党组织", "党组织名称", "所在支部", "单位名称"),
    "due": ("应到", "应到人数", "应参加人数"),
    "came": ("实到", "实到人数", "实参加人数", "实际参加人数", "到会人数"),
    "number": ("编号", "上级系统编号", "登记编号", "系统编号", "记录编号", "流水号"),
}
REQUIRED = ("day", "practice", "unit", "number")
NOT_WORTH_NAMING = {"序号", "序", workbooks.REASON_HEADING}  # dropped without a word
TOTALS_ROW = re.compile(r"(合计|总计|小计|共计)")
MONTH_ONLY = re.compile(r"\d{4} ?[-./年] ?\d{1,2} ?月?|\d{6}")
LONGEST_NUMBER = 64  # what a record's column takes
MOST_PEOPLE = 9999


@dataclass(frozen=True)
class Failure:
    """Why a row cannot be taken; the reason says where."""

    row: int
    reason: Reason


@dataclass(frozen=True)
class HeldRow:
    """What one row says. `said`: its number there, and how many came."""

    row: int
    day: dt.date
    practice: str
    unit: str
    number: str
    said: str


@dataclass
class Reading:
    file: str
    header: Header
    rows: int = 0
    good: list[HeldRow] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    def where(self, row: int, name: str | None = None) -> str:
        return f"{self.file}{self.header.where(row, name)}"

    def fail(self, row: int, message: str, name: str | None = None) -> None:
        said = f"{WANTED[name][0]}：{message}" if name else message
        self.failures.append(Failure(row, Reason(said, self.where(row, name))))

    @property
    def reasons(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for one in self.failures:
            found.setdefault(one.row, []).append(str(one.reason))
        return found


@dataclass(frozen=True)
class RecordsReport:
    """Counts are of rows. `written` is False for a dry run, and where failures stopped the import."""

    reading: Reading
    added: int
    unchanged: int
    remarks: tuple[Reason, ...]  # rows taken otherwise than they stand
    dry_run: bool
    written: bool

    @property
    def rows(self) -> int:
        return self.reading.rows

    @property
    def failures(self) -> tuple[Failure, ...]:
        return tuple(sorted(self.reading.failures, key=lambda one: (one.row, one.reason.where)))

    @property
    def failed_rows(self) -> int:
        return len(self.reading.reasons)

    @property
    def good_rows(self) -> int:
        return self.rows - self.failed_rows

    @property
    def refused(self) -> bool:
        """Nothing was written because rows failed and good ones alone were not asked for."""
        return bool(self.failures) and not self.written and not self.dry_run

    @property
    def unknown_columns(self) -> tuple[str, ...]:
        return tuple(heading for heading in self.reading.header.unknown if heading not in NOT_WORTH_NAMING)

    @property
    def ignored(self) -> tuple[str, ...]:
        return tuple(self.reading.ignored)

    @property
    def counts(self) -> dict[str, object]:
        """What the log keeps of an import."""
        return {"rows": self.rows, "added": self.added, "unchanged": self.unchanged, "failed": self.failed_rows}


def failed_records(report: RecordsReport) -> bytes:
    """The rows that failed, with the reason beside them: mended, they come in as they are."""
    return workbooks.write_returned(report.reading.header, report.reading.reasons)


def read_rows(book: Workbook) -> Reading:
    header = workbooks.find_table(book, WANTED, REQUIRED)
    reading, rows = Reading(book.name, header), header.sheet.unmerged().rows
    for number in range(header.data_row, len(rows)):
        said = next((cell for cell in rows[number] if cell != "" and str(cell).strip()), None)
        if said is None:
            continue
        if isinstance(said, str) and TOTALS_ROW.match(workbooks.squeeze(said)):
            reading.ignored.append(f"{header.where(number)}（合计行）")
            continue
        reading.rows += 1
        _read(reading, number, rows[number])
    if not reading.rows:
        raise Refused("表头下面没有记录，请核对")
    return reading


def _read(reading: Reading, number: int, cells: Sequence[Cell]) -> None:
    found, before = dict[str, Any](), len(reading.failures)
    for name, column in reading.header.columns.items():
        cell = cells[column]
        if cell == "" or (isinstance(cell, str) and not cell.strip()):
            if name in REQUIRED:
                reading.fail(number, "是空的，请填写", name)
            continue
        try:
            found[name] = CLEAN[name](cell)
        except Refused as refused:
            reading.fail(number, refused.reasons[0].message, name)
    if found.get("came", 0) > found.get("due", MOST_PEOPLE):
        reading.fail(number, f"实到 {found['came']} 人，比应到的 {found['due']} 人还多，请核对", "came")
    heads = [f"{WANTED[name][0]} {found.pop(name)}" for name in ("due", "came") if name in found]
    said = found.get("number", "") + (f"（{'，'.join(heads)}）" if heads else "")
    if len(said) > LONGEST_NUMBER:
        reading.fail(number, "太长，最多 40 个字", "number")
    if len(reading.failures) == before:
        reading.good.append(HeldRow(number, said=said, **found))


# ── one cell ──
def _day(cell: Cell) -> dt.date:
    if not isinstance(cell, dt.date) and MONTH_ONLY.fullmatch(shown := workbooks.text(cell)):
        raise Refused(f"“{shown}”只写到月，请写到日，如 2026-06-03")
    try:
        return workbooks.date(cell)
    except Refused as refused:
        raise Refused(refused.reasons[0].message.replace(" 或 2021-03", "")) from None


def _people(cell: Cell) -> int:
    number = workbooks.number(cell.replace("人", "") if isinstance(cell, str) else cell)
    if number != int(number) or not 0 <= number <= MOST_PEOPLE:
        raise Refused(f"“{number}”不是人数，请写整数")
    return int(number)


CLEAN: Mapping[str, Callable[[Cell], Any]] = {
    "day": _day,
    "practice": workbooks.text,
    "unit": workbooks.text,
    "due": _people,
    "came": _people,
    "number": workbooks.code,
}


# ── the empty table ──
_COLUMNS = (
    # heading, width, typed as text, example, what it may hold
    ("日期", 12, True, "2026-06-03", "必填，写到日。只能是一年以内的"),
    (
        "项目",
        16,
        False,
        "主题党日",
        "必填。系统里这一项的名称，如 支部党员大会、支部委员会、党小组会、党课、主题党日，常用的简称也认",
    ),
    ("支部", 22, False, "示例党支部", "必填。支部或党小组的名称、简称或编码"),
    ("应到", 8, False, 12, "可以不填"),
    ("实到", 8, False, 11, "可以不填"),
    ("编号", 22, True, "ZTDR-2026-06", "必填。在上级系统里的编号，重复导入时按它认出是同一次"),
    ("备注", 20, False, "", "给自己看的，不导入"),
)


def records_template() -> bytes:
    """The example's branch does not exist, so that a template sent back unchanged imports nothing."""
    columns = [Column(heading, width, as_text=as_text) for heading, width, as_text, _, _ in _COLUMNS]
    explained = Table(
        name="说明",
        columns=[Column("列", 12), Column("怎么填", 80, wrap=True)],
        rows=[(heading, explanation) for heading, _, _, _, explanation in _COLUMNS],
        notes=(
            "第 2 行是示例，请删掉后填写。",
            "只有注明“上级系统里可能已有”的项目可以导入；列的先后可以变。",
            "再次导入不会重复：项目、支部、日期、编号都一样的就是同一次。",
        ),
    )
    rows = [[example for _, _, _, example, _ in _COLUMNS]]
    return workbooks.write([Table(name="已登记的", columns=columns, rows=rows), explained])

"""Rows of a sheet of what a superior's system holds already 三会一课 …: what they say, or why they cannot be taken."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pithead.kernel import workbooks
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import Cell, Explained, Failure, Header, ImportReport, Workbook

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
MONTH_ONLY = re.compile(r"\d{4} ?[-./年] ?\d{1,2} ?月?|\d{6}")
LONGEST_NUMBER = 64  # what a record's column takes
MOST_PEOPLE = 9999


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
        self.failures.append(Failure(row, self.header.columns.get(name or "", -1), Reason(said, self.where(row, name))))


@dataclass(frozen=True, kw_only=True)
class RecordsReport(ImportReport):
    """Counts are of rows."""

    header: Header
    added: int
    unchanged: int
    remarks: tuple[Reason, ...]  # rows taken otherwise than they stand

    @property
    def counts(self) -> dict[str, object]:
        """What the log keeps of an import."""
        return {"rows": self.rows, "added": self.added, "unchanged": self.unchanged, "failed": self.failed_rows}


def failed_records(report: RecordsReport) -> bytes:
    """The rows that failed, with the reason beside them: mended, they come in as they are."""
    return workbooks.write_returned(report.header, report.failures)


def read_rows(book: Workbook) -> Reading:
    header = workbooks.find_table(book, WANTED, REQUIRED)
    reading = Reading(book.name, header)
    for number, cells in workbooks.data_rows(header, reading.ignored):
        reading.rows += 1
        _read(reading, number, cells)
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
    Explained("日期", 12, True, "2026-06-03", "必填，写到日。只能是一年以内的"),
    Explained(
        "项目",
        16,
        False,
        "主题党日",
        "必填。系统里这一项的名称，如 支部党员大会、支部委员会、党小组会、党课、主题党日，常用的简称也认",
    ),
    Explained("支部", 22, False, "示例党支部", "必填。支部或党小组的名称、简称或编码"),
    Explained("应到", 8, False, 12, "可以不填"),
    Explained("实到", 8, False, 11, "可以不填"),
    Explained("编号", 22, True, "ZTDR-2026-06", "必填。在上级系统里的编号，重复导入时按它认出是同一次"),
    Explained("备注", 20, False, "", "给自己看的，不导入"),
)


def records_template() -> bytes:
    notes = (
        "只有注明“上级系统里可能已有”的项目可以导入；列的先后可以变。",
        "再次导入不会重复：项目、支部、日期、编号都一样的就是同一次。",
    )
    return workbooks.write_template("已登记的", _COLUMNS, notes)

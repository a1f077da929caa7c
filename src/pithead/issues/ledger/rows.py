"""Rows of the sheets → clean values, with a reason for every cell that cannot be taken."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pithead.issues.ledger.columns import (
    AT_ONCE,
    DITTO,
    GRADES,
    MAJOR,
    NOTHING_ROW,
    PLACEHOLDERS,
    REQUIRED,
    RESULTS,
    RUNNING_NUMBER,
    SAME_DAY,
    SPOT,
    STATES,
    STRUCK,
    TO_BE_CONFIRMED,
    WANTED,
    category_of,
)
from pithead.issues.ledger.dates import Moment, Title, moment, title_of
from pithead.issues.ledger.names import people_in
from pithead.issues.models import LONGEST
from pithead.kernel import workbooks
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import Cell, Failure, Header, Workbook, data_rows, find_header

LONGEST_FACT, LONGEST_PLACE, LONGEST_NAME = 200, 64, 64
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_BETWEEN_WORDS = re.compile(r"(?<=[\u3400-\u9fff，。；：、]) (?=[\u3400-\u9fff])")
DEADLINES = ("due", "settled")
DATES = ("found", "due", "settled", "fixed", "rechecked")


@dataclass(slots=True)
class LedgerRow:
    """`values` by the fields of `WANTED`, only what the row says. `kept`: words that have no field of their own."""

    header: Header
    row: int
    values: dict[str, Any]
    kept: list[str] = field(default_factory=list)

    @property
    def found(self) -> Moment:
        return self.values["found"]

    def text(self, name: str) -> str:
        return self.values.get(name) or ""

    def moment(self, name: str) -> Moment | None:
        return self.values.get(name)

    def people(self, name: str) -> tuple[str, ...]:
        return self.values.get(name) or ()


@dataclass
class Reading:
    """`remarks`: what was taken, but not as it stands: sentence → the places it is true of."""

    headers: list[Header] = field(default_factory=list)
    rows: list[LedgerRow] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    remarks: dict[str, list[str]] = field(default_factory=dict)
    failed: set[tuple[str, int]] = field(default_factory=set)

    def fail(self, row: LedgerRow, message: str, name: str) -> None:
        header = row.header
        self.failed.add((header.sheet.name, row.row))
        reason = Reason(f"{WANTED[name][0]}：{message}", header.where(row.row, name))
        self.failures.append(Failure(row.row, header.columns.get(name, -1), reason, header.sheet.name))

    def remark(self, row: LedgerRow, message: str) -> None:
        self.remarks.setdefault(message, []).append(row.header.where(row.row))

    def has_failed(self, row: LedgerRow) -> bool:
        return (row.header.sheet.name, row.row) in self.failed


def read_rows(book: Workbook) -> Reading:
    """Of every sheet that is a ledger: a month of day reports is a workbook with a sheet a day."""
    reading, refused = Reading(), list[Refused]()
    for sheet in book.sheets:
        try:
            reading.headers.append(find_header(sheet, WANTED, REQUIRED))
        except Refused as problem:
            refused.append(problem)
    if not reading.headers:
        raise refused[0]
    for header in reading.headers:
        _read_sheet(reading, header, book.name)
    return reading


def _read_sheet(reading: Reading, header: Header, file: str) -> None:
    above = [cell for row in header.sheet.rows[: header.row] for cell in dict.fromkeys(row) if cell != ""]
    title = title_of(above, header.sheet.name, file)
    cleaner = _Cleaner(reading, header, title)
    for number, cells in data_rows(header, reading.ignored):
        if _says_nothing(cells[header.columns["text"]]):
            reading.ignored.append(f"{header.sheet.where(number)}（没有隐患）")
        else:
            cleaner.read(number, cells)


def _says_nothing(told: Cell) -> bool:
    """今日无隐患, where the hazard would stand."""
    return isinstance(told, str) and bool(NOTHING_ROW.fullmatch(workbooks.squeeze(told).rstrip("。")))


# ── one cell ──
def _words(longest: int) -> Callable[[Cell], str]:
    def clean(cell: Cell) -> str:
        value = workbooks.text(cell)
        if len(value) > longest:
            raise Refused(f"写了 {len(value)} 字，最多 {longest} 字")
        return value

    return clean


def _prose(longest: int) -> Callable[[Cell], str]:
    """As it was written: its commas and brackets stay Chinese."""
    plain = _words(longest)

    def clean(cell: Cell) -> str:
        if not isinstance(cell, str):
            return plain(cell)
        value = _BETWEEN_WORDS.sub("", " ".join(_UNSEEN.sub("", cell).split()))
        if len(value) > longest:
            raise Refused(f"写了 {len(value)} 字，最多 {longest} 字")
        return value

    return clean


def _one_of(choices: Mapping[str, Any], example: str) -> Callable[[Cell], Any]:
    def choose(cell: Cell) -> Any:
        value = workbooks.text(cell).replace(" ", "")
        if value not in choices:
            raise Refused(f"“{value[:20]}”不认识，请写{example}之一")
        return choices[value]

    return choose


def _number(cell: Cell) -> str:
    value = workbooks.code(cell)
    if len(value) > 64:
        raise Refused("太长，最多 64 个字")
    return "" if RUNNING_NUMBER.fullmatch(value) else value


def _people(cell: Cell) -> tuple[str, ...]:
    names = people_in(workbooks.text(cell))
    if len("、".join(names)) > LONGEST_NAME:
        raise Refused(f"写了 {len(names)} 个人，太长，最多 {LONGEST_NAME} 字")
    return names


CLEAN: Mapping[str, Callable[[Cell], Any]] = {
    "number": _number,
    "shift": _words(16),
    "finders": _people,
    "body": _words(LONGEST_NAME),
    "place": _words(LONGEST_PLACE),
    "text": _prose(LONGEST),
    "category": _words(24),
    "grade": lambda cell: workbooks.text(cell).replace(" ", "").upper(),
    "state": _one_of(STATES, "未五定、已五定、已整改、已复查、已现场处理"),
    "unit": _words(120),
    "measure": _prose(LONGEST_FACT),
    "owner": _people,
    "supervisor": _words(LONGEST_NAME),
    "rechecker": _people,
    "result": _one_of(RESULTS, "合格、不合格"),
    "struck": _one_of(STRUCK, "是、否"),
    "done": _prose(LONGEST_FACT),
}
SAID_ONCE = ("finders", "body", "place", "category", "unit", "owner", "supervisor", "rechecker", "shift", "found")


# ── one row ──
class _Cleaner:
    """One sheet's rows from top to bottom: 同上 means what stood above."""

    def __init__(self, reading: Reading, header: Header, title: Title) -> None:
        self._reading, self._header, self._title = reading, header, title
        self._columns = list(header.columns.items())
        self._above: Sequence[Cell] = ()
        self._known: dict[tuple[str, Cell], Any] = {}

    def read(self, number: int, cells: list[Cell]) -> None:
        row = LedgerRow(self._header, number, {})
        for place in self._ditto(cells):
            cells[place] = self._above[place] if self._above else ""
        for name, place in self._columns:
            cell = cells[place]
            if cell == "" or (isinstance(cell, str) and cell.strip() in PLACEHOLDERS):
                continue
            self._take(row, name, cell)
        self._above = cells
        self._complete(row)
        self._reading.rows.append(row)

    def _ditto(self, cells: Sequence[Cell]) -> Iterable[int]:
        for name in SAID_ONCE:
            place = self._header.columns.get(name)
            if place is not None and isinstance(cells[place], str) and str(cells[place]).strip() in DITTO:
                yield place

    def _take(self, row: LedgerRow, name: str, cell: Cell) -> None:
        if name in DEADLINES and isinstance(cell, str) and (word := workbooks.squeeze(cell)) in AT_ONCE | SAME_DAY:
            row.values[name] = word  # which day that is, the whole row tells
            return
        try:
            value = self._value(row, name, cell)
        except Refused as refused:
            self._reading.fail(row, refused.reasons[0].message, name)
            value = None  # was there, but not to be used
        if value != "":
            row.values[name] = value

    def _value(self, row: LedgerRow, name: str, cell: Cell) -> Any:
        """What stands in many rows is worked out once."""
        key = (name, cell)
        if name in DATES:
            near = found.day if (found := row.moment("found")) else self._title.near
            key = (name, cell) if isinstance(cell, dt.date) else (f"{name} {near}", cell)
            clean: Callable[[Cell], Any] = lambda cell: moment(cell, near)  # noqa: E731
        else:
            clean = CLEAN[name]
        if name == "text":
            return clean(cell)
        if key not in self._known:
            try:
                self._known[key] = clean(cell)
            except Refused as refused:
                self._known[key] = refused
        if isinstance(known := self._known[key], Refused):
            raise known
        return known

    def _complete(self, row: LedgerRow) -> None:
        """What is missing, and what the sheet says for all of its rows."""
        values = row.values
        for name in REQUIRED:
            if name not in values:
                self._reading.fail(row, "是空的，请填写", name)
        if "found" not in values and "found" not in self._header.columns and self._title.date is not None:
            values["found"] = Moment(self._title.date)
        if "found" not in values:
            self._reading.fail(row, self._no_day(), "found")
        elif values["found"] and not self._title.holds(values["found"].day):
            self._reading.fail(row, f"{values['found']} 不在 {self._title.label}，像是写错了，请核对", "found")
            values["found"] = None
        for name in DEADLINES:
            if isinstance(word := values.get(name), str):
                self._soon(row, name, word)
        self._grade(row)
        self._category(row)

    def _soon(self, row: LedgerRow, name: str, word: str) -> None:
        """On the day it was found: 现场 is done already, 当班 is to be done by then."""
        row.values[name] = Moment(row.found.day) if row.values.get("found") else None
        if word in AT_ONCE:
            row.values.setdefault("state", SPOT)

    def _no_day(self) -> str:
        if "found" in self._header.columns:
            return "是空的，请填写"
        return "表里没有这一列，标题和工作表名里也没有写是哪一天，请加上一列，或在标题里写明日期"

    def _grade(self, row: LedgerRow) -> None:
        word = row.text("grade")
        if word in MAJOR:
            row.values["grade"] = TO_BE_CONFIRMED
            row.kept.append(f"台账级别：{word}")
            self._reading.remark(row, "“重大”要由安全科和总工程师共同认定，先按 A 级导入，请在系统里提请认定")
        elif word and word not in GRADES:
            self._reading.fail(row, f"“{word[:20]}”不认识，请写 A、B、C、D 或重大", "grade")
            row.values["grade"] = ""
        else:
            row.values["grade"] = GRADES.get(word, "")

    def _category(self, row: LedgerRow) -> None:
        word = row.text("category")
        found = category_of(word) if word else ""
        if found is None:
            row.kept.append(f"台账类别：{word}")
            self._reading.remark(row, f"没有“{word}”这个类别，按“其他”导入，原来的字留在说明里")
        row.values["category"] = "other" if found is None else found

"""Rows of the sheet → clean values, with a reason for every cell that cannot be taken."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pithead.kernel import workbooks
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import Cell, Failure, Header
from pithead.org.models import Unit, unfit_for_an_address
from pithead.org.models.people import Sex, age_problem
from pithead.org.roster.columns import (
    EMPLOYMENTS,
    PLACEHOLDERS,
    POLITICAL_STATUSES,
    SEXES,
    WANTED,
)

_PHONE = re.compile(r"[\d\-+/、,;() ]{5,40}")
_MONTH_ONLY = 1  # a date without a day becomes the first of the month


@dataclass
class RosterRow:
    """`values` holds only what the row says: an empty cell never wipes out what is known."""

    row: int
    values: dict[str, Any]
    unit: Unit | None = None


@dataclass
class Reading:
    header: Header
    rows: list[RosterRow] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    unknown_units: set[int] = field(default_factory=set)  # rows for which creating units would help

    def fail(self, row: int, message: str, column: str) -> None:
        reason = Reason(f"{WANTED[column][0]}：{message}", self.header.where(row, column))
        self.failures.append(Failure(row, self.header.columns[column], reason))


def read_rows(header: Header, today: dt.date) -> Reading:
    reading = Reading(header)
    for number, cells in workbooks.data_rows(header, reading.ignored):
        row = _clean(reading, number, cells)
        _check_row(reading, row, today)
        reading.rows.append(row)
    _check_doubles(reading, "staff_no")
    _check_doubles(reading, "id_number")
    return reading


# ── one cell ──
def _words(cell: Cell, longest: int) -> str:
    value = workbooks.text(cell)
    if len(value) > longest:
        raise Refused(f"太长，最多 {longest} 个字")
    return value


def _name(cell: Cell) -> str:
    value = _words(cell, 64)
    if not any(character.isalpha() for character in value):
        raise Refused(f"“{value}”不像姓名")
    return value


def _staff_no(cell: Cell) -> str:
    value = workbooks.code(cell)
    if len(value) > 32:
        raise Refused("太长，最多 32 个字")
    if problem := unfit_for_an_address(value):
        raise Refused(f"“{value}”{problem}")
    return value


def _phone(cell: Cell) -> str:
    value = workbooks.text(cell)
    if not _PHONE.fullmatch(value):
        raise Refused("不像电话号码，请核对")
    return value


def _one_of(choices: Mapping[str, str], example: str) -> Callable[[Cell], str]:
    def choose(cell: Cell) -> str:
        value = workbooks.text(cell).replace(" ", "")
        if value not in choices:
            raise Refused(f"“{value}”不认识，请写{example}之一")
        return str(choices[value])

    return choose


CLEAN: Mapping[str, Callable[[Cell], Any]] = {
    "staff_no": _staff_no,
    "name": _name,
    "sex": _one_of(SEXES, "男、女"),
    "employment": _one_of(EMPLOYMENTS, "正式、协议、临时"),
    "education": lambda cell: _words(cell, 16),
    "title": lambda cell: _words(cell, 64),
    "unit": lambda cell: _words(cell, 120),
    "section": lambda cell: _words(cell, 120),
    "crew": lambda cell: _words(cell, 120),
    "job": lambda cell: _words(cell, 64),
    "post_since": workbooks.date,
    "id_number": workbooks.id_number,
    "phone": _phone,
    "born_on": workbooks.date,
    "political_status": _one_of(POLITICAL_STATUSES, "中共党员、预备党员、入党积极分子、共青团员、群众"),
    "hired_on": workbooks.date,
    "working_since": workbooks.date,
}
NEEDED = {"staff_no", "name"}  # "/" is no placeholder there


def _clean(reading: Reading, number: int, cells: Sequence[Cell]) -> RosterRow:
    row = RosterRow(number, {})
    for column, place in reading.header.columns.items():
        cell = cells[place]
        if cell == "" or (isinstance(cell, str) and column not in NEEDED and cell.strip() in PLACEHOLDERS):
            continue
        try:
            value = CLEAN[column](cell)
        except Refused as refused:
            reading.fail(number, refused.reasons[0].message, column)
            row.values[column] = None  # was there, but not to be used
        else:
            if value != "":
                row.values[column] = value
    return row


# ── one row ──
def _check_row(reading: Reading, row: RosterRow, today: dt.date) -> None:
    values = row.values
    columns = reading.header.columns
    if "name" not in values:
        reading.fail(row.row, "是空的，请填写", "name")
    if "staff_no" not in values and not values.get("id_number"):
        missing = "staff_no" if "staff_no" in columns else "id_number"
        if missing not in values:
            reading.fail(row.row, "是空的，认不出是谁，请填写", missing)
    if not any(column in values for column in ("unit", "section", "crew")):
        place = next(column for column in ("unit", "section", "crew") if column in columns)
        reading.fail(row.row, "是空的，请填写所在单位", place)
    _check_against_id(reading, row)
    for column in ("born_on", "hired_on", "working_since", "post_since"):
        if (value := values.get(column)) and value > today:
            reading.fail(row.row, f"{value} 还没有到，请核对", column)
    born = values.get("born_on")
    if born and born <= today and (problem := age_problem(born, today)):
        reading.fail(row.row, problem, "id_number" if values.get("id_number") else "born_on")
    for column in ("hired_on", "working_since", "post_since"):
        if born and (value := values.get(column)) and value <= born:
            reading.fail(row.row, f"{value} 早于出生日期，请核对", column)


def _check_against_id(reading: Reading, row: RosterRow) -> None:
    """Birth date and sex come from the identity number; a cell that says otherwise is a mistake in one of the two."""
    values = row.values
    number = values.get("id_number")
    if not number:
        return
    born, sex = workbooks.id_birth_date(number), Sex.MALE if workbooks.id_is_male(number) else Sex.FEMALE
    said = values.get("born_on")
    if said and (said.year, said.month) != (born.year, born.month):
        reading.fail(row.row, f"{said:%Y-%m} 与身份证号里的出生日期不一致，请核对", "born_on")
    elif said and said.day not in (_MONTH_ONLY, born.day):
        reading.fail(row.row, f"{said} 与身份证号里的出生日期不一致，请核对", "born_on")
    if values.get("sex") and values["sex"] != sex:
        reading.fail(row.row, f"“{Sex(values['sex']).label}”与身份证号不一致，请核对", "sex")
    values["born_on"], values["sex"] = born, str(sex)


def _check_doubles(reading: Reading, column: str) -> None:
    seen: dict[str, list[RosterRow]] = {}
    for row in reading.rows:
        if value := row.values.get(column):
            seen.setdefault(value, []).append(row)
    for value, rows in seen.items():
        if len(rows) > 1:
            shown = f"“{value}”" if column == "staff_no" else "这个号码"
            places = "、".join(str(row.row + 1) for row in rows[:10])
            for row in rows:
                reading.fail(row.row, f"{shown}在第 {places} 行重复，请核对", column)

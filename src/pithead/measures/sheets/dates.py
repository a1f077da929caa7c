"""What a table is about in time: a column of dates or months, or one date in the title, the sheet's name, the file's name."""

import datetime as dt
import re
from dataclasses import dataclass

from pithead.kernel import workbooks
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import Cell, Flaw
from pithead.measures.sheets.columns import Columns

_FULL = re.compile(r"(\d{4})\s*[年.\-/]\s*(\d{1,2})\s*(?:[月.\-/]\s*(\d{1,2})\s*日?|月)")
_MONTH_ONLY = re.compile(r"\d{4} ?[-./年] ?\d{1,2} ?月?|\d{6}")
_DAY_ONLY = re.compile(r"(?:(\d{1,2}) ?月)? ?(\d{1,2}) ?[日号]?")
_BARE_MONTH = re.compile(r"(\d{1,2}) ?月(?:份)?")


@dataclass(frozen=True)
class When:
    """A month, or a day of it. `sure`: a first of a month that may be meant as the month is not."""

    year: int
    month: int
    day: int = 0
    sure: bool = True

    @property
    def date(self) -> dt.date:
        return dt.date(self.year, self.month, self.day or 1)


def when_of_title(columns: Columns, file: str) -> When | None:
    """What the rows above the header say, then the sheet's name, then the file's; "3日" alone completes a month."""
    header = columns.header
    above = [str(cell) for row in header.sheet.rows[: header.row] for cell in row if isinstance(cell, str)]
    found = next((when for text in [*above, header.sheet.name, file] if (when := _in_text(text))), None)
    if found and not found.day and (day := re.fullmatch(r"(\d{1,2})\s*[日号]?", header.sheet.name.strip())):
        return _real(found.year, found.month, int(day[1]))
    return found


def _in_text(text: str) -> When | None:
    found = _FULL.search(workbooks.squeeze(text))
    return _real(int(found[1]), int(found[2]), int(found[3] or 0)) if found else None


def _real(year: int, month: int, day: int) -> When | None:
    try:
        dt.date(year, month, day or 1)
    except ValueError:
        return None
    return When(year, month, day)


def when_of_cell(cell: Cell, title: When | None) -> When | None:
    """None: nothing stands there. `title` gives the year, and the month of a bare day."""
    if cell == "" or (isinstance(cell, str) and not cell.strip()):
        return None
    if isinstance(cell, dt.date):
        day = workbooks.date(cell)
        return When(day.year, day.month, day.day, sure=day.day != 1)
    shown = "" if isinstance(cell, Flaw) else workbooks.text(cell)
    if title and (said := _in_title(shown, title)):
        return said
    day = workbooks.date(cell)
    if _MONTH_ONLY.fullmatch(shown):
        return When(day.year, day.month)
    return When(day.year, day.month, day.day, sure=isinstance(cell, str) or day.day != 1)


def _in_title(shown: str, title: When) -> When | None:
    if found := _BARE_MONTH.fullmatch(shown):
        return _real(title.year, int(found[1]), 0)
    if found := _DAY_ONLY.fullmatch(shown):
        said = _real(title.year, int(found[1] or title.month), int(found[2]))
        if said is None:
            raise Refused(f"“{shown}”不是{title.year}年{title.month}月里的一天，请核对")
        return said
    return None

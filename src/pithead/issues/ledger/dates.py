"""Days and hours as ledgers have them, and what a title says about the days below it."""

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pithead.kernel import workbooks
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import Cell
from pithead.kernel.workbooks.cells import EXCEL_EPOCH, SERIALS

LAST_MINUTE = dt.time(23, 59)
_SHIFT = re.compile(r" ?(?:(?:早|中|晚|夜|上午|下午)班?|(?:[零两四八]|\d{1,2})点班)$")
_CLOCK = re.compile(r"(.*?\d ?日?)[ T]*(?<!\d)(\d{1,2}) ?[:点时](\d{1,2})?分?(?::\d{1,2}(?:\.\d+)?)?$")
_NO_YEAR = re.compile(r"(\d{1,2}) ?[-./月] ?(\d{1,2}) ?日?")
_MONTH_ONLY = re.compile(r"\d{4} ?(?:[-./年] ?\d{1,2} ?月?|\d{2})")
_FULL = re.compile(r"(?<!\d)(\d{4}) ?[-./年] ?(\d{1,2})(?: ?[-./月] ?(\d{1,2})(?!\d))?")
_SPAN = re.compile(r"(?:日 ?[至到~—–-]+|\d ?[至到~—–]+) ?\d{1,4} ?[-./年月日]")
_DAY = re.compile(r"(?:(?<!\d)(\d{1,2}) ?[-./月] ?)?(?<!\d)(\d{1,2}) ?(?:日|号|$)")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?= ?年|$)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the hour where somebody wrote it down."""

    day: dt.date
    time: dt.time | None = None

    def begins(self, zone: dt.tzinfo) -> dt.datetime:
        return dt.datetime.combine(self.day, self.time or dt.time(), zone)

    def ends(self, zone: dt.tzinfo) -> dt.datetime:
        """A deadline without an hour is the end of its day."""
        return dt.datetime.combine(self.day, self.time or LAST_MINUTE, zone)

    def is_before(self, other: "Moment") -> bool:
        """Surely before: within one day only two hours tell."""
        if self.day != other.day or self.time is None or other.time is None:
            return self.day < other.day
        return self.time < other.time

    def __str__(self) -> str:
        return f"{self.day}" if self.time is None else f"{self.day} {self.time:%H:%M}"


def moment(cell: Cell, near: dt.date | None) -> Moment:
    """`near`: where the year is not written, the one that brings the day closest to this. Without it the year must be there."""
    match cell:
        case dt.datetime():
            hour = cell.time().replace(second=0, microsecond=0)
            return Moment(_known(cell.date()), None if hour == dt.time() else hour)
        case dt.date():
            return Moment(_known(cell))
        case int() | float() if not isinstance(cell, bool):
            return _from_number(float(cell))
    return _from_text(workbooks.text(cell), near)


def _from_number(value: float) -> Moment:
    if not math.isfinite(value):
        raise Refused("这一格不是有效的日期")
    if int(value) not in SERIALS:
        return _from_text(f"{value:.15g}", None)
    minutes = round((value - int(value)) * 24 * 60)
    day = EXCEL_EPOCH + dt.timedelta(days=int(value) + minutes // 1440)
    return Moment(_known(day), dt.time(*divmod(minutes % 1440, 60)) if minutes % 1440 else None)


def _from_text(shown: str, near: dt.date | None) -> Moment:
    plain = _SHIFT.sub("", shown.replace("号", "日"))
    time = None
    if found := _CLOCK.fullmatch(plain):
        plain, time = found[1], _hour(int(found[2]), int(found[3] or 0), shown)
    if found := _NO_YEAR.fullmatch(plain):
        return Moment(_nearest(int(found[1]), int(found[2]), near, shown), time)
    if _MONTH_ONLY.fullmatch(plain):
        raise Refused(f"“{shown}”只写到月，请写到日，如 2026-06-03")
    try:
        return Moment(_known(workbooks.date(plain)), time)
    except Refused as refused:
        raise Refused(refused.reasons[0].message.replace(" 或 2021-03", "")) from None


def _hour(hour: int, minute: int, shown: str) -> dt.time:
    if (hour, minute) == (24, 0):
        return LAST_MINUTE
    try:
        return dt.time(hour, minute)
    except ValueError:
        raise Refused(f"“{shown}”不是真实存在的时间") from None


def _nearest(month: int, day: int, near: dt.date | None, shown: str) -> dt.date:
    if near is None:
        raise Refused(f"“{shown}”没有写年份，请写成 2026-06-03 的样子，或在标题里写明是哪一年的台账")
    found = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found.append(dt.date(year, month, day))
        except ValueError:
            continue
    if not found:
        raise Refused(f"“{shown}”不是真实存在的日期")
    return min(found, key=lambda one: abs(one - near))


def _known(day: dt.date) -> dt.date:
    if not 2000 <= day.year <= 2100:
        raise Refused(f"“{day.isoformat()}”的年份不对，请核对")
    return day


# ── what the title says ──
@dataclass(frozen=True)
class Title:
    """The day of a day report, the month of a month report, or the year; as much of it as is written."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    @property
    def date(self) -> dt.date | None:
        """The day all rows were found on, where the title names one."""
        return _real(self.year, self.month, self.day) if self.day else None

    @property
    def near(self) -> dt.date | None:
        """A day in the middle of what is meant."""
        return self.date or (_real(self.year, self.month or 7, 15) if self.year else None)

    @property
    def label(self) -> str:
        return f"{self.year} 年" + (f" {self.month} 月" if self.month else "")

    def holds(self, day: dt.date) -> bool:
        """Could a hazard of that day be in it? What is carried over is half a year old at most."""
        if self.year is None:
            return True
        first = dt.date(self.year, self.month or 1, 1)
        last = (dt.date(self.year, self.month or 12, 28) + dt.timedelta(days=4)).replace(day=1)
        return first - dt.timedelta(days=183) <= day < last


def title_of(above: Iterable[Cell], sheet: str, file: str) -> Title:
    """The first date that is whole; otherwise what the title, the sheet's and the file's name say together."""
    texts = [workbooks.text(cell) if not isinstance(cell, workbooks.Flaw) else "" for cell in above]
    texts = [*(text for text in texts if text), workbooks.squeeze(sheet), workbooks.squeeze(file.rpartition(".")[0])]
    dated = [found for text in texts for found in _FULL.findall(text) if _real(found[0], found[1], found[2] or 1)]
    whole = next((found for found in dated if found[2]), None)
    if whole is not None and not any(_SPAN.search(text) for text in texts if "".join(whole[:1]) in text):
        return Title(*map(int, whole))
    if len({found[:2] for found in dated}) > 1:
        return Title()  # from one month to another
    year = next((found[0] for found in dated), None) or next(iter(_YEAR.findall(" ".join(texts))), None)
    if year is None:
        return Title()
    month = int(dated[0][1]) if dated else None
    return _with_day(int(year), month, workbooks.squeeze(sheet))


def _with_day(year: int, month: int | None, sheet: str) -> Title:
    """Sheets of a month of day reports are called 15日, 6.15 or 6月15日."""
    found = _DAY.fullmatch(sheet)
    said = int(found[1]) if found and found[1] else month
    if found is None or said is None or _real(year, said, found[2]) is None:
        return Title(year, month)
    return Title(year, said, int(found[2]))


def _real(year: int | str | None, month: int | str | None, day: int | str | None) -> dt.date | None:
    try:
        return dt.date(int(year or 0), int(month or 0), int(day or 0))
    except ValueError:
        return None

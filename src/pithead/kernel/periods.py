"""Periods as values: `2026-06`, `2026-Q2`, `2026-H1`, `2026-W23`, `2026-06-X1` (上旬), `2026-06-05`, `2026-06-05.2` (second shift), `2026`.

A period knows its name, its neighbours and what it consists of. Which dates it covers is the `Calendar`'s business.
"""

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum

from pithead.kernel.refusal import Refused


class Kind(StrEnum):
    SHIFT = "shift"
    DAY = "day"
    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


MONTHS_IN = {Kind.MONTH: 1, Kind.QUARTER: 3, Kind.HALF: 6, Kind.YEAR: 12}
PER_YEAR = {Kind.MONTH: 12, Kind.QUARTER: 4, Kind.HALF: 2, Kind.YEAR: 1, Kind.TEN_DAYS: 36}
YEARS = range(1900, 3000)  # of periods that people write; beyond them dates run out
QUARTER_NAMES = ("一", "二", "三", "四")
TEN_DAY_NAMES = ("上旬", "中旬", "下旬")

_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.YEAR, re.compile(r"(\d{4})")),
    (Kind.HALF, re.compile(r"(\d{4})-H([12])")),
    (Kind.QUARTER, re.compile(r"(\d{4})-Q([1-4])")),
    (Kind.WEEK, re.compile(r"(\d{4})-W(\d{2})")),
    (Kind.MONTH, re.compile(r"(\d{4})-(\d{2})")),
    (Kind.TEN_DAYS, re.compile(r"(\d{4})-(\d{2})-X([123])")),
    (Kind.DAY, re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
    (Kind.SHIFT, re.compile(r"(\d{4})-(\d{2})-(\d{2})\.([1-6])")),
)


@dataclass(frozen=True, order=True)
class Period:
    """`number` counts within the year: 1–12 for months, 1–36 for 旬, day of the year for days and shifts."""

    kind: Kind
    year: int
    number: int = 1
    shift: int = 0

    # ── reading and printing ──
    @classmethod
    def parse(cls, text: str) -> "Period":
        """Raises `Refused` with a sentence when the text names no period that exists."""
        for kind, form in _FORMS:
            if found := form.fullmatch(text.strip()):
                try:
                    return cls._from_parts(kind, *(int(part) for part in found.groups()))
                except ValueError:
                    break
        raise Refused(f"“{text}”不是有效的周期，请写成 2026-06、2026-Q2、2026-H1、2026-W23 或 2026")

    @classmethod
    def _from_parts(cls, kind: Kind, year: int, *rest: int) -> "Period":
        if year not in YEARS:
            raise ValueError(year)
        if kind is Kind.YEAR:
            return cls(kind, year)
        if kind is Kind.WEEK:
            dt.date.fromisocalendar(year, rest[0], 1)
            return cls(kind, year, rest[0])
        if kind in (Kind.DAY, Kind.SHIFT):
            day = dt.date(year, rest[0], rest[1])
            return cls.shift_of(day, rest[2]) if kind is Kind.SHIFT else cls.day(day)
        if kind is Kind.TEN_DAYS:
            return cls.ten_days(year, cls.month(year, rest[0]).number, rest[1])
        return cls.month(year, rest[0]) if kind is Kind.MONTH else cls(kind, year, rest[0])

    @classmethod
    def month(cls, year: int, month: int) -> "Period":
        if not 1 <= month <= 12:
            raise ValueError(month)
        return cls(Kind.MONTH, year, month)

    @classmethod
    def ten_days(cls, year: int, month: int, part: int) -> "Period":
        return cls(Kind.TEN_DAYS, year, (month - 1) * 3 + part)

    @classmethod
    def day(cls, date: dt.date) -> "Period":
        return cls(Kind.DAY, date.year, date.timetuple().tm_yday)

    @classmethod
    def week_of(cls, date: dt.date) -> "Period":
        iso = date.isocalendar()
        return cls(Kind.WEEK, iso.year, iso.week)

    @classmethod
    def shift_of(cls, date: dt.date, shift: int) -> "Period":
        return cls(Kind.SHIFT, date.year, date.timetuple().tm_yday, shift)

    def __str__(self) -> str:
        match self.kind:
            case Kind.YEAR:
                return f"{self.year:04d}"
            case Kind.HALF:
                return f"{self.year:04d}-H{self.number}"
            case Kind.QUARTER:
                return f"{self.year:04d}-Q{self.number}"
            case Kind.MONTH:
                return f"{self.year:04d}-{self.number:02d}"
            case Kind.WEEK:
                return f"{self.year:04d}-W{self.number:02d}"
            case Kind.TEN_DAYS:
                return f"{self.year:04d}-{self._month_number():02d}-X{self._part() + 1}"
            case Kind.DAY:
                return self.date.isoformat()
            case Kind.SHIFT:
                return f"{self.date.isoformat()}.{self.shift}"

    @property
    def label(self) -> str:
        """As people say it: 2026年6月, 2026年二季度, 2026年上半年, 2026年6月上旬."""
        match self.kind:
            case Kind.YEAR:
                return f"{self.year}年"
            case Kind.HALF:
                return f"{self.year}年{'上' if self.number == 1 else '下'}半年"
            case Kind.QUARTER:
                return f"{self.year}年{QUARTER_NAMES[self.number - 1]}季度"
            case Kind.MONTH:
                return f"{self.year}年{self.number}月"
            case Kind.WEEK:
                return f"{self.year}年第{self.number}周"
            case Kind.TEN_DAYS:
                return f"{self.year}年{self._month_number()}月{TEN_DAY_NAMES[self._part()]}"
            case Kind.DAY:
                return f"{self.year}年{self.date.month}月{self.date.day}日"
            case Kind.SHIFT:
                return f"{self.year}年{self.date.month}月{self.date.day}日第{self.shift}班"

    # ── parts ──
    def _month_number(self) -> int:
        return (self.number - 1) // 3 + 1

    def _part(self) -> int:
        return (self.number - 1) % 3

    @property
    def date(self) -> dt.date:
        """The date of a day or shift."""
        if self.kind not in (Kind.DAY, Kind.SHIFT):
            raise ValueError(f"{self} is not a single day")
        return dt.date(self.year, 1, 1) + dt.timedelta(days=self.number - 1)

    def months(self) -> tuple["Period", ...]:
        """The months a month, quarter, half or year consists of."""
        if self.kind is Kind.TEN_DAYS:
            return (Period.month(self.year, self._month_number()),)
        size = MONTHS_IN[self.kind]
        first = (self.number - 1) * size + 1
        return tuple(Period.month(self.year, month) for month in range(first, first + size))

    def within(self, kind: Kind) -> "Period":
        """The longer period this month, quarter or half lies in: June → 2026-Q2."""
        month = self.months()[0].number
        return Period(kind, self.year, (month - 1) // MONTHS_IN[kind] + 1)

    # ── neighbours ──
    def next(self) -> "Period":
        return self._step(1)

    def previous(self) -> "Period":
        return self._step(-1)

    def _step(self, by: int) -> "Period":
        if self.kind is Kind.SHIFT:
            raise ValueError("how many shifts a day has is the shift system's business")
        if self.kind is Kind.DAY:
            return Period.day(self.date + dt.timedelta(days=by))
        if self.kind is Kind.WEEK:
            return Period.week_of(dt.date.fromisocalendar(self.year, self.number, 1) + dt.timedelta(weeks=by))
        count = self.year * PER_YEAR[self.kind] + self.number - 1 + by
        return Period(self.kind, count // PER_YEAR[self.kind], count % PER_YEAR[self.kind] + 1)

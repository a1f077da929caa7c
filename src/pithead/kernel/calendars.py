"""Which dates a period covers in one mine: the cut-off day, working days, and where the night shift is booked."""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from pithead.kernel.periods import Kind, Period

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """`cutoff_day` 25: June runs from 26 May to 25 June; None: calendar months. Both ends of bounds are inclusive.

    `exceptions` maps a date to "is worked"; `known_years` are those with a published table. Other years fall back to
    weekends, and `gaps` says so, so that a face can tell its user.
    """

    cutoff_day: int | None = None
    night_shift: int | None = None
    night_books_next_day: bool = False
    exceptions: Mapping[dt.date, bool] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()

    def bounds(self, period: Period) -> tuple[dt.date, dt.date]:
        match period.kind:
            case Kind.DAY | Kind.SHIFT:
                return period.date, period.date
            case Kind.WEEK:
                monday = dt.date.fromisocalendar(period.year, period.number, 1)
                return monday, monday + 6 * ONE_DAY
            case Kind.TEN_DAYS:
                return self._ten_day_bounds(period)
            case _:
                months = period.months()
                return self._month_end(months[0].previous()) + ONE_DAY, self._month_end(months[-1])

    def _month_end(self, month: Period) -> dt.date:
        last = calendar.monthrange(month.year, month.number)[1]
        return dt.date(month.year, month.number, min(self.cutoff_day or last, last))

    def _ten_day_bounds(self, period: Period) -> tuple[dt.date, dt.date]:
        first, last = self.bounds(period.months()[0])
        part = (period.number - 1) % 3
        start = first + part * 10 * ONE_DAY
        return start, last if part == 2 else start + 9 * ONE_DAY

    def period_of(self, date: dt.date, kind: Kind) -> Period:
        """The period of a kind that a date belongs to."""
        if kind is Kind.DAY:
            return Period.day(date)
        if kind is Kind.WEEK:
            return Period.week_of(date)
        month = Period.month(date.year, date.month)
        if date > self._month_end(month):
            month = month.next()
        if kind is Kind.TEN_DAYS:
            part = min((date - self.bounds(month)[0]).days // 10, 2)
            return Period.ten_days(month.year, month.number, part + 1)
        return month.within(kind)

    def belongs_to(self, period: Period, kind: Kind) -> Period:
        """The longer period a shorter one counts for: that of its last day (a week over the turn of the month)."""
        return self.period_of(self.bounds(period)[1], kind)

    def booked_on(self, date: dt.date, shift: int) -> dt.date:
        """The date a shift that starts on `date` is booked to."""
        return date + ONE_DAY if self.night_books_next_day and shift == self.night_shift else date

    # ── working days ──
    def is_workday(self, date: dt.date) -> bool:
        return self.exceptions.get(date, date.weekday() < 5)

    def add_workdays(self, date: dt.date, days: int) -> dt.date:
        """The last of `days` working days counted from the day after `date`."""
        while days > 0:
            date += ONE_DAY
            days -= self.is_workday(date)
        return date

    def gaps(self, start: dt.date, end: dt.date) -> tuple[int, ...]:
        """Years in the span without a published table: there, weekends stand in for holidays."""
        return tuple(year for year in range(start.year, end.year + 1) if year not in self.known_years)

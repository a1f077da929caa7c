"""The mine's calendar: the cut-off day, and which days are worked. Published tables seed it; the mine has the last word."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import chinese_calendar
from django.db import transaction

from pithead.kernel import audit, workbooks
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import CalendarYear, Holiday, MineCalendar, Unit

SEED = "国务院办公厅公布的放假安排"
BY_HAND = "人工录入"
WANTED = {"date": ("日期", "年月日"), "worked": ("是否上班", "上班"), "name": ("名称", "说明", "节日")}
YES, NO = {"是", "上班", "班", "1", "true"}, {"否", "休", "休息", "放假", "0", "false"}
YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Day:
    date: dt.date
    worked: bool
    name: str = ""

    @property
    def is_exception(self) -> bool:
        return self.worked != (self.date.weekday() < 5)


@transaction.atomic
def set_cutoff(
    *, by: Actor, at: dt.datetime, mine: Unit, cutoff_day: int | None, night_books_next_day: bool
) -> MineCalendar:
    """From the next period opened on: cycles keep the dates they were opened with."""
    by.require(Capability.ORG_EDIT, mine)
    if cutoff_day is not None and not 1 <= cutoff_day <= 28:
        raise Refused("月截止日要在 1 到 28 之间，不填表示按自然月")
    calendar, _ = MineCalendar.objects.get_or_create(mine=mine)
    before = {"cutoff_day": calendar.cutoff_day, "night_books_next_day": calendar.night_books_next_day}
    after = {"cutoff_day": cutoff_day, "night_books_next_day": night_books_next_day}
    if before != after:
        calendar.cutoff_day, calendar.night_books_next_day = cutoff_day, night_books_next_day
        calendar.save()
        _log(by, at, mine, "org.calendar.set", "月截止日和夜班归属", before, after)
    return calendar


@transaction.atomic
def set_calendar_day(*, by: Actor, at: dt.datetime, mine: Unit, day: Day) -> None:
    """Whether one day is worked. A day that is what its weekday says needs no row."""
    by.require(Capability.ORG_EDIT, mine)
    standing = Holiday.objects.filter(mine=mine, date=day.date).first()
    before = {"worked": standing.worked, "name": standing.name} if standing else None
    after = {"worked": day.worked, "name": day.name} if day.is_exception else None
    if before == after:
        return
    if after:
        Holiday.objects.update_or_create(mine=mine, date=day.date, defaults=after)
    else:
        Holiday.objects.filter(mine=mine, date=day.date).delete()
    _log(by, at, mine, "org.calendar.day_set", day.date.isoformat(), before, after)


@transaction.atomic
def confirm_calendar_year(*, by: Actor, at: dt.datetime, mine: Unit, year: int) -> CalendarYear:
    """The year's table was entered by hand and is complete: pages stop warning."""
    by.require(Capability.ORG_EDIT, mine)
    if year not in YEARS:
        raise Refused(f"没有 {year} 年的日历")
    row, made = CalendarYear.objects.get_or_create(mine=mine, year=year, defaults={"source": BY_HAND})
    if made:
        _log(by, at, mine, "org.calendar.year_filled", str(year), None, {"source": BY_HAND})
    return row


@transaction.atomic
def fill_calendar(*, by: Actor, at: dt.datetime, mine: Unit, days: Iterable[Day], source: str) -> tuple[int, ...]:
    """Replace the tables of the years the days lie in; returns these years."""
    by.require(Capability.ORG_EDIT, mine)
    wanted = {day.date: day for day in days}
    years = tuple(sorted({date.year for date in wanted}))
    for year in years:
        _fill_year(by, at, mine, year, [day for date, day in wanted.items() if date.year == year], source)
    return years


def _fill_year(by: Actor, at: dt.datetime, mine: Unit, year: int, days: list[Day], source: str) -> None:
    rows = Holiday.objects.filter(mine=mine, date__year=year)
    standing = {(row.date, row.worked, row.name) for row in rows}
    wanted = {(day.date, day.worked, day.name) for day in days if day.is_exception}
    filled = CalendarYear.objects.filter(mine=mine, year=year).first()
    if standing == wanted and filled and filled.source == source:
        return
    rows.delete()
    Holiday.objects.bulk_create(
        [Holiday(mine=mine, date=date, worked=worked, name=name) for date, worked, name in sorted(wanted)]
    )
    CalendarYear.objects.update_or_create(mine=mine, year=year, defaults={"source": source})
    after = {"source": source, "holidays": len([day for day in wanted if not day[1]]), "days": len(wanted)}
    before = {"source": filled.source, "days": len(standing)} if filled else None
    _log(by, at, mine, "org.calendar.year_filled", str(year), before, after)


def seed_calendar(*, by: Actor, at: dt.datetime, mine: Unit, years: Iterable[int]) -> tuple[int, ...]:
    """Fill the years whose published table comes with the software; a year that was filled before stays as it is.
    Returns the years that have a table now; refuses when none of them has."""
    wanted = set(years)
    filled = set(CalendarYear.objects.filter(mine=mine, year__in=wanted).values_list("year", flat=True))
    days = [day for day in _published() if day.date.year in wanted - filled]
    seeded = fill_calendar(by=by, at=at, mine=mine, days=days, source=SEED)
    if not filled and not seeded:
        asked = "、".join(str(year) for year in sorted(wanted))
        raise Refused(f"{asked} 年的放假安排还没有随软件提供，请从文件导入，或逐日录入")
    return tuple(sorted(filled | set(seeded)))


def seeded_years() -> frozenset[int]:
    """Years whose published table comes with the software."""
    return frozenset(date.year for date in chinese_calendar.holidays)


def _published() -> list[Day]:
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    off = [Day(date, False, names.get(name, "")) for date, name in chinese_calendar.holidays.items()]
    on = [Day(date, True, f"{names.get(name, '')}调休") for date, name in chinese_calendar.workdays.items()]
    return off + on


def fill_calendar_from_file(*, by: Actor, at: dt.datetime, mine: Unit, content: bytes, name: str) -> tuple[int, ...]:
    """A table 日期 | 是否上班 | 名称, as .xlsx, .xls or .csv. Only days that differ from their weekday need a row."""
    by.require(Capability.ORG_EDIT, mine)
    source = f"文件“{name[:80]}”"
    return fill_calendar(by=by, at=at, mine=mine, days=_read(content, name), source=source)


def _read(content: bytes, name: str) -> list[Day]:
    book = _csv_book(content, name) if name.lower().endswith(".csv") else workbooks.read(content, name=name)
    header = workbooks.find_table(book, WANTED, ("date", "worked"))
    days: dict[dt.date, Day] = {}
    reasons: list[Reason] = []
    for number in range(header.data_row, len(header.sheet.rows)):
        cells = {field: header.sheet.cell(number, column) for field, column in header.columns.items()}
        if all(cell == "" for cell in cells.values()):
            continue
        try:
            day = _day(cells)
            if day.date in days:
                raise Refused(f"{day.date} 出现了两次，请删去一行")
            days[day.date] = day
        except Refused as refusal:
            reasons += [Reason(reason.message, header.where(number)) for reason in refusal.reasons]
    if reasons:
        raise Refused(reasons[:50])
    if not days:
        raise Refused("文件里没有一天的安排，请在“日期”“是否上班”两列下面逐行填写")
    return list(days.values())


def _day(cells: Mapping[str, workbooks.Cell]) -> Day:
    date = workbooks.date(cells["date"])
    said = workbooks.text(cells["worked"]).lower()
    if said not in YES | NO:
        raise Refused(f"是否上班写的是“{said}”，请写“是”或“否”")
    if date.year not in YEARS:
        raise Refused(f"{date} 不在 2000 到 2099 年之间")
    return Day(date, said in YES, workbooks.text(cells.get("name", ""))[:32])


def _csv_book(content: bytes, name: str) -> workbooks.Workbook:
    """Excel in Chinese writes CSV in GB18030, others in UTF-8."""
    if len(content) > workbooks.Limits().size:
        raise Refused("文件太大，一年的日历用不了这么多行")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            rows: list[list[workbooks.Cell]] = [list(row) for row in csv.reader(io.StringIO(content.decode(encoding)))]
        except (UnicodeDecodeError, csv.Error):
            continue
        width = max((len(row) for row in rows), default=0)
        padded = [row + [""] * (width - len(row)) for row in rows]
        return workbooks.Workbook(name, (workbooks.Sheet(name, padded),))
    raise Refused("CSV 文件的编码读不出来，请用 Excel 另存为 .xlsx 后再传")


def _log(by: Actor, at: dt.datetime, mine: Unit, action: str, label: str, before: object, after: object) -> None:
    subject = ("calendar", label[:64], label)
    audit.write(by=by, at=at, mine=mine.code, action=action, subject=subject, before=before, after=after)  # type: ignore[arg-type]

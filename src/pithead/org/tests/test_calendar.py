"""The editable calendar: seeding, files, single days, the cut-off; places and shifts beside it."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel import workbooks
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org import actions
from pithead.org.actions import Day
from pithead.org.models import CalendarYear, CrewShift, Holiday, Place
from pithead.org.queries import calendar_of, shift_called
from pithead.org.testing import OPENED, TODAY, Cast

NATIONAL_DAY = dt.date(2026, 10, 1)
MADE_UP = dt.date(2026, 10, 10)  # a Saturday that is worked


def test_the_published_table_fills_a_year_once(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    for _ in range(2):
        assert actions.seed_calendar(by=by, at=at, mine=cast.mine, years=[2026, 2027]) == (2026,)
    calendar = calendar_of(cast.mine)
    assert not calendar.is_workday(NATIONAL_DAY)
    assert calendar.is_workday(MADE_UP)
    assert calendar.gaps(NATIONAL_DAY, dt.date(2027, 1, 1)) == (2027,)
    assert Holiday.objects.get(date=MADE_UP).name == "国庆节调休"
    assert all(row.worked != (row.date.weekday() < 5) for row in Holiday.objects.all())
    assert AuditEvent.objects.filter(action="org.calendar.year_filled").count() == 1


def test_seeding_keeps_what_the_mine_has_changed(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    actions.seed_calendar(by=by, at=at, mine=cast.mine, years=[2026])
    actions.set_calendar_day(by=by, at=at, mine=cast.mine, day=Day(NATIONAL_DAY, True))
    actions.seed_calendar(by=by, at=at, mine=cast.mine, years=[2026])
    assert calendar_of(cast.mine).is_workday(NATIONAL_DAY)


def test_a_year_nobody_has_published_is_refused(cast: Cast, at: dt.datetime) -> None:
    assert 2026 in actions.seeded_years()
    with pytest.raises(Refused, match="2090 年的放假安排还没有随软件提供"):
        actions.seed_calendar(by=cast.actor("hr_officer"), at=at, mine=cast.mine, years=[2090])


def test_a_day_is_switched_and_switched_back(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    for worked in (False, False, True):
        actions.set_calendar_day(by=by, at=at, mine=cast.mine, day=Day(TODAY, worked, "矿庆"))
    assert not Holiday.objects.exists()
    assert AuditEvent.objects.filter(action="org.calendar.day_set").count() == 2


def test_a_year_entered_by_hand_is_confirmed(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    for _ in range(2):
        actions.confirm_calendar_year(by=by, at=at, mine=cast.mine, year=2027)
    assert CalendarYear.objects.get().source == "人工录入"
    assert AuditEvent.objects.count() == 1
    with pytest.raises(Refused, match="没有 99999 年"):
        actions.confirm_calendar_year(by=by, at=at, mine=cast.mine, year=99999)


def sheet(*rows: tuple) -> bytes:
    columns = [workbooks.Column(name) for name in ("日期", "是否上班", "名称")]
    return workbooks.write([workbooks.Table(name="2027", columns=columns, rows=[list(row) for row in rows])])


def test_a_workbook_fills_the_years_it_names(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    actions.set_calendar_day(by=by, at=at, mine=cast.mine, day=Day(dt.date(2027, 3, 1), False))
    content = sheet(("2027-01-01", "否", "元旦"), ("2027年1月3日", "是", "元旦调休"), ("2027-01-02", "否", ""))
    for _ in range(2):
        years = actions.fill_calendar_from_file(by=by, at=at, mine=cast.mine, content=content, name="2027.xlsx")
    assert years == (2027,)
    assert list(Holiday.objects.order_by("date").values_list("date", "worked", "name")) == [
        (dt.date(2027, 1, 1), False, "元旦"),
        (dt.date(2027, 1, 3), True, "元旦调休"),
    ]
    assert CalendarYear.objects.get().source == "文件“2027.xlsx”"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_does_as_well(cast: Cast, at: dt.datetime, encoding: str) -> None:
    content = "日期,是否上班,名称\n2027-02-08,休,春节\n\n2027-02-20,班,春节调休\n".encode(encoding)
    actions.fill_calendar_from_file(by=cast.system(), at=at, mine=cast.mine, content=content, name="a.CSV")
    assert Holiday.objects.count() == 2


def test_a_broken_calendar_file_is_refused_row_by_row_and_leaves_nothing(cast: Cast, at: dt.datetime) -> None:
    content = "日期,是否上班\n2027-02-30,否\n2027-02-08,也许\n2027-02-09,否\n2027-02-09,否\n1999-01-01,否\n".encode()
    with pytest.raises(Refused) as refused:
        actions.fill_calendar_from_file(by=cast.system(), at=at, mine=cast.mine, content=content, name="a.csv")
    said = [str(reason) for reason in refused.value.reasons]
    assert len(said) == 4
    assert "第 2 行" in said[0]
    assert "请写“是”或“否”" in said[1]
    assert "出现了两次" in said[2]
    assert "不在 2000 到 2099" in said[3]
    assert not Holiday.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00\x81\xff", "编码读不出来"),
        ("日期,是否上班\n".encode(), "没有一天的安排"),
        ("姓名,电话\n张,1\n".encode(), "日期"),
        (b"," * (11 * 1024 * 1024), "文件太大"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused(cast: Cast, at: dt.datetime, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.fill_calendar_from_file(by=cast.system(), at=at, mine=cast.mine, content=content, name="a.csv")


def test_the_cut_off_day_moves_the_month(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    for _ in range(2):
        actions.set_cutoff(by=by, at=at, mine=cast.mine, cutoff_day=25, night_books_next_day=True)
    assert calendar_of(cast.mine).bounds(Period.parse("2026-06"))[1] == dt.date(2026, 6, 25)
    assert AuditEvent.objects.filter(action="org.calendar.set").count() == 1
    with pytest.raises(Refused, match="1 到 28"):
        actions.set_cutoff(by=by, at=at, mine=cast.mine, cutoff_day=31, night_books_next_day=False)


# ── shifts ──
def test_a_crew_changes_its_shift_and_the_time_before_stays_known(cast: Cast, at: dt.datetime) -> None:
    by, crew = cast.actor("hr_officer"), cast.units["ZC1-1"]
    system = actions.set_shift_system(by=by, at=at, mine=cast.mine, code="four_six")
    assert actions.set_shift_system(by=by, at=at, mine=cast.mine, code="four_six") == system
    night, maintenance = system.shifts.get(number=1), system.shifts.get(name="检修班")
    actions.assign_shift(by=by, at=at, unit=crew, system=system, shift=night, since=OPENED)
    for _ in range(2):
        actions.assign_shift(by=by, at=at, unit=crew, system=system, shift=maintenance, since=TODAY)
    assert CrewShift.objects.on(TODAY).get(unit=crew).shift == maintenance
    assert CrewShift.objects.on(TODAY - dt.timedelta(days=1)).get(unit=crew).shift == night
    actions.assign_shift(by=by, at=at, unit=crew, system=system, shift=night, since=TODAY)
    assert CrewShift.objects.filter(unit=crew).count() == 2
    with pytest.raises(Refused, match="日期不能更早"):
        actions.assign_shift(by=by, at=at, unit=crew, system=system, shift=maintenance, since=OPENED)
    assert calendar_of(cast.mine).night_shift == 1


def test_shifts_that_do_not_belong_together_are_refused(cast: Cast, at: dt.datetime) -> None:
    by = cast.system()
    three = actions.set_shift_system(by=by, at=at, mine=cast.mine, code="three_eight")
    four = actions.set_shift_system(by=by, at=at, mine=cast.mine, code="four_six")
    with pytest.raises(Refused, match="没有这个班次"):
        actions.assign_shift(
            by=by, at=at, unit=cast.units["ZC1"], system=three, shift=four.shifts.get(number=4), since=TODAY
        )
    with pytest.raises(Refused, match="没有“two_twelve”这种班制"):
        actions.set_shift_system(by=by, at=at, mine=cast.mine, code="two_twelve")


@pytest.mark.parametrize("code", list(actions.SYSTEMS))
def test_every_shift_system_fills_the_day_and_its_night_is_shift_one(cast: Cast, at: dt.datetime, code: str) -> None:
    shifts = list(
        actions.set_shift_system(by=cast.system(), at=at, mine=cast.mine, code=code).shifts.order_by("number")
    )
    assert sum(shift.hours for shift in shifts) == 24
    assert [shift.number for shift in shifts if shift.is_night] == [1]
    for shift, following in zip(shifts, [*shifts[1:], shifts[0]], strict=True):
        assert (shift.starts_at.hour + shift.hours) % 24 == following.starts_at.hour


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("八点班", "八点班"),
        ("捌点班", "八点班"),
        ("8点班", "八点班"),
        (" 早 班", "八点班"),
        ("夜班", "零点班"),
        ("大班", None),
    ],
)
def test_a_shift_is_known_by_whatever_forms_call_it(
    cast: Cast, at: dt.datetime, written: str, name: str | None
) -> None:
    system = actions.set_shift_system(by=cast.system(), at=at, mine=cast.mine, code="three_eight")
    found = shift_called(system, written)
    assert (found.name if found else None) == name


# ── places ──
def test_a_place_is_added_once_and_closed_once(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")

    def add(code: str = "3102", name: str = "3102 综采工作面") -> Place:
        return actions.add_place(
            by=by, at=at, mine=cast.mine, code=code, name=name, kind="working", since=OPENED, unit=cast.units["ZC1"]
        )

    assert add() == add()
    with pytest.raises(Refused, match="编号 3102 已经是“3102 综采工作面”"):
        add(name="别处")
    with pytest.raises(Refused, match="要有编号、名称和类别"):
        add(code="")
    with pytest.raises(Refused, match="编号 3/1 里不能有“/”"):
        add(code="3/1")
    for _ in range(2):
        actions.close_place(by=by, at=at, place=add(), on=TODAY)
    assert AuditEvent.objects.filter(action__startswith="org.place").count() == 2
    with pytest.raises(Refused, match="停用日期不能更早"):
        actions.close_place(by=by, at=at, place=add(), on=dt.date(2019, 1, 1))
    with pytest.raises(Refused, match="“白云岭煤矿”不是本矿的单位"):
        actions.add_place(
            by=by, at=at, mine=cast.mine, code="X", name="X", kind="room", since=OPENED, unit=cast.other_mine
        )


def test_the_verbs_ask_for_the_right_first(cast: Cast, at: dt.datetime) -> None:
    by, mine = cast.actor("section_head"), cast.mine
    for verb in (
        lambda: actions.set_cutoff(by=by, at=at, mine=mine, cutoff_day=25, night_books_next_day=False),
        lambda: actions.set_calendar_day(by=by, at=at, mine=mine, day=Day(TODAY, False)),
        lambda: actions.confirm_calendar_year(by=by, at=at, mine=mine, year=2027),
        lambda: actions.seed_calendar(by=by, at=at, mine=mine, years=[2026]),
        lambda: actions.fill_calendar_from_file(by=by, at=at, mine=mine, content=b"", name="a.csv"),
        lambda: actions.set_shift_system(by=by, at=at, mine=mine, code="four_six"),
        lambda: actions.add_place(by=by, at=at, mine=mine, code="X", name="X", kind="room", since=OPENED),
    ):
        with pytest.raises(PermissionDenied):
            verb()

"""A roster as mines have it goes in whole; one with mistakes leaves nothing behind and says where they are."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.org.access import RoleCode
from pithead.org.actions import RosterReport, import_roster
from pithead.org.models import Membership, Person, Post, Specialty, Unit, UnitKind, User
from pithead.org.testing import Cast

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 7, 6)
YESTERDAY = TODAY - dt.timedelta(days=1)
HEADINGS = ["工号", "姓名", "区队", "班组"]
Import = Callable[..., RosterReport]


def identity(born: str, serial: int) -> str:
    """A well-formed number of nobody: area 000000 was never given out."""
    digits = f"000000{born}{serial:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


MALE_1990, FEMALE_1985 = identity("19900515", 1), identity("19850203", 2)


def book(rows: list[list[Any]], name: str = "花名册", merged: tuple[tuple[int, int, int, int], ...] = ()) -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target)
    sheet = made.add_worksheet(name)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                sheet.write_datetime(number, column, value, made.add_format({"num_format": "yyyy-mm-dd"}))
            elif value is not None:
                sheet.write(number, column, value)
    for top, left, bottom, right in merged:
        sheet.merge_range(top, left, bottom, right, rows[top][left])
    made.close()
    return target.getvalue()


@pytest.fixture
def load(cast: Cast, at: dt.datetime) -> Import:
    def run(rows: list[list[Any]] | bytes, *, member: str = "hr_officer", **more: Any) -> RosterReport:
        file = rows if isinstance(rows, bytes) else book(rows)
        more.setdefault("at", at)
        return import_roster(by=cast.actor(member), mine=cast.mine, file=file, name="花名册.xlsx", **more)

    return run


def person(staff_no: str) -> Person:
    return Person.objects.get(staff_no=staff_no, mine__code="QSY")


def messages(report: RosterReport) -> list[str]:
    return [str(reason) for reason in report.reasons]


# ── a roster as mines have it ──
DIRTY = [
    ["青石峪煤矿２０２６年职工花名册（人力资源科 制）"] + [""] * 12,
    [
        "序 号",
        "工　号",
        "姓名",
        "单位信息",
        "",
        "职务\n职称",
        "身份证号码",
        "出生年月",
        "入矿时间",
        "定岗日期",
        "用工类别",
        "政治面貌",
        "民族",
    ],
    ["", "", "", "区 队", "班 组", "", "", "", "", "", "", "", ""],
    [
        1,
        20001.0,
        "张 三",
        "综采一队",
        "一班",
        "班 长",
        MALE_1990,
        "1990.5",
        "2021.3",
        "２０２４年３月",
        "正",
        "党员",
        "汉",
    ],
    [2, "２０００２", "李　小　四", "综采1队", "", "区队长", "", "1985年2月", 44260, "2024-03-01", "协", "群众", "汉"],
    [
        3,
        "20003",
        "阿依古丽·买买提",
        "煤一队",
        "煤一队一班",
        "技术员",
        "",
        dt.date(1992, 7, 8),
        "20150701",
        "/",
        "临时",
        "团员",
        "维",
    ],
    [4, "20004", "王五", "安全科", "", "", "", "", "2021年3月5日", "", "", "", ""],
    ["合 计", "", "4 人", "", "", "", "", "", "", "", "", "", ""],
    ["制表：某某", "", "", "", "", "", "", "审核：", "", "", "", "", ""],
]
DIRTY_MERGES = (
    (0, 0, 0, 12),
    (1, 3, 1, 4),
    *((1, column, 2, column) for column in (0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12)),
)


def test_a_life_like_dirty_roster_goes_in_whole(cast: Cast, load: Import) -> None:
    report = load(book(DIRTY, merged=DIRTY_MERGES))
    assert messages(report) == []
    assert (report.written, report.rows, report.added) == (True, 4, 4)
    assert report.unknown_columns == ("民族",)
    assert report.ignored == ("“花名册”第 8 行（合计行）", "“花名册”第 9 行（落款）")
    first = person("20001")
    assert (first.name, first.unit, first.sex) == ("张三", cast.units["ZC1-1"], "male")
    assert (first.born_on, first.hired_on) == (dt.date(1990, 5, 15), dt.date(2021, 3, 1))
    assert (first.id_number, first.employment, first.political_status) == (MALE_1990, "formal", "full_member")
    second = person("20002")
    assert (second.name, second.unit, second.hired_on) == ("李小四", cast.units["ZC1"], dt.date(2021, 3, 5))
    third = person("20003")
    assert (third.name, third.unit, third.born_on) == ("阿依古丽·买买提", cast.units["M1-1"], dt.date(1992, 7, 8))
    assert person("20004").unit == cast.units["SAF"]


def test_hidden_rows_count_and_a_section_merged_over_its_people_is_theirs(cast: Cast, load: Import) -> None:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target)
    sheet = made.add_worksheet("花名册")
    for number, row in enumerate(
        [HEADINGS, ["1", "甲", "综采一队", "一班"], ["2", "乙", "", "二班"], ["3", "丙", "", ""]]
    ):
        sheet.write_row(number, 0, row)
    sheet.merge_range(1, 2, 3, 2, "综采一队")
    sheet.set_row(2, None, None, {"hidden": True})
    made.close()
    assert load(target.getvalue()).added == 3
    assert [person(number).unit for number in "123"] == [cast.units[code] for code in ("ZC1-1", "ZC1-2", "ZC1")]


def test_titles_that_are_clear_become_posts_and_nobody_gets_an_account(cast: Cast, load: Import) -> None:
    load(book(DIRTY, merged=DIRTY_MERGES))
    posts = Post.objects.filter(person__staff_no__startswith="2000", mine=cast.mine).order_by("person__staff_no")
    held = [(post.person.staff_no, post.role, post.unit.code, post.since) for post in posts]
    assert held == [
        ("20001", RoleCode.CREW_LEADER, "ZC1-1", dt.date(2024, 3, 1)),
        ("20002", RoleCode.SECTION_HEAD, "ZC1", dt.date(2024, 3, 1)),
    ]
    assert not User.objects.exists()


def test_a_secretary_gets_the_branch_that_serves_the_section_and_is_noted_where_there_is_none(
    cast: Cast, load: Import
) -> None:
    head = [*HEADINGS, "职务"]
    report = load([head, ["20001", "甲", "综采一队", "", "支部书记"], ["20002", "乙", "煤一队", "", "党支部书记"]])
    assert [(post.person.staff_no, post.unit.code) for post in Post.objects.filter(person__name__in="甲乙")] == [
        ("20001", "ZB1")
    ]
    assert "乙（20002）的职务“党支部书记”没有对应的党支部" in report.notes[0]


def test_nobody_appoints_himself_by_roster(cast: Cast, load: Import) -> None:
    me = cast.people["hr_officer"]
    report = load([[*HEADINGS, "职务"], [me.staff_no, me.name, "综采一队", "", "区队长"]])
    assert "不能给自己任职" in report.notes[0]
    assert not Post.objects.filter(person=me, role=RoleCode.SECTION_HEAD).exists()


def test_memberships_begin_on_the_day_of_hiring_or_of_import(cast: Cast, load: Import) -> None:
    load([[*HEADINGS, "入矿时间"], ["1", "甲", "综采一队", "", "2021-03-05"], ["2", "乙", "综采一队", "", ""]])
    begun = Membership.objects.filter(person__staff_no__in=("1", "2")).order_by("person__staff_no")
    assert [(row.since, row.until) for row in begun] == [(dt.date(2021, 3, 5), None), (TODAY, None)]


def test_the_same_file_again_writes_nothing_about_people(load: Import) -> None:
    file = book(DIRTY, merged=DIRTY_MERGES)
    load(file)
    before = list(Person.objects.values()), list(Membership.objects.values()), list(Post.objects.values())
    events = AuditEvent.objects.count()
    report = load(file)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 4)
    assert before == (list(Person.objects.values()), list(Membership.objects.values()), list(Post.objects.values()))
    assert AuditEvent.objects.count() == events + 1  # that it was imported again


def test_moving_to_another_unit_closes_the_old_membership_the_day_before(cast: Cast, load: Import) -> None:
    worker = cast.people["worker"]
    report = load([HEADINGS, [worker.staff_no, worker.name, "煤一队", "一班"]])
    assert (report.changed, report.moved) == (1, 1)
    rows = Membership.objects.filter(person=worker).order_by("since")
    assert [(row.unit.code, row.until) for row in rows] == [("ZC1-1", YESTERDAY), ("M1-1", None)]
    assert rows[1].since == TODAY
    worker.refresh_from_db()
    assert worker.unit == cast.units["M1-1"]


def test_a_move_corrected_on_the_same_day_leaves_one_membership(cast: Cast, load: Import) -> None:
    load([HEADINGS, ["1", "甲", "综采一队", "一班"]])
    load([HEADINGS, ["1", "甲", "综采一队", "二班"]])
    assert [(row.unit.code, row.since) for row in Membership.objects.filter(person__staff_no="1")] == [("ZC1-2", TODAY)]


def test_a_leader_who_moves_gives_up_the_post(cast: Cast, load: Import) -> None:
    leader = cast.people["crew_leader"]
    load([[*HEADINGS, "职务"], [leader.staff_no, leader.name, "煤一队", "一班", "副班长"]])
    posts = Post.objects.filter(person=leader).order_by("since")
    assert [(post.role, post.unit.code, post.until) for post in posts] == [
        (RoleCode.CREW_LEADER, "ZC1-1", YESTERDAY),
        (RoleCode.DEPUTY_CREW_LEADER, "M1-1", None),
    ]


def test_a_move_ends_the_posts_in_the_unit_left_behind_and_no_others(cast: Cast, load: Import) -> None:
    leader, head = cast.people["crew_leader"], cast.people["section_head"]
    load([HEADINGS, [leader.staff_no, leader.name, "通风队", ""], [head.staff_no, head.name, "综采一队", "一班"]])
    assert Post.objects.get(person=leader).until == YESTERDAY
    assert Post.objects.get(person=head).until is None  # 高山 still belongs to the section he heads


def test_the_party_line_and_elected_posts_are_left_alone(cast: Cast, load: Import) -> None:
    member = cast.people["branch_secretary"]
    Membership.objects.create(mine=cast.mine, person=member, unit=cast.units["ZB1"], since=dt.date(2020, 1, 1))
    load([HEADINGS, [member.staff_no, member.name, "煤一队", ""]])
    assert Membership.objects.get(person=member, unit=cast.units["ZB1"]).until is None
    assert Post.objects.get(person=member).until is None


def test_an_empty_cell_never_wipes_out_what_is_known(load: Import) -> None:
    load([[*HEADINGS, "岗位", "联系电话"], ["1", "甲", "综采一队", "", "采煤机司机", 13900000000]])
    load([[*HEADINGS, "岗位", "联系电话"], ["1", "甲", "综采一队", "", "", "无"]])
    assert (person("1").job, person("1").phone) == ("采煤机司机", "13900000000")


def test_people_who_vanished_are_listed_and_stay(cast: Cast, load: Import) -> None:
    worker = cast.people["worker"]
    report = load([HEADINGS, [worker.staff_no, worker.name, "综采一队", "一班"]])
    listed = {(one.staff_no, one.unit) for one in report.vanished}
    assert (worker.staff_no, "综采一队/一班") not in listed
    assert (cast.people["assessor"].staff_no, "安全科") in listed
    assert Person.objects.filter(mine=cast.mine, left_on=None).count() == len(cast.people) - 1
    at_home = {one.name for one in report.vanished if one.unit.startswith("综采一队") or not one.unit}
    assert {one.name for one in report.vanished if not one.elsewhere} == at_home
    assert report.partial == f"表里只有 1 个单位的人，其余单位的 {len(report.vanished) - len(at_home)} 人不在表里"


def test_a_sheet_of_every_unit_is_not_said_to_be_of_some(cast: Cast, load: Import) -> None:
    units = Unit.objects.filter(kind__in=("section", "office"), mine=cast.mine)
    report = load([HEADINGS, *([f"6{row:03}", f"工友{unit.name}", unit.name, ""] for row, unit in enumerate(units))])
    assert report.vanished
    assert report.partial == ""


def test_somebody_who_had_left_comes_back(cast: Cast, load: Import) -> None:
    worker = cast.people["worker"]
    Person.objects.filter(pk=worker.pk).update(left_on=dt.date(2026, 5, 1), unit=None)
    Membership.objects.filter(person=worker).update(until=dt.date(2026, 5, 1))
    load([HEADINGS, [worker.staff_no, worker.name, "综采一队", "一班"]])
    worker.refresh_from_db()
    assert (worker.left_on, worker.unit) == (None, cast.units["ZC1-1"])
    assert [row.since for row in Membership.objects.filter(person=worker, until=None)] == [TODAY]


def test_without_staff_numbers_people_are_known_by_their_identity_number(cast: Cast, load: Import) -> None:
    load([[*HEADINGS, "身份证号"], ["1", "甲", "综采一队", "", MALE_1990]])
    head = ["姓名", "身份证", "单位"]
    assert load([head, ["甲", MALE_1990, "综采一队/二班"]]).moved == 1
    assert person("1").unit == cast.units["ZC1-2"]


def test_newcomers_of_a_sheet_without_staff_numbers_are_numbered_once(cast: Cast, load: Import) -> None:
    head = ["姓名", "身份证", "所属机构"]
    report = load([head, ["甲", MALE_1990, "综采一队"], ["乙", FEMALE_1985, "煤一队"]])
    assert (report.added, person("A00001").name, person("A00002").name) == (2, "甲", "乙")
    assert "2 名新来的人自动编号 A00001 至 A00002" in report.notes[0]
    again = load([head, ["甲", MALE_1990, "综采一队"], ["乙", FEMALE_1985, "煤一队"]])
    assert (again.added, again.unchanged) == (0, 2)


def test_an_empty_cell_among_staff_numbers_is_a_slip(load: Import) -> None:
    report = load([["工号", "姓名", "身份证", "单位"], ["", "乙", FEMALE_1985, "综采一队"]])
    assert "新来的人要有工号" in messages(report)[0]


def test_an_import_is_logged_person_by_person_without_secrets(load: Import) -> None:
    load([[*HEADINGS, "身份证号", "联系电话"], ["1", "甲", "综采一队", "", MALE_1990, "13900000000"]], reference="7")
    events = AuditEvent.objects.filter(action__in=("org.person.added", "org.roster.imported")).order_by("pk")
    assert [(event.action, event.subject_label) for event in events] == [
        ("org.person.added", "甲 1"),
        ("org.roster.imported", "花名册.xlsx"),
    ]
    assert events[1].subject_id == "7"
    assert events[0].after is not None
    assert events[0].after["unit"] == "综采一队"
    assert MALE_1990 not in str(events[0].after)
    assert "13900000000" not in str(events[0].after)


# ── units that are not there ──
def test_unknown_units_are_made_only_when_asked_for(cast: Cast, load: Import) -> None:
    rows = [HEADINGS, ["1", "甲", "运输一队", "检修班"], ["2", "乙", "运输一队", ""], ["3", "丙", "调度室", ""]]
    units = Unit.objects.count()
    assert len(load(rows).failures) == 3
    assert Unit.objects.count() == units
    report = load(rows, create_units=True)
    assert report.new_units == ("运输一队", "运输一队/检修班", "调度室")
    section, crew = person("2").unit, person("1").unit
    assert section is not None
    assert crew is not None
    assert (section.kind, section.specialty, section.parent) == (UnitKind.SECTION, Specialty.HAULAGE, cast.mine)
    assert (crew.kind, crew.parent) == (UnitKind.CREW, section)
    assert crew.path.startswith(section.path)
    office = person("3").unit
    assert office is not None
    assert office.kind == UnitKind.OFFICE
    assert load(rows, create_units=True).new_units == ()


def test_the_head_of_a_new_section_gets_his_post(load: Import) -> None:
    load([[*HEADINGS, "职务"], ["1", "甲", "运输一队", "", "队长"]], create_units=True)
    assert Post.objects.get(person__staff_no="1").unit.name == "运输一队"


def test_importing_needs_the_right_to(load: Import) -> None:
    with pytest.raises(PermissionDenied):
        load([HEADINGS, ["1", "甲", "综采一队", ""]], member="section_head")
    assert not Person.objects.filter(staff_no="1").exists()


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("综采一队", "ZC1"),
        ("ZC1-2", "ZC1-2"),
        ("综采一队/二班", "ZC1-2"),
        ("综采一队二班", "ZC1-2"),
        ("青石峪煤矿综采一队", "ZC1"),
        ("青石峪煤矿/综采一队/二班", "ZC1-2"),
        ("采一", "ZC1"),
    ],
)
def test_a_unit_is_known_by_any_of_its_names(cast: Cast, load: Import, unit: str, code: str) -> None:
    Unit.objects.filter(code="ZC1").update(short_name="采一")
    assert messages(load([["工号", "姓名", "所属机构"], ["1", "甲", unit]])) == []
    assert person("1").unit == cast.units[code]

"""Opening, renaming, moving, closing and reorganising units."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org import actions
from pithead.org.access import RoleCode, system
from pithead.org.actions import NewPerson, NewPost, NewUnit
from pithead.org.models import CrewShift, Membership, Person, Post, Serves, Unit, UnitKind, ids_of
from pithead.org.testing import OPENED, TODAY, Cast

MARCH = dt.date(2026, 3, 1)


def new_section(cast: Cast, code: str = "KT1", name: str = "开拓一队", **more: str) -> NewUnit:
    return NewUnit(parent=cast.mine, kind=UnitKind.SECTION, code=code, name=name, opened_on=MARCH, **more)


# ── mines ──
def test_a_mine_is_created_once_with_its_calendar(db: None, at: dt.datetime) -> None:
    company = actions.create_company(at=at, code="HLN", name="河陇能源公司", opened_on=OPENED)
    mine = actions.create_mine(at=at, code="QSY", name="青石峪煤矿", opened_on=OPENED, parent=company)
    again = actions.create_mine(at=at, code="QSY", name="青石峪煤矿", opened_on=OPENED, parent=company)
    assert again == mine == mine.mine
    assert ids_of(mine.path) == [company.pk, mine.pk]
    assert mine.calendar.cutoff_day is None
    assert list(AuditEvent.objects.values_list("action", "mine", "actor")) == [
        ("org.unit.opened", "HLN", "system"),
        ("org.unit.opened", "QSY", "system"),
    ]


def test_a_mines_code_is_borne_by_one_mine(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="编号 QSY 已经是另一个矿"):
        actions.create_mine(at=at, code="QSY", name="别的矿", opened_on=OPENED)
    with pytest.raises(PermissionDenied):
        actions.create_mine(by=cast.actor("hr_officer"), at=at, code="NEW", name="新矿", opened_on=OPENED)


@pytest.mark.parametrize(
    ("code", "name", "sentence"),
    [
        ("", "新矿", "要有编号和名称"),
        ("XK", " ", "要有编号和名称"),
        ("A/B", "新矿", "编号 A/B 里不能有“/”"),
        ("new", "新矿", "编号 new 不能作编号"),
    ],
)
def test_a_mine_needs_a_name_and_a_code_fit_for_an_address(
    db: None, at: dt.datetime, code: str, name: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.create_mine(at=at, code=code, name=name, opened_on=OPENED)


def test_a_company_is_created_once_and_stands_under_a_group_only(cast: Cast, at: dt.datetime) -> None:
    company = Unit.objects.get(code="HLN")
    same = actions.create_company(at=at, code="HLN", name="河陇能源公司", opened_on=OPENED)
    assert same == company
    with pytest.raises(Refused, match="公司“分公司”不能设在公司“河陇能源公司”下面"):
        actions.create_company(at=at, code="FGS", name="分公司", opened_on=OPENED, parent=company)


# ── opening ──
def test_units_are_opened_parents_before_children_in_one_go(cast: Cast, at: dt.datetime) -> None:
    specs = [
        new_section(cast, specialty="tunnelling"),
        NewUnit("KT1", UnitKind.CREW, "KT1-1", "一班", MARCH),
        NewUnit("KT1", UnitKind.CREW, "KT1-2", "二班", MARCH),
    ]
    section, first, _ = actions.open_units(by=cast.actor("hr_officer"), at=at, new=specs)
    assert ids_of(section.path) == [*ids_of(cast.mine.path), section.pk]
    first.refresh_from_db()
    assert ids_of(first.path) == [*ids_of(section.path), first.pk]
    assert first.mine == cast.mine
    assert AuditEvent.objects.filter(action="org.unit.opened", actor="10010").count() == 3


def test_opening_the_same_unit_again_changes_nothing(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    first = actions.open_unit(by=by, at=at, new=new_section(cast))
    events = AuditEvent.objects.count()
    assert actions.open_unit(by=by, at=at, new=new_section(cast)) == first
    assert AuditEvent.objects.count() == events


def test_opening_many_units_takes_as_many_queries_as_opening_few(
    cast: Cast, at: dt.datetime, django_assert_max_num_queries: Callable
) -> None:
    specs = [new_section(cast, f"N{number}", f"新{number}队") for number in range(60)]
    with django_assert_max_num_queries(10):
        actions.open_units(by=system(cast.mine), at=at, new=specs)


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (lambda c: new_section(c, code="ZC1"), "编号 ZC1 已经是“综采一队”"),
        (lambda c: NewUnit(c.mine, UnitKind.CREW, "X", "一班", MARCH), "班组“一班”（X）不能设在矿“青石峪煤矿”下面"),
        (lambda c: new_section(c, name=" "), "单位要有编号和名称"),
        (lambda c: new_section(c, code="A/1"), "编号 A/1 里不能有“/”"),
        (lambda c: new_section(c, code="New"), "编号 New 不能作编号"),
        (lambda c: NewUnit(c.mine.parent, UnitKind.SECTION, "X", "一队", MARCH), "新单位要设在一个矿里面"),
    ],
)
def test_a_unit_that_cannot_be_is_refused_in_words(
    cast: Cast, at: dt.datetime, spec: Callable[[Cast], NewUnit], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.open_unit(by=cast.actor("hr_officer"), at=at, new=spec(cast))


def test_a_unit_under_an_unknown_one_is_refused(cast: Cast, at: dt.datetime) -> None:
    specs = [new_section(cast), NewUnit("NOPE", UnitKind.CREW, "X", "一班", MARCH)]
    with pytest.raises(Refused, match="上级单位“NOPE”不存在"):
        actions.open_units(by=cast.actor("hr_officer"), at=at, new=specs)
    assert not Unit.objects.filter(code="KT1").exists()


def test_opening_nothing_is_nothing(cast: Cast, at: dt.datetime) -> None:
    assert actions.open_units(by=cast.actor("hr_officer"), at=at, new=[]) == []


def test_only_those_with_the_right_open_units(cast: Cast, at: dt.datetime) -> None:
    for member in ("worker", "section_head", "stranger"):
        with pytest.raises(PermissionDenied):
            actions.open_unit(by=cast.actor(member), at=at, new=new_section(cast))


# ── renaming, moving, closing ──
def test_a_rename_keeps_the_old_name_in_the_log(cast: Cast, at: dt.datetime) -> None:
    unit = cast.units["M1"]
    for _ in range(2):
        actions.rename_unit(by=cast.actor("hr_officer"), at=at, unit=unit, name="掘进一队", specialty=unit.specialty)
    event = AuditEvent.objects.get(action="org.unit.renamed")
    assert (event.before["name"], event.after["name"]) == ("煤一队", "掘进一队")
    with pytest.raises(Refused, match="要有名称"):
        actions.rename_unit(by=cast.actor("hr_officer"), at=at, unit=unit, name=" ")


def test_a_moved_crew_takes_its_path_along(cast: Cast, at: dt.datetime) -> None:
    branch, committee = cast.units["ZB1"], cast.units["DW"]
    by = cast.actor("hr_officer")
    general = actions.open_unit(
        by=by, at=at, new=NewUnit(committee, UnitKind.GENERAL_BRANCH, "ZZ", "采掘党总支", MARCH)
    )
    group = actions.open_unit(by=by, at=at, new=NewUnit(branch, UnitKind.PARTY_GROUP, "XZ1", "一组", MARCH))
    for _ in range(2):
        actions.move_unit(by=by, at=at, unit=branch, parent=general)
    group.refresh_from_db()
    branch.refresh_from_db()
    assert ids_of(branch.path) == [*ids_of(general.path), branch.pk]
    assert ids_of(group.path) == [*ids_of(branch.path), group.pk]
    assert AuditEvent.objects.filter(action="org.unit.moved").count() == 1


def test_a_unit_moves_only_where_its_kind_may_stand(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="区队“综采一队”不能放到科室“安全科”下面"):
        actions.move_unit(by=cast.actor("hr_officer"), at=at, unit=cast.units["ZC1"], parent=cast.units["SAF"])


def test_a_unit_with_people_is_not_closed_and_the_reasons_name_them(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused) as refused:
        actions.close_unit(by=cast.actor("hr_officer"), at=at, unit=cast.units["ZC1"], on=TODAY)
    assert [reason.message for reason in refused.value.reasons] == [
        "“综采一队”下面还有 一班、二班，请先撤销或调整",
        "“综采一队”还有 2 人：高山、祝小雨，请先调到别的单位",
        "“综采一队”还有 2 人任职：高山（区队长）、祝小雨（区队核算员），请先免职",
    ]


def test_an_empty_unit_closes_with_its_links(cast: Cast, at: dt.datetime) -> None:
    unit = cast.units["TF"]
    Serves.objects.create(mine=cast.mine, server=cast.units["PRO"], unit=unit, since=OPENED)
    for _ in range(2):
        actions.close_unit(by=cast.actor("hr_officer"), at=at, unit=unit, on=TODAY)
    assert not Unit.objects.in_force(TODAY + dt.timedelta(days=1)).filter(pk=unit.pk).exists()
    assert Unit.objects.in_force(TODAY).filter(pk=unit.pk).exists()
    assert Serves.objects.get(unit=unit).until == TODAY
    assert AuditEvent.objects.filter(action="org.unit.closed").count() == 1


def test_a_unit_is_not_closed_before_it_was_opened_nor_a_mine_at_all(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    with pytest.raises(Refused, match="从 2020-01-01 起设立"):
        actions.close_unit(by=by, at=at, unit=cast.units["TF"], on=dt.date(2019, 1, 1))
    with pytest.raises(Refused, match="矿“青石峪煤矿”不能在这里撤销"):
        actions.close_unit(by=by, at=at, unit=cast.mine, on=TODAY)


# ── reorganising ──
def test_a_reorganised_section_hands_everything_over(cast: Cast, at: dt.datetime) -> None:
    old, by = cast.units["ZC1"], cast.actor("hr_officer")
    three_eight = actions.set_shift_system(by=by, at=at, mine=cast.mine, code="three_eight")
    actions.assign_shift(by=by, at=at, unit=old, system=three_eight, since=OPENED)
    for _ in range(2):
        new = actions.reorganise(by=by, at=at, unit=old, code="ZC9", name="综采九队", on=MARCH)
    old.refresh_from_db()
    head = cast.people["section_head"]
    assert (old.closed_on, new.predecessor, new.specialty) == (dt.date(2026, 2, 28), old, old.specialty)
    assert Person.objects.get(pk=head.pk).unit == new
    stays = Membership.objects.filter(person=head).order_by("since").values_list("unit__code", "since", "until")
    assert list(stays) == [("ZC1", OPENED, dt.date(2026, 2, 28)), ("ZC9", MARCH, None)]
    assert Post.objects.on(MARCH).get(unit=new, role=RoleCode.SECTION_HEAD).person == head
    assert not Post.objects.on(MARCH).filter(unit=old).exists()
    assert set(Serves.objects.on(MARCH).filter(unit=new).values_list("server__code", flat=True)) == {"ZB1", "PRO"}
    assert CrewShift.objects.on(MARCH).get(unit=new).system == three_eight
    assert Unit.objects.get(code="ZC1-1", mine=cast.mine).path.startswith(new.path)
    assert AuditEvent.objects.filter(action="org.unit.reorganised").count() == 1


@pytest.mark.parametrize(
    ("code", "unit", "on", "sentence"),
    [
        ("M1", "ZC1", MARCH, "编号 M1 已经用过"),
        ("ZC9", "ZC1", OPENED, "改组日期要在这之后"),
    ],
)
def test_a_reorganisation_that_cannot_be_is_refused(
    cast: Cast, at: dt.datetime, code: str, unit: str, on: dt.date, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.reorganise(by=cast.actor("hr_officer"), at=at, unit=cast.units[unit], code=code, name="新队", on=on)


def test_neither_a_closed_unit_nor_a_mine_is_reorganised(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    actions.close_unit(by=by, at=at, unit=cast.units["TF"], on=MARCH)
    with pytest.raises(Refused, match="已于 2026-03-01 撤销"):
        actions.reorganise(by=by, at=at, unit=cast.units["TF"], code="TF9", name="通风九队", on=TODAY)
    with pytest.raises(Refused, match="不能在这里改组"):
        actions.reorganise(by=by, at=at, unit=cast.mine, code="TF9", name="新矿", on=TODAY)


# ── serving ──
def test_a_branch_serves_a_section_from_a_date_until_a_date(cast: Cast, at: dt.datetime) -> None:
    by, branch, unit = cast.actor("hr_officer"), cast.units["ZB1"], cast.units["M1"]
    for _ in range(2):
        link = actions.serve(by=by, at=at, server=branch, unit=unit, since=MARCH)
    for _ in range(2):
        actions.stop_serving(by=by, at=at, link=link, on=TODAY)
    assert Serves.objects.filter(server=branch, unit=unit).values_list("since", "until").get() == (MARCH, TODAY)
    assert AuditEvent.objects.filter(action__startswith="org.serves").count() == 2


def test_serving_is_refused_in_words(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    with pytest.raises(Refused, match="“煤一队”不是本矿的党支部或科室"):
        actions.serve(by=by, at=at, server=cast.units["M1"], unit=cast.units["ZC1"], since=MARCH)
    link = actions.serve(by=by, at=at, server=cast.units["ZB1"], unit=cast.units["M1"], since=MARCH)
    with pytest.raises(Refused, match="结束日期不能更早"):
        actions.stop_serving(by=by, at=at, link=link, on=OPENED)


def test_the_system_may_build_a_whole_mine(cast: Cast, at: dt.datetime) -> None:
    by = system(cast.mine)
    section = actions.open_unit(by=by, at=at, new=new_section(cast))
    person = actions.add_person(by=by, at=at, mine=cast.mine, new=NewPerson("30001", "陈实", section, MARCH))
    post = actions.appoint(by=by, at=at, new=NewPost(person, RoleCode.SECTION_HEAD, section, MARCH))
    assert post.role_label == "区队长"

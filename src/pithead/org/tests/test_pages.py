"""The pages of the organisation: they work, strangers and those without the right get nowhere, bad input is met in words."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pithead.org import actions
from pithead.org.access import RoleCode
from pithead.org.actions import NewPerson
from pithead.org.models import CalendarYear, Holiday, Leave, Membership, Person, Place, Post, Serves, Unit, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit

SignIn = Callable[[str], Client]
MARCH = dt.date(2026, 3, 1)


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.fixture
def hr(signed_in: SignIn) -> Client:
    return signed_in("hr_officer")


@pytest.fixture
def link(cast: Cast) -> Serves:
    return Serves.objects.get(server=cast.units["ZB1"])


@pytest.fixture
def leave(cast: Cast) -> Leave:
    return Leave.objects.create(mine=cast.mine, person=cast.people["worker"], kind="sick", since=MARCH)


@pytest.fixture
def place(cast: Cast) -> Place:
    return Place.objects.create(
        mine=cast.mine, code="3102", name="3102 工作面", kind="working", since=OPENED, unit=cast.units["ZC1"]
    )


# ── who gets where ──
EVERYBODYS = ["/units/", "/units/ZC1/", "/people/", "/people/10001/", "/calendar/", "/places/", "/shifts/"]
EDITORS = [
    "/units/new/",
    "/units/ZC1/name/",
    "/units/ZC1/parent/",
    "/units/ZC1/close/",
    "/units/ZC1/reorganise/",
    "/units/ZC1/posts/new/",
    "/units/ZC1/served-by/new/",
    "/units/ZC1/shift/",
    "/people/new/",
    "/people/10001/particulars/",
    "/people/10001/unit/",
    "/people/10001/release/",
    "/people/10001/leaves/new/",
    "/places/new/",
    "/places/3102/close/",
]
POSTS_ONLY = ["/calendar/day/", "/calendar/cutoff/", "/calendar/seed/", "/calendar/confirm/", "/calendar/file/"]


@pytest.mark.parametrize("address", EVERYBODYS)
def test_a_worker_opens_the_pages_everybody_has(signed_in: SignIn, address: str) -> None:
    assert signed_in("worker").get(address).status_code == 200


@pytest.mark.parametrize("address", EDITORS)
def test_forms_open_for_those_who_may_edit_and_for_nobody_else(
    signed_in: SignIn, hr: Client, place: Place, address: str
) -> None:
    assert "<form" in text(hr.get(address))
    for member in ("worker", "section_head", "mine_leader"):
        assert signed_in(member).get(address).status_code == 404
        assert signed_in(member).post(address, {}).status_code == 404


@pytest.mark.parametrize("address", [a for a in EVERYBODYS + EDITORS if "ZC1" in a or "10001" in a or "3102" in a])
def test_the_mine_next_door_gets_nowhere(signed_in: SignIn, place: Place, address: str) -> None:
    assert signed_in("stranger").get(address).status_code == 404


@pytest.mark.parametrize("address", EVERYBODYS)
def test_pages_that_only_show_take_no_post(hr: Client, address: str) -> None:
    assert hr.post(address).status_code == 405


@pytest.mark.parametrize("address", [*POSTS_ONLY, "/shifts/systems/"])
def test_what_only_changes_takes_no_get_and_asks_for_the_right(signed_in: SignIn, hr: Client, address: str) -> None:
    assert hr.get(address).status_code == 405
    assert signed_in("worker").post(address, {}).status_code == 404


@pytest.mark.parametrize("address", EDITORS)
def test_forms_take_neither_put_nor_delete(hr: Client, place: Place, address: str) -> None:
    assert hr.put(address).status_code == 405
    assert hr.delete(address).status_code == 405


@pytest.mark.parametrize("address", EDITORS)
def test_an_empty_form_comes_back_with_words(hr: Client, place: Place, address: str) -> None:
    assert "errors" in text(hr.post(address, {"on": "", "name": ""}))


@pytest.mark.parametrize("name", ["relieve", "stop_serving", "end_leave"])
def test_facts_of_the_mine_next_door_cannot_be_ended(
    cast: Cast, signed_in: SignIn, hr: Client, link: Serves, leave: Leave, name: str
) -> None:
    post = Post.objects.get(person=cast.people["section_head"])
    row = {"relieve": post, "stop_serving": link, "end_leave": leave}[name]
    address = reverse(f"org:{name}", args=[row.pk])
    assert hr.get(address).status_code == 200
    assert hr.get(reverse(f"org:{name}", args=[10**30])).status_code == 404
    assert signed_in("worker").get(address).status_code == 404
    Post.objects.create(
        mine=cast.other_mine,
        person=cast.people["stranger"],
        role=RoleCode.HR_OFFICER,
        unit=cast.other_mine,
        since=OPENED,
    )
    assert signed_in("stranger").get(address).status_code == 404


# ── units ──
def test_the_units_page_shows_both_lines(hr: Client) -> None:
    sections = text(hr.get("/units/"))
    assert "综采一队" in sections
    assert "高山" in sections
    assert "一班" in sections
    party = text(hr.get("/units/?tab=party"))
    assert "综采一队党支部" in party
    assert "程书文" in party
    assert "安全科" in text(hr.get("/units/?tab=offices"))
    assert "综采一队" in text(hr.get("/units/?tab=nonsense&page=99999999"))


def test_a_unit_page_says_who_is_responsible_and_who_was(cast: Cast, hr: Client, signed_in: SignIn) -> None:
    post = Post.objects.get(person=cast.people["section_head"])
    post.until = dt.date(2026, 5, 10)
    post.save()
    now, may, june = (text(hr.get(f"/units/ZC1/{query}")) for query in ("", "?period=2026-05", "?period=2026-06"))
    assert "程书文" in now
    assert "2026年5月谁负责" in may
    assert "2026-05-10" in may
    assert "2026-05-10" not in june
    assert "不是有效的周期" in text(hr.get("/units/ZC1/?period=lately"))
    assert hr.get("/units/NOPE/").status_code == 404


def test_people_stand_on_a_unit_page_only_for_those_who_may_see_them(signed_in: SignIn) -> None:
    assert "马小军" in text(signed_in("crew_leader").get("/units/ZC1-1/"))
    assert "马小军" not in text(signed_in("other_assessor").get("/units/ZC1-1/"))


def test_a_former_name_stands_on_the_unit_page(cast: Cast, hr: Client) -> None:
    hr.post("/units/M1/name/", {"name": "掘进一队", "specialty": "tunnelling"})
    page = text(hr.get("/units/M1/"))
    assert "曾用名" in page
    assert "煤一队" in page


def test_a_unit_is_opened_moved_reorganised_and_closed_through_the_pages(cast: Cast, hr: Client) -> None:
    new = {"parent": "煤一队", "kind": "crew", "code": "M1-2", "name": "二班", "opened_on": "2026-03-01"}
    assert hr.post("/units/new/", new).headers["Location"] == "/units/"
    assert Unit.objects.get(code="M1-2").parent == cast.units["M1"]
    assert hr.post("/units/M1-2/parent/", {"parent": "TF"}).status_code == 302
    assert Unit.objects.get(code="M1-2").parent == cast.units["TF"]
    assert hr.post("/units/M1-2/close/", {"on": "2026-04-01"}).status_code == 302
    assert Unit.objects.get(code="M1-2").closed_on == dt.date(2026, 4, 1)
    assert hr.post("/units/TF/reorganise/", {"code": "TF9", "name": "通防队", "on": "2026-05-01"}).status_code == 302
    assert Unit.objects.get(code="TF9").predecessor == cast.units["TF"]
    assert "通风队" in text(hr.get("/units/TF9/"))


def test_a_refusal_stands_above_what_was_typed(hr: Client) -> None:
    page = text(hr.post("/units/ZC1/close/", {"on": "2026-04-01"}))
    assert "请先调到别的单位" in page
    assert 'value="2026-04-01"' in page
    wrong = {"parent": "煤九队", "kind": "crew", "code": "X", "name": "二班", "opened_on": "2026-03-01"}
    assert "本矿没有单位“煤九队”" in text(hr.post("/units/new/", wrong))


def test_leaders_links_and_shifts_are_set_through_the_pages(cast: Cast, hr: Client, link: Serves) -> None:
    hr.post("/shifts/systems/", {"code": "three_eight"})
    system = cast.mine.shift_systems.get()
    shift = system.shifts.get(number=2)
    hr.post("/units/ZC1-1/shift/", {"shift": f"{system.pk}:{shift.pk}", "since": "2026-03-01"})
    assert "八点班" in text(hr.get("/units/ZC1-1/"))
    hr.post("/units/ZC1-1/posts/new/", {"person": "马小军", "role": "deputy_crew_leader", "since": "2026-03-01"})
    post = Post.objects.get(person=cast.people["worker"])
    hr.post(reverse("org:relieve", args=[post.pk]), {"on": "2026-04-01"})
    post.refresh_from_db()
    assert post.until == dt.date(2026, 4, 1)
    hr.post("/units/TF/served-by/new/", {"server": "ZB1", "since": "2026-03-01"})
    assert Serves.objects.filter(unit=cast.units["TF"], server=cast.units["ZB1"]).exists()
    hr.post(reverse("org:stop_serving", args=[link.pk]), {"on": "2026-04-01"})
    link.refresh_from_db()
    assert link.until == dt.date(2026, 4, 1)


def test_a_person_named_in_a_form_must_be_one_person(cast: Cast, hr: Client) -> None:
    Person.objects.create(mine=cast.mine, staff_no="30001", name="马小军")
    form = {"person": "马小军", "role": "crew_leader", "since": "2026-03-01"}
    assert "有 2 个“马小军”：10001、30001，请写工号" in text(hr.post("/units/ZC1-1/posts/new/", form))
    assert "本矿没有“白云飞”" in text(hr.post("/units/ZC1-1/posts/new/", {**form, "person": "白云飞"}))
    assert hr.post("/units/ZC1-1/posts/new/", {**form, "person": "30001"}).status_code == 302


def test_a_shift_system_nobody_knows_is_refused(hr: Client, signed_in: SignIn) -> None:
    assert "没有“x”这种班制" in text(hr.post("/shifts/systems/", {"code": "x"}, follow=True))
    assert "综采一队" in text(hr.get("/shifts/"))
    assert "二班" in text(hr.get("/shifts/?unit=ZC1"))


# ── above the mine (mission row 47) ──
@pytest.fixture
def company_leader(cast: Cast) -> Client:
    """Belongs to the company itself, not to one of its mines."""
    company = Unit.objects.get(code="HLN")
    person = Person.objects.create(mine=company, staff_no="1", name="总经理")
    Post.objects.create(mine=company, person=person, role=RoleCode.MINE_LEADER, unit=company, since=OPENED)
    cast.people["company_leader"] = person
    client = Client()
    client.force_login(cast.account("company_leader"))
    return client


def test_a_company_shows_its_mines_to_those_with_a_post_there(company_leader: Client) -> None:
    page = text(company_leader.get("/units/"))
    assert "青石峪煤矿" in page
    assert "白云岭煤矿" in page
    inside = text(company_leader.get("/units/?mine=QSY"))
    assert "综采一队" in inside
    assert "/units/ZC1/?mine=QSY" in inside
    assert "综采一队" in text(company_leader.get("/units/ZC1/?mine=QSY"))
    assert "青石峪煤矿" in text(company_leader.get("/units/HLN/"))
    assert "马小军" in text(company_leader.get("/people/?mine=QSY"))
    assert "马小军" in text(company_leader.get("/people/10001/?mine=QSY"))


def test_a_mine_does_not_show_its_sister(hr: Client) -> None:
    page = text(hr.get("/units/"))
    assert "白云岭煤矿" not in page
    assert hr.get("/units/?mine=BYL").status_code == 404
    assert hr.get("/people/?mine=BYL").status_code == 404
    assert hr.get("/calendar/?mine=BYL").status_code == 404


# ── people ──
def test_people_are_found_by_name_and_staff_number(hr: Client) -> None:
    assert "高山" in text(hr.get("/people/?q=高"))
    assert "马小军" not in text(hr.get("/people/?q=高"))
    assert "马小军" in text(hr.get("/people/?q=10001"))
    assert "没有找到" in text(hr.get("/people/?q=没有这个人"))
    assert "安平" not in text(hr.get("/people/?unit=ZC1"))


def test_a_long_list_is_paged_by_key(cast: Cast, at: dt.datetime, hr: Client) -> None:
    new = [NewPerson(f"4{number:04}", f"工友{number:04}", cast.units["ZC1-1"], MARCH) for number in range(60)]
    actions.add_people(by=cast.system(), at=at, mine=cast.mine, new=new)
    first = text(hr.get("/people/?q=工友"))
    assert "工友0049" in first
    assert "工友0050" not in first
    assert "after=40049" in first
    second = text(hr.get("/people/?q=工友&after=40049"))
    assert "工友0050" in second
    assert "工友0049" not in second


def test_numbers_are_masked_for_others_and_whole_for_oneself(cast: Cast, signed_in: SignIn) -> None:
    worker = cast.people["worker"]
    worker.id_number, worker.phone, worker.political_status = "640121198801010017", "13912345678", "applicant"
    worker.save()
    own = text(signed_in("worker").get("/people/10001/"))
    assert "640121198801010017" in own
    assert "13912345678" in own
    others = text(signed_in("hr_officer").get("/people/10001/"))
    assert "640121********0017" in others
    assert "139****5678" in others
    leaders = text(signed_in("crew_leader").get("/people/10001/"))
    assert "139****5678" in leaders
    assert "640121" not in leaders
    assert "入党积极分子" not in leaders


def test_the_kind_of_a_leave_is_not_for_everybody(signed_in: SignIn, leave: Leave) -> None:
    assert "病假" in text(signed_in("hr_officer").get("/people/10001/"))
    assert "病假" in text(signed_in("worker").get("/people/10001/"))
    shown = text(signed_in("crew_leader").get("/people/10001/"))
    assert "病假" not in shown
    assert "休假" in shown


def test_who_is_out_of_sight_does_not_exist(signed_in: SignIn) -> None:
    assert signed_in("worker").get("/people/10002/").status_code == 404
    assert signed_in("crew_leader").get("/people/10006/").status_code == 404


def test_a_person_comes_moves_is_away_and_leaves_through_the_pages(cast: Cast, hr: Client) -> None:
    new = {"staff_no": "30001", "name": "陈实", "unit": "综采一队/一班", "since": "2026-03-01", "party_unit": "ZB1"}
    assert hr.post("/people/new/", new).status_code == 302
    person = Person.objects.get(staff_no="30001")
    assert person.memberships.count() == 2
    hr.post("/people/30001/particulars/", {"name": "陈实", "job": "支架工"})
    hr.post("/people/30001/unit/", {"unit": "通风队", "since": "2026-04-01"})
    hr.post("/people/30001/leaves/new/", {"kind": "annual", "since": "2026-05-01"})
    person.refresh_from_db()
    assert (person.unit, person.job) == (cast.units["TF"], "支架工")
    absence = Leave.objects.get(person=person)
    hr.post(reverse("org:end_leave", args=[absence.pk]), {"on": "2026-05-03"})
    page = text(hr.get("/people/30001/"))
    assert "2026-05-03" in page
    assert "2026-03-31" in page
    hr.post("/people/30001/release/", {"on": "2026-06-01"})
    assert "2026年6月1日 离矿" in text(hr.get("/people/30001/"))
    assert "陈实" not in text(hr.get("/people/"))


def test_an_identity_number_that_cannot_be_is_met_in_words(hr: Client) -> None:
    new = {"staff_no": "30001", "name": "陈实", "unit": "ZC1", "since": "2026-03-01", "id_number": "640121198801010000"}
    assert "errors" in text(hr.post("/people/new/", new))
    assert hr.post("/people/new/", {**new, "id_number": ""}).status_code == 302


# ── calendar, places ──
def test_a_year_without_a_table_says_so_until_it_is_filled(cast: Cast, hr: Client, signed_in: SignIn) -> None:
    assert "2026 年还没有节假日表" in text(hr.get("/calendar/?year=2026"))
    hr.post("/calendar/seed/", {"year": "2026"})
    page = text(signed_in("worker").get("/calendar/?year=2026"))
    assert "还没有节假日表" not in page
    assert "国庆节" in page
    assert "改一天" not in page
    assert "2090 年的放假安排还没有随软件提供" in text(hr.post("/calendar/seed/", {"year": "2090"}))
    assert hr.get("/calendar/?year=1800").status_code == 404


def test_the_calendar_is_edited_by_plain_forms(cast: Cast, hr: Client) -> None:
    assert 'value="2026-07-06"' in text(hr.get("/calendar/?year=2026&day=2026-07-06"))
    hr.post("/calendar/day/", {"date": "2026-07-06", "worked": "0", "name": "矿庆"})
    assert Holiday.objects.get().name == "矿庆"
    assert "errors" in text(hr.post("/calendar/day/", {"date": "someday"}))
    hr.post("/calendar/cutoff/", {"cutoff_day": "25", "night_books_next_day": "on"})
    assert cast.mine.calendar.cutoff_day == 25
    assert "errors" in text(hr.post("/calendar/cutoff/", {"cutoff_day": "31"}))
    assert "5.26—6.25" in text(hr.get("/calendar/?year=2026"))
    hr.post("/calendar/confirm/", {"year": "2027"})
    assert CalendarYear.objects.get().year == 2027
    for address in ("/calendar/confirm/", "/calendar/seed/"):
        assert "年份要在" in text(hr.post(address, {"year": "x"}))


def test_the_calendar_is_filled_from_a_file_or_says_what_is_wrong(hr: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    def send(content: str) -> Any:
        return hr.post("/calendar/file/", {"file": SimpleUploadedFile("a.csv", content.encode())})

    assert send("日期,是否上班,名称\n2027-01-01,否,元旦\n").headers["Location"] == "/calendar/?year=2027"
    assert "请写“是”或“否”" in text(send("日期,是否上班\n2027-01-01,大概\n"))
    assert "errors" in text(hr.post("/calendar/file/", {}))


def test_places_are_added_and_closed_through_the_pages(cast: Cast, hr: Client, place: Place) -> None:
    new = {"code": "BJ", "name": "变电所", "kind": "plant", "unit": "综采一队", "since": "2026-03-01"}
    hr.post("/places/new/", new)
    assert Place.objects.get(code="BJ").unit == cast.units["ZC1"]
    hr.post("/places/3102/close/", {"on": "2026-04-01"})
    assert "3102 工作面" not in text(hr.get("/places/"))
    assert "3102 工作面" in text(hr.get("/places/?all=1"))


# ── the number of queries does not grow with the mine ──
def grow(cast: Cast, size: int, start: int) -> None:
    for number in range(start, start + size):
        section = add_unit(cast.mine, UnitKind.SECTION, f"G{number}", f"新{number}队", "tunnelling")
        crew = add_unit(section, UnitKind.CREW, f"G{number}-1", "一班")
        person = Person.objects.create(mine=cast.mine, staff_no=f"5{number:04}", name=f"新{number}", unit=crew)
        Membership.objects.create(mine=cast.mine, person=person, unit=crew, since=OPENED)
        Post.objects.create(mine=cast.mine, person=person, role=RoleCode.SECTION_HEAD, unit=section, since=OPENED)
        Serves.objects.create(mine=cast.mine, server=cast.units["ZB1"], unit=section, since=OPENED)
        Place.objects.create(mine=cast.mine, code=f"P{number}", name="x", kind="zone", unit=crew, since=OPENED)


@pytest.mark.parametrize(
    "address",
    ["/units/", "/units/?tab=party", "/units/QSY/", "/units/ZB1/", "/people/", "/places/", "/shifts/", "/calendar/"],
)
def test_a_page_asks_as_many_queries_of_a_large_mine_as_of_a_small_one(cast: Cast, hr: Client, address: str) -> None:
    hr.get(address)
    counts = []
    for start in (0, 8):
        grow(cast, 8, start)
        with CaptureQueriesContext(connection) as queries:
            assert hr.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 22

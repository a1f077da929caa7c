"""The pages of the organisation: they work, strangers and those without the right get nowhere, bad input is met in words."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pithead.org.access import RoleCode
from pithead.org.models import Leave, Membership, Person, Place, Post, Serves, Unit, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit

SignIn = Callable[[str], Client]
MARCH = dt.date(2026, 3, 1)


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


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


def test_those_above_a_mine_look_and_let_it_write_itself(cast: Cast, company_leader: Client) -> None:
    company = Unit.objects.get(code="HLN")
    person = cast.people["company_leader"]
    Post.objects.create(mine=company, person=person, role=RoleCode.HR_OFFICER, unit=company, since=OPENED)
    for address in (
        "/units/",
        "/units/ZC1/",
        "/units/HLN/",
        "/people/",
        "/people/10001/",
        "/calendar/",
        "/places/",
        "/shifts/",
    ):
        page = text(company_leader.get(f"{address}?mine=QSY"))
        assert 'class="btn danger"' not in page, address
        assert "新增" not in page, address
        assert "改一天" not in page, address
    for address in ("/units/ZC1/name/", "/units/HLN/name/", "/people/10001/unit/"):
        assert company_leader.get(f"{address}?mine=QSY").status_code == 404
    post = Post.objects.get(person=cast.people["section_head"])
    assert company_leader.get(reverse("org:relieve", args=[post.pk])).status_code == 404


def test_a_mine_does_not_show_its_sister(hr: Client) -> None:
    page = text(hr.get("/units/"))
    assert "白云岭煤矿" not in page
    assert hr.get("/units/?mine=BYL").status_code == 404
    assert hr.get("/people/?mine=BYL").status_code == 404
    assert hr.get("/calendar/?mine=BYL").status_code == 404


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

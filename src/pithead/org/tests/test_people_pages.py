"""The pages of people, the calendar and places."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pithead.org import actions
from pithead.org.actions import NewPerson
from pithead.org.home import todos
from pithead.org.models import CalendarYear, Holiday, Leave, Person, Place
from pithead.org.queries import unfilled_years
from pithead.org.testing import Cast
from pithead.org.tests.test_pages import text

SignIn = Callable[[str], Client]
MARCH = dt.date(2026, 3, 1)


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


def test_the_list_holds_only_whom_the_reader_may_see(signed_in: SignIn) -> None:
    own = text(signed_in("worker").get("/people/"))
    assert "马小军" in own
    assert "牛铁柱" not in own
    section = text(signed_in("section_head").get("/people/"))
    assert "牛铁柱" in section
    assert "安平" not in section
    assert "马小军" not in text(signed_in("stranger").get("/people/"))


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


def test_whoever_keeps_the_calendar_is_told_that_it_runs_out(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    year = timezone.localdate().year
    assert next(todo.url for todo in todos(by)) == f"/calendar/?year={year}"
    assert todos(cast.actor("worker")) == []
    for filled in (year, year + 1):
        actions.confirm_calendar_year(by=by, at=at, mine=cast.mine, year=filled)
    assert todos(by) == []
    assert unfilled_years(cast.mine, [year, 2090]) == [2090]


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

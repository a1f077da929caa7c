"""The inspection calendar: planning a check of a section, and seeing which weeks are too full."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.queries import calendar_of
from pithead.org.testing import Cast
from pithead.practices.actions import cancel_check, plan_check
from pithead.practices.models import PlannedCheck, Practice
from pithead.practices.queries.checks import Cell, calendar_of_checks, checking
from pithead.practices.queries.customs import customs
from pithead.practices.tests.worlds import done, take_over

FRIDAY = dt.date(2026, 7, 10)


@pytest.fixture(autouse=True)
def checks(cast: Cast) -> None:
    inspection = {"code": "inspection", "title": "督查回访", "performers": ["assessor"], "check": "mine"}
    meeting = {"code": "meeting", "title": "区务会", "performers": ["section_head"]}
    safety = {"code": "safety_check", "title": "安全检查", "performers": ["assessor"], "check": "safety"}
    take_over(cast, inspection, meeting, safety)


def plan(
    cast: Cast, at: dt.datetime, *, who: str = "assessor", code: str = "inspection", **more: object
) -> PlannedCheck:
    given = {"office": cast.units["SAF"], "unit": cast.units["ZC1"], "on": FRIDAY, **more}
    practice = Practice.objects.get(code=code)
    return plan_check(by=cast.actor(who), at=at, practice=practice, **given)  # type: ignore[arg-type]


def test_a_check_is_planned_once(cast: Cast, at: dt.datetime) -> None:
    assert plan(cast, at) == plan(cast, at)
    assert AuditEvent.objects.get(action="practices.check.planned").after["date"] == "2026-07-10"


def test_a_check_is_cancelled_once(cast: Cast, at: dt.datetime) -> None:
    check = plan(cast, at)
    again = PlannedCheck.objects.get()
    cancel_check(by=cast.actor("assessor"), at=at, check=check)
    cancel_check(by=cast.actor("assessor"), at=at, check=again)
    assert not PlannedCheck.objects.exists()
    assert AuditEvent.objects.filter(action="practices.check.cancelled").count() == 1


def test_what_makes_no_sense_is_refused(cast: Cast, at: dt.datetime) -> None:
    with pytest.raises(Refused, match="已经过去"):
        plan(cast, at, on=dt.date(2026, 7, 5))
    with pytest.raises(Refused, match="本矿的区队"):
        plan(cast, at, unit=cast.units["ZC1-1"])
    with pytest.raises(Refused, match="不是矿级检查"):
        plan(cast, at, code="meeting")
    cast.units["M1"].closed_on = dt.date(2026, 7, 1)
    with pytest.raises(Refused, match="撤销"):
        plan(cast, at, unit=cast.units["M1"])
    assert not PlannedCheck.objects.exists()


def test_an_office_plans_its_own_checks_and_cancels_nobody_elses(cast: Cast, at: dt.datetime) -> None:
    for who in ("other_assessor", "section_head", "worker", "stranger"):
        with pytest.raises(PermissionDenied):
            plan(cast, at, who=who)
    check = plan(cast, at)
    with pytest.raises(PermissionDenied):
        cancel_check(by=cast.actor("other_assessor"), at=at, check=check)
    assert PlannedCheck.objects.exists()


# ── the calendar ──
WEEK = Period.parse("2026-W28")


def week_of(cast: Cast, section: str, member: str = "mine_leader") -> Cell:
    found = checking(customs(cast.mine, FRIDAY, FRIDAY))
    lines = calendar_of_checks(cast.actor(member), cast.mine, found, calendar_of(cast.mine), [WEEK])
    return next(line.cells[0] for line in lines if line.section.code == section)


def test_what_was_planned_and_then_done_is_one_check(cast: Cast, at: dt.datetime) -> None:
    plan(cast, at)
    assert [check.is_done for check in week_of(cast, "ZC1").checks] == [False]
    done(cast, "inspection", "assessor", dt.date(2026, 7, 9), cast.units["ZC1-1"])
    assert [check.is_done for check in week_of(cast, "ZC1").checks] == [True]
    assert not week_of(cast, "ZC1").is_crowded


def test_a_second_check_in_a_week_is_too_many_but_for_safety(cast: Cast, at: dt.datetime) -> None:
    plan(cast, at)
    plan(cast, at, code="safety_check")
    assert not week_of(cast, "ZC1").is_crowded
    plan(cast, at, who="other_assessor", office=cast.units["PRO"])
    assert week_of(cast, "ZC1").is_crowded
    assert not week_of(cast, "M1").checks


def test_one_sees_the_sections_in_reach_and_cancels_ones_own(cast: Cast, at: dt.datetime) -> None:
    plan(cast, at)
    assert [check.may_cancel for check in week_of(cast, "ZC1", "assessor").checks] == [True]
    assert [check.may_cancel for check in week_of(cast, "ZC1", "section_head").checks] == [False]
    with pytest.raises(StopIteration):
        week_of(cast, "M1", "section_head")


def test_an_office_plans_on_the_page_and_is_warned(
    cast: Cast, at: dt.datetime, signed_in: Callable[[str], Client]
) -> None:
    day = (timezone.localdate() + dt.timedelta(days=7)).isoformat()
    said = {"practice": "inspection", "office": "SAF", "unit": "ZC1", "on": day}
    client = signed_in("assessor")
    assert "已安排" in client.post("/duties/checks/new/", said, follow=True).content.decode()
    assert "已安排" in client.post("/duties/checks/new/", said, follow=True).content.decode()  # the same again
    other, second = signed_in("other_assessor"), {**said, "office": "PRO"}
    warned = other.post("/duties/checks/new/", second)
    assert warned.status_code == 422
    assert "那一周已有 1 次矿级检查" in warned.content.decode()
    assert "仍要安排" in warned.content.decode()
    assert PlannedCheck.objects.count() == 1
    safety = other.post("/duties/checks/new/", {**second, "practice": "safety_check"}, follow=True)
    assert "已安排" in safety.content.decode()
    PlannedCheck.objects.filter(practice__code="safety_check").delete()
    shown = other.post("/duties/checks/new/", {**second, "confirm": "1"}, follow=True).content.decode()
    assert "已安排" in shown
    monday = timezone.localdate() + dt.timedelta(days=7 - timezone.localdate().weekday())
    assert f"{monday.month}.{monday.day}—" in shown
    assert "有 2 次矿级检查" in shown
    assert "周有 2 次" not in shown
    assert client.post("/duties/checks/new/", {**said, "on": "2020-01-01"}).status_code == 422
    assert client.post("/duties/checks/new/", {**said, "office": "PRO"}).status_code == 422
    assert client.post("/duties/checks/new/", {**said, "on": "x"}).status_code == 422
    own, others = PlannedCheck.objects.order_by("pk")
    assert client.post(f"/duties/checks/{others.pk}/cancel/").status_code == 404
    assert "已取消" in client.post(f"/duties/checks/{own.pk}/cancel/", follow=True).content.decode()


def test_the_address_of_the_form_leads_to_the_calendar(signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("assessor").get("/duties/checks/new/")
    assert (answer.status_code, answer["Location"]) == (302, "/duties/checks/")


def test_who_plans_no_checks_sees_no_form(signed_in: Callable[[str], Client]) -> None:
    shown = signed_in("section_head").get("/duties/checks/").content.decode()
    assert "安排一次检查" not in shown
    for member in ("section_head", "worker", "mine_leader"):
        assert signed_in(member).post("/duties/checks/new/").status_code == 404
    assert signed_in("worker").get("/duties/checks/").status_code == 404
    assert signed_in("section_head").get("/duties/checks/?period=2026-07").status_code == 404


def test_the_calendar_takes_the_same_number_of_queries_whatever_there_is(cast: Cast, at: dt.datetime) -> None:
    counts = []
    for day in (8, 9):
        plan(cast, at, on=dt.date(2026, 7, day))
        done(cast, "inspection", "assessor", dt.date(2026, 7, day), cast.units["M1"])
        with CaptureQueriesContext(connection) as queries:
            week_of(cast, "ZC1", "assessor")
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""The inspection calendar: planning a check of a section."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast
from pithead.practices.actions import cancel_check, plan_check
from pithead.practices.models import PlannedCheck, Practice
from pithead.practices.tests.worlds import take_over

FRIDAY = dt.date(2026, 7, 10)


@pytest.fixture(autouse=True)
def checks(cast: Cast) -> None:
    inspection = {"code": "inspection", "title": "督查回访", "performers": ["assessor"], "check": "mine"}
    meeting = {"code": "meeting", "title": "区务会", "performers": ["section_head"]}
    take_over(cast, inspection, meeting)


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

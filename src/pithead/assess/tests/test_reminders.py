"""Offices that have not handed in are reminded: once an hour at most, and they see it on their desk."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from pithead.assess import actions, queries
from pithead.assess.models import Cycle, Reminder
from pithead.assess.testing import issue_small_standard
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast

HOUR = dt.timedelta(hours=1)
PAGE = "/cycles/small/2026-06/"


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def offices(reminders: list[Reminder]) -> list[str]:
    return [reminder.office.code for reminder in reminders]


def test_all_that_are_late_are_reminded_and_the_log_says_so(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.submit(by=cast.system(), at=at, cycle=cycle, office=cast.units["PRO"])
    sent = actions.remind_offices(by=cast.actor("party_officer"), at=at, cycle=cycle)
    assert sorted(offices(sent)) == ["PTY", "SAF"]
    event = AuditEvent.objects.get(action="assess.scores.reminded")
    assert (event.actor_name, sorted(event.after["late"])) == ("周全", ["党委工作部", "安全科"])
    assert {entry.office.code: bool(entry.reminder) for entry in queries.progress(cycle)} == {
        "SAF": True,
        "PRO": False,
        "PTY": True,
    }


def test_nobody_is_reminded_twice_within_an_hour(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    by, saf = cast.actor("party_officer"), cast.units["SAF"]
    actions.remind_offices(by=by, at=at, cycle=cycle, offices=[saf])
    with pytest.raises(Refused, match="安全科：7 月 6 日 9:00 刚催过，一小时后才能再催"):
        actions.remind_offices(by=by, at=at + HOUR / 2, cycle=cycle, offices=[saf])
    assert offices(actions.remind_offices(by=by, at=at + HOUR / 2, cycle=cycle)) == ["PRO", "PTY"]
    with pytest.raises(Refused, match="刚催过"):
        actions.remind_offices(by=by, at=at + HOUR / 2, cycle=cycle)
    assert offices(actions.remind_offices(by=by, at=at + HOUR, cycle=cycle, offices=[saf])) == ["SAF"]
    assert Reminder.objects.count() == 4


def test_who_has_handed_in_is_not_reminded(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    for code in ("SAF", "PRO", "PTY"):
        actions.submit(by=cast.system(), at=at, cycle=cycle, office=cast.units[code])
    with pytest.raises(Refused, match="各科室都已提交，不用催办"):
        actions.remind_offices(by=cast.system(), at=at, cycle=cycle)
    for code in ("SAF", "HR"):
        with pytest.raises(Refused, match="不用催办"):
            actions.remind_offices(by=cast.system(), at=at, cycle=cycle, offices=[cast.units[code]])


def test_a_closed_month_has_nobody_to_remind(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    with pytest.raises(Refused, match="不能再改分"):
        actions.remind_offices(by=cast.system(), at=at, cycle=cycle)


def test_only_who_runs_the_month_reminds(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    with pytest.raises(PermissionDenied):
        actions.remind_offices(by=cast.actor("assessor"), at=at, cycle=cycle)


def test_the_page_reminds_and_the_desk_of_the_assessor_shows_it(
    signed_in: Callable[[str], Client], cycle: Cycle
) -> None:
    office = signed_in("party_officer")
    assert "催办" in office.get(PAGE).content.decode()
    answer = office.post(f"{PAGE}reminders/", {"office": "SAF"}, follow=True).content.decode()
    assert "已催办：安全科" in answer
    desk = signed_in("assessor").get("/").content.decode()
    assert "党委工作部 " in desk
    assert "日催办" in desk
    assert "刚催过" in office.post(f"{PAGE}reminders/", {"office": "SAF"}, follow=True).content.decode()
    assert "已催办：生产科、党委工作部" in office.post(f"{PAGE}reminders/", follow=True).content.decode()
    assert office.post(f"{PAGE}reminders/", {"office": "NONE"}).status_code == 404
    assert signed_in("assessor").post(f"{PAGE}reminders/").status_code == 404
    assert office.get(f"{PAGE}reminders/").status_code == 405

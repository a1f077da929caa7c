"""The page of what one has to do, and what of it stands on the desk."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.org.testing import Cast
from pithead.practices.home import todos
from pithead.practices.models import Adoption, PracticeVersion, RecordPerson
from pithead.practices.tests.worlds import done, take_over

WALK = {
    "code": "walk",
    "title": "走动管理",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "year", "count": 8}],
}
ASK = {
    "code": "ask",
    "title": "六个反问",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "year"}],
    "confidentiality": "private",
}


def other(number: int) -> dict[str, object]:
    return {**WALK, "code": f"other{number}", "title": f"别的 {number}"}


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def asked(cast: Cast, today: dt.date) -> None:
    take_over(cast, WALK, ASK, since=today.replace(month=1, day=1))


def test_the_page_says_what_to_do_and_leads_to_the_form(asked: None, signed_in: Callable[[str], Client]) -> None:
    shown = signed_in("branch_secretary").get("/duties/").content.decode()
    assert "走动管理" in shown
    assert "/records/new/walk/" in shown
    assert "今年还差 8 次" in shown


def test_what_is_late_stands_first_with_since_when_and_can_be_written_down_later(
    cast: Cast, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    monthly = {**WALK, "quotas": [{"every": "month", "count": 2}]}
    take_over(cast, monthly, since=today - dt.timedelta(days=90))
    ended = today.replace(day=1) - dt.timedelta(days=1)
    shown = signed_in("branch_secretary").get("/duties/").content.decode()
    assert shown.index("过期的") < shown.index("要做的")
    assert "欠 2 次" in shown
    assert f"/records/new/walk/?day={ended}" in shown


def test_whoever_has_nothing_to_do_is_told_what_would_stand_here(
    asked: None, signed_in: Callable[[str], Client]
) -> None:
    shown = signed_in("worker").get("/duties/").content.decode()
    assert "没有要您做的履责" in shown
    assert "/records/new/walk/" not in shown
    assert signed_in("stranger").get("/duties/").status_code == 200


def test_what_one_asks_oneself_is_there_with_its_last_date_and_for_nobody_else(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    assert "还没有问过" in signed_in("branch_secretary").get("/duties/").content.decode()
    done(cast, "ask", "branch_secretary", today, cast.units["ZB1"])
    shown = signed_in("branch_secretary").get("/duties/").content.decode()
    assert f"上次 {today.month} 月 {today.day} 日" in shown
    for member in ("section_head", "mine_leader", "party_officer"):
        assert "六个反问" not in signed_in(member).get("/duties/").content.decode()


def test_what_begins_on_a_day_to_come_is_told_with_that_day(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    tomorrow, far = today + dt.timedelta(days=1), today + dt.timedelta(days=40)
    take_over(cast, {**WALK, "code": "next", "title": "明天起的"}, code="next", since=tomorrow)
    take_over(cast, {**WALK, "code": "far", "title": "很久以后的"}, code="far", since=far)
    take_over(cast, {**ASK, "code": "ask2", "title": "私下的"}, code="ask2", since=tomorrow)
    shown = signed_in("branch_secretary").get("/duties/").content.decode()
    assert "快要开始的" in shown
    assert "从明天起 · 每年 8 次" in shown
    for title in ("明天起的", "很久以后的", "私下的"):
        assert shown.count(title) == (title == "明天起的"), "not to be done yet"
    assert "快要开始的" not in signed_in("section_head").get("/duties/").content.decode()
    assert len(todos(cast.actor("branch_secretary", today))) == 1


def test_a_method_that_is_taken_over_tomorrow_asks_nothing_today(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    adoption = Adoption.objects.get()
    tomorrow = today + dt.timedelta(days=1)
    Adoption.objects.filter(pk=adoption.pk).update(since=tomorrow, unit=cast.units["ZB1"])
    shown = signed_in("branch_secretary").get("/duties/").content.decode()
    assert "从明天起 · 每年 8 次" in shown
    assert "/records/new/walk/" not in shown
    Adoption.objects.filter(pk=adoption.pk).update(since=today)
    shown = signed_in("branch_secretary").get("/duties/").content.decode()
    assert "快要开始的" not in shown
    assert "/records/new/walk/" in shown


def test_what_was_off_for_a_while_comes_back(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    tomorrow, version = today + dt.timedelta(days=1), PracticeVersion.objects.get(practice__code="walk")
    take_over(cast, {**WALK, "quotas": [{"every": "year", "count": 6}]}, since=tomorrow)
    client = signed_in("branch_secretary")
    assert "快要开始的" not in client.get("/duties/").content.decode(), "another version of what runs"
    PracticeVersion.objects.filter(pk=version.pk).update(until=today - dt.timedelta(days=1))
    assert "从明天起 · 每年 6 次" in client.get("/duties/").content.decode()


def test_what_waits_for_a_signature_is_there_until_it_is_given(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    record = done(cast, "walk", "branch_secretary", today, cast.units["ZC1"])
    signer = RecordPerson.objects.create(
        record=record, mine=cast.mine, person=cast.people["worker"], role="signer", field="witness"
    )
    shown = signed_in("worker").get("/duties/").content.decode()
    assert "等您签字" in shown
    assert "没有要您做的履责" not in shown
    actor = cast.actor("worker", today)
    assert [todo.text for todo in todos(actor)] == ["1 份记录等您签字"]
    RecordPerson.objects.filter(pk=signer.pk).update(signed_at=timezone.now())
    assert "等您签字" not in signed_in("worker").get("/duties/").content.decode()
    assert not todos(actor)


def test_signatures_stand_above_what_is_to_be_done(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    record = done(cast, "walk", "section_head", today, cast.units["ZC1"])
    RecordPerson.objects.create(
        record=record, mine=cast.mine, person=cast.people["branch_secretary"], role="signer", field="witness"
    )
    shown = signed_in("branch_secretary").get("/duties/").content.decode()
    assert shown.index("等您签字") < shown.index("要做的")


def test_what_one_wrote_lately_can_be_corrected(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    record = done(cast, "walk", "branch_secretary", today, cast.units["ZC1"])
    assert f"/records/{record.pk}/" in signed_in("branch_secretary").get("/duties/").content.decode()
    assert str(record.pk) not in signed_in("section_head").get("/duties/").content.decode()


def test_the_desk_names_the_first_three_and_counts_the_rest(
    cast: Cast, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    take_over(cast, WALK, *(other(number) for number in range(4)), since=today.replace(month=1, day=1))
    found = todos(cast.actor("branch_secretary", today))
    assert len(found) == 4
    assert found[-1].text == "还有 2 项履责"
    assert found[0].detail.startswith("今年还差 8 次")
    assert "别的 0" in signed_in("branch_secretary").get("/").content.decode()
    assert not todos(cast.actor("worker", today))
    assert not todos(cast.system())


def test_the_page_takes_the_same_number_of_queries_whatever_there_is(
    cast: Cast, asked: None, today: dt.date, signed_in: Callable[[str], Client]
) -> None:
    client, counts = signed_in("branch_secretary"), []
    client.get("/duties/")
    for _ in range(2):
        for _ in range(2):
            record = done(cast, "walk", "branch_secretary", today, cast.units["ZC1"])
            RecordPerson.objects.create(
                record=record,
                mine=cast.mine,
                person=cast.people["branch_secretary"],
                role="signer",
                field="witness",
            )
        with CaptureQueriesContext(connection) as queries:
            client.get("/duties/")
        counts.append(len(queries))
    assert counts[0] == counts[1]

"""Writing down what was done: once, from the right chair, for the right unit and day, and what was found goes its way."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.models import Issue, Source
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Place
from pithead.org.testing import OPENED, Cast
from pithead.practices.actions import RecordDraft, record
from pithead.practices.models import Practice, Record, RecordMatter
from pithead.practices.tests.worlds import take_over

LOOK: dict[str, Any] = {
    "code": "look",
    "title": "当班一看",
    "performers": ["crew_leader"],
    "quotas": [{"every": "shift", "per": "unit", "among": "crew"}],
    "raises": "hazard",
    "form": [
        {"key": "roof", "label": "顶帮", "kind": "check", "required": True},
        {
            "key": "gas",
            "label": "甲烷",
            "kind": "number",
            "unit": "%",
            "least": "0",
            "most": "100",
            "high": "0.99",
            "measured": True,
        },
    ],
}
GOOD = {"roof": {"ok": True}}


@pytest.fixture
def look(cast: Cast) -> Practice:
    take_over(cast, LOOK)
    return Practice.objects.get(code="look")


def write(
    cast: Cast, at: dt.datetime, practice: Practice, answers: Any = GOOD, who: str = "crew_leader", **more: Any
) -> Record:
    draft = RecordDraft(practice, answers, **more)
    return record(by=cast.actor(who), at=at, mine=cast.mine, draft=draft)


def test_what_was_done_counts_for_the_chair_the_unit_and_the_day(cast: Cast, at: dt.datetime, look: Practice) -> None:
    made = write(cast, at, look)
    leader = cast.people["crew_leader"]
    assert (made.performer, made.role, made.performer_unit) == (leader, "crew_leader", cast.units["ZC1-1"])
    assert (made.seat, made.unit) == (leader.posts.get(), cast.units["ZC1-1"])
    assert (made.happened_at, made.happened_on, made.failing) == (at, at.date(), 0)
    assert made.answers == {"roof": {"ok": True}}
    event = AuditEvent.objects.get(action="practices.record.made")
    assert event.after == {"unit": "一班", "date": "2026-07-06"}


def test_a_failing_answer_becomes_a_hazard_of_the_unit(cast: Cast, at: dt.datetime, look: Practice) -> None:
    place = Place.objects.create(
        mine=cast.mine, code="P1", name="8201 顺槽", kind="working", unit=cast.units["ZC1"], since=OPENED
    )
    answers = {"roof": {"ok": False, "text": "两根锚杆松了"}}
    made = write(cast, at, look, answers, place=place)
    issue = RecordMatter.objects.get(record=made, field="roof").issue
    assert (issue.kind, issue.text, issue.place, issue.unit) == ("hazard", "两根锚杆松了", place, cast.units["ZC1"])
    assert (issue.source, issue.found_by, made.failing) == (Source.PRACTICE, cast.people["crew_leader"], 1)


def test_what_was_mended_on_the_spot_waits_for_somebody_else_to_look(
    cast: Cast, at: dt.datetime, look: Practice
) -> None:
    write(cast, at, look, {"roof": {"ok": False, "text": "一处没有背实", "fixed": True}})
    assert Issue.objects.get().state == "rectified"


def test_sent_twice_is_once_and_another_content_is_refused(cast: Cast, at: dt.datetime, look: Practice) -> None:
    pk = uuid4()
    answers = {"roof": {"ok": False, "text": "顶板掉渣"}}
    first = write(cast, at, look, answers, id=pk)
    assert write(cast, at + dt.timedelta(minutes=5), look, answers, id=pk) == first
    assert (Record.objects.count(), Issue.objects.count()) == (1, 1)
    with pytest.raises(Refused, match="另一份记录"):
        write(cast, at, look, GOOD, id=pk)


def test_who_does_not_perform_it_is_told_who_does(cast: Cast, at: dt.datetime, look: Practice) -> None:
    with pytest.raises(PermissionDenied, match="班组长填写"):
        write(cast, at, look, who="section_head")
    with pytest.raises(PermissionDenied):
        write(cast, at, look, unit=cast.units["ZC1-2"])

"""What a record is refused for besides its answers, and where what it found goes when nobody can be seen to answer for it."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from pithead.issues.actions import read_matter
from pithead.issues.models import Issue
from pithead.kernel.refusal import Refused
from pithead.org.models import Place, Serves, Shift, ShiftSystem
from pithead.org.testing import OPENED, Cast
from pithead.practices.actions import RecordDraft, correct, record, recording
from pithead.practices.models import Practice, Record
from pithead.practices.tests.worlds import JANUARY, take_over

MEETING: dict[str, Any] = {
    "code": "meeting",
    "title": "支部会",
    "performers": ["branch_secretary", "member"],
    "elsewhere": True,
    "raises": "hazard",
    "form": [
        {"key": "ok", "label": "都好", "kind": "check"},
        {"key": "short", "label": "不缺什么", "kind": "check", "raises": "shortfall"},
        {"key": "ask", "label": "诉求", "kind": "text", "raises": "request"},
    ],
}
ZERO: dict[str, Any] = {
    "code": "zero",
    "title": "每日报告",
    "performers": ["section_head"],
    "raises": "dispute",
    "confidentiality": "restricted",
    "readers": ["section_head"],
    "text_months": 6,
    "form": [{"key": "calm", "label": "平稳", "kind": "check"}],
}


@pytest.fixture
def meeting(cast: Cast) -> Practice:
    take_over(cast, MEETING, ZERO)
    return Practice.objects.get(code="meeting")


def write(
    cast: Cast, at: dt.datetime, one: Practice, answers: Any = None, who: str = "branch_secretary", **more: Any
) -> Record:
    return record(by=cast.actor(who), at=at, mine=cast.mine, draft=RecordDraft(one, answers or {}, **more))


def test_neither_shifts_nor_places_of_another_mine(cast: Cast, at: dt.datetime, meeting: Practice) -> None:
    system = ShiftSystem.objects.create(mine=cast.other_mine, code="x", name="x")
    shift = Shift.objects.create(system=system, number=1, name="x", starts_at=dt.time(8), hours=8)
    place = Place.objects.create(mine=cast.other_mine, code="X", name="X", kind="room", since=OPENED)
    with pytest.raises(Refused, match="班次要是青石峪煤矿的"):
        write(cast, at, meeting, shift=shift)
    with pytest.raises(Refused, match="地点要是青石峪煤矿的"):
        write(cast, at, meeting, place=place)


def test_not_before_it_was_asked(cast: Cast, at: dt.datetime, meeting: Practice) -> None:
    early = JANUARY - dt.timedelta(days=20)
    moment = at.replace(year=early.year, month=early.month, day=early.day)
    with pytest.raises(Refused, match="没有实行"):
        record(
            by=cast.actor("branch_secretary"),
            at=moment + dt.timedelta(days=30),
            mine=cast.mine,
            draft=RecordDraft(meeting, happened_at=moment),
        )


def test_the_role_that_is_said_is_taken(cast: Cast, at: dt.datetime, meeting: Practice) -> None:
    assert write(cast, at, meeting, role="branch_secretary").role == "branch_secretary"
    with pytest.raises(Exception, match="不是"):
        write(cast, at, meeting, role="member")


def test_numbers_and_reasons_have_an_end(cast: Cast, at: dt.datetime, meeting: Practice) -> None:
    with pytest.raises(Refused, match="最多 64 个字"):
        write(cast, at, meeting, elsewhere="7" * 65)
    made, by = write(cast, at, meeting), cast.actor("branch_secretary")
    with pytest.raises(Refused, match="最多 200 字"):
        correct(by=by, at=at, record=made, draft=RecordDraft(meeting), reason="改" * 201)
    with pytest.raises(Refused, match="同一项"):
        correct(by=by, at=at, record=made, draft=RecordDraft(Practice.objects.get(code="zero")), reason="改")


def test_what_a_matter_is_refused_for_is_said_at_its_field(cast: Cast, at: dt.datetime, meeting: Practice) -> None:
    with pytest.raises(Refused, match=r"都好：.*人名和违章"):
        write(cast, at, meeting, {"ok": {"ok": False, "text": "马小军违章作业"}})
    assert not Record.objects.exists()


def test_what_a_branch_hears_goes_to_the_only_section_it_serves(cast: Cast, at: dt.datetime, meeting: Practice) -> None:
    write(cast, at, meeting, {"ask": "换一批工具"})
    assert Issue.objects.get().unit == cast.units["ZC1"]
    Serves.objects.create(mine=cast.mine, server=cast.units["ZB1"], unit=cast.units["M1"], since=OPENED)
    write(cast, at, meeting, {"ask": "澡堂水不热"})
    assert Issue.objects.get(text="澡堂水不热").unit == cast.mine


def test_what_knows_no_settling_on_the_spot_waits_for_its_answer(
    cast: Cast, at: dt.datetime, meeting: Practice
) -> None:
    write(cast, at, meeting, {"short": {"ok": False, "text": "缺一台钻机", "fixed": True}})
    assert (Issue.objects.get().kind, Issue.objects.get().state) == ("shortfall", "found")


def test_of_what_keeps_no_words_the_day_is_kept(cast: Cast, at: dt.datetime, meeting: Practice) -> None:
    zero = Practice.objects.get(code="zero")
    made = write(cast, at, zero, {"calm": {"ok": False, "text": "为了工资的事"}}, who="section_head")
    assert "工资" not in made.sealed
    issue = Issue.objects.get()
    assert issue.kind == "dispute"
    assert read_matter(by=cast.actor("section_head"), at=at, issue=issue).text == ""


def test_who_comes_second_finds_what_the_first_has_written(
    cast: Cast, at: dt.datetime, meeting: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = write(cast, at, meeting)
    answers = iter([None, made, None, None])
    monkeypatch.setattr(recording, "_standing", lambda *_: next(answers))

    def late() -> Record:
        raise IntegrityError

    assert recording.once(cast.mine, made.pk, "mark", late) == made
    with pytest.raises(IntegrityError):
        recording.once(cast.mine, uuid4(), "mark", late)

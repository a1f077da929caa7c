"""Nothing is changed: another record takes the place of one. Signing. Forgetting."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.models import Issue
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Person, Post
from pithead.org.testing import OPENED, Cast
from pithead.practices.actions import RecordDraft, correct, forget, read_record, record, sign, withdraw
from pithead.practices.models import Practice, Record, RecordPerson
from pithead.practices.tests.worlds import take_over

LOOK: dict[str, Any] = {
    "code": "look",
    "title": "当班一看",
    "performers": ["crew_leader"],
    "raises": "hazard",
    "form": [
        {"key": "roof", "label": "顶帮", "kind": "check", "required": True},
        {"key": "air", "label": "通风", "kind": "check"},
        {"key": "mate", "label": "见证人", "kind": "signer"},
        {"key": "second", "label": "检查人", "kind": "signer"},
    ],
}
TALK: dict[str, Any] = {
    "code": "talk",
    "title": "谈心谈话",
    "performers": ["section_head"],
    "confidentiality": "restricted",
    "readers": ["branch_secretary"],
    "text_months": 12,
    "form": [
        {"key": "who", "label": "和谁谈", "kind": "person", "subject": True, "required": True},
        {"key": "said", "label": "谈了什么", "kind": "text", "longest": 500},
    ],
}
BAD = {"roof": {"ok": False, "text": "两根锚杆松了"}}
DAY = dt.timedelta(days=1)


@pytest.fixture
def look(cast: Cast) -> Practice:
    take_over(cast, LOOK, TALK)
    return Practice.objects.get(code="look")


def write(cast: Cast, at: dt.datetime, answers: Any, code: str = "look", who: str = "crew_leader") -> Record:
    draft = RecordDraft(Practice.objects.get(code=code), answers)
    return record(by=cast.actor(who), at=at, mine=cast.mine, draft=draft)


def test_a_correction_takes_the_place_and_both_stay(cast: Cast, at: dt.datetime, look: Practice) -> None:
    old, by = write(cast, at, {"roof": {"ok": True}}), cast.actor("crew_leader")
    draft = RecordDraft(look, {"roof": {"ok": True}, "air": {"ok": False, "text": "风筒漏风"}})
    new = correct(by=by, at=at + DAY, record=old, draft=draft, reason="漏写了通风")
    old.refresh_from_db()
    assert (old.is_current, new.is_current, new.supersedes) == (False, True, old)
    assert (new.happened_at, new.happened_on, new.arrived_at) == (old.happened_at, old.happened_on, at + DAY)
    assert (new.seat, new.unit, new.reason) == (old.seat, old.unit, "漏写了通风")
    assert list(Record.objects.current()) == [new]
    assert correct(by=by, at=at + 2 * DAY, record=old, draft=draft, reason="漏写了通风") == new
    with pytest.raises(Refused, match="已经更正过"):
        correct(by=by, at=at + DAY, record=old, draft=RecordDraft(look, {"roof": {"ok": True}}), reason="再改")


def test_what_was_found_is_found_once_however_often_it_is_corrected(
    cast: Cast, at: dt.datetime, look: Practice
) -> None:
    by, old = cast.actor("crew_leader"), write(cast, at, BAD)
    second = correct(by=by, at=at, record=old, draft=RecordDraft(look, BAD), reason="补一张照片")
    answers = {**BAD, "air": {"ok": False, "text": "风筒漏风"}}
    correct(by=by, at=at, record=second, draft=RecordDraft(look, answers), reason="漏写了通风")
    assert sorted(Issue.objects.values_list("text", flat=True)) == ["两根锚杆松了", "风筒漏风"]


def test_a_correction_says_why(cast: Cast, at: dt.datetime, look: Practice) -> None:
    old, by = write(cast, at, {"roof": {"ok": True}}), cast.actor("crew_leader")
    with pytest.raises(Refused, match="为什么更正"):
        correct(by=by, at=at, record=old, draft=RecordDraft(look, BAD), reason="  ")
    assert Record.objects.count() == 1


@pytest.mark.parametrize("who", ["worker", "section_head", "party_officer", "stranger", "administrator"])
def test_only_the_author_or_who_follows_him_corrects(cast: Cast, at: dt.datetime, look: Practice, who: str) -> None:
    old = write(cast, at, {"roof": {"ok": True}})
    with pytest.raises(PermissionDenied):
        correct(by=cast.actor(who), at=at, record=old, draft=RecordDraft(look, BAD), reason="改")
    with pytest.raises(PermissionDenied):
        withdraw(by=cast.actor(who), at=at, record=old, reason="改")
    assert Record.objects.get().is_current


def test_whoever_takes_the_chair_over_may_correct_and_it_stays_the_chairs(
    cast: Cast, at: dt.datetime, look: Practice
) -> None:
    old, worker = write(cast, at, {"roof": {"ok": True}}), cast.people["worker"]
    first = cast.people["crew_leader"].posts.get()
    Post.objects.filter(pk=first.pk).update(until=at.date())
    since = at.date() + DAY
    unit = cast.units["ZC1-1"]
    Post.objects.create(mine=cast.mine, person=worker, role="crew_leader", unit=unit, since=since, seat=first)
    by = cast.actor("worker", on=since)
    new = correct(by=by, at=at + DAY, record=old, draft=RecordDraft(look, {"roof": {"ok": True}}), reason="核对过")
    assert (new.performer, new.seat) == (worker, first)


def test_what_is_withdrawn_counts_no_more_and_is_withdrawn_once(cast: Cast, at: dt.datetime, look: Practice) -> None:
    old, by = write(cast, at, BAD), cast.actor("crew_leader")
    gone = withdraw(by=by, at=at, record=old, reason="填错了班组")
    assert withdraw(by=by, at=at, record=old, reason="填错了班组") == gone
    assert not Record.objects.current().exists()
    assert Issue.objects.count() == 1
    with pytest.raises(Refused, match="已经撤回"):
        correct(by=by, at=at, record=gone, draft=RecordDraft(look, BAD), reason="又有了")


# ── signing ──
def test_everybody_signs_for_himself_and_once(cast: Cast, at: dt.datetime, look: Practice) -> None:
    leader, worker = cast.people["crew_leader"], cast.people["worker"]
    made = write(cast, at, {"roof": {"ok": True}, "mate": worker, "second": leader})
    assert {one.field: one.signed_at for one in made.people.all()} == {"mate": None, "second": at}
    with pytest.raises(PermissionDenied):
        sign(by=cast.actor("section_head"), at=at, record=made, field="mate")
    with pytest.raises(PermissionDenied):
        sign(by=cast.actor("worker"), at=at, record=made, field="second")
    sign(by=cast.actor("worker"), at=at, record=made, field="mate")
    again = sign(by=cast.actor("worker"), at=at + DAY, record=made, field="mate")
    assert again.signed_at == at
    assert AuditEvent.objects.filter(action="practices.record.signed").count() == 1


def test_nobody_witnesses_what_he_did_himself(cast: Cast, at: dt.datetime, look: Practice) -> None:
    worker = cast.people["worker"]
    with pytest.raises(Refused, match="不能是同一个人"):
        write(cast, at, {"roof": {"ok": True}, "mate": worker, "second": worker})


def test_what_has_been_corrected_is_not_signed(cast: Cast, at: dt.datetime, look: Practice) -> None:
    made = write(cast, at, {"roof": {"ok": True}, "mate": cast.people["worker"]})
    correct(by=cast.actor("crew_leader"), at=at, record=made, draft=RecordDraft(look, BAD), reason="改")
    with pytest.raises(Refused, match="签最新的"):
        sign(by=cast.actor("worker"), at=at, record=made, field="mate")
    assert not RecordPerson.objects.exclude(signed_at=None).exists()


# ── in confidence ──
def test_what_is_restricted_is_read_through_one_door_and_logged(cast: Cast, at: dt.datetime, look: Practice) -> None:
    worker = cast.people["worker"]
    made = write(cast, at, {"who": worker, "said": "想学电工"}, "talk", "section_head")
    assert (made.answers, made.failing) == ({}, 0)
    answers = read_record(by=cast.actor("branch_secretary"), at=at, record=made)
    assert answers["said"] == "想学电工"
    event = AuditEvent.objects.get(action="practices.record.read")
    assert event.actor == cast.people["branch_secretary"].staff_no
    for who in ("worker", "crew_leader", "party_officer", "mine_leader", "stranger"):
        with pytest.raises(PermissionDenied):
            read_record(by=cast.actor(who), at=at, record=made)
    with pytest.raises(PermissionDenied):
        read_record(by=cast.system(), at=at, record=made)


def test_answers_go_when_their_time_is_over_and_the_fact_stays(cast: Cast, at: dt.datetime, look: Practice) -> None:
    worker: Person = cast.people["worker"]
    made = write(cast, at, {"who": worker, "said": "想学电工"}, "talk", "section_head")
    assert made.forgets_on == dt.date(2027, 8, 1)
    assert forget(at=at + 360 * DAY) == 0
    assert forget(at=at + 400 * DAY) == 1
    assert forget(at=at + 400 * DAY) == 0
    made = Record.objects.get()
    assert (made.sealed, made.people.get().person) == ("", worker)
    assert read_record(by=cast.actor("section_head"), at=at, record=made) == {}
    assert made.happened_on > OPENED

"""Who may write for which office, and who is no other person any more when an appeal is decided."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from pithead.assess import actions
from pithead.assess.models import Appeal, Cycle, Entry, Outcome, Submission
from pithead.assess.queries.appeals import appeals_waiting
from pithead.assess.testing import GOOD_SCORES, draft, issue_small_standard, publish, score_book
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def scored(cast: Cast, at: dt.datetime, cycle: Cycle, by: str, item: str = "B2") -> Entry:
    found = draft(cycle.standard, cast.units["ZC1"], item, "3")
    return actions.add_entries(by=cast.actor(by), at=at, cycle=cycle, drafts=[found])[0]


# ── scoring ──
@pytest.mark.parametrize("member", ["assessor", "worker", "mine_leader", "section_head", "stranger"])
def test_nobody_touches_what_another_office_wrote(cast: Cast, cycle: Cycle, at: dt.datetime, member: str) -> None:
    entry, office = scored(cast, at, cycle, "party_officer", "A1"), cast.units["PTY"]
    act: dict[str, Any] = {"by": cast.actor(member), "at": at}
    with pytest.raises(PermissionDenied):
        actions.change_entry(**act, entry=entry, points=Decimal(1), reason="改小")
    with pytest.raises(PermissionDenied):
        actions.remove_entry(**act, entry=entry)
    with pytest.raises(PermissionDenied):
        actions.submit(**act, cycle=cycle, office=office)
    submission = actions.submit(by=cast.actor("party_officer"), at=at, cycle=cycle, office=office)
    with pytest.raises(PermissionDenied):
        actions.withdraw(**act, cycle=cycle, office=office)
    assert Submission.objects.get() == submission
    assert Entry.objects.get(pk=entry.pk).points == 3


def test_what_is_handed_in_or_closed_is_not_touched(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    entry, by = scored(cast, at, cycle, "assessor"), cast.actor("assessor")

    def touch(sentence: str) -> None:
        with pytest.raises(Refused, match=sentence):
            actions.change_entry(by=by, at=at, entry=entry, points=Decimal(1), reason="改小")
        with pytest.raises(Refused, match=sentence):
            actions.remove_entry(by=by, at=at, entry=entry)

    actions.submit(by=by, at=at, cycle=cycle, office=cast.units["SAF"])
    touch("安全科已提交")
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    touch("不能再改分")


# ── another person ──
def answered(cast: Cast, at: dt.datetime, cycle: Cycle, entry: Entry, *by: str) -> Appeal:
    publish(cycle, by=cast.system(), at=at)
    appeal = actions.make_appeal(by=cast.actor("section_head"), at=at, entry=entry, text="现场已整改")
    for number, member in enumerate(by):
        seen = appeal.answer_seen
        actions.answer_appeal(by=cast.actor(member), at=at, appeal=appeal, answer=f"第 {number} 次答复", seen=seen)
    return appeal


def refuses(cast: Cast, at: dt.datetime, appeal: Appeal, sentence: str) -> None:
    officer = cast.actor("party_officer")
    assert appeals_waiting(officer).to_decide == 0
    with pytest.raises(Refused, match=sentence):
        actions.decide_appeal(by=officer, at=at, appeal=appeal, outcome=Outcome.REJECTED, decision="维持")
    leader = cast.actor("mine_leader")
    assert appeals_waiting(leader).to_decide == 1
    actions.decide_appeal(by=leader, at=at, appeal=appeal, outcome=Outcome.REJECTED, decision="维持")


def test_whoever_scored_before_somebody_reworded_it_does_not_decide(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    entry = scored(cast, at, cycle, "party_officer")
    actions.change_entry(by=cast.actor("assessor"), at=at, entry=entry, points=Decimal(3), reason="措辞改了")
    appeal = answered(cast, at, cycle, entry, "assessor")
    refuses(cast, at, appeal, "周全是打过分的人，要由另一个人裁定")


def test_whoever_answered_before_somebody_answered_again_does_not_decide(
    cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    appeal = answered(cast, at, cycle, scored(cast, at, cycle, "assessor"), "party_officer", "assessor")
    refuses(cast, at, appeal, "周全是答复过的人，要由另一个人裁定")


# ── of two answers neither is lost ──
def test_who_answers_again_has_seen_the_answer(
    cast: Cast, cycle: Cycle, at: dt.datetime, signed_in: Callable[[str], Client]
) -> None:
    now = timezone.now()
    appeal = answered(cast, now, cycle, scored(cast, at, cycle, "assessor"))
    page = f"/appeals/{appeal.pk}/"
    signed_in("assessor").post(f"{page}answer/", {"answer": "第一次答复", "seen": ""})
    late = signed_in("party_officer").post(f"{page}answer/", {"answer": "另一个答复", "seen": ""})
    assert late.status_code == 422
    assert "安平已经答复：“第一次答复”。请刷新页面" in late.content.decode()
    seen = Appeal.objects.get(pk=appeal.pk).answer_seen
    assert f'value="{seen}"' in signed_in("assessor").get(page).content.decode()
    assert signed_in("assessor").post(f"{page}answer/", {"answer": "改口", "seen": seen}).status_code == 302
    assert Appeal.objects.get(pk=appeal.pk).answer == "改口"


@pytest.mark.parametrize("member", ["worker", "mine_leader", "section_head", "stranger"])
def test_whoever_enters_no_scores_is_told_nothing_of_what_is_wrong_with_them(
    cast: Cast, cycle: Cycle, at: dt.datetime, member: str
) -> None:
    by = cast.actor(member)
    with pytest.raises(PermissionDenied):
        actions.add_entries(by=by, at=at, cycle=cycle, drafts=[])
    for rows in ([GOOD_SCORES[0]], [("采煤九队", "Z9", "", "", "", "", "", "")]):
        with pytest.raises(PermissionDenied):
            actions.import_scores(by=by, at=at, cycle=cycle, file=score_book(*rows), name="六月.xlsx", dry_run=True)

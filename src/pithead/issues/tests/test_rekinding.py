"""Reported as the wrong kind: it becomes another one as long as nothing was done, and nothing that was said is lost."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from pithead.issues.actions import IssueDraft, merge, raise_issue, rekind, tick
from pithead.issues.models import Issue, Role, Source
from pithead.issues.queries import setting_of
from pithead.issues.testing import Story, a_photo, raised
from pithead.issues.workflows import WORKFLOWS, Kind, Relation
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused

SignIn = Callable[[str], Client]
EVERYBODYS = {kind for kind, flow in WORKFLOWS.items() if Relation.ANYBODY in flow.raised_by}


def again(story: Story, member: str, kind: str) -> Issue:
    story.later(minutes=5)
    return rekind(by=story.cast.actor(member), at=story.at, issue=story.issue, kind=kind)


def test_a_request_reported_as_a_hazard_is_a_request_with_all_that_was_said(story: Story) -> None:
    story.begins("worker", "hazard", files=(a_photo(story.cast, story.at),), category="other")
    story.goes_on("section_head", "comment")
    was = story.issue
    issue = again(story, "assessor", "request")
    assert (issue.kind, issue.state, issue.grade, issue.category) == ("request", "raised", "", "other")
    assert (issue.text, issue.unit, issue.found_by, issue.found_at) == (was.text, was.unit, was.found_by, was.found_at)
    assert issue.office == story.cast.units["PTY"], "another office is in charge"
    assert issue.due_at is not None
    assert (issue.clock, issue.level, issue.clock_from) == (was.clock + 1, 0, story.at)
    assert [step.verb for step in issue.steps.all()] == ["raise", "comment", "rekind"]
    assert issue.steps.get(seq=1).attachments.count() == 1
    assert issue.steps.get(seq=3).note == "由隐患改报为诉求"
    assert issue.involved.get(role=Role.AUTHOR).who == str(story.cast.people["worker"].pk)
    assert story.told_to("rekind") == {"worker"}
    assert AuditEvent.objects.get(action="issues.issue.rekinded").subject_id == str(issue.pk)
    story.follows(("section_head", "promise"), ("section_clerk", "answer"), ("worker", "satisfied"))
    assert story.issue.state == "closed"


def test_it_climbs_by_the_clock_of_its_new_kind(story: Story) -> None:
    story.begins("worker", "hazard")
    story.later(days=30)
    tick(at=story.at)
    issue = again(story, "worker", "complaint")
    assert tick(at=story.at) == 0
    story.later(days=30)
    assert tick(at=story.at) > 0
    levels = setting_of(issue.mine, "complaint").levels
    assert issue.steps.filter(verb="climb", clock=2).count() == len(levels) != issue.steps.filter(clock=1).count()


def test_asked_for_twice_it_is_done_once_and_what_was_sent_again_is_still_the_same(story: Story) -> None:
    draft = IssueDraft(kind="hazard", text="食堂的菜凉了", unit=story.cast.units["ZC1"])
    given = {"by": story.cast.actor("worker"), "mine": story.cast.mine, "draft": draft}
    story.told = raise_issue(at=story.at, **given)  # type: ignore[arg-type]
    first = again(story, "worker", "complaint")
    assert again(story, "worker", "complaint").seq == first.seq == 2
    assert raise_issue(at=story.at, **given).kind == "complaint"  # type: ignore[arg-type]
    assert Issue.objects.count() == 1
    with pytest.raises(Refused, match="已经有人办过"):
        again(story, "worker", "request")


def test_a_hazard_out_of_a_suggestion_climbs_if_it_was_there_before(story: Story) -> None:
    place = {"place_text": "2 部皮带机尾", "category": "haulage"}
    raised(story.cast, "worker", story.at, "hazard", **place)
    story.begins("worker", "incident", **place)
    issue = again(story, "worker", "hazard")
    assert (issue.grade, issue.repeats is not None) == ("B", True)


def test_what_is_a_hazard_no_more_repeats_none(story: Story) -> None:
    place = {"place_text": "2 部皮带机尾", "category": "haulage"}
    raised(story.cast, "worker", story.at, "hazard", **place)
    assert story.begins("worker", "hazard", **place).repeats is not None
    assert again(story, "worker", "incident").repeats is None


def test_what_somebody_has_begun_to_do_stays_what_it_is(story: Story) -> None:
    story.begins("worker", "hazard")
    story.goes_on("section_head", "assign")
    with pytest.raises(Refused, match="已经有人办过"):
        again(story, "worker", "request")
    other = raised(story.cast, "section_head", story.at, "hazard")
    story.begins("worker", "hazard")
    merge(by=story.cast.actor("assessor"), at=story.at, issue=other, into=story.issue)
    with pytest.raises(Refused, match="已经有人办过"):
        again(story, "worker", "request")


@pytest.mark.parametrize("kind", sorted(set(Kind.values) - EVERYBODYS))
def test_what_has_its_own_reporters_is_neither_made_so_nor_made_of_it(story: Story, kind: str) -> None:
    story.begins("worker", "hazard")
    with pytest.raises(Refused, match="专门的登记人"):
        again(story, "worker", kind)
    story.begins("party_officer" if kind in ("directive", "finding", "shortfall") else "section_head", kind)
    member = next(
        member
        for member in ("party_officer", "assessor")
        if story.cast.actor(member) and member in story.seen_by() and story.issue.office in _offices(story, member)
    )
    with pytest.raises(Refused, match="专门的登记人"):
        again(story, member, "hazard")


def _offices(story: Story, member: str) -> set[object]:
    return {grant.unit for grant in story.cast.actor(member).grants}


def test_only_whoever_said_it_lets_more_people_read_it(story: Story) -> None:
    story.begins("worker", "complaint")
    with pytest.raises(Refused, match="看得到的人就多了"):
        again(story, "party_officer", "request")
    assert again(story, "party_officer", "suggestion").kind == "suggestion", "as few read those"
    story.begins("worker", "complaint")
    assert again(story, "worker", "hazard").kind == "hazard"


def test_what_was_said_without_a_name_does_not_become_what_needs_one(story: Story) -> None:
    story.begins("worker", "request", anonymous=True)
    with pytest.raises(Refused, match="要实名"):
        again(story, "party_officer", "incident")
    assert again(story, "party_officer", "difficulty").found_by is None


def test_who_is_neither_author_nor_in_charge_cannot(story: Story) -> None:
    story.begins("worker", "hazard")
    for member in ("section_clerk", "crew_leader", "other_head"):
        with pytest.raises(PermissionDenied):
            again(story, member, "request")
    story.begins("worker", "complaint")
    with pytest.raises(PermissionDenied):
        again(story, "stranger", "suggestion")


def test_what_came_from_a_ledger_stays_what_the_ledger_says(story: Story) -> None:
    story.begins("worker", "hazard", source=Source.IMPORT)
    with pytest.raises(Refused, match="台账"):
        again(story, "assessor", "request")


# ── on its page ──
def test_the_page_offers_what_it_may_be_and_takes_one(story: Story, signed_in: SignIn) -> None:
    issue = story.begins("worker", "hazard")
    page = f"/issues/{issue.pk}/"
    shown = signed_in("worker").get(page).content.decode()
    assert "报错了类" in shown
    assert 'value="request"' in shown
    assert 'value="care"' not in shown
    assert "报错了类" not in signed_in("section_clerk").get(page).content.decode()
    sent = signed_in("worker").post(f"{page}kind/", {"kind": "request"}, follow=True)
    assert "已改报为诉求" in sent.content.decode()
    assert "由隐患改报为诉求" in sent.content.decode()
    assert "报错了类" not in sent.content.decode(), "once"


def test_refused_it_says_why_above_the_choice(story: Story, signed_in: SignIn) -> None:
    page = f"/issues/{story.begins('worker', 'hazard').pk}/kind/"
    story.goes_on("section_head", "assign")
    answer = signed_in("worker").post(page, {"kind": "request"})
    assert answer.status_code == 422
    assert "已经有人办过" in answer.content.decode()
    assert signed_in("worker").post(page, {"kind": "nothing"}).status_code == 422


def test_whoever_cannot_see_what_it_became_is_led_to_his_own(story: Story, signed_in: SignIn) -> None:
    page = f"/issues/{story.begins('worker', 'hazard').pk}/kind/"
    assert signed_in("assessor").post(page, {"kind": "complaint"}).headers["Location"] == "/issues/own/"

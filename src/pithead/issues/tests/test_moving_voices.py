"""Suggestions 建议, requests 诉求, difficulties 困难 and complaints 意见: whoever spoke hears what became of it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from pithead.issues.actions import StepDraft, keep_photo, merge, move
from pithead.issues.models import Issue, Notice, Role
from pithead.issues.testing import Story
from pithead.issues.tests.test_pages import text_of
from pithead.issues.tests.test_uploads import plain, upload
from pithead.kernel.files import path_of
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused

SignIn = Callable[[str], Client]
OFFICE = {"party_officer", "second_officer", "mine_leader", "chief_engineer", "manager"}
UNIT = {"section_head", "deputy", "section_clerk", "branch_secretary", "liaison_officer"}


# ── without a name ──
@pytest.mark.parametrize("kind", ["suggestion", "request", "difficulty", "complaint"])
def test_who_wishes_is_nobody_in_the_matter_and_in_the_log(story: Story, kind: str) -> None:
    story.begins("worker", kind, anonymous=True)
    issue, step = story.issue, story.issue.steps.get()
    assert (issue.found_by, step.by, step.by_name) == (None, None, "匿名")
    assert "worker" not in story.seen_by()
    written = [str(vars(row)) for row in (issue, step, *issue.involved.all(), *AuditEvent.objects.all())]
    worker = story.cast.people["worker"]
    assert not [text for text in written if worker.name in text or worker.staff_no in text]


@pytest.mark.parametrize("kind", ["suggestion", "request", "difficulty", "complaint"])
def test_nor_does_the_minute_say_who_it_was(story: Story, kind: str) -> None:
    hour, story.at = story.at, story.at + dt.timedelta(minutes=37, seconds=12, microseconds=5)
    by, sent = story.cast.actor("worker"), upload(plain())
    photo = keep_photo(by=by, at=story.at, mine=story.cast.mine, upload=sent, anonymous=True)
    story.begins("worker", kind, anonymous=True, files=(photo,))
    rows = [story.issue, *story.issue.steps.all(), photo, *AuditEvent.objects.all(), *Notice.objects.all()]
    stored = [
        (key, value) for row in rows for key, value in vars(row).items() if key != "climbs_at"
    ]  # half of what is left
    kept = [value for _, value in stored if isinstance(value, dt.datetime)]
    assert len(kept) >= 8
    assert path_of(photo).stat().st_mtime == hour.timestamp()
    assert not [moment for moment in kept if (moment.minute, moment.second, moment.microsecond) != (0, 0, 0)]
    assert story.issue.found_at == story.issue.arrived_at == hour


@pytest.mark.parametrize("kind", ["hazard", "incident", "directive", "violation"])
def test_what_must_be_followed_up_has_a_name(story: Story, kind: str) -> None:
    with pytest.raises(Refused, match="要实名"):
        story.begins("party_officer" if kind == "directive" else "assessor", kind, anonymous=True)


# ── suggestions ──
def test_a_suggestion_becomes_a_clause_of_a_policy(story: Story) -> None:
    story.begins("worker", "suggestion")
    story.follows(("party_officer", "accept"), ("section_clerk", "to_clause"), ("second_officer", "pass"))
    assert story.issue.state == "closed"
    assert story.issue.clause is not None
    assert story.told_to("step:4:told") == {"worker"}


def test_a_suggestion_becomes_a_task(story: Story) -> None:
    story.begins("worker", "suggestion")
    story.follows(("party_officer", "accept"), ("section_clerk", "fix"), ("party_officer", "pass"))
    assert story.told_to("step:3:told") == {"worker"}, "that it is done"
    assert story.told_to("step:4:told") == {"worker"}, "that it was looked at"


def test_a_suggestion_is_declined_with_the_reason_kept_and_its_author_told(story: Story) -> None:
    story.begins("worker", "suggestion")
    with pytest.raises(Refused, match="说明"):
        story.goes_on("party_officer", "decline", note=" ")
    story.goes_on("party_officer", "decline", note="今年没有资金")
    assert story.issue.steps.get(verb="decline").note == "今年没有资金"
    assert story.told_to("step") == {"worker"}
    story.goes_on("worker", "reopen")
    assert story.issue.state == "received"


def test_who_suggested_it_does_not_confirm_that_it_was_done(story: Story) -> None:
    story.begins("party_officer", "suggestion")
    story.follows(("second_officer", "accept"), ("section_clerk", "fix"))
    with pytest.raises(Refused, match="发现人"):
        story.goes_on("party_officer", "pass")


def test_a_suggestion_is_seen_by_the_office_leaders_and_its_author(story: Story) -> None:
    story.begins("worker", "suggestion")
    assert story.seen_by() == OFFICE | {"worker"}


# ── requests and difficulties ──
@pytest.mark.parametrize("kind", ["request", "difficulty"])
def test_a_request_is_promised_done_and_found_good_by_the_person(story: Story, kind: str) -> None:
    story.begins("worker", kind)
    story.follows(("section_head", "promise"), ("section_clerk", "answer"))
    assert story.told_to("step:3:told") == {"worker"}
    with pytest.raises(PermissionDenied):
        story.goes_on("section_clerk", "satisfied")
    story.goes_on("worker", "satisfied")
    assert story.issue.state == "closed"


@pytest.mark.parametrize(("missing", "word"), [("owner", "责任人"), ("due_at", "完成时间")])
def test_a_promise_has_an_owner_and_a_date(story: Story, missing: str, word: str) -> None:
    story.begins("worker", "request")
    whole = {"owner": story.cast.people["section_clerk"], "due_at": story.at + dt.timedelta(days=1)}
    draft = StepDraft(note="尽快", **{key: value for key, value in whole.items() if key != missing})
    with pytest.raises(Refused, match=word):
        move(by=story.cast.actor("section_head"), at=story.at, issue=story.issue, verb="promise", draft=draft)


def test_the_person_opens_it_again(story: Story) -> None:
    story.begins("worker", "request")
    story.follows(("section_head", "promise"), ("section_clerk", "answer"), ("branch_secretary", "pass"))
    with pytest.raises(PermissionDenied):
        story.goes_on("section_head", "reopen")
    story.goes_on("worker", "reopen")
    assert story.issue.state == "raised"
    assert story.issue.due_at is not None


def test_a_promise_that_was_not_kept_is_made_again(story: Story) -> None:
    story.begins("worker", "request")
    story.follows(("section_head", "promise"), ("section_clerk", "answer"), ("worker", "fail"))
    assert story.issue.state == "raised"
    assert story.issue.due_at is not None


def test_what_was_said_on_a_walk_around_is_his_who_said_it(story: Story) -> None:
    story.begins("branch_secretary", "request", people=((Role.AUTHOR, story.cast.people["worker"]),))
    assert "worker" in story.seen_by()
    story.follows(("section_head", "promise"), ("section_clerk", "answer"))
    assert "worker" in story.told_to("step:3:told")
    story.goes_on("worker", "satisfied")
    story.goes_on("worker", "reopen")


@pytest.mark.parametrize("kind", ["request", "difficulty"])
def test_a_request_is_seen_by_its_unit_the_office_leaders_and_the_person(story: Story, kind: str) -> None:
    story.begins("worker", kind)
    assert story.seen_by() == UNIT | OFFICE | {"worker"}


# ── complaints ──
def test_a_complaint_is_answered_within_five_working_days(story: Story) -> None:
    story.begins("worker", "complaint", anonymous=True)
    assert (story.at.weekday(), f"{story.issue.due_at.astimezone(story.at.tzinfo):%m-%d %H:%M}") == (0, "07-14 00:00")
    story.follows(("party_officer", "answer"), ("second_officer", "pass"))
    assert story.issue.state == "closed"


def test_who_answered_a_complaint_does_not_close_it(story: Story) -> None:
    story.begins("worker", "complaint")
    story.goes_on("party_officer", "answer")
    assert story.told_to("step") == {"worker"}
    with pytest.raises(Refused, match="整改人"):
        story.goes_on("party_officer", "pass")
    story.goes_on("worker", "reopen")
    assert story.issue.state == "received"


def test_a_complaint_is_seen_by_the_office_leaders_and_who_made_it_not_by_his_section(story: Story) -> None:
    story.begins("worker", "complaint")
    assert story.seen_by() == OFFICE | {"worker"}


# ── merged ──
def two(story: Story) -> tuple[Story, Story]:
    other = Story(story.cast, story.at)
    story.begins("worker", "suggestion")
    other.begins("section_clerk", "suggestion", text="3 号架漏液，建议换密封")
    return story, other


def test_two_that_say_the_same_become_one_with_both_authors(story: Story) -> None:
    first, second = two(story)
    third = Story(story.cast, story.at)
    third.begins("crew_leader", "suggestion", anonymous=True)
    for one in (second, third):
        merge(by=story.cast.actor("party_officer"), at=story.at, issue=one.issue, into=first.issue)
    assert second.issue.state == "merged"
    assert second.issue.merged_into == first.issue
    assert second.told_to("merged") == {"section_clerk"}
    assert first.issue.involved.filter(role=Role.AUTHOR).count() == 3, "the one without a name, too"
    assert {"worker", "section_clerk"} <= first.seen_by()
    first.follows(("party_officer", "decline"))
    assert first.told_to("step") == {"worker", "section_clerk"}


def test_who_said_the_same_is_not_told_who_else_did(story: Story, signed_in: SignIn) -> None:
    first, second = two(story)
    third = Story(story.cast, story.at)
    third.begins("crew_leader", "suggestion", anonymous=True)
    for one in (second, third):
        merge(by=story.cast.actor("party_officer"), at=story.at, issue=one.issue, into=first.issue)
    worker, clerk = story.cast.people["worker"].name, story.cast.people["section_clerk"].name
    pages = {who: text_of(signed_in(who).get(f"/issues/{first.issue.pk}/")) for who in ("section_clerk", "worker")}
    main = {who: page.partition("<main")[2] for who, page in pages.items()}
    assert worker not in main["section_clerk"]
    assert clerk in main["section_clerk"]
    assert "另有 2 人" in main["section_clerk"]
    assert clerk not in main["worker"]
    office = text_of(signed_in("party_officer").get(f"/issues/{first.issue.pk}/"))
    assert worker in office
    assert clerk in office


def test_only_who_is_of_both_offices_merges(story: Story) -> None:
    """Of the one that ends as of the one that goes on: they may have come to different offices."""
    first, second = two(story)
    elsewhere = story.cast.units["SAF"]
    for moved, stays in ((first, second), (second, first)):
        Issue.objects.filter(pk=moved.issue.pk).update(office=elsewhere)
        Issue.objects.filter(pk=stays.issue.pk).update(office=story.cast.units["PTY"])
        for issue, into in ((first, second), (second, first)):
            with pytest.raises(PermissionDenied, match="合并由主管科室办理"):
                merge(by=story.cast.actor("party_officer"), at=story.at, issue=issue.issue, into=into.issue)


def test_merging_again_changes_nothing(story: Story) -> None:
    first, second = two(story)
    for _ in range(2):
        merge(by=story.cast.actor("party_officer"), at=story.at, issue=second.issue, into=first.issue)
    assert [first.issue.seq, second.issue.seq] == [2, 2]


def test_only_the_office_merges_and_only_the_like(story: Story) -> None:
    first, second = two(story)
    other = Story(story.cast, story.at)
    other.begins("worker", "complaint")
    with pytest.raises(PermissionDenied):
        merge(by=story.cast.actor("section_head"), at=story.at, issue=second.issue, into=first.issue)
    for issue, into in ((first, first), (first, other)):
        with pytest.raises(Refused):
            merge(by=story.cast.actor("party_officer"), at=story.at, issue=issue.issue, into=into.issue)
    first.goes_on("party_officer", "decline")
    with pytest.raises(Refused, match="不能合并"):
        merge(by=story.cast.actor("party_officer"), at=story.at, issue=second.issue, into=first.issue)

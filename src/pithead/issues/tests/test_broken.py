"""What is broken, lost or mistyped: it stops nobody else, and it is said in words."""

import datetime as dt
import logging
from collections.abc import Callable

import pytest
from django.test import Client

from pithead.issues.actions import correct_step, forget_expired, read_matter, tick
from pithead.issues.actions.turns import Unfinished
from pithead.issues.models import Issue
from pithead.issues.testing import Story
from pithead.issues.tests.test_pages import text_of
from pithead.kernel import jobs, vault
from pithead.kernel.refusal import Refused

SignIn = Callable[[str], Client]
SECRET = "家里老人住院"


@pytest.fixture
def another(story: Story) -> Story:
    """Raised later, so that it has its turn later."""
    told = Story(story.cast, story.at + dt.timedelta(minutes=1))
    told.begins("worker", "hazard", text="第二件")
    return told


# ── the clock ──
def test_one_broken_matter_keeps_no_other_from_climbing(
    story: Story, another: Story, caplog: pytest.LogCaptureFixture
) -> None:
    story.begins("worker", "hazard", text=SECRET)
    Issue.objects.filter(pk=story.issue.pk).update(state="gone")  # a state no table knows any more
    with caplog.at_level(logging.ERROR), pytest.raises(Unfinished):
        tick(at=story.at + dt.timedelta(days=2))
    assert another.issue.level > 0
    assert (story.issue.level, story.issue.seq) == (0, 1), "all of it or nothing"
    assert str(story.issue.pk) in caplog.text
    assert SECRET not in caplog.text


def test_the_job_says_at_the_end_that_it_failed(story: Story) -> None:
    story.begins("worker", "hazard")
    Issue.objects.filter(pk=story.issue.pk).update(state="gone")
    turns = {turn.job.name: turn for turn in jobs.run_due(story.at + dt.timedelta(days=2))}
    assert (turns["issues.climb"].done, turns["issues.climb"].outcome) == (False, "Unfinished")
    assert turns["issues.forget"].done


def test_what_cannot_be_forgotten_keeps_nothing_else(
    story: Story, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stays, goes = (Story(story.cast, story.at) for _ in range(2))
    for one in (stays, goes):
        one.begins("worker", "suggestion", text=SECRET)
        one.follows(("party_officer", "decline"))
    destroyed = Issue.save

    def save(issue: Issue, *args: object, **kwargs: object) -> None:
        if issue.pk == stays.issue.pk:
            raise RuntimeError(SECRET)
        destroyed(issue, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(Issue, "save", save)
    with pytest.raises(Unfinished):
        forget_expired(at=story.at + dt.timedelta(days=2000))
    assert (stays.issue.text, goes.issue.text) == (SECRET, "")
    assert SECRET not in caplog.text


# ── a key that is gone ──
def test_a_matter_without_its_key_is_shown_as_cleared(story: Story, signed_in: SignIn) -> None:
    story.begins("section_head", "care", text=SECRET)
    story.follows(("section_head", "plan"))
    vault.destroy(story.issue.pk)
    response = signed_in("section_head").get(f"/issues/{story.issue.pk}/")
    page = text_of(response)
    assert response.status_code == 200
    assert "内容已清除：它的密钥已经没有了" in page
    assert "/steps/" not in page, "there is nothing to put right"
    matter = read_matter(by=story.cast.actor("section_head"), at=story.at, issue=story.issue)
    assert matter.gone
    assert len(matter.steps) == 2, "that something was done is still known"


def test_nothing_more_is_written_without_the_key(story: Story) -> None:
    story.begins("section_head", "care")
    story.follows(("section_head", "plan"))
    vault.destroy(story.issue.pk)
    with pytest.raises(Refused, match="内容已清除，不能再办"):
        story.goes_on("section_head", "review", note="已谈话")
    step = story.issue.steps.latest("seq")
    with pytest.raises(Refused, match="内容已清除，不能更正"):
        correct_step(by=story.cast.actor("section_head"), at=story.at, step=step, note="谈了两次")
    assert story.issue.steps.count() == 2


# ── mistyped ──
@pytest.mark.parametrize("day", ["0001-01-01T00:00", "1900-01-01T00:00", "2024-07-01T09:00"])
def test_nothing_was_found_before_the_memory_of_men(story: Story, signed_in: SignIn, day: str) -> None:
    sent = {"id": "00000000-0000-4000-8000-000000000001", "text": "皮带跑偏", "found_at": day}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pithead.issues.views.reporting.now", lambda: story.at)
        response = signed_in("worker").post("/issues/new/?kind=hazard", sent)
    assert response.status_code == 422
    assert "发现时间是两年以前，请核对年份" in text_of(response)
    assert not Issue.objects.exists()


def test_what_was_found_last_year_is_still_taken(story: Story) -> None:
    story.begins("worker", "hazard", found_at=story.at - dt.timedelta(days=700))

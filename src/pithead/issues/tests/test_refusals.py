"""What does not fit is refused in a sentence that says what, and what else to write; what came twice is there once."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError

from pithead.issues.actions import IssueDraft, forget_expired, matters, raise_issue, raising, rekind, set_workflow
from pithead.issues.models import Issue, Role, Step
from pithead.issues.queries import content_of
from pithead.issues.testing import MENTION, Story, raised
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Place
from pithead.org.testing import OPENED

HOUR = dt.timedelta(hours=1)


# ── a step ──
def test_nothing_was_done_later_than_now_or_is_due_before_it(story: Story) -> None:
    story.begins("worker", "hazard")
    with pytest.raises(Refused, match="办理时间晚于现在"):
        story.goes_on("section_head", "assign", happened_at=story.at + HOUR)
    with pytest.raises(Refused, match="完成时间已经过了"):
        story.goes_on("section_head", "assign", due_at=story.at - HOUR)
    assert story.goes_on("section_head", "assign").state == "assigned"


def test_an_extension_ends_later_than_what_it_extends(story: Story) -> None:
    story.begins("worker", "hazard")
    due = story.goes_on("section_head", "assign").due_at
    with pytest.raises(Refused, match="要晚于原来的时间"):
        story.goes_on("assessor", "extend", due_at=due)


def test_a_matter_is_never_given_a_place_of_another_mine(story: Story) -> None:
    story.begins("worker", "hazard")
    face = Place.objects.create(mine=story.cast.other_mine, code="9", name="9 工作面", kind="working", since=OPENED)
    with pytest.raises(Refused, match="9 工作面不是青石峪煤矿的地点"):
        story.goes_on("assessor", "rehome", place=face)


def test_it_becomes_no_kind_that_there_is_not(story: Story) -> None:
    issue = story.begins("worker", "hazard")
    with pytest.raises(Refused, match="没有“gossip”这一类"):
        rekind(by=story.cast.actor("worker"), at=story.at, issue=issue, kind="gossip")


# ── what is raised ──
def test_nobody_of_another_mine_is_named(story: Story) -> None:
    stranger = story.cast.people["stranger"]
    with pytest.raises((Refused, PermissionDenied)) as refused:
        raised(story.cast, "assessor", story.at, "violation", people=((Role.SUBJECT, stranger),))
    assert f"{stranger.name}不是青石峪煤矿的人" in str(refused.value)


def test_a_row_of_a_source_is_one_matter_whatever_id_it_comes_with(story: Story) -> None:
    by, mine = story.cast.actor("worker"), story.cast.mine
    drafts = [IssueDraft(kind="hazard", text=MENTION, id=uuid4(), source_key="台账/7") for _ in range(2)]
    first, again = [raise_issue(by=by, at=story.at, mine=mine, draft=draft) for draft in drafts]
    assert first == again
    assert Issue.objects.count() == Step.objects.count() == 1


@pytest.mark.parametrize("seen_at_last", [True, False])
def test_the_same_over_two_connections_is_one(
    story: Story, monkeypatch: pytest.MonkeyPatch, seen_at_last: bool
) -> None:
    """Neither sees the other before it writes."""
    draft = IssueDraft(kind="hazard", text=MENTION)
    by, mine, standing = story.cast.actor("worker"), story.cast.mine, raising._standing
    first = raise_issue(by=by, at=story.at, mine=mine, draft=draft)
    looks: list[int] = []

    def blind(*what: Any) -> Issue | None:
        looks.append(1)
        return standing(*what) if seen_at_last and len(looks) > 1 else None

    monkeypatch.setattr(raising, "_standing", blind)
    if seen_at_last:
        assert raise_issue(by=by, at=story.at, mine=mine, draft=draft) == first
    else:
        with pytest.raises(IntegrityError):
            raise_issue(by=by, at=story.at, mine=mine, draft=draft)
    assert Issue.objects.count() == Step.objects.count() == 1


# ── the clock ──
def test_two_that_forget_at_once_forget_once(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(keys: Iterable[UUID], act: Callable[[UUID], object]) -> int:
        return sum(bool(act(key)) for key in keys for _ in range(2))

    story.begins("worker", "suggestion")
    story.goes_on("party_officer", "decline")
    monkeypatch.setattr(matters, "each", twice)
    assert forget_expired(at=story.at + dt.timedelta(days=4 * 365), mine=story.cast.mine) == 1
    assert AuditEvent.objects.filter(action="issues.matter.erased").count() == 1


# ── settings ──
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"deadlines": {**content_of("hazard")["deadlines"], "dance": {"": "2h"}}}, "期限：隐患没有“dance”这个期限"),
        ({"roles": "everybody"}, "办理人：每一步写明由谁办"),
        ({"detail": "yes"}, "只有是或否"),
    ],
)
def test_a_setting_says_which_part_of_it_does_not_fit(story: Story, content: dict[str, Any], words: str) -> None:
    by = story.cast.actor("party_officer")
    with pytest.raises(Refused, match=words):
        set_workflow(by=by, at=story.at, mine=story.cast.mine, kind="hazard", content=content)

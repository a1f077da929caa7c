"""Something is found or said: by anybody who may, once however often it is sent, in words that can be read later."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.actions import IssueDraft, StepDraft, correct_step, move, raise_issue, read_notices
from pithead.issues.models import Issue, Notice, Step
from pithead.issues.testing import MENTION, Story
from pithead.issues.workflows import Kind
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.access import RoleCode
from pithead.org.models import Place, Post


def draft(**more: object) -> IssueDraft:
    return IssueDraft(**{"kind": "hazard", "text": MENTION, **more})  # type: ignore[arg-type]


def sent(story: Story, given: IssueDraft, member: str = "worker") -> Issue:
    return raise_issue(by=story.cast.actor(member), at=story.at, mine=story.cast.mine, draft=given)


def test_two_taps_and_one_line_are_enough(story: Story) -> None:
    issue = sent(story, draft())
    assert (issue.unit, issue.office.code, issue.state) == (story.cast.mine, "SAF", "found")
    assert issue.found_by == story.cast.people["worker"]
    assert issue.due_at is not None


def test_sent_twice_it_is_raised_once(story: Story) -> None:
    given = draft()
    assert sent(story, given).pk == sent(story, given).pk
    assert Issue.objects.count() == Step.objects.count() == AuditEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "member"), [({"text": "别的"}, "worker"), ({}, "crew_leader"), ({"grade": "A"}, "worker")]
)
def test_another_content_or_author_under_the_same_id_is_refused(
    story: Story, more: dict[str, str], member: str
) -> None:
    given = draft()
    sent(story, given)
    with pytest.raises(Refused, match="已经用在另一条上"):
        sent(story, replace(given, **more), member)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "gossip"}, "没有“gossip”这一类"),
        ({"text": "  "}, "请写一句话"),
        ({"text": "长" * 501}, "最多 500 字"),
        ({"text": "联系 13812345678"}, "不要写身份证号或手机号"),
        ({"grade": "Z"}, "级别有"),
        ({"category": "weather"}, "类别有"),
        ({"place_text": "远" * 65}, "地点最多 64 字"),
        ({"facts": {"mood": "好"}}, "不登记"),
        ({"facts": {"measure": ["a"]}}, "要填文字或数字"),
        ({"facts": {"measure": "长" * 201}}, "最多 200 字"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_cannot_stand_is_refused_in_words(story: Story, more: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        sent(story, draft(**more))
    assert not Issue.objects.exists()


def test_nothing_is_found_tomorrow(story: Story) -> None:
    with pytest.raises(Refused, match="晚于现在"):
        sent(story, draft(found_at=story.at + dt.timedelta(hours=1)))
    early = sent(story, draft(found_at=story.at - dt.timedelta(hours=9)))
    assert (early.found_at, early.arrived_at) == (story.at - dt.timedelta(hours=9), story.at)


def test_unit_and_place_are_of_the_mine(story: Story) -> None:
    place = Place.objects.create(
        mine=story.cast.other_mine, code="X", name="别处", kind="working", since=story.at.date()
    )
    for more in ({"unit": story.cast.other_mine}, {"place": place}):
        with pytest.raises(Refused, match="要是青石峪煤矿的"):
            sent(story, draft(**more))


def test_nobody_raises_anything_in_another_mine(story: Story) -> None:
    for kind in Kind:
        with pytest.raises(PermissionDenied):
            sent(story, draft(kind=kind), "stranger")


def test_only_what_leads_to_measures_has_some_and_only_of_the_declared_kind(story: Story) -> None:
    incident = sent(story, draft(kind="incident"))
    assert sent(story, draft(kind="shortfall", origin=incident), "mine_leader").origin == incident
    for kind, origin in (("shortfall", sent(story, draft())), ("shortfall", story.begins("section_head", "care"))):
        with pytest.raises(Refused, match="短板不能登记在"):
            sent(story, draft(kind=kind, origin=origin), "mine_leader")
    with pytest.raises(Refused, match="隐患不能登记在事故下面"):
        sent(story, draft(origin=incident))


def test_what_an_office_finds_is_looked_at_again_by_that_office(story: Story) -> None:
    issue = story.begins("other_assessor", "hazard", grade="D")
    assert issue.found_by_unit.code == "PRO"
    story.goes_on("section_head", "fix_on_spot")
    colleague = Post.objects.get(person=story.cast.people["liaison_officer"])
    colleague.role = RoleCode.ASSESSOR
    colleague.save()
    story.goes_on("liaison_officer", "pass")
    assert story.issue.state == "closed"


def test_nobody_finds_it_in_the_name_of_another_unit(story: Story) -> None:
    with pytest.raises(Refused, match="不能写作检查单位"):
        sent(story, draft(found_by_unit=story.cast.units["SAF"]))


# ── steps ──
def test_a_step_sent_twice_is_made_once(story: Story) -> None:
    story.begins("worker", "hazard")
    step = StepDraft(note="补充一句")
    for _ in range(2):
        move(by=story.cast.actor("worker"), at=story.at, issue=story.issue, verb="comment", draft=step)
    assert story.issue.seq == 2
    with pytest.raises(Refused, match="已经用在另一步上"):
        move(
            by=story.cast.actor("worker"),
            at=story.at,
            issue=story.issue,
            verb="comment",
            draft=replace(step, note="换"),
        )


def test_what_is_not_declared_does_not_happen(story: Story) -> None:
    story.begins("worker", "hazard")
    for verb, words in (("celebrate", "没有“celebrate”"), ("pass", "不能“复查合格”")):
        with pytest.raises(Refused, match=words):
            story.goes_on("assessor", verb)


def test_a_step_changes_nothing_its_move_does_not_ask_for(story: Story) -> None:
    story.begins("worker", "hazard")
    for more in ({"grade": "A"}, {"due_at": story.at + dt.timedelta(hours=1)}, {"owner": story.cast.people["worker"]}):
        with pytest.raises(Refused, match="不能改"):
            story.goes_on("worker", "comment", **more)


def test_nobody_moves_what_he_does_not_see(story: Story) -> None:
    story.begins("worker", "complaint")
    with pytest.raises(PermissionDenied, match="看不到"):
        story.goes_on("section_head", "answer")


def test_who_has_left_owns_nothing(story: Story) -> None:
    story.begins("worker", "hazard")
    clerk = story.cast.people["section_clerk"]
    clerk.left_on = story.at.date()
    clerk.save()
    with pytest.raises(Refused, match="不能作责任人"):
        story.goes_on("section_head", "assign")


def test_a_step_stays_and_is_put_right_by_another(story: Story) -> None:
    story.begins("worker", "hazard")
    step = story.goes_on("worker", "comment").steps.get(verb="comment")
    with pytest.raises(TypeError):
        step.save()
    with pytest.raises(PermissionDenied):
        correct_step(by=story.cast.actor("assessor"), at=story.at, step=step, note="不对")
    with pytest.raises(Refused):
        correct_step(by=story.cast.actor("worker"), at=story.at, step=step, note=" ")
    made = [correct_step(by=story.cast.actor("worker"), at=story.at, step=step, note="是 4 号架") for _ in range(2)]
    assert made[0] == made[1]
    assert (made[0].corrects, made[0].note, story.issue.seq) == (step, "是 4 号架", 3)


def test_a_new_owner_is_told_and_reads_it(story: Story) -> None:
    story.begins("worker", "hazard")
    story.goes_on("section_head", "assign")
    assert story.told_to("step") == {"section_clerk"}
    assert read_notices(by=story.cast.actor("section_clerk"), at=story.at, issue=story.issue) == 1
    assert read_notices(by=story.cast.actor("section_clerk"), at=story.at, issue=story.issue) == 0
    assert read_notices(by=story.cast.system(), at=story.at, issue=story.issue) == 0
    assert Notice.objects.get().read_at == story.at


def test_its_name_says_nothing_of_it(story: Story) -> None:
    issue = sent(story, draft(id=uuid4()))
    assert str(issue) == f"隐患 {str(issue.pk)[:8]}"

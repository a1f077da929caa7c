"""Who may begin a matter of care about whom, who reads it, and who has no say in it: nobody learns by asking who is under care."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.utils import timezone

from pithead.issues.actions import correct_step, forget_expired, raise_issue
from pithead.issues.actions.drafts import IssueDraft
from pithead.issues.models import Issue, Role
from pithead.issues.queries import not_underground, unread
from pithead.issues.testing import Story
from pithead.issues.tests.test_pages import text_of
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.models import Person, Post

SignIn = Callable[[str], Client]
OPEN_ONE = "已有在办的帮扶"


def about(story: Story, member: str) -> dict[str, object]:
    return {"people": ((Role.SUBJECT, story.cast.people[member]),)}


def asks(client: Client, story: Story, member: str, **more: str) -> str:
    said = {"id": str(uuid4()), "text": "看他没精神", "subject": story.cast.people[member].staff_no, **more}
    return text_of(client.post("/issues/new/?kind=care", said))


# ── about whom ──
@pytest.mark.parametrize("kind", ["care", "violation"])
@pytest.mark.parametrize("unit", ["M1", "ZC1"])
def test_who_leads_a_section_begins_nothing_about_people_of_another(story: Story, kind: str, unit: str) -> None:
    with pytest.raises((Refused, PermissionDenied)):
        story.begins("other_head", kind, unit=story.cast.units[unit], **about(story, "worker"))
    assert not Issue.objects.exists()


def test_nobody_is_kept_above_ground_by_a_stranger(story: Story) -> None:
    with pytest.raises(Refused, match="马小军不是煤一队的人，请由所在单位或安全科登记"):
        story.begins("other_head", "care", unit=story.cast.units["M1"], grade="stop", **about(story, "worker"))
    assert not not_underground(story.cast.mine, timezone.localdate(story.at))


@pytest.mark.parametrize("kind", ["care", "violation"])
@pytest.mark.parametrize("unit", ["ZC1", "ZC1-1"])
def test_a_crew_leader_speaks_for_the_people_of_his_crew(story: Story, kind: str, unit: str) -> None:
    """Whether he names the crew or, as the form does, the section."""
    story.begins("crew_leader", kind, unit=story.cast.units[unit], **about(story, "worker"))
    assert story.issue.found_by == story.cast.people["crew_leader"]


@pytest.mark.parametrize("kind", ["care", "violation"])
@pytest.mark.parametrize("unit", ["ZC1", "ZC1-1"])
def test_a_crew_leader_does_not_speak_for_others_of_the_section(story: Story, kind: str, unit: str) -> None:
    with pytest.raises((Refused, PermissionDenied)):
        story.begins("crew_leader", kind, unit=story.cast.units[unit], **about(story, "section_head"))
    with pytest.raises((Refused, PermissionDenied)):
        story.begins("crew_leader", kind, unit=story.cast.units[unit], **about(story, "other_head"))


def test_the_office_begins_one_about_anybody(story: Story) -> None:
    for member in ("worker", "other_head", "mine_leader"):
        story.begins("assessor", "care", unit=story.cast.mine, **about(story, member))


def test_who_has_left_is_nobodys_concern_and_helps_nobody(story: Story) -> None:
    story.begins("section_head", "care")
    mentor = story.cast.people["crew_leader"]
    mentor.left_on = dt.date(2026, 1, 1)
    mentor.save()
    with pytest.raises(Refused, match="牛铁柱已经离开青石峪煤矿"):
        story.goes_on("section_head", "plan")
    with pytest.raises(Refused, match="已经离开"):
        story.begins("section_head", "care", **about(story, "crew_leader"))


# ── asking is no way to learn ──
def test_a_stranger_does_not_learn_who_is_under_care(story: Story, signed_in: SignIn) -> None:
    story.begins("section_head", "care")
    client, unit = signed_in("other_head"), str(story.cast.units["M1"].pk)
    for member in ("worker", "section_clerk"):
        answer = asks(client, story, member, unit=unit)
        assert OPEN_ONE not in answer
        assert "请由所在单位或安全科登记" in answer, "the same answer for both"


def test_who_has_one_is_told_only_when_nothing_else_is_at_fault_and_logged(story: Story, signed_in: SignIn) -> None:
    story.begins("section_head", "care")
    client, before = signed_in("crew_leader"), AuditEvent.objects.count()
    assert OPEN_ONE not in asks(client, story, "worker", found_at="2099-01-01T00:00")
    assert AuditEvent.objects.count() == before
    assert OPEN_ONE in asks(client, story, "worker")
    said = AuditEvent.objects.order_by("pk").last()
    assert said is not None
    assert (said.action, said.actor_name, said.subject_id) == ("issues.issue.refused", "牛铁柱", str(story.issue.pk))
    assert AuditEvent.objects.count() == before + 1
    assert Issue.objects.count() == 1


# ── colleagues ──
@pytest.mark.parametrize(
    ("unit", "member", "colleague"),
    [("PRO", "liaison_officer", "other_assessor"), ("PTY", "party_officer", "second_officer")],
)
def test_colleagues_in_an_office_do_not_read_what_is_about_one_of_them(
    story: Story, unit: str, member: str, colleague: str
) -> None:
    story.begins("inspector", "care", unit=story.cast.units[unit], **about(story, member))
    assert story.seen_by() == {"inspector", "assessor", member}
    assert colleague not in story.seen_by()


def test_an_office_above_the_mines_reads_no_matter_of_theirs(story: Story) -> None:
    company = story.cast.mine.parent
    officer = Person.objects.create(mine=company, staff_no="30001", name="司安", hired_on=dt.date(2020, 1, 1))
    Post.objects.create(mine=company, person=officer, role="assessor", unit=company, since=dt.date(2020, 1, 1))
    story.cast.people["company_assessor"] = officer
    story.begins("section_head", "care")
    assert story.seen_by() == {"section_head", "branch_secretary", "assessor", "inspector", "worker"}


def test_who_may_not_read_it_follows_nothing_of_what_he_raised(story: Story, signed_in: SignIn) -> None:
    story.begins("crew_leader", "care", unit=story.cast.units["ZC1-1"])
    story.goes_on("section_head", "tighten", grade="stop")
    page = text_of(signed_in("crew_leader").get("/issues/own/"))
    assert "停止入井" not in page
    assert "帮扶" not in page.partition("<main")[2]
    assert "停止入井" in text_of(signed_in("section_head").get("/issues/own/"))


def test_who_leads_no_more_has_neither_the_matter_nor_what_he_heard_of_it(story: Story, signed_in: SignIn) -> None:
    story.begins("section_head", "care", grade="stop")
    head = story.cast.people["section_head"]
    assert story.issue.notices.filter(person=head).exists()
    assert "停止入井" in text_of(signed_in("section_head").get("/issues/own/"))
    assert unread(story.cast.actor("section_head"), story.cast.mine)
    Post.objects.filter(person=head).update(until=dt.date(2026, 7, 5))
    page = text_of(signed_in("section_head").get("/issues/own/"))
    assert "停止入井" not in page
    assert "帮扶" not in page.partition("<main")[2]
    assert not unread(story.cast.actor("section_head"), story.cast.mine)


# ── about oneself ──
@pytest.mark.parametrize("verb", ["plan", "review", "tighten", "propose_restored", "propose_lift", "lift", "dismiss"])
def test_nobody_has_a_say_in_care_for_himself(story: Story, verb: str) -> None:
    story.begins("assessor", "care", grade="restrict", **about(story, "section_head"))
    if verb not in ("plan", "dismiss"):
        story.goes_on("branch_secretary", "plan")
    with pytest.raises((Refused, PermissionDenied)):
        story.goes_on("section_head", verb)


def test_nobody_is_his_own_mentor(story: Story) -> None:
    story.begins("section_head", "care")
    with pytest.raises(Refused, match="马小军就是当事人，帮扶人要写别人"):
        story.goes_on("section_head", "plan", people=((Role.MENTOR, story.cast.people["worker"]),))
    both = ((Role.SUBJECT, story.cast.people["crew_leader"]), (Role.MENTOR, story.cast.people["crew_leader"]))
    with pytest.raises(Refused, match="帮扶人要写别人"):
        story.begins("section_head", "care", people=both)


# ── what lies in the database ──
def test_what_kind_of_care_it_is_lies_under_its_key(story: Story, signed_in: SignIn) -> None:
    story.begins("section_head", "care", category="mind")
    with connection.cursor() as cursor:
        cursor.execute("SELECT category, facts FROM issues_issue")
        assert "mind" not in str(cursor.fetchall())
    assert "情绪波动" in text_of(signed_in("section_head").get(f"/issues/{story.issue.pk}/"))


def test_past_its_time_nothing_of_it_tells_whose_it_was(story: Story) -> None:
    story.begins("inspector", "care", category="mind")
    story.follows(("section_head", "plan"), ("section_head", "propose_restored"), ("assessor", "restore"))
    assert story.issue.found_by_unit_id
    forget_expired(at=story.at + dt.timedelta(days=800))
    left = story.issue
    assert left.erased_at
    named = (left.found_by_id, left.found_by_unit_id, left.owner_id, left.owner_unit_id, left.place_id, left.clause_id)
    assert not any(named)
    assert (left.category, left.facts) == ("", {})


@pytest.mark.parametrize("number", ["张三李四为2月工资打架报警住院", "2 月打架", "青调 7 号" * 9, "第号"])
def test_a_number_of_a_paper_file_is_no_sentence(story: Story, number: str) -> None:
    with pytest.raises(Refused, match="纸质档案号只写编号"):
        story.begins("section_head", "dispute", facts={"people": 2, "file_no": number})


# ── corrections ──
def test_who_no_longer_reads_it_corrects_nothing_in_it(story: Story) -> None:
    story.begins("section_head", "care")
    story.goes_on("branch_secretary", "plan")
    Post.objects.filter(person=story.cast.people["branch_secretary"]).update(until=dt.date(2026, 7, 5))
    by, step = story.cast.actor("branch_secretary"), story.issue.steps.get(verb="plan")
    with pytest.raises(PermissionDenied, match="看不到这一件"):
        correct_step(by=by, at=story.at, step=step, note="补一句")


def test_a_correction_is_put_right_where_it_began(story: Story) -> None:
    story.begins("worker", "hazard")
    by, first = story.cast.actor("worker"), story.issue.steps.get()
    made = correct_step(by=by, at=story.at, step=first, note="是 4 号架")
    with pytest.raises(Refused, match="在原来那一步上再更正"):
        correct_step(by=by, at=story.at, step=made, note="是 5 号架")
    correct_step(by=by, at=story.at, step=first, note="是 5 号架")
    assert story.issue.seq == 3


def test_what_nobody_signed_nobody_corrects(story: Story) -> None:
    story.begins("worker", "complaint", anonymous=True)
    system = story.cast.system()
    draft = IssueDraft(kind="hazard", text="顶板掉渣", unit=story.cast.units["ZC1"])
    by_itself = raise_issue(by=system, at=story.at, mine=story.cast.mine, draft=draft)
    for by, issue in ((story.cast.actor("party_officer"), story.issue), (system, by_itself)):
        with pytest.raises(PermissionDenied, match="谁写的由谁更正"):
            correct_step(by=by, at=story.at, step=issue.steps.get(), note="不是这样")

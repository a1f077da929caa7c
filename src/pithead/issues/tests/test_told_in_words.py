"""How pages say it: what a notice is about, when something is due, who is asked next, who has read it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from pithead.issues import queries
from pithead.issues.actions import read_matter, tick
from pithead.issues.matter_page import Life, life_of
from pithead.issues.models import Issue
from pithead.issues.queries.board import deadline_said
from pithead.issues.testing import MENTION, Story, raised
from pithead.kernel.models import AuditEvent
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
LONG = "1312 工作面 3 号架前立柱漏液，拉架时压力上不去，已经两个班"


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now() - dt.timedelta(minutes=30)


def life(story: Story, member: str) -> Life:
    by, setting = story.cast.actor(member), queries.setting_of(story.cast.mine, story.issue.kind)
    return life_of(by, read_matter(by=by, at=story.at, issue=story.issue), setting, story.at)


def offered(story: Story, member: str) -> queries.Standing:
    setting = queries.setting_of(story.cast.mine, story.issue.kind)
    return queries.standing_to(story.cast.actor(member), story.issue, setting, story.at)


def verbs(story: Story, member: str) -> set[str]:
    return {move.verb for move in offered(story, member).moves}


# ── notices ──
def test_a_notice_says_how_the_matter_begins_and_does_not_keep_it(story: Story) -> None:
    story.begins("worker", "hazard", text=LONG)
    story.goes_on("section_head", "assign")
    (line,) = queries.notices_of(story.cast.actor("section_clerk"), story.cast.mine, story.at).lines
    assert line.about == LONG[:29] + "…"
    assert LONG[:10] not in line.text


def test_a_notice_of_a_confidential_matter_says_nothing_of_it(story: Story) -> None:
    story.begins("section_head", "care", text=LONG, grade="stop")
    (line,) = queries.notices_of(story.cast.actor("assessor"), story.cast.mine, story.at).lines
    assert (line.text, line.about, line.opens) == ("帮扶：停止入井，请马上处理", "", True)


def test_whoever_has_lost_sight_of_a_matter_is_not_told_more_nor_led_nowhere(
    cast: Cast, now: dt.datetime, signed_in: SignIn
) -> None:
    story = Story(cast, now)
    story.begins("worker", "request", text=LONG)
    story.goes_on("section_head", "promise", whose="hr_officer")
    client, page = signed_in("hr_officer"), "/issues/own/?all=notices"
    assert LONG[:20] in client.get(page).content.decode()
    Issue.objects.update(owner=cast.people["section_clerk"])
    told = client.get(page).content.decode()
    assert "由你负责" in told
    assert LONG[:20] not in told
    assert str(story.issue.pk) not in told.partition("<form")[0].rpartition("<table")[2]


# ── when ──
@pytest.mark.parametrize(
    ("moment", "said", "on_paper"),
    [
        ("2026-11-26T00:00+08:00", "11月25日", "2026年11月25日"),
        ("2026-11-26T08:05+08:00", "11月26日 08:05", "2026年11月26日 08:05"),
        ("2027-01-01T00:00+08:00", "12月31日", "2026年12月31日"),
    ],
)
def test_midnight_is_the_end_of_the_day_before(moment: str, said: str, on_paper: str) -> None:
    due = dt.datetime.fromisoformat(moment)
    assert (deadline_said(due), deadline_said(due, year=True)) == (said, on_paper)


def test_a_deadline_in_working_days_is_said_by_its_last_day_everywhere(
    cast: Cast, now: dt.datetime, signed_in: SignIn
) -> None:
    issue = raised(cast, "worker", now, "request", text=LONG)
    assert issue.due_at is not None
    last = f"{timezone.localtime(issue.due_at) - dt.timedelta(days=1):%-m月%-d日}"
    client = signed_in("section_head")
    for address in ("/", "/issues/own/", f"/issues/{issue.pk}/"):
        page = client.get(address).content.decode()
        assert last in page, address
        assert f"{last} 00:00" not in page


# ── who is next ──
def test_the_reminder_half_way_is_a_reminder_and_goes_to_somebody_there_is(story: Story) -> None:
    story.begins("worker", "request")
    assert life(story, "section_head").next_level == "提醒责任单位负责人"
    tick(at=story.issue.due_at)
    assert life(story, "section_head").climbed == "责任单位负责人、支部书记", "it was nobody's"
    story.goes_on("section_head", "promise")
    assert life(story, "section_head").next_level == "提醒责任人"
    tick(at=story.issue.climbs_at)
    assert life(story, "section_head").next_level == "起报给责任人、责任单位负责人、支部书记"
    assert life(story, "section_head").steps[-1].label == "临期提醒责任人"


def test_what_one_has_asked_for_waits_for_the_other_and_is_not_offered_again(story: Story) -> None:
    story.begins("worker", "hazard")
    assert "propose_major" in verbs(story, "assessor")
    story.goes_on("assessor", "propose_major")
    assert "propose_major" not in verbs(story, "assessor")
    assert offered(story, "assessor").pending == ("已提请定为重大，等总工程师确认",)
    assert "confirm_major" in verbs(story, "chief_engineer")
    story.goes_on("chief_engineer", "confirm_major")
    assert offered(story, "assessor").pending == ()


def test_of_two_who_lift_a_stop_the_other_is_named_until_it_is_made_stricter(story: Story) -> None:
    story.begins("section_head", "care", grade="restrict")
    story.goes_on("section_head", "propose_lift")
    assert offered(story, "section_head").pending == ("已提请解除限制，等安全科确认",)
    assert "propose_lift" not in verbs(story, "section_head")
    assert "lift" in verbs(story, "assessor")
    story.goes_on("assessor", "tighten", grade="stop")
    assert offered(story, "section_head").pending == ()
    assert "propose_lift" in verbs(story, "section_head")


def test_the_page_says_who_has_to_confirm(cast: Cast, now: dt.datetime, signed_in: SignIn) -> None:
    story = Story(cast, now)
    story.begins("worker", "hazard", text=MENTION)
    story.goes_on("assessor", "propose_major")
    page = signed_in("assessor").get(f"/issues/{story.issue.pk}/").content.decode()
    assert "已提请定为重大，等总工程师确认" in page
    assert "moves/propose_major/" not in page


# ── who has read it ──
def test_whoever_opens_it_again_in_the_same_minute_is_named_once_though_the_log_holds_it(story: Story) -> None:
    story.begins("section_head", "care")
    reader = story.cast.actor("assessor")
    for seconds in (0, 20, 59, 61):
        read_matter(by=reader, at=story.at + dt.timedelta(seconds=seconds), issue=story.issue)
    read_matter(by=story.cast.actor("section_head"), at=story.at, issue=story.issue)
    assert [one.name for one in queries.readings_of(story.issue)] == ["安平", "安平", "高山"]
    assert AuditEvent.objects.filter(action="issues.matter.read").count() == 5


def test_he_himself_is_named_without_a_code(cast: Cast, now: dt.datetime, signed_in: SignIn) -> None:
    care = raised(cast, "section_head", now, "care")
    read_matter(by=cast.actor("worker"), at=now, issue=care)
    page = signed_in("worker").get(f"/issues/{care.pk}/").content.decode().partition("谁看过")[2]
    assert "当事人" in page
    assert "concerned" not in page

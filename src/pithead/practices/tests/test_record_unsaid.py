"""A record says something else now: what it led to is not changed, and whoever looks after it is asked to look again."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pithead.issues.models import Issue, Notice
from pithead.issues.testing import grow_cast
from pithead.org.models import Place
from pithead.org.testing import OPENED, Cast
from pithead.practices.actions import RecordDraft, correct, record, withdraw
from pithead.practices.models import Practice, Record, RecordMatter
from pithead.practices.tests.worlds import take_over

SignIn = Callable[[str], Client]
LOOK: dict[str, Any] = {
    "code": "look",
    "title": "当班一看",
    "performers": ["crew_leader"],
    "raises": "hazard",
    "form": [
        {"key": "where", "label": "在哪里", "kind": "place", "about": True},
        {"key": "roof", "label": "顶帮", "kind": "check", "required": True},
        {"key": "air", "label": "通风", "kind": "check"},
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
        {"key": "who", "label": "和谁谈", "kind": "person", "subject": True},
        {"key": "wish", "label": "想解决的事", "kind": "text", "raises": "request"},
        {"key": "care", "label": "要不要帮", "kind": "check", "raises": "care"},
    ],
}
GOOD, BAD = {"roof": {"ok": True}}, {"roof": {"ok": False, "text": "两根锚杆松了"}}


@pytest.fixture
def look(cast: Cast) -> Practice:
    take_over(cast, LOOK, TALK)
    grow_cast(cast)
    return Practice.objects.get(code="look")


def place(cast: Cast, code: str) -> Place:
    return Place.objects.create(mine=cast.mine, code=code, name=f"{code} 巷", unit=cast.units["ZC1"], since=OPENED)


def write(cast: Cast, at: dt.datetime, answers: Any, code: str = "look", who: str = "crew_leader") -> Record:
    draft = RecordDraft(Practice.objects.get(code=code), answers)
    return record(by=cast.actor(who), at=at, mine=cast.mine, draft=draft)


def rewrite(cast: Cast, at: dt.datetime, old: Record, answers: Any, who: str = "crew_leader") -> Record:
    draft = RecordDraft(old.practice, answers)
    return correct(by=cast.actor(who), at=at, record=old, draft=draft, reason="核对过了")


def said(client: Client, issue: Issue) -> str:
    return client.get(reverse("issues:matter", args=[issue.pk])).content.decode()


def test_both_pages_ask_to_look_again_and_the_matter_stays_as_it_is(
    cast: Cast, at: dt.datetime, look: Practice, signed_in: SignIn
) -> None:
    old = write(cast, at, BAD)
    issue, office = Issue.objects.get(), signed_in("assessor")
    assert "来源记录" not in said(office, issue)
    new = rewrite(cast, at, old, GOOD)
    page = said(office, issue)
    assert "来源记录已更正" in page
    assert "请核实是否撤销" in page
    leader = said(signed_in("section_head"), issue)
    assert "来源记录已更正：那一项没有问题了，请核实是否撤销" in leader
    assert reverse("practices:kept", args=[new.pk]) in leader
    kept = signed_in("crew_leader").get(reverse("practices:kept", args=[new.pk])).content.decode()
    assert "请核实是否撤销" in kept
    assert reverse("issues:matter", args=[issue.pk]) in kept
    again = Issue.objects.get()
    assert (again.state, again.seq, again.text) == (issue.state, issue.seq, issue.text)


def test_whoever_looks_after_it_hears_once(cast: Cast, at: dt.datetime, look: Practice) -> None:
    old = write(cast, at, BAD)
    Notice.objects.all().delete()
    new = rewrite(cast, at, old, GOOD)
    heard = set(Notice.objects.values_list("person__name", "text"))
    assert {name for name, _ in heard} == {"高山", "安平", "严查"}
    assert {text for _, text in heard} == {"隐患：来源记录已更正，请核实是否撤销"}
    rewrite(cast, at, new, {**GOOD, "air": {"ok": True}})
    assert Notice.objects.count() == 3


def test_what_is_found_once_more_is_in_no_doubt_and_is_no_second_matter(
    cast: Cast, at: dt.datetime, look: Practice, signed_in: SignIn
) -> None:
    old = write(cast, at, BAD)
    second = rewrite(cast, at, old, GOOD)
    third = rewrite(cast, at, second, BAD)
    assert "来源记录" not in said(signed_in("section_head"), Issue.objects.get())
    air = {"air": {"ok": False, "text": "风筒漏风"}}
    rewrite(cast, at, third, {**BAD, **air})
    assert sorted(Issue.objects.values_list("text", flat=True)) == ["两根锚杆松了", "风筒漏风"]
    assert not RecordMatter.objects.exclude(unsaid_by=None).exists()


def test_what_was_cancelled_for_that_reason_may_come_again(cast: Cast, at: dt.datetime, look: Practice) -> None:
    second = rewrite(cast, at, write(cast, at, BAD), GOOD)
    Issue.objects.update(state="void", closed_at=at)
    third = rewrite(cast, at, second, BAD)
    assert sorted(Issue.objects.values_list("state", flat=True)) == ["found", "void"]
    rewrite(cast, at, third, {**BAD, "air": {"ok": True}})
    assert Issue.objects.count() == 2


def test_another_place_is_said_with_its_name(cast: Cast, at: dt.datetime, look: Practice, signed_in: SignIn) -> None:
    one, other = place(cast, "P1"), place(cast, "P2")
    old = write(cast, at, {**BAD, "where": one})
    rewrite(cast, at, old, {**BAD, "where": other})
    issue = Issue.objects.get()
    assert issue.place == one
    assert "来源记录已更正：地点改为“P2 巷”，请核实是否撤销" in said(signed_in("section_head"), issue)


def test_what_was_withdrawn_is_said_to_be(cast: Cast, at: dt.datetime, look: Practice, signed_in: SignIn) -> None:
    old = write(cast, at, BAD)
    gone = withdraw(by=cast.actor("crew_leader"), at=at, record=old, reason="填错了班组")
    issue = Issue.objects.get()
    page = said(signed_in("section_head"), issue)
    assert "来源记录已撤回，请核实是否撤销" in page
    assert reverse("practices:kept", args=[gone.pk]) in page
    assert Notice.objects.filter(text__contains="来源记录已撤回").exists()
    Issue.objects.update(closed_at=at)
    assert "来源记录" not in said(signed_in("section_head"), issue)


def test_of_what_is_in_confidence_no_more_is_said_than_that(
    cast: Cast, at: dt.datetime, look: Practice, signed_in: SignIn
) -> None:
    old = write(cast, at, {"wish": "想换个班组"}, "talk", "section_head")
    rewrite(cast, at, old, {}, "section_head")
    issue = Issue.objects.get()
    page = said(signed_in("section_clerk"), issue)
    assert "来源记录已更正，请核实是否撤销" in page
    assert "打开来源记录" not in page
    assert "打开来源记录" in said(signed_in("section_head"), issue)


def test_the_form_itself_leads_there(cast: Cast, at: dt.datetime, look: Practice, signed_in: SignIn) -> None:
    old, client = write(cast, at, BAD), signed_in("crew_leader")
    answer = client.post(reverse("practices:correct", args=[old.pk]), {"reason": "看错了", "roof": "ok"}, follow=True)
    assert answer.status_code == 200
    assert "请核实是否撤销" in answer.content.decode()
    assert RecordMatter.objects.get().unsaid_by == Record.objects.get(is_current=True)


def test_about_somebody_else_it_is_another_matter(
    cast: Cast, at: dt.datetime, look: Practice, signed_in: SignIn
) -> None:
    """Whoever was meant by mistake is not looked after for it, whoever is meant is."""
    help_ = {"care": {"ok": False, "text": "安排看望"}}
    one, other = ({"who": cast.people[member], **help_} for member in ("worker", "crew_leader"))
    old = write(cast, at, one, "talk", "section_head")
    first = Issue.objects.get()
    new = rewrite(cast, at, old, other, "section_head")
    assert dict(RecordMatter.objects.values_list("issue", "unsaid_by"))[first.pk] == new.pk
    assert Issue.objects.count() == 2
    assert "那一项或人员改了，请核实是否撤销" in said(signed_in("section_head"), first)
    rewrite(cast, at, new, one, "section_head")
    assert set(RecordMatter.objects.filter(unsaid_by=None).values_list("issue", flat=True)) == {first.pk}
    assert Issue.objects.count() == 2


def test_of_a_matter_that_is_closed_nobody_is_told_again(cast: Cast, at: dt.datetime, look: Practice) -> None:
    old = write(cast, at, BAD)
    Issue.objects.update(closed_at=at, state="closed")
    Notice.objects.all().delete()
    rewrite(cast, at, old, GOOD)
    assert not Notice.objects.exists()

"""What a form knows: who leads the crew, between which places one chooses, whether there is a shift, what its button says."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pithead.org.access import RoleCode
from pithead.org.models import CrewShift, Leave, Person, Place, Post, Shift, ShiftSystem
from pithead.org.testing import OPENED, TODAY, Cast
from pithead.practices.actions import RecordDraft, record
from pithead.practices.models import Practice
from pithead.practices.queries.on_shift import leader_of
from pithead.practices.tests.worlds import take_over

SignIn = Callable[[str], Client]
CHECK: dict[str, Any] = {
    "code": "spot",
    "title": "九不准抽查",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "month", "count": 2, "per": "unit", "among": "crew"}],
    "form": [
        {"key": "crew", "label": "哪个班组", "kind": "unit", "prefill": "unit", "about": True, "required": True},
        {"key": "leader", "label": "班组长", "kind": "person", "prefill": "leader", "subject": True, "required": True},
        {"key": "kept", "label": "守住了", "kind": "check"},
    ],
}
WALK: dict[str, Any] = {
    "code": "walk",
    "title": "走一圈",
    "performers": ["crew_leader"],
    "form": [{"key": "where", "label": "在哪里", "kind": "place", "about": True, "required": True}],
}
MEETING: dict[str, Any] = {
    "code": "meeting",
    "title": "支部委员会",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "month", "per": "unit", "among": "branch"}],
    "form": [{"key": "file", "label": "纸质档案号", "kind": "text"}],
}


@pytest.fixture
def shift(cast: Cast) -> Shift:
    """One that always runs; the first crew works in it."""
    take_over(cast, CHECK, WALK, MEETING)
    system = ShiftSystem.objects.create(mine=cast.mine, code="one", name="一班制")
    facts = {"number": 1, "name": "全天班", "starts_at": dt.time(0), "hours": 24}
    made = Shift.objects.create(system=system, is_night=False, **facts)
    unit = cast.units["ZC1-1"]
    CrewShift.objects.create(mine=cast.mine, unit=unit, system=system, shift=made, since=OPENED)
    return made


def form(client: Client, code: str, asked: str = "") -> str:
    return client.get(reverse("practices:record", args=[code]) + asked, follow=True).content.decode()


# ── who leads the crew ──
def test_the_leader_of_the_crew_that_was_chosen_stands_there(cast: Cast, shift: Shift, signed_in: SignIn) -> None:
    client, leader = signed_in("branch_secretary"), cast.people["crew_leader"]
    first = form(client, "spot")
    assert "?unit=ZC1-1" in first, "the crew is asked for first"
    named = f'value="{leader.name} {leader.staff_no}"'
    assert named in form(client, "spot", "?unit=ZC1-1")
    assert named not in form(client, "spot", "?unit=ZC1-2").partition("<datalist")[0]
    other = cast.people["worker"].staff_no
    said = {"crew": "ZC1-1", "leader": other, "kept": "ok"}
    assert client.post(reverse("practices:record", args=["spot"]), said).status_code == 302


def deputy(cast: Cast) -> Person:
    person = Person.objects.create(mine=cast.mine, staff_no="12001", name="副班", unit=cast.units["ZC1-1"])
    role = RoleCode.DEPUTY_CREW_LEADER
    Post.objects.create(mine=cast.mine, person=person, role=role, unit=cast.units["ZC1-1"], since=OPENED)
    return person


def test_on_leave_it_is_his_deputy_and_of_a_section_the_crew_of_the_shift(cast: Cast, shift: Shift) -> None:
    leader, second = cast.people["crew_leader"], deputy(cast)
    crew, section = cast.units["ZC1-1"], cast.units["ZC1"]
    assert leader_of(crew, shift, TODAY) == leader
    assert leader_of(section, shift, TODAY) == leader
    assert leader_of(section, None, TODAY) is None
    assert leader_of(cast.units["ZC1-2"], shift, TODAY) is None
    Leave.objects.create(mine=cast.mine, person=leader, since=TODAY, until=TODAY, kind="annual")
    assert leader_of(crew, shift, TODAY) == second
    assert leader_of(crew, shift, TODAY + dt.timedelta(days=1)) == leader
    other = cast.units["ZC1-2"]
    CrewShift.objects.create(mine=cast.mine, unit=other, system=shift.system, shift=shift, since=OPENED)
    assert leader_of(section, shift, TODAY) is None, "two crews are in it"


# ── places ──
def test_a_correction_offers_the_places_the_record_could_have_been_of(
    cast: Cast, shift: Shift, signed_in: SignIn
) -> None:
    common = {"mine": cast.mine, "since": OPENED}
    own = Place.objects.create(code="P1", name="自家顺槽", unit=cast.units["ZC1"], **common)
    Place.objects.create(code="P2", name="邻队迎头", unit=cast.units["M1"], **common)
    Place.objects.create(code="P3", name="副井口", unit=None, **common)
    draft = RecordDraft(Practice.objects.get(code="walk"), {"where": own})
    made = record(by=cast.actor("crew_leader"), at=timezone.now(), mine=cast.mine, draft=draft)
    client = signed_in("crew_leader")
    for page in (form(client, "walk"), client.get(reverse("practices:correct", args=[made.pk])).content.decode()):
        assert "自家顺槽" in page
        assert "副井口" in page
        assert "邻队迎头" not in page
    Place.objects.filter(pk=own.pk).update(unit=cast.units["M1"])
    page = client.get(reverse("practices:correct", args=[made.pk])).content.decode()
    assert '<option value="P1" selected' in page, "where it was stays to be chosen"


# ── shifts and words ──
def test_a_meeting_has_no_shift_and_nothing_as_usual(cast: Cast, shift: Shift, signed_in: SignIn) -> None:
    client = signed_in("branch_secretary")
    page = form(client, "meeting")
    assert "全天班" not in page
    assert "一切正常" not in page
    assert client.post(reverse("practices:record", args=["meeting"]), {"file": "7"}).status_code == 302
    made = Practice.objects.get(code="meeting").records.get()
    assert made.shift is None
    assert "全天班" in form(client, "spot", "?unit=ZC1-1")


def test_where_something_is_looked_at_one_button_says_all_is_well(cast: Cast, shift: Shift, signed_in: SignIn) -> None:
    assert "一切正常" in form(signed_in("branch_secretary"), "spot", "?unit=ZC1-1")


def test_members_of_the_list_of_messages_stand_in_a_list(cast: Cast, shift: Shift, signed_in: SignIn) -> None:
    client = signed_in("branch_secretary")
    page = client.post(reverse("practices:record", args=["meeting"]), {"file": "7"}, follow=True).content.decode()
    assert '<div role="status"><ul class="messages">' in page


def test_who_checked_last_time_does_not_check_what_he_answers_for_today(cast: Cast, signed_in: SignIn) -> None:
    signers = [
        {"key": "answers", "label": "负责人", "kind": "signer", "prefill": "me"},
        {"key": "checks", "label": "检查人", "kind": "signer", "prefill": "last"},
    ]
    rows = [{"key": "ok", "label": "确认", "kind": "check"}, *signers]
    form_of = [{"key": "confirm", "label": "确认安全", "kind": "rows", "rows": rows}]
    chain = {"code": "chain", "title": "责任链", "performers": ["crew_leader"], "sampled": 1, "form": form_of}
    take_over(cast, chain)
    leader, worker = cast.people["crew_leader"], cast.people["worker"]
    row = {"ok": {"ok": True}, "answers": worker, "checks": leader}
    draft = RecordDraft(Practice.objects.get(code="chain"), {"confirm": [row]})
    record(by=cast.actor("crew_leader"), at=timezone.now(), mine=cast.mine, draft=draft)
    page = form(signed_in("crew_leader"), "chain", "?unit=ZC1-1")
    me = f'value="{leader.name} {leader.staff_no}"'
    assert page.count(f'name="confirm.1.answers" {me}') == 1
    assert page.count('name="confirm.1.checks"') == 1
    assert f'name="confirm.1.checks" {me}' not in page

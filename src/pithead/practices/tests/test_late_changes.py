"""What changes while somebody looks at it; and dates nobody means."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast
from pithead.practices import actions
from pithead.practices.content import QuotaSpec
from pithead.practices.models import Adoption, Every, PracticeVersion, Proposal
from pithead.practices.testing import HEAVY, IDLE, INSPECTIONS, WALK, asking

JULY = dt.date(2026, 7, 1)
Signed = Callable[[str], Client]


def test_what_is_allowed_is_what_was_looked_at(cast: Cast, at: dt.datetime, signed_in: Signed) -> None:
    officer: Any = {"by": cast.actor("party_officer"), "since": JULY}
    heavy = asking("walkabout", **HEAVY)
    actions.load_pack(**officer, at=at, mine=cast.mine, spec=heavy)
    seen = Proposal.objects.get()
    leader, url = signed_in("mine_leader"), f"/practices/proposals/{seen.pk}/"
    sent = {"approve": "1", "approval": "纪要 1 号", "seen": seen.proposed_at.isoformat()}
    assert sent["seen"] in leader.get(url).content.decode()
    worse = replace(heavy.practices[0], quotas=(QuotaSpec(Every.SHIFT, count=3),))
    actions.set_version(**officer, at=at + dt.timedelta(hours=1), practice=seen.practice, spec=worse)
    assert leader.post(url, sent).status_code == 422
    with pytest.raises(Refused, match="刚刚改过"):
        actions.approve(by=cast.actor("mine_leader"), at=at, proposal=seen, approval="纪要 1 号")
    assert not PracticeVersion.objects.filter(practice=seen.practice).exists()
    sent["seen"] = Proposal.objects.get().proposed_at.isoformat()
    assert leader.post(url, sent).status_code == 302
    assert PracticeVersion.objects.filter(practice=seen.practice).exists()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_year_nobody_means_is_a_slip_of_the_pen(cast: Cast, at: dt.datetime, signed_in: Signed, day: str) -> None:
    system: Any = {"by": cast.system(), "at": at, "since": JULY}
    method = actions.load_pack(**system, mine=cast.mine, spec=WALK)
    actions.load_pack(**system, mine=cast.mine, spec=INSPECTIONS)
    adoption = actions.adopt(**system, method=method, unit=cast.units["ZC1"])
    officer, check = signed_in("party_officer"), {"practice": "inspection", "office": "SAF", "unit": "ZC1", "on": day}
    pages: tuple[tuple[Client, str, dict[str, str]], ...] = (
        (officer, "/practices/customs/walkabout/off/", {"on": day}),
        (officer, f"/practices/adoptions/{adoption.pk}/end/", {"on": day}),
        (officer, "/practices/methods/walk/adopt/", {"unit": str(cast.units["M1"].pk), "since": day}),
        (signed_in("assessor"), "/duties/checks/new/", check),
    )
    for client, url, sent in pages:
        response = client.post(url, sent)
        assert response.status_code in (200, 422), url  # the form again
        assert "请核对年份" in response.content.decode(), url
    assert not Adoption.objects.exclude(until=None).exists()


def test_nobody_learns_names_by_trying_numbers(cast: Cast, signed_in: Signed) -> None:
    worker, leader = signed_in("worker"), cast.people["mine_leader"]
    assert worker.get("/records/", {"performer": leader.staff_no}).status_code == 404
    assert worker.get("/records/file/", {"performer": leader.staff_no}).status_code == 404
    assert worker.get("/records/", {"performer": cast.people["worker"].staff_no}).status_code == 200
    assert signed_in("party_officer").get("/records/", {"performer": leader.staff_no}).status_code == 200


def test_what_is_planned_weighs_already(cast: Cast, at: dt.datetime) -> None:
    texts = {"quotas": (QuotaSpec(Every.DAY),), "form": HEAVY["form"][:10]}
    august = dt.date(2026, 8, 1)
    officer: Any = {"by": cast.actor("party_officer"), "at": at, "mine": cast.mine}
    planned = replace(IDLE, on=True, practices=(replace(IDLE.practices[0], **texts),))
    actions.load_pack(**officer, spec=planned, since=august)
    assert PracticeVersion.objects.get().since == august
    actions.load_pack(**officer, spec=replace(asking("walkabout", **texts), on=True), since=JULY)
    assert Proposal.objects.get().practice.code == "walkabout"
    idle = replace(planned, code="other", on=False, practices=(replace(planned.practices[0], code="other_walk"),))
    other = actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=idle, since=JULY)
    with pytest.raises(Refused, match="超过上限"):
        actions.adopt(by=cast.actor("party_officer"), at=at, method=other, unit=cast.units["ZC1"], since=JULY)


def test_the_same_from_an_earlier_day_is_not_what_holds(cast: Cast, at: dt.datetime) -> None:
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=WALK, since=dt.date(2026, 8, 1))
    practice = PracticeVersion.objects.get(practice__code="walkabout").practice
    given: Any = {"by": cast.actor("party_officer"), "at": at, "practice": practice}
    with pytest.raises(Refused, match="日期不能更早"):
        actions.set_version(**given, spec=WALK.practices[0], since=JULY)


def test_no_pack_switches_on_what_the_mine_has_switched_off(cast: Cast, at: dt.datetime) -> None:
    officer: Any = {"by": cast.actor("party_officer"), "mine": cast.mine}
    actions.load_pack(**officer, at=at, spec=WALK, since=JULY)
    practice = PracticeVersion.objects.filter(practice__code="walkabout").get().practice
    actions.switch_off(by=cast.actor("party_officer"), at=at, practice=practice, on=at.date())
    later = at + dt.timedelta(days=10)
    actions.load_pack(**officer, at=later, spec=asking("walkabout", purpose="改了一个字"), since=later.date())
    assert not practice.versions.filter(until=None).exists()
    practice.refresh_from_db()
    assert practice.loaded["purpose"] == "改了一个字"

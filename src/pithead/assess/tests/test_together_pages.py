"""Linked months on their pages: approved under one number of minutes, published and settled together, told as one thing to do."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pithead.assess import actions
from pithead.assess.models import Cycle
from pithead.assess.testing import branch_pack, draft, small_pack
from pithead.kernel.periods import Period
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
SECTIONS, BRANCHES = "/cycles/small/2026-06/", "/cycles/bra/2026-06/"


@pytest.fixture
def months(cast: Cast, at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> dict[str, Cycle]:
    """June of sections and of branches, whose only item is the sections' score; closed and reviewed."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    act: dict[str, Any] = {"by": cast.system(), "at": at}
    months = {}
    for content in (small_pack(), branch_pack()):
        actions.load_standard(**act, mine=cast.mine, pack=content, in_force_from="2026-01")
    for code in ("small", "bra"):
        months[code] = actions.open_cycle(**act, mine=cast.mine, code=code, period=Period.parse("2026-06"))
    drafts = [draft(months["small"].standard, cast.units["ZC1"], "B1", "12")]
    actions.add_entries(**act, cycle=months["small"], drafts=drafts)
    actions.close_cycle(**act, cycle=months["small"])
    actions.review_cycle(**act, cycle=months["small"])
    return months


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def states(months: dict[str, Cycle]) -> set[str]:
    return set(Cycle.objects.filter(pk__in=[cycle.pk for cycle in months.values()]).values_list("state", flat=True))


def test_one_meeting_settles_both_and_may_depart_for_units_of_either(
    cast: Cast, signed_in: SignIn, months: dict[str, Cycle]
) -> None:
    office = signed_in("party_officer")
    page = text(office, SECTIONS)
    assert "一起办" in page
    assert "综采一队党支部（第 1 名" in page
    branch = {"row0-unit": str(cast.units["ZB1"].pk), "row0-tier": "bra/fair"}
    office.post(f"{SECTIONS}approval/", {"minutes": "第7次", "rows": "3"} | branch)
    assert {cycle.minutes for cycle in Cycle.objects.filter(code__in=months)} == {"第7次"}
    assert months["bra"].departures.count() == 1
    assert "由“良好”调整为“一般”" in text(office, BRANCHES)


def test_tiers_stand_under_their_standards_and_those_of_the_other_are_refused_by_name(
    cast: Cast, signed_in: SignIn, months: dict[str, Cycle]
) -> None:
    office = signed_in("party_officer")
    page = text(office, SECTIONS)
    for title, code in (("小标准", "small"), ("支部标准", "bra")):
        assert f'<optgroup label="{title}">' in page
        assert f'<option value="{code}/good">良好</option>' in page
    wrong = {"row0-unit": str(cast.units["ZC1"].pk), "row0-tier": "bra/good", "minutes": "第7次", "rows": "3"}
    answer = office.post(f"{SECTIONS}approval/", wrong).content.decode()
    assert "综采一队按“小标准”考核，没有“支部标准”的档次“良好”，可以选：优秀、良好、一般、较差" in answer
    assert '<option value="bra/good" selected>' in answer  # nothing typed is lost
    assert not months["small"].departures.exists()


def test_an_appeal_in_one_holds_up_both_and_is_told_once(
    cast: Cast, signed_in: SignIn, months: dict[str, Cycle], at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.approve_cycle(by=cast.system(), at=at, cycle=months["small"], minutes="第7次")
    office = signed_in("party_officer")
    assert text(office, BRANCHES).count("明天起 2 个工作日，7 月 7 日至 8 日") == 2
    office.post(f"{BRANCHES}publication/", {"contacts": "党委工作部"})
    assert states(months) == {"publicity"}
    assert "同时公示" in text(signed_in("worker"), "/publicity/bra/2026-06/")
    lost = months["small"].entries.get(unit=cast.units["ZC1"], item__code="B1")
    appeal = actions.make_appeal(by=cast.actor("section_head"), at=at, entry=lost, text="交接单双方签字")
    monkeypatch.setattr("django.utils.timezone.now", lambda: at + dt.timedelta(days=3))
    leader = signed_in("mine_leader")
    assert "还有 1 件" in text(leader, BRANCHES)
    assert "可以确定" not in text(leader, "/")
    actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=appeal, answer="见单")
    what: dict[str, Any] = {"outcome": "rejected", "decision": "记录属实"}
    leader.post(f"/appeals/{appeal.pk}/decision/", what)
    assert text(leader, "/").count("公示期满，可以确定") == 2  # one thing to do: its sentence, and again in its link
    leader.post(f"{BRANCHES}finalisation/")
    assert states(months) == {"final"}


def test_a_branch_secretary_sees_the_month_of_the_branch_on_the_desk(
    cast: Cast, signed_in: SignIn, months: dict[str, Cycle], at: dt.datetime
) -> None:
    actions.approve_cycle(by=cast.system(), at=at, cycle=months["bra"], minutes="第7次")
    actions.publish_cycle(by=cast.system(), at=at, cycle=months["bra"])
    cast.people["branch_secretary"].unit = cast.units["ZC1"]
    cast.people["branch_secretary"].save()
    page = text(signed_in("branch_secretary"), "/")
    assert page.index("综采一队党支部 · 6 月") < page.index("综采一队 · 6 月")
    assert "党支部 · 6 月" not in text(signed_in("worker"), "/")

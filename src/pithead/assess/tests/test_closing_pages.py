"""Closing a month on its page: not before the period is over, not unasked while offices have time, never without a word."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pithead.assess import actions
from pithead.assess.models import Cycle
from pithead.assess.testing import branch_pack, issue_small_standard
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
Clock = Callable[[int], dt.datetime]
BASE = "/cycles/small/2026-06/"


@pytest.fixture
def june(monkeypatch: pytest.MonkeyPatch, at: dt.datetime) -> Clock:
    """`june(29)`: for the pages it is that day of June; the 31st and after are days of July."""

    def say(day: int) -> dt.datetime:
        moment = at.replace(month=6, day=1) + dt.timedelta(days=day - 1)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
        return moment

    return say


@pytest.fixture
def cycle(cast: Cast, june: Clock) -> Cycle:
    act: dict[str, Any] = {"by": cast.system(), "at": june(1)}
    issue_small_standard(cast, june(1))
    return actions.open_cycle(**act, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def text(client: Client, path: str = BASE) -> str:
    return client.get(path).content.decode()


def closed(client: Client, cycle: Cycle, **said: str) -> str:
    """What the page says to closing; whether it was done says the cycle."""
    answer = client.post(f"{BASE}closing/", said, follow=True).content.decode()
    cycle.refresh_from_db()
    return answer


def hand_in(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    for office in ("SAF", "PRO", "PTY"):
        actions.submit(by=cast.system(), at=at, cycle=cycle, office=cast.units[office])


def test_a_month_closes_on_its_last_day_at_the_earliest(cast: Cast, cycle: Cycle, june: Clock) -> None:
    with pytest.raises(Refused, match="小标准 2026年6月到 2026-06-30 才结束，最早 2026-06-30 当天才能关闭打分"):
        actions.close_cycle(by=cast.system(), at=june(29), cycle=cycle)
    assert actions.close_cycle(by=cast.system(), at=june(30), cycle=cycle).state == "review"


def test_before_that_the_page_names_the_day_and_has_no_button(
    cast: Cast, signed_in: SignIn, cycle: Cycle, june: Clock
) -> None:
    june(29)
    office = signed_in("party_officer")
    page = text(office)
    assert "6 月 30 日才到期末，从那天起可以关闭" in page
    assert "关闭打分并计算</button>" not in page
    assert "最早 2026-06-30 当天才能关闭打分" in closed(office, cycle, sure="on")
    assert cycle.state == "open"
    hand_in(cast, cycle, june(29))
    assert "各科室都已提交，6 月 30 日起可以关闭打分" in text(office, "/")


def test_while_offices_have_time_closing_asks_first(signed_in: SignIn, cycle: Cycle, june: Clock) -> None:
    june(33)
    office = signed_in("party_officer")
    page = text(office)
    assert "3 个科室还没提交：安全科、生产科、党委工作部" in page
    assert "打分截止到 7 月 3 日，还没有过" in page
    assert "确实要现在关闭，请打勾" in closed(office, cycle)
    assert cycle.state == "open"
    assert "请送矿领导审核" in closed(office, cycle, sure="on")
    assert cycle.state == "review"


def test_when_all_have_handed_in_or_time_is_up_nothing_is_asked(
    cast: Cast, signed_in: SignIn, cycle: Cycle, june: Clock
) -> None:
    hand_in(cast, cycle, june(30))
    office = signed_in("party_officer")
    assert 'name="sure"' not in text(office)
    actions.withdraw(by=cast.system(), at=june(30), cycle=cycle, office=cast.units["SAF"])
    assert 'name="sure"' in text(office)
    june(34)
    page = text(signed_in("party_officer"))
    assert "1 个科室还没提交：安全科" in page
    assert 'name="sure"' not in page
    assert "请送矿领导审核" in closed(signed_in("party_officer"), cycle)


def test_who_had_not_handed_in_stays_on_the_page_to_the_end(
    cast: Cast, signed_in: SignIn, cycle: Cycle, june: Clock
) -> None:
    at = june(35)
    office, note = signed_in("party_officer"), "7 月 5 日关闭打分时，3 个科室没有提交：安全科、生产科、党委工作部"
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert note in text(office)
    actions.approve_cycle(by=cast.system(), at=at, cycle=cycle, minutes="第7次")
    actions.publish_cycle(by=cast.system(), at=at, cycle=cycle)
    assert note in text(office)
    actions.finalise_cycle(by=cast.system(), at=june(40), cycle=cycle)
    assert note in text(signed_in("party_officer"))


def test_linked_months_are_named_together(cast: Cast, signed_in: SignIn, cycle: Cycle, june: Clock) -> None:
    act: dict[str, Any] = {"by": cast.system(), "at": june(30), "mine": cast.mine}
    actions.load_standard(**act, pack=branch_pack(), in_force_from="2026-01")
    other = actions.open_cycle(**act, code="bra", period=Period.parse("2026-06"))
    page = text(signed_in("party_officer"))
    assert "关闭打分并计算：小标准和支部标准</button>" in page
    assert "小标准：3 个科室还没提交：安全科、生产科、党委工作部" in page
    assert "支部标准：1 个科室还没提交：党委工作部" in page
    closed(signed_in("party_officer"), cycle, sure="on")
    other.refresh_from_db()
    assert {cycle.state, other.state} == {"review"}

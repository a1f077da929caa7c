"""The cockpit: the same figures as everywhere, told against the month before and the same month of last year; fixed in its queries."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.kernel.periods import Period
from pithead.measures.actions import close_period
from pithead.measures.models import Given
from pithead.org.models import Unit
from pithead.org.testing import Cast, add_unit

Signed = Callable[[str], Client]
MOST_QUERIES = 29  # the baseline; what raises it needs a reason


@pytest.fixture(autouse=True)
def _july(at: dt.datetime) -> Iterator[None]:
    with patch.object(timezone, "now", return_value=at):
        yield


def give(cast: Cast, at: dt.datetime, unit: Unit, month: str, plan: int, done: int) -> None:
    start = Period.parse(month)
    known = {"mine": cast.mine, "unit": unit, "day": dt.date(start.year, start.number, 28), "arrived_at": at}
    for quantity, value in (("tonnes_planned", plan), ("tonnes", done)):
        Given.objects.create(quantity=quantity, value=value, given_by="调度室", staff_no="1", source="cli", **known)


def close(cast: Cast, at: dt.datetime, *months: str) -> None:
    for month in months:
        close_period(by=cast.system(), at=at, mine=cast.mine, period=Period.parse(month))


def card(page: str, code: str) -> str:
    """The words of one headline figure."""
    found = re.search(
        rf'<section class="card figure[^>]*>(?:(?!</section>).)*/measures/{re.escape(code)}/.*?</section>', page
    )
    assert found, code
    return re.sub(r"\s+", " ", re.sub(r"<svg.*?</svg>|<[^>]+>", " ", found[0])).strip()


def read(client: Client, query: str = "") -> str:
    answer = client.get(f"/cockpit/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_opens_for_those_who_see_figures_and_as_far_as_they_do(cast: Cast, signed_in: Signed) -> None:
    for member in ("worker", "hr_officer", "auditor"):
        assert signed_in(member).get("/cockpit/").status_code == 404, member
    for member in ("mine_leader", "assessor", "party_officer"):
        assert "<h1>总览" in read(signed_in(member)), member
    assert "<h1>综采一队 ·" in read(signed_in("section_head"))
    assert "<h1>综采一队党支部 ·" in read(signed_in("branch_secretary"))
    for code in ("QSY", "M1", "none"):
        assert signed_in("section_head").get(f"/cockpit/?unit={code}").status_code == 404, code
    assert "<h1>一班 ·" in read(signed_in("section_head"), "?unit=ZC1-1")


@pytest.mark.parametrize("period", ["nonsense", "2026-W20", "2026-09", "2027"])
def test_a_period_that_is_none_or_has_not_begun_is_no_page(signed_in: Signed, period: str) -> None:
    assert signed_in("mine_leader").get(f"/cockpit/?period={period}").status_code == 404


def test_a_figure_stands_beside_the_month_before_and_the_same_month_of_last_year(
    cast: Cast, at: dt.datetime, signed_in: Signed
) -> None:
    section = cast.units["ZC1"]
    for month, done in (("2025-06", 80), ("2026-05", 90), ("2026-06", 96)):
        give(cast, at, section, month, 100, done)
    close(cast, at, "2025-06", "2026-05", "2026-06")
    page = read(signed_in("mine_leader"))
    assert "2026年6月" in page
    assert card(page, "production.plan_done") == "任务完成率 96 % ↑6 个百分点 较上月 ↑16 个百分点 较去年同期"
    assert "任务完成率（%）：5月 90，6月 96" in page
    assert "去年同期没有数据" in card(page, "request.on_time")
    assert "上月没有数据" in card(read(signed_in("mine_leader"), "?period=2026-05"), "production.plan_done")


def test_months_that_were_never_closed_are_not_counted_for_the_course(
    cast: Cast, at: dt.datetime, signed_in: Signed
) -> None:
    for month in ("2026-03", "2026-04", "2026-06"):
        give(cast, at, cast.units["ZC1"], month, 100, 50)
    close(cast, at, "2026-04", "2026-06")
    page = read(signed_in("mine_leader"))
    assert "任务完成率（%）：4月 50，6月 50" in page


def test_while_nothing_is_closed_the_running_month_is_shown(cast: Cast, signed_in: Signed) -> None:
    page = read(signed_in("mine_leader"))
    assert "总览 · 2026年7月" in page
    assert "还没有过完" in page


def test_its_queries_do_not_grow_with_the_mine(cast: Cast, at: dt.datetime, signed_in: Signed) -> None:
    client = signed_in("mine_leader")

    def grow(turn: int, count: int) -> None:
        for number in range(count):
            unit = add_unit(cast.mine, "section", f"N{turn}{number}", f"新{turn}{number}队")
            for month in ("2026-05", "2026-06"):
                give(cast, at, unit, month, 100, 90 + number)

    def asked() -> int:
        read(client)
        cache.clear()
        with CaptureQueriesContext(connection) as captured:
            read(client)
        return len(captured)

    grow(1, 4)
    close(cast, at, "2026-05", "2026-06")
    first = asked()
    grow(2, 8)
    assert asked() == first
    assert first <= MOST_QUERIES


def test_every_figure_leads_to_its_own_page(cast: Cast, at: dt.datetime, signed_in: Signed) -> None:
    give(cast, at, cast.units["ZC1"], "2026-06", 100, 96)
    close(cast, at, "2026-06")
    client = signed_in("section_head")
    addresses = set(re.findall(r'href="(/measures/[^"]+)"', read(client)))
    assert "/measures/production.plan_done/2026-06/ZC1/" in addresses
    for address in addresses:
        assert client.get(address).status_code == 200, address

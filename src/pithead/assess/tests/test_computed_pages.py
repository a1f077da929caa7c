"""What the system counted, on the sheet, on the page of the month, on the standard, by the clock, and under seal."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from pithead.assess import actions, queries
from pithead.assess.actions import computing
from pithead.assess.models import Cycle, Entry, Outcome, Override, Source
from pithead.assess.testing import PUBLICITY, publish
from pithead.assess.tests.test_computed import Sums, a_month, counting_pack, figures, found  # noqa: F401  a fixture
from pithead.kernel import jobs
from pithead.kernel.periods import Period
from pithead.kernel.sealing import verify
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
SHEET, MONTH = "/sheets/small/2026-06/SAF/", "/cycles/small/2026-06/"
CELL = f"{SHEET}?unit=ZC1&item=B1"


@pytest.fixture
def june(cast: Cast, at: dt.datetime, figures: Sums) -> Cycle:  # noqa: F811
    return a_month(cast, at, counting_pack())


def count(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    actions.count_month(by=cast.actor("party_officer"), at=at, cycle=june)


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


# ── the sheet ──
def test_the_office_says_what_counts_instead_without_script(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn
) -> None:
    count(cast, june, at)
    client = signed_in("assessor")
    shown = page(client, CELL)
    assert "test.share 75%，低于 100%" in shown
    assert "不按系统算的数" in shown
    assert "/removal/" not in shown
    [key] = set(re.findall(r'name="key" value="(gauge [^"]+)"', shown))
    client.post(f"{SHEET}overriding/", {"key": key, "points": "１.5", "reason": "检修停产三天"})
    assert found(june)["ZC1", "B1.1"][0] == Decimal("1.5")
    shown = page(client, SHEET)
    assert "没有按系统算的数" in shown
    assert "检修停产三天" in shown
    client.post(f"{SHEET}overriding/", {"key": key, "points": "0", "reason": "停产一个月"})  # said again, from the list
    assert ("ZC1", "B1.1") not in found(june)
    assert Override.objects.get().points == 0


@pytest.mark.parametrize("points", ["", "很多", "1.234", "-1", "1e3", "99999"])
def test_what_is_no_number_of_points_is_told(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn, points: str
) -> None:
    count(cast, june, at)
    sent = {"key": f"gauge B1.1 {cast.units['ZC1'].pk}", "points": points, "reason": "检修"}
    said = signed_in("assessor").post(f"{SHEET}overriding/", sent, follow=True).content.decode()
    assert "请填写改为扣几分" in said
    assert not Override.objects.exists()


def test_the_sheet_names_figures_nobody_has_given(cast: Cast, june: Cycle, signed_in: SignIn) -> None:
    shown = page(signed_in("assessor"), SHEET)
    assert "没有数不扣分" in shown
    assert "通风队" in shown.partition('id="missing"')[2].partition("</p>")[0]
    assert 'id="missing"' not in page(signed_in("other_assessor"), "/sheets/small/2026-06/PRO/")


@pytest.mark.parametrize("member", ["worker", "section_head", "other_assessor", "mine_leader", "stranger"])
def test_the_door_is_not_there_for_others(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn, member: str
) -> None:
    count(cast, june, at)
    sent = {"key": f"gauge B1.1 {cast.units['ZC1'].pk}", "points": "1", "reason": "检修"}
    assert signed_in(member).post(f"{SHEET}overriding/", sent).status_code == 404
    assert not Override.objects.exists()


# ── the month ──
def test_who_runs_the_month_counts_it_by_hand(cast: Cast, june: Cycle, signed_in: SignIn) -> None:
    client = signed_in("party_officer")
    assert "重新算" in page(client, MONTH)
    said = client.post(f"{MONTH}counting/", follow=True).content.decode()
    assert "新记 2 条" in said
    assert "没有变化" in client.post(f"{MONTH}counting/", follow=True).content.decode()


@pytest.mark.parametrize("member", ["worker", "section_head", "assessor", "stranger"])
def test_others_cannot(cast: Cast, june: Cycle, signed_in: SignIn, member: str) -> None:
    assert signed_in(member).post(f"{MONTH}counting/").status_code == 404
    assert not found(june)


def test_the_clock_counts_every_month_that_has_begun_and_one_that_fails_stops_no_other(
    cast: Cast, june: Cycle, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    july, august = (
        actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse(period))
        for period in ("2026-07", "2026-08")
    )
    assert actions.count_open(at=at) == 1  # of a month that runs, nothing is judged yet that is to be reached
    assert len(found(june)) == 2
    assert not found(july)
    Entry.objects.filter(source=Source.COMPUTED, kind="deduction").delete()
    asked: list[int] = []
    plain = computing.write_counted

    def fails_first(cycle: Cycle, when: dt.datetime) -> Any:
        asked.append(cycle.pk)
        if len(asked) == 1:
            raise ValueError("broken")
        return plain(cycle, when)

    monkeypatch.setattr(computing, "write_counted", fails_first)
    with pytest.raises(RuntimeError, match="1 months were not counted, the first is small 2026-06"):
        actions.count_open(at=at)
    assert asked == [june.pk, july.pk]
    assert august.pk not in asked
    assert "assess.count" in {job.name for job in jobs.registered()}


def test_what_is_to_be_reached_waits_for_the_end_of_the_month(cast: Cast, june: Cycle) -> None:
    assert queries.counted(june, june.ends_on - dt.timedelta(days=1)).proposals == ()
    assert len(queries.counted(june, june.ends_on).proposals) == 2


# ── results ──
def test_who_may_see_the_figure_is_led_from_the_reason_to_it(
    cast: Cast, june: Cycle, at: dt.datetime, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pithead.assess.queries import whys

    publish(june, by=cast.system(), at=at)
    monkeypatch.setattr(whys, "figure_page", lambda *named: f"/measures/{'/'.join(named)}/")
    assert "/measures/test.share/2026-06/ZC1/" in page(signed_in("party_officer"), "/results/small/2026-06/ZC1/")
    assert "test.share 75%" in page(signed_in("worker"), "/results/small/2026-06/ZC1/")
    keys = [f"gauge B1.1 {cast.units['ZC1'].pk}"]
    assert queries.seen_figures(cast.actor("stranger"), june, keys) == {}


def test_the_standard_says_where_each_figure_comes_from(cast: Cast, june: Cycle, signed_in: SignIn) -> None:
    shown = page(signed_in("worker"), "/standards/small/1/")
    assert "取自指标：" in shown
    assert "test.share" in shown
    assert "取自闭环：事故，系统直接记" in shown
    assert "等接入" not in shown


def test_what_waits_for_a_source_says_so(cast: Cast, at: dt.datetime, figures: Sums, signed_in: SignIn) -> None:  # noqa: F811
    pack = counting_pack()
    pack["dimensions"][0]["items"][0]["clauses"][0]["automation"] = "A"
    a_month(cast, at, pack)
    assert page(signed_in("worker"), "/standards/small/1/").count("等接入：现由科室人工评定或导入") == 1


# ── under seal ──
def test_a_whole_month_with_computed_entries_and_an_override_stays_as_it_was_sealed(
    cast: Cast,
    june: Cycle,
    at: dt.datetime,
    figures: Sums,  # noqa: F811
) -> None:
    by, safety = cast.actor("assessor"), cast.units["SAF"]
    count(cast, june, at)
    actions.submit(by=by, at=at, cycle=june, office=safety)
    key = f"gauge B1.1 {cast.units['ZC1'].pk}"
    actions.override(by=by, at=at, cycle=june, office=safety, key=key, points=Decimal(2), reason="检修停产")
    figures["M1-1"] = (1, 4)
    publish(june, by=cast.system(), at=at)
    assert not verify("QSY").faults
    entry = Entry.objects.get(cycle=june, key=f"gauge B1.1 {cast.units['M1'].pk}")
    appeal = actions.make_appeal(by=cast.system(), at=at, entry=entry, text="计划调减过")
    actions.answer_appeal(by=by, at=at, appeal=appeal, answer="请裁定")
    appeal.refresh_from_db()
    later = at + dt.timedelta(hours=1)
    actions.decide_appeal(
        by=cast.actor("mine_leader"), at=later, appeal=appeal, outcome=Outcome.UPHELD, decision="计划确已调减"
    )
    june.refresh_from_db()
    actions.publish_cycle(by=cast.system(), at=later, cycle=june)
    actions.finalise_cycle(by=cast.system(), at=later + PUBLICITY, cycle=june)
    assert not verify("QSY").faults
    Entry.objects.filter(key=key).update(points=1)
    assert verify("QSY").faults

"""The list of measures, one figure down to its records, months closed and opened again: what pages say, and to whom."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pithead.kernel.periods import Period
from pithead.measures.actions import FigureDraft, close_period, correct_figure, give_figures
from pithead.measures.models import Closing, Given
from pithead.measures.registry import Reading, readers
from pithead.org.testing import MEMBERS, STRANGER, Cast, add_unit

SignIn = Callable[[str], Client]
JUNE = Period.parse("2026-06")
TONNES = "/measures/production.tonnes/"
# Who sees the figures of which units; the stranger sees those of the mine next door.
REACH = {
    "crew_leader": {"ZC1-1"},
    "section_head": {"ZC1", "ZC1-1", "ZC1-2"},
    "section_clerk": {"ZC1", "ZC1-1", "ZC1-2"},
    "branch_secretary": {"ZC1", "ZC1-1", "ZC1-2", "ZB1"},
    "liaison_officer": {"ZC1", "ZC1-1", "ZC1-2"},
    **dict.fromkeys(("assessor", "other_assessor", "party_officer", "mine_leader"), None),
}
UNITS = ("QSY", "ZC1", "ZC1-1", "ZC1-2", "M1", "TF", "SAF", "ZB1")


@pytest.fixture(autouse=True)
def now(at: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)


@pytest.fixture(autouse=True)
def told(cast: Cast, at: dt.datetime) -> None:
    rows = [
        ("ZC1-1", "2026-06-03", 500),
        ("ZC1-2", "2026-06-04", 300),
        ("M1", "2026-06-03", 70),
        ("ZC1", "2026-05-03", 600),
    ]
    give(cast, at, *rows)


def give(cast: Cast, at: dt.datetime, *rows: tuple[str, str, int]) -> None:
    drafts = [FigureDraft("tonnes", cast.units[unit], Period.parse(on), Decimal(value)) for unit, on, value in rows]
    give_figures(by=cast.system(), at=at, mine=cast.mine, drafts=drafts)


def shown(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


@pytest.mark.parametrize("member", [*MEMBERS, STRANGER])
def test_everybody_sees_the_figures_in_reach_and_no_others(signed_in: SignIn, member: str) -> None:
    client = signed_in(member)
    found = {unit for unit in UNITS if client.get(f"{TONNES}2026-06/{unit}/").status_code == 200}
    wanted = REACH.get(member, set())
    assert found == (set(UNITS) if wanted is None else wanted)
    files = {
        unit for unit in UNITS if client.get(f"/measures/file/production.tonnes/2026-06/{unit}/").status_code == 200
    }
    assert files == found
    assert client.get("/measures/").status_code == (200 if found or member == STRANGER else 404)


def test_without_a_unit_one_begins_at_the_top_of_ones_reach(signed_in: SignIn) -> None:
    tops = {
        "party_officer": "青石峪煤矿",
        "section_head": "综采一队",
        "branch_secretary": "综采一队",
        "crew_leader": "一班",
    }
    for member, name in tops.items():
        assert signed_in(member).get(f"{TONNES}2026-06/").context["drill"].unit.name == name


def test_one_figure_with_its_past_its_parts_and_its_records(signed_in: SignIn) -> None:
    page = signed_in("section_head").get(f"{TONNES}2026-06/ZC1/").context
    drill = page["drill"]
    assert drill.words == "800"
    assert [(one.label, one.words, one.change, one.tone) for one in drill.before] == [
        ("上月", "600", "+200", "up"),
        ("去年同期", "—", "", ""),
    ]
    assert [(line.unit.code, line.words) for line in drill.below] == [("ZC1-1", "500"), ("ZC1-2", "300")]
    assert (drill.rest, [month.words for month in drill.months][4:]) == (None, ["600", "800", "—"])
    assert [one.line.text for one in page["records"].lines] == ["二班 实际产量 300 吨", "一班 实际产量 500 吨"]
    may = signed_in("section_head").get(f"{TONNES}2026-05/ZC1/").context["drill"]
    assert may.rest is not None, "what the section gave itself is of no crew"
    assert may.rest.words == "600"


def test_rows_one_may_not_open_are_counted_and_not_shown(cast: Cast, at: dt.datetime, signed_in: SignIn) -> None:
    """A crew was closed and became another: what it did before counts for the heir, and stays the other section's."""
    old = add_unit(cast.units["M1"], "crew", "M1-9", "老班", closed_on=dt.date(2026, 6, 20))
    add_unit(cast.units["ZC1"], "crew", "ZC1-9", "新班", predecessor=old)
    cast.units["M1-9"] = old
    give(cast, at, ("M1-9", "2026-06-10", 40))
    client = signed_in("section_head")
    page, text = client.get(f"{TONNES}2026-06/ZC1/").context, shown(client, f"{TONNES}2026-06/ZC1/")
    assert (page["drill"].words, page["records"].total, page["records"].hidden) == ("840", 3, 1)
    assert "另有 1 条您无权查看" in text
    assert "老班并入新班" in text
    assert "老班 实际产量" not in text
    assert "老班 实际产量" in shown(signed_in("party_officer"), f"{TONNES}2026-06/ZC1/")


def test_what_arrives_after_closing_is_shown_as_late(cast: Cast, at: dt.datetime, signed_in: SignIn) -> None:
    client = signed_in("party_officer")
    close_period(by=cast.system(), at=at, mine=cast.mine, period=JUNE)
    assert "到账晚" not in shown(client, f"{TONNES}2026-06/ZC1/")
    given = Given.objects.get(unit=cast.units["ZC1-1"])
    late = at + dt.timedelta(hours=1)
    correct_figure(by=cast.system(), at=late, given=given, value=Decimal(510), reason="过磅单补报")
    page = client.get(f"{TONNES}2026-06/ZC1/").context
    assert (page["drill"].words, page["drill"].now) == ("800", "810")
    assert [(line.unit.code, line.words, line.now) for line in page["drill"].below] == [
        ("ZC1-1", "500", "510"),
        ("ZC1-2", "300", ""),
    ]
    assert [one.late for one in page["records"].lines] == [False, True]
    assert "2026-07-06 09:00 截止" in shown(client, f"{TONNES}2026-06/ZC1/")


def test_a_month_that_is_not_over_is_neither_better_nor_worse(signed_in: SignIn) -> None:
    client = signed_in("party_officer")
    assert client.get(f"{TONNES}2026-07/").context["drill"].running
    assert "还没有过完" in shown(client, f"{TONNES}2026-07/")
    assert "还没有过完" not in shown(client, f"{TONNES}2026-06/")


def test_a_ratio_of_two_measures_leads_to_both(signed_in: SignIn) -> None:
    text = shown(signed_in("party_officer"), "/measures/violation.per_thousand_shifts/2026-06/ZC1/")
    assert reverse("measures:figure", args=["violation.all", "2026-06", "ZC1"]) in text or "两样都没有" in text


@pytest.mark.parametrize(
    "period, words",
    [
        ("2026-13", "不是有效的周期"),
        ("2026-06-05", "请换成它所在的月"),
        ("2026-08", "还没有到"),
        ("nonsense", "不是有效的周期"),
    ],
)
def test_a_period_that_cannot_be_shown_is_explained(signed_in: SignIn, period: str, words: str) -> None:
    client = signed_in("mine_leader")
    assert words in shown(client, f"{TONNES}{period}/", 422)
    assert client.get(f"/measures/file/production.tonnes/{period}/").status_code == 404


@pytest.mark.parametrize("code", ["production.gold", "record.count:nothing", "nobody:else", "record.count"])
def test_there_are_no_other_measures(signed_in: SignIn, code: str) -> None:
    assert signed_in("mine_leader").get(f"/measures/{code}/2026-06/").status_code == 404


def test_long_lists_go_on_where_they_stopped(cast: Cast, at: dt.datetime, signed_in: SignIn) -> None:
    give(cast, at, *(("TF", f"2026-{month:02d}-{day:02d}", 1) for month in (5, 6) for day in range(1, 31)))
    client, key, found = signed_in("mine_leader"), "", []
    while True:
        page = client.get(f"{TONNES}2026-Q2/TF/", {"after": key} if key else {}).context["records"]
        found += [one.line.day for one in page.lines]
        key = page.next_key
        if not key:
            break
    assert found == sorted(set(found), reverse=True)
    assert len(found) == page.total == 60
    for broken in ("2026-06/nonsense", "2026-06/999999", "x/1", "2031-01/1"):
        assert len(client.get(f"{TONNES}2026-Q2/TF/", {"after": broken}).context["records"].lines) == 50


def test_the_list_says_how_each_is_counted_and_who_reads_it(signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"production.tonnes": [Reading("单项考核 A1 任务", "/standards/")]}
    monkeypatch.setattr("pithead.measures.queries.listing.readers", [*readers, lambda _: told])
    text = shown(signed_in("section_head"), "/measures/")
    for words in ("production.tonnes", "以调度日报为准", "单项考核 A1 任务", "外来数据", "闭环", "履责", "指标 每千工"):
        assert words in text, words


def test_a_year_by_unit_and_month_as_a_table(signed_in: SignIn) -> None:
    response = signed_in("section_head").get("/measures/file/production.tonnes/2026-06/ZC1/")
    rows = list(csv.reader(io.StringIO(response.content.decode().removeprefix("\ufeff"))))
    assert rows[0][:3] == ["单位", "代码", "2026年1月"]
    assert rows[0][-2:] == ["2026年7月", "2026年"]
    assert [(row[0], row[6:]) for row in rows[1:]] == [
        ("综采一队", ["600", "800", "", "1400"]),
        ("综采一队/一班", ["", "500", "", "500"]),
        ("二班", ["", "300", "", "300"]),
    ]


def test_a_figure_costs_the_same_whatever_the_mine_has(cast: Cast, at: dt.datetime, signed_in: SignIn) -> None:
    client = signed_in("party_officer")

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            shown(client, address)
        return sum("django_session" not in one["sql"] and "SAVEPOINT" not in one["sql"] for one in queries)

    addresses = ("/measures/", f"{TONNES}2026-06/", f"{TONNES}2026-Q2/ZC1/", "/measures/closing/")
    before = [asked(address) for address in addresses]
    for number in range(12):
        unit = add_unit(cast.mine, "section", f"N{number}", f"新{number}队")
        cast.units[unit.code] = unit
        give(cast, at, (unit.code, "2026-06-05", 10))
    assert [asked(address) for address in addresses] == before


# ── closing ──
def test_a_month_is_closed_and_opened_again_with_a_reason(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in("party_officer")
    assert "没有关账" in shown(client, "/measures/closing/")
    assert client.post("/measures/closing/2026-06/").status_code == 302
    assert Closing.objects.get(period="2026-06").closed_by == "周全"
    assert "2026-07-06 09:00" in shown(client, "/measures/closing/")
    assert client.post("/measures/closing/2026-06/").status_code == 422
    assert client.post("/measures/closing/2026-06/", {"reason": "  "}).status_code == 422
    assert Closing.objects.filter(period="2026-06").exists()
    assert client.post("/measures/closing/2026-06/", {"reason": "补报产量"}).status_code == 302
    assert not Closing.objects.exists()


def test_what_cannot_be_closed_is_said(signed_in: SignIn) -> None:
    client = signed_in("party_officer")
    assert "还没有过完" in shown(client, "/measures/closing/2026-07/")
    assert client.post("/measures/closing/2026-07/").status_code == 422
    for period in ("2026-Q2", "2026-13", "x"):
        assert client.get(f"/measures/closing/{period}/").status_code == 404


def test_others_see_what_is_closed_and_close_nothing(signed_in: SignIn) -> None:
    for member in ("section_head", "mine_leader", "assessor"):
        assert "2026-06" not in shown(signed_in(member), "/measures/closing/")
        assert signed_in(member).post("/measures/closing/2026-06/").status_code == 404
    assert not Closing.objects.exists()


def test_a_branch_shows_whom_it_serves(cast: Cast, signed_in: SignIn) -> None:
    drill = signed_in("branch_secretary").get(f"{TONNES}2026-06/ZB1/").context["drill"]
    assert [(line.unit.code, line.words) for line in drill.below] == [("ZC1", "800")]
    assert (drill.words, drill.rest) == ("800", None)

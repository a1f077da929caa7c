"""The sheet's page, its door for typing and pasting, and forms that have been overtaken."""

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.assess import actions
from pithead.assess.models import Cycle, Entry
from pithead.assess.testing import draft, issue_small_standard
from pithead.assess.views.cells import MOST_BYTES, MOST_CELLS
from pithead.kernel.periods import Period
from pithead.org.models import Specialty, UnitKind
from pithead.org.testing import Cast, add_unit

SignIn = Callable[[str], Client]
SHEET = "/sheets/small/2026-06/SAF/"
EMPTY = "-"


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def cell(
    unit: str = "ZC1", item: str = "B1", figure: str | None = "38", seen: str = EMPTY, **more: Any
) -> dict[str, Any]:
    return {"unit": unit, "item": item, "figure": figure, "seen": seen} | more


def send(client: Client, *cells: dict[str, Any]) -> HttpResponse:
    return client.post(f"{SHEET}cells/", json.dumps({"cells": cells}), content_type="application/json")


def test_a_typed_figure_is_answered_with_the_new_state(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    answer = send(client, cell()).json()
    [now] = answer["cells"]
    assert (now["state"], now["text"], now["value"], now["own"], now["bare"]) == ("cut", "38", "38", 1, True)
    assert answer["means"]["B1"] == "39.33"
    assert answer["bare"] == [{"unit": "ZC1", "item": "B1", "where": "综采一队 B1"}]
    [before] = answer["before"]
    assert before == {"unit": "ZC1", "item": "B1", "figure": "40", "reason": "", "evidence": "", "found_on": None}
    assert re.fullmatch(r"\d\d:\d\d", answer["saved_at"])
    again = send(client, cell(figure="", seen=now["seen"])).json()
    assert again["cells"][0]["seen"] == EMPTY
    assert again["bare"] == []


def test_a_conflict_says_who_and_gives_what_there_is_now(signed_in: SignIn, cycle: Cycle) -> None:
    send(signed_in("assessor"), cell(reason="支护滞后"))
    answer = send(signed_in("party_officer"), cell(figure="37"))
    assert answer.status_code == 409
    said = answer.json()
    assert "安平" in said["conflicts"][0]["message"]
    assert said["conflicts"][0]["where"] == "综采一队 B1"
    assert said["cells"][0]["value"] == "38"
    mine = send(signed_in("party_officer"), cell(figure="37", seen=said["cells"][0]["seen"]))
    assert mine.status_code == 200


def test_a_refusal_names_every_bad_cell(signed_in: SignIn, cycle: Cycle) -> None:
    answer = send(signed_in("assessor"), cell(row=1), cell("M1", figure="41", row=2), cell("TF", figure="x", row=3))
    assert answer.status_code == 422
    assert [(one["unit"], one["where"]) for one in answer.json()["reasons"]] == [
        ("M1", "第 2 行 煤一队 B1"),
        ("TF", "第 3 行 通风队 B1"),
    ]
    assert not Entry.objects.filter(kind="deduction").exists()
    signed_in("assessor").post(f"{SHEET}submission/")
    assert "请先撤回提交" in send(signed_in("assessor"), cell()).json()["reasons"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "[]",
        "{}",
        '{"cells": []}',
        '{"cells": {}}',
        '{"cells": [1]}',
        '{"cells": [{}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1"}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1", "seen": null}]}',
        '{"cells": [{"unit": 1, "item": "B1", "seen": "-"}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1", "seen": "-", "figure": 38}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1", "seen": "-", "row": "2"}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1", "seen": "-", "row": -1}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1", "seen": "-", "found_on": "6 月"}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1", "seen": "-", "figure": "38", "reason": "a\\u0000b"}]}',
        '{"cells": [{"unit": "ZC1", "item": "B1", "seen": "-", "figure": "38", "reason": "\\ud800"}]}',
        '{"cells": ' + "[" * 50_000,
        json.dumps({"cells": [{"unit": "ZC1", "item": "B1", "seen": "-", "reason": "长" * 1001}]}),
        json.dumps({"cells": [{"unit": "ZC1", "item": "B1", "seen": "-"}] * (MOST_CELLS + 1)}),
    ],
)
def test_what_no_sheet_sends_is_refused(signed_in: SignIn, cycle: Cycle, body: str) -> None:
    answer = signed_in("assessor").post(f"{SHEET}cells/", body, content_type="application/json")
    assert answer.status_code == 400
    assert "请刷新页面" in answer.json()["reasons"][0]["message"]
    assert not Entry.objects.filter(kind="deduction").exists()


def test_a_form_is_not_what_a_sheet_sends(signed_in: SignIn, cycle: Cycle) -> None:
    for sent in ({"cells": "x"}, {"cells": json.dumps({"cells": [cell()]})}):
        assert signed_in("assessor").post(f"{SHEET}cells/", sent).status_code == 400
    assert not Entry.objects.filter(kind="deduction").exists()


def test_a_request_has_bounds(signed_in: SignIn, cycle: Cycle) -> None:
    answer = signed_in("assessor").post(f"{SHEET}cells/", " " * (MOST_BYTES + 1), content_type="application/json")
    assert answer.status_code == 413
    body = json.dumps({"cells": [cell()]})
    odd = signed_in("assessor").post(f"{SHEET}cells/", body, content_type="application/json", CONTENT_LENGTH="abc")
    assert odd.status_code == 400


def test_the_door_asks_for_the_page_s_own_token(cast: Cast, cycle: Cycle) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.account("assessor"))
    assert send(client, cell()).status_code == 403
    page = client.get(SHEET).content.decode()
    [token] = re.findall(r'data-token="(\w+)"', page)
    body = json.dumps({"cells": [cell()]})
    answer = client.post(f"{SHEET}cells/", body, content_type="application/json", headers={"X-CSRFToken": token})
    assert answer.status_code == 200


@pytest.mark.parametrize("member", ["worker", "mine_leader", "other_assessor", "stranger"])
def test_nobody_else_finds_the_door(signed_in: SignIn, cycle: Cycle, member: str) -> None:
    assert send(signed_in(member), cell()).status_code == 404


# ── the page ──
def test_the_sheet_shows_what_wants_a_reason_and_is_not_handed_in_before(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    assert "data-bare hidden" in client.get(SHEET).content.decode()
    send(client, cell(), cell("M1", "B2", "缺"))
    page = client.get(SHEET).content.decode()
    assert "<b data-count>2</b> 格没有写原因，提交前请补上" in page
    assert '<td class="cut bare"' in page
    answer = client.post(f"{SHEET}submission/", follow=True).content.decode()
    assert "2 格没有写原因，还不能提交：综采一队 B1、煤一队 B2" in answer
    panel = client.get(f"{SHEET}?unit=ZC1&item=B1").content.decode()
    assert "没写原因" in panel
    assert ">写原因</a>" in panel


def test_the_panel_comes_alone_when_the_grid_asks(signed_in: SignIn, cycle: Cycle) -> None:
    part = signed_in("assessor").get(f"{SHEET}?unit=ZC1&item=B1", headers={"X-Part": "panel"}).content.decode()
    assert part.startswith('<section class="card span-4')
    assert "data-sheet" not in part


def test_a_crew_is_called_by_a_name_that_no_other_bears(signed_in: SignIn, cast: Cast, at: dt.datetime) -> None:
    issue_small_standard(cast, at, subject="crew")
    actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    sent = {"unit": "ZC1-1", "item": "B1", "kind": "deduction", "points": "1", "reason": "支护滞后"}
    answer = signed_in("assessor").post(f"{SHEET}entries/", sent, follow=True)
    assert "已记：综采一队/一班 B1" in answer.content.decode()


def test_a_sheet_that_is_handed_in_takes_no_typing(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    assert "data-url=" in client.get(SHEET).content.decode()
    client.post(f"{SHEET}submission/")
    assert "data-url=" not in client.get(SHEET).content.decode()


# ── forms that have been overtaken ──
def overtaken(signed_in: SignIn, cast: Cast, cycle: Cycle, at: dt.datetime) -> tuple[Entry, str]:
    """The entry, and what its form had seen before somebody else changed it."""
    found = draft(cycle.standard, cast.units["ZC1"], "B1", "2", reason="支护滞后")
    [entry] = actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[found])
    page = signed_in("assessor").get(f"{SHEET}entries/{entry.pk}/").content.decode()
    [seen] = re.findall(r'name="seen" value="([^"]+)"', page)
    other = {"points": "3", "reason": "支护滞后 2 处", "kind": "deduction", "seen": seen}
    assert signed_in("party_officer").post(f"{SHEET}entries/{entry.pk}/", other).status_code == 302
    return entry, seen


def test_a_stale_form_shows_both_and_saves_only_when_it_is_meant(
    signed_in: SignIn, cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    entry, seen = overtaken(signed_in, cast, cycle, at)
    client, mine = signed_in("assessor"), {"points": "1", "reason": "支护稍有滞后", "kind": "deduction"}
    answer = client.post(f"{SHEET}entries/{entry.pk}/", mine | {"seen": seen})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "周全" in page
    assert "现在是 37 分（扣 3：支护滞后 2 处），您填的是：1 分：支护稍有滞后" in page
    assert "用我的" in page
    assert str(Entry.objects.get(pk=entry.pk).points) == "3.00"
    assert client.post(f"{SHEET}entries/{entry.pk}/", mine | {"seen": seen, "points": "x"}).status_code == 422
    [fresh] = re.findall(r'name="seen" value="([^"]+)"', page)
    assert client.post(f"{SHEET}entries/{entry.pk}/", mine | {"seen": fresh}).status_code == 302
    assert str(Entry.objects.get(pk=entry.pk).points) == "1.00"


def test_a_form_with_a_slip_does_not_forget_what_it_had_seen(
    signed_in: SignIn, cast: Cast, cycle: Cycle, at: dt.datetime
) -> None:
    entry, seen = overtaken(signed_in, cast, cycle, at)
    page = signed_in("assessor").post(f"{SHEET}entries/{entry.pk}/", {"points": "x", "reason": "", "seen": seen})
    assert f'name="seen" value="{seen}"' in page.content.decode()


def test_a_stale_removal_takes_nothing_away(signed_in: SignIn, cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    entry, seen = overtaken(signed_in, cast, cycle, at)
    client = signed_in("assessor")
    page = client.post(f"{SHEET}entries/{entry.pk}/removal/", {"seen": seen}, follow=True).content.decode()
    assert "改过这一格，现在是 37 分" in page
    [fresh] = re.findall(r'name="seen" value="([^"]+)"', page)
    client.post(f"{SHEET}entries/{entry.pk}/removal/", {"seen": fresh})
    assert not Entry.objects.filter(pk=entry.pk).exists()


# ── cost ──
@pytest.mark.parametrize(("what", "most"), [("page", 16), ("cells", 36)])
def test_a_sheet_costs_the_same_for_a_mine_many_times_as_large(
    cast: Cast, at: dt.datetime, signed_in: SignIn, what: str, most: int
) -> None:
    issue_small_standard(cast, at)
    client, counts = signed_in("assessor"), []
    for period in ("2026-05", "2026-06"):
        by = cast.system()
        cycle = actions.open_cycle(by=by, at=at, mine=cast.mine, code="small", period=Period.parse(period))
        units = [participant.unit for participant in cycle.participants.select_related("unit")]
        actions.add_entries(
            by=by, at=at, cycle=cycle, drafts=[draft(cycle.standard, unit, "B1", "1") for unit in units]
        )
        page = f"/sheets/small/{period}/SAF/"
        client.get(page)
        body = json.dumps({"cells": [cell(unit.code, "B2", "19") for unit in units if unit.code != "TF"]})
        with CaptureQueriesContext(connection) as queries:
            if what == "page":
                assert client.get(page).status_code == 200
            else:
                assert client.post(f"{page}cells/", body, content_type="application/json").status_code == 200
        counts.append(len(queries))
        for number in range(30):
            add_unit(cast.mine, UnitKind.SECTION, f"X{period}{number}", f"掘进{number}队", Specialty.TUNNELLING)
    assert counts[0] == counts[1] <= most, counts

"""The pages of figures from outside: what is waited for, tables, entering, history, importing, what a mine sets, keys."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.kernel import workbooks
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.measures.actions import FigureDraft, give_figures, issue_key, revoke_key, set_quantity
from pithead.measures.models import ApiKey, Given
from pithead.measures.quantities import Quantity, standard
from pithead.measures.queries.keys import key_of
from pithead.measures.queries.quantities import quantities_of
from pithead.measures.tests.tables import table
from pithead.org.testing import Cast, add_unit

SignedIn = Callable[[str], Client]


def give(cast: Cast, at: dt.datetime, *rows: tuple[str, str, str, object]) -> None:
    drafts = [
        FigureDraft(code, cast.units[unit], Period.parse(on), Decimal(str(value))) for code, unit, on, value in rows
    ]
    give_figures(by=cast.system(), at=at, mine=cast.mine, drafts=drafts)


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_an_office_sees_what_it_still_owes_first(cast: Cast, at: dt.datetime, signed_in: SignedIn) -> None:
    give(cast, at, ("check_score", "ZC1", "2026-06", 91))
    text = shown(signed_in("assessor"), "/figures/?period=2026-06")
    assert text.index("<h2>安全科") < text.index("<h2>生产科")
    assert re.search(r"标准化检查得分.*?1 / 3.*?煤一队、通风队", text, re.DOTALL)
    assert "on=2026-06" in text


def test_waiting_costs_the_same_whatever_the_mine_has(cast: Cast, at: dt.datetime, signed_in: SignedIn) -> None:
    client = signed_in("party_officer")

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as told:
            shown(client, address)
        return len(told)

    addresses = (
        "/figures/?period=2026-06",
        "/figures/table/?quantity=tonnes&period=2026-06",
        "/figures/enter/?quantity=tonnes",
    )
    give(cast, at, ("tonnes", "ZC1-1", "2026-06-03", 5))
    shown(client, "/figures/")  # the first page of a session writes
    before = [queries(address) for address in addresses]
    for number in range(5):
        unit = cast.units[f"N{number}"] = add_unit(cast.mine, "section", f"N{number}", f"新{number}队", "extraction")
        give(cast, at, ("tonnes", unit.code, "2026-06-03.1", 5), ("tonnes", unit.code, "2026-06-03.2", 5))
    assert [queries(address) for address in addresses] == before


def test_a_table_shows_days_shifts_and_what_was_changed(cast: Cast, at: dt.datetime, signed_in: SignedIn) -> None:
    give(cast, at, ("tonnes", "ZC1", "2026-06-03.1", 400), ("tonnes", "ZC1", "2026-06-03.2", 500.5))
    text = shown(signed_in("section_head"), "/figures/table/?quantity=tonnes&period=2026-06")
    found = re.search(r'href="(/figures/\d+/)">900.5<', text)
    assert found
    assert re.search(r"2班</a>.*?500.5 吨", shown(signed_in("section_head"), found[1]), re.DOTALL)
    assert "30日" in text
    assert (
        "综采一队"
        not in shown(signed_in("crew_leader"), "/figures/table/?quantity=tonnes&period=2026-06").split("<main")[1]
    )
    year = shown(signed_in("party_officer"), "/figures/table/?quantity=check_score&period=2026-06")
    assert "2026年" in year
    assert "12月" in year


def test_what_is_typed_stands_and_a_change_asks_for_its_reason(cast: Cast, signed_in: SignedIn) -> None:
    client, address = signed_in("assessor"), "/figures/enter/?quantity=check_score&on=2026-05"
    field = f"unit-{cast.units['ZC1'].pk}"
    assert client.post(address, {field: "90", f"unit-{cast.units['M1'].pk}": ""}).status_code == 302
    assert Given.objects.get().value == 90
    response = client.post(address, {field: "92"})
    assert (response.status_code, "写明原因" in response.content.decode()) == (422, True)
    assert client.post(address, {field: "92", "reason": "算错了"}).status_code == 302
    assert [row.value for row in Given.objects.order_by("turn")] == [90, 92]
    assert 'value="92"' in shown(client, address)
    assert client.post(address, {field: "92"}).status_code == 302, "the same again is nothing"
    assert client.get("/figures/enter/?quantity=rework").status_code == 404, "of another office"


def test_the_history_shows_every_turn_and_takes_back(cast: Cast, at: dt.datetime, signed_in: SignedIn) -> None:
    give(cast, at, ("check_score", "ZC1-1", "2026-06", 90))
    address = f"/figures/{Given.objects.get().pk}/"
    assert signed_in("other_assessor").post(address, {"to-value": 1, "to-reason": "x"}).status_code == 302, (
        "PRO enters it, too"
    )
    client = signed_in("assessor")
    assert client.post(address, {"to-value": "95"}).status_code == 422
    assert client.post(address, {"take_back": "1", "back-reason": "录错了队"}).status_code == 302
    text = shown(client, address)
    assert "撤回" in text
    assert "录错了队" in text
    assert not Given.objects.current().exists()
    assert "更正</h2>" not in shown(signed_in("crew_leader"), address)
    assert signed_in("crew_leader").post(address, {"to-value": 1, "to-reason": "x"}).status_code == 403
    assert signed_in("stranger").get(address).status_code == 404


def test_a_table_is_uploaded_looked_at_confirmed_and_overwrites_when_asked(
    cast: Cast, at: dt.datetime, signed_in: SignedIn
) -> None:
    give(cast, at, ("check_score", "ZC1", "2026-06", 90))
    client = signed_in("assessor")
    file = table(
        ("月份", "单位", "检查得分"), ("2026-06", "综采一队", 92), ("2026-06", "煤一队", 88), ("2026-06", "九队", 1)
    )
    kept = client.post("/figures/import/", {"file": SimpleUploadedFile("六月.xlsx", file)})["Location"]
    text = shown(client, kept)
    assert "和已录的不一样" in text
    assert "覆盖已录的数，再看一遍" in text
    back = client.get(f"{kept}failed/?overwrite=1").getvalue()
    assert workbooks.read(back, name="x.xlsx").sheets[0].rows[1][1] == "九队"
    assert client.post(kept, {"keep_good": "1", "overwrite": "1"}).status_code == 302
    assert "更正 1 个" in shown(client, kept)
    assert sorted(Given.objects.current().values_list("value", flat=True)) == [88, 92]
    assert signed_in("other_assessor").get(kept).status_code == 404, "somebody else's upload"
    assert client.post("/figures/import/", {"file": SimpleUploadedFile("a.xlsx", b"x")}).status_code == 200


def test_the_empty_table_is_the_offices_own_and_comes_back_filled(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in("party_officer")
    book = workbooks.read(client.get("/figures/import/template/").getvalue(), name="x.xlsx")
    heading = book.sheets[0].rows[0]
    assert (heading[0], heading[1], "验收工程（个）" in heading) == ("月份", "单位", True)
    rows = [list(row) for row in book.sheets[0].rows]
    rows[1][heading.index("标准化检查得分（分）")] = 91
    sent = SimpleUploadedFile("月.xlsx", table([str(one) for one in rows[0]], *rows[1:]))
    kept = client.post("/figures/import/", {"file": sent})["Location"]
    client.post(kept)
    assert Given.objects.get().value == 91
    assert (
        "班次"
        in workbooks.read(client.get("/figures/import/template/?every=day").getvalue(), name="x").sheets[0].rows[0]
    )
    assert signed_in("assessor").get("/figures/import/template/?every=day").status_code == 404


# ── what a mine sets ──
def test_a_mine_renames_a_figure_gives_it_to_another_office_and_reads_it_by_its_name(
    cast: Cast, at: dt.datetime, signed_in: SignedIn
) -> None:
    client = signed_in("party_officer")
    said = {"label": "失爆处", "every": "month", "offices": ["SAF"], "about": ["section"], "headings": "失爆数、防爆"}
    assert client.post("/figures/quantities/equipment_unsafe/", said | {"in_use": "on"}).status_code == 302
    found = quantities_of(cast.mine)["equipment_unsafe"]
    assert (found.label, found.offices, found.headings, found.unit) == ("失爆处", ("SAF",), ("失爆数", "防爆"), "处")
    assert quantities_of(cast.other_mine)["equipment_unsafe"] == standard()["equipment_unsafe"]
    assert "失爆处" in shown(signed_in("assessor"), "/figures/?period=2026-06")
    text = client.post("/figures/quantities/rework/", said).content.decode()
    assert "已经是" in text


def test_a_mines_own_figure_is_entered_like_the_others(cast: Cast, at: dt.datetime, signed_in: SignedIn) -> None:
    said = {
        "label": "水质化验",
        "unit": "次",
        "places": "0",
        "every": "month",
        "offices": ["PRO"],
        "about": ["section"],
    }
    response = signed_in("party_officer").post(
        "/figures/quantities/new/", said | {"definition": "每月化验。", "in_use": "on"}
    )
    assert response.status_code == 302
    give(cast, at, ("own-1", "ZC1", "2026-06", 4))
    assert "水质化验" in shown(signed_in("other_assessor"), "/figures/table/?quantity=own-1")
    own = quantities_of(cast.mine)["own-1"]
    with pytest.raises(Refused, match="已经录过数"):
        set_quantity(
            by=cast.actor("party_officer"), at=at, mine=cast.mine, quantity=Quantity(**{**vars(own), "unit": "瓶"})
        )


# ── keys ──
def test_a_key_is_shown_once_and_revoked_for_good(cast: Cast, at: dt.datetime, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    text = client.post("/figures/keys/", {"name": "调度系统", "office": cast.units["PRO"].pk}).content.decode()
    found = re.search(r"pit_[\w-]{40,}", text)
    assert found
    assert found[0] not in shown(client, "/figures/keys/")
    key = key_of(found[0])
    assert key is not None
    assert found[0] not in str(ApiKey.objects.values().get())
    assert "在用的密钥" in client.post("/figures/keys/", {"name": "调度系统"}).content.decode()
    assert client.post(f"/figures/keys/{key.pk}/revoke/").status_code == 302
    assert key_of(found[0]) is None
    revoke_key(by=cast.actor("party_officer"), at=at, key=key)
    assert ApiKey.objects.get().revoked_by == "管得宽"
    for name, office in ((" ", None), ("甲", cast.units["ZC1"])):
        with pytest.raises(Refused):
            issue_key(by=cast.system(), at=at, mine=cast.mine, name=name, office=office)

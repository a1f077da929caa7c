"""Drafts in the browser: every part is edited by plain forms, issued with what changes before the eyes."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.assess import actions
from pithead.assess.contents import Content
from pithead.assess.models import Standard, StandardState
from pithead.assess.queries import content_of
from pithead.assess.rubrics import rubric_book
from pithead.assess.testing import draft as entry
from pithead.assess.testing import issue_small_standard, settle, small_pack
from pithead.kernel.periods import Period
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
DRAFT = "/standards/small/2/"
FIELD = re.compile(
    r'<(?:input type="(?P<type>\w+)" name="(?P<name>[\w-]+)"(?: value="(?P<value>[^"]*)")?(?P<rest>[^>]*)>'
    r'|select name="(?P<select>[\w-]+)"[^>]*>(?P<options>.*?)</select>'
    r'|textarea name="(?P<area>[\w-]+)"[^>]*>\s*(?P<text>[^<]*)</textarea>)',
    re.DOTALL,
)


@pytest.fixture
def issued(cast: Cast, at: dt.datetime) -> Standard:
    return issue_small_standard(cast, at)


@pytest.fixture
def draft(cast: Cast, at: dt.datetime, issued: Standard) -> Standard:
    return actions.draft_standard(by=cast.system(), at=at, mine=cast.mine, code="small")


@pytest.fixture
def officer(signed_in: SignIn) -> Client:
    return signed_in("party_officer")


def typed(page: str, form: int = 1) -> dict[str, Any]:
    """What a browser would send of a form as it stands; what is above the page itself (search, signing out) has forms of its own."""
    body = page.split("<main")[1].split("<form ")[form].split("</form>")[0]
    sent: dict[str, Any] = {}
    for found in FIELD.finditer(body):
        part = found.groupdict()
        if part["select"]:
            chosen = re.search(r'value="([^"]*)" selected', part["options"])
            sent[part["select"]] = chosen[1] if chosen else ""
        elif part["area"]:
            sent[part["area"]] = part["text"].strip()
        elif part["type"] != "checkbox":
            sent[part["name"]] = part["value"] or ""
        elif "checked" in part["rest"]:
            sent.setdefault(part["name"], []).append(part["value"] or "on")
    return {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"}


def send(client: Client, path: str, **changes: Any) -> Any:
    """Open a page, change some fields of its form and send it."""
    given = typed(client.get(path).content.decode())
    return client.post(path, given | changes)


def now(draft: Standard) -> Content:
    return content_of(Standard.objects.get(pk=draft.pk))


# ── seeing ──
def test_the_list_shows_drafts_to_those_who_may_see_them(signed_in: SignIn, draft: Standard) -> None:
    assert "草案" in signed_in("mine_leader").get("/standards/").content.decode()
    assert "新建草案" in signed_in("party_officer").get("/standards/").content.decode()
    assert "新建草案" not in signed_in("mine_leader").get("/standards/").content.decode()
    assert "草案" not in signed_in("worker").get("/standards/").content.decode()
    for member in ("worker", "assessor", "stranger"):
        assert signed_in(member).get(DRAFT).status_code == 404


def test_a_leader_reads_a_draft_but_edits_nothing(signed_in: SignIn, draft: Standard) -> None:
    leader = signed_in("mine_leader")
    page = leader.get(DRAFT).content.decode()
    assert "试算" in page
    assert "/header/" not in page
    for part in ("header/", "rows/tiers/", "items/A1/", "issue/"):
        assert leader.get(f"{DRAFT}{part}").status_code == 404


def test_an_issued_version_has_no_page_for_editing(officer: Client, issued: Standard) -> None:
    assert "改" not in officer.get("/standards/small/1/").content.decode().split("<main")[1].replace("不再改动", "")
    for part in ("header/", "rows/tiers/", "items/A1/", "items/?kind=scored", "issue/"):
        assert officer.get(f"/standards/small/1/{part}").status_code == 404


def test_what_is_to_be_mended_stands_on_top(officer: Client, draft: Standard) -> None:
    assert "没有要解决的问题" in officer.get(DRAFT).content.decode()
    send(officer, f"{DRAFT}items/A1/", full="28")
    page = officer.get(DRAFT).content.decode()
    assert "合计 98，应为 100" in page
    assert "发布前要解决" in page
    assert "各项标准分合计 98，应为 100" in page


# ── making ──
def test_a_draft_is_made_as_a_copy(officer: Client, issued: Standard) -> None:
    answer = officer.post("/standards/drafts/", {"code": "small"})
    assert answer["Location"] == DRAFT
    assert officer.post("/standards/drafts/", {"code": "none"}).status_code == 422


def test_a_draft_is_read_from_a_workbook(officer: Client, cast: Cast) -> None:
    book = rubric_book(small_pack(), {code: unit.name for code, unit in cast.units.items()})
    upload = {"from": "file", "code": "own", "file": SimpleUploadedFile("细则.xlsx", book)}
    answer = officer.post("/standards/drafts/", upload)
    assert answer["Location"] == "/standards/own/1/", answer.content.decode()
    assert "要求B1" in officer.get("/standards/own/1/").content.decode()
    broken = upload | {"file": SimpleUploadedFile("细则.xlsx", b"nothing")}
    answer = officer.post("/standards/drafts/", broken)
    assert answer.status_code == 422
    assert "没有建草案" in answer.content.decode()


# ── editing ──
@pytest.mark.parametrize(
    "part",
    ["header/", "rows/dimensions/", "rows/tiers/", "rows/groups/", "items/A1/", "items/B2/", "items/J1/", "items/V2/"],
)
def test_a_form_sent_as_it_stands_changes_nothing(officer: Client, draft: Standard, part: str) -> None:
    before = now(draft)
    answer = send(officer, f"{DRAFT}{part}")
    assert answer.status_code == 302, answer.content.decode()
    assert now(draft) == before
    assert Standard.objects.get(pk=draft.pk).revision == 0


def test_the_head_is_edited(officer: Client, draft: Standard) -> None:
    send(
        officer,
        f"{DRAFT}header/",
        title="新小标准",
        bonus_cap="3.5",
        publicity_days="3",
        tie_breakers="A，B1",
        aggregation="weighted",
        weights="1 1 2",
    )
    found = now(draft)
    assert (found["title"], found["bonus_cap"], found["publicity_days"]) == ("新小标准", 3.5, 3)
    assert (found["tie_breakers"], found["aggregation"], found["weights"]) == (["A", "B1"], "weighted", [1, 1, 2])
    for wrong in ("甲", "9" * 5000, "1e999999", "-1", "1.234"):
        assert send(officer, f"{DRAFT}header/", weights=wrong).status_code == 422


def test_dimensions_are_renamed_ordered_added_and_removed_when_empty(officer: Client, draft: Standard) -> None:
    path = f"{DRAFT}rows/dimensions/"
    new = {"row-2-new_code": "C", "row-2-name": "新的一类", "row-2-ORDER": "3"}
    send(officer, path, **{"row-0-name": "班子好", "row-0-ORDER": "2", "row-1-ORDER": "1"}, **new)
    found = now(draft)["dimensions"]
    assert [(one["code"], one["name"], len(one["items"])) for one in found] == [
        ("B", "安全生产好", 2),
        ("A", "班子好", 2),
        ("C", "新的一类", 0),
    ]
    answer = send(officer, path, **{"row-0-DELETE": "on"})
    assert answer.status_code == 422
    assert "类别 B 里还有项目" in answer.content.decode()
    send(officer, path, **{"row-2-DELETE": "on"})
    assert [one["code"] for one in now(draft)["dimensions"]] == ["B", "A"]


def test_tiers_are_sorted_and_get_codes_of_their_own(officer: Client, draft: Standard) -> None:
    send(officer, f"{DRAFT}rows/tiers/", **{"row-1-DELETE": "on", "row-4-name": "特优", "row-4-floor": "96.5"})
    assert [(tier["code"], tier["name"], tier["floor"]) for tier in now(draft)["tiers"]] == [
        ("tier1", "特优", 96.5),
        ("excellent", "优秀", 90),
        ("fair", "一般", 70),
        ("poor", "较差", 0),
    ]


def test_groups_choose_specialties(officer: Client, draft: Standard) -> None:
    changes = {"row-0-specialties": ["extraction"], "row-2-name": "掘进", "row-2-specialties": ["tunnelling"]}
    send(officer, f"{DRAFT}rows/groups/", **changes)
    assert [(group["code"], group["name"], group["specialties"]) for group in now(draft)["peer_groups"]] == [
        ("mining", "采掘", ["extraction"]),
        ("group1", "掘进", ["tunnelling"]),
        ("other", "其他", []),
    ]


def test_an_item_is_edited_with_its_clauses(officer: Client, draft: Standard) -> None:
    answer = send(
        officer,
        f"{DRAFT}items/A1/",
        name="新要求",
        full="25",
        not_for=["surface"],
        dimension="B",
        **{
            "clause-0-text": "每处扣 2 分，最多 6 分",
            "clause-0-points": "2",
            "clause-0-cap": "6",
            "clause-0-ORDER": "2",
            "clause-1-text": "新的一条",
            "clause-1-office": "SAF",
            "clause-1-kind": "link",
            "clause-1-link_standard": "small",
            "clause-1-link_dimensions": "A、B",
            "clause-1-ORDER": "1",
        },
    )
    assert answer["Location"] == f"{DRAFT}#item-A1"
    first, second = now(draft)["dimensions"]
    assert [item["code"] for item in first["items"]] == ["A2"]
    item = second["items"][-1]
    assert (item["code"], item["name"], item["full"], item["not_for"]) == ("A1", "新要求", 25, ["surface"])
    assert [clause["code"] for clause in item["clauses"]] == ["A1.2", "A1.1"]
    assert item["clauses"][0]["link"] == {"standard": "small", "dimensions": ["A", "B"]}
    assert (item["clauses"][1]["points"], item["clauses"][1]["cap"]) == (2, 6)


def test_a_clause_is_removed_and_an_item_renumbered(officer: Client, draft: Standard) -> None:
    send(officer, f"{DRAFT}items/A1/", code="A9")
    item = now(draft)["dimensions"][0]["items"][0]
    assert (item["code"], item["clauses"][0]["code"]) == ("A9", "A9.1")
    send(officer, f"{DRAFT}items/A9/", **{"clause-0-DELETE": "on"})
    assert now(draft)["dimensions"][0]["items"][0]["clauses"] == []
    assert "没有细则" in officer.get(DRAFT).content.decode()


def test_items_of_every_kind_are_added(officer: Client, draft: Standard) -> None:
    clause = {"clause-0-text": "每条加 2 分", "clause-0-office": "SAF", "clause-0-points": "2"}
    path = f"{DRAFT}items/?kind="
    send(officer, f"{path}scored&dimension=B", code="B9", name="新项", full="5", **clause)
    send(officer, f"{path}bonus", code="J9", name="新加分", **clause)
    veto = {key: value for key, value in clause.items() if not key.endswith("points")}
    send(officer, f"{path}veto", code="V9", name="新否决", effect="zero_dimension", dimension="A", **veto)
    found = now(draft)
    assert found["dimensions"][1]["items"][-1]["code"] == "B9"
    assert found["dimensions"][1]["items"][-1]["clauses"][0]["code"] == "B9.1"
    assert (found["bonus"][-1]["code"], found["bonus"][-1]["clauses"][0]["points"]) == ("J9", 2)
    assert (found["vetoes"][-1]["effect"], found["vetoes"][-1]["dimension"]) == ("zero_dimension", "A")
    assert officer.get(f"{path}magic").status_code == 404


def test_what_an_action_refuses_stands_above_what_was_typed(officer: Client, draft: Standard) -> None:
    answer = send(officer, f"{DRAFT}items/A1/", code="A2", name="我写的名称")
    assert answer.status_code == 422
    assert "项目编号 A2 用了两次" in answer.content.decode()
    assert "我写的名称" in answer.content.decode()
    assert send(officer, f"{DRAFT}items/A1/", name="").status_code == 422
    assert send(officer, f"{DRAFT}rows/tiers/", **{"row-0-floor": "高"}).status_code == 422


def test_of_two_who_edit_the_same_draft_the_second_is_told(officer: Client, draft: Standard) -> None:
    first = typed(officer.get(f"{DRAFT}items/A1/").content.decode())
    second = typed(officer.get(f"{DRAFT}items/A2/").content.decode())
    assert officer.post(f"{DRAFT}items/A1/", first | {"name": "第一个人"}).status_code == 302
    answer = officer.post(f"{DRAFT}items/A2/", second | {"name": "第二个人"})
    assert answer.status_code == 422
    assert "别人刚改过这份草案" in answer.content.decode()
    assert "第二个人" not in str(now(draft))


def test_items_move_and_go(officer: Client, draft: Standard) -> None:
    def codes() -> list[str]:
        return [item["code"] for item in now(draft)["dimensions"][0]["items"]]

    officer.post(f"{DRAFT}items/A2/place/", {"way": "up", "seen": "0"})
    assert codes() == ["A2", "A1"]
    officer.post(f"{DRAFT}items/A2/place/", {"way": "up", "seen": "1"})
    assert codes() == ["A2", "A1"]
    officer.post(f"{DRAFT}items/A2/place/", {"way": "down", "seen": "0"})
    assert codes() == ["A2", "A1"], "an old page moves nothing"
    officer.post(f"{DRAFT}items/A2/removal/", {"seen": "1"})
    assert codes() == ["A1"]
    assert officer.post(f"{DRAFT}items/Z9/removal/", {"seen": "2"}).status_code == 404
    assert "请刷新页面再试" in officer.post(f"{DRAFT}items/A1/removal/", follow=True).content.decode()


# ── issuing ──
def test_a_draft_is_issued_with_its_changes_before_the_eyes(officer: Client, draft: Standard) -> None:
    send(officer, f"{DRAFT}items/A1/", name="改过的要求")
    page = officer.get(f"{DRAFT}issue/").content.decode()
    assert "1 处不同" in page
    assert "“改过的要求”" in page
    answer = send(officer, f"{DRAFT}issue/", in_force_from="2026-08")
    assert answer["Location"] == DRAFT
    draft.refresh_from_db()
    assert (draft.state, draft.in_force_from) == (StandardState.ISSUED, "2026-08")
    assert officer.get(f"{DRAFT}issue/").status_code == 404


def test_a_draft_that_changes_nothing_offers_nothing_to_issue(officer: Client, draft: Standard) -> None:
    page = officer.get(f"{DRAFT}issue/").content.decode()
    assert "没有改动，不必发布" in page
    assert 'name="in_force_from"' not in page
    assert officer.post(f"{DRAFT}issue/", {"seen": draft.revision, "in_force_from": "2026-08"}).status_code == 422


@pytest.mark.parametrize("typed", ["1000", "-1", "12345678", "1.005", "x"])
def test_a_figure_that_cannot_be_is_answered_with_the_limits_once(officer: Client, draft: Standard, typed: str) -> None:
    page = send(officer, f"{DRAFT}items/A1/", full=typed).content.decode()
    assert page.count("请填数字，不小于 0、小于 1000，最多两位小数") == 1
    assert "确" not in page.split("<form ")[2]


def test_a_code_with_other_letters_is_answered_with_what_is_allowed(officer: Client) -> None:
    upload = {"from": "file", "code": "六好", "file": SimpleUploadedFile("细则.xlsx", b"x")}
    page = officer.post("/standards/drafts/", upload).content.decode()
    assert "只能用小写字母、数字和短横" in page
    assert "有效的值" not in page


def test_an_unfit_draft_stays_a_draft(officer: Client, draft: Standard) -> None:
    send(officer, f"{DRAFT}items/A1/", name="改过的要求")
    answer = send(officer, f"{DRAFT}issue/", in_force_from="七月")
    assert (answer.status_code, "“七月”不是月份" in answer.content.decode()) == (422, True)
    assert "W23" not in answer.content.decode()
    old = typed(officer.get(f"{DRAFT}issue/").content.decode())
    send(officer, f"{DRAFT}items/A1/", full="28")
    assert "发布前要解决" in officer.get(f"{DRAFT}issue/").content.decode()
    answer = officer.post(f"{DRAFT}issue/", old | {"in_force_from": "2026-08"})
    assert "别人刚改过" in answer.content.decode()
    answer = send(officer, f"{DRAFT}issue/", in_force_from="2026-08")
    assert (answer.status_code, "各项标准分合计 98" in answer.content.decode()) == (422, True)
    draft.refresh_from_db()
    assert draft.state == StandardState.DRAFT


def test_a_draft_is_discarded(officer: Client, draft: Standard, issued: Standard) -> None:
    assert officer.post(f"{DRAFT}removal/")["Location"] == "/standards/"
    assert list(Standard.objects.all()) == [issued]


# ── trial ──
def test_a_trial_shows_who_would_have_moved(cast: Cast, officer: Client, draft: Standard, at: dt.datetime) -> None:
    page = officer.get(f"{DRAFT}trial/").content.decode()
    assert "还没有已定的月份" in page
    by = cast.system()
    cycle = actions.open_cycle(by=by, at=at, mine=cast.mine, code="small", period=Period.parse("2026-05"))
    found = [entry(cycle.standard, cast.units["ZC1"], "B1", "4")]
    actions.add_entries(by=by, at=at, cycle=cycle, drafts=found)
    settle(cycle, by=by, at=at)
    send(officer, f"{DRAFT}items/B1/", **{"clause-0-points": "4"})
    page = officer.get(f"{DRAFT}trial/?period=2026-05&period=nonsense").content.decode()
    assert "96.00 → <b>84.00</b>" in page
    assert "优秀 3 → 2" in page
    assert ("综采一队" in page, "煤一队" in page) == (True, False)
    assert "其余单位名次、得分、档次都不变" in page
    send(officer, f"{DRAFT}items/B1/", **{"clause-0-points": "1"})
    page = officer.get(f"{DRAFT}trial/?period=2026-05").content.decode()
    assert "全部 3 个单位名次、得分、档次都不变" in page
    assert "综采一队" not in page.split("0 个名次变动")[1]


def test_a_draft_costs_the_same_however_long_it_is(
    cast: Cast, at: dt.datetime, officer: Client, draft: Standard
) -> None:
    counts = []
    for part in ("", "items/A1/", "issue/"):
        for _ in range(3):
            officer.get(f"{DRAFT}{part}")
            with CaptureQueriesContext(connection) as queries:
                assert officer.get(f"{DRAFT}{part}").status_code == 200
            counts.append(len(queries))
            content = now(draft)
            items = content["dimensions"][0]["items"]
            more = [items[0] | {"code": f"X{len(items)}{n}", "clauses": []} for n in range(9)]
            content["dimensions"][0]["items"] = items + more
            fresh = Standard.objects.get(pk=draft.pk)
            actions.rewrite_draft(by=cast.system(), at=at, standard=fresh, content=content, seen=fresh.revision)
        assert counts[-1] == counts[-2] <= 24

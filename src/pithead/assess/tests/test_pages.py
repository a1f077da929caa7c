"""The pages of assessment: who sees which, what a form does, how many queries a page costs."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.assess import actions
from pithead.assess.models import Cycle, Entry, Submission
from pithead.assess.testing import GOOD_SCORES as GOOD
from pithead.assess.testing import draft, issue_small_standard, settle, small_pack
from pithead.assess.testing import score_book as book
from pithead.kernel.periods import Period
from pithead.org.access import RoleCode, system
from pithead.org.models import Person, Post, Specialty, UnitKind, User
from pithead.org.testing import OPENED, Cast, add_unit

SignIn = Callable[[str], Client]
SHEET = "/sheets/small/2026-06/SAF/"
CELL = {
    "unit": "ZC1",
    "item": "B1",
    "kind": "deduction",
    "points": "1.5",
    "reason": "1312 工作面支护滞后",
    "evidence": "细则 B1",
}


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


@pytest.fixture
def closed(cast: Cast, cycle: Cycle, at: dt.datetime) -> Cycle:
    drafts = [draft(cycle.standard, cast.units["ZC1"], "B1", "1.5", reason="上隅角支护滞后")]
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts)
    return actions.close_cycle(by=cast.system(), at=at, cycle=cycle)


@pytest.fixture
def final(cast: Cast, closed: Cycle, at: dt.datetime) -> Cycle:
    return settle(closed, by=cast.system(), at=at)


# ── results ──
def test_everybody_of_the_mine_reads_a_final_month_with_its_reasons(signed_in: SignIn, final: Cycle) -> None:
    page = signed_in("worker").get("/results/small/2026-06/?unit=ZC1").content.decode()
    assert "综采一队为什么是 98.50 分" in page
    assert "上隅角支护滞后" in page


def test_the_reasons_open_for_units_on_other_pages_too(signed_in: SignIn, final: Cycle) -> None:
    page = signed_in("worker").get("/results/small/2026-06/ZC1/").content.decode()
    assert "上隅角支护滞后" in page
    assert "要求B1" in page


@pytest.mark.parametrize("path", ["/results/small/2026-06/", "/results/small/2026-06/ZC1/"])
def test_drafts_and_other_mines_do_not_exist(signed_in: SignIn, closed: Cycle, path: str) -> None:
    assert signed_in("worker").get(path).status_code == 404
    assert signed_in("stranger").get(path).status_code == 404
    assert "待审核" in signed_in("mine_leader").get(path).content.decode()


def test_a_month_that_takes_scores_has_no_results_for_anybody(signed_in: SignIn, cycle: Cycle) -> None:
    assert signed_in("mine_leader").get("/results/small/2026-06/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/results/small/2026-13/",
        "/results/none/2026-06/",
        "/results/small/2026-06/NONE/",
        "/results/small/2026-06/?unit=NONE",
        "/results/small/2026-06/?group=none",
    ],
)
def test_what_is_not_there_is_not_found(signed_in: SignIn, final: Cycle, path: str) -> None:
    assert signed_in("worker").get(path).status_code == 404


@pytest.mark.parametrize("page", ["0", "-1", "999", "x", "9" * 30])
def test_odd_page_numbers_still_give_a_page(signed_in: SignIn, final: Cycle, page: str) -> None:
    assert signed_in("worker").get(f"/results/small/2026-06/?page={page}").status_code == 200


def test_the_menu_leads_to_the_latest_results_or_says_that_there_are_none(signed_in: SignIn, closed: Cycle) -> None:
    assert "还没有结果" in signed_in("worker").get("/results/").content.decode()
    assert signed_in("mine_leader").get("/results/")["Location"] == "/results/small/2026-06/"


def test_a_leader_of_the_company_looks_at_one_mine_at_a_time(cast: Cast, final: Cycle, at: dt.datetime) -> None:
    company = cast.mine.parent
    assert company is not None
    leader = Person.objects.create(mine=company, staff_no="1", name="常总", hired_on=OPENED)
    Post.objects.create(mine=company, person=leader, role=RoleCode.MINE_LEADER, unit=company, since=OPENED)
    other = add_unit(cast.other_mine, UnitKind.SECTION, "BZC", "白一队", Specialty.EXTRACTION)
    for code in ("SAF", "PRO", "PTY"):
        add_unit(cast.other_mine, UnitKind.OFFICE, code, f"{code}科")
    act = {"by": system(cast.other_mine), "at": at}
    actions.load_standard(**act, mine=cast.other_mine, pack=small_pack(), in_force_from="2026-01")
    twin = actions.open_cycle(**act, mine=cast.other_mine, code="small", period=Period.parse("2026-06"))
    settle(twin, **act)
    client = Client()
    client.force_login(User.objects.create(person=leader, sign_in="HLN/1", password_set_at=timezone.now()))
    assert "综采一队" in client.get("/results/small/2026-06/").content.decode()
    page = client.get("/results/small/2026-06/?mine=BYL").content.decode()
    assert other.name in page
    assert "综采一队" not in page
    for path in ("/", "/results/", "/results/?mine=BYL", "/cycles/", "/standards/small/1/", "/cycles/small/2026-06/"):
        assert client.get(path).status_code in (200, 302), path
    assert client.get("/results/small/2026-06/?mine=NONE").status_code == 404


# ── score sheets ──
def test_an_office_sees_its_items_and_only_its_sheet(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    page = client.get(SHEET).content.decode()
    assert "要求B1" in page
    assert "要求A1" not in page
    assert client.get("/sheets/small/2026-06/PRO/").status_code == 404
    assert "安全科" in client.get("/sheets/").content.decode()


@pytest.mark.parametrize("member", ["worker", "section_head", "mine_leader", "other_assessor", "stranger"])
def test_nobody_else_sees_the_sheet(signed_in: SignIn, cycle: Cycle, member: str) -> None:
    assert signed_in(member).get(SHEET).status_code == 404
    assert signed_in(member).post(f"{SHEET}entries/", CELL).status_code == 404


def test_a_cell_is_scored_by_a_plain_form(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    answer = client.post(f"{SHEET}entries/", CELL, follow=True)
    assert "1312 工作面支护滞后" in answer.content.decode()
    entry = Entry.objects.get(cycle=cycle, kind="deduction")
    assert (str(entry.points), entry.office.code, entry.author) == ("1.50", "SAF", "安平")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"points": ""}, "请填写这一项"),
        ({"points": "0"}, "扣分要大于 0"),
        ({"points": "1.555"}, "2"),
        ({"reason": ""}, "请填写这一项"),
    ],
)
def test_a_bad_entry_shows_the_form_again_and_keeps_what_was_typed(
    signed_in: SignIn, cycle: Cycle, change: dict[str, str], sentence: str
) -> None:
    answer = signed_in("assessor").post(f"{SHEET}entries/", CELL | {"evidence": "依据甲"} | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "依据甲" in answer.content.decode()
    assert not Entry.objects.filter(kind="deduction").exists()


def test_a_form_sent_twice_is_one_entry(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    page = client.get(f"{SHEET}?unit=ZC1&item=B1").content.decode()
    key = re.search(r'name="key" value="(\w{32})"', page)
    assert key is not None
    for _ in range(2):
        client.post(f"{SHEET}entries/", CELL | {"key": key[1]})
    assert Entry.objects.filter(kind="deduction").count() == 1


def test_the_next_unit_can_follow_at_once(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    answer = client.post(f"{SHEET}entries/", CELL | {"then": "next"})
    assert answer["Location"].endswith("?unit=M1&item=B1")
    answer = client.post(f"{SHEET}entries/", CELL | {"unit": "TF", "then": "next"})
    assert answer["Location"].endswith("?unit=TF&item=B1")


def test_an_item_can_be_declared_not_applicable(signed_in: SignIn, cycle: Cycle) -> None:
    signed_in("assessor").post(f"{SHEET}entries/", {"unit": "M1", "item": "B2", "kind": "na", "reason": "本月停产检修"})
    assert Entry.objects.filter(unit__code="M1", kind="na", reason="本月停产检修").exists()


def test_an_entry_is_corrected_and_taken_back(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    client.post(f"{SHEET}entries/", CELL)
    pk = Entry.objects.get(kind="deduction").pk
    assert "1312 工作面支护滞后" in client.get(f"{SHEET}entries/{pk}/").content.decode()
    client.post(f"{SHEET}entries/{pk}/", CELL | {"points": "2"})
    assert str(Entry.objects.get(pk=pk).points) == "2.00"
    assert client.post(f"{SHEET}entries/{pk}/", CELL | {"points": "x"}).status_code == 422
    client.post(f"{SHEET}entries/{pk}/removal/")
    assert not Entry.objects.filter(pk=pk).exists()


def test_another_offices_entry_is_not_found(signed_in: SignIn, cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    [other] = actions.add_entries(
        by=cast.system(), at=at, cycle=cycle, drafts=[draft(cycle.standard, cast.units["ZC1"], "A1", "1")]
    )
    client = signed_in("assessor")
    assert client.get(f"{SHEET}entries/{other.pk}/").status_code == 404
    assert client.post(f"{SHEET}entries/{other.pk}/removal/").status_code == 404


def test_handing_in_settles_the_sheet_until_it_is_withdrawn(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("assessor")
    client.post(f"{SHEET}submission/")
    assert Submission.objects.get(cycle=cycle).office.code == "SAF"
    assert "请先撤回" in client.post(f"{SHEET}entries/", CELL).content.decode()
    client.post(f"{SHEET}withdrawal/")
    assert client.post(f"{SHEET}entries/", CELL).status_code == 302


@pytest.mark.parametrize("noun", ["entries/", "submission/", "withdrawal/"])
def test_changes_are_posts(signed_in: SignIn, cycle: Cycle, noun: str) -> None:
    assert signed_in("assessor").get(f"{SHEET}{noun}").status_code == 405


# ── scores from Excel ──
def upload(client: Client, content: bytes, name: str = "六月.xlsx") -> object:
    return client.post("/scores/small/2026-06/", {"file": SimpleUploadedFile(name, content)})


def test_a_workbook_is_imported_or_refused_whole(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("party_officer")
    refused = upload(client, book(GOOD[0], ("采煤九队", "B1", 1, "", "x", "", "", "")))
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "采煤九队" in refused.content.decode()  # type: ignore[attr-defined]
    assert not Entry.objects.filter(kind="deduction").exists()
    assert upload(client, book(*GOOD)).status_code == 302  # type: ignore[attr-defined]
    assert Entry.objects.filter(cycle=cycle, source="manual").count() == 6


def test_an_assessor_may_not_import_for_another_office(signed_in: SignIn, cycle: Cycle) -> None:
    answer = upload(signed_in("assessor"), book(("综采一队", "A1", 1, "", "x", "", "", "")))
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert "只能给本科室负责的项目打分，不能替党委工作部打分" in answer.content.decode()  # type: ignore[attr-defined]
    assert not Entry.objects.filter(kind="deduction").exists()


def test_the_empty_sheet_is_a_workbook_with_a_chinese_name(signed_in: SignIn, cycle: Cycle) -> None:
    answer = signed_in("assessor").get("/scores/small/2026-06/template/")
    assert answer.content[:2] == b"PK"
    assert "filename*=utf-8''" in answer["Content-Disposition"]


# ── the month's steps ──
def test_a_closed_month_is_reviewed_or_sent_back_on_its_page(signed_in: SignIn, cast: Cast, cycle: Cycle) -> None:
    office, leader = signed_in("party_officer"), signed_in("mine_leader")
    base = "/cycles/small/2026-06/"
    office.post(f"{base}closing/")
    assert "还不能确定" in office.post(f"{base}finalisation/", follow=True).content.decode()
    refused = leader.post(f"{base}reopening/", {"reason": " "})
    assert (refused.status_code, "请填写这一项" in refused.content.decode()) == (422, True)
    leader.post(f"{base}reopening/", {"reason": "生产科漏报"})
    cycle.refresh_from_db()
    assert cycle.state == "scoring"
    page = office.get(base).content.decode()
    assert "石领把待审核的结果退回：生产科漏报" in page
    office.post(f"{base}closing/")
    leader.post(f"{base}review/", {"note": "同意"})
    assert "石领审核意见：同意" in office.get(base).content.decode()
    cycle.refresh_from_db()
    assert cycle.state == "approval"


def test_the_party_office_opens_a_month_on_its_page(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("party_officer")
    assert client.post("/cycles/", {"code": "small", "period": "2026-07"})["Location"] == "/cycles/small/2026-07/"
    for period, sentence in (("2026-Q3", "请选一个月份"), ("七月", "不是有效的周期"), ("2020-01", "没有生效的标准")):
        answer = client.post("/cycles/", {"code": "small", "period": period})
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_a_leader_sees_the_month_but_does_not_run_it(signed_in: SignIn, cycle: Cycle) -> None:
    leader = signed_in("mine_leader")
    assert "关闭打分并计算" not in leader.get("/cycles/small/2026-06/").content.decode()
    assert leader.post("/cycles/small/2026-06/closing/").status_code == 404
    assert leader.post("/cycles/", {"code": "small", "period": "2026-07"}).status_code == 403


@pytest.mark.parametrize("member", ["worker", "assessor", "section_head"])
def test_months_in_work_are_not_for_others(signed_in: SignIn, cycle: Cycle, member: str) -> None:
    assert signed_in(member).get("/cycles/").status_code == 404
    assert signed_in(member).post("/cycles/small/2026-06/finalisation/").status_code == 404


# ── standards and the desk ──
def test_a_standard_is_read_by_everybody_and_by_no_other_mine(signed_in: SignIn, cycle: Cycle) -> None:
    assert "每处不合格扣 1 分" in signed_in("worker").get("/standards/small/1/").content.decode()
    assert "小标准" in signed_in("worker").get("/standards/").content.decode()
    assert signed_in("stranger").get("/standards/small/1/").status_code == 404


def test_the_desk_says_what_is_due(signed_in: SignIn, cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    def desk(member: str) -> str:
        return signed_in(member).get("/").content.decode()

    assert "安全科的打分还没提交" in desk("assessor")
    assert "3 个科室还没提交打分" in desk("party_officer")
    assert "打分还没提交" not in desk("worker")
    for code in ("SAF", "PRO", "PTY"):
        actions.submit(by=cast.system(), at=at, cycle=cycle, office=cast.units[code])
    assert "可以关闭打分" in desk("party_officer")
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert "结果等您审核" in desk("mine_leader")
    actions.review_cycle(by=cast.system(), at=at, cycle=cycle)
    assert "待党政联席会审定" in desk("party_officer")
    actions.approve_cycle(by=cast.system(), at=at, cycle=cycle, minutes="第7次")
    assert "已审定，可以公示" in desk("party_officer")
    assert "已审定，可以公示" not in desk("mine_leader")
    actions.publish_cycle(by=cast.system(), at=at, cycle=cycle)
    assert "公示期满，可以确定" in desk("mine_leader")
    assert "综采一队 · 6 月" in desk("worker")


# ── cost ──
def add_month(cast: Cast, at: dt.datetime, period: str, *, close: bool) -> Cycle:
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse(period))
    units = [participant.unit for participant in cycle.participants.select_related("unit")]
    drafts = [draft(cycle.standard, unit, "B1", "1") for unit in units]
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts)
    return actions.close_cycle(by=cast.system(), at=at, cycle=cycle) if close else cycle


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/results/small/{}/", 16),
        ("/results/small/{}/ZC1/", 17),
        ("/sheets/small/{}/SAF/?unit=ZC1&item=B1", 19),
        ("/cycles/small/{}/", 20),
    ],
)
def test_a_page_costs_the_same_for_a_mine_many_times_as_large(
    cast: Cast, at: dt.datetime, signed_in: SignIn, path: str, most: int
) -> None:
    issue_small_standard(cast, at)
    client, close, counts = signed_in("party_officer"), not path.startswith("/sheets"), []
    add_month(cast, at, "2026-04", close=close)
    for period in ("2026-05", "2026-06"):
        add_month(cast, at, period, close=close)
        client.get(path.format(period))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path.format(period)).status_code == 200
        counts.append(len(queries))
        for number in range(30):
            add_unit(cast.mine, UnitKind.SECTION, f"X{period}{number}", f"掘进{number}队", Specialty.TUNNELLING)
    assert counts[0] == counts[1] <= most

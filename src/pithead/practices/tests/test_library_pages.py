"""The library, its editor, the meter and loading a pack, as people use them."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast
from pithead.practices import actions
from pithead.practices.content import FieldKind, FieldSpec
from pithead.practices.models import Adoption, BurdenCap, PracticeVersion, Proposal, WorkMethod
from pithead.practices.pack import read_method, write_method
from pithead.practices.queries import library
from pithead.practices.testing import HEAVY, TEXT, WALK, asking

ONE_DAY = dt.timedelta(days=1)
ROOF_GAP = FieldSpec("gap", "最大空顶距", FieldKind.NUMBER, unit="mm", high="1800", most="10000")
SignIn = Callable[[str], Client]


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def method(cast: Cast, at: dt.datetime) -> WorkMethod:
    since = dt.date(2026, 1, 1)
    return actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=WALK, since=since)


@pytest.fixture
def proposal(cast: Cast, at: dt.datetime, method: WorkMethod, today: dt.date) -> Proposal:
    spec = asking("walkabout", **HEAVY).practices[0]
    practice = method.practices.get(code="walkabout")
    found = actions.set_version(
        by=cast.actor("party_officer"), at=timezone.now(), practice=practice, spec=spec, since=today
    )
    assert isinstance(found, Proposal)
    return found


def test_everybody_sees_what_is_asked_of_whom(signed_in: SignIn, method: WorkMethod) -> None:
    worker = signed_in("worker")
    page = worker.get("/practices/").content.decode()
    assert "走动工作法" in page
    assert "支部书记 · 每月 8 次；每月 4 次，井下" in page
    assert "每班每个班组 1 次" in page
    assert "平时停用" in page
    assert "装入工作法" not in page
    assert "采用<span" not in page
    assert worker.get("/practices/methods/walk/").status_code == 200
    assert "不高于 0.8 %" in worker.get("/practices/customs/shift_look/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "upload/",
        "methods/walk/adopt/",
        "methods/walk/origin/",
        "customs/walkabout/edit/",
        "customs/walkabout/off/",
        "customs/zero_report/on/",
    ],
)
@pytest.mark.parametrize("member", ["worker", "mine_leader", "stranger"])
def test_nobody_else_changes_it(signed_in: SignIn, method: WorkMethod, member: str, address: str) -> None:
    assert signed_in(member).get(f"/practices/{address}").status_code == 404
    assert signed_in(member).post(f"/practices/{address}").status_code == 404


@pytest.mark.parametrize("address", ["methods/walk/", "methods/walk/file/", "customs/walkabout/", "customs/nothing/"])
def test_another_mine_has_a_library_of_its_own(signed_in: SignIn, method: WorkMethod, address: str) -> None:
    assert signed_in("stranger").get(f"/practices/{address}").status_code == 404


def test_a_section_head_adopts_in_one_step_and_leaves(
    signed_in: SignIn, method: WorkMethod, cast: Cast, today: dt.date
) -> None:
    head = signed_in("section_head")
    page = head.get("/practices/methods/walk/adopt/").content.decode()
    assert "综采一队" in page
    assert "煤一队" not in page
    given = {"unit": cast.units["ZC1"].pk, "since": today}
    assert head.post("/practices/methods/walk/adopt/", given).status_code == 302
    assert head.get("/practices/methods/walk/adopt/").status_code == 404  # nothing of his is left
    assert "采用<span" not in head.get("/practices/").content.decode()
    adoption = Adoption.objects.get(unit=cast.units["ZC1"])
    page = head.get("/practices/methods/walk/").content.decode()
    assert "综采一队党支部" in page
    assert page.count("退出<span") == 1  # the branch's is not his
    gone = head.post(f"/practices/adoptions/{adoption.pk}/end/", {"on": today, "note": "任务变了"})
    assert gone.status_code == 302
    assert "任务变了" in head.get("/practices/methods/walk/").content.decode()
    assert head.get(f"/practices/adoptions/{adoption.pk}/end/").status_code == 404


def test_whoever_thought_of_it_is_credited(signed_in: SignIn, method: WorkMethod, cast: Cast) -> None:
    officer, address = signed_in("party_officer"), "/practices/methods/walk/origin/"
    assert officer.post(address, {"origin": cast.units["ZC1"].pk}).status_code == 302
    assert officer.post(address, {"origin": cast.units["ZC1"].pk}).status_code == 302
    assert "由综采一队首创" in signed_in("worker").get("/practices/methods/walk/").content.decode()
    assert "由综采一队首创" in signed_in("worker").get("/practices/").content.decode()
    assert AuditEvent.objects.filter(action="practices.method.credited").count() == 1
    assert officer.post(address, {"origin": ""}).status_code == 302
    assert "首创" not in signed_in("worker").get("/practices/methods/walk/").content.decode()
    assert officer.post(address, {"origin": cast.other_mine.pk}).status_code == 200  # no such choice
    with pytest.raises(Refused, match="不是本矿的单位"):
        actions.credit(by=cast.system(), at=timezone.now(), method=method, origin=cast.other_mine)


def test_nobody_adopts_for_a_unit_that_is_not_his(
    signed_in: SignIn, method: WorkMethod, cast: Cast, today: dt.date
) -> None:
    given = {"unit": cast.units["M1"].pk, "since": today}
    assert "没有" in signed_in("section_head").post("/practices/methods/walk/adopt/", given).content.decode()
    assert not Adoption.objects.exists()
    adoption = Adoption.objects.create(mine=cast.mine, method=method, unit=cast.units["M1"], since=today)
    assert signed_in("section_head").post(f"/practices/adoptions/{adoption.pk}/end/", {"on": today}).status_code == 404


# ── the editor ──
def typed(client: Client, today: dt.date, code: str = "shift_look", **how: Any) -> dict[str, Any]:
    form = client.get(f"/practices/customs/{code}/edit/").context["form"]
    start = {name: form[name].value() for name in form.fields}
    return {**start, "since": today, **how}


def test_the_party_office_changes_words_quota_and_limits(signed_in: SignIn, method: WorkMethod, today: dt.date) -> None:
    officer = signed_in("party_officer")
    given = typed(officer, today, f0_label="顶板和两帮", q0_every="day", q0_count=2, f1_high="0.7", purpose="看一眼")
    officer.post("/practices/customs/shift_look/edit/", given)
    first, second = PracticeVersion.objects.filter(practice__code="shift_look").order_by("number")
    assert (first.until, second.since) == (today - dt.timedelta(days=1), today)
    assert first.content["form"][0]["label"] == "顶帮"
    assert second.content["form"][0]["label"] == "顶板和两帮"
    assert second.content["form"][1]["high"] == "0.7"
    assert second.content["quotas"] == [{"every": "day", "count": 2, "per": "unit", "among": "crew"}]
    page = officer.get("/practices/customs/shift_look/?version=1").content.decode()
    assert "顶帮" in page
    assert "顶板和两帮" not in page
    assert officer.get("/practices/customs/shift_look/?version=7").status_code == 404


def test_limits_inside_rows_are_those_of_the_place(
    signed_in: SignIn, cast: Cast, at: dt.datetime, today: dt.date
) -> None:
    spec = asking("shift_look", form=(FieldSpec("step", "截割", FieldKind.ROWS, rows=(ROOF_GAP,)),))
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=dt.date(2026, 1, 1))
    officer, address = signed_in("party_officer"), "/practices/customs/shift_look/edit/"
    wrong = officer.post(address, typed(officer, today, f0r0_high="半"))
    assert "<details open>" in wrong.content.decode()
    assert officer.post(address, typed(officer, today, f0r0_high="1500", f0r0_label="空顶")).status_code == 302
    version = PracticeVersion.objects.get(practice__code="shift_look", number=2)
    (row,) = version.content["form"][0]["rows"]
    assert (row["label"], row["high"]) == ("空顶", "1500")


def test_no_times_are_no_quota(signed_in: SignIn, method: WorkMethod, today: dt.date) -> None:
    officer = signed_in("party_officer")
    officer.post("/practices/customs/shift_look/edit/", typed(officer, today, q0_count=0))
    version = PracticeVersion.objects.get(practice__code="shift_look", number=2)
    assert "quotas" not in version.content
    assert "不定次数" in officer.get("/practices/customs/shift_look/").content.decode()


def test_looking_at_it_first_writes_nothing(signed_in: SignIn, method: WorkMethod, today: dt.date) -> None:
    officer = signed_in("party_officer")
    given = typed(officer, today, f0_label="顶板和两帮", **{"try": "1"})
    answer = officer.post("/practices/customs/shift_look/edit/", given)
    assert answer.content.decode().count("顶板和两帮") >= 2  # in the form and in the frame
    assert PracticeVersion.objects.filter(practice__code="shift_look").count() == 1


def test_looking_at_it_first_refuses_what_saving_refuses(signed_in: SignIn, method: WorkMethod, today: dt.date) -> None:
    officer = signed_in("party_officer")
    given = typed(officer, today, title="班前打卡", **{"try": "1"})
    answer = officer.post("/practices/customs/shift_look/edit/", given)
    assert answer.status_code == 422
    assert "减负规则 B2" in answer.content.decode()


def test_a_version_that_begins_later_is_said_as_such(signed_in: SignIn, method: WorkMethod, today: dt.date) -> None:
    officer, later = signed_in("party_officer"), today + dt.timedelta(days=20)
    before = officer.get("/practices/customs/shift_look/").content.decode()
    assert "以后的" not in before
    officer.post("/practices/customs/shift_look/edit/", typed(officer, later, q0_every="month", q0_count=6))
    shown = officer.get("/practices/customs/shift_look/").content.decode()
    assert f"{later.month} 月 {later.day} 日起改为：每月每个班组 6 次" in shown
    assert "每班每个班组 1 次 → 每月每个班组 6 次" in shown
    assert "以后的" in shown


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({"f1_high": "半"}, "请填数字"),
        ({"f1_least": "20"}, "颠倒了"),
        ({"title": "班前打卡"}, "减负规则 B2"),
        ({"since": "2020-01-01"}, "太早"),
    ],
)
def test_what_is_wrong_is_said_above_what_was_typed(
    signed_in: SignIn, method: WorkMethod, today: dt.date, how: dict[str, Any], words: str
) -> None:
    officer = signed_in("party_officer")
    answer = officer.post("/practices/customs/shift_look/edit/", typed(officer, today, **how))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert PracticeVersion.objects.filter(practice__code="shift_look").count() == 1


def test_on_and_off(signed_in: SignIn, method: WorkMethod, today: dt.date) -> None:
    officer, end = signed_in("party_officer"), today + dt.timedelta(days=30)
    answer = officer.post("/practices/customs/zero_report/on/", {"since": today})
    assert "请填写这一项" in answer.content.decode()
    given = {"since": today, "until": end, "order_no": "青矿维〔2026〕3号"}
    assert officer.post("/practices/customs/zero_report/on/", given).status_code == 302
    page = officer.get("/practices/customs/zero_report/").content.decode()
    assert f"执行到 {end}" in page or "执行到 20" in page
    assert "青矿维〔2026〕3号" in page
    assert officer.post("/practices/customs/zero_report/off/", {"on": today}).status_code == 302
    assert PracticeVersion.objects.get(practice__code="zero_report").until == today


def test_whoever_switches_on_again_says_which_of_two_it_is(
    signed_in: SignIn, method: WorkMethod, cast: Cast, today: dt.date
) -> None:
    officer, act = signed_in("party_officer"), {"by": cast.system(), "at": timezone.now()}
    order = {"order_no": "青矿维〔2026〕3号", "until": today}
    actions.switch_on(**act, practice=method.practices.get(code="zero_report"), since=today, **order)
    address = "/practices/customs/zero_report/on/"
    method.practices.get(code="zero_report").versions.update(since=today - ONE_DAY, until=today - ONE_DAY)
    assert "照哪一种要求" not in officer.get(address).content.decode()
    newer = asking("zero_report", title="每日一报", purpose="只报要紧的")
    actions.load_pack(**act, mine=cast.mine, spec=newer, since=today)
    page = officer.get(address).content.decode()
    assert "上次执行的：维稳零报告" in page
    assert "装入的文件里的：每日一报" in page
    assert "请填写这一项" in officer.post(address, {"since": today, **order}).content.decode()
    assert officer.post(address, {"since": today, **order, "as_loaded": "loaded"}).status_code == 302
    latest = PracticeVersion.objects.filter(practice__code="zero_report").latest("number")
    assert (latest.number, latest.content["title"]) == (2, "每日一报")


# ── over the cap ──
def test_a_mine_leader_allows_what_is_over_the_cap(signed_in: SignIn, proposal: Proposal) -> None:
    officer, leader, address = (
        signed_in("party_officer"),
        signed_in("mine_leader"),
        f"/practices/proposals/{proposal.pk}/",
    )
    assert "待矿领导批准" in officer.get("/practices/customs/walkabout/").content.decode()
    assert officer.post(address, {"approval": "自己批", "approve": "1"}).status_code == 403
    assert "批准</button>" not in officer.get(address).content.decode()
    assert address in leader.get("/").content.decode()
    assert address not in officer.get("/").content.decode()
    assert "超过上限 45 分钟" in leader.get(address).content.decode()
    assert leader.post(address, {"approval": "", "approve": "1"}).status_code == 422
    assert leader.post(address, {"approval": "纪要〔2026〕9号", "approve": "1"}).status_code == 302
    assert "石领批准超出上限：纪要〔2026〕9号" in officer.get("/practices/customs/walkabout/").content.decode()


def test_it_is_sent_back(signed_in: SignIn, proposal: Proposal) -> None:
    worker, address = signed_in("worker"), f"/practices/proposals/{proposal.pk}/"
    assert worker.post(address, {"approval": "不行", "decline": "1"}).status_code == 403
    assert signed_in("mine_leader").post(address, {"approval": "太多", "decline": "1"}).status_code == 302
    assert not Proposal.objects.exists()


def test_only_a_mine_leader_moves_the_caps(signed_in: SignIn, method: WorkMethod) -> None:
    leader = signed_in("mine_leader")
    form = leader.get("/practices/burden/").context["form"]
    given = {role: form[role].value() for role in form.fields} | {"crew_leader": 55}
    assert signed_in("party_officer").post("/practices/burden/", given).status_code == 403
    assert leader.post("/practices/burden/", {**given, "worker": 5000}).status_code == 422
    assert leader.post("/practices/burden/", given).status_code == 302
    assert list(BurdenCap.objects.values_list("role", "minutes")) == [("crew_leader", 55)]


# ── packs ──
def upload(client: Client, text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post("/practices/upload/", {"file": SimpleUploadedFile("走动.yaml", content)})


def test_a_pack_is_looked_at_and_then_taken_over(signed_in: SignIn, db: None, today: dt.date) -> None:
    officer = signed_in("party_officer")
    page = upload(officer, TEXT)
    assert "文件没有问题" in page.content.decode()
    assert not WorkMethod.objects.exists()
    start = page.context["form"].initial
    answer = officer.post("/practices/upload/", {"text": start["text"], "name": start["name"], "since": today})
    assert answer.status_code == 302
    assert WorkMethod.objects.get().practices.count() == 3
    assert "不用装" in upload(officer, TEXT).content.decode()
    stolen = upload(officer, TEXT.replace("code: walk\n", "code: other\n")).content.decode()
    assert "编号 walkabout 已属于“走动工作法”，请换一个" in stolen
    assert "disabled>装入" in stolen
    other = TEXT.replace("走到班前会、井下去", "走到班前会去")
    assert "有变化，成为新版" in upload(officer, other).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEXT.replace("every: shift", "every: blink"), "“走动.yaml”第 23 行"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"x" * 200_001, "文件太大"),
        (b"", "空的"),
    ],
)
def test_what_is_no_pack_is_refused(signed_in: SignIn, db: None, content: str | bytes, words: str) -> None:
    answer = upload(signed_in("party_officer"), content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not WorkMethod.objects.exists()


def test_what_travels_with_the_page_is_read_again(signed_in: SignIn, db: None, today: dt.date) -> None:
    officer = signed_in("party_officer")
    broken = {"text": TEXT.replace("every: shift", "every: blink"), "name": "走动.yaml", "since": today}
    assert officer.post("/practices/upload/", broken).status_code == 422
    assert officer.post("/practices/upload/", {**broken, "text": TEXT, "since": ""}).status_code == 422
    early = officer.post("/practices/upload/", {**broken, "text": TEXT, "since": "2020-01-01"})
    assert "太早" in early.content.decode()
    assert not WorkMethod.objects.exists()


def test_what_is_fetched_is_a_pack(signed_in: SignIn, method: WorkMethod) -> None:
    answer = signed_in("worker").get("/practices/methods/walk/file/")
    assert 'filename="walk.yaml"' in answer["Content-Disposition"]
    assert read_method(answer.content.decode(), "walk.yaml") == WALK
    assert answer.content.decode() == write_method(WALK)


def test_pages_ask_the_same_number_of_questions_whatever_there_is(
    signed_in: SignIn, cast: Cast, at: dt.datetime, method: WorkMethod
) -> None:
    officer = signed_in("party_officer")
    addresses = ["", "methods/walk/", "customs/walkabout/", "burden/", "burden/check/", "customs/walkabout/edit/"]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                assert officer.get(f"/practices/{address}").status_code == 200
            found.append(len(queries))
        return found

    since = dt.date(2026, 1, 1)
    actions.adopt(by=cast.system(), at=at, method=method, unit=cast.units["ZC1"], since=since)
    counts()
    once = counts()
    for number in range(4):
        practices = tuple(replace(one, code=f"{one.code}_{number}") for one in WALK.practices)
        spec = replace(WALK, code=f"walk_{number}", practices=practices, on=True)
        actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=spec, since=since)
    more = tuple(replace(one, code=f"more_{one.code}") for one in WALK.practices)
    wider = replace(WALK, practices=(*WALK.practices, *more))
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=wider, since=since)
    for code in ("M1", "TF"):
        actions.adopt(by=cast.system(), at=at, method=method, unit=cast.units[code], since=since)
    assert counts() == once
    assert len(library.library(cast.mine, since)) == 5

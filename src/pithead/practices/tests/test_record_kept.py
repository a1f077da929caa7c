"""The page a record is kept on, its correction, its signatures and photos; the list and its file; forms that must not remember."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from pithead.issues.models import Issue
from pithead.kernel.models import AuditEvent
from pithead.org.models import CrewShift, Shift, ShiftSystem
from pithead.org.testing import OPENED, Cast
from pithead.practices.actions import RecordDraft, record
from pithead.practices.content import PracticeSpec
from pithead.practices.models import Practice, Record
from pithead.practices.sampling import drawn
from pithead.practices.tests.worlds import take_over

SignIn = Callable[[str], Client]
CHECK = {"kind": "check", "required": True}
LOOK: dict[str, Any] = {
    "code": "look",
    "title": "当班一看",
    "performers": ["crew_leader"],
    "quotas": [{"every": "shift", "per": "unit", "among": "crew"}],
    "raises": "hazard",
    "form": [
        {"key": "roof", "label": "顶帮", **CHECK},
        {"key": "mate", "label": "见证人", "kind": "signer", "prefill": "last"},
    ],
}
MEETING: dict[str, Any] = {
    "code": "meeting",
    "title": "支部会",
    "performers": ["branch_secretary"],
    "elsewhere": True,
    "form": [{"key": "topic", "label": "讲什么", "kind": "text", "required": True}],
}
CREWS: dict[str, Any] = {
    "code": "crews",
    "title": "到班组",
    "performers": ["section_head"],
    "quotas": [{"every": "week", "per": "unit", "among": "crew"}],
    "form": [{"key": "ok", "label": "都好", **CHECK}],
}
TALK: dict[str, Any] = {
    "code": "talk",
    "title": "谈心谈话",
    "performers": ["section_head"],
    "confidentiality": "restricted",
    "readers": ["branch_secretary"],
    "text_months": 12,
    "form": [
        {"key": "who", "label": "和谁谈", "kind": "person", "subject": True, "required": True},
        {"key": "said", "label": "谈了什么", "kind": "text"},
    ],
}
ONESELF: dict[str, Any] = {
    "code": "oneself",
    "title": "问自己",
    "performers": ["section_head"],
    "confidentiality": "private",
    "raises": "shortfall",
    "form": [{"key": "a", "label": "尽力了吗", "kind": "check"}, {"key": "b", "label": "想到什么", "kind": "text"}],
}

CHAIN: dict[str, Any] = {
    "code": "chain",
    "title": "责任链",
    "performers": ["crew_leader"],
    "raises": "hazard",
    "sampled": 1,
    "form": [
        {"key": key, "label": f"工序 {key}", "kind": "rows", "rows": [{"key": "ok", "label": "合格", **CHECK}]}
        for key in "ab"
    ],
}


@pytest.fixture
def look(cast: Cast) -> Practice:
    take_over(cast, LOOK, MEETING, CREWS, TALK, ONESELF)
    return Practice.objects.get(code="look")


def write(cast: Cast, code: str, who: str, answers: Any, **more: Any) -> Record:
    practice = Practice.objects.get(code=code)
    draft = RecordDraft(practice, answers, **more)
    return record(by=cast.actor(who), at=timezone.now(), mine=cast.mine, draft=draft)


def form_of(code: str) -> str:
    return reverse("practices:record", args=[code])


def picture() -> SimpleUploadedFile:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "#556677").save(drawn, "JPEG")
    return SimpleUploadedFile("现场.jpg", drawn.getvalue(), "image/jpeg")


# ── one tap ──
def test_what_is_known_stands_there_and_one_tap_saves_it(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    client = signed_in("crew_leader")
    assert LOOK["title"] in (page := client.get(form_of("look")).content.decode())
    assert "一切正常" in page
    answer = client.post(form_of("look"), {"id": uuid4(), "roof": "ok", "mate": "", "fine": "1"})
    assert answer["Location"] == reverse("practices:own")
    assert Record.objects.get().answers == {"roof": {"ok": True}}


def test_how_it_was_last_time_stands_there(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    worker = cast.people["worker"]
    write(cast, "look", "crew_leader", {"roof": {"ok": True}, "mate": worker})
    assert f"{worker.name} {worker.staff_no}" in signed_in("crew_leader").get(form_of("look")).content.decode()


def test_the_shift_that_runs_stands_there_and_another_may_be_picked(
    cast: Cast, signed_in: SignIn, look: Practice
) -> None:
    system = ShiftSystem.objects.create(mine=cast.mine, code="two", name="两班")
    early, late = (
        Shift.objects.create(system=system, number=n, name=name, starts_at=dt.time(hour), hours=12)
        for n, (name, hour) in enumerate((("白班", 0), ("黑班", 12)), 1)
    )
    CrewShift.objects.create(mine=cast.mine, unit=cast.units["ZC1-1"], system=system, since=OPENED)
    client, yesterday = signed_in("crew_leader"), timezone.localdate() - dt.timedelta(days=1)
    runs = early if timezone.localtime().hour < 12 else late
    assert f'<option value="{runs.pk}" selected>' in client.get(form_of("look")).content.decode()
    client.post(form_of("look"), {"id": uuid4(), "roof": "ok", "day": yesterday.isoformat(), "shift": late.pk})
    made = Record.objects.get()
    assert (made.shift, made.happened_on, timezone.localtime(made.happened_at).hour) == (late, yesterday, 12)


def test_who_leads_several_picks_one_first(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    client = signed_in("section_head")
    page = client.get(form_of("crews")).content.decode()
    assert "?unit=ZC1-1" in page
    assert "?unit=M1-1" not in page
    client.post(form_of("crews") + "?unit=ZC1-2", {"id": uuid4(), "ok": "ok"})
    assert Record.objects.get().unit == cast.units["ZC1-2"]


def test_with_the_number_of_another_system_nothing_else_is_asked(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    client = signed_in("branch_secretary")
    assert client.post(form_of("meeting"), {"id": uuid4(), "topic": ""}).status_code == 422
    client.post(form_of("meeting"), {"id": uuid4(), "topic": "", "elsewhere": "DX-7"})
    made = Record.objects.get()
    assert made.elsewhere == "DX-7"
    assert "DX-7" in client.get(reverse("practices:kept", args=[made.pk])).content.decode()


def test_sent_twice_from_one_page_it_is_there_once(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    client, said = signed_in("crew_leader"), {"id": uuid4(), "roof": "no", "roof-text": "掉渣", "roof-fixed": "1"}
    for _ in range(2):
        assert client.post(form_of("look"), said).status_code == 302
    assert Record.objects.count() == 1
    assert Issue.objects.get().state == "rectified"
    assert client.post(form_of("look"), {**said, "roof-text": "别的"}).status_code == 422


# ── photos ──
def test_a_photo_is_for_those_who_see_the_record_and_a_lying_file_for_nobody(
    cast: Cast, signed_in: SignIn, look: Practice
) -> None:
    client, said = signed_in("crew_leader"), {"id": uuid4(), "roof": "no", "roof-text": "掉渣"}
    lying = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", "image/jpeg")
    answer = client.post(form_of("look"), {**said, "roof-photos": lying})
    assert answer.status_code == 422
    assert "掉渣" in answer.content.decode()
    assert not Record.objects.exists()
    assert client.post(form_of("look"), {**said, "roof-photos": picture()}).status_code == 302
    made = Record.objects.get()
    url = reverse("practices:photo", args=[made.pk, made.files.get().file_id])
    for who, status in (("crew_leader", 200), ("section_head", 200), ("hr_officer", 404), ("stranger", 404)):
        assert signed_in(who).get(url).status_code == status, who
    other = write(cast, "look", "crew_leader", {"roof": {"ok": True}})
    assert client.get(reverse("practices:photo", args=[other.pk, made.files.get().file_id])).status_code == 404


# ── corrected, withdrawn, signed ──
def test_a_record_is_corrected_on_its_page_and_both_stand_there(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    client, old = signed_in("crew_leader"), write(cast, "look", "crew_leader", {"roof": {"ok": True}})
    url = reverse("practices:correct", args=[old.pk])
    assert client.get(url).status_code == 200
    said = {"id": uuid4(), "roof": "no", "roof-text": "漏看了一处掉渣", "day": old.happened_on.isoformat(), "shift": ""}
    assert client.post(url, said).status_code == 422  # it says why
    answer = client.post(url, {**said, "reason": "看漏了"})
    new = Record.objects.get(supersedes=old)
    assert answer["Location"] == reverse("practices:kept", args=[new.pk])
    assert new.happened_at == old.happened_at
    page = client.get(answer["Location"]).content.decode()
    assert "看漏了" in page
    assert reverse("practices:kept", args=[old.pk]) in page
    assert "看最新的一份" in client.get(reverse("practices:kept", args=[old.pk])).content.decode()
    assert client.get(url).status_code == 404  # there is a newer one
    assert signed_in("section_head").get(reverse("practices:correct", args=[new.pk])).status_code == 404
    taken = client.post(reverse("practices:withdraw", args=[new.pk]), {"reason": "不是今天"})
    assert taken.status_code == 302
    assert "不再计数" in client.get(taken["Location"]).content.decode()


def test_who_is_named_signs_on_the_record(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    made = write(cast, "look", "crew_leader", {"roof": {"ok": True}, "mate": cast.people["worker"]})
    page, url = reverse("practices:kept", args=[made.pk]), reverse("practices:sign", args=[made.pk])
    assert "我签" in signed_in("worker").get(page).content.decode()
    assert "我签" not in signed_in("section_head").get(page).content.decode()
    assert signed_in("section_head").post(url, {"field": "mate"}).status_code == 404
    assert signed_in("worker").post(url, {"field": "nothing"}).status_code == 404
    assert signed_in("worker").post(url, {"field": "mate"}).status_code == 302
    assert "已签" in signed_in("worker").get(page).content.decode()


def test_each_signature_says_for_what_and_one_button_signs_all_of_ones_own(
    cast: Cast, signed_in: SignIn, look: Practice
) -> None:
    signers = [
        {"key": key, "label": label, "kind": "signer"} for key, label in (("does", "负责人"), ("sees", "见证人"))
    ]
    rows = [{"key": key, "label": key, "kind": "rows", "rows": signers} for key in ("三 作业", "四 验收")]
    form = [{**one, "key": f"step{number}"} for number, one in enumerate(rows)]
    take_over(cast, {**CHAIN, "code": "signed", "sampled": 0, "form": form}, code="s")
    worker, head = cast.people["worker"], cast.people["section_head"]
    said = {"step0": [{"does": worker, "sees": head}, {"does": worker}], "step1": [{"sees": worker}]}
    made = write(cast, "signed", "crew_leader", said)
    page, url = reverse("practices:kept", args=[made.pk]), reverse("practices:sign", args=[made.pk])
    shown = signed_in("worker").get(page).content.decode()
    places = ["三 作业 · 负责人", "三 作业 · 见证人", "三 作业第 2 行 · 负责人", "四 验收 · 见证人"]
    assert re.findall("<small>(.*) · 还没有签", shown.replace("</small>", "\n")) == places
    assert shown.count("我签") == 1
    assert signed_in("crew_leader").post(url).status_code == 404
    assert signed_in("worker").post(url).status_code == 302
    assert list(made.people.filter(signed_at=None).values_list("person", flat=True)) == [head.pk]
    assert "我签" not in signed_in("worker").get(page).content.decode()


def test_a_correction_of_a_chain_asks_the_rows_the_record_has(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    take_over(cast, CHAIN, code="chains")
    spec, now = PracticeSpec.from_plain(CHAIN), timezone.now()
    today = timezone.localdate(now)
    (key,) = drawn(spec, cast.units["ZC1-1"], today, None)
    (other,) = {"a", "b"} - {key}
    old = write(cast, "chain", "crew_leader", {key: [{"ok": {"ok": True}}]}, happened_at=now)
    client, url = signed_in("crew_leader"), reverse("practices:correct", args=[old.pk])
    page = client.get(url).content.decode()
    assert f'name="{key}.1.ok"' in page
    assert f'name="{other}.1.ok"' not in page
    said = {"id": uuid4(), f"{key}.1.ok": "no", f"{key}.1.ok-text": "没打牢", "reason": "看漏了", "shift": ""}
    for day in (today - dt.timedelta(days=back) for back in range(4)):
        record = Record.objects.get(is_current=True)
        url = reverse("practices:correct", args=[record.pk])  # on another day others would be drawn
        assert client.post(url, {**said, "id": uuid4(), "day": day.isoformat()}).status_code == 302
    assert set(Record.objects.get(is_current=True).answers) == {key}


# ── in confidence ──
def test_a_line_is_asked_for_in_words_that_fit(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    state = {"key": "state", "label": "状态", "kind": "choice", "options": {"calm": "平稳", "watch": "要帮"}}
    who, fit = TALK["form"][0], {**state, "fails": ["watch"], "raises": "care"}
    take_over(cast, {**TALK, "code": "caring", "form": [who, fit, {"key": "roof", "label": "顶帮", **CHECK}]}, code="c")
    client, said = signed_in("section_head"), {"who": cast.people["worker"].staff_no, "state": "watch", "roof": "ok"}
    page = client.get(form_of("caring")).content.decode()
    assert page.count("写一句：怎么安排、怎么帮（不写病情和家事）</label>") == 1
    assert page.count("写一句：在哪里，什么情况</label>") == 1
    assert client.post(form_of("caring"), {"id": uuid4(), **said, "state-text": ""}).status_code == 422
    assert client.post(form_of("caring"), {"id": uuid4(), **said, "state-text": "结对子"}).status_code == 302
    assert Issue.objects.get().kind == "care"


def test_what_is_private_is_never_shown_again(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    client, long = signed_in("section_head"), "只有我知道" * 60
    answer = client.post(form_of("oneself"), {"id": uuid4(), "a": "no", "a-text": "找副队长谈", "b": long})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "只有我知道" not in text
    assert "找副队长谈" not in text
    client.post(form_of("oneself"), {"id": uuid4(), "a": "no", "a-text": "找副队长谈", "b": "只有我知道"})
    made = Record.objects.get()
    assert (made.answers, made.sealed, made.failing, Issue.objects.get().text) == ({}, "", 0, "找副队长谈")
    assert [one.field for one in made.matters.all()] == [""]
    assert AuditEvent.objects.get(action="practices.record.made").subject_label == "私密记录"
    for who in ("branch_secretary", "mine_leader", "party_officer"):
        assert signed_in(who).get(reverse("practices:kept", args=[made.pk])).status_code == 404


def test_each_opening_of_a_restricted_record_is_logged(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    made = write(cast, "talk", "section_head", {"who": cast.people["worker"], "said": "想学电工"})
    url = reverse("practices:kept", args=[made.pk])
    assert "想学电工" in signed_in("branch_secretary").get(url).content.decode()
    assert AuditEvent.objects.filter(action="practices.record.read").count() == 1
    for who in ("worker", "crew_leader", "party_officer", "mine_leader", "auditor"):
        assert signed_in(who).get(url).status_code == 404, who


# ── lists ──
def test_the_list_and_its_file_show_what_one_may_see(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    write(cast, "look", "crew_leader", {"roof": {"ok": False, "text": "=掉渣"}})
    write(cast, "talk", "section_head", {"who": cast.people["worker"], "said": "想学电工"})
    write(cast, "oneself", "section_head", {"b": "不告诉人"})
    head = signed_in("section_head").get(reverse("practices:records")).content.decode()
    for title in ("当班一看", "谈心谈话", "问自己"):
        assert f'<td data-label="项目">{title}' in head
    others = signed_in("mine_leader").get(reverse("practices:records")).content.decode()
    assert others.count('data-label="项目"') == 1
    response = signed_in("branch_secretary").get(reverse("practices:records_file"))
    rows = list(csv.reader(io.StringIO(response.getvalue().decode().removeprefix("\ufeff"))))
    assert sorted(row[1] for row in rows) == ["当班一看", "谈心谈话", "项目"]
    told = str(rows)
    assert "想学电工" not in told
    assert "马小军" not in told
    assert "掉渣" not in told


def test_one_picks_between_what_one_may_list(cast: Cast, signed_in: SignIn, look: Practice) -> None:
    def offered(member: str) -> set[str]:
        page = signed_in(member).get(reverse("practices:records")).content.decode()
        return {code for code in ("look", "talk", "oneself") if f'<option value="{code}"' in page}

    assert offered("section_head") == {"look"}
    assert offered("branch_secretary") == {"look", "talk"}
    write(cast, "talk", "section_head", {"who": cast.people["worker"], "said": "想学电工"})
    write(cast, "oneself", "section_head", {"b": "不告诉人"})
    assert offered("section_head") == {"look", "talk"}
    assert offered("mine_leader") == {"look"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?practice=look", 1),
        ("?unit=ZC1", 2),
        ("?unit=ZC1-2", 0),
        ("?performer=10002", 1),
        ("?period=2020-01", 0),
        ("?practice=none", None),
        ("?unit=none", None),
        ("?performer=none", None),
        ("?period=x", None),
        ("?after=x", None),
        ("?after=2026-01-01_x", None),
    ],
)
def test_the_list_is_narrowed_by_its_address(
    cast: Cast, signed_in: SignIn, look: Practice, query: str, count: int | None
) -> None:
    assert cast.people["crew_leader"].staff_no == "10002"
    write(cast, "look", "crew_leader", {"roof": {"ok": True}})
    write(cast, "crews", "section_head", {"ok": {"ok": True}}, unit=cast.units["ZC1-1"])
    answer = signed_in("section_head").get(reverse("practices:records") + query)
    assert answer.status_code == (200 if count is not None else 404)
    assert answer.content.decode().count('data-label="项目"') == (count or 0)


def test_pages_follow_each_other_and_cost_the_same(
    cast: Cast, signed_in: SignIn, look: Practice, at: dt.datetime
) -> None:
    client, url = signed_in("section_head"), reverse("practices:records")
    costs = []
    client.get(url)
    for _ in range(2):
        for _ in range(30):
            write(cast, "look", "crew_leader", {"roof": {"ok": True}})
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url)
        costs.append(len(asked))
    assert costs[0] == costs[1]
    first = page.content.decode()
    assert first.count('data-label="项目"') == 50
    key = first.split("?after=")[1].split('"')[0]
    assert client.get(f"{url}?after={key}").content.decode().count('data-label="项目"') == 10

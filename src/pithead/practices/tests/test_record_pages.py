"""The page on which a record is written, and the page on which it is kept."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.testing import Story
from pithead.org.models import Place
from pithead.org.testing import OPENED, Cast
from pithead.practices.actions import RecordDraft, record
from pithead.practices.models import Practice, Record
from pithead.practices.tests.worlds import take_over

SignIn = Callable[[str], Client]
EVERY_KIND: dict[str, Any] = {
    "code": "every",
    "title": "样样都有",
    "performers": ["crew_leader"],
    "raises": "hazard",
    "form": [
        {"key": "roof", "label": "顶帮", "kind": "check", "required": True},
        {"key": "met", "label": "见了谁", "kind": "choice", "options": {"a": "班长", "b": "职工"}, "required": True},
        {"key": "gas", "label": "甲烷", "kind": "number", "unit": "%", "least": "0", "most": "100", "high": "0.99"},
        {"key": "said", "label": "说了什么", "kind": "text", "raises": "request"},
        {"key": "who", "label": "谁", "kind": "person"},
        {"key": "present", "label": "到会的人", "kind": "people", "prefill": "roster"},
        {"key": "unit", "label": "哪个单位", "kind": "unit"},
        {"key": "place", "label": "在哪里", "kind": "place", "about": True},
        {"key": "photo", "label": "照片", "kind": "photo"},
        {"key": "mate", "label": "见证人", "kind": "signer"},
        {
            "key": "tasks",
            "label": "今天的活",
            "kind": "rows",
            "rows": [
                {"key": "task", "label": "干什么", "kind": "text", "required": True},
                {"key": "lead", "label": "谁负责", "kind": "person"},
            ],
        },
    ],
}


@pytest.fixture
def every(cast: Cast) -> Practice:
    take_over(cast, EVERY_KIND)
    Place.objects.create(
        mine=cast.mine, code="P1", name="8201 顺槽", kind="working", unit=cast.units["ZC1-1"], since=OPENED
    )
    return Practice.objects.get(code="every")


def sent(cast: Cast, **more: Any) -> dict[str, Any]:
    worker, lead = cast.people["worker"], cast.people["crew_leader"]
    return {
        "id": "8a6c2f86-5d0e-4c0a-9f2e-4f0a5f3c1d11",
        "roof": "ok",
        "met": "a",
        "gas": "0.4",
        "who": f"{worker.name} {worker.staff_no}",
        "present-ticked": [worker.staff_no],
        "unit": "ZC1-1",
        "place": "P1",
        "mate": worker.staff_no,
        "tasks.1.task": "割煤",
        "tasks.1.lead": lead.name,
        "tasks.2.task": "",
        **more,
    }


def test_every_kind_of_field_is_drawn_read_and_shown(cast: Cast, signed_in: SignIn, every: Practice) -> None:
    client, url = signed_in("crew_leader"), reverse("practices:record", args=["every"])
    page = client.get(url)
    assert page.status_code == 200
    for label in ("顶帮", "见了谁", "甲烷", "8201 顺槽", "今天的活", "马小军"):
        assert label in page.content.decode()
    answer = client.post(url, sent(cast))
    made = Record.objects.get()
    assert answer["Location"] == reverse("practices:kept", args=[made.pk])
    assert made.answers["tasks"] == [
        {"task": "割煤", "lead": {"staff_no": cast.people["crew_leader"].staff_no, "name": "牛铁柱"}}
    ]
    assert made.answers["gas"] == "0.4"
    shown = client.get(answer["Location"]).content.decode()
    for said in ("正常", "班长", "0.4 %", "马小军", "8201 顺槽", "割煤", "还没有签"):
        assert said in shown


def test_what_was_typed_stands_there_again_when_something_is_missing(
    cast: Cast, signed_in: SignIn, every: Practice
) -> None:
    client, url = signed_in("crew_leader"), reverse("practices:record", args=["every"])
    answer = client.post(url, sent(cast, roof="no", met="", said="想换一批工具"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "有问题的写一句" in text
    assert "请选一项" in text
    assert "想换一批工具" in text
    assert not Record.objects.exists()
    answer = client.post(url, sent(cast, **{"roof": "no", "roof-text": "掉渣", "said": "想换一批工具"}))
    assert answer.status_code == 302
    assert sorted(Issue.objects.values_list("kind", "text")) == [("hazard", "掉渣"), ("request", "想换一批工具")]


def test_more_rows_come_without_a_script(cast: Cast, signed_in: SignIn, every: Practice) -> None:
    client, url = signed_in("crew_leader"), reverse("practices:record", args=["every"])
    page = client.post(url, sent(cast, more="tasks")).content.decode()
    assert "tasks.3.task" in page
    assert "割煤" in page
    assert "同上次" not in page
    assert not Record.objects.exists()


MEETING: dict[str, Any] = {
    "code": "before",
    "title": "班前会",
    "performers": ["crew_leader"],
    "quotas": [{"every": "shift", "per": "unit", "among": "crew"}],
    "form": [
        {"key": "present", "label": "到会的人", "kind": "people", "prefill": "roster", "required": True},
        {
            "key": "pairs",
            "label": "互保",
            "kind": "rows",
            "prefill": "last",
            "rows": [{"key": key, "label": key, "kind": "person", "required": True} for key in ("one", "other")],
        },
    ],
}


def test_who_is_barred_today_is_neither_present_nor_paired(cast: Cast, signed_in: SignIn) -> None:
    take_over(cast, MEETING)
    worker, lead, now = cast.people["worker"], cast.people["crew_leader"], timezone.now()
    draft = RecordDraft(
        Practice.objects.get(code="before"), {"present": [worker, lead], "pairs": [{"one": worker, "other": lead}]}
    )
    record(by=cast.actor("crew_leader"), at=now, mine=cast.mine, draft=draft)
    client, url = signed_in("crew_leader"), reverse("practices:record", args=["before"])
    before = client.get(url).content.decode()
    assert f'value="{worker.staff_no}" checked' in before
    assert f'name="pairs.1.one" value="{worker.name} {worker.staff_no}"' in before
    assert "不安排下井" not in before
    Story(cast, now).begins("section_head", "care", grade="stop")
    page = client.get(url).content.decode()
    assert f"今天不安排下井：{worker.name}</span>" in page
    assert worker.staff_no not in page
    assert 'name="pairs.1.one" value=""' in page
    assert f'name="pairs.1.other" value="{lead.name} {lead.staff_no}"' in page
    assert f'value="{lead.staff_no}" checked' in page


WALK: dict[str, Any] = {
    "code": "walk",
    "title": "走动",
    "performers": ["branch_secretary"],
    "quotas": [{"every": "month", "count": 8}],
    "form": [{"key": "place", "label": "走到", "kind": "place", "prefill": "last", "about": True, "required": True}],
}


def test_where_he_walked_last_stands_there_and_he_may_walk_above_ground(cast: Cast, signed_in: SignIn) -> None:
    take_over(cast, WALK)
    places = (
        ("A", "食堂", None, False),
        ("B", "8201", "ZC1", True),
        ("C", "队部", "ZC1", False),
        ("D", "M", "M1", True),
    )
    for code, name, unit, underground in places:
        where = {"unit": cast.units[unit] if unit else None, "underground": underground}
        Place.objects.create(mine=cast.mine, code=code, name=name, kind="working", since=OPENED, **where)
    client, url = signed_in("branch_secretary"), reverse("practices:record", args=["walk"])
    offered = [one for one in re.findall(r'<option value="(\w*)"', client.get(url).content.decode()) if one]
    assert offered == ["B", "A", "C"]
    for code in ("B", "A", "C"):
        assert client.post(url, {"id": uuid4(), "place": code}).status_code == 302
        assert f'<option value="{code}" selected>' in client.get(url).content.decode()
    assert client.post(url, {"id": uuid4(), "place": ""}).status_code == 422


def test_of_another_crew_nothing_is_taken_over(cast: Cast, signed_in: SignIn) -> None:
    crews = {**MEETING, "performers": ["section_head"], "form": [{"key": "t", "label": "活", "prefill": "last"}]}
    take_over(cast, crews)
    client, url = signed_in("section_head"), reverse("practices:record", args=["before"])
    client.post(f"{url}?unit=ZC1-1", {"id": uuid4(), "t": "割煤"})
    assert "割煤" in client.get(f"{url}?unit=ZC1-1").content.decode()
    assert "割煤" not in client.get(f"{url}?unit=ZC1-2").content.decode()


def test_a_day_the_address_names_stands_there_open(cast: Cast, signed_in: SignIn, every: Practice) -> None:
    client, url = signed_in("crew_leader"), reverse("practices:record", args=["every"])
    today = timezone.localdate()
    folded, opened = "<details><summary>哪天", "<details open><summary>哪天"
    assert opened in client.get(f"{url}?day={today - dt.timedelta(days=1)}").content.decode()
    for query in ("", f"?day={today}"):
        page = client.get(url + query).content.decode()
        assert folded in page
        assert opened not in page


def test_only_where_something_is_checked_it_is_normal_unless_said(cast: Cast, signed_in: SignIn) -> None:
    said = {"key": "said", "label": "听到的问题", "kind": "text"}
    check = {"key": "roof", "label": "顶帮", "kind": "check", "required": True}
    forms = {"plain": [said], "checked": [said, check]}
    take_over(cast, *({"code": c, "title": c, "performers": ["crew_leader"], "form": f} for c, f in forms.items()))
    client = signed_in("crew_leader")
    pages = {code: client.get(reverse("practices:record", args=[code])).content.decode() for code in forms}
    assert {code: "只点有问题的" in page for code, page in pages.items()} == {"plain": False, "checked": True}


@pytest.mark.parametrize(
    ("who", "status"), [("section_head", 404), ("worker", 404), ("stranger", 404), ("crew_leader", 200)]
)
def test_others_have_no_such_page(cast: Cast, signed_in: SignIn, every: Practice, who: str, status: int) -> None:
    assert signed_in(who).get(reverse("practices:record", args=["every"])).status_code == status


@pytest.mark.parametrize(
    "query",
    ["?unit=M1", "?unit=nowhere", "?subject=nobody", "?bond=1", "?bond=x", "?place=no", "?day=2026-13-01", "?day=x"],
)
def test_an_address_that_means_nothing_or_is_not_his_is_no_page(
    cast: Cast, signed_in: SignIn, every: Practice, query: str
) -> None:
    assert signed_in("crew_leader").get(reverse("practices:record", args=["every"]) + query).status_code == 404


def test_who_sees_the_unit_sees_the_record_and_nobody_else(
    cast: Cast, signed_in: SignIn, every: Practice, at: dt.datetime
) -> None:
    signed_in("crew_leader").post(
        reverse("practices:record", args=["every"]), sent(cast, mate="", who="", **{"present-ticked": []})
    )
    url = reverse("practices:kept", args=[Record.objects.get().pk])
    seen = {member for member in cast.members if signed_in(member).get(url).status_code == 200}
    assert seen >= {"crew_leader", "section_head", "branch_secretary", "party_officer", "mine_leader", "section_clerk"}
    assert not seen & {"worker", "stranger", "hr_officer", "administrator", "auditor"}

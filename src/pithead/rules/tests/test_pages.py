"""The pages of the policies."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pithead.org.access import RoleCode
from pithead.org.models import Post
from pithead.org.testing import OPENED, Cast
from pithead.rules import actions
from pithead.rules.actions import PolicyDraft
from pithead.rules.forms import read_clauses
from pithead.rules.models import Policy

SignIn = Callable[[str], Client]
JANUARY = dt.date(2026, 1, 1)
TYPED = {
    "number": "青矿党〔2026〕12号",
    "title": "区队考核办法",
    "issuer": "矿党委",
    "issued_on": "2026-01-01",
    "in_force_from": "2026-01-01",
    "clauses": "第一章 总则\n第一条　考核区队。\n第二条　每月一次。\n月底截止。",
}


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def enact(cast: Cast, at: dt.datetime, number: int = 0) -> Policy:
    draft = PolicyDraft(f"第{number}号", f"考核办法{number}", "矿党委", JANUARY, JANUARY, [("第一条", f"内容{number}")])
    return actions.enact(by=cast.system(), at=at, mine=cast.mine, draft=draft)


@pytest.fixture
def policy(cast: Cast, at: dt.datetime) -> Policy:
    return enact(cast, at)


@pytest.fixture
def officer(signed_in: SignIn) -> Client:
    return signed_in("party_officer")


@pytest.fixture
def neighbour(cast: Cast, signed_in: SignIn) -> Client:
    """A party officer, but of the mine next door."""
    person = cast.people["stranger"]
    Post.objects.create(
        mine=cast.other_mine, person=person, role=RoleCode.PARTY_OFFICER, unit=cast.other_mine, since=OPENED
    )
    return signed_in("stranger")


def test_everybody_of_the_mine_reads_its_policies(policy: Policy, signed_in: SignIn) -> None:
    worker = signed_in("worker")
    assert "考核办法0" in text(worker.get("/policies/"))
    page = text(worker.get(f"/policies/{policy.pk}/"))
    assert "内容0" in page
    assert "现行" in page
    assert "更正" not in page
    assert worker.get("/policies/999999999999999999999999/").status_code == 404


def test_the_mine_next_door_reads_and_changes_nothing(policy: Policy, neighbour: Client) -> None:
    assert "考核办法0" not in text(neighbour.get("/policies/"))
    assert neighbour.get("/policies/?mine=QSY").status_code == 404
    for tail in ("", "correct/", "amend/", "repeal/"):
        assert neighbour.get(f"/policies/{policy.pk}/{tail}").status_code == 404


@pytest.mark.parametrize("tail", ["new/", "{}/correct/", "{}/amend/", "{}/repeal/"])
def test_forms_are_for_those_with_the_right(policy: Policy, signed_in: SignIn, officer: Client, tail: str) -> None:
    address = f"/policies/{tail.format(policy.pk)}"
    assert "<form" in text(officer.get(address))
    assert "errors" in text(officer.post(address, {"title": ""}))
    assert officer.put(address).status_code == 405
    for member in ("worker", "mine_leader"):
        assert signed_in(member).get(address).status_code == 404
        assert signed_in(member).post(address, TYPED).status_code == 404


def test_reading_takes_no_post_and_loading_no_get(policy: Policy, officer: Client, signed_in: SignIn) -> None:
    assert officer.post("/policies/").status_code == 405
    assert officer.post(f"/policies/{policy.pk}/").status_code == 405
    assert officer.get("/policies/samples/").status_code == 405
    assert signed_in("worker").post("/policies/samples/", {"pack": "six-good"}).status_code == 404


def test_a_paper_is_typed_in_corrected_amended_and_repealed(officer: Client) -> None:
    assert officer.post("/policies/new/", TYPED).headers["Location"] == "/policies/"
    first = Policy.objects.get()
    clauses = list(first.clauses.order_by("position").values_list("number", "text"))
    assert clauses == [("第一条", "考核区队。"), ("第二条", "每月一次。\n月底截止。")]
    assert "第二条　每月一次。" in text(officer.get(f"/policies/{first.pk}/correct/"))
    officer.post(f"/policies/{first.pk}/correct/", {**TYPED, "title": "区队月度考核办法"})
    later = {**TYPED, "number": "青矿党〔2026〕40号", "issued_on": "2026-06-20", "in_force_from": "2026-07-01"}
    officer.post(f"/policies/{first.pk}/amend/", later)
    second = Policy.objects.get(number="青矿党〔2026〕40号")
    page = text(officer.get(f"/policies/{second.pk}/"))
    assert "青矿党〔2026〕12号" in page
    assert "2026-06-30" in text(officer.get("/policies/"))
    officer.post(f"/policies/{second.pk}/repeal/", {"on": "2026-08-01"})
    assert "已失效" in text(officer.get("/policies/"))


def test_a_refused_paper_comes_back_with_the_reason_and_what_was_typed(policy: Policy, officer: Client) -> None:
    page = text(officer.post("/policies/new/", {**TYPED, "number": "第0号"}))
    assert "文号 第0号 已经是《考核办法0》" in page
    assert "月底截止。" in page
    assert "请以“第一条”起头" in text(officer.post("/policies/new/", {**TYPED, "clauses": "为了考核"}))


def test_a_sample_becomes_the_mines_own_and_is_offered_no_more(officer: Client) -> None:
    assert "六好区队考核管理办法" in text(officer.get("/policies/"))
    page = text(officer.post("/policies/samples/", {"pack": "six-good"}, follow=True))
    assert "缺项" in page
    assert 'value="six-good"' not in text(officer.get("/policies/"))
    assert "没有“x”这份制度样本" in text(officer.post("/policies/samples/", {"pack": "x"}, follow=True))


def test_policies_are_found_by_the_words_of_a_clause(cast: Cast, at: dt.datetime, officer: Client) -> None:
    for number in range(3):
        enact(cast, at, number)
    page = text(officer.get("/policies/?q=内容2"))
    assert "考核办法2" in page
    assert "考核办法1" not in page
    assert "没有找到" in text(officer.get("/policies/?q=没有的词"))


@pytest.mark.parametrize("address", ["/policies/", "/policies/{}/"])
def test_pages_ask_as_many_queries_of_many_policies_as_of_few(
    cast: Cast, at: dt.datetime, officer: Client, policy: Policy, address: str
) -> None:
    officer.get("/policies/")
    counts = []
    for start in (1, 11):
        for number in range(start, start + 10):
            enact(cast, at, number)
        with CaptureQueriesContext(connection) as queries:
            text(officer.get(address.format(policy.pk)))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_pasted_papers_are_cut_at_their_clauses() -> None:
    assert read_clauses("第一条：甲\n第 二 条 乙\n　丙\n\n第二条之一 丁\n第二章 附则\n第12条 戊") == [
        ("第一条", "甲"),
        ("第二条", "乙\n丙"),
        ("第二条之一", "丁"),
        ("第12条", "戊"),
    ]
    with pytest.raises(ValidationError):
        read_clauses("前言\n第一条 甲")

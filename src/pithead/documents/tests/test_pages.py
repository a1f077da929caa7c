"""文书与报表: who finds what, and what comes down."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from pithead.assess.models import Cycle
from pithead.documents.tests.months import june
from pithead.org.testing import Cast

SignIn = Callable[[str], Client]
INDEX = "/documents/"
BULLETIN, RESULTS = "/documents/bulletin/small/2026-06/", "/documents/results/small/2026-06/"


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    return june(cast, at)


@pytest.fixture
def draft(cast: Cast, at: dt.datetime) -> Cycle:
    return june(cast, at, final=False)


def test_the_bulletin_comes_down_under_its_chinese_name(signed_in: SignIn, cycle: Cycle) -> None:
    response = signed_in("party_officer").get(BULLETIN, {"number": "7"})
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    disposition = response["Content-Disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert unquote(disposition.split("''")[1]) == "小标准2026年6月通报.docx"
    with zipfile.ZipFile(io.BytesIO(response.content)) as package:
        assert "考〔2026〕7号" in package.read("word/document.xml").decode()


def test_the_workbook_comes_down_for_everybody(signed_in: SignIn, cycle: Cycle) -> None:
    response = signed_in("worker").get(RESULTS)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert unquote(response["Content-Disposition"]).endswith("小标准2026年6月考核结果.xlsx")


@pytest.mark.parametrize("member", ["worker", "assessor", "section_head", "stranger", "auditor"])
def test_a_bulletin_does_not_exist_for_those_who_may_not_issue_it(signed_in: SignIn, cycle: Cycle, member: str) -> None:
    assert signed_in(member).get(BULLETIN).status_code == 404


@pytest.mark.parametrize("member", ["worker", "assessor", "stranger"])
def test_a_draft_does_not_exist_for_those_who_may_not_see_drafts(signed_in: SignIn, draft: Cycle, member: str) -> None:
    client = signed_in(member)
    assert client.get(RESULTS).status_code == 404
    assert "2026年6月" not in client.get(INDEX).content.decode()


def test_a_draft_comes_down_marked_for_those_who_may(signed_in: SignIn, draft: Cycle) -> None:
    client = signed_in("mine_leader")
    for address in (BULLETIN, RESULTS):
        assert "（草稿）" in unquote(client.get(address)["Content-Disposition"])
    assert "草稿 .docx" in client.get(INDEX).content.decode()


def test_the_mine_next_door_sees_nothing(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("stranger")
    assert client.get(RESULTS).status_code == 404
    assert "小标准" not in client.get(INDEX).content.decode()


@pytest.mark.parametrize("address", ["/documents/results/small/2026-13/", "/documents/results/none/2026-06/"])
def test_a_month_that_is_not_there_is_not_found(signed_in: SignIn, cycle: Cycle, address: str) -> None:
    assert signed_in("party_officer").get(address).status_code == 404


def test_papers_are_only_fetched(signed_in: SignIn, cycle: Cycle) -> None:
    for address in (INDEX, BULLETIN, RESULTS):
        assert signed_in("party_officer").post(address).status_code == 405


def test_a_wrong_number_is_explained_on_the_page(signed_in: SignIn, cycle: Cycle) -> None:
    response = signed_in("party_officer").get(BULLETIN, {"number": "第七号"})
    assert response.status_code == 422
    assert "发文字号“第七号”写法不对" in response.content.decode()


def test_the_page_lists_settled_months_with_their_downloads(signed_in: SignIn, cycle: Cycle) -> None:
    said = signed_in("party_officer").get(INDEX).content.decode()
    for month in ("2026-05", "2026-06"):
        assert f'href="/documents/results/small/{month}/"' in said
        assert f'action="/documents/bulletin/small/{month}/"' in said
    worker = signed_in("worker").get(INDEX).content.decode()
    assert f'href="{RESULTS}"' in worker
    assert "/documents/bulletin/" not in worker


def test_warnings_wait_on_the_next_page(signed_in: SignIn, cycle: Cycle) -> None:
    client = signed_in("party_officer")
    client.get(BULLETIN)
    assert "已写成“某某”，印发前请核对" in client.get(INDEX).content.decode()


def test_the_page_of_results_offers_the_papers(signed_in: SignIn, cycle: Cycle) -> None:
    said = signed_in("party_officer").get(reverse("assess:results", args=("small", "2026-06"))).content.decode()
    assert BULLETIN in said
    assert RESULTS in said

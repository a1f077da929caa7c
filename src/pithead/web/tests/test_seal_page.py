"""The sealed chain on the desk of auditors."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from pithead.assess.actions import open_cycle, submit, withdraw
from pithead.assess.models import Item
from pithead.assess.testing import issue_small_standard
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.sealing import anchor
from pithead.org.access import RoleCode
from pithead.org.models import Post, Unit
from pithead.org.testing import OPENED, Cast

Page = Callable[[str], str]


@pytest.fixture
def page(cast: Cast, at: dt.datetime, signed_in: Callable[[str], Client]) -> Page:
    """What the auditor of a mine with one standard under seal reads at this address."""
    issue_small_standard(cast, at)
    client = signed_in("auditor")
    return lambda query: client.get(f"/seal/{query}").content.decode()


def test_the_chain_is_listed_with_its_codes(page: Page) -> None:
    shown = page("")
    assert f"最新校验码 {anchor('QSY')}" in shown
    assert "发布考核标准" in shown
    assert "小标准第 1 版" in shown
    assert "都与封存时一致" not in shown  # nothing is compared before it is asked for


def test_all_is_well_or_what_was_changed_is_named(page: Page) -> None:
    assert "青石峪煤矿封存中的 1 条记录都与封存时一致，封存链 1 环完整" in page("?check=1&anchor=")
    Item.objects.filter(code="B1").update(full_marks=50)
    shown = page("?check=1&anchor=")
    assert "与封存的不一致" in shown
    assert "考核标准“小标准第 1 版”" in shown


def test_the_code_from_paper_is_checked(page: Page) -> None:
    good = anchor("QSY")
    assert f"校验码 {good} 与数据库一致" in page(f"?check=1&anchor={good}")
    for wrong in ("7:0123456789abcdef", f"1:{'1' * 16}"):
        shown = page(f"?check=1&anchor={wrong}")
        assert "请先对照纸面，看是不是抄错了" in shown
        assert "还不能说没有改动" in shown
        assert "notice good" not in shown
    assert "没有第 7 环" in page("?check=1&anchor=7:0123456789abcdef")
    assert "不是校验码" in page("?check=1&anchor=abc")
    assert "不是校验码" in page("?check=1&anchor=%3Ci%3Ex")
    assert "<i>x" not in page("?check=1&anchor=%3Ci%3Ex")


def test_what_was_taken_back_after_a_change_stays_on_record(cast: Cast, at: dt.datetime, page: Page) -> None:
    cycle = open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    submission = submit(by=cast.system(), at=at, cycle=cycle, office=cast.units["SAF"])
    type(submission).objects.update(submitted_by="别人")
    assert "记录在案" not in page("?check=1&anchor=")
    withdraw(by=cast.system(), at=at, cycle=cycle, office=cast.units["SAF"])
    shown = page("?check=1&anchor=")
    assert "记录在案" in shown
    assert "安全科（当时与封存的不一致）" in shown


def test_looking_writes_nothing(page: Page) -> None:
    before = AuditEvent.objects.count()
    page("?check=1&anchor=")
    assert AuditEvent.objects.count() == before


def test_who_audits_several_mines_chooses_one(cast: Cast, page: Page) -> None:
    company = Unit.objects.get(code="HLN")
    auditor = cast.people["auditor"]
    assert 'name="mine"' not in page("")
    Post.objects.create(mine=cast.mine, person=auditor, role=RoleCode.AUDITOR, unit=company, since=OPENED)
    assert "白云岭煤矿的封存链" in page("?mine=BYL")
    assert "还没有封存任何记录" in page("?mine=BYL")
    assert "青石峪煤矿的封存链" in page("?mine=QSY")
    assert "青石峪煤矿的封存链" in page("?mine=XXX&check=1")


def test_for_others_there_is_no_such_page(cast: Cast, signed_in: Callable[[str], Client]) -> None:
    for member in ("worker", "party_officer", "mine_leader", "administrator"):
        assert signed_in(member).get("/seal/").status_code == 404

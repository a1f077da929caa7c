"""The 校验码 on paper: printed with a month that was approved, the same on every printing, and checked against the database."""

import datetime as dt
import io

import docx
import pytest
from python_calamine import CalamineWorkbook

from pithead.assess import actions as assess
from pithead.assess.models import Cycle
from pithead.assess.queries.seals import month_anchor
from pithead.assess.testing import draft, issue_small_standard, settle
from pithead.documents.actions import issue_bulletin, issue_result_book
from pithead.kernel.periods import Period
from pithead.kernel.sealing import check_anchor
from pithead.org.testing import Cast


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    """June, settled after May."""
    return [settled(cast, at, period) for period in ("2026-05", "2026-06")][-1]


def settled(cast: Cast, at: dt.datetime, period: str) -> Cycle:
    standard = issue_small_standard(cast, at)
    act = {"by": cast.system(), "at": at}
    cycle = assess.open_cycle(**act, mine=cast.mine, code="small", period=Period.parse(period))
    assess.add_entries(**act, cycle=cycle, drafts=[draft(standard, cast.units["ZC1"], "B1", "1.5")])
    return settle(cycle, **act)


def printed(cast: Cast, at: dt.datetime, cycle: Cycle) -> tuple[str, str]:
    """The lines of bulletin and workbook that hold the code; empty where there is none."""
    word = docx.Document(io.BytesIO(issue_bulletin(by=cast.system(), at=at, cycle=cycle).content))
    book = CalamineWorkbook.from_filelike(io.BytesIO(issue_result_book(by=cast.system(), at=at, cycle=cycle).content))
    bulletin = [line.text for line in word.paragraphs if "校验码" in line.text]
    workbook = [str(row[1]) for row in book.get_sheet_by_name("说明").to_python() if row[0] == "校验码"]
    return "".join(bulletin), "".join(workbook)


def test_a_settled_month_is_printed_with_its_code(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    code = month_anchor(cycle)
    bulletin, workbook = printed(cast, at, cycle)
    assert bulletin.startswith(f"校验码 {code}。")
    assert workbook.startswith(f"{code}。")
    assert check_anchor("QSY", code) == ""


def test_the_code_is_that_of_the_month_whatever_is_sealed_after_it(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    before = printed(cast, at, cycle)
    other = Cycle.objects.get(mine=cast.mine, code=cycle.code, period="2026-05")
    assess.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=other, reason="漏报一处")
    assert printed(cast, at, cycle) == before


def test_a_draft_has_none(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    assess.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=cycle, reason="漏报一处")
    assess.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert printed(cast, at, cycle) == ("", "")

"""The workbook read back with the library that reads everybody else's."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from python_calamine import CalamineWorkbook

from pithead.assess.models import Cycle
from pithead.assess.queries import board, item_scores
from pithead.documents.actions import issue_result_book
from pithead.documents.tests.months import JUNE, UNNAMED, june, more_sections, settled, shipped
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast

Rows = list[list[object]]


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    return june(cast, at)


def sheets(content: bytes) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def book(cast: Cast, at: dt.datetime, cycle: Cycle) -> dict[str, Rows]:
    return sheets(issue_result_book(by=cast.system(), at=at, cycle=cycle).content)


def sheet_xml(content: bytes, number: int) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read(f"xl/worksheets/sheet{number}.xml").decode()


def test_the_ranking_equals_the_result_item_by_item(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    rows = book(cast, at, cycle)["排名"]
    assert rows[0][0] == "青石峪煤矿2026年6月小标准考核结果"
    assert rows[1][:6] == ["名次", "单位", "组别", "组内名次", "班子建设好", ""]
    assert rows[2][4:8] == ["A1 要求A1（30）", "A2 要求A2（10）", "B1 要求B1（40）", "B2 要求B2（20）"]
    scores = item_scores(cycle)
    result = sorted(board(cycle, per_page=None).rows, key=lambda row: (row.rank or 0, row.unit_name))
    for printed, row in zip(sorted(rows[3 : 3 + len(result)], key=lambda row: row[:2]), result, strict=True):
        assert printed[:4] == [row.rank, row.unit_name, row.group_name, row.group_rank]
        expected = [scores[row.unit_id][code] for code in ("A1", "A2", "B1", "B2")]
        assert [Decimal(str(value)) if value != "" else None for value in printed[4:8]] == expected
        assert [Decimal(str(value)) for value in printed[8:11]] == [row.normalised, row.bonus, row.total]
        assert printed[11:13] == [row.tier_name, row.moved]
    assert rows[3 + len(result) + 1][0].split() == ["制表：", "审核：", "批准：", "日期："]  # type: ignore[attr-defined]


def test_numbers_are_numbers_with_two_places(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    content = issue_result_book(by=cast.system(), at=at, cycle=cycle).content
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        styles = package.read("xl/styles.xml").decode()
    assert "+0.00;-0.00;0.00" in styles
    assert isinstance(sheets(content)["排名"][3][10], float)


def test_the_ledger_holds_every_entry_signed(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    rows = book(cast, at, cycle)["加扣分明细"][2:-2]
    by_reason = {row[6]: row for row in rows}
    for _, item, points, kind, reason in JUNE:
        row = by_reason[reason.replace(UNNAMED, "职工马某某不清楚本岗位风险")]
        sign = {"deduction": -1, "bonus": 1}.get(kind)
        assert row[2] == item
        assert row[5] == ("" if sign is None else sign * float(points))
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1))


def test_the_notes_say_how_it_was_reckoned(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    notes = {row[0]: row[1] for row in book(cast, at, cycle)["说明"][2:]}
    assert notes["考核标准"] == "小标准 第 1 版，自 2026-01 起执行"
    assert notes["考核周期"] == "2026年6月（2026年6月1日至2026年6月30日）"
    assert notes["档次"] == "优秀 90 分及以上；良好 80 分及以上；一般 70 分及以上；较差 其余"
    assert notes["同分排序"] == "依次比较“安全生产好”、“要求A1”的得分，仍相同的名次并列"
    assert notes["分组：采掘"] == "采煤、掘进"


def test_it_prints_on_a4_across_one_page_wide_with_its_heads_repeated(
    cast: Cast, at: dt.datetime, cycle: Cycle
) -> None:
    content = issue_result_book(by=cast.system(), at=at, cycle=cycle).content
    xml = sheet_xml(content, 1)
    setup = re.search(r"<pageSetup [^>]*>", xml)
    assert setup is not None
    assert {'paperSize="9"', 'orientation="landscape"', 'fitToHeight="0"'} <= set(setup[0].rstrip("/>").split())
    assert '<pane xSplit="2" ySplit="3"' in xml
    assert '<mergeCell ref="E2:F2"/>' in xml
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        workbook = package.read("xl/workbook.xml").decode()
    assert "排名!$2:$3" in workbook


def test_what_offices_write_is_never_a_formula(cast: Cast, at: dt.datetime) -> None:
    cycle = settled(cast, at, "2026-06", [("ZC1", "B1", "1", "deduction", "=HYPERLINK(A1)")])
    content = issue_result_book(by=cast.system(), at=at, cycle=cycle).content
    assert "<f>" not in sheet_xml(content, 2)
    assert sheets(content)["加扣分明细"][2][6] == "=HYPERLINK(A1)"


@pytest.mark.parametrize("code", ["six-good", "six-type", "five-star"])
def test_every_shipped_standard_has_its_workbook(cast: Cast, at: dt.datetime, code: str) -> None:
    more_sections(cast)
    cycle = shipped(cast, at, code)
    rows = book(cast, at, cycle)["排名"]
    names = [row.unit_name for row in board(cycle, per_page=None).rows]
    assert [row[1] for row in rows[3 : 3 + len(names)]] == names
    assert len(rows[2]) == 4 + cycle.standard.items.filter(kind="scored").count() + 6


def test_the_same_result_gives_the_same_bytes(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    later = at + dt.timedelta(days=365)
    first, second = (issue_result_book(by=cast.system(), at=moment, cycle=cycle).content for moment in (at, later))
    assert first == second


def test_everybody_of_the_mine_may_have_a_settled_result_and_the_log_says_who(
    cast: Cast, at: dt.datetime, cycle: Cycle
) -> None:
    assert issue_result_book(by=cast.actor("worker"), at=at, cycle=cycle).name == "小标准2026年6月考核结果.xlsx"
    assert AuditEvent.objects.get(action="documents.results.issued").actor_name == "马小军"
    with pytest.raises(PermissionDenied):
        issue_result_book(by=cast.actor("stranger"), at=at, cycle=cycle)


def test_a_draft_is_marked_and_for_those_who_may_see_drafts(cast: Cast, at: dt.datetime) -> None:
    cycle = june(cast, at, final=False)
    issued = issue_result_book(by=cast.actor("mine_leader"), at=at, cycle=cycle)
    assert "（草稿）" in issued.name
    assert "（草稿）" in str(sheets(issued.content)["排名"][0][0])
    with pytest.raises(PermissionDenied):
        issue_result_book(by=cast.actor("assessor"), at=at, cycle=cycle)


def test_a_month_that_still_takes_scores_has_no_workbook(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    cycle.state = "scoring"
    with pytest.raises(Refused, match="还没有结果"):
        issue_result_book(by=cast.system(), at=at, cycle=cycle)

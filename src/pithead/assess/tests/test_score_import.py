"""Scores from Excel: what comes in, and every way it can be refused with nothing left behind."""

import datetime as dt
import io

import pytest
import xlsxwriter

from pithead.assess import actions
from pithead.assess.models import Cycle, Entry
from pithead.assess.testing import GOOD_SCORES as GOOD
from pithead.assess.testing import SCORE_HEADINGS as HEAD
from pithead.assess.testing import issue_small_standard, small_pack
from pithead.assess.testing import score_book as book
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import read
from pithead.org.testing import Cast


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def test_rows_become_entries(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    report = actions.import_scores(by=cast.system(), at=at, cycle=cycle, file=book(*GOOD), name="六月.xlsx")
    assert (report.rows, report.added, report.already_there) == (6, 6, 0)
    imported = cycle.entries.filter(source="manual").order_by("pk")
    assert [(e.unit.code, e.item.code, e.kind, str(e.points), e.office.code) for e in imported] == [
        ("ZC1", "B1", "deduction", "1.50", "SAF"),
        ("M1", "B1", "deduction", "2.00", "SAF"),
        ("TF", "J1", "bonus", "1.00", "SAF"),
        ("TF", "B1", "na", "0.00", "SAF"),
        ("M1", "V1", "veto", "0.00", "SAF"),
        ("M1", "JF", "bonus", "0.50", "PTY"),
    ]
    assert imported[0].found_on == dt.date(2026, 6, 12)


def test_the_same_file_again_adds_nothing(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    twice_found = [GOOD[0], GOOD[0]]
    for expected in (2, 0):
        report = actions.import_scores(by=cast.system(), at=at, cycle=cycle, file=book(*twice_found), name="六月.xlsx")
        assert report.added == expected
    assert cycle.entries.filter(item__code="B1").count() == 2


def test_a_dry_run_writes_nothing_and_says_what_it_would(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    rows = [*GOOD[:2], ("采煤九队", "B1", 1, "", "x", "", "", "")]
    report = actions.import_scores(
        by=cast.system(), at=at, cycle=cycle, file=book(*rows), name="六月.xlsx", dry_run=True
    )
    assert (report.added, len(report.reasons)) == (2, 1)
    assert not Entry.objects.filter(source="manual").exists()
    assert not AuditEvent.objects.filter(action="assess.scores.imported").exists()


BAD = {
    "unknown unit": (("采煤九队", "B1", 1, "", "x", "", "", ""), "第 2 行 A 列：本矿没有单位“采煤九队”"),
    "crew in a section standard": (("ZC1-1", "B1", 1, "", "x", "", "", ""), "“ZC1-1”是班组，这里要写区队"),
    "unknown item": (("综采一队", "Z9", 1, "", "x", "", "", ""), "第 2 行 B 列：小标准没有项目“Z9”"),
    "no item": (("综采一队", "", 1, "", "x", "", "", ""), "没有写项目编号"),
    "no points": (("综采一队", "B1", "", "", "x", "", "", ""), "没有填扣分，也没有填加分"),
    "both points": (("综采一队", "B1", 1, 1, "x", "", "", ""), "扣分和加分只能填一个"),
    "negative points": (("综采一队", "B1", -1, "", "x", "", "", ""), "扣分要大于 0，这里是 -1"),
    "three places": (("综采一队", "B1", 0.125, "", "x", "", "", ""), "分数最多两位小数，这里是 0.125"),
    "too many points": (("综采一队", "B1", 1000, "", "x", "", "", ""), "一条扣分最多 100 分"),
    "points beyond all reckoning": (("综采一队", "B1", 1e30, "", "x", "", "", ""), "最多 100 分，这里是 1.00E+30"),
    "words for points": (("综采一队", "B1", "扣一分", "", "x", "", "", ""), "第 2 行 C 列：“扣一分”不是数字"),
    "NaN": (("综采一队", "B1", float("nan"), "", "x", "", "", ""), "第 2 行 C 列"),
    "infinity as text": (("综采一队", "B1", "inf", "", "x", "", "", ""), "“inf”不是数字"),
    "no reason": (("综采一队", "B1", 1, "", " ", "", "", ""), "请写明原因"),
    "a long reason": (("综采一队", "B1", 1, "", "长" * 201, "", "", ""), "原因有 201 字，最多 200 字"),
    "wrong office": (("综采一队", "B1", 1, "", "x", "", "生产科", ""), "项目 B1“要求B1”不由该科室考核"),
    "unknown office": (("综采一队", "B1", 1, "", "x", "", "督导科", ""), "第 2 行 G 列"),
    "another month": (("综采一队", "B1", 1, "", "x", "", "", "2026-05-30"), "日期 2026-05-30 不在考核期内"),
    "no date": (("综采一队", "B1", 1, "", "x", "", "", "六月底"), "第 2 行 H 列"),
    "veto without the word": (
        ("综采一队", "V1", 0, "", "本月无否决", "", "", ""),
        "是否决项，确要否决的在扣分列写“一票否决”",
    ),
    "bonus on a veto item": (("综采一队", "V1", "", 1, "x", "", "", ""), "是否决项，确要否决的"),
    "not applicable with a bonus": (("综采一队", "B1", "缺项", 5, "x", "", "", ""), "缺项的行不能同时加分"),
    "all its faults at once": (("综采一队", "Z9", -1, "", "", "", "", ""), "扣分要大于 0，这里是 -1；"),
    "bonus item deducted": (("综采一队", "J1", 1, "", "x", "", "", ""), "是加分项，不能记扣分"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_refused_with_its_place(cast: Cast, cycle: Cycle, at: dt.datetime, case: str) -> None:
    row, sentence = BAD[case]
    before = list(Entry.objects.values_list("pk", flat=True))
    with pytest.raises(Refused) as refused:
        actions.import_scores(by=cast.system(), at=at, cycle=cycle, file=book(row, GOOD[1]), name="六月.xlsx")
    assert sentence in str(refused.value)
    assert list(Entry.objects.values_list("pk", flat=True)) == before
    assert not AuditEvent.objects.filter(action__startswith="assess.scores").exists()


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (book(head=["姓名", "工号"]), "没有找到表头"),
        (book(head=["单位", "扣分"]), "“项目编号”、“原因”"),
        (book(), "表头下面没有数据行"),
        (b"not a workbook", "不是 Excel 工作簿"),
        (b"", "是空的"),
    ],
)
def test_a_bad_file_is_refused(cast: Cast, cycle: Cycle, at: dt.datetime, file: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        actions.import_scores(by=cast.system(), at=at, cycle=cycle, file=file, name="六月.xlsx")
    assert not Entry.objects.filter(source="manual").exists()


def test_a_formula_without_a_value_is_refused(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    page = workbook.add_worksheet("打分")
    page.write_row(0, 0, HEAD)
    page.write_row(1, 0, ["综采一队", "B1", "", "", "x"])
    page.write_formula(1, 2, "=1+1", value="")
    workbook.close()
    with pytest.raises(Refused, match="第 2 行 C 列"):
        actions.import_scores(by=cast.system(), at=at, cycle=cycle, file=target.getvalue(), name="六月.xlsx")


def test_an_assessor_imports_only_the_own_offices_rows(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    by = cast.actor("assessor")
    assert actions.import_scores(by=by, at=at, cycle=cycle, file=book(GOOD[0]), name="a.xlsx").added == 1
    others = ("综采一队", "A1", 1, "", "x", "", "", "")
    with pytest.raises(Refused, match="第 3 行：安平只能给本科室负责的项目打分，不能替党委工作部打分"):
        actions.import_scores(by=by, at=at, cycle=cycle, file=book(GOOD[1], others), name="b.xlsx")
    assert cycle.entries.filter(source="manual").count() == 1


def test_a_closed_month_takes_no_more_scores(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    with pytest.raises(Refused, match="待审核，不能再改分"):
        actions.import_scores(by=cast.system(), at=at, cycle=cycle, file=book(*GOOD), name="六月.xlsx")


def test_the_template_can_be_filled_in_and_read_back(cycle: Cycle) -> None:
    sheets = read(actions.score_template(cycle), name="模板.xlsx").sheets
    assert [sheet.name for sheet in sheets] == ["打分", "说明", "项目"]
    assert sheets[0].rows[0] == HEAD
    assert ["B1", "要求B1", 40.0, "评分项"] in sheets[2].rows


def test_an_item_of_several_offices_needs_the_office_written(cast: Cast, at: dt.datetime) -> None:
    pack = small_pack()
    second = {"code": "B1.2", "text": "抽查", "kind": "manual", "office": "PRO"}
    pack["dimensions"][1]["items"][0]["clauses"].append(second)
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")
    cycle = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    with pytest.raises(Refused, match="这一项由安全科、生产科考核，请写明是哪个科室"):
        actions.import_scores(by=cast.system(), at=at, cycle=cycle, file=book(GOOD[1]), name="六月.xlsx")

"""The bulletin says what the result says, names units and offices, and names no worker."""

import datetime as dt
import io
from decimal import Decimal

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx.document import Document as Word
from docx.table import Table

from pithead.assess import actions as assess
from pithead.assess.models import Cycle
from pithead.assess.queries import board, findings, summary
from pithead.assess.testing import settle
from pithead.documents.actions import issue_bulletin
from pithead.documents.queries import month_of
from pithead.documents.tests.months import JUNE, issue_pack, june, more_sections, settled, settled_with, shipped
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import plain
from pithead.org.models import Holiday, Specialty, UnitKind
from pithead.org.testing import Cast, add_unit
from pithead.rules.models import Clause, Policy

DIMENSIONS = ("班子建设好", "安全生产好")


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    return june(cast, at)


def bulletin(cast: Cast, at: dt.datetime, cycle: Cycle, number: str = "7") -> Word:
    issued = issue_bulletin(by=cast.system(), at=at, cycle=cycle, number=number)
    return docx.Document(io.BytesIO(issued.content))


def lines(word: Word) -> list[str]:
    return [paragraph.text for paragraph in word.paragraphs if paragraph.text]


def section(word: Word, start: str, end: str) -> list[str]:
    texts = lines(word)
    return texts[texts.index(start) + 1 : texts.index(end)]


def cells(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def everything(word: Word) -> str:
    return "\n".join(lines(word) + [cell for table in word.tables for row in cells(table) for cell in row])


# ── the figures ──
def test_the_tables_of_the_body_hold_the_ranked_results_by_group(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    word = bulletin(cast, at, cycle)
    rows = {row.unit_name: row for row in board(cycle, per_page=None).rows}
    printed = [row for table in word.tables[:2] for row in cells(table)[1:]]
    assert cells(word.tables[0])[0] == ["名次", "单位", *DIMENSIONS, "得分", "加分", "总分", "档次"]
    assert sorted(row[1] for row in printed) == sorted(rows)
    for place, name, *got, score, bonus, total, tier in printed:
        row = rows[name]
        assert place == str(row.group_rank)
        assert got == [plain(dimension.got) for dimension in row.dimensions]
        assert [score, total] == [f"{row.normalised:.2f}", f"{row.total:.2f}"]
        assert (Decimal(bonus), tier) == (row.bonus, row.tier_name)


def test_the_overview_gives_mean_tiers_and_the_change_on_the_month_before(
    cast: Cast, at: dt.datetime, cycle: Cycle
) -> None:
    said = "".join(section(bulletin(cast, at, cycle), "一、考核总体情况", "二、考核结果"))
    month = summary(cycle)
    assert month.mean is not None
    assert month.mean_before is not None
    assert f"参加考核的9个区队平均得分{month.mean:.2f}分，比上月降低{month.mean_before - month.mean:.2f}分" in said
    for tier in month.tiers:
        assert f"{tier.name}{tier.count}个（上月{tier.before}个）" in said
    assert "最低分75.00分（煤二队）" in said
    assert "1个单位被一票否决：煤二队" in said


def test_problems_are_told_by_item_with_counts_and_units_but_no_reasons(
    cast: Cast, at: dt.datetime, cycle: Cycle
) -> None:
    told = section(bulletin(cast, at, cycle), "四、存在问题", "五、下步要求")
    found = findings(cycle)
    assert told[0].startswith(f"本月共查出扣分问题{sum(item.findings for item in found)}个")
    for text, item in zip(told[1:], found, strict=False):
        expected = (
            f"{item.item_name}。查出问题{item.findings}个，扣{plain(item.points)}分，涉及{'、'.join(item.units)}。"
        )
        assert text.endswith(expected)
    assert "回风巷积水未排" not in "".join(told)
    assert "煤二队因“重伤及以上事故”被一票否决：发生一起重伤事故。" in told[-1]


def test_merits_name_the_units_that_earned_a_bonus_and_those_that_climbed(
    cast: Cast, at: dt.datetime, cycle: Cycle
) -> None:
    told = "\n".join(section(bulletin(cast, at, cycle), "三、主要做法和亮点", "四、存在问题"))
    assert "采掘组：综采二队（100.00分）、综采一队（97.50分）" in told
    assert "综采一队上升3位" in told
    assert "1. 综采一队：自查出重大隐患并及时处置，加1分。" in told


def test_the_demands_name_the_costliest_items_their_offices_and_working_days(
    cast: Cast, at: dt.datetime, cycle: Cycle
) -> None:
    Holiday.objects.create(mine=cast.mine, date=dt.date(2026, 7, 7), name="矿庆", worked=False)
    word = bulletin(cast, at, cycle)
    texts = lines(word)
    told = texts[texts.index("五、下步要求") + 1 : next(i for i, text in enumerate(texts) if text.startswith("附件："))]
    assert 3 <= len(told) <= 5
    first = findings(cycle)[0]
    assert first.item_name in told[0]
    assert "由党委工作部牵头，督促煤二队、皮带队逐条整改" in told[0]
    assert "2026年7月21日前整改完毕" in told[0]  # ten working days after 6 July, without the 7th
    assert "煤二队本月档次为“较差”" in told[-3]
    assert "2026年7月考核打分于2026年8月5日前完成" in told[-1]


def test_the_attachments_hold_every_score_every_entry_and_every_veto(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    word = bulletin(cast, at, cycle)
    scores, entries, special = (cells(table) for table in word.tables[2:5])
    assert scores[0] == ["单位", DIMENSIONS[0], DIMENSIONS[0], DIMENSIONS[1], DIMENSIONS[1], "总分"]
    assert ["通风队", "30", "10", "40", "—", "100.00"] in scores
    assert ["煤一队", "A2 要求A2", "－1.5", "计划<完成 & 欠尺 5 m", "生产科"] in entries
    assert ["综采一队", "J1 自查出重大隐患", "＋1", "自查出重大隐患并及时处置", "安全科"] in entries
    assert len(entries) == 1 + sum(kind in ("deduction", "bonus") for *_, kind, _ in JUNE)
    assert special[1] == ["煤二队", "一票否决", "V1 重伤及以上事故", "发生一起重伤事故", "安全科"]
    assert {row[0] for row in special[2:]} == {"通风队", "抽采队"}


def test_no_worker_and_no_author_is_named(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    said = everything(bulletin(cast, at, cycle))
    assert "职工马某某不清楚本岗位风险" in said
    named = [person.name for key, person in cast.people.items() if key not in ("other_assessor", "assessor")]
    assert not [name for name in named if name in said]
    issued = issue_bulletin(by=cast.system(), at=at, cycle=cycle)
    assert issued.warnings == ("原因里有 1 处职工姓名，已写成“某某”，印发前请核对",)


# ── head and basis ──
@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("7", "青石峪煤矿考〔2026〕7号"),
        ("007", "青石峪煤矿考〔2026〕7号"),
        ("", "青石峪煤矿考〔2026〕　号"),
        ("青矿考[2026]12号", "青矿考〔2026〕12号"),
    ],
)
def test_the_number_is_printed_as_the_standard_asks(
    cast: Cast, at: dt.datetime, cycle: Cycle, given: str, printed: str
) -> None:
    assert printed in lines(bulletin(cast, at, cycle, given))


@pytest.mark.parametrize("given", ["第7号", "0", "七", "青矿考〔2026〕第7号", "青矿考〔2026〕07号", "=1+1"])
def test_a_number_of_another_form_is_refused_in_words(cast: Cast, at: dt.datetime, cycle: Cycle, given: str) -> None:
    with pytest.raises(Refused, match="发文字号"):
        issue_bulletin(by=cast.system(), at=at, cycle=cycle, number=given)


def test_the_opening_quotes_the_clause_the_standard_stands_under(cast: Cast, at: dt.datetime) -> None:
    policy = Policy.objects.create(
        mine=cast.mine,
        number="青矿党〔2026〕3号",
        title="六好区队考核办法",
        issuer="矿党委",
        issued_on=at.date(),
        in_force_from=at.date(),
    )
    clause = Clause.objects.create(policy=policy, number="第三条", text="按月考核", position=1)
    issue_pack(cast, at, "six-good", clause)
    word = bulletin(cast, at, shipped(cast, at, "six-good"))
    assert "根据《六好区队考核办法》（青矿党〔2026〕3号）第三条，" in everything(word)
    assert "2026年6月1日至2026年6月30日" in everything(word)


# ── drafts, rights, the log ──
def test_a_draft_says_so_and_is_for_those_who_may_see_drafts(cast: Cast, at: dt.datetime) -> None:
    cycle = june(cast, at, final=False)
    issued = issue_bulletin(by=cast.actor("party_officer"), at=at, cycle=cycle)
    word = docx.Document(io.BytesIO(issued.content))
    assert "草稿" in issued.name
    assert word.sections[0].header.paragraphs[0].text.startswith("草稿")
    for member in ("worker", "assessor", "section_head"):
        with pytest.raises(PermissionDenied):
            issue_bulletin(by=cast.actor(member), at=at, cycle=cycle)


def test_a_settled_bulletin_is_issued_by_those_who_may(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    for member in ("party_officer", "mine_leader"):
        assert issue_bulletin(by=cast.actor(member), at=at, cycle=cycle).name == "小标准2026年6月通报.docx"
    for member in ("worker", "assessor", "stranger"):
        with pytest.raises(PermissionDenied):
            issue_bulletin(by=cast.actor(member), at=at, cycle=cycle)


def test_a_month_without_a_result_is_refused(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    july = assess.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-07"))
    with pytest.raises(Refused, match="还没有结果"):
        issue_bulletin(by=cast.system(), at=at, cycle=july)


def test_the_log_says_who_took_which_bulletin(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    issue_bulletin(by=cast.actor("party_officer"), at=at, cycle=cycle, number="7")
    event = AuditEvent.objects.get(action="documents.bulletin.issued")
    assert (event.actor_name, event.subject_label, event.at) == ("周全", "小标准 2026年6月", at)
    assert event.after is not None
    assert (event.after["number"], event.after["state"]) == ("7", "final")


def test_the_same_result_gives_the_same_bytes_a_year_later(cast: Cast, at: dt.datetime, cycle: Cycle) -> None:
    later = at + dt.timedelta(days=365)
    now, then = (issue_bulletin(by=cast.system(), at=moment, cycle=cycle, number="7") for moment in (at, later))
    assert now.content == then.content


# ── other months, other standards ──
def test_a_perfect_first_month_has_a_bulletin_too(cast: Cast, at: dt.datetime) -> None:
    word = bulletin(cast, at, settled(cast, at, "2026-06", []))
    said = everything(word)
    assert "本月没有扣分问题。" in said
    assert "本月没有加分事项。" in said
    assert "上月没有可比的考核结果" in said
    assert "本月没有单位被一票否决。" in said
    texts = lines(word)
    assert len([text for text in texts[texts.index("五、下步要求") :] if text.startswith("（")]) == 3


@pytest.mark.parametrize(
    ("code", "word_for_unit"), [("six-good", "区队"), ("five-star", "党支部"), ("six-type", "班组")]
)
def test_every_shipped_standard_has_its_bulletin(cast: Cast, at: dt.datetime, code: str, word_for_unit: str) -> None:
    more_sections(cast)
    cycle = shipped(cast, at, code)
    said = everything(bulletin(cast, at, cycle))
    rows = board(cycle, per_page=None).rows
    assert f"{len(rows)}个{word_for_unit}" in said
    assert not [row.unit_name for row in rows if row.unit_name not in said]
    assert ("中共青石峪煤矿委员会文件" in said) == (code == "five-star")


def test_many_crews_stand_in_the_attachment_and_the_body_sums_them_up(cast: Cast, at: dt.datetime) -> None:
    more_sections(cast)
    for number in range(1, 61):
        section_ = cast.units[["ZC1", "M1", "JD", "PD"][number % 4]]
        add_unit(section_, UnitKind.CREW, f"C{number}", f"{number}组", Specialty.EXTRACTION)
    cycle = shipped(cast, at, "six-type")
    word = bulletin(cast, at, cycle)
    body = section(word, "二、考核结果", "三、主要做法和亮点")
    assert any("第1名" in text and "得分最低的是" in text for text in body)
    texts = lines(word)
    assert texts.index("附件1") > texts.index("五、下步要求")
    printed = {row[1] for table in word.tables for row in cells(table) if row[0].isdigit()}
    assert printed == {row.unit_name for row in board(cycle, per_page=None).rows}
    assert all(len(text) < 400 for text in texts)


def test_a_long_body_warns_with_the_limit_it_exceeds(
    cast: Cast, at: dt.datetime, cycle: Cycle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pithead.kernel import packs

    words = packs.load("documents", "bulletin")
    monkeypatch.setattr(packs, "load", lambda *_: words | {"limits": {"专项文稿": 400, "综合文稿": 90_000}})
    [length, _] = issue_bulletin(by=cast.system(), at=at, cycle=cycle).warnings
    assert "超过专项文稿不超过 400 字的规定" in length


def test_reading_a_month_takes_the_same_number_of_queries_at_any_size(
    cast: Cast, at: dt.datetime, cycle: Cycle
) -> None:
    with CaptureQueriesContext(connection) as before:
        month_of(Cycle.objects.get(pk=cycle.pk))
    for number in range(20):
        add_unit(cast.mine, UnitKind.SECTION, f"N{number}", f"新{number}队", Specialty.HAULAGE)
    lines_ = [(f"N{number}", "B1", "1", "deduction", "问题") for number in range(20)]
    cast.units |= {unit.code: unit for unit in cast.mine.children.filter(code__startswith="N")}
    august = at + dt.timedelta(days=31)
    july = settle(settled(cast, august, "2026-07", lines_), by=cast.system(), at=august)
    with CaptureQueriesContext(connection) as after:
        month_of(Cycle.objects.get(pk=july.pk))
    assert len(after) == len(before) <= 40


def test_the_first_office_of_an_item_leads_and_the_others_help(cast: Cast, at: dt.datetime) -> None:
    issue_pack(cast, at, "six-good")
    said = everything(bulletin(cast, at, settled_with(cast, at, "six-good", "C3", "2")))
    assert "由MKT科牵头、EM科配合，督促综采一队逐条整改" in said

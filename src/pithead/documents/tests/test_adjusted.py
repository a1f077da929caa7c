"""What the joint meeting and appeals changed stands in the bulletin: minutes in its opening, every change in the last annex."""

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import docx
import pytest
from django.test import Client
from docx.document import Document as Word

from pithead.assess import actions as assess
from pithead.assess.actions import DepartureDraft, load_standard
from pithead.assess.models import Cycle, Outcome
from pithead.assess.models.entries import gauge_key
from pithead.assess.testing import small_pack
from pithead.documents.actions import issue_bulletin
from pithead.documents.tests.months import JUNE, more_sections, settled
from pithead.kernel.periods import Period
from pithead.measures.registry import Asked
from pithead.measures.testing import told
from pithead.org.testing import Cast

WEEK, HOUR = dt.timedelta(days=7), dt.timedelta(hours=1)


@pytest.fixture
def published(cast: Cast, at: dt.datetime) -> Cycle:
    """June in its second publicity: the meeting lowered 煤一队, one appeal took a deduction away, one changed one, one failed."""
    more_sections(cast)
    cycle = settled(cast, at, "2026-06", JUNE)
    act: dict[str, Any] = {"by": cast.actor("mine_leader"), "at": at}
    lower = DepartureDraft(cast.units["M1"].pk, "poor", excluded=True)
    assess.approve_cycle(**act, cycle=cycle, minutes="2026年第7次", departures=[lower])
    assess.publish_cycle(by=cast.system(), at=at, cycle=cycle)
    decide(cast, at + HOUR, cycle, ("PD", "B1"), Outcome.UPHELD, "查错了单位")
    decide(cast, at + HOUR, cycle, ("JD", "B2"), Outcome.CHANGED, "一处属实", Decimal(1))
    decide(cast, at + HOUR, cycle, ("M2", "A1"), Outcome.REJECTED, "记录属实")
    assess.publish_cycle(by=cast.system(), at=at + WEEK, cycle=cycle)
    return cycle


def decide(
    cast: Cast,
    at: dt.datetime,
    cycle: Cycle,
    cell: tuple[str, str],
    outcome: Outcome,
    said: str,
    points: Decimal | None = None,
) -> None:
    entry = cycle.entries.get(unit__code=cell[0], item__code=cell[1], kind="deduction")
    appeal = assess.make_appeal(by=cast.system(), at=at, entry=entry, text="不服")
    assess.answer_appeal(by=cast.actor("party_officer"), at=at, appeal=appeal, answer="见单")
    what: dict[str, Any] = {"appeal": appeal, "outcome": outcome, "decision": said, "points": points}
    assess.decide_appeal(by=cast.actor("mine_leader"), at=at, **what)


@pytest.fixture
def final(cast: Cast, published: Cycle, at: dt.datetime) -> Cycle:
    return assess.finalise_cycle(by=cast.system(), at=at + 2 * WEEK, cycle=published)


def bulletin(cast: Cast, at: dt.datetime, cycle: Cycle) -> Word:
    return docx.Document(io.BytesIO(issue_bulletin(by=cast.system(), at=at, cycle=cycle, number="7").content))


def said(word: Word) -> str:
    return "\n".join(paragraph.text for paragraph in word.paragraphs)


def tables(word: Word) -> list[list[list[str]]]:
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in word.tables]


def test_the_opening_names_the_minutes(cast: Cast, at: dt.datetime, final: Cycle) -> None:
    assert "已经党政联席会审定（纪要编号：2026年第7次）并公示" in said(bulletin(cast, at, final))


def test_the_last_annex_lists_departures_and_what_appeals_changed(cast: Cast, at: dt.datetime, final: Cycle) -> None:
    word = bulletin(cast, at, final)
    text, found = said(word), tables(word)
    for heading in (
        "一票否决、缺项和结果调整情况表",
        "（一）一票否决和缺项",
        "（二）党政联席会调整",
        "（三）申诉改变的记录",
    ):
        assert heading in text
    [departed] = [table for table in found if "计算档次" in table[0]]
    assert departed[1:] == [["煤一队", "良好", "较差", "不参加", "经党政联席会研究"]]
    [changed] = [table for table in found if table[0][-1] == "裁定理由"]
    assert sorted(changed[1:]) == [
        ["机电队", "B2 要求B2", "扣 3 分", "扣 1 分", "一处属实"],
        ["皮带队", "B1 要求B1", "扣 0.5 分", "撤销", "查错了单位"],
    ]
    assert [row for table in found for row in table if row[1:2] == ["煤一队"] and row[-1] == "较差"], (
        "ranked as decided"
    )


def test_what_an_office_said_instead_of_the_system_is_listed(cast: Cast, at: dt.datetime) -> None:
    """A figure with other points, and a proposal that was left out; a month without either has no such part."""

    def figure(_: Asked) -> list[tuple[int, int, None]]:
        return [(cast.units["ZC1"].pk, 3, None), (cast.units["M1"].pk, 2, None)]

    gauge, pack = {"measure": "test.sum", "above": 0, "per": 1}, small_pack()
    counted, proposed = (item["clauses"][0] for item in pack["dimensions"][1]["items"])
    counted |= {"gauge": gauge, "automation": "A"}
    proposed |= {"gauge": gauge, "automation": "H"}
    with told("test.sum", figure):
        load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")
        june = Period.parse("2026-06")
        cycle = assess.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=june)
        act: dict[str, Any] = {"by": cast.actor("assessor"), "at": at, "cycle": cycle, "office": cast.units["SAF"]}
        assess.override(**act, key=gauge_key("B1.1", cast.units["ZC1"].pk), points=Decimal(1), reason="检修停产三天")
        assess.set_aside(**act, key=gauge_key("B2.1", cast.units["M1"].pk), reason="同一件事已在 B1 记过")
        assess.close_cycle(by=cast.system(), at=at, cycle=cycle)
        word = bulletin(cast, at, cycle)
    cells = [cell for table in tables(word) for row in table for cell in row]
    assert "检修停产三天" in cells
    assert "同一件事已在 B1 记过" in cells
    [row] = [row for table in tables(word) for row in table if "检修停产三天" in row]
    assert row[0] == "综采一队"
    assert any("3" in cell for cell in row)


def test_until_it_is_final_the_paper_is_a_draft_that_says_so(cast: Cast, at: dt.datetime, published: Cycle) -> None:
    issued = issue_bulletin(by=cast.system(), at=at, cycle=published)
    word = docx.Document(io.BytesIO(issued.content))
    assert issued.name.endswith("（草稿）.docx")
    assert "草稿" in word.sections[0].header.paragraphs[0].text
    assert "结果已经党政联席会审定（纪要编号：2026年第7次），正在公示" in said(word)


def test_everybody_may_take_the_workbook_of_a_published_month(
    signed_in: Callable[[str], Client], published: Cycle
) -> None:
    worker = signed_in("worker")
    answer = worker.get("/documents/results/small/2026-06/")
    assert answer.status_code == 200
    assert "（草稿）" in unquote(answer["Content-Disposition"])
    assert "导出 Excel" in worker.get("/results/small/2026-06/").content.decode()
    assert worker.get("/documents/bulletin/small/2026-06/").status_code == 404

"""What standards tell of the rules that relieve the grassroots, and what is put in on sheets."""

import datetime as dt

import pytest

from pithead.assess import actions
from pithead.assess.models import Cycle, Entry, ScoreClause
from pithead.assess.queries.relief import of_standards
from pithead.assess.testing import draft, issue_small_standard
from pithead.kernel.periods import Period
from pithead.org.models import Person
from pithead.org.queries import calendar_of
from pithead.org.testing import Cast
from pithead.practices.queries import use
from pithead.practices.registry import Fault, Look, Span

TODAY = dt.date(2026, 7, 6)
JUNE = Span(dt.date(2026, 6, 1), dt.date(2026, 6, 30))


@pytest.fixture
def june(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def faults(cast: Cast, rule: str) -> list[Fault]:
    look = Look(cast.mine, TODAY, calendar_of(cast.mine))
    return [one for part in of_standards(look) if part.rule == rule for one in part.faults]


def test_without_a_standard_nothing_is_said(cast: Cast) -> None:
    assert list(of_standards(Look(cast.mine, TODAY, calendar_of(cast.mine)))) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("B1", "零报告每迟报一次扣 1 分"),
        ("B2", "职工积分排名末位扣 1 分"),
        ("B4", "线上学习时长不足每人扣 1 分"),
        ("B5", "活动没有照片扣 1 分"),
        ("B9", "台账缺一本扣 1 分"),
        ("B10", "公众号关注率低扣 1 分"),
        ("B14", "每投稿一篇加 1 分"),
    ],
)
def test_issued_clauses_are_looked_through_again(cast: Cast, june: Cycle, rule: str, text: str) -> None:
    before = faults(cast, rule)
    ScoreClause.objects.filter(code="A1.1").update(text=text)
    (found,) = [one for one in faults(cast, rule) if one not in before]
    assert "小标准 条款 A1.1" in found.text
    assert found.url == "/assess/standards/small/1/" or found.url.endswith("/small/1/")


def test_a_unit_of_one_is_a_person(cast: Cast, june: Cycle) -> None:
    assert faults(cast, "B3") == []
    Person.objects.create(mine=cast.mine, staff_no="99001", name="某某", unit=cast.units["M1-1"])
    (found,) = faults(cast, "B3")
    assert found.text == "煤一队只有 1 个人，参加小标准排名等于给个人排名"


def test_nothing_is_ranked_more_than_monthly(cast: Cast, june: Cycle) -> None:
    Cycle.objects.update(period="2026-W26")
    assert "不止一次" in faults(cast, "B3")[0].text


def test_scores_come_out_of_records(cast: Cast, june: Cycle) -> None:
    assert "没有一条细则从记录取数" in faults(cast, "B9")[0].text
    ScoreClause.objects.filter(code="A1.1").update(automation="A")
    assert faults(cast, "B9") == []


def test_what_the_system_counts_nobody_types(cast: Cast, june: Cycle, at: dt.datetime) -> None:
    standard = june.standard
    several = [draft(standard, cast.units["ZC1"], "A1", "1"), draft(standard, cast.units["M1"], "A1", "2")]
    actions.add_entries(by=cast.system(), at=at, cycle=june, drafts=several)
    before = next(part[0] for part in use.shares(cast.mine, [JUNE]) if part[0].label == "打分")
    Entry.objects.filter(source="manual", unit=cast.units["M1"]).update(source="proposed")
    after = next(part[0] for part in use.shares(cast.mine, [JUNE]) if part[0].label == "打分")
    assert (after.known - before.known, before.typed, after.typed) == (1, 2, 1)

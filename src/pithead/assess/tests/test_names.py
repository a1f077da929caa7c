"""A public reason names no worker; words that merely look like a name may stand."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.assess import actions, queries
from pithead.assess.models import Cycle, Entry
from pithead.assess.queries.names import Names
from pithead.assess.testing import draft, issue_small_standard, score_book
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.models import Membership, Person
from pithead.org.testing import OPENED, Cast

UNIT, OTHER = 1, 2
OWN = ["马小军", "高强", "张紧", "马达", "王牌", "李家", "安平", "产量", "欧阳长河", "石门"]
REST = ["王强", "赵长柱", "安全", "周全"]
NAMES = Names({UNIT: set(OWN), OTHER: {"王强"}}, [*OWN, *REST], ["李家山工作面", "王强班", "高强硐室"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # the unit's own people, wherever they stand
        ("马小军未戴安全帽", ["马小军"]),
        ("抽查马　小 军的工具", ["马小军"]),
        ("当班由高强负责的锚杆", ["高强"]),
        ("机头由安平检修", ["安平"]),
        ("马小军、高强两人说不全，马小军还迟到", ["马小军", "高强"]),
        ("欧阳长河", ["欧阳长河"]),
        ("李家未到岗", ["李家"]),
        ("马达未戴安全帽", ["马达"]),
        ("张紧违章跨越皮带", ["张紧"]),
        # what only looks like them
        ("高强度螺栓缺 2 套，高强锚杆外露", []),
        ("职工高强度作业", []),
        ("张紧轮不转，张紧装置缺护罩，皮带张紧力不够", []),
        ("乳化液泵马达漏油", []),
        ("王牌班组牌板没有更新", []),
        ("李家沟风井防爆门锈蚀", []),
        ("李家山工作面积水", []),
        ("产量未完成，欠 5%", []),
        ("石门巷道变形", []),
        ("安全生产责任制不全，平安短信没有发", []),
        # people of other units: only where they are written like people
        ("王强未戴安全帽", ["王强"]),
        ("职工王强上岗证过期", ["王强"]),
        ("支护工“王强”操作", ["王强"]),
        ("王强同志值班记录缺签字", ["王强"]),
        ("赵长柱在机头处休息", ["赵长柱"]),
        ("三违人员：赵长柱", ["赵长柱"]),
        ("国王强调纪律", []),
        ("霸王强力胶过期", []),
        ("职工安全培训少一次", []),
        ("工作不周全，周全性不够", []),
        ("前赵长柱子歪斜", []),
        # named after people: the mine's own words
        ("王强班交接不清", []),
        ("高强硐室积水", []),
        ("1 名支护工未戴安全帽", []),
        ("", []),
    ],
)
def test_names_are_found_and_words_are_not(text: str, found: list[str]) -> None:
    assert NAMES.found_in(UNIT, text) == found


def test_a_name_of_the_unit_weighs_more_than_one_of_another() -> None:
    assert NAMES.found_in(UNIT, "由王强负责的巷道") == []
    assert NAMES.found_in(OTHER, "由王强负责的巷道") == ["王强"]


# ── where it is refused ──
SENTENCE = "原因里写了职工姓名“马小军”，公示时全矿都看得到，请改写成岗位或人数，如“1 名支护工”"


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    issue_small_standard(cast, at)
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def test_a_reason_that_names_a_worker_is_refused(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    wrong = draft(cycle.standard, cast.units["ZC1"], "B1", "1", reason="支护工马小军未戴安全帽")
    with pytest.raises(Refused, match=SENTENCE):
        actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[wrong])
    evidence = draft(cycle.standard, cast.units["ZC1"], "B1", "1", evidence="牛铁柱谈话记录")
    with pytest.raises(Refused, match="依据里写了职工姓名“牛铁柱”"):
        actions.add_entries(by=cast.actor("assessor"), at=at, cycle=cycle, drafts=[evidence])


def test_a_correction_and_a_workbook_are_held_to_it_too(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    by = cast.actor("assessor")
    [entry] = actions.add_entries(
        by=by, at=at, cycle=cycle, drafts=[draft(cycle.standard, cast.units["ZC1"], "B1", "1")]
    )
    with pytest.raises(Refused, match=SENTENCE):
        actions.change_entry(by=by, at=at, entry=entry, points=entry.points, reason="马小军迟到")
    rows = score_book(("综采一队", "B1", 1, "", "马小军迟到", "", "", ""))
    with pytest.raises(Refused, match=f"第 2 行.*{SENTENCE}"):
        actions.import_scores(by=by, at=at, cycle=cycle, file=rows, name="六月.xlsx")
    assert Entry.objects.get(pk=entry.pk).reason != "马小军迟到"


def test_who_belonged_to_the_unit_in_the_month_is_meant(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    section, other = cast.units["ZC1"].pk, cast.units["M1"].pk
    assert queries.names_in(cycle, section, "高山顶板破碎") == ["高山"]
    assert queries.names_in(cycle, other, "高山顶板破碎") == []
    Membership.objects.filter(person=cast.people["section_head"]).update(until=dt.date(2026, 5, 31))
    assert queries.names_in(cycle, section, "高山顶板破碎") == []
    assert queries.names_in(cycle, section, "区队长高山未跟班") == ["高山"]  # still somebody of the mine
    assert queries.names_in(cycle, section, "党员白云飞未到会") == []  # somebody of another mine
    assert queries.names_in(cycle, section, "  ") == []


def test_names_cost_the_same_however_many_people(cast: Cast, cycle: Cycle) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as found:
            queries.names_in(cycle, cast.units["ZC1"].pk, "马小军")
        return len(found)

    before = cost()
    Person.objects.bulk_create(
        [Person(mine=cast.mine, staff_no=f"9{n:04}", name=f"甲{n}", hired_on=OPENED) for n in range(200)]
    )
    assert cost() == before <= 6

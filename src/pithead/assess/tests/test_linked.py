"""Two standards that take from each other, calculated by hand. Sections: A1 30, B1 40, B2 20 (not for ventilation), F1 10 out
of the branch's whole score. Branches: P1 60, C1 40 out of the sections' B.

综采一队 and its branch   B = 60 − 1.5 = 58.5 of 60       C1 = 40 × 58.5/60 = 39.00, P1 = 60 − 5 = 55      branch 94.00
                          F1 = 10 × 94/100 = 9.40         27 + 58.5 + 9.4                                  section 94.90
煤一队, 通风队 (joint)    B = 58 of 60 and 34 of 40       C1 = 40 × (0.96667 + 0.85)/2 = 36.33             branch 96.33
                          F1 = 9.63 for both              30 + 58 + 9.63 = 97.63; 73.63 of 80              97.63, 92.04
机关支部 leads nobody     C1 by hand: 40 − 2 = 38                                                          branch 98.00
开拓一队, no branch       F1 by hand: 10 − 1 = 9                                                           section 99.00
"""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pithead.assess import actions, queries
from pithead.assess.actions.linking import compute_together
from pithead.assess.models import Cycle, CycleState, Entry, EntryKind, ItemScore, Result, Source
from pithead.assess.queries.linked import linked_cells
from pithead.assess.testing import draft, publish, small_pack
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.models import Serves, Specialty, UnitKind
from pithead.org.testing import OPENED, Cast, add_unit

JUNE = Period.parse("2026-06")
ENTRIES = (
    ("sec", "ZC1", "A1", "3"),
    ("sec", "ZC1", "B1", "1.5"),
    ("sec", "M1", "B2", "2"),
    ("sec", "TF", "B1", "6"),
    ("sec", "KT1", "F1", "1"),
    ("bra", "ZB1", "P1", "5"),
    ("bra", "ZB3", "C1", "2"),
)
EXPECTED = {
    "sec": {"综采一队": "94.90", "煤一队": "97.63", "通风队": "92.04", "开拓一队": "99.00"},
    "bra": {"综采一队党支部": "94.00", "联合党支部": "96.33", "机关党支部": "98.00"},
}


def item(code: str, full: int, office: str, link: dict | None = None, not_for: tuple[str, ...] = ()) -> dict:
    clause = {"code": f"{code}.1", "text": f"{code} 每处扣 1 分", "kind": "manual", "points": 1, "office": office}
    if link:
        clause |= {"text": f"{code} 按关联得分折算", "kind": "link", "points": None, "link": link}
    return {"code": code, "name": f"要求{code}", "full": full, "not_for": list(not_for), "clauses": [clause]}


def pack(code: str, title: str, subject: str, *dimensions: tuple[str, list[dict]], **more) -> dict:
    parts = [{"code": letter, "name": f"{letter}类", "items": items} for letter, items in dimensions]
    more = {"bonus": [], "bonus_cap": 0, "tie_breakers": [], "vetoes": [], "peer_groups": GROUPS} | more
    return small_pack(code=code, title=title, subject=subject, dimensions=parts, **more)


GROUPS = [{"code": "all", "name": "全部", "specialties": []}]
ZERO_B = [
    {"code": "V1", "name": "集体三违", "effect": "zero_dimension", "dimension": "B", "office": "SAF", "text": "零"}
]
F1 = item("F1", 10, "PTY", {"standard": "bra", "dimensions": []})
SECTIONS = pack(
    "sec",
    "区队标准",
    "section",
    ("A", [item("A1", 30, "PTY")]),
    ("B", [item("B1", 40, "SAF"), item("B2", 20, "SAF", not_for=("ventilation",))]),
    ("F", [F1]),
    vetoes=ZERO_B,
)
BRANCHES = pack(
    "bra",
    "支部标准",
    "branch",
    ("P", [item("P1", 60, "PTY")]),
    ("C", [item("C1", 40, "SAF", {"standard": "sec", "dimensions": ["B"]})]),
    bonus_cap=3,
)


@pytest.fixture
def months(cast: Cast, at: dt.datetime) -> dict[str, Cycle]:
    """A joint branch, a branch of offices, a section that no branch leads."""
    cast.units["KT1"] = add_unit(cast.mine, UnitKind.SECTION, "KT1", "开拓一队", Specialty.TUNNELLING, opened_on=OPENED)
    for code, name in (("ZB2", "联合党支部"), ("ZB3", "机关党支部")):
        cast.units[code] = add_unit(cast.units["DW"], UnitKind.BRANCH, code, name, opened_on=OPENED)
    for server, unit in (("ZB2", "M1"), ("ZB2", "TF"), ("ZB3", "PTY")):
        Serves.objects.create(mine=cast.mine, server=cast.units[server], unit=cast.units[unit], since=OPENED)
    for content in (SECTIONS, BRANCHES):
        actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=content, in_force_from="2026-01")
    by, mine = cast.system(), cast.mine
    return {code: actions.open_cycle(by=by, at=at, mine=mine, code=code, period=JUNE) for code in ("sec", "bra")}


def enter(cast: Cast, cycle: Cycle, at: dt.datetime, *entries: tuple[str, ...]) -> None:
    drafts = [draft(cycle.standard, cast.units[unit], *rest) for unit, *rest in entries]
    actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=drafts)


@pytest.fixture
def scored(cast: Cast, months: dict[str, Cycle], at: dt.datetime) -> dict[str, Cycle]:
    for code, cycle in months.items():
        enter(cast, cycle, at, *(entry[1:] for entry in ENTRIES if entry[0] == code))
    return months


def close(cast: Cast, cycle: Cycle, at: dt.datetime) -> None:
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)


def totals(months: dict[str, Cycle]) -> dict[str, dict[str, str]]:
    return {
        code: {row.unit_name: str(row.total) for row in queries.board(cycle).rows} for code, cycle in months.items()
    }


def computed(cycle: Cycle, unit: str) -> list[Entry]:
    return list(cycle.entries.filter(source=Source.COMPUTED, kind=EntryKind.DEDUCTION, unit__code=unit))


@pytest.mark.parametrize("first", ["sec", "bra"])
def test_the_product_agrees_with_the_hand_whichever_month_is_closed(cast, scored, at, first):
    close(cast, scored[first], at)
    assert totals(scored) == EXPECTED
    assert {cycle.state for cycle in Cycle.objects.all()} == {CycleState.REVIEW}


def test_what_was_taken_is_said_in_words(cast, scored, at):
    close(cast, scored["sec"], at)
    ((whole,), (mean,)) = computed(scored["sec"], "ZC1"), computed(scored["bra"], "ZB2")
    assert (whole.points, whole.author) == (Decimal("0.60"), "系统")
    assert whole.reason == "按综采一队党支部“支部标准”得分 94（不含加分）折算"
    assert whole.evidence == "细则 F1.1"
    assert whole.office == cast.units["PTY"]
    assert (mean.points, mean.reason) == (Decimal("3.67"), "按煤一队 58/60、通风队 34/40的“B类”得分平均折算")


def test_a_zeroed_dimension_counts_as_nothing_in_what_is_taken_from_it(cast, scored, at):
    """B of 煤一队 is 0 of 60: C1 = 40 × (0 + 0.85)/2 = 17, the branch 77, F1 7.70 for both."""
    enter(cast, scored["sec"], at, ("M1", "V1", "0", "veto", cast.units["SAF"]))
    close(cast, scored["sec"], at)
    found = totals(scored)
    assert found["bra"]["联合党支部"] == "77.00"
    assert found["sec"]["煤一队"] == "37.70"
    assert found["sec"]["通风队"] == "89.63"


def test_a_dimension_that_is_zeroed_stays_so_when_its_item_is_computed(cast, months, at):
    veto = [{"code": "V9", "name": "否决", "effect": "zero_dimension", "dimension": "F", "office": "PTY", "text": "零"}]
    later = {**SECTIONS, "vetoes": veto}
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=later, in_force_from="2026-07")
    july = {
        code: actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code=code, period=JUNE.next())
        for code in ("sec", "bra")
    }
    enter(cast, july["sec"], at, ("ZC1", "V9", "0", "veto", cast.units["PTY"]))
    enter(cast, july["bra"], at, ("ZB1", "P1", "10"))
    close(cast, july["sec"], at + dt.timedelta(days=30))
    score = ItemScore.objects.get(cycle=july["sec"], unit__code="ZC1", item__code="F1")
    assert (score.lost, score.score) == (Decimal("1.00"), Decimal(0))
    assert totals(july)["sec"]["综采一队"] == "90.00"


def test_what_an_office_wrote_there_by_hand_does_not_count_twice(cast, months, at):
    """It was written before the branch's month was opened; the computed entry says that it does not count."""
    Cycle.objects.filter(pk=months["bra"].pk).delete()
    enter(cast, months["sec"], at, ("ZC1", "F1", "4"))
    months["bra"] = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="bra", period=JUNE)
    close(cast, months["sec"], at)
    (entry,) = computed(months["sec"], "ZC1")
    assert entry.points == 0
    assert entry.reason.endswith("；科室另记的扣分不重复计")
    assert totals(months)["sec"]["综采一队"] == "100.00"


def test_without_the_linked_month_the_item_is_judged_by_hand(cast, months, at):
    Cycle.objects.filter(pk=months["bra"].pk).delete()
    enter(cast, months["sec"], at, ("ZC1", "F1", "4"))
    close(cast, months["sec"], at)
    assert totals({"sec": months["sec"]})["sec"]["综采一队"] == "96.00"
    assert not computed(months["sec"], "ZC1")


def test_an_item_that_does_not_apply_is_not_computed(cast, months, at):
    enter(cast, months["sec"], at, ("ZC1", "F1", "0", "na"))
    close(cast, months["sec"], at)
    assert ItemScore.objects.get(cycle=months["sec"], unit__code="ZC1", item__code="F1").score is None
    assert not computed(months["sec"], "ZC1")


def test_a_month_that_went_ahead_alone_is_read_and_not_touched(cast, scored, at):
    """The branches' month was closed when there was no other; the sections' is opened later."""
    Cycle.objects.filter(pk=scored["sec"].pk).delete()
    publish(scored["bra"], by=cast.system(), at=at)
    before = totals({"bra": scored["bra"]})
    sections = actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="sec", period=JUNE)
    enter(cast, sections, at, ("ZC1", "B1", "20"))
    close(cast, sections, at)
    assert totals({"bra": scored["bra"]}) == before
    assert computed(sections, "ZC1")[0].points == Decimal("0.50")  # 95 of 100: C1 was full


def test_who_leads_whom_is_what_it_was_on_the_last_day_of_the_month(cast, scored, at):
    Serves.objects.filter(server=cast.units["ZB2"], unit=cast.units["TF"]).update(until=dt.date(2026, 6, 29))
    close(cast, scored["sec"], at)
    assert totals(scored)["bra"]["联合党支部"] == "98.67"  # 60 + 40 × 58/60
    assert not computed(scored["sec"], "TF")


def test_going_back_to_scoring_takes_back_what_was_computed(cast, scored, at):
    close(cast, scored["sec"], at)
    actions.reopen_cycle(by=cast.system(), at=at, cycle=scored["sec"], reason="补录")
    assert not Entry.objects.filter(source=Source.COMPUTED, kind=EntryKind.DEDUCTION).exists()
    assert not ItemScore.objects.exists()


def test_cells_that_will_be_computed_are_known_before(cast, months):
    cells = linked_cells(months["sec"])
    assert {unit for unit, _ in cells} == {cast.units[code].pk for code in ("ZC1", "M1", "TF")}
    assert len({item for _, item in cells}) == 1


def test_such_a_cell_takes_no_deduction_by_hand(cast, months, at, signed_in):
    with pytest.raises(Refused, match="F1“要求F1”按另一个标准的得分自动折算，不用打分"):
        enter(cast, months["sec"], at, ("ZC1", "F1", "1"))
    enter(cast, months["sec"], at, ("KT1", "F1", "1"), ("ZC1", "F1", "0", "na"))
    page = signed_in("party_officer").get("/sheets/sec/2026-06/PTY/?unit=M1&item=F1").content.decode()
    assert page.count(">折算<") == 2, "煤一队, 通风队"
    assert "这一项按另一个标准的得分自动折算" in page
    assert "记一条" not in page
    assert "记一条" in signed_in("party_officer").get("/sheets/sec/2026-06/PTY/?unit=KT1&item=F1").content.decode()


def test_a_crew_takes_from_the_section_it_stands_under(cast, at):
    crews = pack(
        "crew", "班组标准", "crew", ("A", [item("A1", 50, "PTY")]), ("B", [item("B1", 50, "SAF", {"standard": "s"})])
    )
    plain = pack("s", "安全标准", "section", ("A", [item("A1", 100, "SAF")]))
    for content in (crews, plain):
        actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=content, in_force_from="2026-01")
    month = {
        code: actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code=code, period=JUNE)
        for code in ("crew", "s")
    }
    enter(cast, month["s"], at, ("ZC1", "A1", "30"))
    close(cast, month["crew"], at)
    assert totals(month)["crew"] == {"综采一队/一班": "85.00", "二班": "85.00", "煤一队/一班": "100.00"}


# ── whatever is entered ──
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.dictionaries(st.sampled_from([entry[:3] for entry in ENTRIES]), st.decimals("0.01", "9", places=2)))
def test_neither_the_order_nor_doing_it_again_makes_a_difference(cast, months, at, found):
    Entry.objects.all().delete()
    for code, cycle in months.items():
        enter(cast, cycle, at, *((unit, what, str(lost)) for (of, unit, what), lost in found.items() if of == code))
    sec, bra = months["sec"], months["bra"]
    compute_together([sec, bra], at)
    once = _everything()
    compute_together([sec, bra], at + dt.timedelta(days=1))
    assert _everything() == once
    Entry.objects.filter(source=Source.COMPUTED, kind=EntryKind.DEDUCTION).delete()
    compute_together([bra, sec], at)
    assert _everything()[:2] == once[:2]


def _everything() -> tuple:
    results = Result.objects.order_by("cycle", "unit").values_list("cycle", "unit", "total", "rank", "raw", "shares")
    scores = ItemScore.objects.order_by("cycle", "unit", "item").values_list("cycle", "unit", "item", "lost", "score")
    entries = Entry.objects.order_by("pk").values_list("pk", "key", "points", "reason", "entered_at")
    return list(results), list(scores), list(entries)


def test_more_units_take_no_more_queries(cast, scored, at):
    def count() -> int:
        Entry.objects.filter(source=Source.COMPUTED, kind=EntryKind.DEDUCTION).delete()
        with CaptureQueriesContext(connection) as captured:
            compute_together(list(scored.values()), at)
        return len(captured)

    few = count()
    group = scored["sec"].standard.peer_groups.get()
    for number in range(30):
        unit = add_unit(cast.mine, UnitKind.SECTION, f"S{number}", f"掘进{number}队", "tunnelling", opened_on=OPENED)
        Serves.objects.create(mine=cast.mine, server=cast.units["ZB1"], unit=unit, since=OPENED)
        scored["sec"].participants.create(unit=unit, group=group)
    assert count() == few


# ── circles ──
def test_a_circle_is_refused_with_its_path(cast, at, months):
    circle = {**BRANCHES, "dimensions": [BRANCHES["dimensions"][0], {**BRANCHES["dimensions"][1]}]}
    circle["dimensions"][1] = {"code": "C", "name": "C类", "items": [item("C1", 40, "SAF", {"standard": "sec"})]}
    with pytest.raises(Refused) as refused:
        actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=circle, in_force_from="2026-08")
    path = "支部标准 C1 → 区队标准 F1 → 支部标准 C1"
    assert str(refused.value) == f"{path} 互相折算，无法计算；请让其中一项只取部分类别"


def test_a_circle_with_a_version_that_comes_later_is_refused_too(cast, at, months):
    alone = pack("bra", "支部标准", "branch", ("P", [item("P1", 100, "PTY")]))
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=alone, in_force_from="2026-08")
    taking = {**SECTIONS, "dimensions": [*SECTIONS["dimensions"][:2], {"code": "F", "name": "F", "items": [F1]}]}
    taking["dimensions"][1] = {
        "code": "B",
        "name": "B类",
        "items": [item("B1", 60, "SAF", {"standard": "bra", "dimensions": ["C"]})],
    }
    with pytest.raises(Refused, match="B1 → 支部标准 C1 → 区队标准 B1"):
        actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=taking, in_force_from="2026-07")
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=taking, in_force_from="2026-08")


def test_a_standard_cannot_take_from_the_item_itself(cast, at):
    own = pack("own", "自己", "section", ("A", [item("A1", 100, "PTY", {"standard": "own"})]))
    with pytest.raises(Refused, match="自己 A1 → 自己 A1"):
        actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=own, in_force_from="2026-01")

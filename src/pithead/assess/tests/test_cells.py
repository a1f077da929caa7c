"""Typing into the sheet: a figure is the item's score and becomes the office's one entry; nobody is overwritten silently."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions, queries
from pithead.assess.actions import CellConflict, CellDraft, CellsRefused
from pithead.assess.models import Cycle, Entry, ScoreClause, Source, Submission
from pithead.assess.testing import draft, small_pack
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor
from pithead.org.models import Unit
from pithead.org.testing import Cast

SHARED = {"code": "B1.2", "text": "生产科抽查", "kind": "step", "points": 1, "office": "PRO"}


@pytest.fixture
def cycle(cast: Cast, at: dt.datetime) -> Cycle:
    """Item B1 and the bonus J1 are scored by two offices."""
    pack = small_pack()
    pack["dimensions"][1]["items"][0]["clauses"].append(SHARED)
    actions.load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01")
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


class Desk:
    """Somebody with the sheet of an office before him, as it was when he looked last."""

    def __init__(self, by: Actor, at: dt.datetime, cycle: Cycle, office: Unit):
        self.by, self.at, self.cycle, self.office = by, at, cycle, office
        self.look()

    def look(self) -> "Desk":
        shown = queries.sheet(self.cycle, self.office)
        self.cells = {(row.unit_code, cell.item_code): cell for row in shown.rows for cell in row.cells}
        return self

    def draft(self, unit: str, item: str, figure: str | None, **more: Any) -> CellDraft:
        return CellDraft(unit, item, self.cells[unit, item].seen, figure, **more)

    def set(self, *drafts: CellDraft) -> list[actions.CellState]:
        given = {"by": self.by, "at": self.at, "cycle": self.cycle, "office": self.office}
        return actions.set_cells(**given, cells=drafts)

    def type(self, unit: str, item: str, figure: str | None, **more: Any) -> actions.CellState:
        [state] = self.set(self.draft(unit, item, figure, **more))
        self.look()
        return state

    def shown(self, unit: str, item: str) -> str:
        return self.look().cells[unit, item].text


@pytest.fixture
def desk(cast: Cast, cycle: Cycle, at: dt.datetime) -> Desk:
    return Desk(cast.actor("assessor"), at, cycle, cast.units["SAF"])


@pytest.fixture
def other(cast: Cast, cycle: Cycle, at: dt.datetime) -> Desk:
    """Somebody else at the same office's sheet."""
    return Desk(cast.actor("party_officer"), at + dt.timedelta(minutes=5), cycle, cast.units["SAF"])


@pytest.fixture
def production(cast: Cast, cycle: Cycle, at: dt.datetime) -> Desk:
    """The other office that scores B1."""
    return Desk(cast.actor("other_assessor"), at, cycle, cast.units["PRO"])


def own(unit: str, item: str, office: str = "SAF") -> Entry:
    return Entry.objects.get(unit__code=unit, item__code=item, office__code=office)


# ── what a figure becomes ──
@pytest.mark.parametrize(
    ("typed", "points"),
    [
        ("38.5", "1.5"),
        ("３８．５", "1.5"),
        (" 38.50 ", "1.5"),
        ("0", "40"),
        ("39.99", "0.01"),
        (".5", "39.5"),
        ("39.", "1"),
    ],
)
def test_a_figure_is_the_score_and_what_is_missing_is_deducted(desk: Desk, typed: str, points: str) -> None:
    before = desk.type("ZC1", "B1", typed)
    entry = own("ZC1", "B1")
    assert (entry.points, entry.reason, entry.author, entry.kind) == (Decimal(points), "", "安平", "deduction")
    assert before.figure == "40"
    assert Cycle.objects.get(pk=desk.cycle.pk).state == "scoring"
    assert AuditEvent.objects.filter(action="assess.entry.added", subject_id=str(entry.pk)).count() == 1


def test_an_earlier_entry_changes_its_points_and_keeps_its_reason(desk: Desk) -> None:
    desk.type("ZC1", "B1", "38", reason="上隅角支护滞后", evidence="照片", found_on=dt.date(2026, 6, 3))
    pk = own("ZC1", "B1").pk
    before = desk.type("ZC1", "B1", "36.5")
    entry = own("ZC1", "B1")
    assert (entry.pk, str(entry.points), entry.reason, entry.evidence) == (pk, "3.50", "上隅角支护滞后", "照片")
    assert (before.figure, before.reason, before.found_on) == ("38", "上隅角支护滞后", dt.date(2026, 6, 3))


@pytest.mark.parametrize("typed", ["40", "", "  "])
def test_full_marks_or_nothing_takes_the_entry_away(desk: Desk, typed: str) -> None:
    desk.type("ZC1", "B1", "38")
    desk.type("ZC1", "B1", typed)
    assert not Entry.objects.filter(unit__code="ZC1", item__code="B1").exists()
    assert AuditEvent.objects.filter(action="assess.entry.removed").count() == 1


def test_what_is_there_already_is_not_written_again(desk: Desk) -> None:
    desk.type("ZC1", "B1", "38", reason="支护滞后")
    events = AuditEvent.objects.count()
    stale = desk.cells["M1", "B1"].seen
    desk.set(CellDraft("ZC1", "B1", stale, "38", reason="支护滞后"))  # an answer that was lost: the same again
    desk.set(CellDraft("M1", "B1", stale, ""), CellDraft("TF", "B1", stale, "40"))
    assert AuditEvent.objects.count() == events


def test_missing_items_and_back(desk: Desk) -> None:
    for word in ("缺", "缺项"):
        desk.type("M1", "B2", word)
        assert (own("M1", "B2").kind, desk.shown("M1", "B2")) == ("na", "缺")
    assert desk.cells["M1", "B2"].bare
    desk.type("M1", "B2", None, reason="停产检修")
    desk.type("M1", "B2", "18")
    assert (own("M1", "B2").kind, own("M1", "B2").reason) == (
        "deduction",
        "",
    )  # why it was missing is no reason for points
    desk.type("M1", "B2", "")
    assert desk.shown("M1", "B2") == "20"


def test_a_bonus_is_what_was_won(desk: Desk) -> None:
    desk.type("M1", "J1", "2")
    assert (own("M1", "J1").kind, str(own("M1", "J1").points), desk.shown("M1", "J1")) == ("bonus", "2.00", "+2")
    desk.type("M1", "J1", "0.5")
    desk.type("M1", "J1", "0")
    assert desk.shown("M1", "J1") == "·"


def test_a_bonus_goes_as_far_as_its_clauses_say_or_as_counts_in_a_month(desk: Desk) -> None:
    desk.type("M1", "J1", "5")  # several of one point each, as many as count
    ScoreClause.objects.filter(item__code="J1").update(cap=2)
    desk.look().type("M1", "J1", "2")
    with pytest.raises(CellsRefused, match="一条最多加 2 分，这里是 3"):
        desk.look().type("M1", "J1", "3")
    desk.cycle.standard.bonus_cap = Decimal(1)
    with pytest.raises(CellsRefused, match=r"一条最多加 1 分，这里是 1\.5"):
        desk.look().type("ZC1", "J1", "1.5")


def test_a_figure_counts_what_other_offices_took(desk: Desk, production: Desk) -> None:
    production.type("ZC1", "B1", "38.5")
    desk.look().type("ZC1", "B1", "36")
    assert str(own("ZC1", "B1").points) == "2.50"
    with pytest.raises(Refused, match=r"综采一队 B1：别的科室已扣 1\.5 分，最高只能填 38\.5"):
        desk.type("ZC1", "B1", "39")
    desk.type("ZC1", "B1", "38.5")
    assert own("ZC1", "B1", "PRO").points == Decimal("1.5")
    assert not Entry.objects.filter(unit__code="ZC1", item__code="B1", office__code="SAF").exists()
    assert str(own("ZC1", "B1", "PRO").reason) == ""


def test_where_another_office_says_the_item_is_missing_there_is_no_score(desk: Desk, production: Desk) -> None:
    production.type("ZC1", "B1", "缺")
    with pytest.raises(Refused, match="别的科室已经记了缺项，不能再填分"):
        desk.look().type("ZC1", "B1", "39")


# ── what is refused ──
@pytest.mark.parametrize(
    ("item", "typed", "sentence"),
    [
        ("B1", "40.01", "满分 40 分，不能填 40.01"),
        ("B1", "-1", "不能小于 0"),
        ("B1", "38.555", "最多两位小数"),
        ("B1", "四十", "“四十”不是分数"),
        ("B1", "1e3", "不是分数"),
        ("B1", "NaN", "不是分数"),
        ("B1", ".", "不是分数"),
        ("B1", "9" * 30, "不是分数"),
        ("B1", "1,234", "满分 40 分，不能填 1234"),
        ("J1", "缺", "加分项没有缺项"),
        ("J1", "101", "最多 100 分"),
        ("J1", "50", "项目 J1“自查出重大隐患”一条最多加 5 分，这里是 50"),
        ("V1", "1", "否决项不填分数"),
        ("A1", "1", "没有这一格"),
        ("X9", "1", "没有这一格"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_its_place(desk: Desk, item: str, typed: str, sentence: str) -> None:
    with pytest.raises(CellsRefused, match=f"综采一队 {item}：.*{sentence}"):
        desk.set(CellDraft("ZC1", item, "-", typed))
    assert not Entry.objects.filter(source=Source.MANUAL).exists()


def test_a_block_is_written_whole_or_not_and_every_bad_cell_is_named(desk: Desk) -> None:
    good, bad = desk.draft("ZC1", "B1", "38", row=1), desk.draft("M1", "B1", "41", row=2)
    worse = desk.draft("TF", "B1", "x", row=3)
    with pytest.raises(CellsRefused) as refused:
        desk.set(good, bad, worse)
    assert [reason.where for reason in refused.value.reasons] == ["第 2 行 煤一队 B1", "第 3 行 通风队 B1"]
    assert [cell.unit for cell in refused.value.cells] == ["M1", "TF"]
    assert not Entry.objects.filter(source=Source.MANUAL).exists()
    with pytest.raises(CellsRefused, match="同一格写了两次"):
        desk.set(good, good)
    assert len(desk.set(good, desk.draft("M1", "B1", "0"))) == 2


def test_a_cell_with_several_entries_is_not_typed_over(cast: Cast, desk: Desk, at: dt.datetime) -> None:
    drafts = [draft(desk.cycle.standard, cast.units["ZC1"], "B1", "1") for _ in range(2)]
    actions.add_entries(by=desk.by, at=at, cycle=desk.cycle, drafts=drafts)
    assert not desk.look().cells["ZC1", "B1"].typed
    for figure, reason in (("37", None), ("", None), ("缺", None), (None, "一个原因")):
        with pytest.raises(CellsRefused, match="这一格有 2 条记录，请在右边逐条"):
            desk.set(desk.draft("ZC1", "B1", figure, reason=reason))
    desk.set(desk.draft("ZC1", "B1", "38"))  # so it is
    assert Entry.objects.filter(unit__code="ZC1", item__code="B1").count() == 2


def test_what_the_standard_excepts_is_not_typed_over(desk: Desk) -> None:
    with pytest.raises(Refused, match="通风队 B2：这一格是系统记的（标准规定本专业不考核此项）"):
        desk.type("TF", "B2", "20")
    desk.type("TF", "B2", "缺")


def test_a_reason_goes_to_what_has_one_entry(desk: Desk) -> None:
    desk.type("ZC1", "B1", "38")
    desk.type("ZC1", "B1", None, reason="上隅角支护滞后")
    assert (own("ZC1", "B1").reason, desk.cells["ZC1", "B1"].bare) == ("上隅角支护滞后", False)
    with pytest.raises(Refused, match="这一格没有扣分、加分，不用写原因"):
        desk.type("M1", "B1", None, reason="上隅角支护滞后")
    with pytest.raises(Refused, match="原因里写了职工姓名“马小军”"):
        desk.type("ZC1", "B1", None, reason="马小军迟到")


def test_undoing_brings_everything_back(desk: Desk) -> None:
    desk.type("ZC1", "B1", "38", reason="支护滞后", evidence="照片", found_on=dt.date(2026, 6, 3))
    for figure in ("", "35", "缺"):
        before = desk.type("ZC1", "B1", figure)
        said = {"reason": before.reason, "evidence": before.evidence, "found_on": before.found_on}
        desk.type("ZC1", "B1", before.figure, **said)
        entry = own("ZC1", "B1")
        assert (str(entry.points), entry.reason, entry.evidence) == ("2.00", "支护滞后", "照片")
        assert entry.found_on == dt.date(2026, 6, 3)


# ── who and when ──
def test_only_the_own_office_and_only_while_scores_are_taken(cast: Cast, desk: Desk, at: dt.datetime) -> None:
    foreign = Desk(cast.actor("other_assessor"), at, desk.cycle, cast.units["SAF"])
    with pytest.raises(PermissionDenied):
        foreign.type("ZC1", "B1", "38")
    actions.submit(by=desk.by, at=at, cycle=desk.cycle, office=desk.office)
    with pytest.raises(Refused, match="请先撤回提交"):
        desk.type("ZC1", "B1", "38")
    actions.withdraw(by=desk.by, at=at, cycle=desk.cycle, office=desk.office)
    actions.close_cycle(by=cast.system(), at=at, cycle=desk.cycle)
    with pytest.raises(Refused, match="不能再改分"):
        desk.type("ZC1", "B1", "38")


def test_cells_without_a_reason_are_saved_but_not_handed_in(desk: Desk, at: dt.datetime) -> None:
    desk.set(desk.draft("ZC1", "B1", "38"), desk.draft("M1", "B2", "缺"), desk.draft("M1", "B1", "39", reason="浮煤"))
    with pytest.raises(Refused) as refused:
        actions.submit(by=desk.by, at=at, cycle=desk.cycle, office=desk.office)
    assert [reason.where for reason in refused.value.reasons] == ["综采一队 B1", "煤一队 B2"]
    assert not Submission.objects.exists()
    assert [(row.unit_code, cell.item_code) for row, cell in queries.sheet(desk.cycle, desk.office).bare] == [
        ("ZC1", "B1"),
        ("M1", "B2"),
    ]
    desk.look().set(desk.draft("ZC1", "B1", None, reason="支护滞后"), desk.draft("M1", "B2", "20"))
    actions.submit(by=desk.by, at=at, cycle=desk.cycle, office=desk.office)


# ── two at once ──
def test_whoever_comes_second_is_told_who_changed_it_to_what_and_when(desk: Desk, other: Desk) -> None:
    desk.type("ZC1", "B1", "38", reason="支护滞后")
    with pytest.raises(CellConflict) as conflict:
        other.set(other.draft("M1", "B1", "39"), other.draft("ZC1", "B1", "37"))
    [clash] = conflict.value.clashes
    assert (clash.unit, clash.item, clash.changed_by, clash.changed_at) == ("ZC1", "B1", "安平", desk.at)
    assert str(clash) == "安平 7 月 6 日 9:00 改过这一格，现在是 38 分（扣 2：支护滞后），您填的是：37"
    assert not Entry.objects.filter(unit__code="M1").exclude(source=Source.COMPUTED).exists()
    other.look().type("ZC1", "B1", "37")  # he has seen it and means it
    assert str(own("ZC1", "B1").points) == "3.00"


def test_what_somebody_took_away_is_a_conflict_too(desk: Desk, other: Desk) -> None:
    desk.type("ZC1", "B1", "38")
    other.look()
    desk.type("ZC1", "B1", "")
    with pytest.raises(CellConflict, match="安平 7 月 6 日 9:00 改过这一格，现在是 40 分，您填的是：37"):
        other.set(other.draft("ZC1", "B1", "37"))


def test_a_conflict_comes_before_what_follows_from_it(desk: Desk, production: Desk) -> None:
    production.type("ZC1", "B1", "38")
    with pytest.raises(CellConflict, match=r"产量 .*改过这一格，现在是 38 分（扣 2：还没写原因），您填的是：39"):
        desk.set(desk.draft("ZC1", "B1", "39"))


def test_both_want_the_same_and_nobody_is_bothered(desk: Desk, other: Desk) -> None:
    desk.type("ZC1", "B1", "38")
    other.set(other.draft("ZC1", "B1", "38"))
    assert Entry.objects.filter(unit__code="ZC1", item__code="B1").count() == 1


@pytest.mark.parametrize("seen", ["", "-", "x", "1.2.3-abc", "9" * 400 + "-a", "²-a", "1-" + "0" * 16])
def test_a_made_up_token_is_a_conflict_and_no_error(desk: Desk, seen: str) -> None:
    desk.type("ZC1", "B1", "38")
    with pytest.raises(CellConflict):
        desk.set(CellDraft("ZC1", "B1", seen, "37"))


def test_the_form_of_an_entry_is_protected_too(desk: Desk, other: Desk, at: dt.datetime) -> None:
    desk.type("ZC1", "B1", "38", reason="支护滞后")
    entry = own("ZC1", "B1")
    seen = queries.cell_token(entry)
    other.look().type("ZC1", "B1", "37")
    with pytest.raises(CellConflict, match="周全 7 月 6 日 9:05 改过这一格，现在是 37 分"):
        actions.change_entry(by=desk.by, at=at, entry=entry, points=Decimal(1), reason="支护滞后", seen=seen)
    with pytest.raises(CellConflict):
        actions.remove_entry(by=desk.by, at=at, entry=entry, seen=seen)
    actions.change_entry(
        by=desk.by, at=at, entry=entry, points=Decimal(1), reason="支护滞后", seen=queries.cell_token(entry)
    )
    actions.remove_entry(by=desk.by, at=at, entry=entry, seen=queries.cell_token(entry))

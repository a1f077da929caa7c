"""Figures from outside: who enters them, what is refused, and that nothing said before is lost."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.measures.actions import FigureDraft, Origin, Taken, correct_figure, give_figures
from pithead.measures.models import Given, Source
from pithead.org.testing import Cast


def said(cast: Cast, quantity: str, unit: str, on: str, value: Any) -> FigureDraft:
    wanted = None if value is None else Decimal(str(value))
    return FigureDraft(quantity, cast.units.get(unit, cast.mine), Period.parse(on), wanted)


def give(
    cast: Cast, at: dt.datetime, *rows: tuple[str, str, str, Any], by: str = "party_officer", **more: Any
) -> Taken:
    drafts = [said(cast, *row) for row in rows]
    return give_figures(by=cast.actor(by), at=at, mine=cast.mine, drafts=drafts, **more)


def refused(cast: Cast, at: dt.datetime, *rows: tuple[str, str, str, Any], **more: Any) -> str:
    with pytest.raises(Refused) as told:
        give(cast, at, *rows, **more)
    return str(told.value)


def test_a_figure_stands_with_who_gave_it_and_a_month_on_its_last_day(cast: Cast, at: dt.datetime) -> None:
    taken = give(
        cast,
        at,
        ("tonnes", "ZC1", "2026-06-03.2", "1234.56"),
        ("check_score", "ZC1", "2026-06", "91.5"),
        source=Origin(Source.API),
    )
    assert taken == Taken(2, 0, 0)
    tonnes, score = Given.objects.current().order_by("quantity", "-pk")[::-1]
    assert (tonnes.day, tonnes.shift, tonnes.value) == (dt.date(2026, 6, 3), "2", Decimal("1234.6"))
    assert (score.day, score.shift, score.turn) == (dt.date(2026, 6, 30), "", 1)
    assert (tonnes.given_by, tonnes.get_source_display(), tonnes.arrived_at) == ("周全", "接口", at)
    assert AuditEvent.objects.get(action="measures.figures.given").after["added"] == 2


def test_the_same_again_is_nothing_new_another_value_needs_a_reason_and_both_stay(cast: Cast, at: dt.datetime) -> None:
    row = ("tonnes", "ZC1", "2026-06-03", 1200)
    give(cast, at, row)
    assert give(cast, at, row) == Taken(0, 0, 1)
    assert "要改就写明原因" in refused(cast, at, (*row[:3], 1300))
    assert give(cast, at, (*row[:3], 1300), reason="过磅单漏了一车") == Taken(0, 1, 0)
    first, second = Given.objects.order_by("turn")
    assert (first.value, first.superseded, second.value, second.superseded) == (1200, True, 1300, False)
    assert second.reason == "过磅单漏了一车"
    event = AuditEvent.objects.get(action="measures.figure.corrected")
    assert (event.before, event.after["value"]) == ({"value": "1200"}, "1300")
    assert "实际产量" in event.subject_label


def test_a_figure_is_taken_back_and_may_be_given_again(cast: Cast, at: dt.datetime) -> None:
    give(cast, at, ("rework", "M1", "2026-06", 2))
    given, by = Given.objects.get(), cast.actor("other_assessor")
    with pytest.raises(Refused, match="为什么"):
        correct_figure(by=by, at=at, given=given, value=None, reason=" ")
    correct_figure(by=by, at=at, given=given, value=None, reason="录到别的队去了")
    assert not Given.objects.current().exists()
    assert give(cast, at, ("rework", "M1", "2026-06", 1)) == Taken(0, 1, 0)
    assert [row.value for row in Given.objects.order_by("turn")] == [2, None, 1]
    assert "没有可撤的" in refused(cast, at, ("rework", "ZC1", "2026-06", None))


def test_each_office_enters_what_is_its_own(cast: Cast, at: dt.datetime) -> None:
    assert give(cast, at, ("check_score", "ZC1", "2026-06", 90), by="assessor")
    assert "归生产科录" in refused(cast, at, ("works_inspected", "ZC1", "2026-06", 9), by="assessor")
    with pytest.raises(PermissionDenied):
        give(cast, at, ("check_score", "M1", "2026-06", 90), by="section_head")
    assert Given.objects.count() == 1


@pytest.mark.parametrize(
    "row, words",
    [
        (("gold", "ZC1", "2026-06", 1), "没有“gold”这一项"),
        (("tonnes", "ZC1", "2026-06", 1), "按天录"),
        (("check_score", "ZC1", "2026-06-03", 1), "按月录"),
        (("check_score", "ZC1", "2026-06", 101), "最多 100 分"),
        (("tonnes", "ZC1", "2026-06-03", -1), "0 或正数"),
        (("tonnes", "ZC1", "2026-06-03", "1e11"), "太大"),
        (("tonnes", "ZC1", "2026-07-07", 1), "还没有到"),
        (("tonnes_planned", "ZC1", "2026-09", 1), "最多提前录下个月"),
        (("tonnes", "SAF", "2026-06-03", 1), "是科室"),
        (("descents", "ZC1-1", "2026-06", 1), "录到区队"),
    ],
)
def test_what_cannot_be_is_refused_in_words(cast: Cast, at: dt.datetime, row: Any, words: str) -> None:
    assert words in refused(cast, at, row)
    assert words in refused(cast, at, ("tonnes", "M1", "2026-06-03", 5), row)
    assert not Given.objects.exists(), "all of them or none"


def test_next_months_plan_may_be_given_now(cast: Cast, at: dt.datetime) -> None:
    assert give(cast, at, ("tonnes_planned", "ZC1", "2026-08", 30000)).added == 1


def test_of_another_mine_nothing_is_taken(cast: Cast, at: dt.datetime) -> None:
    draft = FigureDraft("tonnes", cast.other_mine, Period.parse("2026-06-03"), Decimal(1))
    with pytest.raises(Refused, match="不是青石峪煤矿的单位"):
        give_figures(by=cast.actor("party_officer"), at=at, mine=cast.mine, drafts=[draft])


def test_a_closed_unit_keeps_the_figures_of_its_time(cast: Cast, at: dt.datetime) -> None:
    unit = cast.units["ZC1"]
    unit.closed_on = dt.date(2026, 6, 15)
    unit.save()
    assert give(cast, at, ("check_score", "ZC1", "2026-06", 90)).added == 1
    assert "已经撤销" in refused(cast, at, ("tonnes", "ZC1", "2026-06-16", 1))


# ── what would be added twice ──
def test_a_day_is_given_whole_or_by_shift(cast: Cast, at: dt.datetime) -> None:
    give(cast, at, ("tonnes", "ZC1", "2026-06-03.1", 400), ("tonnes", "ZC1", "2026-06-03.2", 500))
    assert "只录一种" in refused(cast, at, ("tonnes", "ZC1", "2026-06-03", 900))
    give(cast, at, ("tonnes", "ZC1", "2026-06-04", 900))
    assert "只录一种" in refused(cast, at, ("tonnes", "ZC1", "2026-06-04.1", 400))


@pytest.mark.parametrize("first, second", [("ZC1", "ZC1-1"), ("ZC1-1", "ZC1"), ("QSY", "ZC1-1"), ("M1", "QSY")])
def test_a_unit_and_one_above_it_have_not_both_a_figure(cast: Cast, at: dt.datetime, first: str, second: str) -> None:
    one, other = (("metres", unit, "2026-06-03", 5) for unit in (first, second))
    assert "上下级" in refused(cast, at, one, other)
    give(cast, at, one)
    assert "上下级" in refused(cast, at, other)
    give(cast, at, ("metres", second, "2026-06-04", 5), ("metres", "TF", "2026-06-03", 1) if first != "QSY" else one)


def test_crews_of_one_section_have_theirs(cast: Cast, at: dt.datetime) -> None:
    assert give(cast, at, *(("tonnes", unit, "2026-06-03", 5) for unit in ("ZC1-1", "ZC1-2", "M1-1"))).added == 3


def test_written_twice_is_asked_back(cast: Cast, at: dt.datetime) -> None:
    assert "写了 2 次" in refused(cast, at, *[("tonnes", "ZC1", "2026-06-03", 5)] * 2)


def test_no_more_passes_than_was_inspected_whichever_came_first(cast: Cast, at: dt.datetime) -> None:
    assert "比“验收工程”10 还多" in refused(
        cast, at, ("works_inspected", "ZC1", "2026-06", 10), ("works_passed", "ZC1", "2026-06", 11)
    )
    give(cast, at, ("works_inspected", "ZC1", "2026-06", 10))
    assert "还多" in refused(cast, at, ("works_passed", "ZC1", "2026-06", 11))
    assert give(cast, at, ("works_passed", "ZC1", "2026-06", 10)).added == 1


# ── many ──
def test_any_number_is_weighed_with_the_same_queries(cast: Cast, at: dt.datetime) -> None:
    def queries(days: int) -> int:
        rows = [("tonnes", "ZC1", f"2026-0{days}-{day:02d}", day) for day in range(1, days * 4)]
        with CaptureQueriesContext(connection) as told:
            give(cast, at, *rows)
        return len(told)

    assert queries(2) == queries(5)

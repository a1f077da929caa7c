"""Measures out of figures from outside: what each says, that units add up to the whole, and what a click shows."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pithead.kernel.periods import Period
from pithead.measures.actions import FigureDraft, close_period, correct_figure, give_figures
from pithead.measures.models import Given
from pithead.measures.queries import figures
from pithead.measures.registry import Asked, Facts, Figure, Kind, measures
from pithead.org.queries import calendar_of
from pithead.org.testing import Cast

TODAY = dt.date(2026, 7, 6)
JUNE = Period.parse("2026-06")
OUTSIDE = [one for one in measures if one.app == "measures"]


def give(cast: Cast, at: dt.datetime, *rows: tuple[str, str, str, Any]) -> None:
    drafts = [
        FigureDraft(code, cast.units.get(unit, cast.mine), Period.parse(on), Decimal(str(value)))
        for code, unit, on, value in rows
    ]
    give_figures(by=cast.system(), at=at, mine=cast.mine, drafts=drafts)


def words(cast: Cast, code: str, unit: str, period: Period = JUNE) -> str:
    found = figures(cast.mine, code, period, TODAY)
    return measures[code].words(found.get(cast.units.get(unit, cast.mine).pk))


def test_plan_and_actual_are_compared_by_what_a_unit_plans(cast: Cast, at: dt.datetime) -> None:
    give(
        cast,
        at,
        ("tonnes_planned", "ZC1", "2026-06", 30000),
        *(("tonnes", "ZC1-1", f"2026-06-{day:02d}", 500) for day in range(1, 31)),
        *(("tonnes", "ZC1-2", f"2026-06-{day:02d}.2", 400) for day in range(1, 31)),
        ("metres_planned", "M1", "2026-06", 100),
        ("metres", "M1", "2026-06-03.1", 4.5),
        ("metres", "M1", "2026-06-03.2", 75.5),
        ("service_planned", "TF", "2026-06", 20),
        ("service", "TF", "2026-06", 20),
        ("tonnes", "ZC1-1", "2026-07-01", 9999),
    )
    assert words(cast, "production.tonnes", "ZC1") == "27000"
    assert words(cast, "production.tonnes_done", "ZC1") == "90"
    assert words(cast, "production.tonnes_done", "M1") == "—"
    assert [words(cast, "production.plan_done", unit) for unit in ("ZC1", "M1", "TF", "QSY")] == [
        "90",
        "80",
        "100",
        "90",
    ]
    assert words(cast, "production.plan_done", "ZB1") == "90", "the branch answers for the section it serves"
    assert words(cast, "production.best_shift", "QSY") == "75.5"


def test_plans_of_crews_are_met_by_what_only_their_section_counts(cast: Cast, at: dt.datetime) -> None:
    plans = [("tonnes_planned", unit, "2026-06", 500) for unit in ("ZC1-1", "ZC1-2")]
    give(cast, at, *plans, ("tonnes", "ZC1", "2026-06-03", 800))
    assert (words(cast, "production.plan_done", "ZC1"), words(cast, "production.plan_done", "QSY")) == ("80", "80")


@pytest.mark.parametrize(
    "rows, code, said",
    [
        ({"works_inspected": 40, "works_passed": 38, "works_first_rate": 36}, "quality.pass_ratio", "95"),
        ({"works_inspected": 40, "works_passed": 38, "works_first_rate": 36}, "quality.first_rate", "90"),
        ({"rework": 2}, "quality.rework", "2"),
        ({"material_quota": 8000, "material_cost": 8400}, "cost.material", "105"),
        ({"equipment_unsafe": 1}, "equipment.unsafe", "1"),
        ({"equipment_damaged": 3}, "equipment.damaged", "3"),
        ({"absent": 2}, "attendance.absent", "2"),
        ({"descents_required": 30, "descents": 27}, "descent.done", "90"),
        ({"descents_required": 30, "descents_short": 4}, "descent.short", "4"),
        ({"shifts_accompanied": 60, "shifts_alone": 2}, "accompany.missing", "2"),
        ({"check_score": 91.5}, "standardisation.score", "91.5"),
    ],
)
def test_a_month_says(cast: Cast, at: dt.datetime, rows: dict[str, Any], code: str, said: str) -> None:
    give(cast, at, *((quantity, "ZC1", "2026-06", value) for quantity, value in rows.items()))
    assert words(cast, code, "ZC1") == words(cast, code, "QSY") == said
    assert words(cast, code, "M1") == "—"


def test_attendance_is_its_shifts_and_scores_are_meant(cast: Cast, at: dt.datetime) -> None:
    days = [f"2026-06-0{day}" for day in range(1, 5)]
    give(cast, at, *(("attendance_planned", "ZC1", day, 50) for day in days))
    give(cast, at, *(("attendance", "ZC1", day, 48) for day in days))
    give(cast, at, *(("check_score", unit, "2026-06", score) for unit, score in (("ZC1", 90), ("M1", 80), ("TF", 97))))
    assert words(cast, "attendance.rate", "QSY") == "96"
    assert words(cast, "attendance.shifts", "ZC1") == "192"
    assert words(cast, "standardisation.score", "QSY") == "89"


def test_a_click_lists_the_very_rows_and_a_correction_takes_the_place_of_what_was_said(
    cast: Cast, at: dt.datetime
) -> None:
    give(cast, at, ("rework", "ZC1", "2026-06", 2), ("rework", "M1", "2026-06", 1))
    close_period(by=cast.system(), at=at, mine=cast.mine, period=JUNE)
    late = at + dt.timedelta(days=1)
    correct_figure(
        by=cast.system(), at=late, given=Given.objects.get(unit__code="ZC1"), value=Decimal(3), reason="漏一次"
    )
    assert words(cast, "quality.rework", "QSY") == "3", "what was closed stays as it was"
    source = measures["quality.rework"].source
    assert source is not None
    facts = source(Asked(cast.mine, dt.date(2026, 6, 1), dt.date(2026, 6, 30), TODAY, calendar_of(cast.mine)))
    assert isinstance(facts, Facts)
    lines = [facts.line(row) for row in facts.rows.order_by(*facts.order)]
    assert [line.text for line in lines] == ["综采一队 返工 3 次", "煤一队 返工 1 次"]
    assert (lines[0].arrived_at, "更正：漏一次" in lines[0].detail) == (late, True)
    assert facts.seen is not None
    assert facts.seen(facts.rows, cast.actor("crew_leader")).count() == 0
    assert facts.seen(facts.rows, cast.actor("section_head")).count() == 1


def test_every_measure_from_outside_is_defined_in_plain_words() -> None:
    assert len(OUTSIDE) >= 20
    for one in OUTSIDE:
        assert one.definition.endswith("。"), one.code
        assert one.unit, one.code
    assert measures["quality.first_rate"].outcome
    assert not measures["attendance.shifts"].outcome


DAILY = ("tonnes", "metres", "attendance", "attendance_planned", "stoppage_hours")
MONTHLY = (
    "works_inspected",
    "rework",
    "tonnes_planned",
    "metres_planned",
    "material_quota",
    "material_cost",
    "check_score",
)
UNITS = ("ZC1-1", "ZC1-2", "M1-1", "TF")
ROWS = st.dictionaries(
    st.tuples(
        st.sampled_from([*DAILY, *MONTHLY]),
        st.sampled_from(UNITS),
        st.integers(1, 28),
        st.sampled_from(["2026-05", "2026-06"]),
    ),
    st.decimals(0, 24, places=0),
    max_size=30,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_units_add_up_to_the_whole_whatever_was_given(cast: Cast, at: dt.datetime, rows: dict[Any, Decimal]) -> None:
    """Sums and both halves of ratios; of the greatest the greatest. In a month, and in two put together."""
    told = {
        (code, unit, f"{month}-{day:02d}.1" if code in DAILY else month): value
        for (code, unit, day, month), value in rows.items()
    }
    with transaction.atomic():
        if told:
            give(cast, at, *((*key, value) for key, value in told.items()))
        for period in (JUNE, Period.parse("2026-Q2")):
            for one in OUTSIDE:
                _adds_up(cast, one.code, one.kind, period)
        transaction.set_rollback(True)


def _adds_up(cast: Cast, code: str, kind: Kind, period: Period) -> None:
    found = figures(cast.mine, code, period, TODAY)
    parts = [found[cast.units[unit].pk] for unit in UNITS if cast.units[unit].pk in found]
    whole = found.get(cast.mine.pk)
    if not parts:
        assert whole is None, code
        return
    assert whole is not None, code
    if kind is Kind.MAX:
        assert whole.num == max(part.num for part in parts), code
    else:
        total = sum(parts[1:], parts[0])
        near = Figure(round(total.num, 6), total.den), Figure(round(whole.num, 6), whole.den)
        assert near[0] == near[1], code

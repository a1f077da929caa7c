"""Figures out of duties and records: what the board shows is what the registry says."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.kernel.periods import Period
from pithead.measures.queries import figures, series
from pithead.measures.registry import Figure, measures
from pithead.org.testing import Cast
from pithead.practices.models import Adoption
from pithead.practices.queries.owed import board
from pithead.practices.tests.test_board import JUNE, PRACTICES
from pithead.practices.tests.test_talks import TALK
from pithead.practices.tests.worlds import done, take_over

MONTH, QUARTER = Period.parse("2026-06"), Period.parse("2026-Q2")
TODAY = dt.date(2026, 7, 6)


@pytest.fixture(autouse=True)
def asked(cast: Cast) -> None:
    take_over(cast, *PRACTICES, TALK)
    section, crew = cast.units["ZC1"], cast.units["ZC1-1"]
    for day in (1, 8, 20):
        done(cast, "walk", "branch_secretary", dt.date(2026, 6, day), section)
        done(cast, "pre_shift", "crew_leader", dt.date(2026, 6, day), crew, failing=day == 8)
    done(cast, "ask", "section_head", dt.date(2026, 6, 3), section)


def of(num: int, den: int | None = None) -> Figure:
    return Figure(Decimal(num), None if den is None else Decimal(den))


def figure(cast: Cast, code: str, unit: str = "", period: Period = MONTH) -> Figure | None:
    pk = cast.units[unit].pk if unit else cast.mine.pk
    return figures(cast.mine, code, period, TODAY).get(pk)


def test_the_registry_says_what_the_board_says(cast: Cast) -> None:
    for unit in ("", "ZC1", "M1", "PRO"):
        shown = board(cast.actor("party_officer"), cast.mine, cast.units[unit] if unit else None, JUNE, TODAY)
        late, done_of = figure(cast, "duty.late", unit), figure(cast, "duty.done", unit)
        assert late is not None
        assert done_of is not None
        if unit != "ZC1":  # the board of a section adds its branches, which answer for themselves here
            assert done_of == of(shown.figures.done, shown.figures.expected), unit
            assert late.num == shown.figures.late, unit


def test_each_practice_by_itself_and_by_whom_it_is_about(cast: Cast) -> None:
    assert figure(cast, "duty.late_of:pre_shift", "ZC1") == of(57)
    assert figure(cast, "duty.done_of:walk", "ZB1") == of(3, 8)
    assert figure(cast, "duty.late_of:visit", "PRO") == of(1)
    assert figure(cast, "duty.late_of:visit", "ZC1") is None
    assert figure(cast, "duty.late_about:visit", "ZC1") == of(1)


def test_meetings_of_a_branch_that_were_not_held_count_together(cast: Cast) -> None:
    of_branch = {"performers": ["branch_secretary"], "holds": "branch"}
    quotas = {"committee_meeting": "month", "party_lesson": "quarter", "theme_day": "month"}
    take_over(
        cast,
        *(
            {**of_branch, "code": code, "title": code, "quotas": [{"every": every, "per": "unit", "among": "branch"}]}
            for code, every in quotas.items()
        ),
        code="meetings",
    )
    assert figure(cast, "meeting.late", "ZB1") == of(2)
    done(cast, "committee_meeting", "branch_secretary", dt.date(2026, 6, 9), cast.units["ZB1"])
    assert figure(cast, "meeting.late", "ZB1") == of(1)


def test_records_count_and_those_that_fail(cast: Cast) -> None:
    assert figure(cast, "record.count:pre_shift", "ZC1") == of(3)
    assert figure(cast, "record.failing:pre_shift", "ZC1") == of(1)
    codes = {measure.code for measure in measures.of(cast.mine)}
    assert "record.count:talk" in codes
    assert "record.failing:talk" not in codes, "whether a talk found anything is kept nowhere: none would be no figure"


def test_what_is_private_is_nobodys_figure(cast: Cast) -> None:
    codes = {measure.code for measure in measures.of(cast.mine)}
    assert "duty.late_of:walk" in codes
    assert not [code for code in codes if code.endswith(":ask")]
    assert figure(cast, "duty.late_of:ask") is None
    assert measures.named(cast.mine, "duty.late_of:walk").label == "走动管理：逾期没做"


def test_talks_stand_where_they_stand_at_the_end(cast: Cast) -> None:
    for month in (2, 6):
        done(cast, "talk", "section_head", dt.date(2026, month, 3), cast.units["ZC1"], subjects=[cast.people["worker"]])
    assert figure(cast, "talk.coverage", "ZC1") == of(1, 4)
    assert figure(cast, "talk.coverage", "ZC1", QUARTER) == of(1, 4)
    assert figure(cast, "talk.behind", "ZC1") == of(1, 4)  # half of the year: two of four


def test_all_duties_of_a_month_take_one_statement(cast: Cast) -> None:
    codes = [measure.code for measure in measures.of(cast.mine) if measure.code.startswith("duty.")]
    assert len(codes) > 10
    with CaptureQueriesContext(connection) as queries:
        series(cast.mine, codes, [MONTH], TODAY)
    assert len([one for one in queries if "WITH" in one["sql"]]) == 1
    assert len(queries) == 9  # the calendar's four, what is closed, who answers for whom, practices, duties


def test_where_talks_are_not_asked_for_nobody_is_behind(cast: Cast) -> None:
    Adoption.objects.update(since=dt.date(2026, 7, 1))
    assert figure(cast, "talk.behind", "ZC1") is None
    assert figure(cast, "talk.coverage") is None

"""Figures of units, of periods, and of what was closed: one answer, whoever asks."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.measures.actions import close_all_due, close_due, close_period, reopen_period
from pithead.measures.models import Closing, Snapshot
from pithead.measures.queries import figures, series
from pithead.measures.registry import Asked, Figure, beginnings, measures, ratio_of
from pithead.measures.testing import told
from pithead.org.testing import TODAY, Cast

JUNE, MAY, Q2 = Period.parse("2026-06"), Period.parse("2026-05"), Period.parse("2026-Q2")


def facts(cast: Cast, **by_code: int) -> list[tuple[int, int, int | None]]:
    return [(cast.units[code.replace("_", "-")].pk, num, None) for code, num in by_code.items()]


def of(cast: Cast, code: str, period: Period, *units: str) -> list[Decimal | None]:
    found = figures(cast.mine, code, period, TODAY)
    ids = [(cast.mine if unit == "QSY" else cast.units[unit]).pk for unit in units]
    return [found[pk].num if pk in found else None for pk in ids]


def test_a_unit_has_what_is_below_it_and_a_branch_what_it_serves(cast: Cast) -> None:
    with told("test.sum", lambda _: facts(cast, ZC1_1=2, ZC1_2=3, ZC1=1, M1=10, PRO=100)):
        assert of(cast, "test.sum", JUNE, "ZC1-1", "ZC1", "ZB1", "M1", "TF") == [2, 6, 6, 10, None]
        assert of(cast, "test.sum", JUNE, "QSY") == [116]
        assert cast.mine.parent_id not in figures(cast.mine, "test.sum", JUNE, TODAY)


def test_the_greatest_stays_the_greatest(cast: Cast) -> None:
    with told("test.max", lambda _: facts(cast, ZC1_1=2, ZC1_2=3, M1=1), kind="max"):
        assert of(cast, "test.max", JUNE, "ZC1", "QSY") == [3, 3]
        assert of(cast, "test.max", Q2, "QSY") == [3]


def test_each_thing_counts_once_in_unit_mine_and_quarter(cast: Cast) -> None:
    def seen(asked: Asked) -> list[tuple[int, str, None]]:
        crews = [cast.units[code].pk for code in ("ZC1-1", "ZC1-2", "M1-1")]
        return [(unit, "same", None) for unit in crews] + [(crews[0], "own", None)]

    with told("test.distinct", seen, kind="distinct"):
        assert of(cast, "test.distinct", JUNE, "ZC1-1", "ZC1-2", "ZC1", "QSY") == [2, 1, 2, 2]
        assert of(cast, "test.distinct", Q2, "QSY") == [2]


def test_halves_of_a_ratio_may_be_measures_themselves(cast: Cast) -> None:
    with (
        told("test.over", lambda _: facts(cast, ZC1=3)),
        told("test.under", lambda _: facts(cast, ZC1=4, M1=2)),
    ):
        ratio = ratio_of("test.ratio", "比率", over="test.over", under="test.under", definition="", unit="%", scale=100)
        found = figures(cast.mine, "test.ratio", JUNE, TODAY)
        measures.forget("test.ratio")
    assert ratio.words(found[cast.units["ZC1"].pk]) == "75"
    assert ratio.words(found[cast.units["M1"].pk]) == "0"
    assert ratio.words(found[cast.mine.pk]) == "50"
    assert ratio.words(Figure(Decimal(1), Decimal(0))) == "—"


def test_a_quarter_is_its_months(cast: Cast) -> None:
    with told("test.sum", lambda asked: facts(cast, ZC1=asked.start.month)):
        assert of(cast, "test.sum", Q2, "ZC1", "QSY") == [15, 15]


def test_what_arrives_after_closing_changes_nothing_that_was_kept(cast: Cast, at: dt.datetime) -> None:
    count = 5
    with told("test.sum", lambda _: facts(cast, ZC1_1=count)):
        closing = close_period(by=cast.actor("party_officer"), at=at, mine=cast.mine, period=JUNE)
        count = 8
        assert of(cast, "test.sum", JUNE, "ZC1", "QSY") == [5, 5]
        assert of(cast, "test.sum", MAY, "ZC1") == [8]
        assert close_period(by=cast.actor("party_officer"), at=at, mine=cast.mine, period=JUNE) == closing
        reopen_period(by=cast.actor("party_officer"), at=at, mine=cast.mine, period=JUNE, reason="补录三条")
        assert of(cast, "test.sum", JUNE, "ZC1") == [8]
    assert not Snapshot.objects.exists()
    assert not Closing.objects.exists()
    said = AuditEvent.objects.filter(action__startswith="measures.").order_by("pk").values_list("action", flat=True)
    assert list(said) == ["measures.period.closed", "measures.period.reopened"]


def test_what_was_defined_later_is_counted_as_it_is(cast: Cast, at: dt.datetime) -> None:
    close_period(by=cast.actor("party_officer"), at=at, mine=cast.mine, period=JUNE)
    with told("test.sum", lambda _: facts(cast, ZC1=1)):
        assert of(cast, "test.sum", JUNE, "ZC1") == [1]


def test_the_last_month_of_a_quarter_keeps_what_counts_once_in_it(cast: Cast, at: dt.datetime) -> None:
    with told("test.distinct", lambda _: [(cast.units["ZC1"].pk, "one", None)], kind="distinct"):
        close_period(by=cast.actor("party_officer"), at=at, mine=cast.mine, period=JUNE)
        assert set(Closing.objects.values_list("period", flat=True)) == {"2026-06", "2026-Q2", "2026-H1"}


@pytest.mark.parametrize("member", ["mine_leader", "assessor", "section_head", "worker", "stranger"])
def test_others_close_and_reopen_nothing(cast: Cast, at: dt.datetime, member: str) -> None:
    with pytest.raises(PermissionDenied):
        close_period(by=cast.actor(member), at=at, mine=cast.mine, period=JUNE)
    with pytest.raises(PermissionDenied):
        reopen_period(by=cast.actor(member), at=at, mine=cast.mine, period=JUNE, reason="改")


def test_a_month_that_is_not_over_stays_open(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("party_officer")
    for period, words in ((JUNE.next(), "还没有过完"), (Q2, "只能按月关账")):
        with pytest.raises(Refused, match=words):
            close_period(by=by, at=at, mine=cast.mine, period=period)
    for reason, words in ((" ", "请写明"), ("改", "没有关账")):
        with pytest.raises(Refused, match=words):
            reopen_period(by=by, at=at, mine=cast.mine, period=JUNE, reason=reason)
    assert not Closing.objects.exists()


def test_the_clock_closes_what_is_over_for_some_days_once(cast: Cast, at: dt.datetime) -> None:
    assert close_due(cast.mine, at - dt.timedelta(days=3), MAY) == [MAY]
    assert close_due(cast.mine, at, MAY) == [JUNE]
    assert close_due(cast.mine, at, MAY) == []


def test_closed_months_are_read_at_once_whatever_their_number(cast: Cast, at: dt.datetime) -> None:
    months = [Period.parse(f"2026-{month:02d}") for month in range(1, 7)]
    with told("test.sum", lambda _: facts(cast, ZC1=1, M1=1)):
        for month in months:
            close_period(by=cast.system(), at=at, mine=cast.mine, period=month)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = series(cast.mine, ["test.sum"], months, TODAY, units=[cast.mine.pk])
    assert [found["test.sum", month][cast.mine.pk].num for month in months] == [2] * 6
    assert len(queries) == 6  # the calendar's four, what is closed, what was kept


def test_by_the_clock_months_are_closed_from_the_first_fact_on(cast: Cast, at: dt.datetime) -> None:
    first = dt.date(2026, 4, 20)
    before = list(beginnings)
    beginnings[:] = [lambda mine: first if mine == cast.mine else None, lambda _: None]
    try:
        assert close_all_due(at=at) == 3
        assert close_all_due(at=at) == 0
    finally:
        beginnings[:] = before
    assert list(Closing.objects.order_by("pk").values_list("mine__code", "period")) == [
        ("QSY", "2026-04"),
        ("QSY", "2026-05"),
        ("QSY", "2026-06"),
        ("QSY", "2026-Q2"),
        ("QSY", "2026-H1"),
    ]


def test_months_that_have_not_begun_cost_nothing(cast: Cast) -> None:
    asked: list[dt.date] = []

    def sums(one: Asked) -> list[tuple[int, int, None]]:
        asked.append(one.start)
        return [(cast.units["ZC1"].pk, 1, None)]

    with told("test.sum", sums):
        assert of(cast, "test.sum", Period.parse("2026-Q3"), "ZC1") == [1]
    assert asked == [dt.date(2026, 7, 1)]

"""SQL by hand says the same to every database."""

import datetime as dt

import pytest

from pithead.kernel.db import listed, read_by_hand
from pithead.kernel.models import AuditEvent

DAYS = [dt.date(2, 1, 1), dt.date(1970, 1, 1), dt.date(2024, 2, 29), dt.date(2026, 6, 30), dt.date(9999, 12, 31)]


@pytest.mark.django_db
@pytest.mark.parametrize("day", DAYS)
def test_a_day_has_the_number_python_gives_it(day: dt.date) -> None:
    told = read_by_hand(f"WITH d (a) AS (VALUES {listed([[day]])}) SELECT DAY_NUMBER(d.a) FROM d", {})
    assert told == [(day.toordinal(),)]


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "day"), [("15:59:59", 30), ("16:00:00", 31), ("23:30:00", 31)])
def test_a_moment_lies_on_the_day_it_is_at_the_mine(hour: str, day: int) -> None:
    AuditEvent.objects.create(at=dt.datetime.fromisoformat(f"2026-03-30T{hour}+00:00"), actor="1", action="a")
    told = read_by_hand("SELECT LOCAL_DAY_NUMBER(e.at) FROM kernel_auditevent e", {})
    assert told == [(dt.date(2026, 3, day).toordinal(),)]


@pytest.mark.django_db
def test_the_least_and_the_greatest_of_several() -> None:
    values = listed([[3, 1], [2, 5]])
    statement = (
        f"WITH v (a, b) AS (VALUES {values}) SELECT LEAST(a, b, %(c)s), GREATEST(a, b), 17 %% 5 FROM v ORDER BY a"
    )
    assert read_by_hand(statement, {"c": 2}) == [(2, 5, 2), (1, 3, 2)]


@pytest.mark.django_db
def test_text_of_our_own_stays_text() -> None:
    said = "it's 100 % 'so'"
    assert read_by_hand(f"WITH v (a) AS (VALUES {listed([[said]])}) SELECT a FROM v", {}) == [(said,)]

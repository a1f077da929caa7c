"""The meter: what filling costs, by the stated model."""

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.org.testing import Cast
from pithead.practices import actions
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec, Prefill, QuotaSpec
from pithead.practices.metering import Load, on_a_shift, record_cost, usual_cost, weekly
from pithead.practices.models import Every, Per
from pithead.practices.queries import burden
from pithead.practices.testing import WALK

CHECK = FieldSpec("roof", "顶帮", FieldKind.CHECK, required=True)
NUMBER = FieldSpec("gas", "瓦斯", FieldKind.NUMBER, required=True)
NOTE = FieldSpec("note", "说明")
SHIFT = FieldSpec("shift_now", "班次", FieldKind.CHOICE, prefill=Prefill.SHIFT, required=True)
AS_LAST = FieldSpec("s", "派工", FieldKind.ROWS, required=True, prefill=Prefill.LAST, rows=(NUMBER,))


def spec(*form: FieldSpec, quotas: tuple[QuotaSpec, ...] = (), **more: object) -> PracticeSpec:
    given = {"performers": ("crew_leader", "deputy_crew_leader"), **more}
    return PracticeSpec("look", "看一看", form=form, quotas=quotas, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "cost"),
    [
        ((CHECK,) * 9, Load(1, 8)),  # nine checks are one tap
        ((CHECK, NUMBER), Load(2, 14)),
        ((CHECK, NUMBER, NOTE), Load(2, 14)),  # what may stay empty stays empty
        ((SHIFT, CHECK), Load(1, 9)),  # what is known costs a glance
        ((FieldSpec("s", "工序", FieldKind.ROWS, required=True, rows=(CHECK, NUMBER)),), Load(4, 26)),
        ((FieldSpec("s", "不适合上岗的", FieldKind.ROWS, rows=(CHECK, NUMBER)),), Load(1, 8)),  # nobody
        ((AS_LAST,), Load(1, 11)),  # each row as last time costs a glance
    ],
)
def test_an_uneventful_record_costs_what_must_be_put_in(form: tuple[FieldSpec, ...], cost: Load) -> None:
    assert record_cost(spec(*form)) == cost


def test_of_a_chain_the_dearest_steps_are_counted_as_many_as_are_drawn() -> None:
    steps = [FieldSpec(f"s{many}", "工序", FieldKind.ROWS, rows=(CHECK, *(NUMBER,) * many)) for many in (1, 3, 0)]
    assert record_cost(spec(*steps, sampled=1)) == Load(4, 26)
    assert record_cost(spec(*steps, sampled=2)) == Load(5, 32)


def test_weeks_have_something_to_write_now_and_then() -> None:
    assert usual_cost(spec(CHECK)).seconds == pytest.approx(8 + 0.15 * 25)
    assert usual_cost(spec(NOTE)).seconds == pytest.approx(8 + 0.2 * 20)
    rows = FieldSpec("s", "不适合上岗的", FieldKind.ROWS, rows=(NUMBER,))
    assert usual_cost(spec(rows)).seconds == pytest.approx(8 + 0.2 * 6)


@pytest.mark.parametrize(
    ("quota", "roles", "records"),
    [
        (QuotaSpec(Every.WEEK), ["crew_leader", "deputy_crew_leader"], 1),
        (QuotaSpec(Every.SHIFT, per=Per.UNIT, among="crew"), ["crew_leader"], 6),
        (QuotaSpec(Every.DAY), ["crew_leader", "deputy_crew_leader"], 7),
        (QuotaSpec(Every.WEEK, count=3, per=Per.ZONE), ["crew_leader"], 3),
    ],
)
def test_a_week_of_a_role_is_its_records(quota: QuotaSpec, roles: list[str], records: float) -> None:
    practice = spec(NUMBER, quotas=(quota,))
    found = weekly([practice])
    assert list(found) == roles
    assert found["crew_leader"].seconds == pytest.approx(records * usual_cost(practice).seconds)


def test_rest_days_are_not_counted_where_nothing_is_owed_on_them() -> None:
    practice = spec(NUMBER, quotas=(QuotaSpec(Every.DAY),), rest_days=False)
    assert weekly([practice])["crew_leader"].inputs == pytest.approx(10)


def test_those_underground_are_among_the_others() -> None:
    quotas = (QuotaSpec(Every.WEEK, count=4), QuotaSpec(Every.WEEK, count=2, only="underground"))
    assert weekly([spec(NUMBER, quotas=quotas)])["crew_leader"].inputs == pytest.approx(8)
    assert weekly([spec(NUMBER, quotas=quotas[1:])])["crew_leader"].inputs == pytest.approx(4)


def test_members_are_asked_as_members() -> None:
    practice = spec(NUMBER, performers=("member", "crew_leader"), quotas=(QuotaSpec(Every.WEEK, per=Per.MEMBER),))
    assert list(weekly([practice])) == ["member"]


def test_a_shift_is_what_is_due_on_it() -> None:
    every = spec(CHECK, NUMBER, quotas=(QuotaSpec(Every.SHIFT, per=Per.UNIT, among="crew"),))
    monthly = spec(NUMBER, quotas=(QuotaSpec(Every.MONTH),))
    assert on_a_shift([every, monthly], "crew_leader") == [(every, Load(2, 14))]
    load = burden.shift_load([every, monthly])
    assert (load.inputs, load.seconds, load.over) == (2, 14, False)
    long = spec(*(replace(NUMBER, key=f"n{at}") for at in range(9)), quotas=every.quotas)
    assert burden.shift_load([long]).over


def test_only_what_is_in_use_is_counted(cast: Cast, at: dt.datetime) -> None:
    since = dt.date(2026, 7, 1)
    method = actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=WALK, since=since)
    assert burden.meter(cast.mine, since) == ()
    actions.adopt(by=cast.system(), at=at, method=method, unit=cast.units["ZC1"], since=since)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        lines = burden.meter(cast.mine, since)
    assert len(queries) == 3
    assert [line.role for line in lines] == ["crew_leader", "branch_secretary"]
    assert all(line.before == line.minutes and not line.over for line in lines)


def test_what_is_asked_underground_only_weighs_where_it_is_more_than_the_rest() -> None:
    yearly, monthly = QuotaSpec(Every.YEAR), QuotaSpec(Every.MONTH, count=8)
    daily, night = QuotaSpec(Every.DAY, only="underground"), QuotaSpec(Every.WEEK, only="night")

    def minutes(*quotas: QuotaSpec) -> float:
        return weekly([spec(CHECK, quotas=quotas)])["crew_leader"].seconds

    assert minutes(yearly, daily) == minutes(night, daily) == minutes(daily)
    assert minutes(monthly, night) == minutes(monthly)
    assert minutes(daily, QuotaSpec(Every.DAY, per=Per.UNIT, among="crew")) == minutes(daily) * 2

"""What is really put in, by role; how much of it was there already; the months."""

import datetime as dt
from dataclasses import replace

import pytest

from pithead.issues.models import Issue, Step
from pithead.issues.testing import raised
from pithead.org.models import Person, Post
from pithead.org.queries import calendar_of
from pithead.org.testing import OPENED, Cast
from pithead.practices import actions
from pithead.practices.content import FieldKind, FieldSpec, PracticeSpec, Prefill, QuotaSpec
from pithead.practices.metering import deed_cost, filled_already
from pithead.practices.models import Every, PracticeVersion
from pithead.practices.queries import burden, use
from pithead.practices.registry import Span
from pithead.practices.testing import WALK
from pithead.practices.tests.worlds import done, take_over

TODAY = dt.date(2026, 7, 6)
JUNE = Span(dt.date(2026, 6, 1), dt.date(2026, 6, 30))


def more_heads(cast: Cast, many: int) -> None:
    for number in range(many):
        person = Person.objects.create(mine=cast.mine, staff_no=f"9{number:04}", name="某某", unit=cast.units["M1"])
        Post.objects.create(mine=cast.mine, person=person, role="section_head", unit=cast.units["M1"], since=OPENED)


def used(cast: Cast, role: str) -> use.RoleUse | None:
    span = use.last_weeks(calendar_of(cast.mine), TODAY)
    loads = burden.meter(cast.mine, TODAY)
    return next((one for one in use.use_by_role(cast.mine, loads, span, TODAY) if one.role == role), None)


def test_four_whole_weeks_end_last_sunday(cast: Cast) -> None:
    assert use.last_weeks(calendar_of(cast.mine), TODAY) == Span(dt.date(2026, 6, 8), dt.date(2026, 7, 5))
    months = use.last_months(calendar_of(cast.mine), TODAY)
    assert [str(month) for month in months] == [f"2026-{number:02}" for number in range(2, 8)]
    assert list(months.values())[-1] == Span(dt.date(2026, 7, 1), TODAY)


def test_a_role_is_told_of_from_five_holders_on(cast: Cast, at: dt.datetime) -> None:
    for day in range(2):
        raised(cast, "section_head", at - dt.timedelta(days=day + 3), "hazard")
    more_heads(cast, 3)
    assert used(cast, "section_head") is None
    more_heads_again = Person.objects.create(mine=cast.mine, staff_no="99999", name="某某", unit=cast.units["TF"])
    Post.objects.create(
        mine=cast.mine, person=more_heads_again, role="section_head", unit=cast.units["TF"], since=OPENED
    )
    found = used(cast, "section_head")
    assert found is not None
    assert found.holders == 5
    assert found.often[0] == 0.1  # two by five in four weeks
    assert found.used == deed_cost("matter").times(0.1)
    assert found.minutes == found.used.minutes


def test_who_is_too_few_stands_there_with_what_is_asked_only(cast: Cast, at: dt.datetime) -> None:
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=replace(WALK, on=True), since=TODAY)
    raised(cast, "crew_leader", at - dt.timedelta(days=3), "hazard")
    found = used(cast, "crew_leader")
    assert found is not None
    assert found.asked is not None
    assert (found.used, found.often, found.minutes) == (None, (), found.asked.minutes)


def test_what_comes_along_is_nobodys_work(cast: Cast, at: dt.datetime) -> None:
    more_heads(cast, 4)
    raised(cast, "section_head", at - dt.timedelta(days=3), "hazard")
    Issue.objects.update(source="import")
    assert used(cast, "section_head") is None


def test_one_record_settles_all_it_counts_for() -> None:
    quotas = (QuotaSpec(Every.MONTH, count=8), QuotaSpec(Every.MONTH, count=4, only="underground"))
    spec = PracticeSpec("walk", "走", quotas=quotas, duty="people")
    assert use.uses_of(spec, underground=False, night=False) == 2
    assert use.uses_of(spec, underground=True, night=True) == 3
    assert not use.uses_of(replace(spec, duty="", quotas=()), underground=False, night=False)


def test_duties_close_by_what_is_there_already(cast: Cast) -> None:
    quotas = [{"every": "month", "count": 8}, {"every": "month", "count": 4, "only": "underground"}]
    take_over(cast, {"code": "walk", "title": "走", "performers": ["branch_secretary"], "quotas": quotas})
    for day, more in ((3, {}), (4, {"underground": True}), (5, {"elsewhere": "上级 12 号"})):
        done(cast, "walk", "branch_secretary", dt.date(2026, 6, day), cast.units["ZC1"], **more)
    found = {part[0].label: part[0] for part in use.shares(cast.mine, [JUNE])}
    assert (found["履责要求"].known, found["履责要求"].typed, found["履责要求"].percent) == (2, 2, 50)
    assert found["问题"].percent is None


@pytest.mark.parametrize(("source", "pair"), [("manual", (0, 1)), ("practice", (1, 0)), ("import", (1, 0))])
def test_matters_that_came_along(cast: Cast, at: dt.datetime, source: str, pair: tuple[int, int]) -> None:
    raised(cast, "section_head", at - dt.timedelta(days=10), "hazard")
    Issue.objects.update(source=source)
    found = next(part[0] for part in use.shares(cast.mine, [JUNE]) if part[0].label == "问题")
    assert (found.known, found.typed) == pair


def test_fields_are_filled_in_or_typed() -> None:
    place = FieldSpec("place", "地点", FieldKind.PLACE, prefill=Prefill.PLACE, required=True)
    check, text = FieldSpec("roof", "顶帮", FieldKind.CHECK, required=True), FieldSpec("said", "说明", required=True)
    assert filled_already(PracticeSpec("look", "看", form=(place, check, text, replace(text, required=False)))) == (
        1,
        1,
    )


def test_months_remember_what_was_asked_then(cast: Cast, at: dt.datetime) -> None:
    since = dt.date(2026, 5, 1)
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=replace(WALK, on=True), since=since)
    minutes, shares = use.courses(cast.mine, use.last_months(calendar_of(cast.mine), TODAY))
    crew = next(one for one in minutes if one.label == "班组长")
    assert crew.values[:3] == (0, 0, 0)
    assert crew.values[3] == crew.values[5] == burden.meter(cast.mine, TODAY)[0].minutes > 0
    assert all(len(one.values) == use.MONTHS for one in shares)


def test_steps_that_came_with_their_matter_are_nobodys_work(cast: Cast, at: dt.datetime) -> None:
    more_heads(cast, 4)
    issue = raised(cast, "worker", at - dt.timedelta(days=3), "hazard")
    first = issue.steps.get()
    first.pk, first._state.adding, first.seq, first.by = None, True, 2, cast.people["section_head"]
    first.save()
    assert used(cast, "section_head") is None
    Step.objects.filter(seq=2).update(arrived_at=issue.arrived_at + dt.timedelta(hours=1))
    found = used(cast, "section_head")
    assert found is not None
    assert sum(found.often) == 0.05


def test_what_ended_is_not_asked_any_more(cast: Cast, at: dt.datetime) -> None:
    since = dt.date(2026, 5, 1)
    actions.load_pack(by=cast.system(), at=at, mine=cast.mine, spec=replace(WALK, on=True), since=since)
    PracticeVersion.objects.update(until=dt.date(2026, 6, 10))
    may, june = use.asked_on(cast.mine, [dt.date(2026, 5, 31), dt.date(2026, 6, 30)])
    assert may
    assert june == []

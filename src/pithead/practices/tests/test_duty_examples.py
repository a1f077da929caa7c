"""Duties by example: who owes what when somebody comes, goes, is away, or a rule begins and ends."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pithead.org.models import (
    CrewShift,
    Holiday,
    Leave,
    Membership,
    MineCalendar,
    Person,
    Post,
    Serves,
    Shift,
    ShiftSystem,
)
from pithead.org.testing import OPENED, Cast
from pithead.practices.models import Adoption, PracticeVersion, Record, RecordPerson
from pithead.practices.queries.duties import DutyRow, Question, duty_rows, duty_table, unit_table
from pithead.practices.tests.worlds import done, take_over

MAY, JUNE, JULY = (
    (dt.date(2026, 5, 1), dt.date(2026, 5, 31)),
    (dt.date(2026, 6, 1), dt.date(2026, 6, 30)),
    (dt.date(2026, 7, 1), dt.date(2026, 7, 31)),
)
LATER = dt.date(2026, 12, 31)
ONE = dt.timedelta(days=1)


def june(day: int) -> dt.date:
    return dt.date(2026, 6, day)


def asks(cast: Cast, every: str = "month", count: int = 1, code: str = "walk", **more: Any) -> None:
    """A practice of the section heads unless it says otherwise."""
    practice = {name: more.pop(name) for name in ("performers", "rest_days", "confidentiality") if name in more}
    quota = {"every": every, "count": count, **more}
    take_over(
        cast, {"code": code, "title": code, "performers": ["section_head"], **practice, "quotas": [quota]}, code=code
    )


def owed(cast: Cast, span: tuple[dt.date, dt.date] = JUNE, today: dt.date = LATER, **asked: Any) -> list[DutyRow]:
    return duty_rows(Question(cast.mine, *span, today, **asked))


def figures(rows: list[DutyRow]) -> list[tuple[dt.date, int, int, int]]:
    return [(row.due, row.expected, row.done, row.late) for row in rows]


def hand_over(cast: Cast, on: dt.date, member: str = "section_clerk") -> Post:
    """The section head leaves the day before, somebody follows on the same chair."""
    head = cast.people["section_head"].posts.get()
    Post.objects.filter(pk=head.pk).update(until=on - ONE)
    return Post.objects.create(
        mine=cast.mine, person=cast.people[member], role=head.role, unit=head.unit, since=on, seat=head
    )


def test_who_was_appointed_on_the_20th_is_not_late_for_the_10th(cast: Cast) -> None:
    asks(cast, "ten_days")
    Post.objects.filter(role="section_head").update(since=june(20))
    assert figures(owed(cast)) == [(june(30), 1, 0, 1)]
    Post.objects.filter(role="section_head").update(since=june(16))  # half of the second ten days
    assert figures(owed(cast)) == [(june(20), 1, 0, 1), (june(30), 1, 0, 1)]


def test_a_post_that_is_handed_over_hands_over_what_is_done_and_what_is_open(cast: Cast) -> None:
    asks(cast, count=8)
    for day in (2, 4, 9):
        done(cast, "walk", "section_head", june(day), cast.units["ZC1"])
    after = hand_over(cast, june(15))
    (row,) = owed(cast, today=june(30))
    assert (row.expected, row.done, row.late, row.performer_id) == (8, 3, 0, after.person_id)
    assert row.key == after.seat_id
    assert owed(cast, person_id=cast.people["section_head"].pk) == []
    assert owed(cast, person_id=after.person_id, today=june(30)) == [row]


def test_a_chair_that_stood_empty_owes_only_the_days_somebody_sat_on_it(cast: Cast) -> None:
    asks(cast, count=6)
    head = cast.people["section_head"].posts.get()
    hand_over(cast, june(21))
    Post.objects.filter(pk=head.pk).update(until=june(10))
    assert [row.expected for row in owed(cast)] == [4]


def test_what_is_due_now_is_asked_of_who_holds_the_chair_today(cast: Cast) -> None:
    asks(cast)
    after = hand_over(cast, june(15))
    before, since = owed(cast, today=june(14), now=True), owed(cast, today=june(15), now=True)
    assert [row.performer_id for row in before] == [cast.people["section_head"].pk]
    assert [(row.performer_id, row.start, row.due) for row in since] == [(after.person_id, *JUNE)]
    Post.objects.filter(pk=after.pk).update(until=june(20))
    assert owed(cast, today=june(21), now=True) == []


def test_days_on_leave_are_not_owed(cast: Cast) -> None:
    asks(cast, count=8)
    leave = Leave.objects.create(
        mine=cast.mine, person=cast.people["section_head"], kind="annual", since=june(1), until=june(15)
    )
    assert [row.expected for row in owed(cast)] == [4]
    Leave.objects.filter(pk=leave.pk).update(since=dt.date(2026, 5, 20), until=None)
    assert owed(cast) == []


def test_a_day_nobody_works_is_not_owed_where_the_practice_says_so(cast: Cast) -> None:
    asks(cast, "day", rest_days=False)
    Holiday.objects.create(mine=cast.mine, date=june(19), worked=False, name="端午节")
    Holiday.objects.create(mine=cast.mine, date=june(28), worked=True, name="调休上班")
    days = {row.due for row in owed(cast)}
    assert june(19) not in days
    assert june(28) in days
    assert len(days) == 22  # working days of June 2026, one taken away and one given
    asks(cast, "day", code="every_day")
    assert len(owed(cast)) == 22 + 30


def test_a_week_over_the_turn_of_the_month_belongs_to_where_its_last_day_lies(cast: Cast) -> None:
    asks(cast, "week")
    done(cast, "walk", "section_head", june(30), cast.units["ZC1"])
    assert [row.due for row in owed(cast)] == [june(7), june(14), june(21), june(28)]
    assert figures(owed(cast, JULY))[0] == (dt.date(2026, 7, 5), 1, 1, 0)


def test_months_add_up_to_the_quarter(cast: Cast) -> None:
    for every in ("day", "week", "ten_days", "month", "quarter"):
        asks(cast, every, code=f"each_{every}")
    april = dt.date(2026, 4, 1), dt.date(2026, 4, 30)
    months = [row for span in (april, MAY, JUNE) for row in owed(cast, span)]
    assert set(months) == set(owed(cast, (april[0], JUNE[1])))
    assert len(months) == 91 + 13 + 9 + 3 + 1


def test_the_month_ends_on_the_cut_off_day(cast: Cast) -> None:
    MineCalendar.objects.create(mine=cast.mine, cutoff_day=25)
    asks(cast)
    done(cast, "walk", "section_head", dt.date(2026, 5, 26), cast.units["ZC1"])
    span = dt.date(2026, 5, 26), june(25)
    assert [(row.start, *figures([row])[0]) for row in owed(cast, span)] == [(span[0], june(25), 1, 1, 0)]


def test_nothing_is_late_on_its_last_day(cast: Cast) -> None:
    asks(cast)
    assert [row.late for row in owed(cast, today=june(30))] == [0]
    assert [row.late for row in owed(cast, today=JULY[0])] == [1]


def test_leaving_a_method_keeps_its_history(cast: Cast) -> None:
    asks(cast, count=4)
    done(cast, "walk", "section_head", dt.date(2026, 5, 6), cast.units["ZC1"])
    before = owed(cast, MAY)
    Adoption.objects.update(until=june(15))
    assert owed(cast, MAY) == before
    assert figures(before) == [(MAY[1], 4, 1, 3)]
    assert [row.expected for row in owed(cast)] == [2]
    assert owed(cast, JULY) == []


def test_a_section_that_takes_a_method_over_owes_from_that_day(cast: Cast) -> None:
    asks(cast, count=10)
    Post.objects.create(
        mine=cast.mine, person=cast.people["worker"], role="section_head", unit=cast.units["M1"], since=OPENED
    )
    Adoption.objects.update(unit=cast.units["M1"], since=june(16))
    assert [(row.unit_id, row.expected) for row in owed(cast)] == [(cast.units["M1"].pk, 5)]


def test_each_version_asks_for_its_own_days(cast: Cast) -> None:
    asks(cast, count=4)
    version = PracticeVersion.objects.get()
    quota = version.quotas.get()
    done(cast, "walk", "section_head", june(15), cast.units["ZC1"])
    PracticeVersion.objects.filter(pk=version.pk).update(until=june(15))
    roles = list(version.roles.all())
    version.pk, version.number, version.since, version.until = None, 2, june(16), None
    version.save(force_insert=True)
    version.roles.create(role=roles[0].role)
    version.quotas.create(position=0, every="month", count=8)
    rows = {row.quota_id == quota.pk: (row.expected, row.done) for row in owed(cast)}
    assert rows == {True: (2, 1), False: (4, 0)}
    now = owed(cast, today=june(20), now=True)
    assert {row.quota_id == quota.pk: (row.expected, row.done) for row in now} == rows
    after = hand_over(cast, june(21))
    assert [row.performer_id for row in owed(cast, today=june(21), now=True)] == [after.person_id] * 2


def test_a_crew_owes_a_shift_on_the_days_it_is_on_one(cast: Cast) -> None:
    asks(cast, "shift", per="unit", among="crew", performers=["crew_leader"])
    assert owed(cast) == []
    system = ShiftSystem.objects.create(mine=cast.mine, code="three_eight", name="三八制")
    night = Shift.objects.create(system=system, number=1, name="零点班", starts_at=dt.time(0), hours=8, is_night=True)
    facts = {"mine": cast.mine, "unit": cast.units["ZC1-1"], "system": system, "since": june(1), "until": june(7)}
    CrewShift.objects.create(**facts, shift=night)
    assert [row.due for row in owed(cast)] == [june(day) for day in range(1, 8)]
    MineCalendar.objects.create(mine=cast.mine, night_books_next_day=True)
    assert [row.due for row in owed(cast)] == [june(day) for day in range(2, 9)]


def test_a_joint_branch_owes_once_and_its_office_contact_for_each_section(cast: Cast) -> None:
    Serves.objects.create(mine=cast.mine, server=cast.units["ZB1"], unit=cast.units["M1"], since=OPENED)
    Serves.objects.create(mine=cast.mine, server=cast.units["PRO"], unit=cast.units["M1"], since=june(16))
    asks(cast, performers=["branch_secretary"])
    asks(cast, code="visit", count=2, per="pair", performers=["liaison_officer"])
    done(cast, "visit", "liaison_officer", june(20), cast.units["M1"])
    (branch,) = [row for row in owed(cast) if row.role]
    assert (branch.unit_id, branch.role, branch.expected) == (cast.units["ZB1"].pk, "branch_secretary", 1)
    pairs = {row.about_id: (row.unit_id, row.expected, row.done) for row in owed(cast) if not row.role}
    office = cast.units["PRO"].pk
    assert pairs == {cast.units["ZC1"].pk: (office, 2, 0), cast.units["M1"].pk: (office, 1, 1)}


def test_who_moves_is_counted_once_and_where_he_was_last(cast: Cast) -> None:
    asks(cast, count=2, per="worker")
    worker = cast.people["worker"]
    done(cast, "walk", "section_head", june(3), cast.units["ZC1"], subjects=[worker])
    Membership.objects.filter(person=worker).update(until=june(19))
    Membership.objects.create(mine=cast.mine, person=worker, unit=cast.units["M1-1"], since=june(20))
    (row,) = [row for row in owed(cast) if row.key == worker.pk]
    assert (row.about_id, row.unit_id, row.expected, row.done) == (*[cast.units["M1-1"].pk] * 2, 2, 1)
    assert worker.pk not in {row.key for row in owed(cast, paths=[cast.units["ZC1"].path])}
    assert worker.pk in {row.key for row in owed(cast, paths=[cast.units["M1"].path])}


def test_who_is_named_twice_in_a_record_is_counted_once(cast: Cast) -> None:
    asks(cast, count=3, per="worker")
    worker = cast.people["worker"]
    record = done(cast, "walk", "section_head", june(3), cast.units["ZC1"], subjects=[worker])
    for field, role in (("other", "subject"), ("crowd", "present")):
        RecordPerson.objects.create(record=record, mine=cast.mine, person=worker, role=role, field=field)
    assert [row.done for row in owed(cast) if row.key == worker.pk] == [1]


EVENTS = ("hired", "transferred", "returned", "injured")


@pytest.fixture
def moved(cast: Cast) -> Person:
    """Hired on the 1st, hurt from the 5th to the 5th of next month, transferred on the 10th of that."""
    worker = cast.people["worker"]
    Person.objects.exclude(pk=worker.pk).update(hired_on=None)
    Person.objects.filter(pk=worker.pk).update(hired_on=june(1))
    Leave.objects.create(mine=cast.mine, person=worker, kind="injury", since=june(5), until=dt.date(2026, 7, 5))
    Membership.objects.filter(person=worker).update(since=june(1), until=dt.date(2026, 7, 9))
    Membership.objects.create(mine=cast.mine, person=worker, unit=cast.units["M1-1"], since=dt.date(2026, 7, 10))
    return worker


def test_what_happens_to_somebody_opens_a_period_of_its_own(cast: Cast, moved: Person) -> None:
    for event in EVENTS:
        asks(cast, "event", code=event, per="worker", among=event, within=7)
    rows = owed(cast, (JUNE[0], JULY[1]))
    assert [(row.start.strftime("%m-%d"), row.due.strftime("%m-%d"), row.about_id) for row in rows] == [
        ("06-01", "06-08", cast.units["ZC1-1"].pk),
        ("07-10", "07-17", cast.units["M1-1"].pk),
        ("07-06", "07-13", cast.units["M1-1"].pk),
        ("06-05", "06-12", cast.units["ZC1-1"].pk),
    ]


def test_who_left_before_it_ended_is_owed_nothing_more(cast: Cast, moved: Person) -> None:
    asks(cast, "event", code="hired", per="worker", among="hired", within=7)
    Membership.objects.filter(person=moved, since=june(1)).update(until=june(8))
    assert len(owed(cast)) == 1
    Membership.objects.filter(person=moved, since=june(1)).update(until=june(7))
    assert owed(cast) == []


def test_leaving_a_branch_is_no_transfer_of_a_worker(cast: Cast, moved: Person) -> None:
    asks(cast, "event", code="transferred", per="worker", among="transferred", within=7)
    Membership.objects.filter(person=moved, until=None).delete()
    Membership.objects.filter(person=moved).update(unit=cast.units["ZB1"])
    Membership.objects.create(mine=cast.mine, person=moved, unit=cast.units["M1-1"], since=dt.date(2026, 7, 10))
    assert owed(cast, JULY) == []
    Membership.objects.filter(person=moved, until__isnull=False).update(unit=cast.units["M1"])
    assert len(owed(cast, JULY)) == 1


def test_thirty_days_away_are_no_long_leave(cast: Cast, moved: Person) -> None:
    asks(cast, "event", code="returned", per="worker", among="returned", within=7)
    assert len(owed(cast, JULY)) == 1
    Leave.objects.update(until=dt.date(2026, 7, 4))
    assert owed(cast, JULY) == []


def test_what_was_superseded_or_withdrawn_does_not_count(cast: Cast) -> None:
    asks(cast, count=3)
    for more in ({}, {"is_current": False}, {"withdrawn": True}):
        done(cast, "walk", "section_head", june(3), cast.units["ZC1"], **more)
    assert figures(owed(cast)) == [(june(30), 3, 1, 2)]


def test_all_shifts_of_a_month_are_shifts_not_records(cast: Cast) -> None:
    asks(cast, count=3, distinct="shift")
    system = ShiftSystem.objects.create(mine=cast.mine, code="three_eight", name="三八制")
    first, second = (
        Shift.objects.create(system=system, number=number, name=f"{number}", starts_at=dt.time(8), hours=8)
        for number in (1, 2)
    )
    for shift in (first, first, second, None):
        done(cast, "walk", "section_head", june(3), cast.units["ZC1"], shift=shift)
    assert figures(owed(cast)) == [(june(30), 3, 2, 1)]


def test_never_more_is_done_than_was_owed(cast: Cast) -> None:
    asks(cast)
    for day in (1, 2, 3):
        done(cast, "walk", "section_head", june(day), cast.units["ZC1"])
    assert figures(owed(cast)) == [(june(30), 1, 1, 0)]


def test_what_counts_for_two_quotas_is_owed_once(cast: Cast) -> None:
    walks = [{"every": "month", "count": n, "only": only} for n, only in ((8, ""), (4, "underground"), (1, "night"))]
    shifts = {"every": "quarter", "count": 3, "distinct": "shift"}
    take_over(cast, {"code": "walk", "title": "走", "performers": ["section_head"], "quotas": [*walks, shifts]})
    for day in range(1, 7):
        done(cast, "walk", "section_head", june(day), cast.units["ZC1"], underground=day == 1, night=day == 2)
    assert {(row.due, row.expected, row.done) for row in owed(cast)} == {
        *((june(30), *both) for both in ((8, 6), (4, 1), (1, 1))),
        (june(30), 3, 0),
    }
    for table in (duty_table, unit_table):  # 3 underground ones are missing, 2 of all
        assert [(line.expected, line.done, line.late) for line in table(Question(cast.mine, *JUNE, LATER))] == [
            (8, 5, 3)
        ]


def test_quotas_that_only_say_how_are_owed_where_nothing_else_is(cast: Cast) -> None:
    asks(cast, count=3, only="underground")
    asks(cast, "quarter", code="other", count=2, distinct="shift")
    assert sorted(line.expected for line in unit_table(Question(cast.mine, *JUNE, LATER))) == [2, 3]


def test_what_is_private_is_in_nobodys_figures(cast: Cast) -> None:
    asks(cast, confidentiality="private")
    assert (
        owed(cast)
        == duty_table(Question(cast.mine, *JUNE, LATER))
        == unit_table(Question(cast.mine, *JUNE, LATER))
        == []
    )
    assert len(owed(cast, private=True)) == 1


def test_the_number_of_questions_does_not_grow(cast: Cast) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert owed(cast, (dt.date(2026, 1, 1), LATER))
        return len(captured)

    asks(cast, "week")
    before = asked()
    for number in range(4):
        asks(cast, "day", code=f"more{number}", per="worker")
    done(cast, "walk", "section_head", june(3), cast.units["ZC1"])
    assert asked() == before == 5
    assert Record.objects.count() == 1

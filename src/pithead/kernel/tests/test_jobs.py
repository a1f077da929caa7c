"""Jobs run when they are due, each turn once, whatever else goes wrong."""

import datetime as dt
import logging
import threading

import pytest
from django.db import connection, connections

from pithead.kernel import jobs
from pithead.kernel.models import Schedule

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The turns of one job that runs every hour."""
    turns: list[dt.datetime] = []

    def run(at: dt.datetime) -> str:
        turns.append(at)
        return "好"

    monkeypatch.setattr(jobs, "_jobs", {})
    jobs.register(jobs.Job("test.job", "试验", HOUR, run))
    return turns


@pytest.mark.django_db
def test_a_job_runs_at_once_and_then_turn_by_turn(ran: list[dt.datetime], at: dt.datetime) -> None:
    for minutes in (0, 0, 59, 60, 61, 125):
        jobs.run_due(at + dt.timedelta(minutes=minutes))
    assert [(turn - at).seconds // 60 for turn in ran] == [0, 60, 125]


@pytest.mark.django_db
def test_by_hand_it_runs_before_its_turn_and_keeps_it(ran: list[dt.datetime], at: dt.datetime) -> None:
    jobs.run_due(at)
    for minutes in (10, 20):
        assert [turn.outcome for turn in jobs.run_now(at + dt.timedelta(minutes=minutes))] == ["好"]
    assert jobs.run_due(at + dt.timedelta(minutes=59)) == []
    assert len(jobs.run_due(at + HOUR)) == 1
    Schedule.objects.update(ended_at=None)
    assert jobs.run_now(at + HOUR + dt.timedelta(minutes=1)) == [], "it runs already"


@pytest.mark.django_db
def test_turns_missed_in_the_night_are_one_turn_in_the_morning(ran: list[dt.datetime], at: dt.datetime) -> None:
    jobs.run_due(at)
    jobs.run_due(at + 9.5 * HOUR)
    jobs.run_due(at + 9.7 * HOUR)
    jobs.run_due(at + 10 * HOUR)
    assert len(ran) == 3


@pytest.mark.django_db
def test_a_job_that_fails_stops_no_other_and_says_only_what_kind_of_fault(
    ran: list[dt.datetime], at: dt.datetime, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(at: dt.datetime) -> str:
        raise ValueError("不该留下的话")

    jobs.register(jobs.Job("test.fails", "会失败", HOUR, fail))
    with caplog.at_level(logging.CRITICAL):
        turns = jobs.run_due(at)
    assert [(turn.job.name, turn.done) for turn in turns] == [("test.job", True), ("test.fails", False)]
    assert Schedule.objects.get(name="test.fails").outcome == "ValueError"
    jobs.run_due(at + HOUR)
    assert len(ran) == 2


@pytest.mark.django_db
def test_a_turn_that_still_runs_is_left_alone_until_its_process_must_have_died(
    ran: list[dt.datetime], at: dt.datetime
) -> None:
    jobs.run_due(at)
    Schedule.objects.update(ended_at=None)
    assert jobs.run_due(at + HOUR) == []
    assert len(jobs.run_due(at + jobs.LEASE)) == 1


@pytest.mark.django_db
def test_who_comes_back_after_another_took_over_does_not_end_his_turn(
    at: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_jobs", {})

    def run(at: dt.datetime) -> str:
        assert jobs._claim(job, at + jobs.LEASE)
        return "晚了"

    job = jobs.Job("test.slow", "慢", HOUR, run)
    jobs.register(job)
    jobs.run_due(at)
    row = Schedule.objects.get()
    assert (row.started_at, row.ended_at, row.outcome) == (at + jobs.LEASE, None, "")


@pytest.mark.django_db(transaction=True)
def test_of_many_processes_one_runs_a_turn(ran: list[dt.datetime], at: dt.datetime) -> None:
    """At the same time where the database takes many connections; one after the other in memory."""
    jobs.run_due(at)
    processes = 1 if connection.vendor == "sqlite" else 6
    start = threading.Barrier(processes)

    def process() -> None:
        start.wait(10)
        jobs.run_due(at + HOUR)

    def elsewhere() -> None:
        try:
            process()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=elsewhere, daemon=True) for _ in range(processes)]
    if processes == 1:
        process()
        process()
        threads = []
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ran) == 2

"""Work that is due by the clock: an app registers a job in `ready()`, `run_due` runs what is due, each turn once; `run_now`
does not wait for a turn.

Whoever moves the row of a job to its next turn runs it; two processes never run one at the same time. A job is safe to run
again and catches up with what it missed: a process that dies in the middle costs a turn, nothing more.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from pithead.kernel.models import Schedule

LEASE = dt.timedelta(hours=2)  # a run that has not ended by then died with its process
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """`run(at)` does the work and says what came of it in a few words, without anything personal."""

    name: str  # "issues.tick"
    label: str
    every: dt.timedelta
    run: Callable[[dt.datetime], str]


@dataclass(frozen=True)
class Turn:
    job: Job
    done: bool
    outcome: str


_jobs: dict[str, Job] = {}


def register(job: Job) -> None:
    _jobs[job.name] = job


def registered() -> tuple[Job, ...]:
    return tuple(_jobs.values())


def run_due(at: dt.datetime) -> list[Turn]:
    """Every job whose turn has come by `at`; one that fails stops no other."""
    return [_run(job, at) for job in registered() if _claim(job, at)]


def run_now(at: dt.datetime) -> list[Turn]:
    """By hand: every job nobody is running, before its turn too, which it keeps."""
    return [_run(job, at) for job in registered() if _claim(job, at, early=True)]


def _claim(job: Job, at: dt.datetime, *, early: bool = False) -> bool:
    """One UPDATE decides who runs it. Turns that were missed while nothing ran are not made up one by one."""
    row, _ = Schedule.objects.get_or_create(name=job.name, defaults={"due_at": at})
    idle = Q(started_at=None) | Q(ended_at__isnull=False) | Q(started_at__lte=at - LEASE)
    turn = Q() if early else Q(due_at__lte=at)
    mine = Schedule.objects.filter(idle, turn, name=job.name)
    return bool(mine.update(due_at=_next_turn(row.due_at, job.every, at), started_at=at, ended_at=None))


def _next_turn(due_at: dt.datetime, every: dt.timedelta, at: dt.datetime) -> dt.datetime:
    """One that has not come yet stays."""
    return due_at + every * max((at - due_at) // every + 1, 0)


def _run(job: Job, at: dt.datetime) -> Turn:
    try:
        outcome, done = job.run(at), True
    except Exception as error:
        log.exception("%s failed", job.name)
        outcome, done = type(error).__name__, False
    Schedule.objects.filter(name=job.name, started_at=at).update(ended_at=at, done=done, outcome=outcome[:200])
    return Turn(job, done, outcome)

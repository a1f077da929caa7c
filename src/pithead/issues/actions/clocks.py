"""Clocks: a state sets its deadline, a stopped state holds it, an end takes it away. Nothing else moves them."""

import datetime as dt
from calendar import monthrange

from django.utils import timezone

from pithead.issues.models import Issue
from pithead.issues.queries import Setting, moment_after
from pithead.issues.workflows import WORKFLOWS, State
from pithead.org.queries import calendar_of


def limit_of(issue: Issue, setting: Setting, clock: str, start: dt.datetime) -> dt.datetime | None:
    """When the deadline of this clock ends by itself; None: whoever assigns says when."""
    duration = setting.deadline(clock, issue.grade)
    return moment_after(start, duration, calendar_of(issue.mine)) if duration else None


def start(issue: Issue, setting: Setting, state: State, at: dt.datetime, due: dt.datetime | None = None) -> None:
    """A new clock: nothing has climbed on it yet."""
    issue.due_at = due or (limit_of(issue, setting, state.clock, at) if state.clock else None)
    issue.clock_from = at if issue.due_at else None
    issue.clock, issue.level = issue.clock + 1, 0
    set_climb(issue, setting)


def set_climb(issue: Issue, setting: Setting) -> None:
    issue.climbs_at = setting.climbs_at(issue.level, issue.clock_from, issue.due_at)


def stop(issue: Issue, at: dt.datetime) -> None:
    """What is left is kept; while a clock stands still nothing is due and nothing climbs."""
    issue.stopped_at, issue.stopped_in, issue.stopped_due = at, issue.state, issue.due_at
    issue.due_at = issue.climbs_at = None


def resume(issue: Issue, setting: Setting, target: State, at: dt.datetime) -> None:
    """The same clock goes on, later by as long as it stood; where another ran meanwhile, a new one with what was left."""
    assert issue.stopped_at is not None
    stood = at - issue.stopped_at
    due = issue.stopped_due + stood if issue.stopped_due else None
    forget_stop(issue)
    if WORKFLOWS[issue.kind].state(issue.state).clock:
        start(issue, setting, target, at, due)
        return
    issue.due_at = due
    issue.clock_from = issue.clock_from + stood if issue.clock_from else None
    set_climb(issue, setting)


def forget_stop(issue: Issue) -> None:
    issue.stopped_at, issue.stopped_in, issue.stopped_due = None, "", None


def end(issue: Issue, setting: Setting, at: dt.datetime) -> None:
    forget_stop(issue)
    issue.due_at = issue.climbs_at = issue.clock_from = None
    issue.closed_at = at
    issue.expires_on = _months_after(timezone.localdate(at), setting.keep_months) if setting.keep_months else None


def begin_again(issue: Issue) -> None:
    """Reopened: what was closed is not any more."""
    issue.closed_at, issue.expires_on, issue.verified, issue.extended = None, None, False, 0


def shorten(issue: Issue, setting: Setting, state: State) -> None:
    """A graver grade never leaves more time."""
    limit = limit_of(issue, setting, state.clock, issue.clock_from) if issue.clock_from and state.clock else None
    if limit is not None and issue.due_at is not None and limit < issue.due_at:
        issue.due_at = limit
        set_climb(issue, setting)


def _months_after(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

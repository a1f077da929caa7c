"""Which matters count, and in which days: what measures, scores and boards mean by confirmed, overdue, come back, kept in time.

Never what was found: only what somebody other than its finder confirmed, and of tasks only what stayed open, failed or returned.
"""

import datetime as dt
from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from pithead.issues.models import Issue, Step
from pithead.issues.queries.settings import setting_of
from pithead.org.models import Unit

# Kind → the states in which it is confirmed.
CONFIRMED: Mapping[str, tuple[str, ...]] = {
    "incident": ("confirmed", "measures", "closed"),
    "violation": ("confirmed", "mentoring", "revisit", "closed"),
}
# Kind → the states in which whoever is responsible has the clock running against him.
OWED: Mapping[str, tuple[str, ...]] = {
    "hazard": ("assigned",),
    "violation": ("confirmed", "mentoring"),
    "request": ("raised", "promised"),
    "difficulty": ("raised", "promised"),
    "suggestion": ("received", "accepted"),
}
GONE = ("void", "merged")
Rows = QuerySet[Issue]
Span = tuple[Unit, dt.datetime, dt.datetime]  # a mine, and from when until before when


def first_day(mine: Unit) -> dt.date | None:
    """Of the earliest matter."""
    first: dt.datetime | None = Issue.objects.filter(mine=mine).aggregate(first=Min("found_at"))["first"]
    return timezone.localdate(first) if first else None


def confirmed(mine: Unit, since: dt.datetime, before: dt.datetime, kind: str) -> Rows:
    """What happened in these days and was confirmed since; not while it is investigated again."""
    again = Exists(Step.objects.filter(issue=OuterRef("pk"), verb="reopen"))
    rows = Issue.objects.filter(mine=mine, kind=kind, state__in=CONFIRMED[kind])
    return rows.filter(Q(state="closed") | ~again, found_at__gte=since, found_at__lt=before)


def climbs_past_due(mine: Unit, *kinds: str) -> QuerySet[Step]:
    """The first climb past a deadline that was missed by whoever is responsible. One query for the mine's levels of each kind."""
    missed = reduce(or_, (_missed(mine, kind) for kind in kinds))
    return Step.objects.filter(missed, mine=mine, verb="climb")


def _missed(mine: Unit, kind: str) -> Q:
    levels = setting_of(mine, kind).levels
    first = next((number for number, level in enumerate(levels, 1) if level.after != "half"), 0)
    return Q(issue__kind=kind, level=first, from_state__in=OWED[kind])


def overdue(mine: Unit, since: dt.datetime, before: dt.datetime, *kinds: str) -> Rows:
    """Whose time ran out in these days, whether or not it was done since; each once."""
    late = climbs_past_due(mine, *kinds).filter(at__gte=since, at__lt=before)
    return Issue.objects.filter(mine=mine, pk__in=late.values("issue")).exclude(state__in=GONE)


def ended(mine: Unit, since: dt.datetime, before: dt.datetime, *kinds: str) -> Rows:
    """Closed in these days and still so; what was void or merged is no work done."""
    rows = Issue.objects.filter(mine=mine, kind__in=kinds, closed_at__gte=since, closed_at__lt=before)
    return rows.exclude(state__in=GONE)


def in_time(mine: Unit, *kinds: str) -> Q:
    """Of what ended: its time never ran out."""
    return ~Q(pk__in=climbs_past_due(mine, *kinds).values("issue"))


def failed_recheck(mine: Unit, since: dt.datetime, before: dt.datetime) -> Rows:
    """Hazards reported as done and found not to be, in these days."""
    failed = Step.objects.filter(mine=mine, issue__kind="hazard", verb="fail", at__gte=since, at__lt=before)
    return Issue.objects.filter(mine=mine, pk__in=failed.values("issue"))


def came_back(mine: Unit, since: dt.datetime, before: dt.datetime) -> Rows:
    """Hazards that were there before at the same place, within the days the mine says."""
    rows = Issue.objects.filter(mine=mine, kind="hazard", found_at__gte=since, found_at__lt=before)
    return rows.exclude(repeats=None).exclude(state__in=GONE)

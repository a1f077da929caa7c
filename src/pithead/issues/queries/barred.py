"""Who is not assigned underground on a day. That is all anybody learns who may not read matters of care: no reason, no matter."""

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from pithead.issues.models import Involved, Role, Step, mark_of
from pithead.issues.workflows import WORKFLOWS, Kind
from pithead.org.access import Actor, Capability, Scope
from pithead.org.models import Person, Unit

STOP = "stop"


def barred_for(actor: Actor, mine: Unit, day: dt.date) -> list[Person]:
    """For those who assign the work of a shift, of their own people; for the office in charge, of everybody."""
    if not actor.can(Capability.ISSUE_HANDLE):
        return []
    stopped = _stopped(mine, day)
    if not stopped:
        return []
    charge = actor.scope(Capability.MATTER_READ)
    overseen = [issue for issue, office in stopped.items() if office.startswith(charge.paths)]
    people = set(_subjects(mine, day, stopped, actor.scope(Capability.ISSUE_HANDLE)))
    people.update(_subjects(mine, day, overseen) if overseen else ())
    rows = Person.objects.filter(pk__in=people) if people else Person.objects.none()
    return list(rows.select_related("unit__parent").order_by("staff_no"))


def not_underground(mine: Unit, day: dt.date) -> "QuerySet[Person]":
    """Everybody, for those who plan a mine's shifts as a whole; pages ask `barred_for`. Four queries."""
    return Person.objects.filter(pk__in=_subjects(mine, day, _stopped(mine, day)))


def _stopped(mine: Unit, day: dt.date) -> dict[UUID, str]:
    """Which matters, and the path of the office in charge. As the day stands at its end, or now. One query."""
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    standing = Q(issue__closed_at=None) | Q(issue__closed_at__gte=end)
    steps = Step.objects.filter(standing, issue__mine=mine, issue__kind=Kind.CARE, issue__arrived_at__lt=end)
    grades = steps.filter(arrived_at__lt=end).exclude(grade="").order_by("seq")
    rows = grades.values_list("issue", "grade", "issue__office__path")
    latest = {issue: (grade, office) for issue, grade, office in rows}
    return {issue: office for issue, (grade, office) in latest.items() if grade == STOP}


def _subjects(mine: Unit, day: dt.date, stopped: Iterable[UUID], within: Scope | None = None) -> list[int]:
    """Found by their marks among those in reach. Two queries."""
    marks = set(Involved.objects.filter(issue__in=list(stopped), role=Role.SUBJECT).values_list("who", flat=True))
    if not marks:
        return []
    people = Person.objects.filter(mine=mine).filter(Q(left_on=None) | Q(left_on__gte=day))
    reach = within.people(people) if within is not None else people
    return [pk for pk in reach.values_list("pk", flat=True) if mark_of(pk) in marks]


def are_people_marked() -> bool:
    """Whether anybody is still looked up by mark."""
    confidential = [kind for kind, flow in WORKFLOWS.items() if flow.confidential]
    return Involved.objects.filter(issue__kind__in=confidential).exists()

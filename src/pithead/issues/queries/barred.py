"""Who is not assigned underground on a day. That is all anybody learns who may not read matters of care: no reason, no matter."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from pithead.issues.models import Involved, Issue, Role, Step, mark_of
from pithead.issues.workflows import Kind
from pithead.org.models import Person, Unit

STOP = "stop"


def not_underground(mine: Unit, day: dt.date) -> "QuerySet[Person]":
    """As the day stands at its end, or now. Four queries; faces limit it to the people in reach:
    `actor.scope(Capability.PERSON_VIEW).people(not_underground(mine, day))`."""
    end = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    standing = Q(closed_at=None) | Q(closed_at__gte=end)
    cases = Issue.objects.filter(standing, mine=mine, kind=Kind.CARE, arrived_at__lt=end)
    grades = Step.objects.filter(issue__in=cases, arrived_at__lt=end).exclude(grade="").order_by("seq")
    latest = dict(grades.values_list("issue", "grade"))
    stopped = [issue for issue, grade in latest.items() if grade == STOP]
    if not stopped:
        return Person.objects.none()
    marks = set(Involved.objects.filter(issue__in=stopped, role=Role.SUBJECT).values_list("who", flat=True))
    people = Person.objects.filter(mine=mine).filter(Q(left_on=None) | Q(left_on__gte=day))
    return people.filter(pk__in=[pk for pk in people.values_list("pk", flat=True) if mark_of(pk) in marks])

"""Loading what several pages start from, and carrying out a step with its photos."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pithead.issues.actions import keep_photo
from pithead.issues.models import Issue
from pithead.kernel.models import StoredFile
from pithead.org.access import ActorRequest
from pithead.org.models import Person, Place, Unit, UnitKind
from pithead.org.queries import asked as asked
from pithead.org.queries import mine_asked as mine_asked

LOADED = (
    "mine",
    "unit__parent",
    "office",
    "place",
    "owner",
    "owner_unit",
    "found_by",
    "found_by_unit",
    "clause__policy",
)


def now() -> dt.datetime:
    return timezone.now()


def issue_or_404(request: ActorRequest, pk: Any) -> Issue:
    rows = Issue.objects.visible_to(request.actor).select_related(*LOADED, "merged_into", "origin", "repeats")
    issue: Issue = get_object_or_404(rows, pk=pk)
    return issue


def place_or_404(request: ActorRequest, code: str) -> Place:
    place: Place = get_object_or_404(Place.objects.select_related("mine", "unit"), mine=mine_asked(request), code=code)
    return place


def units_of(mine: Unit) -> "QuerySet[Unit]":
    """Those that can be responsible for something: sections and offices."""
    kinds = (UnitKind.SECTION, UnitKind.OFFICE)
    rows: QuerySet[Unit] = Unit.objects.of_mine(mine).filter(kind__in=kinds).in_force(timezone.localdate())
    return rows.order_by("kind", "path")


def places_of(mine: Unit) -> "QuerySet[Place]":
    in_use = Q(until=None) | Q(until__gte=timezone.localdate())
    return Place.objects.filter(in_use, mine=mine).select_related("unit").order_by("code")


def people_of(issue: Issue) -> list[Person]:
    """Whom a form offers: the section's own people, and those who lead the mine."""
    section = issue.unit.parent if issue.unit.kind == UnitKind.CREW and issue.unit.parent else issue.unit
    near = Q(unit__path__startswith=section.path) if section.kind != UnitKind.MINE else Q(pk__in=())
    rows = Person.objects.filter(near | Q(unit=issue.mine), mine=issue.mine, left_on=None)
    return list(rows.select_related("unit").order_by("staff_no")[:400])


def kept(
    request: ActorRequest, at: dt.datetime, mine: Unit, uploads: Sequence[Any], **more: Any
) -> tuple[StoredFile, ...]:
    return tuple(keep_photo(by=request.actor, at=at, mine=mine, upload=one, **more) for one in uploads)

"""What the pages of this app share: whose page it is, which mine, and how far the right to edit reaches."""

import datetime as dt
from functools import partial
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind
from pithead.ui import editing

M = TypeVar("M", bound=Model)

edit = partial(editing.edit, crumb="组织")


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def today() -> dt.date:
    return timezone.localdate()


def mine_of(request: HttpRequest) -> Unit:
    """The mine asked for with `?mine=`, otherwise one's own; one out of sight does not exist."""
    actor = actor_of(request)
    code = request.GET.get("mine", "")
    if not code:
        return actor.mine
    return get_object_or_404(Unit.objects.visible_to(actor), kind=UnitKind.MINE, code=code)


def unit_of(request: HttpRequest, code: str) -> Unit:
    """A unit of that mine, or one above the mines."""
    rows = Unit.objects.visible_to(actor_of(request)).select_related("mine", "parent", "predecessor")
    found = rows.filter(mine=mine_of(request), code=code).first() or rows.filter(mine=None, code=code).first()
    if found is None:
        raise Http404
    return found


def may_edit(request: HttpRequest, mine: Unit) -> bool:
    """Changes are made in one's own mine only; those above it look, and let the mine's own people write."""
    actor = actor_of(request)
    return mine == actor.mine and actor.can(Capability.ORG_EDIT, mine)


def editable_unit(request: HttpRequest, code: str) -> Unit:
    unit = unit_of(request, code)
    if unit.mine is None or not may_edit(request, unit.mine):
        raise Http404
    return unit


def editable(request: HttpRequest, rows: QuerySet[M], path: str, **wanted: Any) -> M:
    """One row of a table of one's own mine, as far as the right to edit reaches; `path` leads to its unit's path."""
    actor = actor_of(request)
    return get_object_or_404(actor.scope(Capability.ORG_EDIT).units(rows, path), mine=actor.mine, **wanted)

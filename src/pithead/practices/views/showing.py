"""What the library, its editor and the loading of packs have in common: what is looked at, and how a page of it is answered."""

from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from pithead.org.access import ActorRequest, Capability
from pithead.org.models import Unit
from pithead.practices.content import PracticeSpec
from pithead.practices.metering import record_cost
from pithead.practices.models import Practice, WorkMethod
from pithead.practices.previewing import phone_form
from pithead.practices.queries.library import often_of
from pithead.practices.views.shared import mine_asked, now, today
from pithead.practices.words import CONFIDENTIALITY, PERFORMERS
from pithead.ui.editing import edit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
edit_page = partial(edit, crumb="工作法")


def may_edit(request: ActorRequest, mine: Unit) -> bool:
    return request.actor.can(Capability.PRACTICE_EDIT, mine)


def method_or_404(request: ActorRequest, code: str, *, to_edit: bool = False) -> WorkMethod:
    rows = WorkMethod.objects.select_related("mine", "origin")
    return get_object_or_404(rows, mine=_mine(request, to_edit=to_edit), code=code)


def practice_or_404(request: ActorRequest, code: str, *, to_edit: bool = False) -> Practice:
    rows = Practice.objects.select_related("mine", "method")
    return get_object_or_404(rows, mine=_mine(request, to_edit=to_edit), code=code)


def _mine(request: ActorRequest, *, to_edit: bool) -> Unit:
    mine = mine_asked(request)
    if to_edit and not may_edit(request, mine):
        raise Http404
    return mine


def doing(request: ActorRequest) -> dict[str, Any]:
    """Who acts, and when."""
    return {"by": request.actor, "at": now()}


def seen(request: ActorRequest, mine: Unit, spec: PracticeSpec) -> dict[str, Any]:
    """What a version asks: in words, on a phone, and what filling it in costs."""
    return {
        "spec": spec,
        "who": "、".join(PERFORMERS[role] for role in spec.performers),
        "often": often_of(spec),
        "secrecy": CONFIDENTIALITY[spec.confidentiality],
        "readers": "、".join(PERFORMERS[role] for role in spec.readers),
        "phone": phone_form(request.actor, mine, spec, today()),
        "cost": record_cost(spec),
    }


def answered(request: ActorRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Where something was refused, the answer says so, too."""
    wrong = context.get("reasons") or context["form"].errors
    return render(request, template, context, status=422 if wrong else 200)

"""What the pages of this app share: whose page it is, which mine, and the one page every form is shown on."""

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind

M = TypeVar("M", bound=Model)
Form = TypeVar("Form", bound=forms.Form)


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined]


def today() -> dt.date:
    return timezone.localdate()


def number(text: str, otherwise: int) -> int:
    """A number in an address; anything else counts as not given."""
    return int(text) if text.isdecimal() and len(text) < 7 else otherwise


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


def editable_unit(request: HttpRequest, code: str) -> Unit:
    unit = unit_of(request, code)
    if not actor_of(request).can(Capability.ORG_EDIT, unit):
        raise Http404
    return unit


def editable(request: HttpRequest, rows: QuerySet[M], path: str, **wanted: Any) -> M:
    """One row of a table, as far as the right to edit reaches; `path` leads to its unit's path."""
    return get_object_or_404(actor_of(request).scope(Capability.ORG_EDIT).units(rows, path), **wanted)


def edit(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    back: str,
    done: str,
    button: str = "保存",
    lead: str = "",
    danger: bool = False,
) -> HttpResponse:
    """Show a form; when it came filled in and clean, act and go back. What is refused stands above what was typed."""
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "reasons": reasons, "title": title, "back": back, "button": button}
    return render(request, "org/edit.html", {**context, "lead": lead, "danger": danger})

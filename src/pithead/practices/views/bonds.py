"""Arranging who answers for which zone, who keeps a model post, who looks after whom, which group goes with which crew."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Place, Unit, UnitKind
from pithead.org.models.places import PlaceKind
from pithead.practices import actions
from pithead.practices.arranging import BondForm, CellForm, PostForm, WorkersForm, ZoneForm
from pithead.practices.models import BondKind
from pithead.practices.queries import bonds as queries
from pithead.practices.views.shared import asked, mine_asked, now, today

TITLES = {
    BondKind.ZONE: ("党员责任区", "一个责任区可以有几名党员；一名党员可以管几个"),
    BondKind.POST: ("党员示范岗", "党员在自己的岗位上作示范"),
    BondKind.WORKERS: ("党员包保职工", "一名职工由一名党员包保；身边有人违章，是去谈一次，不是扣谁的分"),
    BondKind.CELL: ("双细胞", "一个党小组和一个班组结成一对"),
}
Forms = dict[BondKind, BondForm]


@page(Capability.BOND_EDIT)
@require_GET
def bonds(request: ActorRequest) -> HttpResponse:
    return _show(request, {})


def _show(request: ActorRequest, sent: Forms, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    mine, on = mine_asked(request), today()
    lines = queries.bonds(request.actor, mine, on)
    forms = {**_forms(request, mine, on), **sent}
    parts = [
        {
            "kind": kind,
            "title": title,
            "help": told,
            "form": forms[kind],
            "is_open": kind in sent,
            "lines": [line for line in lines if line.bond.kind == kind],
        }
        for kind, (title, told) in TITLES.items()
    ]
    context = {"mine": mine, "parts": parts, "reasons": reasons, "today": on, "asked": asked(request)}
    return render(request, "practices/bonds.html", context, status=422 if sent else 200)


def _forms(request: ActorRequest, mine: Unit, on: dt.date, *given: object) -> Forms:
    scope = request.actor.scope(Capability.BOND_EDIT)
    zones = scope.units(Place.objects.filter(mine=mine, kind=PlaceKind.ZONE, until=None), "unit__path")
    units = Unit.objects.of_mine(mine).filter(closed_on=None).order_by("path")
    crews = scope.units(units.filter(kind=UnitKind.CREW)).select_related("parent")
    groups = scope.units(units.filter(kind=UnitKind.PARTY_GROUP))
    said: dict[str, Any] = {"mine": mine, "today": on}
    return {
        BondKind.ZONE: ZoneForm(*given, zones=zones.order_by("code"), **said),
        BondKind.POST: PostForm(*given, **said),
        BondKind.WORKERS: WorkersForm(*given, **said),
        BondKind.CELL: CellForm(*given, groups=groups, crews=crews, **said),
    }


@page(Capability.BOND_EDIT)
@require_POST
def arrange(request: ActorRequest, kind: str) -> HttpResponse:
    if kind not in BondKind.values:
        raise Http404
    mine, which = mine_asked(request), BondKind(kind)
    form = _forms(request, mine, today(), request.POST)[which]
    if not form.is_valid():
        return _show(request, {which: form})
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    try:
        actions.set_bond(by=request.actor, at=now(), mine=mine, draft=form.draft, since=since, until=until)
    except Refused as refused:
        return _show(request, {which: form}, refused.reasons)
    messages.success(request, "已安排")
    return redirect(f"{reverse('practices:bonds')}{asked(request)}#{which}")


@page(Capability.BOND_EDIT)
@require_POST
def end(request: ActorRequest, pk: int) -> HttpResponse:
    """Today is its last day."""
    mine, on = mine_asked(request), today()
    bond = queries.bond_to_end(request.actor, mine, pk, on)
    if bond is None:
        raise Http404
    try:
        actions.end_bond(by=request.actor, at=now(), bond=bond, on=max(on, bond.since))
    except Refused as refused:
        return _show(request, {}, refused.reasons)
    messages.success(request, "已结束，以前做的都还在")
    return redirect(f"{reverse('practices:bonds')}{asked(request)}#{bond.kind}")

"""The score sheet of an office: the grid, the panel of one cell, handing in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from pithead.assess import actions, queries
from pithead.assess.actions import CellConflict, CellsBare, EntryDraft
from pithead.assess.forms import EntryForm, kind_of, usual_kind
from pithead.assess.models import Cycle, CycleState, Entry, EntryKind, Item, ItemKind
from pithead.assess.models.entries import new_key
from pithead.assess.views.shared import attempt, carry_out, cycles_of, proposals, sheet_or_404
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import ZERO
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.org.queries import name_of

SCORING = (CycleState.OPEN, CycleState.SCORING)
Context = dict[str, Any]


@page(Capability.SCORE_ENTER)
@require_GET
def index(request: ActorRequest) -> HttpResponse:
    """The sheets one may fill in now."""
    cycles = cycles_of(request).filter(state__in=SCORING)
    sheets = [(cycle, queries.own_progress(request.actor, cycle)) for cycle in cycles]
    return render(request, "assess/sheets.html", {"sheets": [entry for entry in sheets if entry[1]]})


@page(Capability.SCORE_ENTER)
@require_GET
def sheet(request: ActorRequest, code: str, period: str, office: str) -> HttpResponse:
    """The grid; `?unit=&item=` opens a cell beside it."""
    cycle, unit = sheet_or_404(request, code, period, office)
    context = _sheet_context(request, cycle, unit)
    if request.GET.get("item"):
        cell = _cell(cycle, unit, request.GET.get("unit", ""), request.GET["item"])
        context |= _panel(cell, EntryForm(kind=usual_kind(cell["item"])))
        context |= _behind(request, cycle, cell)
        if request.headers.get("X-Part") == "panel":  # the grid stays, the panel follows the cell
            return render(request, "assess/_panel.html", context)
    return render(request, "assess/sheet.html", context)


@page(Capability.SCORE_ENTER)
@require_POST
def add_entry(request: ActorRequest, code: str, period: str, office: str) -> HttpResponse:
    cycle, scorer = sheet_or_404(request, code, period, office)
    cell = _cell(cycle, scorer, request.POST.get("unit", ""), request.POST.get("item", ""))
    form = EntryForm(request.POST, kind=kind_of(request.POST.get("kind", ""), cell["item"]))
    if form.is_valid() and _add(request, cycle, scorer, cell, form):
        messages.success(request, f"已记：{name_of(cycle.mine, cell['unit'])} {cell['item'].code}")
        unit = _next_unit(cycle, cell["unit"]) if request.POST.get("then") == "next" else cell["unit"]
        return redirect(_cell_url(cycle, scorer, unit, cell["item"]))
    context = _sheet_context(request, cycle, scorer) | _panel(cell, form) | _behind(request, cycle, cell)
    return render(request, "assess/sheet.html", context, status=422)


@page(Capability.SCORE_ENTER)
def entry(request: ActorRequest, code: str, period: str, office: str, pk: int) -> HttpResponse:
    """GET: the entry in a form; POST: correct it."""
    cycle, scorer = sheet_or_404(request, code, period, office)
    found = _entry_or_404(cycle, scorer, pk)
    initial = {name: getattr(found, name) for name in ("kind", "points", "reason", "evidence", "found_on")}
    form = EntryForm(request.POST or None, kind=EntryKind(found.kind), initial=initial)
    context = {"cycle": cycle, "office": scorer, "entry": found, "form": form}
    try:
        if request.method == "POST" and form.is_valid() and _change(request, found, form):
            messages.success(request, "已改")
            return redirect(_cell_url(cycle, scorer, found.unit, found.item))
    except CellConflict as conflict:  # shown beside what was typed; saving it again is meant
        context |= {"clash": conflict.clashes[0], "seen": queries.cell_token(found)}
        return render(request, "assess/entry.html", context, status=409)
    context["seen"] = request.POST.get("seen") or queries.cell_token(found)
    return render(request, "assess/entry.html", context, status=422 if form.errors else 200)


@page(Capability.SCORE_ENTER)
@require_POST
def remove_entry(request: ActorRequest, code: str, period: str, office: str, pk: int) -> HttpResponse:
    cycle, scorer = sheet_or_404(request, code, period, office)
    found = _entry_or_404(cycle, scorer, pk)
    where = _cell_url(cycle, scorer, found.unit, found.item)
    attempt(request, actions.remove_entry, "已撤销这一条", entry=found, seen=request.POST.get("seen"))
    return redirect(where)


@page(Capability.SCORE_ENTER)
@require_POST
def submission(request: ActorRequest, code: str, period: str, office: str) -> HttpResponse:
    cycle, scorer = sheet_or_404(request, code, period, office)
    try:
        actions.submit(by=request.actor, at=timezone.now(), cycle=cycle, office=scorer)
    except CellsBare as refused:
        messages.error(request, refused.in_one)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{scorer}的打分已提交")
    return redirect("assess:sheet", code, period, office)


@page(Capability.SCORE_ENTER)
@require_POST
def withdrawal(request: ActorRequest, code: str, period: str, office: str) -> HttpResponse:
    cycle, scorer = sheet_or_404(request, code, period, office)
    attempt(request, actions.withdraw, "提交已撤回，可以继续打分", cycle=cycle, office=scorer)
    return redirect("assess:sheet", code, period, office)


# ── loading ──
def _cell(cycle: Cycle, office: Unit, unit_code: str, item_code: str) -> Context:
    participants = Unit.objects.filter(pk__in=cycle.participants.values("unit"))
    items = (
        Item.objects.filter(standard=cycle.standard_id, clauses__office=office).select_related("dimension").distinct()
    )
    unit, item = get_object_or_404(participants, code=unit_code), get_object_or_404(items, code=item_code)
    linked = cycle.takes_scores and (unit.pk, item.pk) in queries.linked_cells(cycle)
    return {"unit": unit, "item": item, "entries": queries.cell_entries(cycle, unit, item), "linked": linked}


def _entry_or_404(cycle: Cycle, office: Unit, pk: int) -> Entry:
    rows = Entry.objects.filter(cycle=cycle, office=office).select_related(
        "unit", "item", "cycle__standard", "cycle__mine"
    )
    return get_object_or_404(rows, pk=pk)


def _cell_url(cycle: Cycle, office: Unit, unit: Unit, item: Item) -> str:
    query = urlencode({"unit": unit.code, "item": item.code})
    return f"{reverse('assess:sheet', args=(cycle.code, cycle.period, office.code))}?{query}"


def _next_unit(cycle: Cycle, unit: Unit) -> Unit:
    """The one below on the sheet; after the last the last again."""
    units = [participant.unit for participant in queries.in_sheet_order(cycle)]
    return units[min(units.index(unit) + 1, len(units) - 1)]


def _sheet_context(request: ActorRequest, cycle: Cycle, office: Unit) -> Context:
    return {
        "cycle": cycle,
        "office": office,
        "sheet": queries.sheet(cycle, office),
        **proposals(request, cycle, office),
    }


def _panel(cell: Context, form: EntryForm) -> Context:
    item = cell["item"]
    clauses = list(item.clauses.select_related("office").order_by("position"))
    steps = sorted({clause.points for clause in clauses if clause.points})
    none = EntryForm(kind=EntryKind.NOT_APPLICABLE, auto_id="none_%s") if item.kind == ItemKind.SCORED else None
    more = {"clauses": clauses, "steps": steps, "form": form, "not_applicable": none}
    return {"panel": cell | more | {"seen": queries.token_of(cell["entries"])}}


def _behind(request: ActorRequest, cycle: Cycle, cell: Context) -> Context:
    """What the entries of the open cell were made of, as far as the reader may open it."""
    entries = cell["entries"]
    matters = {one.matter for one in entries if one.matter}
    return {
        "cell_matters": queries.seen_matters(request.actor, matters),
        "cell_figures": queries.seen_figures(request.actor, cycle, {one.key for one in entries}),
    }


# ── writing ──
def _add(request: ActorRequest, cycle: Cycle, office: Unit, cell: Context, form: EntryForm) -> bool:
    clean = form.cleaned_data
    draft = EntryDraft(
        unit_id=cell["unit"].pk,
        item=cell["item"],
        kind=EntryKind(clean["kind"]),
        points=clean.get("points", ZERO),
        reason=clean["reason"],
        evidence=clean["evidence"],
        found_on=clean["found_on"],
        office_id=office.pk,
        key=clean["key"] or new_key(),
    )
    return carry_out(request, form, actions.add_entries, cycle=cycle, drafts=[draft]) is not None


def _change(request: ActorRequest, entry: Entry, form: EntryForm) -> bool:
    clean = form.cleaned_data
    wanted = {name: clean[name] for name in ("reason", "evidence", "found_on")}
    wanted |= {"points": clean.get("points", ZERO), "seen": request.POST.get("seen")}
    return carry_out(request, form, actions.change_entry, entry=entry, **wanted) is not None

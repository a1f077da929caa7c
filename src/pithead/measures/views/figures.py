"""What is waited for, one quantity as a table, one figure with its history, and entering them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.measures import actions
from pithead.measures.forms import CorrectionForm, FiguresForm, WithdrawalForm, period_typed
from pithead.measures.models import Given
from pithead.measures.quantities import Every, Quantity
from pithead.measures.queries.given import figure_table, history, other_shifts, to_enter, waiting
from pithead.measures.queries.quantities import enterable, may_enter, offices_of, quantities_of
from pithead.measures.views.shared import last_of, now, period_asked, quantity_asked, today
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.org.queries import asked, calendar_of, mine_asked, shift_systems

MONTH_OR_YEAR = (Kind.MONTH, Kind.YEAR)


@page(Capability.FIGURE_VIEW)
@require_safe
def given(request: ActorRequest) -> HttpResponse:
    mine = mine_asked(request)
    calendar, actor = calendar_of(mine), request.actor
    month = period_asked(request, (Kind.MONTH,), last_of(Every.MONTH, calendar, today()))
    offices = waiting(actor, mine, quantities_of(mine), calendar, month, today())
    context = {
        "mine": mine,
        "month": month,
        "offices": offices,
        "next": month.next() if calendar.bounds(month.next())[0] <= today() else None,
        "may_enter": actor.can(Capability.FIGURE_ENTER),
        "may_set": actor.can(Capability.FIGURE_SETTINGS, mine),
        "asked": asked(request),
    }
    return render(request, "measures/given.html", context)


@page(Capability.FIGURE_VIEW)
@require_safe
def table(request: ActorRequest) -> HttpResponse:
    """Of a month by day, of a year by month. `?unit=` and what is below it."""
    mine = mine_asked(request)
    quantities = quantities_of(mine, all_of_them=True)
    quantity = quantity_asked(request, quantities)
    calendar, actor = calendar_of(mine), request.actor
    month = last_of(Every.MONTH, calendar, today())
    usual = month if quantity.every is Every.DAY else month.within(Kind.YEAR)
    period = period_asked(request, MONTH_OR_YEAR, usual)
    if quantity.every is Every.MONTH:
        period = period.within(Kind.YEAR)
    unit = _unit(request, mine)
    scope = actor.scope(Capability.FIGURE_VIEW)
    context = {
        "table": figure_table(mine, quantity, period, calendar, scope, under=unit),
        "quantities": [one for one in quantities.values() if one.in_use or one.code == quantity.code],
        "unit": unit,
        "period": period,
        "later": period.next() if calendar.bounds(period.next())[0] <= today() else None,
        "may_enter": may_enter(actor, quantity, mine, offices_of(mine)),
        "mine": mine,
        "by_day": quantity.every is Every.DAY,
    }
    return render(request, "measures/table.html", context)


def _unit(request: ActorRequest, mine: Unit) -> Unit | None:
    code = request.GET.get("unit", "")
    return get_object_or_404(Unit.objects.of_mine(mine), code=code) if code else None


@page(Capability.FIGURE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def figure(request: ActorRequest, pk: int) -> HttpResponse:
    """All that was said of it; who may enter it corrects it here, or takes it back."""
    rows = Given.objects.visible_to(request.actor).select_related("mine", "unit")
    found = get_object_or_404(rows, pk=pk)
    turns = history(found)
    quantity = quantities_of(found.mine, all_of_them=True)[found.quantity]
    taking_back = "take_back" in request.POST
    sent = request.POST if request.method == "POST" else None
    correction = CorrectionForm(None if taking_back else sent, prefix="to")
    withdrawal = WithdrawalForm(sent if taking_back else None, prefix="back")
    form = withdrawal if taking_back else correction
    if sent is not None and form.is_valid():
        try:
            value = None if taking_back else form.cleaned_data["value"]
            actions.correct_figure(
                by=request.actor, at=now(), given=found, value=value, reason=form.cleaned_data["reason"]
            )
        except Refused as refused:
            form.add_error(None, [reason.message for reason in refused.reasons])
        else:
            messages.success(request, "已撤回，原来的数留在下面" if taking_back else "已更正，原来的数留在下面")
            return redirect("measures:given_figure", pk=pk)
    context = {
        "figure": found,
        "quantity": quantity,
        "turns": [(turn, quantity.words(turn.value) if turn.value is not None else "撤回") for turn in turns],
        "siblings": [(one, quantity.words(one.value)) for one in other_shifts(found)],
        "correction": correction,
        "withdrawal": withdrawal,
        "stands": turns[0].value is not None,
        "may_enter": may_enter(request.actor, quantity, found.mine, offices_of(found.mine)),
    }
    return render(request, "measures/figure.html", context, status=422 if form.errors else 200)


@page(Capability.FIGURE_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: ActorRequest) -> HttpResponse:
    """A line for each unit. `?quantity=`, `?on=` a month, a day or a shift."""
    mine = request.actor.mine
    quantities = enterable(request.actor, mine)
    if not quantities:
        return render(request, "measures/enter.html", {"quantities": ()})
    quantity = quantity_asked(request, quantities)
    calendar = calendar_of(mine)
    on = period_typed(request.GET.get("on", ""), quantity.every) or last_of(quantity.every, calendar, today())
    start, day = calendar.bounds(on)
    shift = str(on.shift) if on.kind is Kind.SHIFT else ""
    lines = to_enter(mine, quantity, day, start, shift)
    form = FiguresForm(request.POST if request.method == "POST" else None, quantity=quantity, lines=lines)
    if request.method == "POST" and form.is_valid() and _entered(request, mine, quantity, on, form):
        query = urlencode({"quantity": quantity.code, "on": str(on)})
        return redirect(f"{reverse('measures:enter')}?{query}")
    context = {
        "quantities": quantities.values(),
        "quantity": quantity,
        "on": on,
        "form": form,
        "by_day": quantity.every is Every.DAY,
        "shifts": _shifts(mine, on) if quantity.every is Every.DAY else (),
        "previous": _beside(on, -1),
        "later": later if calendar.bounds(later := _beside(on, 1))[0] <= today() else None,
    }
    return render(request, "measures/enter.html", context, status=422 if form.errors else 200)


def _entered(request: ActorRequest, mine: Unit, quantity: Quantity, on: Period, form: FiguresForm) -> bool:
    drafts = [actions.FigureDraft(quantity.code, unit, on, value) for unit, value in form.given()]
    if not drafts:
        messages.info(request, "没有要保存的改动")
        return True
    try:
        taken = actions.give_figures(
            by=request.actor, at=now(), mine=mine, drafts=drafts, reason=form.cleaned_data["reason"]
        )
    except Refused as refused:
        form.add_error(None, [str(reason) for reason in refused.reasons])
        return False
    messages.success(request, f"{quantity.label}已保存：新录 {taken.added} 个，更正 {taken.corrected} 个")
    return True


def _shifts(mine: Unit, on: Period) -> list[tuple[str, str, bool]]:
    """What may be chosen: the whole day, or a shift by its number with the names it has."""
    names: dict[int, list[str]] = {}
    for system in shift_systems(mine):
        for shift in system.shifts.all():
            names.setdefault(shift.number, []).append(shift.name)
    day = on.date
    told = [(str(Period.day(day)), "全天", not on.shift)]
    for number, said in sorted(names.items()):
        told.append(
            (str(Period.shift_of(day, number)), f"{number}班（{'、'.join(dict.fromkeys(said))}）", on.shift == number)
        )
    return told


def _beside(on: Period, step: int) -> Period:
    plain = Period.day(on.date) if on.kind is Kind.SHIFT else on
    return plain.next() if step > 0 else plain.previous()

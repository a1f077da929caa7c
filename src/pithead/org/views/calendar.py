"""The year as the mine works it."""

import datetime as dt

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pithead.kernel.refusal import Reason, Refused
from pithead.org import actions, forms, queries
from pithead.org.access import Capability, page
from pithead.org.views.editing import actor_of, may_edit, mine_of, today
from pithead.ui.addresses import number


@page(Capability.UNIT_VIEW)
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    return _show(request, _year(request))


def _year(request: HttpRequest) -> int:
    year = number(request.GET.get("year", ""), today().year)
    if not 2000 <= year <= 2099:
        raise Http404
    return year


def _show(request: HttpRequest, year: int, reasons: tuple[Reason, ...] = (), **bound: Form) -> HttpResponse:
    """The page with fresh forms, but for the one that was refused."""
    mine = mine_of(request)
    grid = queries.year_grid(mine, year)
    chosen = _chosen(request, year)
    cutoff = {
        "cutoff_day": grid.calendar.cutoff_day,
        "night_books_next_day": grid.calendar.night_books_next_day,
    }
    context = {
        "mine": mine,
        "grid": grid,
        "chosen": chosen,
        "may_edit": may_edit(request, mine),
        "can_seed": not grid.source and year in actions.seeded_years(),
        "reasons": reasons,
        "day_form": forms.DayForm(initial=_day(grid, chosen)),
        "cutoff_form": forms.CutoffForm(initial=cutoff),
        "file_form": forms.CalendarFileForm(),
    }
    return render(request, "org/calendar.html", {**context, **bound})


def _chosen(request: HttpRequest, year: int) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return day if day.year == year else None


def _day(grid: queries.YearGrid, chosen: dt.date | None) -> dict[str, object]:
    """What the form for a day begins with: the other way round, since that is what one comes to change."""
    if chosen is None:
        return {"date": today()}
    cells = (cell for week in grid.months[chosen.month - 1].weeks for cell in week if cell)
    cell = next(cell for cell in cells if cell.date == chosen)
    return {"date": chosen, "worked": "0" if cell.worked else "1", "name": cell.name}


def _back(year: int) -> str:
    return f"{reverse('org:calendar')}?year={year}"


@page(Capability.ORG_EDIT)
@require_POST
def set_day(request: HttpRequest) -> HttpResponse:
    form, actor = forms.DayForm(request.POST), actor_of(request)
    if not form.is_valid():
        return _show(request, today().year, day_form=form)
    day = actions.Day(**form.cleaned_data)
    actions.set_calendar_day(by=actor, at=timezone.now(), mine=actor.mine, day=day)
    messages.success(request, f"{day.date} 已改为{'上班' if day.worked else '放假'}")
    return redirect(_back(day.date.year))


@page(Capability.ORG_EDIT)
@require_POST
def set_cutoff(request: HttpRequest) -> HttpResponse:
    form, actor = forms.CutoffForm(request.POST), actor_of(request)
    if not form.is_valid():
        return _show(request, _year(request), cutoff_form=form)
    actions.set_cutoff(by=actor, at=timezone.now(), mine=actor.mine, **form.cleaned_data)
    messages.success(request, "已保存，从下一个开启的考核周期起按新的截止日算")
    return redirect("org:calendar")


@page(Capability.ORG_EDIT)
@require_POST
def seed(request: HttpRequest) -> HttpResponse:
    form, actor = forms.YearForm(request.POST), actor_of(request)
    if not form.is_valid():
        return _show(request, today().year, (Reason("年份要在 2000 到 2099 之间"),))
    year = form.cleaned_data["year"]
    try:
        actions.seed_calendar(by=actor, at=timezone.now(), mine=actor.mine, years=[year])
    except Refused as refused:
        return _show(request, year, refused.reasons)
    messages.success(request, f"{year} 年的节假日和调休已填好")
    return redirect(_back(year))


@page(Capability.ORG_EDIT)
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    form, actor = forms.YearForm(request.POST), actor_of(request)
    if not form.is_valid():
        return _show(request, today().year, (Reason("年份要在 2000 到 2099 之间"),))
    year = form.cleaned_data["year"]
    actions.confirm_calendar_year(by=actor, at=timezone.now(), mine=actor.mine, year=year)
    messages.success(request, f"{year} 年的日历已确认")
    return redirect(_back(year))


@page(Capability.ORG_EDIT)
@require_POST
def fill(request: HttpRequest) -> HttpResponse:
    form, actor = forms.CalendarFileForm(request.POST, request.FILES), actor_of(request)
    if not form.is_valid():
        return _show(request, today().year, file_form=form)
    sent = form.cleaned_data["file"]
    try:
        years = actions.fill_calendar_from_file(
            by=actor, at=timezone.now(), mine=actor.mine, content=sent.read(), name=sent.name
        )
    except Refused as refused:
        return _show(request, today().year, refused.reasons)
    messages.success(request, f"已按文件填好 {'、'.join(str(year) for year in years)} 年的日历")
    return redirect(_back(years[0]))

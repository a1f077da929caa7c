"""The inspection calendar: a section is checked by the mine once a week at most, but for safety."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import calendar_of
from pithead.practices import actions
from pithead.practices.arranging import CheckForm
from pithead.practices.models import PlannedCheck
from pithead.practices.queries import checks as queries
from pithead.practices.queries.customs import customs
from pithead.practices.views.shared import asked, mine_asked, named_period, now, today

WEEKS = 4
AHEAD = dt.timedelta(days=62)


@page(Capability.DUTY_VIEW)
@require_GET
def checks(request: ActorRequest) -> HttpResponse:
    """`?period=2026-W28`: the first of the weeks shown; otherwise last week's."""
    return _show(request)


def _show(
    request: ActorRequest, form: CheckForm | None = None, reasons: tuple[Reason, ...] = (), warning: str = ""
) -> HttpResponse:
    mine, on = mine_asked(request), today()
    calendar = calendar_of(mine)
    weeks = _weeks(named_period(request, calendar.period_of(on, Kind.WEEK).previous()))
    first, last = calendar.bounds(weeks[0])[0], calendar.bounds(weeks[-1])[1]
    found = queries.checking(customs(mine, min(first, on), last))
    lines = queries.calendar_of_checks(request.actor, mine, found, calendar, weeks)
    context = {
        "mine": mine,
        "weeks": [_week(week, on) for week in weeks],
        "earlier": weeks[0].previous(),
        "later": weeks[0].next(),
        "found": found,
        "lines": lines,
        "crowded": [(line, cell) for line in lines for cell in line.cells if cell.is_crowded],
        "form": form or _form(request, mine),
        "reasons": reasons,
        "warning": warning,
        "asked": asked(request),
    }
    refused = reasons or warning or (form and form.errors)
    return render(request, "practices/checks.html", context, status=422 if refused else 200)


def _weeks(first: Period) -> list[Period]:
    weeks = [first]
    while len(weeks) < WEEKS:
        weeks.append(weeks[-1].next())
    return weeks


def _week(week: Period, on: dt.date) -> tuple[dt.date, dt.date, bool]:
    monday = dt.date.fromisocalendar(week.year, week.number, 1)
    sunday = monday + dt.timedelta(days=6)
    return monday, sunday, monday <= on <= sunday


def _form(request: ActorRequest, mine: Unit, *given: object) -> CheckForm | None:
    """Only for those who plan checks, where there is something to plan."""
    on = today()
    offices = queries.offices_planning(request.actor, mine)
    found = queries.checking(customs(mine, on, on + AHEAD)) if offices else []
    if not offices or not found:
        return None
    sections = Unit.objects.of_mine(mine).filter(kind=UnitKind.SECTION, closed_on=None).order_by("position", "path")
    return CheckForm(*given, checks=found, offices=offices, units=list(sections))


@page(Capability.CHECK_PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: ActorRequest) -> HttpResponse:
    """`confirm`: although the mine goes there in that week already."""
    if request.method != "POST":
        return redirect(reverse("practices:checks") + asked(request))
    mine = mine_asked(request)
    form = _form(request, mine, request.POST)
    if form is None:
        return _show(request, reasons=(Reason("现在没有可以安排的检查"),))
    if not form.is_valid():
        return _show(request, form)
    chosen = form.chosen
    if "confirm" not in request.POST and (warning := _warning(mine, **chosen)):
        return _show(request, form, warning=warning)
    try:
        actions.plan_check(by=request.actor, at=now(), **chosen)
    except Refused as refused:
        return _show(request, form, refused.reasons)
    messages.success(request, f"已安排：{chosen['on']:%-m 月 %-d 日}查{chosen['unit'].name}")
    return redirect(reverse("practices:checks") + asked(request))


def _warning(mine: Unit, *, unit: Unit, on: dt.date, **chosen: Any) -> str:
    if on < today():
        return ""  # refused anyway
    found = queries.checking(customs(mine, on, on))
    others = queries.others_that_week(mine, found, calendar_of(mine), unit=unit, on=on, **chosen)
    if not others:
        return ""
    named = "、".join(f"{check.office.name} {check.on:%-m 月 %-d 日}" for check in others)
    return f"{unit.name}那一周已有 {len(others)} 次矿级检查（{named}）。一周最多一次，请和别的科室并在一起，或者换一周"


@page(Capability.CHECK_PLAN)
@require_POST
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    rows = PlannedCheck.objects.filter(mine=mine_asked(request), office__in=_offices(request))
    check = get_object_or_404(rows.select_related("mine", "practice", "office", "unit"), pk=pk)
    actions.cancel_check(by=request.actor, at=now(), check=check)
    messages.success(request, "已取消")
    return redirect(reverse("practices:checks") + asked(request))


def _offices(request: ActorRequest) -> list[Unit]:
    return queries.offices_planning(request.actor, mine_asked(request))

"""The board: what is owed, done and late over any period, in the mine or in one unit; and the same as a file."""

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.kernel.tables import guarded
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import calendar_of
from pithead.practices.models import Confidentiality, Practice, PracticeVersion
from pithead.practices.queries import missing as behind
from pithead.practices.queries import owed
from pithead.practices.views.shared import mine_asked, today
from pithead.practices.words import PERFORMERS
from pithead.ui.downloads import CSV, kept_as

KINDS = (Kind.DAY, Kind.WEEK, Kind.TEN_DAYS, Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.YEAR)
OFFERED = (Kind.WEEK, Kind.MONTH, Kind.QUARTER, Kind.HALF, Kind.YEAR)
HEADINGS = ("三抓", "要求", "谁来做", "该做", "已做", "逾期")


@dataclass(frozen=True)
class _Asked:
    mine: Unit
    unit: Unit | None
    period: Period
    bounds: tuple[dt.date, dt.date]
    offered: tuple[tuple[str, Period], ...]
    today: dt.date
    practice: str


@page(Capability.DUTY_VIEW)
@require_GET
def board(request: ActorRequest) -> HttpResponse:
    asked = _asked(request)
    found = _found(request, asked)
    context = {
        "mine": asked.mine,
        "unit": asked.unit,
        "board": found,
        "period": asked.period,
        "previous": asked.period.previous(),
        "next": asked.period.next() if asked.bounds[1] < asked.today else None,
        "running": asked.bounds[1] >= asked.today,
        "offered": asked.offered,
        "is_section": asked.unit is not None and asked.unit.kind == UnitKind.SECTION,
        "query": _query(request, period=str(asked.period)),
        "records": _query(request, period=str(asked.period), practice=asked.practice),
    }
    return render(request, "practices/board.html", context)


@page(Capability.DUTY_VIEW)
@require_GET
def board_file(request: ActorRequest) -> HttpResponse:
    """By practice and post, as the page shows it; with the mark by which Excel knows UTF-8."""
    asked = _asked(request)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADINGS)
    for hold in _found(request, asked).holds:
        for line in hold.lines:
            figures = [str(number) for number in (line.figures.expected, line.figures.done, line.figures.late)]
            writer.writerow(guarded([hold.label, line.custom.title, line.who, *figures]))
    name = f"{asked.unit or asked.mine}{asked.period.label}履责情况.csv"
    return HttpResponse("\ufeff" + buffer.getvalue(), content_type=CSV, headers=kept_as(name))


@page(Capability.DUTY_VIEW)
@require_GET
def missing(request: ActorRequest) -> HttpResponse:
    """What stands behind a late figure: `?post=&answers=&about=` beside what the board is asked."""
    asked = _asked(request)
    wanted = _wanted(request, asked)
    found = behind.missing(request.actor, wanted, calendar_of(asked.mine))
    context = {"wanted": wanted, "found": found, "period": asked.period, "who": PERFORMERS.get(wanted.post, "")}
    return render(request, "practices/missing.html", context)


def _found(request: ActorRequest, asked: _Asked) -> owed.Board:
    found = owed.board(request.actor, asked.mine, asked.unit, asked.bounds, asked.today, asked.practice)
    if asked.practice and found.custom is None:
        raise Http404
    return found


# ── what the address asks ──
def _asked(request: ActorRequest) -> _Asked:
    mine, on = mine_asked(request), today()
    calendar = calendar_of(mine)
    period = _period(request.GET.get("period", ""), calendar, on)
    return _Asked(
        mine=mine,
        unit=_unit(request, mine),
        period=period,
        bounds=calendar.bounds(period),
        offered=tuple(_offered(calendar, on)),
        today=on,
        practice=request.GET.get("practice", ""),
    )


def _wanted(request: ActorRequest, asked: _Asked) -> behind.Wanted:
    post = request.GET.get("post", "")
    if post not in ("", owed.OF_UNIT, *PERFORMERS):
        raise Http404
    units = Unit.objects.filter(mine=asked.mine).select_related("parent")
    answers, about = (request.GET.get(name, "") for name in ("answers", "about"))
    return behind.Wanted(
        mine=asked.mine,
        unit=asked.unit,
        bounds=asked.bounds,
        today=asked.today,
        practice=get_object_or_404(_practices(asked.mine), code=asked.practice) if asked.practice else None,
        post=post,
        answers=get_object_or_404(units, code=answers) if answers else None,
        about=get_object_or_404(units, code=about) if about else None,
    )


def _practices(mine: Unit) -> "QuerySet[Practice]":
    """Those that are in anybody's figures."""
    told = PracticeVersion.objects.filter(mine=mine).exclude(confidentiality=Confidentiality.PRIVATE)
    return Practice.objects.filter(mine=mine, pk__in=told.values("practice"))


def _period(text: str, calendar: Calendar, on: dt.date) -> Period:
    """The running month unless another is named."""
    if not text:
        return calendar.period_of(on, Kind.MONTH)
    try:
        period = Period.parse(text)
    except Refused as refused:
        raise Http404(str(refused)) from refused
    if period.kind not in KINDS:
        raise Http404
    return period


def _offered(calendar: Calendar, on: dt.date) -> list[tuple[str, Period]]:
    words = ("本周", "本月", "本季", "半年", "全年")
    now = [(word, calendar.period_of(on, kind)) for word, kind in zip(words, OFFERED, strict=True)]
    return [now[0], ("上月", now[1][1].previous()), *now[1:]]


def _unit(request: ActorRequest, mine: Unit) -> Unit | None:
    """The one named; who sees just one section sees that one."""
    code = request.GET.get("unit", "")
    paths = owed.reach_of(request.actor, mine)
    if not code:
        return _only_section(paths)
    unit = Unit.objects.filter(mine=mine, code=code).select_related("parent").first()
    if unit is None or (paths and not any(unit.path.startswith(path) for path in paths)):
        raise Http404
    return None if unit.pk == mine.pk else unit


def _only_section(paths: tuple[str, ...]) -> Unit | None:
    found = list(Unit.objects.filter(path__in=paths, kind=UnitKind.SECTION).select_related("parent")[:2])
    return found[0] if len(found) == 1 else None


def _query(request: ActorRequest, **asked: str) -> str:
    """What links carry on."""
    given: dict[str, Any] = {name: request.GET[name] for name in ("mine", "unit") if name in request.GET}
    return urlencode({name: text for name, text in {**given, **asked}.items() if text})

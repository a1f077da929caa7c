"""Every measure with its definition; one figure with what explains it; the same as a table for other programs."""

import csv
import io
from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import plain
from pithead.kernel.tables import guarded
from pithead.measures.quantities import Every
from pithead.measures.queries import drill as drilled
from pithead.measures.queries.behind import records, rows_behind
from pithead.measures.queries.listing import BETTER, listed
from pithead.measures.registry import Measure, measures
from pithead.measures.views.shared import last_of, today
from pithead.org.access import Actor, ActorRequest, Capability, page
from pithead.org.models import Unit, ids_of
from pithead.org.queries import asked, calendar_of, mine_asked, name_of, unit_names
from pithead.ui.downloads import CSV, kept_as

OFFERED = ((Kind.MONTH, "月"), (Kind.QUARTER, "季"), (Kind.HALF, "半年"), (Kind.YEAR, "年"))


@page(Capability.FIGURE_VIEW)
@require_safe
def index(request: ActorRequest) -> HttpResponse:
    mine = mine_asked(request)
    month = last_of(Every.MONTH, calendar_of(mine), today())
    groups = listed(mine)
    context = {
        "apps": [one for one in groups if not one.folded],
        "folded": [one for one in groups if one.folded],
        "month": month,
        "asked": asked(request),
    }
    return render(request, "measures/index.html", context)


@page(Capability.FIGURE_VIEW)
@require_safe
def figure(request: ActorRequest, code: str, period: str, unit_code: str = "") -> HttpResponse:
    """`?after=`: where the list of records goes on. Without a unit: where the reader's own reach begins."""
    mine = mine_asked(request)
    measure, calendar = _measure(mine, code), calendar_of(mine)
    unit, own = _unit(request.actor, mine, unit_code)
    try:
        span = _span(period, calendar)
    except Refused as refused:
        last = last_of(Every.MONTH, calendar, today())
        wrong = {"measure": measure, "unit": unit, "reasons": refused.reasons, "last": last, "asked": asked(request)}
        return render(request, "measures/wrong_period.html", wrong, status=422)
    shown = drilled.drill(mine, measure, unit, span, today(), calendar)
    behind, pages = rows_behind(mine, measure, unit, span, today(), calendar)
    later = span.next()
    context = {
        "drill": shown,
        "records": records(request.actor, behind, pages, shown.closed, request.GET.get("after", "")),
        "has_rows": bool(behind),
        "better": BETTER[measure.better],
        "above": _above(request.actor, mine, unit),
        "name": name_of(mine, unit),
        "own": own,
        "kinds": _kinds(span, calendar),
        "later": later if calendar.bounds(later)[0] <= today() else None,
        "asked": asked(request),
    }
    return render(request, "measures/drill.html", context)


@page(Capability.FIGURE_VIEW)
@require_safe
def figure_file(request: ActorRequest, code: str, period: str, unit_code: str = "") -> HttpResponse:
    """The unit and all below it that the reader may see, by month; with the mark by which Excel knows UTF-8."""
    mine = mine_asked(request)
    measure, calendar = _measure(mine, code), calendar_of(mine)
    unit, _ = _unit(request.actor, mine, unit_code)
    try:
        span = _span(period, calendar)
    except Refused as refused:
        raise Http404 from refused
    units = drilled.page_units(request.actor, mine).under(unit).for_tree()
    table = drilled.figure_table(mine, measure, list(units), span, today(), calendar)
    names, buffer = unit_names(mine), io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["单位", "代码", *(one.label for one in table.columns)])
    for one, values in table.rows:
        writer.writerow(guarded([names[one.pk], one.code, *(_cell(measure, value) for value in values)]))
    name = f"{names[unit.pk].replace('/', '')}{measure.label}{span.year}年.csv"
    return HttpResponse("\ufeff" + buffer.getvalue(), content_type=CSV, headers=kept_as(name))


def _cell(measure: Measure, value: Decimal | None) -> str:
    return "" if value is None else plain(round(value, measure.places))


# ── what the address asks ──
def _measure(mine: Unit, code: str) -> Measure:
    try:
        return measures.named(mine, code)
    except KeyError as unknown:
        raise Http404 from unknown


def _span(text: str, calendar: Calendar) -> Period:
    """A month, quarter, half or year that has begun."""
    span = Period.parse(text)
    if span.kind not in drilled.KINDS:
        raise Refused(
            f"指标按月、季、半年、年看，“{span.label}”请换成它所在的月，例如 2026-06、2026-Q2、2026-H1 或 2026"
        )
    if calendar.bounds(span)[0] > today():
        raise Refused(f"{span.label}还没有到")
    return span


def _unit(actor: Actor, mine: Unit, code: str) -> tuple[Unit, list[Unit]]:
    """The unit asked for, and where the reader's reach begins."""
    own = drilled.own_units(actor, mine)
    if code:
        return get_object_or_404(drilled.page_units(actor, mine), code=code), own
    if not own:
        raise Http404
    return own[0], own


def _above(actor: Actor, mine: Unit, unit: Unit) -> list[Unit]:
    """From the top of the reader's reach down to the unit's own."""
    found = drilled.page_units(actor, mine).filter(pk__in=ids_of(unit.path)[:-1])
    return list(found.for_tree())


def _kinds(span: Period, calendar: Calendar) -> list[tuple[str, Period, bool]]:
    """The same time at another length: of a longer one its last month that has begun."""
    begun = [month for month in span.months() if calendar.bounds(month)[0] <= today()]
    month = begun[-1]
    return [(label, month.within(kind), kind is span.kind) for kind, label in OFFERED]

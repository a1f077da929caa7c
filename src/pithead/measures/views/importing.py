"""Importing tables of figures: upload, see what it would do, confirm, fetch the rows that failed."""

import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from pithead.measures import actions
from pithead.measures.forms import TableForm
from pithead.measures.quantities import Every
from pithead.measures.queries.given import waited_for
from pithead.measures.queries.quantities import enterable
from pithead.measures.queries.uploads import kept_table
from pithead.measures.sheets.template import empty_table
from pithead.measures.views.shared import last_of, now, today
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.queries import calendar_of
from pithead.ui.downloads import workbook
from pithead.ui.importing import ImportPages

PAGES = ImportPages(
    form=TableForm,
    page="measures:sheet",
    upload_template="measures/import.html",
    review_template="measures/sheet.html",
    run=actions.import_figures,
    keep=actions.keep_figures,
    kept=kept_table,
    returned=actions.failed_figures,
)


@page(Capability.FIGURE_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def figures_import(request: ActorRequest) -> HttpResponse:
    quantities = enterable(request.actor, request.actor.mine).values()
    return PAGES.upload(request, request.actor, now(), labels=[one.label for one in quantities])


@page(Capability.FIGURE_ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    return PAGES.review(request, request.actor, now(), pk, overwrite=_overwrite(request))


@page(Capability.FIGURE_ENTER)
@require_safe
def sheet_failed(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    return PAGES.failed(request.actor, now(), pk, overwrite=_overwrite(request))


def _overwrite(request: ActorRequest) -> bool:
    return (request.POST if request.method == "POST" else request.GET).get("overwrite") == "1"


@page(Capability.FIGURE_ENTER)
@require_safe
def template(request: ActorRequest) -> HttpResponse:
    """`?every=day`: by day, otherwise by month: what the reader enters, with the units it is waited for from."""
    every = Every.DAY if request.GET.get("every") == "day" else Every.MONTH
    mine = request.actor.mine
    quantities = [one for one in enterable(request.actor, mine).values() if one.every is every]
    if not quantities:
        raise Http404
    calendar = calendar_of(mine)
    on = last_of(every, calendar, today())
    units = waited_for(mine, quantities, *calendar.bounds(on))
    return workbook(empty_table(every, on, quantities, units), f"{every.label}录的数据 {on.label}.xlsx")

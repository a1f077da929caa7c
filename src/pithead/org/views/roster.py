"""Importing a roster: upload, see what it would do, confirm, fetch the rows that failed."""

import uuid

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pithead.org import actions, forms, queries
from pithead.org.access import ActorRequest, Capability, page
from pithead.ui.downloads import workbook
from pithead.ui.importing import ImportPages

PAGES = ImportPages(
    form=forms.RosterForm,
    page="org:roster",
    upload_template="org/roster_import.html",
    review_template="org/roster.html",
    run=actions.import_roster,
    keep=actions.keep_roster,
    kept=queries.kept_roster,
    returned=actions.failed_workbook,
)


@page(Capability.ROSTER_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def roster_import(request: ActorRequest) -> HttpResponse:
    return PAGES.upload(request, request.actor, timezone.now())


@page(Capability.ROSTER_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    return PAGES.review(request, request.actor, timezone.now(), pk, create_units=_create_units(request))


@page(Capability.ROSTER_IMPORT)
@require_safe
def roster_failed(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    return PAGES.failed(request.actor, timezone.now(), pk, create_units=_create_units(request))


@page(Capability.ROSTER_IMPORT)
@require_safe
def roster_template(_request: ActorRequest) -> HttpResponse:
    return workbook(actions.roster_template(), "花名册模板.xlsx")


def _create_units(request: ActorRequest) -> bool:
    return (request.POST if request.method == "POST" else request.GET).get("create_units") == "1"

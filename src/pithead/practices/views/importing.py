"""Importing what a superior's system holds already: upload, see what it would do, confirm, fetch the rows that failed."""

import uuid

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from pithead.org.access import ActorRequest, Capability, page
from pithead.practices.actions import importing
from pithead.practices.queries.imports import kept_sheet
from pithead.practices.views.shared import now
from pithead.ui.downloads import workbook
from pithead.ui.importing import ImportPages


class SheetForm(forms.Form):
    file = forms.FileField(label="从上级系统导出的表", help_text=".xlsx 或 .xls，不超过 10 MB")


PAGES = ImportPages(
    form=SheetForm,
    page="practices:sheet",
    upload_template="practices/import.html",
    review_template="practices/sheet.html",
    run=importing.import_records,
    keep=importing.keep_records,
    kept=kept_sheet,
    returned=importing.failed_records,
)


@page(Capability.RECORD_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def records_import(request: ActorRequest) -> HttpResponse:
    return PAGES.upload(request, request.actor, now())


@page(Capability.RECORD_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    return PAGES.review(request, request.actor, now(), pk)


@page(Capability.RECORD_IMPORT)
@require_safe
def sheet_failed(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    return PAGES.failed(request.actor, now(), pk)


@page(Capability.RECORD_IMPORT)
@require_safe
def records_template(_request: ActorRequest) -> HttpResponse:
    return workbook(importing.records_template(), "已登记记录模板.xlsx")

"""Importing what a superior's system holds already: upload, see what it would do, confirm, fetch the rows that failed."""

import uuid
from urllib.parse import quote

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.uploads import KeptUpload
from pithead.org.access import ActorRequest, Capability, page
from pithead.practices.actions import importing
from pithead.practices.queries.imports import kept_sheet
from pithead.practices.views.shared import now

SHOWN = 200  # reasons on a page; the returned workbook has them all
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(forms.Form):
    file = forms.FileField(label="从上级系统导出的表", help_text=".xlsx 或 .xls，不超过 10 MB")


@page(Capability.RECORD_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def records_import(request: ActorRequest) -> HttpResponse:
    """What cannot be read at all is refused at once; the rest is kept and looked at on a page of its own."""
    sent = request.method == "POST"
    form = SheetForm(request.POST, request.FILES) if sent else SheetForm()
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            return redirect("practices:sheet", pk=_keep(request, form.cleaned_data["file"]))
        except Refused as refused:
            reasons = refused.reasons
    context = {"form": form, "reasons": reasons, "title": "这个文件不能导入"}
    return render(request, "practices/import.html", context)


def _keep(request: ActorRequest, sent: UploadedFile) -> uuid.UUID:
    actor, at = request.actor, now()
    file, name = sent.read(), sent.name or ""
    importing.import_records(by=actor, at=at, mine=actor.mine, file=file, name=name, dry_run=True)
    return importing.keep_records(by=actor, at=at, mine=actor.mine, file=file, name=name).pk


@page(Capability.RECORD_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    """Before the import what it would do, afterwards what it did."""
    kept = _kept(request, pk)
    if request.method == "POST":
        if kept.result is None:
            _run(request, kept, dry_run=False)
        return redirect("practices:sheet", pk=pk)
    report = _run(request, kept, dry_run=True)
    return render(request, "practices/sheet.html", {"kept": kept, "report": report, "shown": SHOWN})


@page(Capability.RECORD_IMPORT)
@require_safe
def sheet_failed(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    kept = _kept(request, pk)
    report = _run(request, kept, dry_run=True)
    if not report.failures:
        raise Http404
    stem = kept.stored.name.rpartition(".")[0] or kept.stored.name
    return _workbook(importing.failed_records(report), f"{stem} 未导入.xlsx")


@page(Capability.RECORD_IMPORT)
@require_safe
def records_template(_request: ActorRequest) -> HttpResponse:
    return _workbook(importing.records_template(), "已登记记录模板.xlsx")


def _kept(request: ActorRequest, pk: uuid.UUID) -> KeptUpload:
    kept = kept_sheet(request.actor, request.actor.mine, pk)
    if kept is None:
        raise Http404
    return kept


def _run(request: ActorRequest, kept: KeptUpload, *, dry_run: bool) -> importing.RecordsReport:
    return importing.import_records(
        by=request.actor,
        at=now(),
        mine=request.actor.mine,
        file=kept.file,
        name=kept.stored.name,
        keep_good=request.POST.get("keep_good") == "1",
        dry_run=dry_run,
        reference=str(kept.stored.pk),
    )


def _workbook(content: bytes, name: str) -> HttpResponse:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})

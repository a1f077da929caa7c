"""Importing a roster: upload, see what it would do, confirm, fetch the rows that failed."""

import uuid
from urllib.parse import quote

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.uploads import KeptUpload
from pithead.org import actions, forms, queries
from pithead.org.access import Capability, page
from pithead.org.views.editing import actor_of

SHOWN = 200  # reasons and names on a page; the returned workbook has them all
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page(Capability.ROSTER_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def roster_import(request: HttpRequest) -> HttpResponse:
    """What cannot be read at all is refused at once; the rest is kept and looked at on a page of its own."""
    sent = request.method == "POST"
    form = forms.RosterForm(request.POST, request.FILES) if sent else forms.RosterForm()
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            return redirect("org:roster", pk=_keep(request, form.cleaned_data["file"]))
        except Refused as refused:
            reasons = refused.reasons
    return render(request, "org/roster_import.html", {"form": form, "reasons": reasons, "title": "这个文件不能导入"})


def _keep(request: HttpRequest, sent: UploadedFile) -> uuid.UUID:
    actor, at = actor_of(request), timezone.now()
    file, name = sent.read(), sent.name or ""
    actions.import_roster(by=actor, at=at, mine=actor.mine, file=file, name=name, dry_run=True)
    return actions.keep_roster(by=actor, at=at, mine=actor.mine, file=file, name=name).pk


@page(Capability.ROSTER_IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Before the import what it would do, afterwards what it did."""
    kept = _kept(request, pk)
    if request.method == "POST":
        if kept.result is None:
            _run(request, kept, dry_run=False)
        return redirect("org:roster", pk=pk)
    report = _run(request, kept, dry_run=True)
    context = {"kept": kept, "report": report, "create_units": _create_units(request), "shown": SHOWN}
    return render(request, "org/roster.html", context)


@page(Capability.ROSTER_IMPORT)
@require_safe
def roster_failed(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    kept = _kept(request, pk)
    report = _run(request, kept, dry_run=True)
    if not report.failures:
        raise Http404
    stem = kept.name.rpartition(".")[0] or kept.name
    return _workbook(actions.failed_workbook(report), f"{stem} 未导入.xlsx")


@page(Capability.ROSTER_IMPORT)
@require_safe
def roster_template(_request: HttpRequest) -> HttpResponse:
    return _workbook(actions.roster_template(), "花名册模板.xlsx")


def _kept(request: HttpRequest, pk: uuid.UUID) -> KeptUpload:
    kept = queries.kept_roster(actor_of(request), pk)
    if kept is None:
        raise Http404
    return kept


def _create_units(request: HttpRequest) -> bool:
    return (request.POST if request.method == "POST" else request.GET).get("create_units") == "1"


def _run(request: HttpRequest, kept: KeptUpload, *, dry_run: bool) -> actions.RosterReport:
    """A file that was good when it was kept is still good: nothing in it changes."""
    actor = actor_of(request)
    return actions.import_roster(
        by=actor,
        at=timezone.now(),
        mine=actor.mine,
        file=kept.file,
        name=kept.name,
        create_units=_create_units(request),
        keep_good=request.POST.get("keep_good") == "1",
        dry_run=dry_run,
        reference=str(kept.stored.pk),
    )


def _workbook(content: bytes, name: str) -> HttpResponse:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})

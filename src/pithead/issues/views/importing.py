"""Importing a hazard ledger: upload, see what it would do, confirm."""

import uuid

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pithead.issues.actions.importing import LedgerReport, import_hazards, keep_ledger, may_import
from pithead.issues.queries.ledgers import LEDGERS
from pithead.issues.views.shared import now
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.uploads import KeptUpload
from pithead.org.access import ActorRequest, Capability, page

SHOWN = 200  # reasons on a page


class LedgerForm(forms.Form):
    file = forms.FileField(label="台账文件", help_text=".xlsx 或 .xls，月报、日报都行，不超过 40 MB")


@page(Capability.ISSUE_OVERSEE)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_import(request: ActorRequest) -> HttpResponse:
    """What cannot be read at all is refused at once; the rest is kept and looked at on a page of its own."""
    sent = request.method == "POST"
    form = LedgerForm(request.POST, request.FILES) if sent else LedgerForm()
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        try:
            return redirect("issues:ledger", pk=_keep(request, form.cleaned_data["file"]))
        except Refused as refused:
            reasons = refused.reasons
    allowed = may_import(request.actor, request.actor.mine)
    context = {"form": form, "reasons": reasons, "title": "这个文件不能导入", "allowed": allowed}
    return render(request, "issues/ledger_import.html", context)


def _keep(request: ActorRequest, sent: UploadedFile) -> uuid.UUID:
    actor, at = request.actor, now()
    file, name = sent.read(), sent.name or ""
    import_hazards(by=actor, at=at, mine=actor.mine, file=file, name=name, dry_run=True)
    return keep_ledger(by=actor, at=at, mine=actor.mine, file=file, name=name).pk


@page(Capability.ISSUE_OVERSEE)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    """Before the import what it would do, afterwards what it did."""
    mine = request.actor.mine
    kept = LEDGERS.kept(pk, mine=mine.code) if may_import(request.actor, mine) else None
    if kept is None:
        raise Http404
    if request.method == "POST":
        if kept.result is None:
            _run(request, kept, dry_run=False)
        return redirect("issues:ledger", pk=pk)
    report = None if kept.result else _run(request, kept, dry_run=True)
    return render(request, "issues/ledger.html", {"kept": kept, "report": report, "shown": SHOWN})


def _run(request: ActorRequest, kept: KeptUpload, *, dry_run: bool) -> LedgerReport:
    return import_hazards(
        by=request.actor,
        at=now(),
        mine=request.actor.mine,
        file=kept.file,
        name=kept.name,
        keep_good=request.POST.get("keep_good") == "1",
        dry_run=dry_run,
        reference=str(kept.stored.pk),
    )

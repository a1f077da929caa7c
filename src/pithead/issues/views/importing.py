"""Importing a hazard ledger: upload, see what it would do, confirm."""

import uuid

from django import forms
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from pithead.issues.actions.importing import import_hazards, keep_ledger, may_import
from pithead.issues.queries.ledgers import LEDGERS
from pithead.issues.views.shared import now
from pithead.kernel.uploads import KeptUpload
from pithead.org.access import Actor, ActorRequest, Capability, page
from pithead.ui.importing import ImportPages


class LedgerForm(forms.Form):
    file = forms.FileField(label="台账文件", help_text=".xlsx 或 .xls，月报、日报都行，不超过 40 MB")


def _kept(actor: Actor, pk: uuid.UUID) -> KeptUpload | None:
    return LEDGERS.kept(pk, mine=actor.mine.code) if may_import(actor, actor.mine) else None


PAGES = ImportPages(
    form=LedgerForm,
    page="issues:ledger",
    upload_template="issues/ledger_import.html",
    review_template="issues/ledger.html",
    run=import_hazards,
    keep=keep_ledger,
    kept=_kept,
)


@page(Capability.ISSUE_OVERSEE)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger_import(request: ActorRequest) -> HttpResponse:
    return PAGES.upload(request, request.actor, now(), allowed=may_import(request.actor, request.actor.mine))


@page(Capability.ISSUE_OVERSEE)
@require_http_methods(["GET", "HEAD", "POST"])
def ledger(request: ActorRequest, pk: uuid.UUID) -> HttpResponse:
    return PAGES.review(request, request.actor, now(), pk)

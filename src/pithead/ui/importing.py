"""Importing a workbook on pages of one shape: upload, see what it would do, confirm, fetch the rows that failed.

An app says once what its kind is made of, and keeps its views: who may come, the app asks. The templates extend
`ui/import_upload.html` and `ui/import_review.html`.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pithead.kernel.audit import ActorLike
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.uploads import KeptUpload
from pithead.ui.downloads import workbook

SHOWN = 200  # reasons and names on a page; the returned workbook has them all


class Importer(ActorLike, Protocol):
    @property
    def mine(self) -> Any: ...


class Report(Protocol):
    @property
    def failures(self) -> Sequence[Any]: ...


R = TypeVar("R", bound=Report)


@dataclass(frozen=True)
class ImportPages(Generic[R]):
    """`run` and `keep` are the app's actions; `kept` finds what this person may see. `returned` makes the workbook of the rows
    that failed; a kind without one is not read again once it is imported."""

    form: type[forms.Form]
    page: str  # name of the page on which a kept file is looked at
    upload_template: str
    review_template: str
    run: Callable[..., R]
    keep: Callable[..., StoredFile]
    kept: Callable[[Any, uuid.UUID], KeptUpload | None]
    returned: Callable[[R], bytes] | None = None

    def upload(self, request: HttpRequest, by: Importer, at: dt.datetime, **shown: object) -> HttpResponse:
        """What cannot be read at all is refused at once; the rest is kept and looked at on a page of its own."""
        sent = request.method == "POST"
        form = self.form(request.POST, request.FILES) if sent else self.form()
        reasons: tuple[Reason, ...] = ()
        if form.is_valid():
            try:
                return redirect(self.page, pk=self._keep(by, at, form.cleaned_data["file"]).pk)
            except Refused as refused:
                reasons = refused.reasons
        context = {"form": form, "reasons": reasons, "title": "这个文件不能导入", **shown}
        return render(request, self.upload_template, context)

    def review(self, request: HttpRequest, by: Importer, at: dt.datetime, pk: uuid.UUID, **how: bool) -> HttpResponse:
        """Before the import what it would do, afterwards what it did. `how` goes to the action and to the page."""
        kept = self._kept(by, pk)
        if request.method == "POST":
            if kept.result is None:
                self._run(by, at, kept, keep_good=request.POST.get("keep_good") == "1", **how)
            return redirect(self.page, pk=pk)
        is_read = self.returned is not None or kept.result is None
        report = self._run(by, at, kept, dry_run=True, **how) if is_read else None
        return render(request, self.review_template, {"kept": kept, "report": report, "shown": SHOWN, **how})

    def failed(self, by: Importer, at: dt.datetime, pk: uuid.UUID, **how: bool) -> HttpResponse:
        kept = self._kept(by, pk)
        report = self._run(by, at, kept, dry_run=True, **how)
        if self.returned is None or not report.failures:
            raise Http404
        stem = kept.name.rpartition(".")[0] or kept.name
        return workbook(self.returned(report), f"{stem} 未导入.xlsx")

    def _keep(self, by: Importer, at: dt.datetime, sent: Any) -> StoredFile:
        what = {"by": by, "at": at, "mine": by.mine, "file": sent.read(), "name": sent.name or ""}
        self.run(**what, dry_run=True)
        return self.keep(**what)

    def _kept(self, by: Importer, pk: uuid.UUID) -> KeptUpload:
        if (kept := self.kept(by, pk)) is None:
            raise Http404
        return kept

    def _run(self, by: Importer, at: dt.datetime, kept: KeptUpload, **how: bool) -> R:
        """A file that was good when it was kept is still good: nothing in it changes."""
        what = {"by": by, "at": at, "mine": by.mine, "file": kept.file, "name": kept.name}
        return self.run(**what, reference=str(kept.stored.pk), **how)

"""The sealed chain for auditors: how far it goes, and whether what stands is what was sealed."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pithead.kernel.sealing import anchor, check_anchor, verify
from pithead.org.access import ActorRequest, Capability, page
from pithead.web.forms import SealForm
from pithead.web.queries import audited_mines, latest_links


@page(Capability.AUDIT_VIEW)
@require_GET
def seal(request: ActorRequest) -> HttpResponse:
    """The latest links; with `?check=` everything is compared, which takes a while in a large mine, and a code from paper."""
    mines = {mine.code: mine for mine in audited_mines(request.actor)}
    form = SealForm(request.GET or None, mines=list(mines.values()))
    wanted = form.cleaned_data if form.is_valid() else {}
    mine = mines.get(wanted.get("mine", "")) or next(iter(mines.values()), None)
    if mine is None:
        raise Http404
    asked = wanted.get("anchor", "").strip() if "check" in request.GET else ""
    context = {
        "form": form,
        "mine": mine,
        "anchor": anchor(mine.code),
        "links": latest_links(mine.code),
        "report": verify(mine.code) if wanted and "check" in request.GET else None,
        "asked": asked,
        "mismatch": check_anchor(mine.code, asked) if asked else "",
    }
    return render(request, "web/seal.html", context)

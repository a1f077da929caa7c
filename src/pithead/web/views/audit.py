"""The log, for auditors only."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pithead.org.access import ActorRequest, Capability, page
from pithead.web import queries
from pithead.web.forms import AuditFilter


@page(Capability.AUDIT_VIEW)
@require_GET
def audit(request: ActorRequest) -> HttpResponse:
    form = AuditFilter(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.event_page(
        request.actor,
        since=wanted.get("since"),
        until=wanted.get("until"),
        who=wanted.get("who", ""),
        subject=wanted.get("subject", ""),
        after=request.GET.get("after", ""),
    )
    context = {"form": form, "found": found, "filtered": any(wanted.values()), "next_key": found.next_key}
    return render(request, "web/audit.html", context)

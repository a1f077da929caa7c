"""Handing out accounts: who has one, and one-time codes as slips to cut."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from pithead.kernel.refusal import Reason
from pithead.org import actions
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.web import queries


def _unit(request: ActorRequest, units: list[Unit]) -> Unit:
    """The chosen unit, or the mine itself; one out of reach does not exist."""
    wanted = request.POST.get("unit") or request.GET.get("unit")
    for unit in units:
        if str(unit.pk) == wanted or not wanted:
            return unit
    raise Http404


def _may_be_id(text: str) -> bool:
    return text.isdecimal() and len(text) <= queries.LONGEST_ID


def _list(request: ActorRequest, reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    actor = request.actor
    units = list(queries.choosable_units(actor))
    unit = _unit(request, units)
    found = queries.account_page(actor, unit, at=timezone.now(), after=request.GET.get("after", ""))
    context = {"units": units, "unit": unit, "found": found, "reasons": reasons, "next_key": found.next_key}
    return render(request, "web/accounts.html", context)


def _site(request: ActorRequest) -> str:
    """What is printed on paper is only what the settings name: where every name is served, a request may claim any."""
    host = settings.ALLOWED_HOSTS[0]
    if any(name.startswith(("*", ".")) for name in settings.ALLOWED_HOSTS):
        return ""
    port = split_domain_port(request.get_host())[1]
    return f"{request.scheme}://{host}:{port}" if port else f"{request.scheme}://{host}"


@page(Capability.ACCOUNT_ACTIVATE)
@require_GET
def accounts(request: ActorRequest) -> HttpResponse:
    return _list(request)


@page(Capability.ACCOUNT_ACTIVATE)
@require_POST
def codes(request: ActorRequest) -> HttpResponse:
    """The slips are the answer itself: codes are kept nowhere, so there is nothing to redirect to."""
    actor, now = request.actor, timezone.now()
    unit = _unit(request, list(queries.choosable_units(actor)))
    people = queries.people_of(actor, unit, timezone.localdate(now))
    if request.POST.get("which") == "waiting":
        people = queries.without_password(people)
    else:
        people = people.filter(pk__in=[pk for pk in request.POST.getlist("person") if _may_be_id(pk)])
    issued = actions.issue_codes(by=actor, at=now, people=people)
    if not issued:
        return _list(request, (Reason("一个人也没有选中，请在姓名前打勾"),))
    context = {"unit": unit, "issued": issued, "site": _site(request), "expires_at": issued[0].expires_at}
    return render(request, "web/slips.html", context)

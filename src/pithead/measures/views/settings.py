"""What a mine calls its figures and who enters them; keys for other systems."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pithead.kernel.refusal import Refused
from pithead.measures import actions
from pithead.measures.forms import KeyForm, QuantityForm
from pithead.measures.models import ApiKey
from pithead.measures.queries.keys import keys_of
from pithead.measures.queries.quantities import entered_by, offices_of, quantities_of
from pithead.measures.views.shared import now
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import UnitKind

NEW = "new"


@page(Capability.FIGURE_SETTINGS)
@require_safe
def quantities(request: ActorRequest) -> HttpResponse:
    mine = request.actor.mine
    offices = offices_of(mine)
    rows = [
        (one, entered_by(one, offices), "、".join(UnitKind(kind).label for kind in one.about))
        for one in quantities_of(mine, all_of_them=True).values()
    ]
    return render(request, "measures/quantities.html", {"rows": rows})


@page(Capability.FIGURE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def quantity(request: ActorRequest, code: str) -> HttpResponse:
    """One of them; "new": one of the mine's own."""
    mine = request.actor.mine
    found = quantities_of(mine, all_of_them=True).get(code)
    if found is None and code != NEW:
        raise Http404
    offices = [office for office in offices_of(mine).values() if office.closed_on is None]
    sent = request.POST if request.method == "POST" else None
    form = QuantityForm(sent, quantity=found, offices=offices)
    if sent is not None and form.is_valid():
        told = form.told(code if found else actions.new_code(mine))
        try:
            actions.set_quantity(by=request.actor, at=now(), mine=mine, quantity=told)
        except Refused as refused:
            form.add_error(None, [reason.message for reason in refused.reasons])
        else:
            messages.success(request, f"“{told.label}”已保存")
            return redirect("measures:quantities")
    context = {"form": form, "quantity": found}
    return render(request, "measures/quantity.html", context, status=422 if form.errors else 200)


@page(Capability.KEY_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: ActorRequest) -> HttpResponse:
    """A new key is the answer itself: it is kept nowhere, so there is nothing to redirect to."""
    mine, secret = request.actor.mine, ""
    sent = request.POST if request.method == "POST" else None
    form = KeyForm(sent, mine=mine)
    if sent is not None and form.is_valid():
        try:
            _, secret = actions.issue_key(by=request.actor, at=now(), mine=mine, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, [reason.message for reason in refused.reasons])
        else:
            form = KeyForm(mine=mine)
    context = {"form": form, "keys": keys_of(mine), "secret": secret}
    return render(request, "measures/keys.html", context, status=422 if form.errors else 200)


@page(Capability.KEY_MANAGE)
@require_POST
def revoke(request: ActorRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey.objects.select_related("mine"), pk=pk, mine=request.actor.mine)
    actions.revoke_key(by=request.actor, at=now(), key=key)
    messages.success(request, f"“{key.name}”的密钥已吊销，马上不能再用")
    return redirect("measures:keys")

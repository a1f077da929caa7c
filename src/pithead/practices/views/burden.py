"""The meter of the whole mine: what each role is asked to fill in, by which model, and how much it may be."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.practices import actions
from pithead.practices.editing_form import CapsForm
from pithead.practices.models import Proposal
from pithead.practices.pack_rules import filling
from pithead.practices.queries import burden as queries
from pithead.practices.views.shared import asked, mine_asked, now, today
from pithead.practices.words import KINDS


@page(Capability.PRACTICE_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def burden(request: ActorRequest) -> HttpResponse:
    """Whoever may allow more than a cap may move the caps."""
    mine = mine_asked(request)
    versions = queries.versions_in_force(mine, today())
    specs, caps = queries.specs_of(versions), queries.caps_of(mine)
    loads = queries.compare(specs, specs, caps)
    form = CapsForm(request.POST or None, caps=caps)
    if request.method == "POST":
        request.actor.require(Capability.PRACTICE_APPROVE, mine)
        if form.is_valid():
            try:
                actions.set_caps(by=request.actor, at=now(), mine=mine, minutes=form.cleaned_data)
            except Refused as refused:
                form.add_error(None, [reason.message for reason in refused.reasons])
            else:
                messages.success(request, "上限已保存")
                return redirect(reverse("practices:burden") + asked(request))
    idle = [role for role in caps if role not in {load.role for load in loads}]
    context = {
        "mine": mine,
        "rows": [(load, form[load.role]) for load in loads],
        "idle": [form[role] for role in idle],
        "form": form,
        "may_set": request.actor.can(Capability.PRACTICE_APPROVE, mine),
        "shift": queries.shift_load(specs.values()),
        "seconds": [(KINDS.get(kind, MODEL.get(kind, kind)), cost) for kind, cost in filling()["seconds"].items()],
        "proposals": Proposal.objects.filter(mine=mine).select_related("practice").order_by("proposed_at"),
        "asked": asked(request),
    }
    return render(request, "practices/burden.html", context, status=422 if form.errors else 200)


MODEL = {"open": "打开表", "fine": "点“一切正常”", "prefilled": "已填好的，看一眼"}

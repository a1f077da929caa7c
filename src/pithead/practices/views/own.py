"""What one has to do oneself: on the phone the first page after the desk."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from pithead.org.access import ActorRequest, Capability, page
from pithead.practices.lines import coming_line, late_line, lines_of
from pithead.practices.queries import bonds as bond_queries
from pithead.practices.queries import mine_to_do
from pithead.practices.queries.own import own_duties
from pithead.practices.views.shared import mine_asked, today


@page(Capability.RECORD_MAKE)
@require_GET
def own(request: ActorRequest) -> HttpResponse:
    actor, mine, on = request.actor, mine_asked(request), today()
    duties = own_duties(actor, mine, on)
    bonds = bond_queries.own_bonds(actor, mine, on)
    signatures = mine_to_do.waiting_signatures(actor, mine)
    has_work = bool(signatures or duties.late or duties.open or duties.done)
    is_empty = not (has_work or bonds or duties.private or duties.coming)
    context = {
        "left": has_work or is_empty,
        "is_empty": is_empty,
        "late": [late_line(duty, on) for duty in duties.late],
        "lines": lines_of(duties.open, on),
        "done": lines_of(duties.done, on),
        "coming": [(one.custom.title, coming_line(one, on)) for one in duties.coming],
        "signatures": signatures,
        "asked": mine_to_do.asked_oneself(actor, mine, duties.private),
        "recent": mine_to_do.made_lately(actor, mine, on),
        "bonds": bonds,
        "clean": next((line.clean for line in bonds if line.clean is not None), None),
        "today": on,
        "me": actor.person_id,
        "may_view": actor.can(Capability.DUTY_VIEW),
        "report": reverse("issues:new"),
    }
    return render(request, "practices/own.html", context)

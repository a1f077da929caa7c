"""Working places, zones and rooms; shift systems and who works in which."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pithead.kernel.refusal import Refused
from pithead.org import actions, forms, queries
from pithead.org.access import Capability, page
from pithead.org.models import Place
from pithead.org.views.editing import actor_of, edit, editable, may_edit, mine_of, today, unit_of
from pithead.ui.addresses import number

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
PER_PAGE = 100


@page(Capability.UNIT_VIEW)
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    mine, everything = mine_of(request), request.GET.get("all") == "1"
    rows = Place.objects.filter(mine=mine).select_related("unit__parent").order_by("code")
    if not everything:
        rows = rows.filter(Q(until=None) | Q(until__gte=today()))
    page_number = number(request.GET.get("page", ""), 1)
    pages = max((rows.count() - 1) // PER_PAGE + 1, 1)
    page_number = min(max(page_number, 1), pages)
    context = {
        "mine": mine,
        "places": list(rows[(page_number - 1) * PER_PAGE : page_number * PER_PAGE]),
        "page": page_number,
        "pages": pages,
        "everything": everything,
        "may_edit": may_edit(request, mine),
    }
    return render(request, "org/places.html", context)


@page(Capability.ORG_EDIT)
@get_or_post
def add_place(request: HttpRequest) -> HttpResponse:
    mine = actor_of(request).mine
    directory = queries.unit_directory(mine, on=today())
    form = forms.PlaceForm(request.POST or None, directory=directory, initial={"since": today(), "underground": True})

    def act(data: dict) -> None:
        actions.add_place(by=actor_of(request), at=timezone.now(), mine=mine, **data)

    return edit(request, form, act, title="新增地点", back=reverse("org:places"), done="地点已新增", button="新增")


@page(Capability.ORG_EDIT)
@get_or_post
def close_place(request: HttpRequest, code: str) -> HttpResponse:
    place = editable(request, Place.objects.select_related("mine", "unit"), "mine__path", code=code)
    form = forms.LastDayForm(request.POST or None, initial={"on": today()})

    def act(data: dict) -> None:
        actions.close_place(by=actor_of(request), at=timezone.now(), place=place, **data)

    back = reverse("org:places")
    return edit(request, form, act, title=f"停用 {place.name}", back=back, done="已停用", button="停用", danger=True)


# ── shifts ──
def _choices() -> list[tuple[str, str]]:
    return [(code, name) for code, (name, _) in actions.SYSTEMS.items()]


@page(Capability.UNIT_VIEW)
@require_safe
def shifts(request: HttpRequest) -> HttpResponse:
    mine, code = mine_of(request), request.GET.get("unit", "")
    section = unit_of(request, code) if code else None
    systems = queries.shift_systems(mine)
    missing = [choice for choice in _choices() if choice[0] not in {system.code for system in systems}]
    context = {
        "mine": mine,
        "systems": systems,
        "section": section,
        "lines": queries.shift_lines(mine, section, today()),
        "form": forms.ShiftSystemForm(choices=missing) if missing else None,
        "may_edit": may_edit(request, mine),
    }
    return render(request, "org/shifts.html", context)


@page(Capability.ORG_EDIT)
@require_POST
def set_shift_system(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    try:
        system = actions.set_shift_system(
            by=actor, at=timezone.now(), mine=actor.mine, code=request.POST.get("code", "")
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"本矿已选用{system.name}")
    return redirect("org:shifts")

"""Loading a pack: everything that is wrong with it at once, then what it would do, then the day it begins."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.practices import actions
from pithead.practices.content import MethodSpec
from pithead.practices.editing_form import LoadForm, PackFileForm
from pithead.practices.metering import record_cost
from pithead.practices.models import WorkMethod
from pithead.practices.previewing import phone_form
from pithead.practices.queries import burden
from pithead.practices.queries import library as queries
from pithead.practices.views.shared import mine_asked, now, today


@page(Capability.PRACTICE_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: ActorRequest) -> HttpResponse:
    """A file first; what was read out of it travels with the page and is read again when it is taken over."""
    mine = mine_asked(request)
    if request.method == "POST" and "text" in request.POST:
        return _load(request, mine)
    sent = request.method == "POST"
    form = PackFileForm(request.POST, request.FILES) if sent else PackFileForm()
    reasons: tuple[Reason, ...] = ()
    if form.is_valid():
        text, name = form.cleaned_data["file"]
        try:
            spec = queries.read_pack(text, name)
        except Refused as refused:
            reasons = refused.reasons
        else:
            start = {"text": text, "name": name, "since": today()}
            return _show(request, mine, spec, LoadForm(initial=start), ())
    context = {"form": form, "reasons": reasons}
    return render(request, "practices/upload.html", context, status=422 if reasons or form.errors else 200)


def _load(request: ActorRequest, mine: Unit) -> HttpResponse:
    form = LoadForm(request.POST)
    form.full_clean()
    try:
        text = request.POST["text"].replace("\r\n", "\n")  # forms send every line end as two characters
        spec = queries.read_pack(text, request.POST.get("name", "")[:200])
        if not form.is_valid():
            return _show(request, mine, spec, form, ())
        since = form.cleaned_data["since"]
        method = actions.load_pack(by=request.actor, at=now(), mine=mine, spec=spec, since=since)
    except Refused as refused:
        return _refused(request, mine, form, refused)
    waiting = method.practices.filter(proposal__isnull=False).count()
    messages.success(
        request, f"{method.title}已装入" + (f"；{waiting} 项超过填报上限，待矿领导批准" if waiting else "")
    )
    return redirect("practices:method", method.code)


def _refused(request: ActorRequest, mine: Unit, form: LoadForm, refused: Refused) -> HttpResponse:
    """Where the file is still one, with what it would do."""
    try:
        spec = queries.read_pack(form.data["text"], "")
    except Refused:
        context = {"form": PackFileForm(), "reasons": refused.reasons}
        return render(request, "practices/upload.html", context, status=422)
    return _show(request, mine, spec, form, refused.reasons)


def _show(
    request: ActorRequest, mine: Unit, spec: MethodSpec, form: LoadForm, reasons: tuple[Reason, ...]
) -> HttpResponse:
    news = queries.news_of(mine, spec)
    known = WorkMethod.objects.filter(mine=mine, code=spec.code).values_list("pk", flat=True)
    before = burden.specs_of(burden.versions_in_force(mine, today(), besides=known))
    asked = {one.spec.code: one.spec for one in news if one.state != "same" and not one.spec.dormant}
    context: dict[str, Any] = {
        "spec": spec,
        "form": form,
        "reasons": reasons,
        "news": [(one, phone_form(request.actor, mine, one.spec, today()), record_cost(one.spec)) for one in news],
        "nothing": all(one.state == "same" for one in news),
        "taken": any(one.state == "taken" for one in news),
        "loads": burden.compare(before, {**before, **asked}, burden.caps_of(mine)),
    }
    wrong = bool(reasons or form.errors)
    return render(request, "practices/load.html", context, status=422 if wrong else 200)

"""Loading a pack: everything that is wrong with it at once, then what it would do, then the day it begins."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.practices import actions
from pithead.practices.content import MethodSpec
from pithead.practices.editing_form import LoadForm, PackFileForm
from pithead.practices.models import WorkMethod
from pithead.practices.queries import burden
from pithead.practices.queries import library as queries
from pithead.practices.views.shared import mine_asked, today
from pithead.practices.views.showing import answered, doing, get_or_post, seen


@page(Capability.PRACTICE_EDIT)
@get_or_post
def upload(request: ActorRequest) -> HttpResponse:
    """A file first; what was read out of it travels with the page and is read again when it is taken over."""
    mine = mine_asked(request)
    sent = request.method == "POST"
    if sent and "text" in request.POST:
        return _load(request, mine)
    form = PackFileForm(request.POST, request.FILES) if sent else PackFileForm()
    if not form.is_valid():
        return answered(request, "practices/upload.html", {"form": form})
    text, name = form.cleaned_data["file"]
    try:
        spec = queries.read_pack(mine, text, name, today())
    except Refused as refused:
        return answered(request, "practices/upload.html", {"form": form, "reasons": refused.reasons})
    return _show(request, mine, spec, LoadForm(initial={"text": text, "name": name, "since": today()}))


def _load(request: ActorRequest, mine: Unit) -> HttpResponse:
    form = LoadForm(request.POST)
    form.full_clean()
    try:
        text = request.POST["text"].replace("\r\n", "\n")  # forms send every line end as two characters
        spec = queries.read_pack(mine, text, request.POST.get("name", "")[:200], today())
        if not form.is_valid():
            return _show(request, mine, spec, form)
        since = form.cleaned_data["since"]
        method = actions.load_pack(**doing(request), mine=mine, spec=spec, since=since)
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
        spec = queries.read_pack(mine, form.data["text"], "", today())
    except Refused:
        return answered(request, "practices/upload.html", {"form": PackFileForm(), "reasons": refused.reasons})
    return _show(request, mine, spec, form, refused.reasons)


def _show(
    request: ActorRequest, mine: Unit, spec: MethodSpec, form: LoadForm, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    news = queries.news_of(mine, spec, today())
    known = WorkMethod.objects.filter(mine=mine, code=spec.code).values_list("pk", flat=True)
    before = burden.specs_of(burden.versions_in_force(mine, today(), besides=known))
    asked = {one.spec.code: one.spec for one in news if one.state != "same" and not one.spec.dormant}
    context: dict[str, Any] = {
        "spec": spec,
        "form": form,
        "reasons": reasons,
        "news": [(one, seen(request, mine, one.spec)) for one in news],
        "nothing": all(one.state == "same" for one in news),
        "taken": any(one.state == "taken" for one in news),
        "loads": burden.compare(before, {**before, **asked}, burden.caps_of(mine)),
    }
    return answered(request, "practices/load.html", context)

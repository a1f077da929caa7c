"""The library of work methods: what they ask, who uses them, taking one over and leaving it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.practices import actions
from pithead.practices.content import PracticeSpec
from pithead.practices.editing_form import AdoptForm, CreditForm, LeaveForm
from pithead.practices.metering import record_cost
from pithead.practices.models import Adoption, Practice, WorkMethod
from pithead.practices.previewing import phone_form
from pithead.practices.queries import library as queries
from pithead.practices.views.shared import asked, mine_asked, now, today
from pithead.practices.words import CONFIDENTIALITY, PERFORMERS
from pithead.ui.editing import edit

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def may_edit(request: ActorRequest, mine: Unit) -> bool:
    return request.actor.can(Capability.PRACTICE_EDIT, mine)


def method_or_404(request: ActorRequest, code: str) -> WorkMethod:
    rows = WorkMethod.objects.select_related("mine", "origin")
    return get_object_or_404(rows, mine=mine_asked(request), code=code)


def practice_or_404(request: ActorRequest, code: str) -> Practice:
    rows = Practice.objects.select_related("mine", "method")
    return get_object_or_404(rows, mine=mine_asked(request), code=code)


def told(spec: PracticeSpec) -> dict[str, str]:
    """What a version asks, in words."""
    return {
        "who": "、".join(PERFORMERS[role] for role in spec.performers),
        "often": queries.often_of(spec),
        "secrecy": CONFIDENTIALITY[spec.confidentiality],
        "readers": "、".join(PERFORMERS[role] for role in spec.readers),
    }


@page(Capability.PRACTICE_VIEW)
@require_GET
def library(request: ActorRequest) -> HttpResponse:
    mine = mine_asked(request)
    methods = queries.library(mine, today())
    context = {
        "mine": mine,
        "methods": methods,
        "may_edit": may_edit(request, mine),
        "adoptable": queries.adoptable(request.actor, methods),
        "asked": asked(request),
    }
    return render(request, "practices/library.html", context)


@page(Capability.PRACTICE_VIEW)
@require_GET
def method(request: ActorRequest, code: str) -> HttpResponse:
    found = method_or_404(request, code)
    practices = Practice.objects.filter(method=found).order_by("position", "code")
    actor, adoptions = request.actor, queries.adoptions_of(found)
    context = {
        "method": found,
        "lines": queries.practice_lines(found.mine, practices, today()),
        "adoptions": [(one, one.until is None and actor.can(Capability.METHOD_ADOPT, one.unit)) for one in adoptions],
        "may_edit": may_edit(request, found.mine),
        "may_adopt": actor.can(Capability.METHOD_ADOPT) and bool(queries.units_to_adopt(actor, found, today())),
        "asked": asked(request),
    }
    return render(request, "practices/method.html", context)


@page(Capability.PRACTICE_VIEW)
@require_GET
def method_file(request: ActorRequest, code: str) -> HttpResponse:
    """As it stands, to be looked at, changed and loaded again, here or elsewhere."""
    found = method_or_404(request, code)
    text = queries.method_file(found, today())
    headers = {"Content-Disposition": content_disposition_header(True, f"{found.code}.yaml") or ""}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@page(Capability.PRACTICE_VIEW)
@require_GET
def practice(request: ActorRequest, code: str) -> HttpResponse:
    """`?version=`: as an earlier version asked it."""
    found = practice_or_404(request, code)
    (line,) = queries.practice_lines(found.mine, [found], today())
    versions = queries.version_lines(found, today())
    number = request.GET.get("version", "")
    shown = next((one.version for one in versions if str(one.version.number) == number), line.version)
    if number and shown is line.version and str(getattr(shown, "number", "")) != number:
        raise Http404
    spec = PracticeSpec.from_plain(shown.content) if shown else line.spec
    context = {"practice": found, "line": line, "versions": versions, "shown": shown, "spec": spec}
    rights = {"may_edit": may_edit(request, found.mine), "asked": asked(request)}
    preview = {
        "phone": phone_form(request.actor, found.mine, spec, today()),
        "cost": record_cost(spec),
        "proposal": getattr(found, "proposal", None),
    }
    return render(request, "practices/practice.html", {**context, **rights, **preview, **told(spec)})


@page(Capability.PRACTICE_EDIT)
@get_or_post
def credit(request: ActorRequest, code: str) -> HttpResponse:
    found = method_or_404(request, code)
    if not may_edit(request, found.mine):
        raise Http404
    units = Unit.objects.of_mine(found.mine).in_force(today()).filter(kind__in=queries.ADOPTERS).for_tree()
    return edit(
        request,
        CreditForm(request.POST or None, units=units, initial={"origin": found.origin_id}),
        lambda given: actions.credit(by=request.actor, at=now(), method=found, **given),
        title=f"{found.title}是谁首创的",
        lead="写明以后，采用它的单位都看得到。",
        back=reverse("practices:method", args=[found.code]),
        done="已保存",
        crumb="工作法",
    )


@page(Capability.METHOD_ADOPT)
@get_or_post
def adopt(request: ActorRequest, code: str) -> HttpResponse:
    found = method_or_404(request, code)
    units = queries.units_to_adopt(request.actor, found, today())
    if not units:
        raise Http404
    form = AdoptForm(request.POST or None, units=units, initial={"since": today()})
    return edit(
        request,
        form,
        lambda given: actions.adopt(by=request.actor, at=now(), method=found, **given),
        title=f"采用{found.title}",
        lead="从这天起，里面的要求就算这个单位的。区队采用，服务它的党支部一并采用。",
        back=reverse("practices:method", args=[found.code]),
        done=f"已采用{found.title}",
        crumb="工作法",
        button="采用",
    )


@page(Capability.METHOD_ADOPT)
@get_or_post
def leave(request: ActorRequest, pk: int) -> HttpResponse:
    rows = Adoption.objects.select_related("mine", "method", "unit").filter(mine=mine_asked(request), until=None)
    adoption = get_object_or_404(rows, pk=pk)
    if not request.actor.can(Capability.METHOD_ADOPT, adoption.unit):
        raise Http404
    return edit(
        request,
        LeaveForm(request.POST or None, initial={"on": today()}),
        lambda given: actions.leave(by=request.actor, at=now(), adoption=adoption, **given),
        title=f"{adoption.unit.name}退出{adoption.method.title}",
        lead="做过的记录都留着，以后的要求不再算。区队退出，党支部没有别的区队在用的一并退出。",
        back=reverse("practices:method", args=[adoption.method.code]),
        done="已退出",
        crumb="工作法",
        button="退出",
        danger=True,
    )

"""The library of work methods: what they ask, who uses them, taking one over and leaving it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from pithead.org.access import Actor, ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.practices import actions
from pithead.practices.content import PracticeSpec
from pithead.practices.editing_form import AdoptForm, CreditForm, LeaveForm
from pithead.practices.models import Adoption, Practice
from pithead.practices.queries import library as queries
from pithead.practices.queries.claims import effect_lines
from pithead.practices.views.shared import asked, mine_asked, today
from pithead.practices.views.showing import (
    doing,
    edit_page,
    get_or_post,
    may_edit,
    method_or_404,
    practice_or_404,
    seen,
)
from pithead.rules.queries import state_of


@page(Capability.PRACTICE_VIEW)
@require_GET
def library(request: ActorRequest) -> HttpResponse:
    mine = mine_asked(request)
    methods = queries.library(mine, today())
    effects = {line.method.pk: line for line in effect_lines(mine, today())}
    context = {
        "mine": mine,
        "methods": [(line, effects.get(line.method.pk)) for line in methods],
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
    actor, users = request.actor, queries.users_of(queries.adoptions_of(found))
    context = {
        "method": found,
        "lines": queries.practice_lines(found.mine, practices, today()),
        "effect": next(iter(effect_lines(found.mine, today(), [found])), None),
        "users": [(one, _may_leave(actor, one.adoption)) for one in users],
        "may_edit": may_edit(request, found.mine),
        "may_adopt": actor.can(Capability.METHOD_ADOPT) and bool(queries.units_to_adopt(actor, found, today())),
        "asked": asked(request),
    }
    return render(request, "practices/method.html", context)


def _may_leave(actor: Actor, adoption: Adoption) -> bool:
    return adoption.until is None and actor.can(Capability.METHOD_ADOPT, adoption.unit)


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
    usual = line.version or (versions[0].version if versions else None)  # one that has ended: as it was last
    wanted = number or str(getattr(usual, "number", ""))
    shown = next((one.version for one in versions if str(one.version.number) == wanted), None)
    if number and shown is None:
        raise Http404
    context = {
        "practice": found,
        "line": line,
        "versions": versions,
        "shown": shown,
        "under": state_of(shown.clause.policy, today()) if shown and shown.clause else None,
        "proposal": getattr(found, "proposal", None),
        "may_edit": may_edit(request, found.mine),
        "asked": asked(request),
    }
    spec = PracticeSpec.from_plain(shown.content) if shown else line.spec
    return render(request, "practices/practice.html", context | seen(request, found.mine, spec))


@page(Capability.PRACTICE_EDIT)
@get_or_post
def credit(request: ActorRequest, code: str) -> HttpResponse:
    found = method_or_404(request, code, to_edit=True)
    units = Unit.objects.of_mine(found.mine).in_force(today()).filter(kind__in=queries.ADOPTERS).for_tree()
    return edit_page(
        request,
        CreditForm(request.POST or None, units=units, initial={"origin": found.origin_id}),
        lambda given: actions.credit(**doing(request), method=found, **given),
        title=f"{found.title}是谁首创的",
        lead="写明以后，采用它的单位都看得到。",
        back=reverse("practices:method", args=[found.code]),
        done="已保存",
    )


@page(Capability.METHOD_ADOPT)
@get_or_post
def adopt(request: ActorRequest, code: str) -> HttpResponse:
    found = method_or_404(request, code)
    units = queries.units_to_adopt(request.actor, found, today())
    if not units:
        raise Http404
    form = AdoptForm(request.POST or None, units=units, initial={"since": today()})
    return edit_page(
        request,
        form,
        lambda given: actions.adopt(**doing(request), method=found, **given),
        title=f"采用{found.title}",
        lead="从这天起，里面的要求就算这个单位的。区队采用，服务它的党支部一并采用。",
        back=reverse("practices:method", args=[found.code]),
        done=f"已采用{found.title}",
        button="采用",
    )


@page(Capability.METHOD_ADOPT)
@get_or_post
def leave(request: ActorRequest, pk: int) -> HttpResponse:
    rows = Adoption.objects.select_related("mine", "method", "unit").filter(mine=mine_asked(request), until=None)
    adoption = get_object_or_404(rows, pk=pk)
    if not request.actor.can(Capability.METHOD_ADOPT, adoption.unit):
        raise Http404
    return edit_page(
        request,
        LeaveForm(request.POST or None, initial={"on": today()}),
        lambda given: actions.leave(**doing(request), adoption=adoption, **given),
        title=f"{adoption.unit.name}退出{adoption.method.title}",
        lead="做过的记录都留着，以后的要求不再算。区队退出，党支部没有别的区队在用的一并退出。",
        back=reverse("practices:method", args=[adoption.method.code]),
        done="已退出",
        button="退出",
        danger=True,
    )

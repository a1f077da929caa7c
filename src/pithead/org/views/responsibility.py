"""Who leads a unit, who serves it, which shift it works."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pithead.org import actions, forms, queries
from pithead.org.access import Capability, page
from pithead.org.models import Post, Serves, Unit
from pithead.org.views.editing import actor_of, edit, editable, editable_unit, today

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _page_of(found: Unit) -> str:
    return reverse("org:unit", args=[found.code])


@page(Capability.ORG_EDIT)
@get_or_post
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    found = editable_unit(request, code)
    form = forms.AppointForm(request.POST or None, mine=found.mine or found, initial={"since": today()})

    def act(data: dict) -> None:
        actions.appoint(by=actor_of(request), at=timezone.now(), new=actions.NewPost(unit=found, **data))

    lead = "职务带着权限：任命当天起，这个人就能办相应的事。"
    return edit(
        request,
        form,
        act,
        title=f"{found.name}：任职",
        lead=lead,
        back=_page_of(found),
        done="任职已登记",
        button="任命",
    )


@page(Capability.ORG_EDIT)
@get_or_post
def relieve(request: HttpRequest, pk: int) -> HttpResponse:
    post = editable(request, Post.objects.select_related("person__mine", "unit"), "unit__path", pk=pk)
    form = forms.LastDayForm(request.POST or None, initial={"on": today()})

    def act(data: dict) -> None:
        actions.relieve(by=actor_of(request), at=timezone.now(), post=post, **data)

    title = f"免去 {post.person.name} 的{post.role_label}"
    return edit(
        request, form, act, title=title, back=_page_of(post.unit), done="免职已登记", button="免职", danger=True
    )


@page(Capability.ORG_EDIT)
@get_or_post
def serve(request: HttpRequest, code: str) -> HttpResponse:
    found = editable_unit(request, code)
    directory = queries.unit_directory(actor_of(request).mine, on=today())
    form = forms.ServeForm(request.POST or None, directory=directory, initial={"since": today()})

    def act(data: dict) -> None:
        actions.serve(by=actor_of(request), at=timezone.now(), unit=found, **data)

    lead = "党支部负责这个单位的党建；科室是它的包保科室。"
    title = f"谁服务 {found.name}"
    return edit(request, form, act, title=title, lead=lead, back=_page_of(found), done="已登记", button="登记")


@page(Capability.ORG_EDIT)
@get_or_post
def stop_serving(request: HttpRequest, pk: int) -> HttpResponse:
    link = editable(request, Serves.objects.select_related("server__mine", "unit"), "unit__path", pk=pk)
    form = forms.LastDayForm(request.POST or None, initial={"on": today()})

    def act(data: dict) -> None:
        actions.stop_serving(by=actor_of(request), at=timezone.now(), link=link, **data)

    title = f"{link.server.name} 不再服务 {link.unit.name}"
    return edit(request, form, act, title=title, back=_page_of(link.unit), done="已登记", button="结束", danger=True)


@page(Capability.ORG_EDIT)
@get_or_post
def assign_shift(request: HttpRequest, code: str) -> HttpResponse:
    found = editable_unit(request, code)
    systems = queries.shift_systems(found.mine or found)
    form = forms.ShiftForm(request.POST or None, systems=systems, initial={"since": today()})

    def act(data: dict) -> None:
        system, shift = data["shift"]
        actions.assign_shift(
            by=actor_of(request), at=timezone.now(), unit=found, system=system, shift=shift, since=data["since"]
        )

    lead = "" if systems else "本矿还没有设班制，请先到“班制”页选用三八制或四六制。"
    return edit(request, form, act, title=f"{found.name} 的班次", lead=lead, back=_page_of(found), done="班次已登记")

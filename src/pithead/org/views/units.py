"""The units of a mine, one unit; opening, renaming, moving, closing and reorganising them."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org import actions, forms, queries
from pithead.org.access import Capability, page
from pithead.org.models import Unit, UnitKind
from pithead.org.queries.units import SECTIONS, TABS
from pithead.org.views.editing import actor_of, edit, editable_unit, may_edit, mine_of, today, unit_of
from pithead.ui.addresses import number

LEAVES = (UnitKind.CREW, UnitKind.PARTY_GROUP)
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@page(Capability.UNIT_VIEW)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    mine, actor = mine_of(request), actor_of(request)
    tab = request.GET.get("tab", SECTIONS)
    tab = tab if tab in TABS else SECTIONS
    mines = queries.mines_in_reach(actor, today())
    table = None
    if mine.kind == UnitKind.MINE:
        table = queries.unit_table(mine, tab=tab, on=today(), page=number(request.GET.get("page", ""), 1))
    context = {
        "mine": mine,
        "tabs": [(key, label) for key, (label, _) in TABS.items()],
        "tab": tab,
        "table": table,
        "mines": mines if len(mines) > 1 or table is None else (),
        "may_edit": may_edit(request, mine),
        "elsewhere": mine != actor.mine,
    }
    return render(request, "org/units.html", context)


@page(Capability.UNIT_VIEW)
@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    found, actor = unit_of(request, code), actor_of(request)
    writes = found.mine is not None and may_edit(request, found.mine)
    asked, problem = _asked(request)
    start, end = queries.calendar_of(found.mine or found).bounds(asked) if asked else (today(), today())
    context = {
        "shown": queries.unit_page(actor, found, on=today(), start=start, end=end),
        "asked": asked,
        "problem": problem,
        "span": (start, end),
        "this_month": Period.month(today().year, today().month),
        "may_edit": writes,
        "may_open_below": writes and not found.closed_on and found.kind not in LEAVES,
        "bottom": found.kind in (UnitKind.SECTION, UnitKind.OFFICE),
        "sees_people": actor.can(Capability.PERSON_VIEW, found),
        "elsewhere": (found.mine or found) != actor.mine,
    }
    return render(request, "org/unit.html", context)


def _asked(request: HttpRequest) -> tuple[Period | None, str]:
    """The period for which leaders are asked; nothing asked means today."""
    text = request.GET.get("period", "").strip()
    if not text:
        return None, ""
    try:
        return Period.parse(text), ""
    except Refused as refused:
        return None, str(refused)


def _page_of(found: Unit) -> str:
    return reverse("org:unit", args=[found.code])


# ── changing them ──
@page(Capability.ORG_EDIT)
@get_or_post
def open_unit(request: HttpRequest) -> HttpResponse:
    directory = queries.unit_directory(actor_of(request).mine, on=today())
    start = {"opened_on": today(), "parent": request.GET.get("parent", "")}
    form = forms.OpenUnitForm(request.POST or None, directory=directory, initial=start)

    def act(data: dict) -> None:
        actions.open_unit(by=actor_of(request), at=timezone.now(), new=actions.NewUnit(**data))

    return edit(request, form, act, title="设立单位", back=reverse("org:units"), done="单位已设立", button="设立")


@page(Capability.ORG_EDIT)
@get_or_post
def rename_unit(request: HttpRequest, code: str) -> HttpResponse:
    found = editable_unit(request, code)
    start = {field: getattr(found, field) for field in ("name", "short_name", "specialty", "sub_kind")}
    form = forms.RenameForm(request.POST or None, initial=start)

    def act(data: dict) -> None:
        actions.rename_unit(by=actor_of(request), at=timezone.now(), unit=found, **data)

    lead = "单位还是同一个，只是换个叫法；以前的叫法会留在单位页上。合并、重组请用“改组”。"
    return edit(request, form, act, title=f"修改 {found.name}", lead=lead, back=_page_of(found), done="已保存")


@page(Capability.ORG_EDIT)
@get_or_post
def move_unit(request: HttpRequest, code: str) -> HttpResponse:
    found = editable_unit(request, code)
    directory = queries.unit_directory(actor_of(request).mine, on=today())
    form = forms.MoveUnitForm(request.POST or None, directory=directory)

    def act(data: dict) -> None:
        actions.move_unit(by=actor_of(request), at=timezone.now(), unit=found, **data)

    return edit(
        request, form, act, title=f"调整 {found.name} 的上级", back=_page_of(found), done="已调整", button="调整"
    )


@page(Capability.ORG_EDIT)
@get_or_post
def close_unit(request: HttpRequest, code: str) -> HttpResponse:
    found = editable_unit(request, code)
    form = forms.LastDayForm(request.POST or None, initial={"on": today()})

    def act(data: dict) -> None:
        actions.close_unit(by=actor_of(request), at=timezone.now(), unit=found, **data)

    lead = "单位里的人要先调走，任职要先免去。撤销以后，以前的考核结果照样查得到。"
    return edit(
        request,
        form,
        act,
        title=f"撤销 {found.name}",
        lead=lead,
        back=_page_of(found),
        done="单位已撤销",
        button="撤销",
        danger=True,
    )


@page(Capability.ORG_EDIT)
@get_or_post
def reorganise_unit(request: HttpRequest, code: str) -> HttpResponse:
    found = editable_unit(request, code)
    form = forms.ReorganiseForm(request.POST or None, initial={"on": today() + dt.timedelta(days=1)})

    def act(data: dict) -> None:
        actions.reorganise(by=actor_of(request), at=timezone.now(), unit=found, **data)

    lead = "人员、任职、下级班组、班次和地点都转到新单位，旧单位在前一天撤销；以前的事仍记在旧单位名下。"
    title = f"改组 {found.name}"
    return edit(
        request,
        form,
        act,
        title=title,
        lead=lead,
        back=reverse("org:units"),
        done="改组完成",
        button="改组",
        danger=True,
    )

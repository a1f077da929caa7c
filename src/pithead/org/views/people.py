"""The people of a mine, one person, and what may be changed about them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pithead.org import actions, forms, queries
from pithead.org.access import Capability, page
from pithead.org.models import Leave, Person, Unit
from pithead.org.views.editing import actor_of, edit, editable, may_edit, mine_of, today, unit_of

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
KEPT = ("name", "job", "employment", "sex", "education", "political_status", "born_on", "hired_on")


@page(Capability.PERSON_VIEW)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    mine, actor = mine_of(request), actor_of(request)
    q, code = request.GET.get("q", "").strip()[:64], request.GET.get("unit", "")
    unit = unit_of(request, code) if code else None
    shown = queries.people_page(actor, mine, on=today(), q=q, unit=unit, after=request.GET.get("after", "")[:32])
    context = {
        "mine": mine,
        "unit": unit,
        "q": q,
        "shown": shown,
        "next_key": shown.next_key,
        "may_edit": may_edit(request, mine),
        "elsewhere": mine != actor.mine,
    }
    return render(request, "org/people.html", context)


def _visible(request: HttpRequest, staff_no: str) -> Person:
    rows = Person.objects.visible_to(actor_of(request)).select_related("mine", "unit__parent", "unit__mine")
    return get_object_or_404(rows, mine=mine_of(request), staff_no=staff_no)


def _editable(request: HttpRequest, staff_no: str) -> Person:
    person = _visible(request, staff_no)
    if not may_edit(request, person.mine):
        raise Http404
    return person


@page(Capability.PERSON_VIEW)
@require_safe
def person(request: HttpRequest, staff_no: str) -> HttpResponse:
    found = _visible(request, staff_no)
    context = {
        "shown": queries.person_page(actor_of(request), found),
        "may_edit": may_edit(request, found.mine),
        "today": today(),
        "elsewhere": found.mine != actor_of(request).mine,
    }
    return render(request, "org/person.html", context)


def _page_of(found: Person) -> str:
    return reverse("org:person", args=[found.staff_no])


# ── changing them ──
@page(Capability.ORG_EDIT)
@get_or_post
def add_person(request: HttpRequest) -> HttpResponse:
    mine: Unit = actor_of(request).mine
    directory = queries.unit_directory(mine, on=today())
    start = {"since": today(), "unit": request.GET.get("unit", "")}
    form = forms.AddPersonForm(request.POST or None, directory=directory, initial=start)

    def act(data: dict) -> None:
        actions.add_person(by=actor_of(request), at=timezone.now(), mine=mine, new=actions.NewPerson(**data))

    lead = "人多的时候用“导入花名册”。身份证号和电话加密保存，除本人外别人只看到一部分。"
    return edit(
        request, form, act, title="新增人员", lead=lead, back=reverse("org:people"), done="已新增", button="新增"
    )


@page(Capability.ORG_EDIT)
@get_or_post
def amend_person(request: HttpRequest, staff_no: str) -> HttpResponse:
    found = _editable(request, staff_no)
    form = forms.ParticularsForm(request.POST or None, initial={field: getattr(found, field) for field in KEPT})

    def act(data: dict) -> None:
        actions.amend_person(by=actor_of(request), at=timezone.now(), person=found, **data)

    return edit(request, form, act, title=f"修改 {found.name} 的资料", back=_page_of(found), done="已保存")


@page(Capability.ORG_EDIT)
@get_or_post
def move_person(request: HttpRequest, staff_no: str) -> HttpResponse:
    found = _editable(request, staff_no)
    directory = queries.unit_directory(found.mine, on=today())
    form = forms.MovePersonForm(request.POST or None, directory=directory, initial={"since": today()})

    def act(data: dict) -> None:
        actions.move_person(by=actor_of(request), at=timezone.now(), person=found, **data)

    lead = "调到区队、班组、科室，改行政归属；调到党支部、党小组，改党内归属，两条线各管各的。"
    return edit(
        request,
        form,
        act,
        title=f"调动 {found.name}",
        lead=lead,
        back=_page_of(found),
        done="调动已登记",
        button="调动",
    )


@page(Capability.ORG_EDIT)
@get_or_post
def release_person(request: HttpRequest, staff_no: str) -> HttpResponse:
    found = _editable(request, staff_no)
    form = forms.LastDayForm(request.POST or None, initial={"on": today()})

    def act(data: dict) -> None:
        actions.release_person(by=actor_of(request), at=timezone.now(), person=found, **data)

    lead = "离矿后账号停用，任职和归属到这一天为止；以前的记录都留着。"
    return edit(
        request,
        form,
        act,
        title=f"{found.name} 离矿",
        lead=lead,
        back=reverse("org:people"),
        done="离矿已登记",
        button="登记离矿",
        danger=True,
    )


# ── leave ──
@page(Capability.ORG_EDIT)
@get_or_post
def record_leave(request: HttpRequest, staff_no: str) -> HttpResponse:
    found = _editable(request, staff_no)
    form = forms.LeaveForm(request.POST or None, initial={"since": today()})

    def act(data: dict) -> None:
        actions.record_leave(by=actor_of(request), at=timezone.now(), person=found, **data)

    lead = "只记类别和日期，不记病情和缘由。休假期间不算欠任务。"
    return edit(request, form, act, title=f"{found.name} 请假", lead=lead, back=_page_of(found), done="请假已登记")


@page(Capability.ORG_EDIT)
@get_or_post
def end_leave(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Leave.objects.filter(person__in=Person.objects.visible_to(actor_of(request)))
    leave = editable(request, rows.select_related("person__mine", "person__unit"), "mine__path", pk=pk)
    form = forms.LastDayForm(request.POST or None, initial={"on": today()})

    def act(data: dict) -> None:
        actions.end_leave(by=actor_of(request), at=timezone.now(), leave=leave, **data)

    title = f"{leave.person.name} 销假"
    return edit(request, form, act, title=title, back=_page_of(leave.person), done="已销假", button="销假")

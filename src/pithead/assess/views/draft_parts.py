"""A draft edited part by part: its head, its rows, one item with its clauses. Every form works without script, and every
change rewrites the draft as a whole."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from pithead.assess import actions, queries
from pithead.assess.clause_forms import ClauseRows
from pithead.assess.contents import Content
from pithead.assess.models import ItemKind, Standard
from pithead.assess.rubric_forms import (
    PARTS,
    HeaderForm,
    ItemForm,
    SeenForm,
    find_item,
    moved_item,
    without_item,
)
from pithead.assess.views.drafting import Reasons, draft_or_404, get_or_post, try_to
from pithead.kernel.refusal import Reason
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit

STEPS = {"up": -1, "down": 1}


@page(Capability.STANDARD_ISSUE)
@get_or_post
def header(request: ActorRequest, code: str, version: int) -> HttpResponse:
    draft, content = draft_or_404(request, code, version)
    start = {"seen": draft.revision, **HeaderForm.read(content)}
    form = HeaderForm(request.POST or None, initial=start, offices=_offices(draft.mine))
    reasons: Reasons = ()
    if request.method == "POST" and form.is_valid():
        reasons = _rewrite(request, draft, form.write(content), form)
        if not reasons:
            return _back(draft)
    context = {"standard": draft, "form": form, "reasons": reasons, "title": "基本规定"}
    return render(request, "assess/draft_header.html", context, status=422 if reasons or form.errors else 200)


@page(Capability.STANDARD_ISSUE)
@get_or_post
def rows(request: ActorRequest, code: str, version: int, part: str) -> HttpResponse:
    """Dimensions, tiers or peer groups, one row each."""
    if part not in PARTS:
        raise Http404
    draft, content = draft_or_404(request, code, version)
    formset = PARTS[part](request.POST or None, initial=PARTS[part].read(content), prefix="row")
    form = SeenForm(request.POST or None, initial={"seen": draft.revision})
    reasons: Reasons = ()
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        reasons = _rewrite(request, draft, formset.write(content), form)
        if not reasons:
            return _back(draft, part)
    wrong = bool(reasons or (request.method == "POST" and not formset.is_valid()))
    context = {"standard": draft, "form": form, "rows": formset, "reasons": reasons, "title": formset.title}
    return render(request, "assess/draft_rows.html", context, status=422 if wrong else 200)


@page(Capability.STANDARD_ISSUE)
@get_or_post
def new_item(request: ActorRequest, code: str, version: int) -> HttpResponse:
    """`?kind=` scored, bonus or veto; `?dimension=` where a scored one begins."""
    kind = request.GET.get("kind", ItemKind.SCORED)
    draft, content = draft_or_404(request, code, version)
    if kind not in ItemKind.values or (kind == ItemKind.SCORED and not content["dimensions"]):
        raise Http404
    blank = {"dimension": request.GET.get("dimension", ""), "clauses": []}
    return _item_page(request, draft, content, ItemKind(kind), blank, "")


@page(Capability.STANDARD_ISSUE)
@get_or_post
def item(request: ActorRequest, code: str, version: int, item: str) -> HttpResponse:
    draft, content = draft_or_404(request, code, version)
    kind, found = _find(content, item)
    return _item_page(request, draft, content, kind, found, item)


def _item_page(
    request: ActorRequest, draft: Standard, content: Content, kind: ItemKind, start: Content, was: str
) -> HttpResponse:
    dimensions = [(one["code"], f"{one['code']} {one['name']}") for one in content["dimensions"]]
    initial = {"seen": draft.revision, **start}
    form = ItemForm(request.POST or None, initial=initial, kind=kind, dimensions=dimensions)
    choices = {"kind": kind, "offices": _offices(draft.mine), "standards": _linkable(draft)}
    clauses = ClauseRows(request.POST or None, initial=ClauseRows.read(start), prefix="clause", form_kwargs=choices)
    reasons: Reasons = ()
    if request.method == "POST" and form.is_valid() and clauses.is_valid():
        written = clauses.clauses(was or form.cleaned_data["code"], start["clauses"])
        reasons = _rewrite(request, draft, form.write(content, written, was), form)
        if not reasons:
            return _back(draft, f"item-{form.cleaned_data['code']}")
    wrong = bool(reasons or (request.method == "POST" and not (form.is_valid() and clauses.is_valid())))
    title = f"{was} {start['name']}" if was else f"加一个{kind.label}"
    context = {"standard": draft, "form": form, "clauses": clauses, "reasons": reasons, "title": title, "was": was}
    return render(request, "assess/draft_item.html", context, status=422 if wrong else 200)


@page(Capability.STANDARD_ISSUE)
@require_POST
def move_item(request: ActorRequest, code: str, version: int, item: str) -> HttpResponse:
    """`way`: up or down, one place."""
    draft, content = draft_or_404(request, code, version)
    _find(content, item)
    return _change(request, draft, moved_item(content, item, STEPS.get(request.POST.get("way", ""), 0)), f"item-{item}")


@page(Capability.STANDARD_ISSUE)
@require_POST
def remove_item(request: ActorRequest, code: str, version: int, item: str) -> HttpResponse:
    draft, content = draft_or_404(request, code, version)
    _find(content, item)
    return _change(request, draft, without_item(content, item))


# ── what they share ──
def _find(content: Content, code: str) -> tuple[ItemKind, Content]:
    found = find_item(content, code)
    if found is None:
        raise Http404
    return found


def _offices(mine: Unit) -> list[tuple[str, str]]:
    return [(office.code, office.name) for office in queries.offices_to_name(mine)]


def _linkable(draft: Standard) -> list[tuple[str, str]]:
    rows = Standard.objects.filter(mine=draft.mine).order_by("code", "version").values_list("code", "title")
    return list(dict(rows).items())


def _rewrite(request: ActorRequest, draft: Standard, content: Content, form: SeenForm) -> Reasons:
    seen = form.cleaned_data["seen"]
    _, reasons = try_to(
        lambda: actions.rewrite_draft(by=request.actor, at=timezone.now(), standard=draft, content=content, seen=seen)
    )
    if not reasons:
        messages.success(request, "已保存")
    return reasons


def _change(request: ActorRequest, draft: Standard, content: Content, anchor: str = "") -> HttpResponse:
    """A change behind a button: what is refused stands above the draft."""
    form = SeenForm(request.POST)
    reasons = _rewrite(request, draft, content, form) if form.is_valid() else (Reason("请刷新页面再试"),)
    for reason in reasons:
        messages.error(request, str(reason))
    return _back(draft, anchor)


def _back(draft: Standard, anchor: str = "") -> HttpResponse:
    where = reverse("assess:standard", args=(draft.code, draft.version))
    return redirect(f"{where}#{anchor}" if anchor else where)

"""The ledger of matters: by state and age, as a list, as a file of what the list shows, and by place."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pithead.issues import queries
from pithead.issues.list_form import ListForm
from pithead.issues.queries.board import BAND_LABELS, IssueLine
from pithead.issues.views.shared import asked, mine_asked, now, place_or_404, places_of, units_of
from pithead.issues.workflows import WORKFLOWS, Kind
from pithead.kernel.tables import guarded
from pithead.org.access import Actor, ActorRequest, Capability, page
from pithead.org.models import Unit
from pithead.org.queries import calendar_of
from pithead.ui.addresses import number
from pithead.ui.downloads import CSV, kept_as

HEADINGS = (
    "类别", "级别", "分类", "状态", "内容", "责任单位", "地点", "责任人", "发现时间", "到期时间", "是否超期", "销号时间"
)  # fmt: skip


@page(Capability.ISSUE_RAISE)
@require_GET
def board(request: ActorRequest) -> HttpResponse:
    """Counts of what is open, and the list they lead to."""
    mine, moment = mine_asked(request), now()
    form = _form(request, mine)
    wanted = form.wanted if form.is_valid() else None
    kind = wanted.kind if wanted else form.kind
    flow = WORKFLOWS[kind]
    context = {
        "mine": mine,
        "flow": flow,
        "tabs": _tabs(request.actor, kind),
        "board": queries.board(request.actor, mine, kind, moment),
        "bands": BAND_LABELS,
        "form": form,
        "wanted": wanted,
        "list": queries.issue_page(request.actor, mine, wanted, moment, number(request.GET.get("page", "")))
        if wanted
        else None,
        "narrowed": form.is_narrowed,
        "asked": asked(request),
        "may_publish": flow.kind is Kind.HAZARD,
        "may_import": flow.kind is Kind.HAZARD and request.actor.can(Capability.ISSUE_OVERSEE),
    }
    return render(request, "issues/board.html", context, status=200 if wanted else 422)


def _form(request: ActorRequest, mine: Unit) -> ListForm:
    units = units_of(mine).only("code", "name", "path")
    places = places_of(mine).select_related(None).only("code", "name")
    return ListForm(request.GET, calendar=lambda: calendar_of(mine), units=units, places=places)


def _tabs(actor: Actor, kind: str) -> list[tuple[str, str]]:
    kinds = queries.kinds_for(actor)
    return [(one, WORKFLOWS[one].label) for one in [*kinds, *([] if kind in kinds else [kind])]]


# ── what the list shows, as a file ──
@page(Capability.ISSUE_RAISE)
@require_GET
def export(request: ActorRequest) -> HttpResponse | StreamingHttpResponse:
    """Row by row: a hundred thousand of them never lie in memory together."""
    mine, form = mine_asked(request), _form(request, mine_asked(request))
    if not form.is_valid():
        return HttpResponse(
            "筛选条件看不懂，请回到问题台账重新选\n", status=422, content_type="text/plain; charset=utf-8"
        )
    lines = queries.every_line(request.actor, mine, form.wanted, now())
    name = f"{mine.name}{WORKFLOWS[form.wanted.kind].label}台账{timezone.localdate():%Y%m%d}.csv"
    return StreamingHttpResponse(_csv(lines), content_type=CSV, headers=kept_as(name))


def _csv(lines: Iterable[IssueLine]) -> Iterator[str]:
    """With the mark by which Excel knows UTF-8; what looks like a formula stays text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff" + _flushed(buffer, writer, HEADINGS)
    for line in lines:
        yield _flushed(buffer, writer, _cells(line))


def _flushed(buffer: io.StringIO, writer: Any, cells: Sequence[str]) -> str:
    writer.writerow(guarded(cells))
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def _cells(line: IssueLine) -> tuple[str, ...]:
    return (
        line.kind_label,
        line.grade,
        line.category,
        line.state,
        line.text,
        line.unit,
        line.place,
        line.owner,
        _moment(line.found_at),
        _moment(line.due_at),
        "超期" if line.overdue else "",
        _moment(line.closed_at),
    )


def _moment(moment: dt.datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


# ── found at one place ──
@page(Capability.ISSUE_RAISE)
@require_GET
def place(request: ActorRequest, code: str) -> HttpResponse:
    found = place_or_404(request, code)
    shown = queries.found_at_place(request.actor, found, now(), number(request.GET.get("page", "")))
    return render(request, "issues/place.html", {"place": found, "list": shown, "asked": asked(request)})

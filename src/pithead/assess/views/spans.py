"""Quarters, halves and years: who stands where, month by month."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from pithead.assess import queries
from pithead.assess.views.shared import asked, mine_asked
from pithead.kernel.periods import Period
from pithead.org.access import ActorRequest, Capability, page

PER_PAGE = 20


@page(Capability.RESULT_VIEW)
@require_GET
def board(request: ActorRequest, code: str, period: Period) -> HttpResponse:
    mine = mine_asked(request)
    span = queries.span(request.actor, mine, code, period)
    if span is None:
        raise Http404
    group = request.GET.get("group", "")
    rows = [row for row in span.rows if group in ("", row.group_code)]
    if group and not rows:
        raise Http404
    pages = max(1, -(-len(rows) // PER_PAGE))
    number = min(max(_number(request.GET.get("page")), 1), pages)
    context = {
        "span": span,
        "rows": rows[(number - 1) * PER_PAGE : number * PER_PAGE],
        "group": group,
        "page": number,
        "pages": pages,
        "asked": asked(request),
        "spans": [(other, short(other)) for other in queries.spans_of(request.actor, mine, code, period.year)],
    }
    return render(request, "assess/span.html", context)


def short(period: Period) -> str:
    """一季度, 上半年, 全年: the year stands in the title."""
    return period.label.removeprefix(f"{period.year}年") or "全年"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 7 else 1

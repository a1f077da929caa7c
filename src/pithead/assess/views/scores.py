"""Scores from Excel: what the file holds first, then the import."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from pithead.assess import actions
from pithead.assess.forms import ScoresFileForm
from pithead.assess.views.shared import cycle_or_404
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import ActorRequest, Capability, page
from pithead.ui.downloads import workbook


@page(Capability.SCORE_ENTER)
def scores(request: ActorRequest, code: str, period: str) -> HttpResponse:
    """GET: choose a file; POST: import it whole, or show why not, cell by cell."""
    cycle = cycle_or_404(request, code, period)
    form = ScoresFileForm(request.POST or None, request.FILES or None)
    reasons: tuple[Reason, ...] = ()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            report = actions.import_scores(
                by=request.actor, at=timezone.now(), cycle=cycle, file=upload.read(), name=upload.name
            )
        except Refused as refused:
            reasons = refused.reasons
        else:
            messages.success(request, f"导入 {report.added} 条，已有 {report.already_there} 条没有重复记")
            return redirect("assess:sheets")
    context = {"cycle": cycle, "form": form, "reasons": reasons}
    return render(request, "assess/scores.html", context, status=422 if reasons or form.errors else 200)


@page(Capability.SCORE_ENTER)
@require_GET
def template(request: ActorRequest, code: str, period: str) -> HttpResponse:
    cycle = cycle_or_404(request, code, period)
    name = f"{cycle.standard.title}{cycle.period_value.label}打分表.xlsx"
    return workbook(actions.score_template(cycle), name)

"""Taking somebody's personal information out of a month that is closed."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from pithead.assess import actions
from pithead.assess.forms import ErasureForm
from pithead.assess.models.cycles import CLOSED
from pithead.assess.queries.erasing import erasable
from pithead.assess.views.shared import carry_out, cycle_or_404
from pithead.org.access import ActorRequest, Capability, page
from pithead.org.models import Unit


@page(Capability.TEXT_ERASE)
def erasure(request: ActorRequest, code: str, period: str, unit_code: str) -> HttpResponse:
    """GET: what was written about the unit in this month; POST: take one text out. Open months are mended on their sheet."""
    cycle = cycle_or_404(request, code, period)
    if cycle.state not in CLOSED:
        raise Http404
    unit = get_object_or_404(Unit.objects.of_mine(cycle.mine), code=unit_code)
    found = erasable(cycle, unit)
    form = ErasureForm(request.POST or None, texts=[(one.key, one.label) for one in found])
    if request.method == "POST" and form.is_valid():
        chosen = next(one.what for one in found if one.key == form.cleaned_data["what"])
        carry_out(request, form, actions.erase_text, what=chosen, grounds=form.cleaned_data["grounds"])
        if form.is_valid():
            messages.success(request, "已清除，分数和名次不变")
            return redirect("assess:result_unit", code, period, unit_code)
    context = {"cycle": cycle, "unit": unit, "form": form, "found": found}
    return render(request, "assess/erasure.html", context, status=422 if form.errors else 200)

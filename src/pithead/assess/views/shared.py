"""Loading what several pages start from, and telling a user what an action refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pithead.assess import actions, queries
from pithead.assess.models import Cycle
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest, Capability
from pithead.org.models import Unit
from pithead.org.queries import asked as asked
from pithead.org.queries import mine_asked as mine_asked


def cycles_of(request: ActorRequest) -> "QuerySet[Cycle]":
    """The cycles of that mine which this person may see."""
    found: QuerySet[Cycle] = queries.visible_cycles(request.actor).filter(mine=mine_asked(request))
    return found


def cycle_or_404(request: ActorRequest, code: str, period: str) -> Cycle:
    mine = mine_asked(request)
    cycles = queries.visible_cycles(request.actor).select_related(None).select_related("standard")
    cycle: Cycle = get_object_or_404(cycles, mine=mine, code=code, period=period)
    cycle.mine = mine  # known already: one join less on every page of a month
    return cycle


def sheet_or_404(request: ActorRequest, code: str, period: str, office: str) -> tuple[Cycle, Unit]:
    """The cycle and one of the offices for which this person scores in it."""
    cycle = cycle_or_404(request, code, period)
    own = {unit.code: unit for unit in queries.own_offices(request.actor, cycle)}
    if office not in own:
        raise Http404
    return cycle, own[office]


def proposals(request: ActorRequest, cycle: Cycle, office: Unit) -> dict[str, Any]:
    """What confirmed matters propose to an office, and which of them the reader may open."""
    today = timezone.localdate()
    fed = queries.fed(cycle, office, today=today)
    proposed = {one.key for one in (*fed.pending, *fed.set_aside)}
    return {
        "fed": fed,
        "matters": queries.seen_matters(request.actor, fed.matters),
        "figures": queries.seen_figures(request.actor, cycle, proposed),
        "missing": queries.missing(cycle, office, today),
        "instead": queries.overridden(cycle, office),
        "may_enter_figures": request.actor.can(Capability.FIGURE_ENTER),
        "may_see_figures": request.actor.can(Capability.FIGURE_VIEW),
    }


def attempt(request: ActorRequest, action: Callable[..., Any], done: str, **what: Any) -> bool:
    """Run an action as this person, now; what it refuses becomes messages. True when it was done."""
    try:
        action(by=request.actor, at=timezone.now(), **what)
    except Refused as refused:
        for reason in refused.reasons:
            messages.error(request, str(reason))
        return False
    messages.success(request, done)
    return True


def carry_out(request: ActorRequest, form: Form, action: Callable[..., Any], **what: Any) -> Any | None:
    """The same for an action behind a form: what it refuses stands in the form. None when it refused, else its answer."""
    try:
        return action(by=request.actor, at=timezone.now(), **what)
    except actions.CellConflict:
        raise  # is shown beside what was typed
    except Refused as refused:
        form.add_error(None, [reason.message for reason in refused.reasons])
        return None

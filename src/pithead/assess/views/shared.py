"""Loading what several pages start from, and telling a user what an action refused."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone

from pithead.assess import queries
from pithead.assess.models import Cycle
from pithead.kernel.refusal import Refused
from pithead.org.access import ActorRequest


def cycle_or_404(request: ActorRequest, code: str, period: str) -> Cycle:
    cycle: Cycle = get_object_or_404(queries.visible_cycles(request.actor), code=code, period=period)
    return cycle


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

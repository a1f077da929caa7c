"""Which practices stand under the clauses of a paper: what its page shows."""

import datetime as dt

from django.urls import reverse

from pithead.org.access import Actor, Capability
from pithead.practices.models import PracticeVersion
from pithead.rules.models import Policy
from pithead.rules.registry import Standing


def practices_under(actor: Actor, policy: Policy, on: dt.date) -> list[Standing]:
    """As they are asked on that day. One query."""
    if not actor.can(Capability.PRACTICE_VIEW, policy.mine):
        return []
    rows = PracticeVersion.objects.on(on).filter(mine=policy.mine, clause__policy=policy).select_related("practice")
    mine = "" if policy.mine == actor.mine else f"?mine={policy.mine.code}"
    return [
        Standing(
            one.clause_id,
            "工作法",
            one.practice.title,
            reverse("practices:practice", args=[one.practice.code]) + mine,
        )
        for one in rows.order_by("practice__method", "practice__position", "practice__code")
        if one.clause_id is not None
    ]

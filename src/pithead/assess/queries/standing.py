"""Which standards stand under the clauses of a paper: what its page shows."""

import datetime as dt

from django.urls import reverse

from pithead.assess.models import Standard, StandardState
from pithead.org.access import Actor, Capability
from pithead.rules.models import Policy
from pithead.rules.registry import Standing


def standards_under(actor: Actor, policy: Policy, _: dt.date) -> list[Standing]:
    """The latest issued version of each. One query."""
    if not actor.can(Capability.STANDARD_VIEW, policy.mine):
        return []
    rows = Standard.objects.filter(clause__policy=policy, state=StandardState.ISSUED).order_by("code", "version")
    latest = {one.code: one for one in rows}
    mine = "" if policy.mine == actor.mine else f"?mine={policy.mine.code}"
    return [
        Standing(one.clause_id, "考核标准", one.title, reverse("assess:standard", args=[one.code, one.version]) + mine)
        for one in latest.values()
        if one.clause_id is not None
    ]

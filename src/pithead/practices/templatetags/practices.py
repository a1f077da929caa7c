"""What pages about duties share: the way from one to the others."""

from typing import Any

from django import template
from django.urls import reverse

from pithead.org.access import Capability

register = template.Library()

TABS = (
    ("看板", "practices:board", Capability.DUTY_VIEW),
    ("科室包保", "practices:liaison", Capability.DUTY_VIEW),
    ("安全巡逻", "practices:patrol", Capability.DUTY_VIEW),
    ("谈心谈话", "practices:talks", Capability.DUTY_VIEW),
    ("六项责任", "practices:ledger", Capability.DUTY_VIEW),
    ("检查日历", "practices:checks", Capability.DUTY_VIEW),
    ("责任区", "practices:bonds", Capability.BOND_EDIT),
)


@register.inclusion_tag("practices/_tabs.html", takes_context=True)
def duty_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """Those the reader may open; the one he is on is marked."""
    request = context["request"]
    mine = f"?mine={request.GET['mine']}" if request.GET.get("mine", "").isalnum() else ""
    here = request.resolver_match.view_name
    shown = [(label, reverse(name) + mine, name == here) for label, name, right in TABS if request.actor.can(right)]
    return {"tabs": shown}

"""What the organisation puts on the desk: a calendar that is about to run out."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from pithead.org import queries
from pithead.org.access import Actor, Capability
from pithead.org.models import UnitKind
from pithead.ui.registry import Todo

DECEMBER = 12


def todos(actor: Actor) -> list[Todo]:
    """For those who keep the calendar: years without a holiday table. Next year's is asked for in December."""
    if actor.mine.kind != UnitKind.MINE or not actor.can(Capability.ORG_EDIT, actor.mine):
        return []
    return [
        Todo(
            f"{year} 年的工作日历还没有填",
            f"{reverse('org:calendar')}?year={year}",
            "没有节假日表，工作日按周末推算，期限可能算错",
            "warn",
        )
        for year in queries.unfilled_years(actor.mine, _wanted(timezone.localdate()))
    ]


def _wanted(today: dt.date) -> list[int]:
    return [today.year, today.year + 1] if today.month == DECEMBER else [today.year]

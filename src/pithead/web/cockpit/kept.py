"""What is gathered of closed months, kept for ten minutes: nothing in it changes but names, until a month is opened again."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from pithead.practices.queries import EffectLine, effects
from pithead.web.cockpit.asked import Asked

T = TypeVar("T")
SECONDS = 600


def kept(asked: Asked, name: str, gather: Callable[[], T]) -> T:
    """What `gather` says, once for everybody who is shown the same; of a period that is not closed every time."""
    if not asked.is_kept(asked.period):
        return gather()
    who = (asked.actor.mine.pk, asked.mine.pk, asked.unit.pk, hash(tuple(unit.pk for unit in asked.units)))
    closed = hash(tuple(sorted((str(month), one.pk, one.closed_at) for month, one in asked.closings.items())))
    key = "/".join(map(str, ("cockpit", name, *who, asked.period, asked.today, closed)))
    found: T | None = cache.get(key)
    if found is None:
        found = gather()
        cache.set(key, found, SECONDS)
    return found


def methods(asked: Asked) -> list[EffectLine]:
    """What came of work methods in the whole mine, those of which something can be said first."""
    if not asked.is_mine:
        return []
    return kept(asked, "methods", lambda: sorted(effects(asked.actor, asked.today), key=lambda line: not line.footnote))

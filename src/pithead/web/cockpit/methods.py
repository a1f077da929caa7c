"""What came of work methods, judged once in ten minutes: nothing in it changes before a month is closed or a method is taken over."""

from django.core.cache import cache

from pithead.practices.queries import EffectLine, effects
from pithead.web.cockpit.asked import Asked

KEPT_SECONDS = 600


def methods(asked: Asked) -> list[EffectLine]:
    """Of the whole mine, those of which something can be said first. No query while they are kept."""
    if not asked.is_mine:
        return []
    last = max((one.closed_at for one in asked.closings.values()), default=None)
    key = f"effects/{asked.mine.pk}/{asked.actor.mine.pk}/{asked.today}/{last.timestamp() if last else 0}"
    return cache.get_or_set(key, lambda: _judged(asked), KEPT_SECONDS) or []


def _judged(asked: Asked) -> list[EffectLine]:
    return sorted(effects(asked.actor, asked.today), key=lambda line: not line.footnote)

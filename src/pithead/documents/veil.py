"""Public papers name no worker. Reasons are written by hand, so names of people of the assessed unit are veiled: 马某某."""

import re
from collections.abc import Iterable, Mapping

from pithead.assess.models import Cycle
from pithead.assess.queries import own_names
from pithead.org.queries import veiled_name

SHORTEST = 2


class Veil:
    """`hidden` counts what was veiled, so that somebody can look the sentences over before they go out."""

    def __init__(self, names: Mapping[int, Iterable[str]]):
        self._names = names
        self._patterns: dict[int, re.Pattern[str] | None] = {}
        self.hidden = 0

    def over(self, unit_id: int, text: str) -> str:
        if unit_id not in self._patterns:
            self._patterns[unit_id] = _pattern(self._names.get(unit_id, ()))
        pattern = self._patterns[unit_id]
        if pattern is None:
            return text
        veiled, count = pattern.subn(lambda found: veiled_name(found[0]), text)
        self.hidden += count
        return veiled


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """The longer of two names first: 马小军 before 马小."""
    known = sorted({name for name in names if len(name) >= SHORTEST}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, known))) if known else None


def veil_for(cycle: Cycle) -> Veil:
    """The people who belonged to a unit that takes part, or to one it serves (a branch), in the period. Three queries."""
    return Veil(own_names(cycle))

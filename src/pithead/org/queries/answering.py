"""Who answers for what happens in a unit: the unit, what is above it, what it became, and the party line that serves it."""

import datetime as dt
from collections.abc import Mapping

from pithead.org.models import Serves, Unit, UnitKind, ids_of

Answering = Mapping[int, frozenset[int]]


def answering(mine: Unit, start: dt.date, end: dt.date) -> Answering:
    """Unit → the units whose figure its facts of these days count in, each once, the mine among them. A unit that was closed
    within the span counts for its successor, too; branches are those that serve on the last day. Two queries."""
    units = Unit.objects.filter(mine=mine).values_list("pk", "path", "predecessor", "predecessor__closed_on")
    paths: dict[int, str] = {}
    heirs: dict[int, list[str]] = {}
    for pk, path, before, closed_on in units:
        paths[pk] = path
        if before and closed_on and start <= closed_on <= end:
            heirs.setdefault(before, []).append(path)
    serving = Serves.objects.on(end).filter(mine=mine, server__kind=UnitKind.BRANCH)
    branches: dict[int, list[str]] = {}
    for unit, path in serving.values_list("unit", "server__path"):
        branches.setdefault(unit, []).append(path)
    return {pk: _owners(path, mine.path, heirs, branches) for pk, path in paths.items()}


def _owners(path: str, mine: str, heirs: Mapping[int, list[str]], branches: Mapping[int, list[str]]) -> frozenset[int]:
    own = ids_of(path)
    for unit in list(own):
        for other in heirs.get(unit, ()):
            own += ids_of(other)
    served = [one for unit in own for other in branches.get(unit, ()) for one in ids_of(other)]
    above = set(ids_of(mine)[:-1])  # companies and groups have figures of their own mines, not of this one alone
    return frozenset({*own, *served} - above)

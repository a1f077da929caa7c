"""Months that belong together: those of one period whose standards are linked, clause by clause, take every step together."""

from pithead.assess.actions.holding import hold
from pithead.assess.models import ClauseKind, Cycle, CycleState, ScoreClause
from pithead.assess.models.cycles import TAKES_SCORES


def linked(cycle: Cycle) -> list[Cycle]:
    """The cycle itself first, then those of the same period that its standard is linked with, directly or over others,
    whatever their state. Two queries."""
    beside = Cycle.objects.filter(mine=cycle.mine_id, period=cycle.period).exclude(pk=cycle.pk)
    by_code = {cycle.code: cycle} | {found.code: found for found in beside.select_related("standard", "mine")}
    neighbours: dict[str, set[str]] = {code: set() for code in by_code}
    standards = [found.standard_id for found in by_code.values()]
    clauses = ScoreClause.objects.filter(item__standard__in=standards, kind=ClauseKind.LINK)
    for code, link in clauses.values_list("item__standard__code", "link"):
        other = link.get("standard")
        if other in neighbours:
            neighbours[code].add(other)
            neighbours[other].add(code)
    reached = [cycle.code]
    for code in reached:
        reached += sorted(neighbours[code] - set(reached))
    return [by_code[code] for code in reached]


def together(cycle: Cycle) -> list[Cycle]:
    """Those of them that stand where this one stands; one that went ahead on its own is not touched again."""
    return [found for found in linked(cycle) if _phase(found) == _phase(cycle)]


def hold_together(cycle: Cycle) -> list[Cycle]:
    """The same, with every one held until the transaction ends, always in one order."""
    for found in sorted(cycles := linked(cycle), key=lambda found: found.pk):
        hold(found)
    return [found for found in cycles if _phase(found) == _phase(cycle)]


def _phase(cycle: Cycle) -> str:
    return CycleState.SCORING if cycle.state in TAKES_SCORES else str(cycle.state)

"""From which units' results a linked item is computed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pithead.assess.links import Link, link_of
from pithead.assess.models import ClauseKind, Cycle, ItemKind, Participant, ScoreClause
from pithead.org.models import Serves, ids_of


@dataclass(frozen=True)
class Linked:
    """One linked item of a month. `source`: the month it is taken from, if that was opened; `units`: whose results count
    for each of this month's units."""

    cycle: Cycle
    clause: ScoreClause
    link: Link
    source: Cycle | None
    units: Mapping[int, tuple[int, ...]]


def linked_items(cycles: Iterable[Cycle]) -> list[Linked]:
    """Those of months of one period and one mine. Four queries; one where nothing is linked."""
    by_standard = {cycle.standard_id: cycle for cycle in cycles}
    rows = ScoreClause.objects.filter(item__standard__in=by_standard, kind=ClauseKind.LINK, item__kind=ItemKind.SCORED)
    rows = rows.order_by("item", "position")
    clauses: dict[int, tuple[ScoreClause, Link]] = {}
    for clause in rows.select_related("item__dimension", "item__standard"):
        if link := link_of(clause.link):
            clauses.setdefault(clause.item_id, (clause, link))
    if not clauses:
        return []
    first = next(iter(by_standard.values()))
    wanted = {link.standard for _, link in clauses.values()}
    sources = Cycle.objects.filter(mine=first.mine_id, period=first.period, code__in=wanted).select_related("standard")
    by_code = {source.code: source for source in sources}
    near = _Near(first, [*by_standard.values(), *by_code.values()])
    found = []
    for clause, link in clauses.values():
        cycle, source = by_standard[clause.item.standard_id], by_code.get(link.standard)
        found.append(Linked(cycle, clause, link, source, near.units(cycle, source)))
    return found


def linked_cells(cycle: Cycle) -> frozenset[tuple[int, int]]:
    """(unit, item) of what will be computed, or is, and is therefore not for an office to score. Four queries at most."""
    return frozenset(
        (unit, linked.clause.item_id)
        for linked in linked_items([cycle])
        for unit, others in linked.units.items()
        if others
    )


class _Near:
    """Which units of one month belong to a unit of another: itself; otherwise the branch that leads it or the units it leads
    on the last day; otherwise what stands above or below it."""

    def __init__(self, first: Cycle, cycles: Iterable[Cycle]):
        self.paths: dict[int, dict[int, str]] = defaultdict(dict)
        taking_part = Participant.objects.filter(cycle__in={cycle.pk for cycle in cycles})
        for cycle_id, unit_id, path in taking_part.values_list("cycle", "unit", "unit__path"):
            self.paths[cycle_id][unit_id] = path
        self.served: dict[int, set[int]] = defaultdict(set)
        serving = Serves.objects.on(first.ends_on).filter(mine=first.mine_id)
        for server, unit in serving.values_list("server", "unit"):
            self.served[server].add(unit)
            self.served[unit].add(server)

    def units(self, cycle: Cycle, source: Cycle | None) -> dict[int, tuple[int, ...]]:
        others = self.paths[source.pk] if source else {}
        below: dict[int, set[int]] = defaultdict(set)
        for other, path in others.items():
            for above in ids_of(path):
                below[above].add(other)
        return {unit: tuple(sorted(self._of(unit, path, others, below))) for unit, path in self.paths[cycle.pk].items()}

    def _of(self, unit: int, path: str, others: Mapping[int, str], below: Mapping[int, set[int]]) -> Iterable[int]:
        if unit in others:
            return {unit}
        led = self.served.get(unit, set()) & others.keys()
        return led or (set(ids_of(path)) & others.keys()) | below.get(unit, set())

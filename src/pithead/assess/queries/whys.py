"""From an entry the system made to what it was made of; and what offices said instead of what it computed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import NoReverseMatch, reverse

from pithead.assess.models import Appeal, Cycle, Override, ScoreClause, SetAside
from pithead.assess.models.entries import GAUGE_KEY
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import unit_names

Whys = Mapping[str, str]


def seen_figures(actor: Actor, cycle: Cycle, keys: Collection[str]) -> Whys:
    """Key of an entry → the page with the records behind its figure, where the reader may open it. Two queries, none where there is
    no figure."""
    parts = {key: _parts(key) for key in keys if key.startswith(GAUGE_KEY)}
    if not parts:
        return {}
    units = Unit.objects.in_bulk({unit for _, unit in parts.values()})
    of_standard = ScoreClause.objects.filter(item__standard=cycle.standard_id)
    gauges = dict(of_standard.values_list("code", "gauge"))
    found = {}
    for key, (clause, unit) in parts.items():
        measure = (gauges.get(clause) or {}).get("measure")
        if measure and unit in units and actor.can(Capability.FIGURE_VIEW, units[unit]):
            found[key] = figure_page(measure, cycle.period, units[unit].code)
    return {key: page for key, page in found.items() if page}


def figure_page(measure: str, period: str, unit: str) -> str:
    try:
        return reverse("measures:figure", args=(measure, period, unit))
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class SaidInstead:
    """What counts instead of what the system computed or proposed, and why. `computed` None: a proposal nobody took; what it would
    have cost is not kept. `key`: of the entry."""

    key: str
    unit_id: int
    unit_name: str
    clause: ScoreClause
    computed: Decimal | None
    points: Decimal
    found: str
    reason: str
    set_by: str


def overridden(cycle: Cycle, office: Unit | None = None) -> list[SaidInstead]:
    """Unit by unit in the order of the standard. One query, another where there is something to name."""
    rows = Override.objects.filter(cycle=cycle).select_related("clause__office", "clause__item", "unit")
    found = list(rows.filter(clause__office=office) if office else rows)
    names = unit_names(cycle.mine) if found else {}
    found.sort(key=lambda one: (one.unit.path, one.clause.item.position, one.key))
    return [SaidInstead(one.key, one.unit_id, names[one.unit_id], one.clause, *_figures(one)) for one in found]


def said_instead(cycle: Cycle) -> list[SaidInstead]:
    """What offices said, without what appeals decided, which is told with them; then what they left out. Six queries."""
    appealed = set(Appeal.objects.filter(cycle=cycle).exclude(decided_at=None).values_list("entry_key", flat=True))
    return [*(one for one in overridden(cycle) if one.key not in appealed), *_set_aside(cycle)]


def _figures(one: Override) -> tuple[Decimal, Decimal, str, str, str]:
    return one.computed, one.points, one.found, one.reason, one.set_by


def _set_aside(cycle: Cycle) -> list[SaidInstead]:
    rows = list(SetAside.objects.filter(cycle=cycle).order_by("set_at", "key"))
    if not rows:
        return []
    of_standard = ScoreClause.objects.filter(item__standard=cycle.standard_id).select_related("office", "item")
    clauses, names = {clause.code: clause for clause in of_standard}, unit_names(cycle.mine)
    parts = [(row, *_parts(row.key)) for row in rows]
    return [
        SaidInstead(row.key, unit, names[unit], clauses[clause], None, Decimal(0), "", row.reason, row.set_by)
        for row, clause, unit in parts
        if clause in clauses
    ]


def _parts(key: str) -> tuple[str, int]:
    """Clause and unit: the last two words of the key of a figure or a matter."""
    *_, clause, unit = key.split(" ")
    return clause, int(unit)

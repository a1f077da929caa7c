"""Which clauses count which figure: what the list of all measures shows."""

from django.urls import reverse

from pithead.assess.models import ScoreClause, Standard, StandardState
from pithead.measures.registry import Reading
from pithead.org.models import Unit


def clauses_reading(mine: Unit) -> dict[str, list[Reading]]:
    """Of the latest issued version of each standard, by the code of the measure. Two queries."""
    issued = Standard.objects.filter(mine=mine, state=StandardState.ISSUED).order_by("code", "version")
    latest = {one.code: one for one in issued}
    clauses = ScoreClause.objects.filter(item__standard__in=latest.values()).exclude(gauge={})
    found: dict[str, list[Reading]] = {}
    for clause in clauses.select_related("item__standard").order_by(
        "item__standard__code", "item__position", "position"
    ):
        standard = clause.item.standard
        address = reverse("assess:standard", args=[standard.code, standard.version])
        place = Reading(f"{standard.title} {clause.item.code} {clause.item.name}", address)
        found.setdefault(clause.gauge["measure"], []).append(place)
    return found

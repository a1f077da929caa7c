"""Which work methods are judged by which figure: what the list of all measures shows."""

from django.urls import reverse

from pithead.measures.registry import Reading
from pithead.org.models import Unit
from pithead.practices.models import WorkMethod


def methods_judged(mine: Unit) -> dict[str, list[Reading]]:
    """By the code of the measure. One query."""
    found: dict[str, list[Reading]] = {}
    for method in WorkMethod.objects.filter(mine=mine).order_by("code"):
        place = Reading(f"工作法 {method.title} 有没有用", reverse("practices:effect", args=[method.code]))
        for code in method.outcomes:
            found.setdefault(code, []).append(place)
    return found

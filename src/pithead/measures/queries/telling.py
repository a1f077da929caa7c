"""A measure as programs read it: the same figures as on every page, as text that loses nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from pithead.kernel.rounding import plain
from pithead.measures.registry import Figure, Measure
from pithead.org.models import Unit


def measure_lines(
    mine: Unit, measure: Measure, found: Mapping[int, Figure], units: "QuerySet[Unit] | None" = None
) -> list[dict[str, Any]]:
    """Of these units, otherwise of all that have a figure, in the order of the tree. One query."""
    rows = Unit.objects.of_mine(mine).filter(pk__in=list(found)) if units is None else units
    return [
        {"unit": {"code": unit.code, "name": unit.name}, **_figure(measure, found.get(unit.pk))}
        for unit in rows.order_by("path")
    ]


def _figure(measure: Measure, figure: Figure | None) -> dict[str, str | None]:
    value = measure.value(figure)
    shown = None if value is None else plain(round(value, measure.places))
    return {"value": shown, "num": _text(figure.num if figure else None), "den": _text(figure.den if figure else None)}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)

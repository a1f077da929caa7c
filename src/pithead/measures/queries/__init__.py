"""Figures of units: of closed periods as they were kept, of others as they are now."""

from pithead.measures.quantities import Quantity
from pithead.measures.queries.figures import Series, closed_periods, figures, live, months_of, series
from pithead.measures.queries.given import history
from pithead.measures.queries.keys import actor_of, key_of
from pithead.measures.queries.quantities import quantities_of
from pithead.measures.queries.telling import measure_lines

__all__ = [
    "Quantity",
    "Series",
    "actor_of",
    "closed_periods",
    "figures",
    "history",
    "key_of",
    "live",
    "measure_lines",
    "months_of",
    "quantities_of",
    "series",
]

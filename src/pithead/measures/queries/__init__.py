"""Figures of units: of closed periods as they were kept, of others as they are now."""

from pithead.measures.queries.figures import Series, closed_periods, figures, live, months_of, series

__all__ = ["Series", "closed_periods", "figures", "live", "months_of", "series"]

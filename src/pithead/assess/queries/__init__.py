"""Reading results: who stands where, why, and what the month looked like. A fixed number of queries whatever the size."""

from pithead.assess.queries.results import board, entries, findings, item_scores, result_of, summary
from pithead.assess.queries.rows import (
    Board,
    DimensionShare,
    EntryLine,
    ItemFindings,
    ResultRow,
    Summary,
    TierCount,
)

__all__ = [
    "Board",
    "DimensionShare",
    "EntryLine",
    "ItemFindings",
    "ResultRow",
    "Summary",
    "TierCount",
    "board",
    "entries",
    "findings",
    "item_scores",
    "result_of",
    "summary",
]

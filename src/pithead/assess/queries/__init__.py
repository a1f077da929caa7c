"""Reading results: who stands where, why, and what the month looked like. A fixed number of queries whatever the size."""

from pithead.assess.queries.cycles import (
    OfficeProgress,
    latest,
    own_offices,
    own_progress,
    progress,
    standard_items,
    standards,
    visible_cycles,
)
from pithead.assess.queries.results import board, entries, findings, history, item_scores, result_of, summary
from pithead.assess.queries.rows import (
    Board,
    DimensionShare,
    EntryLine,
    ItemFindings,
    ResultRow,
    Summary,
    TierCount,
)
from pithead.assess.queries.sheets import Sheet, SheetCell, SheetRow, cell_entries, scoring_offices, sheet

__all__ = [
    "Board",
    "DimensionShare",
    "EntryLine",
    "ItemFindings",
    "OfficeProgress",
    "ResultRow",
    "Sheet",
    "SheetCell",
    "SheetRow",
    "Summary",
    "TierCount",
    "board",
    "cell_entries",
    "entries",
    "findings",
    "history",
    "item_scores",
    "latest",
    "own_offices",
    "own_progress",
    "progress",
    "result_of",
    "scoring_offices",
    "sheet",
    "standard_items",
    "standards",
    "summary",
    "visible_cycles",
]

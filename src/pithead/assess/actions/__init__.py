"""Everything one may do to standards, cycles and scores."""

from pithead.assess.actions.cycles import (
    close_cycle,
    finalise_cycle,
    late_offices,
    open_cycle,
    reopen_cycle,
    review_cycle,
)
from pithead.assess.actions.drafts import EntryDraft
from pithead.assess.actions.entries import add_entries, change_entry, remove_entry, submit, withdraw
from pithead.assess.actions.score_import import ScoreReport, import_scores, score_template
from pithead.assess.actions.standards import load_standard

__all__ = [
    "EntryDraft",
    "ScoreReport",
    "add_entries",
    "change_entry",
    "close_cycle",
    "finalise_cycle",
    "import_scores",
    "late_offices",
    "load_standard",
    "open_cycle",
    "remove_entry",
    "reopen_cycle",
    "review_cycle",
    "score_template",
    "submit",
    "withdraw",
]

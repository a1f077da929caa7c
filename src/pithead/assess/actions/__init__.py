"""Everything one may do to standards, cycles and scores."""

from pithead.assess.actions.appeals import answer_appeal, decide_appeal, make_appeal
from pithead.assess.actions.cells import CellDraft, CellsRefused, CellState, set_cells
from pithead.assess.actions.clashes import CellConflict, Clash
from pithead.assess.actions.computing import Change, count_month, count_open, override
from pithead.assess.actions.cycles import close_cycle, late_offices, open_cycle, review_cycle
from pithead.assess.actions.deciding import (
    DepartureDraft,
    approve_cycle,
    finalise_cycle,
    publish_cycle,
    reopen_cycle,
)
from pithead.assess.actions.drafting import discard_draft, draft_standard, rewrite_draft
from pithead.assess.actions.drafts import EntryDraft
from pithead.assess.actions.entries import CellsBare, add_entries, change_entry, remove_entry, submit, withdraw
from pithead.assess.actions.erasing import ERASED_TEXT, erase_text
from pithead.assess.actions.fed import set_aside, take_proposals
from pithead.assess.actions.fitness import problems_of
from pithead.assess.actions.issuing import issue_standard
from pithead.assess.actions.reminding import remind_offices
from pithead.assess.actions.rubric_file import draft_rubric, read_rubric_file
from pithead.assess.actions.score_import import ScoreReport, import_scores, score_template
from pithead.assess.actions.standard_import import StandardImport, import_standard
from pithead.assess.actions.standards import load_standard
from pithead.assess.actions.together import linked, together

__all__ = [
    "ERASED_TEXT",
    "CellConflict",
    "CellDraft",
    "CellState",
    "CellsBare",
    "CellsRefused",
    "Change",
    "Clash",
    "DepartureDraft",
    "EntryDraft",
    "ScoreReport",
    "StandardImport",
    "add_entries",
    "answer_appeal",
    "approve_cycle",
    "change_entry",
    "close_cycle",
    "count_month",
    "count_open",
    "decide_appeal",
    "discard_draft",
    "draft_rubric",
    "draft_standard",
    "erase_text",
    "finalise_cycle",
    "import_scores",
    "import_standard",
    "issue_standard",
    "late_offices",
    "linked",
    "load_standard",
    "make_appeal",
    "open_cycle",
    "override",
    "problems_of",
    "publish_cycle",
    "read_rubric_file",
    "remind_offices",
    "remove_entry",
    "reopen_cycle",
    "review_cycle",
    "rewrite_draft",
    "score_template",
    "set_aside",
    "set_cells",
    "submit",
    "take_proposals",
    "together",
    "withdraw",
]

"""What is done to figures."""

from pithead.measures.actions.closing import close_all_due, close_due, close_period, first_month, reopen_period
from pithead.measures.actions.giving import MANUAL, FiguresRefused, Origin, Taken, correct_figure, give_figures
from pithead.measures.actions.importing import failed_figures, import_figures, keep_figures
from pithead.measures.actions.keys import issue_key, revoke_key
from pithead.measures.actions.quantities import new_code, set_quantity
from pithead.measures.actions.weighing import FigureDraft

__all__ = [
    "MANUAL",
    "FigureDraft",
    "FiguresRefused",
    "Origin",
    "Taken",
    "close_all_due",
    "close_due",
    "close_period",
    "correct_figure",
    "failed_figures",
    "first_month",
    "give_figures",
    "import_figures",
    "issue_key",
    "keep_figures",
    "new_code",
    "reopen_period",
    "revoke_key",
    "set_quantity",
]

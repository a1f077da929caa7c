"""Holding a cycle: what it was when the page was loaded may no longer be so."""

from pithead.assess.models import Cycle
from pithead.kernel import db

LIVING = (
    *("state", "closed_at", "changed_at", "reviewed_at", "reviewed_by", "review_note"),
    *("approved_at", "approved_by", "minutes", "decision", "finalised_at", "finalised_by"),
)


def hold(cycle: Cycle) -> None:
    """Nobody else changes the cycle until this transaction ends: a score is either in before a month is computed, or
    refused after it."""
    db.hold(cycle, *LIVING)

"""Holding a cycle: what it was when the page was loaded may no longer be so."""

from pithead.assess.models import Cycle
from pithead.kernel import db


def hold(cycle: Cycle) -> None:
    """Nobody else changes the cycle until this transaction ends: a score is either in before a month is computed, or
    refused after it."""
    db.hold(cycle, "state", "closed_at", "reviewed_at", "reviewed_by", "review_note", "finalised_at")

"""Standards (what is asked), cycles (one period of it), entries (what was found), results (what came out)."""

from pithead.assess.models.cycles import Cycle, CycleState, Participant, Submission
from pithead.assess.models.entries import Entry, EntryKind, Source
from pithead.assess.models.results import ItemScore, Result
from pithead.assess.models.standards import (
    ClauseKind,
    Counting,
    Dimension,
    Item,
    ItemKind,
    PeerGroup,
    ScoreClause,
    Standard,
    StandardState,
    Tier,
    VetoEffect,
)

__all__ = [
    "ClauseKind",
    "Counting",
    "Cycle",
    "CycleState",
    "Dimension",
    "Entry",
    "EntryKind",
    "Item",
    "ItemKind",
    "ItemScore",
    "Participant",
    "PeerGroup",
    "Result",
    "ScoreClause",
    "Source",
    "Standard",
    "StandardState",
    "Submission",
    "Tier",
    "VetoEffect",
]

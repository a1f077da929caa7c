"""Standards (what is asked), cycles (one period of it), entries (what was found), results (what came out), appeals (what
was said about it)."""

from pithead.assess.models.appeals import Appeal, Departure, Outcome, Publicity, Reopening
from pithead.assess.models.cycles import Cycle, CycleState, Participant, Reminder, Submission
from pithead.assess.models.entries import Entry, EntryKind, Override, SetAside, Source
from pithead.assess.models.results import ItemScore, Result
from pithead.assess.models.standards import (
    Aggregation,
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
    "Aggregation",
    "Appeal",
    "ClauseKind",
    "Counting",
    "Cycle",
    "CycleState",
    "Departure",
    "Dimension",
    "Entry",
    "EntryKind",
    "Item",
    "ItemKind",
    "ItemScore",
    "Outcome",
    "Override",
    "Participant",
    "PeerGroup",
    "Publicity",
    "Reminder",
    "Reopening",
    "Result",
    "ScoreClause",
    "SetAside",
    "Source",
    "Standard",
    "StandardState",
    "Submission",
    "Tier",
    "VetoEffect",
]

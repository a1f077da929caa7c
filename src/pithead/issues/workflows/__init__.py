"""One declared workflow per kind: states, who moves them, what is demanded, clocks, visibility. Deadlines are data."""

from collections.abc import Mapping

from pithead.issues.workflows.matters import CARE, DISPUTE
from pithead.issues.workflows.safety import HAZARD, INCIDENT, VIOLATION
from pithead.issues.workflows.table import (
    FACTS,
    MENTOR_STEPS,
    REHOMED,
    Demand,
    Kind,
    Move,
    Relation,
    State,
    Visibility,
    Workflow,
)
from pithead.issues.workflows.tasks import DIRECTIVE, FINDING, SHORTFALL
from pithead.issues.workflows.voices import COMPLAINT, DIFFICULTY, REQUEST, SUGGESTION

WORKFLOWS: Mapping[str, Workflow] = {
    flow.kind.value: flow
    for flow in (
        HAZARD,
        INCIDENT,
        DIRECTIVE,
        VIOLATION,
        SUGGESTION,
        REQUEST,
        DIFFICULTY,
        SHORTFALL,
        FINDING,
        CARE,
        DISPUTE,
        COMPLAINT,
    )
}

__all__ = [
    "FACTS",
    "MENTOR_STEPS",
    "REHOMED",
    "WORKFLOWS",
    "Demand",
    "Kind",
    "Move",
    "Relation",
    "State",
    "Visibility",
    "Workflow",
]

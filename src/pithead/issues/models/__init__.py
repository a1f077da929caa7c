"""Matters, their steps and files, whom they concern, what people were told."""

from pithead.issues.models.issues import LONGEST, Involved, Issue, Role, Source, mark_of, readers_reach
from pithead.issues.models.steps import Attachment, Notice, Step, WorkflowSetting

__all__ = [
    "LONGEST",
    "Attachment",
    "Involved",
    "Issue",
    "Notice",
    "Role",
    "Source",
    "Step",
    "WorkflowSetting",
    "mark_of",
    "readers_reach",
]

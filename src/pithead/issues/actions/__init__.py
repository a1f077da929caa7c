"""Everything one may do about a matter."""

from pithead.issues.actions.climbing import tick
from pithead.issues.actions.correcting import correct_step, read_notices, tell_of_source
from pithead.issues.actions.drafts import IssueDraft, StepDraft
from pithead.issues.actions.matters import Matter, StepRead, forget_expired, read_matter, rotate_keys
from pithead.issues.actions.merging import merge
from pithead.issues.actions.moving import move
from pithead.issues.actions.photos import keep_photo
from pithead.issues.actions.raising import raise_issue
from pithead.issues.actions.rekinding import rekind
from pithead.issues.actions.settings import set_workflow

__all__ = [
    "IssueDraft",
    "Matter",
    "StepDraft",
    "StepRead",
    "correct_step",
    "forget_expired",
    "keep_photo",
    "merge",
    "move",
    "raise_issue",
    "read_matter",
    "read_notices",
    "rekind",
    "rotate_keys",
    "set_workflow",
    "tell_of_source",
    "tick",
]

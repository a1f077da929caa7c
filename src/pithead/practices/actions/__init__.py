"""Everything one may do to practices and records."""

from pithead.practices.actions.adopting import adopt, leave
from pithead.practices.actions.approving import approve, decline, set_caps
from pithead.practices.actions.bonds import BondDraft, end_bond, set_bond
from pithead.practices.actions.checks import cancel_check, plan_check
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.actions.loading import load_pack
from pithead.practices.actions.recording import record
from pithead.practices.actions.shipping import shipped_pack
from pithead.practices.actions.versions import set_version, switch_off, switch_on

__all__ = [
    "BondDraft",
    "RecordDraft",
    "adopt",
    "approve",
    "cancel_check",
    "decline",
    "end_bond",
    "leave",
    "load_pack",
    "plan_check",
    "record",
    "set_bond",
    "set_caps",
    "set_version",
    "shipped_pack",
    "switch_off",
    "switch_on",
]

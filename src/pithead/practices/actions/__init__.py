"""Everything one may do to practices and records."""

from pithead.practices.actions.adopting import adopt, credit, leave
from pithead.practices.actions.approving import approve, decline, set_caps
from pithead.practices.actions.bonds import BondDraft, end_bond, set_bond
from pithead.practices.actions.checks import cancel_check, plan_check
from pithead.practices.actions.correcting import correct, withdraw
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.actions.forgetting import forget
from pithead.practices.actions.loading import load_pack
from pithead.practices.actions.many import Handed, record_all
from pithead.practices.actions.reading import read_record, read_whole
from pithead.practices.actions.recording import record
from pithead.practices.actions.sealing import is_kept
from pithead.practices.actions.shipping import shipped_pack
from pithead.practices.actions.signing import sign
from pithead.practices.actions.versions import reasons_against, set_version, switch_off, switch_on

__all__ = [
    "BondDraft",
    "Handed",
    "RecordDraft",
    "adopt",
    "approve",
    "cancel_check",
    "correct",
    "credit",
    "decline",
    "end_bond",
    "forget",
    "is_kept",
    "leave",
    "load_pack",
    "plan_check",
    "read_record",
    "read_whole",
    "reasons_against",
    "record",
    "record_all",
    "set_bond",
    "set_caps",
    "set_version",
    "shipped_pack",
    "sign",
    "switch_off",
    "switch_on",
    "withdraw",
]

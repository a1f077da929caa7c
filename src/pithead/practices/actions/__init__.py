"""Everything one may do to practices and records."""

from pithead.practices.actions.adopting import adopt, leave
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.actions.loading import load_pack

__all__ = ["RecordDraft", "adopt", "leave", "load_pack"]

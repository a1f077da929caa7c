"""Computing months that are linked: what one standard takes from another is known before it is used."""

import datetime as dt
from collections.abc import Sequence

from pithead.assess.actions.closing import compute
from pithead.assess.models import Cycle


def compute_together(cycles: Sequence[Cycle], at: dt.datetime) -> None:
    """Results of all of them afresh."""
    for cycle in cycles:
        compute(cycle)
        cycle.changed_at = at
        cycle.save(update_fields=["changed_at"])

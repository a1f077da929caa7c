"""The 校验码 of a month, for papers."""

from pithead.assess.models import Cycle
from pithead.assess.sealed import CYCLE
from pithead.kernel.sealing import anchor_of


def month_anchor(cycle: Cycle) -> str:
    """The same as long as the month stays as it is; empty before the joint meeting has approved it. One query at most."""
    if cycle.approved_at is None:
        return ""
    return anchor_of(cycle.mine.code, CYCLE, cycle.pk)

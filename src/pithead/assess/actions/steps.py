"""One step of a month's life: written, with what belongs to it, and logged."""

import datetime as dt
from typing import Any

from pithead.assess.models import Cycle, CycleState
from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor


def move(
    by: Actor, at: dt.datetime, cycle: Cycle, step: str, state: CycleState, log: dict[str, Any], **facts: Any
) -> None:
    """`step` is the last word of the audit event: assess.cycle.closed; `facts` are fields of the cycle."""
    for name, value in {"state": state, **facts}.items():
        setattr(cycle, name, value)
    cycle.save()
    log_cycle(by, at, step, cycle, log)


def log_cycle(by: Actor, at: dt.datetime, step: str, cycle: Cycle, after: dict[str, Any]) -> None:
    audit.write(
        by=by,
        at=at,
        mine=cycle.mine.code,
        action=f"assess.cycle.{step}",
        subject=("cycle", cycle.pk, str(cycle)),
        after={"state": cycle.state, **after},
    )


def refuse_unless(cycle: Cycle, state: CycleState, what_first: str) -> None:
    if cycle.state != state:
        raise Refused(f"{cycle}{cycle.state_label}，{what_first}")

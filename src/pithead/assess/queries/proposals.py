"""One thing a clause counts for one unit: a confirmed matter or a figure, and the entry it would be or is."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from pithead.assess.models import EntryKind, Item, ItemKind, ScoreClause, SetAside
from pithead.assess.models.standards import Automation

KINDS = {ItemKind.SCORED: EntryKind.DEDUCTION, ItemKind.VETO: EntryKind.VETO}


@dataclass(frozen=True)
class Proposal:
    """`matter`: the confirmed matter; None: a figure. `found_on`: the day it counts. `set_aside`: why it will not be an entry."""

    key: str
    matter: UUID | None
    unit_id: int
    unit_code: str
    unit_name: str
    clause: ScoreClause
    points: Decimal
    reason: str
    evidence: str
    found_on: dt.date
    set_aside: SetAside | None = None

    @property
    def item(self) -> Item:
        return self.clause.item

    @property
    def kind(self) -> EntryKind:
        return KINDS[ItemKind(self.item.kind)]

    @property
    def is_veto(self) -> bool:
        return self.kind is EntryKind.VETO


def counts_itself(clause: ScoreClause) -> bool:
    """The system writes the entry; otherwise it proposes one. Whether a unit is vetoed is always said by people."""
    return clause.automation == Automation.AUTOMATIC and clause.item.kind == ItemKind.SCORED

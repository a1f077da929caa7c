"""An entry to be, wherever it comes from: a form, a workbook, a script."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from pithead.assess.models import EntryKind, Item, ScoreClause, Source
from pithead.assess.models.entries import new_key


@dataclass(frozen=True)
class EntryDraft:
    """`where` tells its author which row or cell a refusal is about; `key` makes it repeatable."""

    unit_id: int
    item: Item
    kind: EntryKind
    points: Decimal
    reason: str
    office_id: int
    evidence: str = ""
    found_on: dt.date | None = None
    source: Source = Source.MANUAL
    clause: ScoreClause | None = None
    where: str = ""
    key: str = field(default_factory=new_key)

"""What result queries answer with: plain values, ready for a table, a document or JSON."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from pithead.assess.models import Cycle
from pithead.assess.models.entries import counts_by_itself, matter_of


@dataclass(frozen=True)
class DimensionShare:
    """One bar of the six-bar glyph. `got` of `full`; both 0 where nothing applies."""

    code: str
    name: str
    got: Decimal
    full: Decimal


@dataclass(frozen=True)
class EntryLine:
    """One line of "why this score"."""

    dimension_name: str  # 安全生产好, or 加分, 否决 for items outside the dimensions
    pk: int
    unit_id: int
    item_code: str
    item_name: str
    kind: str  # EntryKind
    points: Decimal
    reason: str
    evidence: str
    office: str
    source: str  # Source
    found_on: dt.date | None
    author: str
    key: str

    @property
    def matter(self) -> UUID | None:
        """The confirmed matter it was made of."""
        return matter_of(self.key)

    @property
    def is_counted(self) -> bool:
        return counts_by_itself(self.source, self.key)


@dataclass(frozen=True)
class ResultRow:
    """One unit's place. `moved`: places gained (+) or lost (−) since the cycle before; None when it was not ranked then."""

    unit_id: int
    unit_code: str
    unit_name: str  # unique within the mine: 一班 of 综采一队 is "综采一队/一班"
    specialty: str  # label: 采煤
    group_code: str
    group_name: str
    rank: int | None
    group_rank: int | None
    moved: int | None
    raw: Decimal
    normalised: Decimal | None
    bonus: Decimal
    bonus_earned: Decimal
    total: Decimal | None
    tier_code: str
    tier_name: str
    veto_item: str  # code, "" when there was none
    veto_reason: str
    excluded: bool
    dimensions: tuple[DimensionShare, ...]

    @property
    def base(self) -> Decimal:
        """What could be got: the full marks of the items that apply."""
        return sum((share.full for share in self.dimensions), Decimal(0))

    @property
    def lost(self) -> Decimal:
        return self.base - self.raw


@dataclass(frozen=True)
class GroupCount:
    """A peer group of a cycle, and how many units compete in it."""

    code: str
    name: str
    units: int


@dataclass(frozen=True)
class Board:
    """A page of results, in rank order."""

    cycle: Cycle
    rows: tuple[ResultRow, ...]
    groups: tuple[GroupCount, ...]
    units: int  # how many there are in all (in the chosen group)
    page: int
    pages: int


@dataclass(frozen=True)
class TierCount:
    code: str
    name: str
    count: int
    before: int | None  # in the previous cycle


@dataclass(frozen=True)
class Summary:
    units: int
    mean: Decimal | None
    mean_before: Decimal | None
    tiers: tuple[TierCount, ...]


@dataclass(frozen=True)
class ItemFindings:
    """One item's deductions over all units, worst first."""

    item_code: str
    item_name: str
    dimension_name: str
    findings: int
    points: Decimal
    units: tuple[str, ...]


@dataclass(frozen=True)
class OwnResult:
    """How one's own crew or section stood in its latest settled month, and the entries that cost most."""

    cycle: Cycle
    row: ResultRow
    heaviest: tuple[EntryLine, ...]

"""What an import of a ledger found, did, or would do."""

from collections.abc import Mapping
from dataclasses import dataclass

from pithead.kernel.workbooks import ImportReport

FEW = 10  # places that a remark names


@dataclass(frozen=True)
class Remark:
    """Something taken otherwise than it is written, and where."""

    message: str
    places: tuple[str, ...]

    def __str__(self) -> str:
        more = f"等 {len(self.places)} 行" if self.more else ""
        return f"{'、'.join(self.few)}{more}：{self.message}"

    @property
    def few(self) -> tuple[str, ...]:
        return self.places[:FEW]

    @property
    def more(self) -> bool:
        return len(self.places) > FEW


@dataclass(frozen=True, kw_only=True)
class LedgerReport(ImportReport):
    """Counts are of hazards."""

    sheets: tuple[str, ...]
    added: int
    progressed: int
    unchanged: int
    doubled: int  # rows that say the same as another
    states: Mapping[str, int]  # of those added and progressed: label → how many
    overdue: int  # of these
    remarks: tuple[Remark, ...]
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, object]:
        """What the log keeps of an import."""
        return {
            "rows": self.rows,
            "added": self.added,
            "progressed": self.progressed,
            "unchanged": self.unchanged,
            "failed": self.failed_rows,
        }

    @property
    def states_said(self) -> str:
        return "、".join(f"{label} {count} 条" for label, count in self.states.items())

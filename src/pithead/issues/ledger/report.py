"""What an import of a ledger found, did, or would do."""

from collections.abc import Mapping
from dataclasses import dataclass

from pithead.issues.ledger.rows import Failure
from pithead.kernel.refusal import Reason

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


@dataclass(frozen=True)
class LedgerReport:
    """Counts are of hazards. `written` is False for a dry run, and where failures stopped the import."""

    sheets: tuple[str, ...]
    rows: int
    added: int
    progressed: int
    unchanged: int
    doubled: int  # rows that say the same as another
    states: Mapping[str, int]  # of those added and progressed: label → how many
    overdue: int  # of these
    failures: tuple[Failure, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[str, ...]
    ignored: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    dry_run: bool
    written: bool

    @property
    def refused(self) -> bool:
        """Nothing was written because rows failed and good ones alone were not asked for."""
        return bool(self.failures) and not self.written and not self.dry_run

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(failure.reason for failure in self.failures)

    @property
    def failed_rows(self) -> int:
        return len({(failure.sheet, failure.row) for failure in self.failures})

    @property
    def good_rows(self) -> int:
        return self.rows - self.failed_rows

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

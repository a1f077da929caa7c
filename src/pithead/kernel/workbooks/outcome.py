"""What an import found, did, or would do."""

from dataclasses import dataclass

from pithead.kernel.refusal import Reason


@dataclass(frozen=True)
class Failure:
    """Why a row cannot be taken. `row` and `column` count from 0 in the sheet; the reason says where in Excel's words."""

    row: int
    column: int
    reason: Reason
    sheet: str = ""  # where several are read


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """`written` is False for a dry run, and where failures stopped the import. Every kind adds what else it counts."""

    rows: int
    failures: tuple[Failure, ...]
    ignored: tuple[str, ...]  # rows that are none: totals, signatures
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

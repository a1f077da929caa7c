"""What an import found, did, or would do."""

from dataclasses import dataclass

from pithead.kernel import workbooks
from pithead.kernel.refusal import Reason
from pithead.kernel.workbooks import Header


@dataclass(frozen=True)
class Failure:
    """Why a row cannot be taken. `row` and `column` count from 0 in the sheet; the reason says where in Excel's words."""

    row: int
    column: int
    reason: Reason
    unknown_unit: bool = False  # creating units would help


FEW = 20  # of those who vanished are named: a sheet of one crew would otherwise list the whole mine


@dataclass(frozen=True)
class Vanished:
    """In the mine's list, but not in the file. Nobody is deleted for that."""

    staff_no: str
    name: str
    unit: str
    elsewhere: bool = False  # in a section or office of which the file names nobody


@dataclass(frozen=True)
class RosterReport:
    """Counts are of people. `written` is False for a dry run, and where failures stopped the import."""

    header: Header
    rows: int
    added: int
    changed: int
    moved: int
    unchanged: int
    failures: tuple[Failure, ...]
    ignored: tuple[str, ...]  # rows that are no people: totals, signatures
    unknown_columns: tuple[str, ...]
    new_units: tuple[str, ...]
    vanished: tuple[Vanished, ...]
    homes: int  # sections and offices of which the file names somebody
    notes: tuple[str, ...]
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
    def few_vanished(self) -> tuple[Vanished, ...]:
        return self.vanished[:FEW]

    @property
    def more_vanished(self) -> int:
        return len(self.vanished) - len(self.few_vanished)

    @property
    def partial(self) -> str:
        """Said of a file that holds some sections only: most of those who vanished were never meant to be in it."""
        elsewhere = sum(one.elsewhere for one in self.vanished)
        return f"表里只有 {self.homes} 个单位的人，其余单位的 {elsewhere} 人不在表里" if elsewhere else ""

    @property
    def counts(self) -> dict[str, object]:
        """What the log keeps of an import."""
        return {
            "rows": self.rows,
            "added": self.added,
            "changed": self.changed,
            "moved": self.moved,
            "unchanged": self.unchanged,
            "failed": self.failed_rows,
            "new_units": list(self.new_units),
        }

    @property
    def failed_rows(self) -> int:
        return len({failure.row for failure in self.failures})

    @property
    def unknown_units(self) -> int:
        """Rows that fail for a unit which `create_units` would make."""
        return len({failure.row for failure in self.failures if failure.unknown_unit})

    @property
    def good_rows(self) -> int:
        return self.rows - self.failed_rows


def failed_workbook(report: RosterReport) -> bytes:
    """The rows that failed, with the reason beside them: mended, they come in as they are."""
    reasons: dict[int, list[str]] = {}
    for failure in report.failures:
        reasons.setdefault(failure.row, []).append(str(failure.reason))
    return workbooks.write_returned(report.header, reasons)

"""What an import found, did, or would do."""

from dataclasses import dataclass

from pithead.kernel import workbooks
from pithead.kernel.workbooks import Header, ImportReport

FEW = 20  # of those who vanished are named: a sheet of one crew would otherwise list the whole mine


@dataclass(frozen=True)
class Vanished:
    """In the mine's list, but not in the file. Nobody is deleted for that."""

    staff_no: str
    name: str
    unit: str
    elsewhere: bool = False  # in a section or office of which the file names nobody


@dataclass(frozen=True, kw_only=True)
class RosterReport(ImportReport):
    """Counts are of people."""

    header: Header
    added: int
    changed: int
    moved: int
    unchanged: int
    new_units: tuple[str, ...]
    vanished: tuple[Vanished, ...]
    homes: int  # sections and offices of which the file names somebody
    notes: tuple[str, ...]
    unknown_units: int  # rows that fail for a unit which `create_units` would make

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


def failed_workbook(report: RosterReport) -> bytes:
    """The rows that failed, with the reason beside them: mended, they come in as they are."""
    return workbooks.write_returned(report.header, report.failures)

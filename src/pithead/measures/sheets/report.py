"""What an import would do or did, and the rows that could not be taken, in the sheets they came in."""

from dataclasses import dataclass

from pithead.kernel import workbooks
from pithead.kernel.workbooks import ImportReport
from pithead.measures.sheets.rows import Reading


@dataclass(frozen=True)
class Difference:
    """Another value stands already."""

    where: str
    unit: str
    on: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class FiguresReport(ImportReport):
    """Counts are of figures, those of rows say so."""

    reading: Reading
    added: int
    corrected: int
    unchanged: int
    differences: tuple[Difference, ...]
    overwrite: bool

    @property
    def sheets(self) -> tuple[str, ...]:
        return tuple(one.header.sheet.name for one in self.reading.sheets)

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self.reading.notes)

    @property
    def counts(self) -> dict[str, object]:
        """What the log keeps of an import."""
        done = {"added": self.added, "changed": self.corrected, "unchanged": self.unchanged}
        return {"rows": self.rows, **done, "failed": self.failed_rows}


def failed_figures(report: FiguresReport) -> bytes:
    """The rows that failed, with the reasons beside them: mended, they come in as they are."""
    tables = []
    for columns in report.reading.sheets:
        sheet = columns.header.sheet.name
        if failures := [one for one in report.failures if one.sheet == sheet]:
            tables.append(workbooks.returned_table(columns.header, failures))
    return workbooks.write(tables)

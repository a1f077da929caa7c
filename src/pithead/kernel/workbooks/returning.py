"""Rows that could not be taken go back as they came, with the reason beside them."""

from collections.abc import Iterable

from pithead.kernel.workbooks.headers import Header
from pithead.kernel.workbooks.outcome import Failure
from pithead.kernel.workbooks.sheets import Flaw
from pithead.kernel.workbooks.writing import Column, Table, write

REASON_HEADING = "失败原因"


def write_returned(header: Header, failures: Iterable[Failure]) -> bytes:
    return write([returned_table(header, failures)])


def returned_table(header: Header, failures: Iterable[Failure]) -> Table:
    """The rows that failed, in the sheet they came in and under its headings, with one more column: why. Mended, they can
    be imported as they are."""
    reasons: dict[int, list[str]] = {}
    for failure in failures:
        reasons.setdefault(failure.row, []).append(str(failure.reason))
    sheet = header.sheet.unmerged()
    width = len(sheet.rows[header.row])
    old = _reason_column(header)  # mended and failed again: the new reasons replace the old ones
    at = width if old is None else old

    def with_reason(cells: list[object], reason: str) -> list[object]:
        return [*cells[:at], reason, *cells[at + 1 :]]

    above = [with_reason(list(row), "") for row in header.sheet.rows[: header.data_row]]
    above[-1][at] = REASON_HEADING
    return Table(
        name=sheet.name,
        columns=[Column("", 60 if column == at else 14, wrap=column == at) for column in range(max(width, at + 1))],
        above=above,
        merged=[(top, end) for top, end in header.sheet.merged if end[0] < header.data_row and end[1] < width],
        rows=[
            with_reason([cell.shown if isinstance(cell, Flaw) else cell for cell in sheet.rows[row]], "；".join(said))
            for row, said in sorted(reasons.items())
        ],
    )


def _reason_column(header: Header) -> int | None:
    row = header.sheet.rows[header.data_row - 1]
    return row.index(REASON_HEADING) if REASON_HEADING in row else None

"""Reading workbooks that strangers send, and writing ours.

`read` takes a file's bytes and gives sheets of cells, or refuses in words before anything dangerous is unpacked.
`find_header` finds the columns wherever the sheet has them. `text`, `number`, `date`, `code`, `id_number` clean one cell
and refuse in words what they cannot take. `write` makes a workbook; the same input gives the same bytes. `write_returned`
makes one of the rows that could not be taken, `write_template` an empty one with its explanations. `data_rows` are the rows
below a header that say something, and an `ImportReport` tells what became of them.

Hidden rows and columns are read like others: a mine hides rows to print, not to drop people. Hidden sheets are not read.
Of formulas only the value that Excel left beside them counts; nothing is ever calculated.
"""

from pithead.kernel.workbooks.cells import code, date, id_birth_date, id_is_male, id_number, number, squeeze, text
from pithead.kernel.workbooks.headers import Header, find_header, find_table
from pithead.kernel.workbooks.limits import Limits
from pithead.kernel.workbooks.outcome import Failure, ImportReport
from pithead.kernel.workbooks.reading import read
from pithead.kernel.workbooks.returning import REASON_HEADING, returned_table, write_returned
from pithead.kernel.workbooks.rows import data_rows
from pithead.kernel.workbooks.sheets import Cell, Flaw, Sheet, Workbook
from pithead.kernel.workbooks.templates import Explained, write_template
from pithead.kernel.workbooks.writing import Column, Table, new_workbook, write

__all__ = [
    "REASON_HEADING",
    "Cell",
    "Column",
    "Explained",
    "Failure",
    "Flaw",
    "Header",
    "ImportReport",
    "Limits",
    "Sheet",
    "Table",
    "Workbook",
    "code",
    "data_rows",
    "date",
    "find_header",
    "find_table",
    "id_birth_date",
    "id_is_male",
    "id_number",
    "new_workbook",
    "number",
    "read",
    "returned_table",
    "squeeze",
    "text",
    "write",
    "write_returned",
    "write_template",
]

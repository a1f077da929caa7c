"""A mine's own score sheet in Excel ↔ the content of a standard. Pure: knows offices by what they are called, no database.

`read_rubric` reads: `headings` finds the table, `lines` its rows, `groups` what belongs together, `items` and `extras` make
items and clauses, `wording` understands sentences, `marks` numbers, `settings` adds what no sheet says. `rubric_book`
writes the same out; `own_book` reads that back without loss.
"""

from pithead.assess.rubrics.book import rubric_book
from pithead.assess.rubrics.offices import Office
from pithead.assess.rubrics.reading import RubricReading, read_rubric, sheet_texts

__all__ = ["Office", "RubricReading", "read_rubric", "rubric_book", "sheet_texts"]

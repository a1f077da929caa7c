"""The empty table to fill in: headings, one made-up row, and a sheet that says what may stand where."""

from collections.abc import Sequence
from typing import NamedTuple

from pithead.kernel.workbooks.writing import Column, Table, write


class Explained(NamedTuple):
    """A column: its heading, how wide, whether typed as text, an example, and what it may hold."""

    heading: str
    width: int
    as_text: bool
    example: object
    explanation: str


def write_template(name: str, columns: Sequence[Explained], notes: Sequence[str]) -> bytes:
    """What the example names should not exist, so that a template sent back unchanged imports nothing."""
    empty = Table(
        name=name,
        columns=[Column(one.heading, one.width, as_text=one.as_text) for one in columns],
        rows=[[one.example for one in columns]],
    )
    explained = Table(
        name="说明",
        columns=[Column("列", 12), Column("怎么填", 80, wrap=True)],
        rows=[(one.heading, one.explanation) for one in columns],
        notes=("第 2 行是示例，请删掉后填写。", *notes),
    )
    return write([empty, explained])

"""Text that people wrote, in tables that other programs open: it stays text, and it stays in its cell."""

import re
import unicodedata
from collections.abc import Iterable

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")  # offices' computers read the wide ones as well
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def guarded(cells: Iterable[str]) -> list[str]:
    """For a .csv: what looks like a formula is marked as text."""
    return [f"'{cell}" if cell.startswith(FORMULA) and not NUMBER.fullmatch(cell) else cell for cell in cells]


def one_line(text: str) -> str:
    """For a terminal: nothing that moves the cursor, ends the line or turns the reading round."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter for letter in text)

"""Which rows of a chain are asked this time: drawn by unit, day and shift, so that it is nobody's choice."""

import datetime as dt
from collections.abc import Container
from hashlib import sha256

from pithead.org.models import Shift, Unit
from pithead.practices.content import FieldKind, PracticeSpec


def drawn(spec: PracticeSpec, unit: Unit, on: dt.date, shift: Shift | None) -> frozenset[str]:
    """Empty where everything is asked. Over the days each comes equally often."""
    if not spec.sampled:
        return frozenset()
    turn = f"{spec.code}|{unit.code}|{on}|{shift.number if shift else ''}"
    rows = [one.key for one in spec.form if one.kind is FieldKind.ROWS]
    ranked = sorted(rows, key=lambda key: sha256(f"{turn}|{key}".encode()).digest())
    return frozenset(ranked[: spec.sampled])


def answered(spec: PracticeSpec, answers: Container[str]) -> frozenset[str]:
    """Which a record of a chain has: a correction asks these again, whatever its day would draw."""
    rows = (one.key for one in spec.form if spec.sampled and one.kind is FieldKind.ROWS)
    return frozenset(key for key in rows if key in answers)

"""Questions others may ask of practices and records."""

from pithead.practices.content import HOLDS
from pithead.practices.queries.claims import EffectLine, claim, effects
from pithead.practices.queries.counting import owed_once
from pithead.practices.queries.duties import DutyLine, DutyRow, Question, UnitLine, duty_rows, duty_table, unit_table
from pithead.practices.queries.held import Held, held
from pithead.practices.sampling import drawn

__all__ = [
    "HOLDS",
    "DutyLine",
    "DutyRow",
    "EffectLine",
    "Held",
    "Question",
    "UnitLine",
    "claim",
    "drawn",
    "duty_rows",
    "duty_table",
    "effects",
    "held",
    "owed_once",
    "unit_table",
]

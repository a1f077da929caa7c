"""What figures from outside there are: a pack says the usual ones, a mine changes and adds its own."""

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from pithead.kernel import packs
from pithead.kernel.rounding import plain


class Every(StrEnum):
    """By day figures may be given by shift, too; never by day and by month at once, or sums would count twice."""

    DAY = "day"
    MONTH = "month"

    @property
    def label(self) -> str:
        return "按天" if self is Every.DAY else "按月"


@dataclass(frozen=True)
class Quantity:
    """`offices`: codes of those that enter it, the first is in charge. `about`: kinds of units; `specialties`: from whom it is
    waited for, none: from all; `expected` False: nothing given means nothing happened."""

    code: str
    label: str
    unit: str
    places: int
    every: Every
    offices: tuple[str, ...]
    about: tuple[str, ...]
    definition: str
    kind: str = "sum"  # or mean
    specialties: tuple[str, ...] = ()
    expected: bool = True
    most: Decimal | None = None
    at_most: str = ""
    headings: tuple[str, ...] = ()
    own: bool = False
    in_use: bool = True

    @classmethod
    def from_plain(cls, said: dict[str, Any]) -> "Quantity":
        told: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in said.items()}
        most = told.get("most")
        return cls(**{**told, "every": Every(told["every"]), "most": None if most is None else Decimal(str(most))})

    def to_plain(self) -> dict[str, Any]:
        """What a mine's own row keeps."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        told = {name: list(value) if isinstance(value, tuple) else value for name, value in said.items()}
        return told | {"every": self.every.value, "most": None if self.most is None else str(self.most)}

    def words(self, value: Decimal | None) -> str:
        return "—" if value is None else plain(round(value, self.places))

    def waits_for(self, kind: str, specialty: str) -> bool:
        """Sections are waited for; mine and crews may be given instead."""
        return self.expected and kind == "section" and (not self.specialties or specialty in self.specialties)


@cache
def standard() -> dict[str, Quantity]:
    """The pack's, by code, in its order."""
    said = packs.load("measures", "quantities")["quantities"]
    return {one["code"]: Quantity.from_plain(one) for one in said}

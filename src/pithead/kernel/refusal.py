"""How an action says no to its user: in sentences, with the place and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """One sentence in Chinese. `where` names file, sheet, row and column, or is empty."""

    message: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.where}：{self.message}" if self.where else self.message


class Refused(Exception):
    """Nothing was written. `reasons` is never empty."""

    def __init__(self, reasons: str | Reason | Iterable[Reason]):
        if isinstance(reasons, str):
            reasons = (Reason(reasons),)
        elif isinstance(reasons, Reason):
            reasons = (reasons,)
        self.reasons: tuple[Reason, ...] = tuple(reasons)
        super().__init__("；".join(str(reason) for reason in self.reasons))

"""Which shift a cell means: each mine has its own names, and a section with four shifts counts them otherwise than one with three."""

import datetime as dt
import re

from pithead.kernel.refusal import Refused
from pithead.org.models import CrewShift, ShiftSystem, Unit, ids_of
from pithead.org.queries import shift_called, shift_systems

WHOLE_DAY = {"", "全天", "全日", "大班", "当日", "日"}
_NUMBER = re.compile(r"第?([1-6])班?")


class ShiftNames:
    """Three queries."""

    def __init__(self, mine: Unit, on: dt.date):
        self.systems = shift_systems(mine)
        rows = CrewShift.objects.on(on).filter(mine=mine)
        self.worked = dict(rows.order_by("since").values_list("unit", "system"))
        self._known: dict[str, dict[int, int]] = {}

    def number(self, text: str, unit: Unit) -> int:
        """0: the whole day."""
        if text in WHOLE_DAY:
            return 0
        if found := _NUMBER.fullmatch(text):
            return int(found[1])
        if text not in self._known:
            self._known[text] = {one.pk: shift.number for one in self.systems if (shift := shift_called(one, text))}
        known = self._known[text]
        own = next((known[self.worked[pk]] for pk in reversed(ids_of(unit.path)) if self.worked.get(pk) in known), 0)
        if own or len(set(known.values())) == 1:
            return own or next(iter(known.values()))
        raise Refused(self._why(text, unit, bool(known)))

    def _why(self, text: str, unit: Unit, several: bool) -> str:
        if several:
            return f"“{text}”在几种班制里不是同一班，先在“班制”里写明{unit.name}用哪一种，或写“1班”“2班”"
        names = "、".join(self._names(self.systems))
        return f"没有“{text}”这个班，请写“1班”“2班”" + (f"，或班制里的叫法：{names}" if names else "")

    @staticmethod
    def _names(systems: tuple[ShiftSystem, ...]) -> list[str]:
        return list(dict.fromkeys(shift.name for one in systems for shift in one.shifts.all()))

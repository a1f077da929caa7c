"""What figures from outside would change: new, as they stand, different, or not to be taken and why. Nothing is written here.

Everything the mine has for these quantities and days is read once; no figure asks the database anything.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.measures.models import Given
from pithead.measures.quantities import Every, Quantity
from pithead.measures.queries.quantities import entered_by, may_enter, offices_of, quantities_of
from pithead.org.access import Actor
from pithead.org.models import Unit, UnitKind, ids_of
from pithead.org.queries import calendar_of, unit_names

GREATEST = Decimal(10) ** 10
PLANNED_AHEAD = dt.timedelta(days=31)  # next month's plan is known this month
ONE_FORM = {Every.DAY: "按天录，请写到日，如 2026-06-03", Every.MONTH: "按月录，请写成月份，如 2026-06"}
KINDS = {Every.DAY: (Kind.DAY, Kind.SHIFT), Every.MONTH: (Kind.MONTH,)}
Key = tuple[str, dt.date, int, str]


@dataclass(frozen=True)
class FigureDraft:
    """`on`: the month, day or shift it is of. `value` None takes a figure back."""

    quantity: str
    unit: Unit
    on: Period
    value: Decimal | None


@dataclass(frozen=True)
class Weighed:
    """`fault`: why it cannot be taken. `standing`: what there is already; None: nothing."""

    draft: FigureDraft
    key: Key
    value: Decimal | None
    fault: str = ""
    standing: Given | None = None

    @property
    def said_before(self) -> Decimal | None:
        return self.standing.value if self.standing else None

    @property
    def is_same(self) -> bool:
        return not self.fault and self.said_before == self.value

    @property
    def is_new(self) -> bool:
        """Also where the one before was taken back."""
        return not self.fault and not self.is_same and self.said_before is None

    @property
    def differs(self) -> bool:
        return not self.fault and not self.is_same and not self.is_new


@dataclass
class Scales:
    """What weighing needs to know of a mine. `names`: of units, as sentences call them."""

    by: Actor
    at: dt.datetime
    mine: Unit
    quantities: dict[str, Quantity] = field(init=False)
    names: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.today = timezone.localdate(self.at)
        self.quantities = quantities_of(self.mine)
        self.offices = offices_of(self.mine)
        self.calendar = calendar_of(self.mine)
        self.names = unit_names(self.mine)
        enters = {code for code, one in self.quantities.items() if may_enter(self.by, one, self.mine, self.offices)}
        self.barred = {code: one for code, one in self.quantities.items() if code not in enters}

    def weigh(self, drafts: Sequence[FigureDraft]) -> list[Weighed]:
        """In their order."""
        plain = [self._alone(draft) for draft in drafts]
        good = [one for one in plain if not one.fault]
        standing = _Standing(self, good)
        seen = Counter(one.key for one in good)
        return [one if one.fault else standing.beside(one, seen[one.key]) for one in plain]

    def period_of(self, given: Given) -> Period:
        """What a row is of: a shift, a day, or the month that ends on its day."""
        if given.shift:
            return Period.shift_of(given.day, int(given.shift))
        quantity = self.quantities.get(given.quantity)
        kind = Kind.MONTH if quantity and quantity.every is Every.MONTH else Kind.DAY
        return self.calendar.period_of(given.day, kind)

    def _alone(self, draft: FigureDraft) -> Weighed:
        try:
            quantity = self._quantity(draft)
            value = self._value(quantity, draft.value)
            start, day = self._days(quantity, draft.on)
            self._unit(quantity, draft.unit, start, day)
        except Refused as refused:
            return Weighed(draft, ("", dt.date.min, 0, ""), None, refused.reasons[0].message)
        shift = str(draft.on.shift) if draft.on.kind is Kind.SHIFT else ""
        return Weighed(draft, (quantity.code, day, draft.unit.pk, shift), value)

    def _quantity(self, draft: FigureDraft) -> Quantity:
        found = self.quantities.get(draft.quantity)
        if found is None:
            raise Refused(f"没有“{draft.quantity[:32]}”这一项数据")
        if found.code in self.barred:
            raise Refused(f"“{found.label}”归{entered_by(found, self.offices)}录，请交给他们")
        if draft.on.kind not in KINDS[found.every]:
            raise Refused(f"“{found.label}”{ONE_FORM[found.every]}")
        return found

    def _value(self, quantity: Quantity, value: Decimal | None) -> Decimal | None:
        if value is None:
            return None
        if not value.is_finite() or value < 0:
            raise Refused(f"“{quantity.label}”不能是 {value}，请填 0 或正数")
        if quantity.most is not None and value > quantity.most:
            raise Refused(f"“{quantity.label}”最多 {quantity.most} {quantity.unit}，这里是 {value}，请核对")
        if value >= GREATEST:
            raise Refused(f"“{quantity.label}”{value} 太大，请核对单位是不是{quantity.unit}")
        return value.quantize(Decimal(1).scaleb(-quantity.places), rounding=ROUND_HALF_UP)

    def _days(self, quantity: Quantity, on: Period) -> tuple[dt.date, dt.date]:
        start, end = self.calendar.bounds(on)
        if quantity.every is Every.DAY and end > self.today:
            raise Refused(f"{on.label}还没有到，请核对日期")
        if start > self.today + PLANNED_AHEAD:
            raise Refused(f"{on.label}还早，最多提前录下个月的")
        return start, end

    def _unit(self, quantity: Quantity, unit: Unit, start: dt.date, day: dt.date) -> None:
        name = self.names.get(unit.pk)
        if name is None:
            raise Refused(f"“{unit.name}”不是{self.mine}的单位")
        if unit.kind not in quantity.about:
            kinds = "、".join(UnitKind(kind).label for kind in quantity.about)
            raise Refused(f"“{quantity.label}”录到{kinds}，“{name}”是{unit.get_kind_display()}")
        if unit.opened_on > day or (unit.closed_on is not None and unit.closed_on < start):
            raise Refused(f"“{name}”在 {day} 还没有设立或已经撤销")


class _Standing:
    """What stands for these quantities on these days, and what the drafts would make of it."""

    def __init__(self, scales: Scales, drafts: Sequence[Weighed]):
        self.scales = scales
        self.rows: dict[Key, Given] = {}
        paths: dict[int, str] = {}
        if drafts:
            days = {one.key[1] for one in drafts}
            codes = {one.key[0] for one in drafts} | {scales.quantities[one.key[0]].at_most for one in drafts} - {""}
            rows = Given.objects.filter(
                mine=scales.mine, quantity__in=codes, day__range=(min(days), max(days)), superseded=False
            )
            for row in rows.select_related("unit"):
                self.rows[row.quantity, row.day, row.unit_id, row.shift] = row
                paths[row.unit_id] = row.unit.path
        self.values = {key: row.value for key, row in self.rows.items() if row.value is not None}
        for one in drafts:
            paths[one.draft.unit.pk] = one.draft.unit.path
            self._put(one)
        self.shifts: dict[tuple[str, dt.date, int], set[str]] = {}
        self.exact: dict[tuple[str, dt.date], set[int]] = {}
        self.above: dict[tuple[str, dt.date], dict[int, int]] = {}  # unit → one below it that has a figure
        for code, day, unit, shift in self.values:
            self.shifts.setdefault((code, day, unit), set()).add(shift)
            self.exact.setdefault((code, day), set()).add(unit)
            self.above.setdefault((code, day), {}).update(dict.fromkeys(ids_of(paths[unit])[:-1], unit))

    def _put(self, one: Weighed) -> None:
        if one.value is None:
            self.values.pop(one.key, None)
        else:
            self.values[one.key] = one.value

    def beside(self, one: Weighed, times: int) -> Weighed:
        """With what stands there, and what is wrong with it beside the others."""
        fault = "" if one.value is None else self._twice(one, times) or self._too_much(one)
        if one.value is None and self.rows.get(one.key) is None:
            fault = "这里没有录过，没有可撤的"
        return Weighed(one.draft, one.key, one.value, fault, self.rows.get(one.key))

    def _twice(self, one: Weighed, times: int) -> str:
        code, day, unit, _ = one.key
        label, name = self.scales.quantities[code].label, self.scales.names[unit]
        if times > 1:
            return f"{name} {one.draft.on.label}的“{label}”写了 {times} 次，请只留一次"
        if len(shifts := self.shifts[code, day, unit]) > 1 and "" in shifts:
            return f"{name} {day} 的“{label}”又有全天的数、又有分班的数，会加两遍，请只录一种"
        above = (pk for pk in ids_of(one.draft.unit.path)[:-1] if pk in self.exact[code, day])
        other = next(above, 0) or self.above[code, day].get(unit, 0)
        if not other:
            return ""
        return (
            f"“{label}”已经录在“{self.scales.names[other]}”，和“{name}”是上下级，会加两遍；只录一级，上级的由下级加起来"
        )

    def _too_much(self, one: Weighed) -> str:
        code, day, unit, shift = one.key
        quantity = self.scales.quantities[code]
        other = self.scales.quantities.get(quantity.at_most)
        greatest = self.values.get((other.code, day, unit, shift)) if other else None
        if other is None or greatest is None or one.value is None or one.value <= greatest:
            return ""
        return f"“{quantity.label}”{one.value} 比“{other.label}”{greatest} 还多，请核对"

"""The quantities of a mine: the pack's with what the mine has changed, then its own; and which offices enter them."""

from pithead.measures.models import QuantitySetting
from pithead.measures.quantities import Quantity, standard
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind

Quantities = dict[str, Quantity]


def quantities_of(mine: Unit, *, all_of_them: bool = False) -> Quantities:
    """By code, in order. Without those that are out of use, unless asked. One query."""
    rows = QuantitySetting.objects.filter(mine=mine).order_by("pk").values_list("code", "content")
    found = standard() | {code: Quantity.from_plain(content) for code, content in rows}
    return {code: one for code, one in found.items() if one.in_use or all_of_them}


def offices_of(mine: Unit) -> dict[str, Unit]:
    """By code. One query."""
    rows = Unit.objects.of_mine(mine).filter(kind=UnitKind.OFFICE).select_related("mine").order_by("position", "pk")
    return {unit.code: unit for unit in rows}


def may_enter(by: Actor, quantity: Quantity, mine: Unit, offices: dict[str, Unit]) -> bool:
    """Those of its offices, and those who enter for the whole mine."""
    scope = by.scope(Capability.FIGURE_ENTER)
    return scope.covers(mine) or any(scope.covers(offices[code]) for code in quantity.offices if code in offices)


def entered_by(quantity: Quantity, offices: dict[str, Unit]) -> str:
    """安全科、生产科."""
    return "、".join(offices[code].name for code in quantity.offices if code in offices) or "党委工作部"


def enterable(by: Actor, mine: Unit) -> Quantities:
    """What this person may enter. Two queries."""
    offices = offices_of(mine)
    return {code: one for code, one in quantities_of(mine).items() if may_enter(by, one, mine, offices)}

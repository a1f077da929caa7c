"""What a mine calls its figures from outside, who enters them, and figures of its own."""

import datetime as dt
from dataclasses import fields, replace

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.headers import plain_heading
from pithead.measures.models import Given, QuantitySetting
from pithead.measures.quantities import Quantity, standard
from pithead.measures.queries.quantities import offices_of, quantities_of
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

# What a measure is counted by stays as the pack says it.
FIXED = ("unit", "places", "kind", "most", "at_most", "definition")


@transaction.atomic
def set_quantity(*, by: Actor, at: dt.datetime, mine: Unit, quantity: Quantity) -> Quantity:
    """The pack's as this mine wants it, or one of its own; as it stands already: nothing happens."""
    by.require(Capability.FIGURE_SETTINGS, mine)
    known = quantities_of(mine, all_of_them=True)
    before = known.get(quantity.code)
    if quantity.code in standard():
        quantity = replace(quantity, own=False, **{name: getattr(standard()[quantity.code], name) for name in FIXED})
    _check(mine, quantity, before, [one for one in known.values() if one.code != quantity.code])
    if before == quantity:
        return quantity
    QuantitySetting.objects.update_or_create(mine=mine, code=quantity.code, defaults={"content": quantity.to_plain()})
    old, new = (_told(one) if one else {} for one in (before, quantity))
    changed = {name for name in new if old.get(name) != new[name]}
    audit.write(
        by=by,
        at=at,
        mine=mine.code,
        action="measures.quantity.set",
        subject=("quantity", quantity.code, quantity.label),
        before={name: old[name] for name in changed if name in old} or None,
        after={name: new[name] for name in changed},
    )
    return quantity


def new_code(mine: Unit) -> str:
    """Of a figure of the mine's own."""
    own = QuantitySetting.objects.filter(mine=mine, code__startswith="own-").count()
    return f"own-{own + 1}"


def _told(quantity: Quantity) -> dict[str, object]:
    said = quantity.to_plain()
    return {one.name: said[one.name] for one in fields(quantity) if one.name not in ("code", "own", "at_most")}


def _check(mine: Unit, quantity: Quantity, before: Quantity | None, others: list[Quantity]) -> None:
    if not quantity.label.strip() or not quantity.unit.strip():
        raise Refused("请写明名称和计量单位")
    taken = {plain_heading(name): one.label for one in others for name in (one.label, *one.headings)}
    for name in (quantity.label, *quantity.headings):
        if other := taken.get(plain_heading(name)):
            raise Refused(f"“{name}”已经是“{other}”的名称或别名，导入时会分不清，请换一个")
    if unknown := [code for code in quantity.offices if code not in offices_of(mine)]:
        raise Refused(f"没有代码为“{'、'.join(unknown)}”的科室")
    if not quantity.offices or not quantity.about:
        raise Refused("请写明由哪个科室录、录到哪一级单位")
    is_given = Given.objects.filter(mine=mine, quantity=quantity.code).exists()
    if before and is_given and (before.every, before.unit) != (quantity.every, quantity.unit):
        raise Refused(f"“{before.label}”已经录过数，不能再改计量单位和录入时间；停用它，另建一项")

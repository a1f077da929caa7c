"""One unit becomes another: a new row with its own history, and the old one as its predecessor."""

import datetime as dt
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.actions.seats import seat_posts
from pithead.org.actions.units import NewUnit, open_unit, put_under, tenant
from pithead.org.models import CrewShift, Membership, Person, Place, Post, Serves, Unit

ONE_DAY = dt.timedelta(days=1)


@transaction.atomic
def reorganise(
    *, by: Actor, at: dt.datetime, unit: Unit, code: str, name: str, on: dt.date, specialty: str = ""
) -> Unit:
    """From `on` a new unit takes over people, posts, crews, shifts, places and links; the old one closes the day before.
    What happened until then stays with the old one."""
    by.require(Capability.ORG_EDIT, unit)
    if standing := unit.successors.filter(code=code, name=name, opened_on=on).first():
        return standing
    _check(unit, code, on)
    assert unit.parent is not None
    spec = NewUnit(
        parent=unit.parent,
        kind=unit.kind,
        code=code,
        name=name,
        opened_on=on,
        specialty=specialty or unit.specialty,
        sub_kind=unit.sub_kind,
        position=unit.position,
    )
    new = open_unit(by=by, at=at, new=spec)
    moved = _hand_everything_over(unit, new, on)
    new.predecessor = unit
    new.save(update_fields=["predecessor"])
    unit.closed_on = on - ONE_DAY
    unit.save(update_fields=["closed_on"])
    after = {"successor": name, "code": code, "since": on.isoformat(), **moved}
    subject = ("unit", unit.pk, unit.name)
    audit.write(by=by, at=at, mine=tenant(unit), action="org.unit.reorganised", subject=subject, after=after)
    return new


def _check(unit: Unit, code: str, on: dt.date) -> None:
    if unit.parent is None or unit.parent.mine is None:
        raise Refused(f"{unit.get_kind_display()}“{unit.name}”不能在这里改组")
    if unit.closed_on:
        raise Refused(f"“{unit.name}”已于 {unit.closed_on} 撤销，不能再改组")
    if on <= unit.opened_on:
        raise Refused(f"“{unit.name}”从 {unit.opened_on} 起设立，改组日期要在这之后")
    if Unit.objects.of_mine(unit.parent.mine).filter(code=code).exists():
        raise Refused(f"编号 {code} 已经用过，改组后的单位要有新编号")


def _hand_everything_over(old: Unit, new: Unit, on: dt.date) -> dict[str, int]:
    counts = {
        "people": _hand_over(Membership, "unit", old, new, on),
        "posts": _hand_over(Post, "unit", old, new, on),
    }
    seat_posts(Post.objects.filter(unit=new))
    _hand_over(Serves, "unit", old, new, on)
    _hand_over(Serves, "server", old, new, on)
    _hand_over(CrewShift, "unit", old, new, on)
    Person.objects.filter(unit=old).update(unit=new)
    Place.objects.filter(unit=old, until=None).update(unit=new)
    children = list(old.children.filter(closed_on=None))
    for child in children:
        put_under(child, new)
    return {**counts, "units": len(children)}


def _hand_over(model: type[models.Model], field: str, old: Unit, new: Unit, on: dt.date) -> int:
    """Facts that last beyond the day before `on` are cut there and go on with the new unit."""
    rows: Any = model._default_manager
    lasting = rows.filter(Q(until=None) | Q(until__gte=on), **{field: old})
    copies = list(lasting.filter(since__lt=on))
    for row in copies:
        row.pk = None
        row.since = on
        setattr(row, field, new)
    later = lasting.filter(since__gte=on).update(**{field: new})
    lasting.filter(since__lt=on).update(until=on - ONE_DAY)
    rows.bulk_create(copies, batch_size=500)
    return len(copies) + later

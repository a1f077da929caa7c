"""Working places, zones and rooms."""

import datetime as dt
from typing import Any

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Place, Unit, unfit_for_an_address
from pithead.org.models.places import PlaceKind


@transaction.atomic
def add_place(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    code: str,
    name: str,
    kind: str,
    since: dt.date,
    unit: Unit | None = None,
    underground: bool = True,
) -> Place:
    """`unit` is who looks after it. The same place asked for again is returned."""
    by.require(Capability.ORG_EDIT, mine)
    if not code.strip() or not name.strip() or kind not in PlaceKind.values:
        raise Refused("地点要有编号、名称和类别")
    if problem := unfit_for_an_address(code):
        raise Refused(f"地点编号 {code} {problem}")
    if unit is not None and unit.mine_id != mine.pk:
        raise Refused(f"“{unit.name}”不是本矿的单位")
    if standing := Place.objects.filter(mine=mine, code=code).first():
        if standing.name == name:
            return standing
        raise Refused(f"编号 {code} 已经是“{standing.name}”，请换一个编号")
    place = Place.objects.create(
        mine=mine, code=code, name=name, kind=kind, unit=unit, underground=underground, since=since
    )
    _log(by, at, "org.place.added", place)
    return place


@transaction.atomic
def close_place(*, by: Actor, at: dt.datetime, place: Place, on: dt.date) -> Place:
    """`on` is its last day of use."""
    by.require(Capability.ORG_EDIT, place.mine)
    if place.until == on:
        return place
    if on < place.since:
        raise Refused(f"“{place.name}”从 {place.since} 起启用，停用日期不能更早")
    place.until = on
    place.save()
    _log(by, at, "org.place.closed", place)
    return place


def _log(by: Actor, at: dt.datetime, action: str, place: Place) -> None:
    after: dict[str, Any] = {
        "code": place.code,
        "kind": place.kind,
        "unit": place.unit.name if place.unit else None,
        "since": place.since.isoformat(),
        "until": place.until.isoformat() if place.until else None,
    }
    subject = ("place", place.pk, place.name)
    audit.write(by=by, at=at, mine=place.mine.code, action=action, subject=subject, after=after)

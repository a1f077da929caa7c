"""Setting up a mine: the tenant everything else belongs to, under a company where there is one."""

import datetime as dt

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability, system
from pithead.org.actions.units import STANDS_UNDER, facts, tenant
from pithead.org.models import MineCalendar, Unit, UnitKind, path_below, unfit_for_an_address


@transaction.atomic
def create_mine(
    *,
    at: dt.datetime,
    code: str,
    name: str,
    opened_on: dt.date,
    parent: Unit | None = None,
    by: Actor | None = None,
) -> Unit:
    """The mine with its calendar; asked for again, the same mine. Without `by` it is the installation itself that acts:
    before the first mine there is nobody."""
    if standing := Unit.objects.filter(kind=UnitKind.MINE, code=code, parent=parent).first():
        return standing
    if Unit.objects.filter(kind=UnitKind.MINE, code=code).exists():
        raise Refused(f"编号 {code} 已经是另一个矿，请换一个编号")
    mine = _above_tenants(by=by, at=at, kind=UnitKind.MINE, code=code, name=name, opened_on=opened_on, parent=parent)
    MineCalendar.objects.create(mine=mine)
    return mine


@transaction.atomic
def create_company(
    *,
    at: dt.datetime,
    code: str,
    name: str,
    opened_on: dt.date,
    kind: str = UnitKind.COMPANY,
    parent: Unit | None = None,
    by: Actor | None = None,
) -> Unit:
    """A company or group above mines."""
    if standing := Unit.objects.filter(kind=kind, code=code, parent=parent).first():
        return standing
    return _above_tenants(by=by, at=at, kind=kind, code=code, name=name, opened_on=opened_on, parent=parent)


def _above_tenants(
    *,
    by: Actor | None,
    at: dt.datetime,
    kind: str,
    code: str,
    name: str,
    opened_on: dt.date,
    parent: Unit | None,
) -> Unit:
    if by is not None:
        by.require(Capability.ORG_EDIT, parent or Unit())  # a unit on top is nobody's to set up but the installation's
    if not code.strip() or not name.strip():
        raise Refused("要有编号和名称")
    if problem := unfit_for_an_address(code):
        raise Refused(f"编号 {code} {problem}")
    if parent is not None and parent.kind not in STANDS_UNDER.get(kind, ()):
        raise Refused(f"{UnitKind(kind).label}“{name}”不能设在{parent.get_kind_display()}“{parent.name}”下面")
    unit = Unit.objects.create(kind=kind, code=code, name=name, opened_on=opened_on, parent=parent)
    unit.path = path_below(parent, unit.pk)
    unit.mine = unit if kind == UnitKind.MINE else None
    unit.save()
    by = by or system(unit)
    subject = ("unit", unit.pk, unit.name)
    audit.write(by=by, at=at, mine=tenant(unit), action="org.unit.opened", subject=subject, after=facts(unit))
    return unit

"""The inspection calendar: an office says on which day it means to check a section, or that it will not."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind
from pithead.practices.models import PlannedCheck, Practice, PracticeVersion


@transaction.atomic
def plan_check(
    *, by: Actor, at: dt.datetime, practice: Practice, office: Unit, unit: Unit, on: dt.date
) -> PlannedCheck:
    """More than one a week is said aloud, not refused: something may have happened that must be looked at."""
    by.require(Capability.CHECK_PLAN, office)
    mine = practice.mine
    hold(mine)
    standing = PlannedCheck.objects.filter(practice=practice, office=office, unit=unit, on=on).first()
    if standing is not None:
        return standing
    if on < timezone.localdate(at):
        raise Refused(f"{on} 已经过去，请选今天或以后的日期；查过的由检查记录自己记在日历上")
    if unit.kind != UnitKind.SECTION or unit.mine_id != mine.pk or office.mine_id != mine.pk:
        raise Refused("检查安排给本矿的区队，请重新选")
    if unit.closed_on is not None and unit.closed_on <= on:
        raise Refused(f"{unit.name}已于 {unit.closed_on} 撤销")
    version = PracticeVersion.objects.on(on).filter(practice=practice).first()
    if version is None or not version.content.get("check"):
        raise Refused(f"“{practice.title}”{on} 不是矿级检查，请从列表里选")
    check = PlannedCheck.objects.create(mine=mine, practice=practice, office=office, unit=unit, on=on)
    _log(by, at, "practices.check.planned", check)
    return check


@transaction.atomic
def cancel_check(*, by: Actor, at: dt.datetime, check: PlannedCheck) -> None:
    by.require(Capability.CHECK_PLAN, check.office)
    hold(check.mine)
    if not PlannedCheck.objects.filter(pk=check.pk).exists():
        return
    _log(by, at, "practices.check.cancelled", check)
    check.delete()


def _log(by: Actor, at: dt.datetime, action: str, check: PlannedCheck) -> None:
    said = {"practice": check.practice.title, "office": check.office.name, "unit": check.unit.name}
    after = {**said, "date": check.on.isoformat()}
    subject = ("check", check.pk, f"{check.unit.name} {check.on}")
    audit.write(by=by, at=at, mine=check.mine.code, action=action, subject=subject, after=after)

"""A unit takes a work method over in one step, and leaves it again. What was done stays."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Serves, Unit, UnitKind, ids_of
from pithead.practices.actions.dating import not_long_past
from pithead.practices.actions.proposing import in_words, roles_over
from pithead.practices.models import Adoption, WorkMethod
from pithead.practices.queries import burden

ADOPTERS = (UnitKind.MINE, UnitKind.SECTION, UnitKind.CREW, UnitKind.OFFICE, UnitKind.BRANCH)
BRANCHES = (UnitKind.BRANCH, UnitKind.GENERAL_BRANCH)


@transaction.atomic
def adopt(*, by: Actor, at: dt.datetime, method: WorkMethod, unit: Unit, since: dt.date) -> Adoption:
    """Its duties begin on the day given. Of a section the branches that lead its party work take it over with it, unless they
    have it already."""
    by.require(Capability.METHOD_ADOPT, unit)
    hold(method.mine)
    if standing := Adoption.objects.filter(method=method, unit=unit, since=since, until=None).first():
        return standing
    _check(method, unit, since)
    not_long_past(by, at, method.mine, since)
    _check_burden(by, method, since)
    made = [
        Adoption.objects.create(mine=method.mine, method=method, unit=one, since=since)
        for one in [unit, *(branch for branch in _branches_of(unit, since) if not _overlapping(method, branch, since))]
    ]
    _log(by, at, "practices.method.adopted", made)
    return made[0]


@transaction.atomic
def leave(*, by: Actor, at: dt.datetime, adoption: Adoption, on: dt.date, note: str = "") -> Adoption:
    """`on` is the last day. The branches of a section leave with it where no other section of theirs uses the method."""
    by.require(Capability.METHOD_ADOPT, adoption.unit)
    hold(adoption.mine)
    adoption.refresh_from_db(fields=["until"])
    if adoption.until == on:
        return adoption
    if adoption.until is not None:
        raise Refused(f"“{adoption.unit}”已定于 {adoption.until} 退出“{adoption.method}”")
    if on < adoption.since:
        raise Refused(f"“{adoption.unit}”从 {adoption.since} 起采用，退出日期不能更早")
    not_long_past(by, at, adoption.mine, on + dt.timedelta(days=1))
    ended = [adoption, *_left_behind(adoption, on)]
    for one in ended:
        one.until, one.note = on, note.strip()
        one.save(update_fields=["until", "note"])
    _log(by, at, "practices.method.left", ended)
    return adoption


@transaction.atomic
def credit(*, by: Actor, at: dt.datetime, method: WorkMethod, origin: Unit | None) -> WorkMethod:
    """The unit that thought of it is named wherever it is used."""
    by.require(Capability.PRACTICE_EDIT, method.mine)
    if method.origin_id == (origin.pk if origin else None):
        return method
    if origin is not None and origin.mine_id != method.mine_id:
        raise Refused(f"“{origin}”不是本矿的单位")
    before = {"unit": method.origin.name if method.origin else None}
    method.origin = origin
    method.save(update_fields=["origin"])
    subject = ("method", method.pk, method.title)
    facts = {"before": before, "after": {"unit": origin.name if origin else None}}
    audit.write(by=by, at=at, mine=method.mine.code, action="practices.method.credited", subject=subject, **facts)
    return method


def _check(method: WorkMethod, unit: Unit, since: dt.date) -> None:
    if unit.mine_id != method.mine_id or unit.kind not in ADOPTERS:
        raise Refused(f"“{unit}”不能采用工作法：请选本矿的矿、区队、班组、科室或党支部")
    if since < unit.opened_on or (unit.closed_on is not None and unit.closed_on < since):
        raise Refused(f"“{unit}”在 {since} 还没有设立或已经撤销")
    for other in _overlapping(method, unit, since):
        if other.unit_id == unit.pk:
            until = f"到 {other.until} 为止，" if other.until else ""
            raise Refused(f"“{unit}”从 {other.since} 起已经采用“{method}”，{until}请换一个日期")
        if unit.path.startswith(other.unit.path):
            raise Refused(f"“{other.unit}”从 {other.since} 起已经采用“{method}”，“{unit}”在内，不必另行采用")
        raise Refused(f"下级“{other.unit}”从 {other.since} 起已经采用“{method}”，请它先退出，再由“{unit}”整体采用")


def _check_burden(by: Actor, method: WorkMethod, since: dt.date) -> None:
    """What a mine leader has allowed needs no asking again."""
    if by.is_system:
        return
    caps = burden.caps_of(method.mine)
    for day in burden.days_of_change(method.mine, since):
        before = burden.versions_in_force(method.mine, day)
        after = burden.versions_in_force(method.mine, day, besides=[method.pk])
        allowed = [version for version in after if version.approved_by_id and version.practice.method_id == method.pk]
        loads = burden.compare(burden.specs_of([*before, *allowed]), burden.specs_of(after), caps)
        if over := roles_over(loads):
            raise Refused(f"采用后填报超过上限：{in_words(over)}。请先减少别的要求，或请矿领导调整上限")


def _overlapping(method: WorkMethod, unit: Unit, since: dt.date) -> list[Adoption]:
    """Those on the way up and down the tree that hold on a day from `since` on."""
    on_the_way = Q(unit__in=ids_of(unit.path)) | Q(unit__path__startswith=unit.path)
    rows = Adoption.objects.filter(Q(until=None) | Q(until__gte=since), on_the_way, method=method)
    return list(rows.select_related("unit").order_by("since"))


def _branches_of(unit: Unit, on: dt.date) -> list[Unit]:
    if unit.kind != UnitKind.SECTION:
        return []
    links = Serves.objects.on(on).filter(unit=unit, server__kind__in=BRANCHES)
    return [link.server for link in links.select_related("server").order_by("server__path")]


def _left_behind(adoption: Adoption, on: dt.date) -> list[Adoption]:
    """Of the branches of a section, where it was the last of theirs to use the method."""
    found: list[Adoption] = []
    for branch in _branches_of(adoption.unit, on):
        others = Serves.objects.on(on).filter(server=branch).exclude(unit=adoption.unit).select_related("unit")
        after = on + dt.timedelta(days=1)
        if not any(_overlapping(adoption.method, link.unit, after) for link in others):
            found += Adoption.objects.on(on).filter(method=adoption.method, unit=branch, until=None)
    return found


def _log(by: Actor, at: dt.datetime, action: str, adoptions: Sequence[Adoption]) -> None:
    changes = [audit.Change("method", str(one.method_id), one.method.title, after=_facts(one)) for one in adoptions]
    audit.write_many(by=by, at=at, mine=adoptions[0].mine.code, action=action, changes=changes)


def _facts(adoption: Adoption) -> dict[str, Any]:
    until = adoption.until.isoformat() if adoption.until else None
    return {"unit": adoption.unit.name, "since": adoption.since.isoformat(), "until": until, "note": adoption.note}

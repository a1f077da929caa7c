"""Opening, renaming, moving and closing units; which branch or office serves which."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from pithead.kernel import audit
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Membership, Post, Serves, Unit, UnitKind, path_below, unfit_for_an_address

K = UnitKind
STANDS_UNDER: dict[str, tuple[str, ...]] = {
    K.COMPANY: (K.GROUP,),
    K.MINE: (K.COMPANY, K.GROUP),
    K.OFFICE: (K.MINE,),
    K.SECTION: (K.MINE,),
    K.CREW: (K.SECTION, K.OFFICE),
    K.COMMITTEE: (K.MINE,),
    K.GENERAL_BRANCH: (K.COMMITTEE, K.MINE),
    K.BRANCH: (K.GENERAL_BRANCH, K.COMMITTEE, K.MINE),
    K.PARTY_GROUP: (K.BRANCH,),
}
SERVERS = (K.BRANCH, K.GENERAL_BRANCH, K.OFFICE)
SHOWN = 5  # names in a reason


@dataclass(frozen=True)
class NewUnit:
    """A unit to be opened. `parent` is a unit, or the code of one opened in the same call."""

    parent: Unit | str
    kind: str
    code: str
    name: str
    opened_on: dt.date
    specialty: str = ""
    sub_kind: str = ""
    short_name: str = ""
    position: int = 0


def open_unit(*, by: Actor, at: dt.datetime, new: NewUnit) -> Unit:
    return open_units(by=by, at=at, new=[new])[0]


@transaction.atomic
def open_units(*, by: Actor, at: dt.datetime, new: Sequence[NewUnit]) -> list[Unit]:
    """All or none, parents before children. A unit that stands already as described is returned as it is."""
    if not new:
        return []
    mine = _mine_of(new)
    by.require(Capability.ORG_EDIT, mine)
    known = {unit.code: unit for unit in Unit.objects.of_mine(mine)}
    known |= {spec.parent.code: spec.parent for spec in new if isinstance(spec.parent, Unit)}
    opened: list[Unit] = []
    reasons: list[Reason] = []
    for spec in new:
        parent = spec.parent if isinstance(spec.parent, Unit) else known.get(spec.parent)
        if problem := _problem(spec, parent, known.get(spec.code)):
            reasons.append(Reason(problem))
        elif spec.code not in known:
            assert parent is not None
            known[spec.code] = _built(spec, parent)
            opened.append(known[spec.code])
    if reasons:
        raise Refused(reasons)
    _insert(opened)
    _log(by, at, "org.unit.opened", opened)
    return [known[spec.code] for spec in new]


def _mine_of(new: Sequence[NewUnit]) -> Unit:
    mines = {spec.parent.mine for spec in new if isinstance(spec.parent, Unit)}
    if len(mines) != 1 or (mine := mines.pop()) is None:
        raise Refused("新单位要设在一个矿里面")
    return mine


def _problem(spec: NewUnit, parent: Unit | None, standing: Unit | None) -> str:
    said = f"“{spec.name}”（{spec.code}）"
    if not spec.name.strip() or not spec.code.strip():
        return "单位要有编号和名称"
    if problem := unfit_for_an_address(spec.code):
        return f"编号 {spec.code} {problem}"
    if parent is None:
        return f"{said}的上级单位“{spec.parent}”不存在"
    if parent.kind not in STANDS_UNDER.get(spec.kind, ()):
        return f"{K(spec.kind).label}{said}不能设在{parent.get_kind_display()}“{parent.name}”下面"
    if standing and (standing.name, standing.kind, standing.parent_id) != (spec.name, spec.kind, parent.pk):
        return f"编号 {spec.code} 已经是“{standing.name}”，请换一个编号"
    return ""


def _built(spec: NewUnit, parent: Unit) -> Unit:
    return Unit(
        mine=parent.mine,
        parent=parent,
        kind=spec.kind,
        code=spec.code,
        name=spec.name,
        short_name=spec.short_name,
        specialty=spec.specialty,
        sub_kind=spec.sub_kind,
        position=spec.position,
        opened_on=spec.opened_on,
    )


def _insert(units: list[Unit]) -> None:
    """A path needs the id: level by level, one insert and one update each."""
    waiting = units
    while waiting:
        ready = [unit for unit in waiting if unit.parent is not None and unit.parent.path]
        Unit.objects.bulk_create(ready, batch_size=500)
        for unit in ready:
            assert unit.parent is not None
            unit.path = path_below(unit.parent, unit.pk)
        Unit.objects.bulk_update(ready, ["path"], batch_size=500)
        waiting = [unit for unit in waiting if not unit.path]


def _log(by: Actor, at: dt.datetime, action: str, units: Sequence[Unit], before: Any = None) -> None:
    changes = [audit.Change("unit", str(unit.pk), unit.name, before, facts(unit)) for unit in units]
    if changes:
        audit.write_many(by=by, at=at, mine=tenant(units[0]), action=action, changes=changes)


def facts(unit: Unit) -> dict[str, Any]:
    """What the log keeps of a unit."""
    return {
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "specialty": unit.specialty,
        "sub_kind": unit.sub_kind,
        "parent": unit.parent.name if unit.parent else None,
        "opened_on": unit.opened_on.isoformat(),
        "closed_on": unit.closed_on.isoformat() if unit.closed_on else None,
    }


def tenant(unit: Unit) -> str:
    """The code the log files a unit's events under: its mine's; of units above mines, their own."""
    return unit.mine.code if unit.mine else unit.code


@transaction.atomic
def rename_unit(
    *,
    by: Actor,
    at: dt.datetime,
    unit: Unit,
    name: str,
    short_name: str = "",
    specialty: str = "",
    sub_kind: str = "",
) -> Unit:
    """The same unit under another name. What it was called before stands in the log and on its page."""
    by.require(Capability.ORG_EDIT, unit)
    if not name.strip():
        raise Refused("单位要有名称")
    before = facts(unit)
    unit.name, unit.short_name, unit.specialty, unit.sub_kind = name.strip(), short_name, specialty, sub_kind
    if facts(unit) != before:
        unit.save()
        _log(by, at, "org.unit.renamed", [unit], before)
    return unit


@transaction.atomic
def move_unit(*, by: Actor, at: dt.datetime, unit: Unit, parent: Unit) -> Unit:
    """Put a unit with everything below it under another one of the same mine."""
    by.require(Capability.ORG_EDIT, unit)
    by.require(Capability.ORG_EDIT, parent)
    if unit.parent_id == parent.pk:
        return unit
    if parent.kind not in STANDS_UNDER.get(unit.kind, ()) or parent.mine_id != unit.mine_id:
        raise Refused(f"{unit.get_kind_display()}“{unit.name}”不能放到{parent.get_kind_display()}“{parent.name}”下面")
    before = facts(unit)
    put_under(unit, parent)
    _log(by, at, "org.unit.moved", [unit], before)
    return unit


def put_under(unit: Unit, parent: Unit) -> None:
    """One statement rewrites the paths of the whole subtree."""
    old, new = unit.path, path_below(parent, unit.pk)
    unit.parent, unit.path = parent, new
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    Unit.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))


@transaction.atomic
def close_unit(*, by: Actor, at: dt.datetime, unit: Unit, on: dt.date) -> Unit:
    """`on` is its last day. Who and what still hangs on it is named instead of being closed in silence."""
    by.require(Capability.ORG_EDIT, unit)
    if unit.closed_on == on:
        return unit
    if reasons := _still_there(unit, on):
        raise Refused(reasons)
    before = facts(unit)
    unit.closed_on = on
    unit.save()
    for served in (Serves.objects.filter(unit=unit), Serves.objects.filter(server=unit)):
        served.filter(Q(until=None) | Q(until__gt=on), since__lte=on).update(until=on)
    unit.crew_shifts.filter(Q(until=None) | Q(until__gt=on), since__lte=on).update(until=on)
    _log(by, at, "org.unit.closed", [unit], before)
    return unit


def _still_there(unit: Unit, on: dt.date) -> list[Reason]:
    said = f"“{unit.name}”"
    if unit.kind in (K.MINE, K.COMPANY, K.GROUP):
        return [Reason(f"{unit.get_kind_display()}{said}不能在这里撤销")]
    if on < unit.opened_on:
        return [Reason(f"{said}从 {unit.opened_on} 起设立，不能在这之前撤销")]
    lasting = Q(until=None) | Q(until__gt=on)
    reasons = []
    if below := list(unit.children.filter(Q(closed_on=None) | Q(closed_on__gt=on)).order_by("path")):
        reasons.append(Reason(f"{said}下面还有 {_listed([child.name for child in below])}，请先撤销或调整"))
    people = Membership.objects.filter(lasting, unit=unit).order_by("person__staff_no")
    if names := list(people.values_list("person__name", flat=True)):
        reasons.append(Reason(f"{said}还有 {len(names)} 人：{_listed(names)}，请先调到别的单位"))
    posts = Post.objects.filter(lasting, unit=unit).select_related("person").order_by("person__staff_no")
    if held := [f"{post.person.name}（{post.role_label}）" for post in posts]:
        reasons.append(Reason(f"{said}还有 {len(held)} 人任职：{_listed(held)}，请先免职"))
    return reasons


def _listed(names: list[str]) -> str:
    return "、".join(names[:SHOWN]) + ("等" if len(names) > SHOWN else "")


# ── who serves whom ──
@transaction.atomic
def serve(*, by: Actor, at: dt.datetime, server: Unit, unit: Unit, since: dt.date) -> Serves:
    """From a date a branch leads a unit's party work, or an office is its contact."""
    by.require(Capability.ORG_EDIT, unit)
    if server.kind not in SERVERS or server.mine_id != unit.mine_id or server.mine is None:
        raise Refused(f"“{server.name}”不是本矿的党支部或科室，不能服务“{unit.name}”")
    if standing := Serves.objects.on(since).filter(server=server, unit=unit).first():
        return standing
    link = Serves.objects.create(mine=server.mine, server=server, unit=unit, since=since)
    _log_serves(by, at, "org.serves.began", link)
    return link


@transaction.atomic
def stop_serving(*, by: Actor, at: dt.datetime, link: Serves, on: dt.date) -> Serves:
    """`on` is the last day."""
    by.require(Capability.ORG_EDIT, link.unit)
    if link.until == on:
        return link
    if on < link.since:
        raise Refused(f"“{link.server.name}”从 {link.since} 起服务“{link.unit.name}”，结束日期不能更早")
    link.until = on
    link.save()
    _log_serves(by, at, "org.serves.ended", link)
    return link


def _log_serves(by: Actor, at: dt.datetime, action: str, link: Serves) -> None:
    after = {
        "unit": link.unit.name,
        "since": link.since.isoformat(),
        "until": link.until.isoformat() if link.until else None,
    }
    subject = ("unit", link.server.pk, link.server.name)
    audit.write(by=by, at=at, mine=tenant(link.server), action=action, subject=subject, after=after)

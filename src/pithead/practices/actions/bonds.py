"""Who answers for what or whom besides his post: member zones, model posts, who looks after whom, party group and crew."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Membership, Person, Place, Serves, Unit, UnitKind, ids_of
from pithead.org.models.people import PoliticalStatus
from pithead.org.models.places import PlaceKind
from pithead.org.models.units import PARTY_KINDS
from pithead.org.queries import place_of
from pithead.practices.actions.dating import not_long_past
from pithead.practices.models import Bond, BondKind

MEMBERS = (PoliticalStatus.FULL_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER)
FOREVER, ONE_DAY = dt.date.max, dt.timedelta(days=1)


@dataclass(frozen=True)
class BondDraft:
    """zone: `person` and `place` · post: `person` and `label` · workers: `person` and `worker` · cell: `group` and `crew`."""

    kind: str
    person: Person | None = None
    worker: Person | None = None
    place: Place | None = None
    group: Unit | None = None
    crew: Unit | None = None
    label: str = ""
    promise: str = ""

    @property
    def subject(self) -> dict[str, Any]:
        """What makes it this bond and no other."""
        named = {
            BondKind.ZONE: ("person", "place"),
            BondKind.POST: ("person",),
            BondKind.WORKERS: ("person", "worker"),
            BondKind.CELL: ("group",),
        }[BondKind(self.kind)]
        return {name: getattr(self, name) for name in named}


@transaction.atomic
def set_bond(
    *, by: Actor, at: dt.datetime, mine: Unit, draft: BondDraft, since: dt.date, until: dt.date | None = None
) -> Bond:
    """The same bond over the same days is there once. It counts for the section or crew where the work is."""
    unit = CHECKS[BondKind(draft.kind)](draft, since)
    by.require(Capability.BOND_EDIT, unit)
    hold(mine)
    not_long_past(by, at, mine, since)
    if until and until < since:
        raise Refused(f"结束日期 {until} 早于开始日期 {since}")
    standing = Bond.objects.filter(mine=mine, kind=draft.kind)
    span = standing.during(since, until or FOREVER)
    again = span.filter(**draft.subject, unit=unit, since=since, until=until, label=draft.label, promise=draft.promise)
    if (same := again.first()) is not None:
        return same
    _alone(draft, unit, span)
    said = {"label": draft.label, "promise": draft.promise}
    bond = Bond.objects.create(mine=mine, kind=draft.kind, unit=unit, **draft.subject, **said, since=since, until=until)
    _log(by, at, "practices.bond.set", bond)
    return bond


@transaction.atomic
def end_bond(*, by: Actor, at: dt.datetime, bond: Bond, on: dt.date) -> Bond:
    """`on` is its last day. What was done under it stays."""
    by.require(Capability.BOND_EDIT, bond.unit)
    hold(bond, "until")
    if bond.until is not None and bond.until <= on:
        return bond
    if on < bond.since:
        raise Refused(f"从 {bond.since} 才开始，结束日期不能更早")
    not_long_past(by, at, bond.mine, on + ONE_DAY)
    before, bond.until = _facts(bond), on
    bond.save(update_fields=["until"])
    _log(by, at, "practices.bond.ended", bond, before)
    return bond


# ── what each kind needs; the unit it counts for ──
def _zone(draft: BondDraft, on: dt.date) -> Unit:
    person, place = _person(draft.person, on), draft.place
    if place is None or place.kind != PlaceKind.ZONE:
        raise Refused("请选一个责任区；地点里还没有的，先由人力资源科在“地点”里按责任区建好")
    if place.unit is None:
        raise Refused(f"责任区“{place}”还没有归到区队，请先在“地点”里写明单位")
    if place.mine_id != person.mine_id:
        raise Refused(f"责任区“{place}”不是{person.name}所在煤矿的")
    return place.unit


def _post(draft: BondDraft, on: dt.date) -> Unit:
    person = _member(draft.person, on)
    if not draft.label:
        raise Refused("请写示范岗的名称，例如“8201 支架工示范岗”")
    return _workplace(person)


def _workers(draft: BondDraft, on: dt.date) -> Unit:
    person, worker = _member(draft.person, on), _person(draft.worker, on)
    if person == worker:
        raise Refused("包保的是别人，不能写本人")
    if person.mine_id != worker.mine_id:
        raise Refused(f"{worker.name}和{person.name}不在一个矿")
    return _workplace(worker)


def _cell(draft: BondDraft, on: dt.date) -> Unit:
    if draft.group is None or draft.group.kind != UnitKind.PARTY_GROUP:
        raise Refused("请选一个党小组")
    if draft.crew is None or draft.crew.kind != UnitKind.CREW or draft.crew.mine_id != draft.group.mine_id:
        raise Refused("请选一个班组")
    if draft.crew.closed_on is not None and draft.crew.closed_on <= on:
        raise Refused(f"{draft.crew.name}已于 {draft.crew.closed_on} 撤销")
    near = Serves.objects.on(on).filter(server__in=ids_of(draft.group.path), unit__in=ids_of(draft.crew.path))
    if not near.exists():
        raise Refused(
            f"{draft.group.name}所在的党支部在 {on} 不服务{place_of(draft.crew)}，不能结对。请选服务这个区队的支部的党小组"
        )
    return draft.crew


CHECKS: dict[BondKind, Callable[[BondDraft, dt.date], Unit]] = {
    BondKind.ZONE: _zone,
    BondKind.POST: _post,
    BondKind.WORKERS: _workers,
    BondKind.CELL: _cell,
}


def _person(person: Person | None, on: dt.date) -> Person:
    if person is None:
        raise Refused("请写工号或姓名")
    if person.left_on is not None and person.left_on <= on:
        raise Refused(f"{person.name}已于 {person.left_on} 离矿")
    return person


def _member(person: Person | None, on: dt.date) -> Person:
    found = _person(person, on)
    in_party = Membership.objects.on(on).filter(person=found, unit__kind__in=PARTY_KINDS).exists()
    if not in_party and found.political_status not in MEMBERS:
        raise Refused(f"{found.name}不是党员，示范岗和包保由党员承担；花名册没有登记的，请先补上政治面貌")
    return found


def _workplace(person: Person) -> Unit:
    if person.unit is None:
        raise Refused(f"{person.name}没有所在单位，请先在花名册里补上")
    return person.unit


def _alone(draft: BondDraft, unit: Unit, span: "QuerySet[Bond]") -> None:
    """Nobody twice at a zone, on a post, or looked after by two; one group for a crew and one crew for a group."""
    match BondKind(draft.kind):
        case BondKind.ZONE | BondKind.POST:
            other = span.filter(**draft.subject)
        case BondKind.WORKERS:
            other = span.filter(worker=draft.worker)
        case BondKind.CELL:
            other = span.filter(group=draft.group) | span.filter(unit=unit)
    found = other.select_related("person", "worker", "place", "group", "unit").order_by("since").first()
    if found is not None:
        dates = f"{found.since} 至 {found.until or '今'}"
        raise Refused(f"已有安排：{told(found)}（{dates}），日期重叠了。请先结束原来的，或者改日期")


def told(bond: Bond) -> str:
    """A bond in one line, with names: for those who arrange them and whom it is about."""
    match BondKind(bond.kind):
        case BondKind.ZONE:
            return f"{bond.person} · 责任区“{bond.place}”"
        case BondKind.POST:
            return f"{bond.person} · 示范岗“{bond.label}”"
        case BondKind.WORKERS:
            return f"{bond.person}包保{bond.worker}"
        case BondKind.CELL:
            return f"{bond.group}和{bond.unit}"


def _facts(bond: Bond) -> dict[str, Any]:
    """People by staff number: who looked after whom may be asked later."""
    people = {"person": bond.person, "worker": bond.worker}
    named = {name: person.staff_no for name, person in people.items() if person is not None}
    others = {"place": bond.place, "group": bond.group}
    said = {name: str(value) for name, value in others.items() if value is not None}
    until = bond.until.isoformat() if bond.until else None
    dates = {"since": bond.since.isoformat(), "until": until}
    texts = {"label": bond.label, "promise": bond.promise}
    return {"kind": bond.get_kind_display(), "unit": bond.unit.name, **named, **said, **texts, **dates}


def _log(by: Actor, at: dt.datetime, action: str, bond: Bond, before: dict[str, Any] | None = None) -> None:
    subject = ("bond", bond.pk, str(bond))
    audit.write(by=by, at=at, mine=bond.mine.code, action=action, subject=subject, before=before, after=_facts(bond))

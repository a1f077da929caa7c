"""People and where they belong: coming, moving, leaving, and what is written about them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from pithead.kernel import audit
from pithead.kernel.db import hold
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.actions.seats import seat_posts
from pithead.org.models import Line, Membership, Person, Post, Unit, User, unfit_for_an_address
from pithead.org.models.people import age_problem

ONE_DAY = dt.timedelta(days=1)
PARTICULARS = ("sex", "born_on", "hired_on", "employment", "education", "political_status", "job", "id_number", "phone")
KEPT_OUT_OF_THE_LOG = {
    "id_number",
    "phone",
    "born_on",
    "political_status",
}  # the log says that they changed, not to what


@dataclass(frozen=True)
class NewPerson:
    """`unit` is the section, crew or office; `party_unit` the branch or party group, for those who belong to one."""

    staff_no: str
    name: str
    unit: Unit | None
    since: dt.date
    party_unit: Unit | None = None
    sex: str = ""
    born_on: dt.date | None = None
    hired_on: dt.date | None = None
    employment: str = ""
    education: str = ""
    political_status: str = ""
    job: str = ""
    id_number: str = ""
    phone: str = ""

    @property
    def units(self) -> list[Unit]:
        return [unit for unit in (self.unit, self.party_unit) if unit]


def add_person(*, by: Actor, at: dt.datetime, mine: Unit, new: NewPerson) -> Person:
    return add_people(by=by, at=at, mine=mine, new=[new])[0]


@transaction.atomic
def add_people(*, by: Actor, at: dt.datetime, mine: Unit, new: Sequence[NewPerson]) -> list[Person]:
    """All or none. Somebody who is there already under the same number and name is returned unchanged."""
    by.require(Capability.ORG_EDIT, mine)
    hold(mine)
    numbers = [spec.staff_no for spec in new]
    known = {person.staff_no: person for person in Person.objects.filter(mine=mine, staff_no__in=numbers)}
    if reasons := _problems(mine, new, known):
        raise Refused(reasons)
    fresh = [spec for spec in new if spec.staff_no not in known]
    made = Person.objects.bulk_create([_person(mine, spec) for spec in fresh], batch_size=500)
    Membership.objects.bulk_create(
        [
            Membership(mine=mine, person=person, unit=unit, since=spec.since)
            for person, spec in zip(made, fresh, strict=True)
            for unit in spec.units
        ],
        batch_size=500,
    )
    log_people(by, at, "org.person.added", made)
    known |= {person.staff_no: person for person in made}
    return [known[number] for number in numbers]


def _problems(mine: Unit, new: Sequence[NewPerson], known: dict[str, Person]) -> list[Reason]:
    reasons, seen = [], set()
    for spec in new:
        said = f"{spec.name}（{spec.staff_no}）"
        standing = known.get(spec.staff_no)
        if not spec.staff_no.strip() or not spec.name.strip():
            reasons.append(Reason("每个人都要有工号和姓名"))
        elif problem := unfit_for_an_address(spec.staff_no):
            reasons.append(Reason(f"工号 {spec.staff_no} {problem}"))
        elif spec.born_on and (problem := age_problem(spec.born_on, spec.since)):
            reasons.append(Reason(f"{said}：{problem}"))
        elif spec.staff_no in seen:
            reasons.append(Reason(f"工号 {spec.staff_no} 出现了两次"))
        elif standing and standing.name != spec.name:
            reasons.append(Reason(f"工号 {spec.staff_no} 已经是{standing.name}，不能再给{spec.name}"))
        elif any(unit.mine_id != mine.pk for unit in spec.units):
            reasons.append(Reason(f"{said}的单位不在本矿"))
        elif any(not stands(unit, spec.since) for unit in spec.units):
            reasons.append(Reason(f"{said}的单位在 {spec.since} 还没有设立或已经撤销"))
        seen.add(spec.staff_no)
    return reasons


def stands(unit: Unit, on: dt.date) -> bool:
    return unit.opened_on <= on and (unit.closed_on is None or unit.closed_on >= on)


def _person(mine: Unit, spec: NewPerson) -> Person:
    particulars = {name: getattr(spec, name) for name in PARTICULARS}
    return Person(mine=mine, staff_no=spec.staff_no, name=spec.name, unit=spec.unit, **particulars)


def log_people(
    by: Actor, at: dt.datetime, action: str, people: Sequence[Person], before: Any = None, after: Any = None
) -> None:
    changes = [
        audit.Change(
            "person", str(person.pk), f"{person.name} {person.staff_no}", before, after or person_facts(person)
        )
        for person in people
    ]
    if changes:
        audit.write_many(by=by, at=at, mine=people[0].mine.code, action=action, changes=changes)


def person_facts(person: Person) -> dict[str, Any]:
    """What the log keeps of a person."""
    return {
        "staff_no": person.staff_no,
        "name": person.name,
        "unit": person.unit.name if person.unit else None,
        "job": person.job,
        "left_on": person.left_on.isoformat() if person.left_on else None,
    }


@transaction.atomic
def amend_person(*, by: Actor, at: dt.datetime, person: Person, name: str, **particulars: Any) -> Person:
    """Correct what is written about a person; the log names the fields, and the values only where they are nobody's secret."""
    by.require(Capability.ORG_EDIT, person.unit or person.mine)
    if not name.strip() or set(particulars) - set(PARTICULARS):
        raise Refused("要有姓名")
    wanted = {"name": name.strip(), **particulars}
    changed = {field: value for field, value in wanted.items() if getattr(person, field) != value}
    if not changed:
        return person
    if (born := changed.get("born_on")) and (problem := age_problem(born, person.left_on or timezone.localdate(at))):
        raise Refused(f"{person.name}：{problem}")
    before = {field: _loggable(field, getattr(person, field)) for field in changed}
    for field, value in changed.items():
        setattr(person, field, value)
    person.save(update_fields=[*changed, "spelling"])
    log_people(
        by, at, "org.person.amended", [person], before, {field: _loggable(field, changed[field]) for field in changed}
    )
    return person


def _loggable(field: str, value: Any) -> Any:
    if field in KEPT_OUT_OF_THE_LOG:
        return "（不记录）"
    return value.isoformat() if isinstance(value, dt.date) else value


# ── where people belong ──
@transaction.atomic
def move_person(*, by: Actor, at: dt.datetime, person: Person, unit: Unit, since: dt.date) -> Membership:
    """From `since` on the person belongs to `unit`; the membership before, in the same line, ends the day before."""
    by.require(Capability.ORG_EDIT, unit)
    _hold_person(by, person)
    current = _membership(person, unit.line)
    if current and current.unit_id == unit.pk:
        return current
    _check_move(person, unit, since, at, current)
    before = person_facts(person)
    if current and current.since == since:  # a correction of the same day, not a stay of no days
        current.unit = unit
        current.save()
    else:
        if current:
            current.until = since - ONE_DAY
            current.save()
        current = Membership.objects.create(mine=person.mine, person=person, unit=unit, since=since)
    if unit.line == Line.ADMINISTRATIVE:
        person.unit = unit
        person.save(update_fields=["unit"])
    log_people(by, at, "org.person.moved", [person], before, {"unit": unit.name, "since": since.isoformat()})
    return current


def _hold_person(by: Actor, person: Person) -> None:
    """Whoever changes where people belong holds the mine: one lock, so nobody waits for somebody who waits for him. The person
    may meanwhile be elsewhere, so the right is asked for again."""
    by.require(Capability.ORG_EDIT, person.unit or person.mine)
    hold(person.mine)
    person.refresh_from_db(fields=("unit", "left_on"))
    by.require(Capability.ORG_EDIT, person.unit or person.mine)


def _membership(person: Person, line: str) -> Membership | None:
    """The open one in a line."""
    rows = Membership.objects.filter(person=person, until=None).select_related("unit").order_by("-since")
    return next((row for row in rows if row.unit.line == line), None)


def _check_move(person: Person, unit: Unit, since: dt.date, at: dt.datetime, current: Membership | None) -> None:
    if unit.mine_id != person.mine_id:
        raise Refused(f"“{unit.name}”不在{person.name}所在的矿")
    if not stands(unit, since):
        raise Refused(f"“{unit.name}”在 {since} 还没有设立或已经撤销")
    if since > timezone.localdate(at):
        raise Refused("调动日期不能晚于今天，请到当天再登记")
    if current and since < current.since:
        raise Refused(f"{person.name}从 {current.since} 起在“{current.unit.name}”，调动日期不能更早")
    if person.left_on:
        raise Refused(f"{person.name}已于 {person.left_on} 离矿")


@transaction.atomic
def release_person(*, by: Actor, at: dt.datetime, person: Person, on: dt.date) -> Person:
    """The person leaves the mine; `on` is the last day. Memberships and posts end, the account no longer opens."""
    _hold_person(by, person)
    if person.left_on == on:
        return person
    if on > timezone.localdate(at):
        raise Refused("离矿日期不能晚于今天，请到当天再登记")
    for model in (Membership, Post):
        if since := model.objects.filter(person=person, since__gt=on).values_list("since", flat=True).first():
            raise Refused(f"{person.name}在 {since} 还有新的归属或任职，离矿日期不能更早")
    before = person_facts(person)
    for model in (Membership, Post):
        model.objects.filter(Q(until=None) | Q(until__gt=on), person=person).update(until=on)
    seat_posts(Post.objects.filter(person=person))
    person.left_on, person.unit = on, None
    person.save(update_fields=["left_on", "unit"])
    User.objects.filter(person=person).update(is_active=False)
    log_people(by, at, "org.person.released", [person], before)
    return person

"""A mine of 5,000 people with a year of records: what the benchmark of duties runs on."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from pithead.kernel.db import insert_rows
from pithead.org.access import RoleCode
from pithead.org.access import system as acting
from pithead.org.actions import NewUnit, create_mine, open_units
from pithead.org.models import (
    CrewShift,
    Leave,
    Membership,
    Person,
    Place,
    Post,
    Serves,
    Shift,
    ShiftSystem,
    Specialty,
    Unit,
    UnitKind,
)
from pithead.practices.actions import load_pack
from pithead.practices.models import Bond, PracticeVersion, Record, RecordPerson
from pithead.practices.testing import MethodSpec

OPENED, YEAR = dt.date(2020, 1, 1), 2025
FIRST, LAST = dt.date(YEAR, 1, 1), dt.date(YEAR, 12, 31)
SECTIONS, CREWS, PEOPLE, OFFICES = 40, 4, 5_000, 20
DONE = 0.8  # of what is owed
PACK = {
    "code": "bench",
    "title": "测速工作法",
    "on": True,
    "practices": [
        {"code": code, "title": code, "performers": performers, "quotas": quotas}
        for code, performers, quotas in (
            ("walk", ["branch_secretary"], [{"every": "month", "count": 8}, {"every": "month", "count": 4, "only": "underground"}]),
            ("look", ["crew_leader"], [{"every": "day"}]),
            ("pre_shift", ["crew_leader"], [{"every": "shift", "per": "unit", "among": "crew"}]),
            ("meeting", ["section_head"], [{"every": "week", "per": "unit", "among": "section"}]),
            ("talk", ["branch_secretary"], [{"every": "year", "per": "worker"}]),
            ("member", ["member"], [{"every": "month", "per": "member", "count": 2}]),
            ("patrol", ["member"], [{"every": "week", "per": "zone", "count": 3}, {"every": "month", "per": "zone", "count": 3, "distinct": "shift"}]),
            ("visit", ["liaison_officer"], [{"every": "month", "per": "pair", "count": 2}]),
            ("bond", ["member"], [{"every": "quarter", "per": "bond", "among": "zone"}]),
        )
    ],
}  # fmt: skip


@dataclass
class Year:
    mine: Unit
    chance: random.Random
    units: dict[str, list[Unit]] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    made: int = 0
    records: list[dict[str, Any]] = field(default_factory=list)
    talked: list[tuple[UUID, int]] = field(default_factory=list)


def year() -> Year:
    timezone.activate("Asia/Shanghai")
    at = dt.datetime(YEAR, 1, 1, 8, tzinfo=timezone.get_current_timezone())
    mine = create_mine(at=at, code="DUTY", name="测速煤矿", opened_on=OPENED)
    one = Year(mine, random.Random(5))
    _units(one, at)
    _people(one)
    _others(one)
    load_pack(by=acting(mine), at=at, mine=mine, spec=MethodSpec.from_plain(PACK), since=FIRST)
    _records(one)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return one


def _units(one: Year, at: dt.datetime) -> None:
    def opened(new: list[NewUnit]) -> list[Unit]:
        return list(open_units(by=acting(one.mine), at=at, new=new))

    office = [NewUnit(one.mine, UnitKind.OFFICE, f"BO{n}", f"测速{n}科", OPENED) for n in range(OFFICES)]
    one.units["office"] = opened(office)
    new = [
        NewUnit(one.mine, UnitKind.SECTION, f"S{n}", f"掘进{n}队", OPENED, specialty=Specialty.TUNNELLING)
        for n in range(SECTIONS)
    ]
    one.units["section"] = opened(new)
    crews = [
        NewUnit(section, UnitKind.CREW, f"{section.code}-{n}", f"{n}班", OPENED, specialty=Specialty.TUNNELLING)
        for section in one.units["section"]
        for n in range(CREWS)
    ]
    one.units["crew"] = opened(crews)
    committee = Unit.objects.filter(mine=one.mine, kind=UnitKind.COMMITTEE).first()
    if committee is None:
        committee = opened([NewUnit(one.mine, UnitKind.COMMITTEE, "BDW", "矿党委", OPENED)])[0]
    branches = [NewUnit(committee, UnitKind.BRANCH, f"B{n}", f"{n}队党支部", OPENED) for n in range(SECTIONS)]
    one.units["branch"] = opened(branches)


def _people(one: Year) -> None:
    """A fifth are members; a third of the chairs is handed over in the year, a tenth of the people are on leave once."""
    mine, chance = one.mine, one.chance
    one.people = Person.objects.bulk_create(
        Person(mine=mine, staff_no=f"{10_000 + n}", name=f"职工{n}", unit=one.units["crew"][n % len(one.units["crew"])])
        for n in range(PEOPLE)
    )
    rows = [Membership(mine=mine, person=person, unit=person.unit, since=OPENED) for person in one.people]
    rows += [
        Membership(mine=mine, person=person, unit=one.units["branch"][n % SECTIONS], since=OPENED)
        for n, person in enumerate(one.people[::5])
    ]
    Membership.objects.bulk_create(rows)
    away = chance.sample(one.people, PEOPLE // 10)
    starts = [FIRST + dt.timedelta(days=chance.randrange(330)) for _ in away]
    Leave.objects.bulk_create(
        Leave(mine=mine, person=person, kind="annual", since=start, until=start + dt.timedelta(days=chance.randrange(5, 60)))
        for person, start in zip(away, starts, strict=True)
    )  # fmt: skip
    heads = (("section_head", "section"), ("crew_leader", "crew"), ("branch_secretary", "branch"))
    for role, kind in heads:
        for unit in one.units[kind]:
            _chair(one, RoleCode(role), unit)


def _chair(one: Year, role: RoleCode, unit: Unit) -> None:
    change = FIRST + dt.timedelta(days=one.chance.randrange(30, 330)) if one.chance.random() < 0.3 else None
    until = change - dt.timedelta(days=1) if change else None
    facts = {"mine": one.mine, "role": role, "unit": unit}
    first = Post.objects.create(**facts, person=one.chance.choice(one.people), since=OPENED, until=until)
    if change:
        Post.objects.create(**facts, person=one.chance.choice(one.people), since=change, seat=first)


def _others(one: Year) -> None:
    mine, chance = one.mine, one.chance
    system = ShiftSystem.objects.create(mine=mine, code="three_eight", name="三八制")
    for n in (1, 2, 3):
        one.shifts.append(Shift.objects.create(system=system, number=n, name=f"{n}", starts_at=dt.time(0), hours=8))
    CrewShift.objects.bulk_create(
        CrewShift(mine=mine, unit=crew, system=system, shift=shift, since=OPENED)
        for n, crew in enumerate(one.units["crew"])
        if (shift := one.shifts[n % len(one.shifts)])
    )
    Serves.objects.bulk_create(
        Serves(mine=mine, server=office, unit=section, since=OPENED)
        for office in one.units["office"]
        for section in chance.sample(one.units["section"], 4)
    )
    Serves.objects.bulk_create(
        Serves(mine=mine, server=branch, unit=section, since=OPENED)
        for branch, section in zip(one.units["branch"], one.units["section"], strict=True)
    )
    zones = Place.objects.bulk_create(
        Place(mine=mine, code=f"Z{n}", name=f"{n} 责任区", kind="zone", unit=section, since=OPENED)
        for n, section in enumerate(one.units["section"] * 3)
    )
    Bond.objects.bulk_create(
        Bond(mine=mine, kind="zone", unit=zone.unit, place=zone, person=chance.choice(one.people[::5]), since=OPENED)
        for zone in zones
    )


# ── a year of records ──
def _records(one: Year) -> None:
    versions = {
        version.practice.code: version
        for version in PracticeVersion.objects.filter(mine=one.mine).select_related("practice")
    }
    for code, facts in _all_done(one):
        if one.chance.random() < DONE:
            one.made += 1
            version = versions[code]
            one.records.append(
                {**facts, "id": UUID(int=one.made), "practice": version.practice_id, "version": version.pk}
            )
            if "subject" in facts:
                one.talked.append((UUID(int=one.made), facts["subject"]))
    plain = {"mine": one.mine.pk, "performer_name": "测速", "role": "", "answers": {}, "fingerprint": "", **PLAIN}
    fields = [f.name for f in Record._meta.concrete_fields]
    rows = [[{**plain, **record}.get(name) for name in fields] for record in one.records]
    insert_rows(Record, fields, rows)
    insert_rows(
        RecordPerson,
        ("record", "mine", "person", "role", "field"),
        [(record, one.mine.pk, person, "subject", "whom") for record, person in one.talked],
    )
    one.records.clear()


MOMENT = dt.datetime(YEAR, 6, 1, tzinfo=dt.UTC)
PLAIN = {"underground": False, "night": False, "happened_at": MOMENT, "arrived_at": MOMENT, "sealed": "", "failing": 0}
PLAIN |= {"elsewhere": "", "is_current": True, "withdrawn": False, "reason": ""}


def _all_done(one: Year) -> Iterator[tuple[str, dict[str, Any]]]:
    """As if everything were done; `_records` leaves some of it out."""
    days = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    pick, some_day = one.chance.choice, lambda: one.chance.choice(days)
    seats = {(post.role, post.unit_id): post for post in Post.objects.filter(mine=one.mine, seat=None)}

    def by(post: Post, on: dt.date, **more: Any) -> dict[str, Any]:
        who = {"performer": post.person_id, "performer_unit": post.unit_id, "seat": post.pk, "unit": post.unit_id}
        return {
            **who,
            "happened_on": on,
            "shift": pick(one.shifts).pk,
            "underground": one.chance.random() < 0.5,
            **more,
        }

    for crew in one.units["crew"]:
        leader = seats["crew_leader", crew.pk]
        for day in days:
            yield "look", by(leader, day)
            yield "pre_shift", by(leader, day)
    for section, branch in zip(one.units["section"], one.units["branch"], strict=True):
        secretary = seats["branch_secretary", branch.pk]
        yield from (("meeting", by(seats["section_head", section.pk], day)) for day in days[::7])
        yield from (("walk", by(secretary, some_day(), unit=section.pk)) for _ in range(96))
    secretaries = [seats["branch_secretary", branch.pk] for branch in one.units["branch"]]
    for person in one.people:
        yield "talk", by(pick(secretaries), some_day(), subject=person.pk)
    for person in one.people[::5]:
        yield from (("member", by(secretaries[0], some_day(), performer=person.pk, seat=None)) for _ in range(24))
    for bond in Bond.objects.filter(mine=one.mine):
        facts = {"performer": bond.person_id, "unit": bond.unit_id, "place": bond.place_id, "seat": None}
        yield from (("patrol", by(secretaries[0], day, **facts)) for day in days[::2])
        yield from (("bond", by(secretaries[0], some_day(), **facts, bond=bond.pk)) for _ in range(4))
    for pair in Serves.objects.filter(mine=one.mine, server__kind="office"):
        facts = {"performer_unit": pair.server_id, "unit": pair.unit_id, "seat": None}
        yield from (("visit", by(secretaries[0], some_day(), **facts)) for _ in range(24))

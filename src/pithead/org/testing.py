"""The cast: a small mine in which everybody holds one post, and a stranger from the mine next door.

青石峪煤矿 (QSY): 安全科 SAF, 生产科 PRO, 党委工作部 PTY, 人力资源科 HR · 综采一队 (采煤) with 一班 and 二班, 煤一队 (掘进) with
一班, 通风队 (通风) · 综采一队党支部 serves 综采一队. Tests name members by what they are: `cast.actor("assessor")`.
"""

import datetime as dt
from dataclasses import dataclass, field

from django.utils import timezone

from pithead.org.access import Actor, RoleCode, actor_for, system
from pithead.org.models import Membership, Person, Post, Serves, Specialty, Unit, UnitKind, User, path_below

OPENED = dt.date(2020, 1, 1)
TODAY = dt.date(2026, 7, 6)

# member → (name, unit code, role)
MEMBERS: dict[str, tuple[str, str, RoleCode | None]] = {
    "worker": ("马小军", "ZC1-1", None),
    "crew_leader": ("牛铁柱", "ZC1-1", RoleCode.CREW_LEADER),
    "section_head": ("高山", "ZC1", RoleCode.SECTION_HEAD),
    "section_clerk": ("祝小雨", "ZC1", RoleCode.SECTION_CLERK),
    "branch_secretary": ("程书文", "ZB1", RoleCode.BRANCH_SECRETARY),
    "assessor": ("安平", "SAF", RoleCode.ASSESSOR),
    "other_assessor": ("产量", "PRO", RoleCode.ASSESSOR),
    "liaison_officer": ("包连山", "PRO", RoleCode.LIAISON_OFFICER),
    "party_officer": ("周全", "PTY", RoleCode.PARTY_OFFICER),
    "hr_officer": ("任事成", "HR", RoleCode.HR_OFFICER),
    "mine_leader": ("石领", "QSY", RoleCode.MINE_LEADER),
    "administrator": ("管得宽", "HR", RoleCode.ADMINISTRATOR),
    "auditor": ("审明", "QSY", RoleCode.AUDITOR),
}
STRANGER = "stranger"


@dataclass
class Cast:
    """`units` by code, `people` by member name. The stranger belongs to 白云岭煤矿 (BYL) and leads it."""

    mine: Unit
    other_mine: Unit
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def members(self) -> list[str]:
        return [*MEMBERS, STRANGER]

    def actor(self, member: str, on: dt.date = TODAY) -> Actor:
        return actor_for(self.people[member], on=on, face="web", source="127.0.0.1")

    def system(self) -> Actor:
        return system(self.mine)

    def account(self, member: str) -> User:
        person = self.people[member]
        account, _ = User.objects.get_or_create(
            person=person,
            defaults={"sign_in": f"{person.mine.code}/{person.staff_no}", "password_set_at": timezone.now()},
        )
        return account


def add_unit(parent: Unit | None, kind: str, code: str, name: str, specialty: str = "", **more: object) -> Unit:
    """A unit with its path; tests may call it to grow the tree."""
    unit = Unit(parent=parent, kind=kind, code=code, name=name, specialty=specialty, opened_on=OPENED)
    for key, value in more.items():
        setattr(unit, key, value)
    if parent is not None:
        unit.mine = parent.mine
    unit.save()
    unit.path = path_below(parent, unit.pk)
    if kind == UnitKind.MINE:
        unit.mine = unit
    unit.save()
    return unit


def make_cast() -> Cast:
    company = add_unit(None, UnitKind.COMPANY, "HLN", "河陇能源公司")
    mine = add_unit(company, UnitKind.MINE, "QSY", "青石峪煤矿")
    other = add_unit(company, UnitKind.MINE, "BYL", "白云岭煤矿")
    cast = Cast(mine=mine, other_mine=other)
    cast.units = {unit.code: unit for unit in _units(mine)}
    Serves.objects.create(mine=mine, server=cast.units["ZB1"], unit=cast.units["ZC1"], since=OPENED)
    Serves.objects.create(mine=mine, server=cast.units["PRO"], unit=cast.units["ZC1"], since=OPENED)
    for number, (member, (name, code, role)) in enumerate(MEMBERS.items(), start=10001):
        cast.people[member] = _person(mine, str(number), name, cast.units.get(code, mine), role)
    cast.people[STRANGER] = _person(other, "20001", "白云飞", other, RoleCode.MINE_LEADER)
    return cast


def _units(mine: Unit) -> list[Unit]:
    longwall = add_unit(mine, UnitKind.SECTION, "ZC1", "综采一队", Specialty.EXTRACTION)
    heading = add_unit(mine, UnitKind.SECTION, "M1", "煤一队", Specialty.TUNNELLING)
    committee = add_unit(mine, UnitKind.COMMITTEE, "DW", "矿党委")
    return [
        longwall,
        heading,
        add_unit(mine, UnitKind.SECTION, "TF", "通风队", Specialty.VENTILATION),
        add_unit(longwall, UnitKind.CREW, "ZC1-1", "一班", Specialty.EXTRACTION),
        add_unit(longwall, UnitKind.CREW, "ZC1-2", "二班", Specialty.EXTRACTION),
        add_unit(heading, UnitKind.CREW, "M1-1", "一班", Specialty.TUNNELLING),
        add_unit(mine, UnitKind.OFFICE, "SAF", "安全科"),
        add_unit(mine, UnitKind.OFFICE, "PRO", "生产科"),
        add_unit(mine, UnitKind.OFFICE, "PTY", "党委工作部"),
        add_unit(mine, UnitKind.OFFICE, "HR", "人力资源科"),
        committee,
        add_unit(committee, UnitKind.BRANCH, "ZB1", "综采一队党支部"),
    ]


def _person(mine: Unit, staff_no: str, name: str, unit: Unit, role: RoleCode | None) -> Person:
    home = unit if unit.kind not in (UnitKind.BRANCH, UnitKind.MINE) else None
    person = Person.objects.create(mine=mine, staff_no=staff_no, name=name, unit=home, hired_on=OPENED)
    if home:
        Membership.objects.create(mine=mine, person=person, unit=home, since=OPENED)
    if role:
        Post.objects.create(mine=mine, person=person, role=role, unit=unit, since=OPENED)
    return person

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

# code → (code of the one above it, kind, name, specialty), in the order they were opened
UNITS: dict[str, tuple[str, UnitKind, str, str]] = {
    "HLN": ("", UnitKind.COMPANY, "河陇能源公司", ""),
    "QSY": ("HLN", UnitKind.MINE, "青石峪煤矿", ""),
    "BYL": ("HLN", UnitKind.MINE, "白云岭煤矿", ""),
    "ZC1": ("QSY", UnitKind.SECTION, "综采一队", Specialty.EXTRACTION),
    "M1": ("QSY", UnitKind.SECTION, "煤一队", Specialty.TUNNELLING),
    "DW": ("QSY", UnitKind.COMMITTEE, "矿党委", ""),
    "TF": ("QSY", UnitKind.SECTION, "通风队", Specialty.VENTILATION),
    "ZC1-1": ("ZC1", UnitKind.CREW, "一班", Specialty.EXTRACTION),
    "ZC1-2": ("ZC1", UnitKind.CREW, "二班", Specialty.EXTRACTION),
    "M1-1": ("M1", UnitKind.CREW, "一班", Specialty.TUNNELLING),
    "SAF": ("QSY", UnitKind.OFFICE, "安全科", ""),
    "PRO": ("QSY", UnitKind.OFFICE, "生产科", ""),
    "PTY": ("QSY", UnitKind.OFFICE, "党委工作部", ""),
    "HR": ("QSY", UnitKind.OFFICE, "人力资源科", ""),
    "ZB1": ("DW", UnitKind.BRANCH, "综采一队党支部", ""),
}


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
    """In few queries: nearly every test begins with it."""
    units = _units()
    cast = Cast(mine=units.pop("QSY"), other_mine=units.pop("BYL"), units=units)
    servers = [Serves(mine=cast.mine, server=units[code], unit=units["ZC1"], since=OPENED) for code in ("ZB1", "PRO")]
    Serves.objects.bulk_create(servers)
    _appoint(cast)
    return cast


def _units() -> dict[str, Unit]:
    """All rows, then what their numbers are needed for."""
    units = {
        code: Unit(kind=kind, code=code, name=name, specialty=specialty, opened_on=OPENED)
        for code, (_, kind, name, specialty) in UNITS.items()
    }
    Unit.objects.bulk_create(units.values())
    company = units.pop("HLN")
    company.path = path_below(None, company.pk)
    for code, unit in units.items():
        unit.parent = units.get(UNITS[code][0], company)
        unit.mine = unit if unit.kind == UnitKind.MINE else units["QSY"]
        unit.path = path_below(unit.parent, unit.pk)
    Unit.objects.bulk_update([company, *units.values()], ["parent", "mine", "path"])
    return units


def _appoint(cast: Cast) -> None:
    memberships, posts = [], []
    for number, (member, (name, code, role)) in enumerate(MEMBERS.items(), start=10001):
        unit = cast.units.get(code, cast.mine)
        home = None if unit.kind in (UnitKind.BRANCH, UnitKind.MINE) else unit
        person = Person(mine=cast.mine, staff_no=str(number), name=name, unit=home, hired_on=OPENED)
        cast.people[member] = person
        if home:
            memberships.append(Membership(mine=cast.mine, person=person, unit=home, since=OPENED))
        if role:
            posts.append(Post(mine=cast.mine, person=person, role=role, unit=unit, since=OPENED))
    mine = cast.other_mine
    leader = cast.people[STRANGER] = Person(mine=mine, staff_no="20001", name="白云飞", hired_on=OPENED)
    posts.append(Post(mine=mine, person=leader, role=RoleCode.MINE_LEADER, unit=mine, since=OPENED))
    Person.objects.bulk_create(cast.people.values())
    Membership.objects.bulk_create(memberships)
    Post.objects.bulk_create(posts)

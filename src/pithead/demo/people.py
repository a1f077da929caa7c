"""The 1,640 people of the demo mine and their posts. No ID numbers and no telephone numbers: nothing here needs them."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pithead.demo.names import Names
from pithead.demo.organisation import OFFICE_BRANCH, Organisation
from pithead.org.access import RoleCode, system
from pithead.org.actions import NewPerson, NewPost, add_people, appoint_all
from pithead.org.models import Person, Specialty, Unit, UnitKind
from pithead.org.models.people import Employment, PoliticalStatus, Sex

LEADING_JOBS = ("区队长", "党支部书记", "生产副队长", "机电副队长", "安全副队长", "技术副队长", "核算员", "材料员")
DEPUTIES = ("生产副队长", "机电副队长", "安全副队长", "技术副队长")
SCHOOLS = ("初中", "高中", "中专", "大专", "本科")
SCHOOLS_BELOW, SCHOOLS_ABOVE = (18, 30, 26, 20, 6), (0, 3, 10, 42, 45)
WOMEN_ABOVE_GROUND = 0.28


@dataclass(frozen=True)
class Place:
    """A place to be filled: where, as what, with which post (role, unit, title)."""

    unit: Unit
    job: str
    posts: tuple[tuple[RoleCode, Unit, str], ...] = ()
    keen: bool = False  # leading people are party members first


@dataclass(frozen=True)
class Staff:
    """Everybody, and by post where the months look for somebody."""

    people: list[Person]
    holders: dict[tuple[RoleCode, str], list[Person]]

    def first(self, role: RoleCode, unit: str) -> Person:
        return self.holders[role, unit][0]


def hire(*, at: dt.datetime, as_of: dt.date, organisation: Organisation, chance: random.Random) -> Staff:
    places = list(_places(organisation))
    number, names = organisation.pack["first_staff_no"], Names(chance)
    drafts = [_person(place, str(number + turn), names, chance, as_of) for turn, place in enumerate(places)]
    by = system(organisation.mine)
    people = add_people(by=by, at=at, mine=organisation.mine, new=_join_party(organisation, places, drafts, chance))
    since = dt.date(as_of.year - 2, 1, 1)
    new: list[NewPost] = []
    holders: dict[tuple[RoleCode, str], list[Person]] = {}
    for person, place in zip(people, places, strict=True):
        for role, unit, title in place.posts:
            new.append(NewPost(person, role, unit, since, title))
            holders.setdefault((role, unit.code), []).append(person)
    appoint_all(by=by, at=at, new=new)
    return Staff(people, holders)


# ── places to be filled ──
def _places(organisation: Organisation) -> Iterator[Place]:
    mine = organisation.mine
    for title in organisation.pack["leaders"]:
        yield Place(mine, title, ((RoleCode.MINE_LEADER, mine, title),), keen=True)
    for office in organisation.pack["offices"]:
        yield from _office(organisation, office)
    for section in organisation.pack["sections"]:
        yield from _section(organisation, section)


SPECIAL_POSTS = {
    "PTY": ((RoleCode.PARTY_OFFICER, "组织干事"), (RoleCode.PARTY_OFFICER, "宣传干事")),
    "HR": ((RoleCode.HR_OFFICER, "劳资员"), (RoleCode.HR_OFFICER, "人事员")),
    "DIS": ((RoleCode.ADMINISTRATOR, "信息管理员"),),
    "DIC": ((RoleCode.AUDITOR, "审计员"),),
}


def _office(organisation: Organisation, office: dict[str, Any]) -> Iterator[Place]:
    """Chief, deputy, assessor, then those with a post of the office's own, then staff."""
    unit = organisation.units[office["code"]]
    leads = tuple(
        (RoleCode.BRANCH_SECRETARY, organisation.units[branch["code"]], "党支部书记")
        for branch in organisation.pack["branches"]
        if branch["serves"][0] == office["code"]
    )
    contact = ((RoleCode.LIAISON_OFFICER, unit, "包保人员"),) if office["contacts"] else ()
    places = [
        Place(unit, office["chief"], (*leads, *contact), keen=True),
        Place(unit, _deputy(office["chief"]), contact, keen=True),
        Place(unit, "考核员", ((RoleCode.ASSESSOR, unit, "考核员"),), keen=True),
    ]
    for role, title in SPECIAL_POSTS.get(office["code"], ()):
        where = organisation.mine if role is RoleCode.AUDITOR else unit
        places.append(Place(unit, title, ((role, where, title),), keen=True))
    yield from places
    for turn in range(office["people"] - len(places)):
        yield Place(unit, "技术员" if turn % 2 else "科员")


def _deputy(chief: str) -> str:
    """安全科科长 → 安全科副科长."""
    return f"{chief[:-2]}副{chief[-2:]}" if "副" not in chief else "工会干事"


def _section(organisation: Organisation, section: dict[str, Any]) -> Iterator[Place]:
    unit = organisation.units[section["code"]]
    for job in LEADING_JOBS:
        posts = tuple(_section_posts(organisation, section["code"], job))
        yield Place(unit, job if posts or job != "党支部书记" else "党支部副书记", posts, keen=job != "材料员")
    crews = organisation.crews_of(section["code"])
    jobs = organisation.pack["jobs"][section["specialty"]]
    rest = section["people"] - len(LEADING_JOBS)
    for turn, crew in enumerate(crews):
        size = rest // len(crews) + (turn < rest % len(crews))
        yield Place(crew, "班长", ((RoleCode.CREW_LEADER, crew, "班长"),), keen=True)
        yield Place(crew, "副班长", ((RoleCode.DEPUTY_CREW_LEADER, crew, "副班长"),))
        for number in range(size - 2):
            yield Place(crew, jobs[number % len(jobs)])


def _section_posts(organisation: Organisation, section: str, job: str) -> Iterator[tuple[RoleCode, Unit, str]]:
    unit = organisation.units[section]
    if job == "区队长":
        yield RoleCode.SECTION_HEAD, unit, job
    elif job in DEPUTIES:
        yield RoleCode.DEPUTY_SECTION_HEAD, unit, job
    elif job == "核算员":
        yield RoleCode.SECTION_CLERK, unit, job
    elif job == "党支部书记":
        for branch in organisation.pack["branches"]:
            if section == branch["serves"][0]:
                yield RoleCode.BRANCH_SECRETARY, organisation.units[branch["code"]], job


# ── who they are ──
def _person(place: Place, number: str, names: Names, chance: random.Random, as_of: dt.date) -> NewPerson:
    above_ground = place.unit.kind == UnitKind.OFFICE or place.unit.specialty == Specialty.SURFACE
    woman = above_ground and not place.posts and chance.random() < WOMEN_ABOVE_GROUND
    age = chance.triangular(33, 58, 46) if place.posts else chance.triangular(21, 58, 38)
    born = as_of - dt.timedelta(days=int(age * 365.25))
    worked = chance.uniform(5 if place.posts else 0.2, max(age - 19.5, 0.3))
    hired = max(as_of - dt.timedelta(days=int(worked * 365.25)), dt.date(born.year + 19, 1, 1))
    learnt = SCHOOLS_ABOVE if place.unit.kind in (UnitKind.OFFICE, UnitKind.MINE) else SCHOOLS_BELOW
    opened = place.unit.opened_on
    return NewPerson(
        staff_no=number,
        name=names.next(woman=woman),
        unit=place.unit,
        since=max(hired, opened),
        sex=Sex.FEMALE if woman else Sex.MALE,
        born_on=born,
        hired_on=hired,
        employment=Employment.FORMAL if place.posts or chance.random() < 0.82 else Employment.AGENCY,
        education=chance.choices(SCHOOLS, learnt)[0],
        political_status=PoliticalStatus.LEAGUE_MEMBER if age < 28 else PoliticalStatus.NON_MEMBER,
        job=place.job,
    )


# ── the party line ──
def _join_party(
    organisation: Organisation, places: list[Place], drafts: list[NewPerson], chance: random.Random
) -> list[NewPerson]:
    """Each branch gets its members: leading people first, then whoever chance picks, spread over its groups."""
    joined = list(drafts)
    for branch in organisation.pack["branches"]:
        homes = [organisation.units[code].path for code in branch["serves"]]
        at_home = [
            turn
            for turn, place in enumerate(places)
            if any(place.unit.path.startswith(path) for path in homes)
            or (place.unit == organisation.mine and branch["code"] == _leaders_branch(organisation))
        ]
        at_home.sort(key=lambda turn: (not places[turn].keen, chance.random()))
        groups = organisation.groups_of(branch["code"])
        for order, turn in enumerate(at_home[: branch["members"]]):
            joined[turn] = _as_member(joined[turn], groups[order % len(groups)], last=order >= branch["members"] - 1)
    return joined


def _leaders_branch(organisation: Organisation) -> str:
    """Mine leaders are members of the first branch of the offices."""
    unit_of = organisation.units
    return next(
        branch["code"] for branch in organisation.pack["branches"] if unit_of[branch["code"]].specialty == OFFICE_BRANCH
    )


def _as_member(draft: NewPerson, group: Unit, *, last: bool) -> NewPerson:
    """The newest of a branch is still on probation."""
    status = PoliticalStatus.PROBATIONARY_MEMBER if last else PoliticalStatus.FULL_MEMBER
    return replace(draft, party_unit=group, political_status=status)

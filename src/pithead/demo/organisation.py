"""The units of the demo mine, who serves whom, its places and shifts: `packs/demo/mine.yaml` through the actions."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pithead.kernel import packs
from pithead.org.access import Actor, system
from pithead.org.actions import (
    NewUnit,
    add_place,
    assign_shift,
    create_company,
    create_mine,
    open_units,
    seed_calendar,
    seeded_years,
    serve,
    set_shift_system,
)
from pithead.org.models import Unit, UnitKind
from pithead.org.models.places import PlaceKind

GROUP_NAMES = ("第一党小组", "第二党小组", "第三党小组")
LARGE_BRANCH = 22  # members from which a branch has a third party group
OFFICE_BRANCH = "other"


@dataclass
class Organisation:
    """The mine as it stands, by the codes of the pack."""

    pack: dict[str, Any]
    mine: Unit
    opened_on: dt.date
    units: dict[str, Unit] = field(default_factory=dict)

    def groups_of(self, branch: str) -> list[Unit]:
        return [unit for code, unit in self.units.items() if code.startswith(f"{branch}-")]

    def crews_of(self, section: str) -> list[Unit]:
        codes = crew_codes(section, len(self.section(section)["crews"]))
        return [self.units[code] for code in codes]

    def section(self, code: str) -> dict[str, Any]:
        return next(section for section in self.pack["sections"] if section["code"] == code)


def crew_codes(section: str, count: int) -> list[str]:
    return [f"{section}-{number}" for number in range(1, count + 1)]


def build(*, at: dt.datetime, as_of: dt.date) -> Organisation:
    """The whole tree, opened six years before the day the demo plays on."""
    pack = packs.load("demo", "mine")
    opened = dt.date(as_of.year - 6, 1, 1)
    company = create_company(at=at, opened_on=opened, **pack["company"])
    mine = create_mine(at=at, opened_on=opened, parent=company, **pack["mine"])
    organisation = Organisation(pack, mine, opened)
    by = system(mine)
    new = [*_administrative(organisation), *_party(organisation)]
    opened_units = open_units(by=by, at=at, new=new)
    organisation.units = {unit.code: unit for unit in opened_units}
    _serve(organisation, by, at)
    _places(organisation, by, at)
    _shifts(organisation, by, at)
    if years := sorted({as_of.year - 1, as_of.year} & seeded_years()):
        seed_calendar(by=by, at=at, mine=mine, years=years)
    return organisation


def _administrative(organisation: Organisation) -> Iterator[NewUnit]:
    mine, opened = organisation.mine, organisation.opened_on
    for position, office in enumerate(organisation.pack["offices"], 1):
        yield NewUnit(mine, UnitKind.OFFICE, office["code"], office["name"], opened, position=position)
    for position, section in enumerate(organisation.pack["sections"], 1):
        yield NewUnit(
            mine,
            UnitKind.SECTION,
            section["code"],
            section["name"],
            opened,
            specialty=section["specialty"],
            sub_kind=section["sub_kind"],
            short_name=section.get("short_name", ""),
            position=position,
        )
        codes = crew_codes(section["code"], len(section["crews"]))
        for place, (code, name) in enumerate(zip(codes, section["crews"], strict=True), 1):
            specialty = section["specialty"]
            yield NewUnit(section["code"], UnitKind.CREW, code, name, opened, specialty=specialty, position=place)


def _party(organisation: Organisation) -> Iterator[NewUnit]:
    opened, committee = organisation.opened_on, organisation.pack["committee"]
    specialties = {section["code"]: section["specialty"] for section in organisation.pack["sections"]}
    yield NewUnit(organisation.mine, UnitKind.COMMITTEE, committee["code"], committee["name"], opened)
    for position, branch in enumerate(organisation.pack["branches"], 1):
        specialty = specialties.get(branch["serves"][0], OFFICE_BRANCH)
        yield NewUnit(
            committee["code"],
            UnitKind.BRANCH,
            branch["code"],
            branch["name"],
            opened,
            specialty=specialty,
            position=position,
        )
        for number in range(1, group_count(branch) + 1):
            name = GROUP_NAMES[number - 1]
            yield NewUnit(
                branch["code"], UnitKind.PARTY_GROUP, f"{branch['code']}-{number}", name, opened, position=number
            )


def group_count(branch: dict[str, Any]) -> int:
    return 3 if branch["members"] >= LARGE_BRANCH else 2


def _serve(organisation: Organisation, by: Actor, at: dt.datetime) -> None:
    units, since = organisation.units, organisation.opened_on
    for branch in organisation.pack["branches"]:
        for code in branch["serves"]:
            serve(by=by, at=at, server=units[branch["code"]], unit=units[code], since=since)
    for office in organisation.pack["offices"]:
        for code in office["contacts"]:
            serve(by=by, at=at, server=units[office["code"]], unit=units[code], since=since)


def _places(organisation: Organisation, by: Actor, at: dt.datetime) -> None:
    for section in organisation.pack["sections"]:
        surface = section["specialty"] == "surface"
        for number, name in enumerate(section["places"], 1):
            add_place(
                by=by,
                at=at,
                mine=organisation.mine,
                code=f"{section['code']}-D{number}",
                name=name,
                kind=PlaceKind.SURFACE if surface else PlaceKind.WORKING,
                since=organisation.opened_on,
                unit=organisation.units[section["code"]],
                underground=not surface,
            )
    for number, name in enumerate(organisation.pack["common_places"], 1):
        add_place(
            by=by,
            at=at,
            mine=organisation.mine,
            code=f"GG{number}",
            name=name,
            kind=PlaceKind.SURFACE,
            since=organisation.opened_on,
            underground=False,
        )


def _shifts(organisation: Organisation, by: Actor, at: dt.datetime) -> None:
    """Sections work in a system; their crews take its shifts in turn, a crew beyond the last works by day."""
    systems = {
        code: set_shift_system(by=by, at=at, mine=organisation.mine, code=code) for code in ("three_eight", "four_six")
    }
    since = organisation.opened_on
    for section in organisation.pack["sections"]:
        shift_system = systems[section["shifts"]]
        shifts = list(shift_system.shifts.order_by("number"))
        day_shift = shifts[1]
        assign_shift(by=by, at=at, unit=organisation.units[section["code"]], system=shift_system, since=since)
        for place, crew in enumerate(organisation.crews_of(section["code"])):
            shift = shifts[place] if place < len(shifts) else day_shift
            assign_shift(by=by, at=at, unit=crew, system=shift_system, since=since, shift=shift)

"""What the demo mine has made a rule of: the shipped work methods, where each of them began, zones, and who looks after whom."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from pithead.demo.organisation import Organisation
from pithead.demo.people import Staff
from pithead.kernel import packs
from pithead.org.access import system
from pithead.org.actions import add_place
from pithead.org.models import Membership, Person, Place, Unit
from pithead.org.models.places import PlaceKind
from pithead.practices.actions import BondDraft, adopt, load_pack, set_bond, shipped_pack
from pithead.practices.models import Bond, Practice, WorkMethod

LATER = dt.timedelta(days=61)  # after how long others take over what a section began
LOOKED_AFTER, MEMBERS_OF_A_BRANCH = 2, 2


@dataclass
class Customs:
    """`adopted`: method → section → since when. `members`: of each branch, by the code of the branch."""

    practices: dict[str, Practice] = field(default_factory=dict)
    specs: dict[str, Any] = field(default_factory=dict)
    adopted: dict[str, dict[str, dt.date]] = field(default_factory=dict)
    zones: dict[str, list[Place]] = field(default_factory=dict)
    bonds: list[Bond] = field(default_factory=list)
    members: dict[str, list[Person]] = field(default_factory=dict)


class Founding:
    def __init__(self, organisation: Organisation, staff: Staff, at: dt.datetime, start: dt.date, today: dt.date):
        self.organisation, self.staff, self.at = organisation, staff, at
        self.start, self.today = start, today
        self.mine, self.by = organisation.mine, system(organisation.mine)
        self.pack: dict[str, Any] = packs.load("demo", "records")
        self.customs = Customs()

    def found(self) -> Customs:
        for code in packs.load("mines", "default")["practices"]:
            spec = shipped_pack(code)
            self.customs.specs.update({one.code: one for one in spec.practices})
            kept_back = code in self.pack["tried"]
            method = load_pack(
                by=self.by,
                at=self.at,
                mine=self.mine,
                spec=replace(spec, on=spec.on and not kept_back),
                since=self.start,
                origin=self._origin(code),
            )
            for section, since in self._sections_of(code):
                self._take_over(method, section, since)
        self.customs.practices = {one.code: one for one in Practice.objects.filter(mine=self.mine)}
        self._zones()
        self.customs.members = self._members()
        self.customs.bonds = [self._bond(draft) for draft in self._bonds()]
        return self.customs

    def _origin(self, method: str) -> Unit | None:
        begun = self.pack["begun"].get(method)
        return self.organisation.units[begun["origin"]] if begun else None

    def _sections_of(self, method: str) -> Iterator[tuple[str, dt.date]]:
        if begun := self.pack["begun"].get(method):
            yield begun["origin"], self.start
            yield from ((section, self.start + LATER) for section in begun["others"])
        if tried := self.pack["tried"].get(method):
            since = max(self.today - dt.timedelta(days=tried["days"]), self.start)
            yield from ((section, since) for section in tried["in"])

    def _take_over(self, method: WorkMethod, section: str, since: dt.date) -> None:
        adopt(by=self.by, at=self.at, method=method, unit=self.organisation.units[section], since=since)
        self.customs.adopted.setdefault(method.code, {})[section] = since

    # ── zones ──
    def _zones(self) -> None:
        origin = self.pack["begun"]["patrol"]["origin"]
        for section, since in self.customs.adopted["patrol"].items():
            names = self.pack["zones"]["origin" if section == origin else "others"]
            self.customs.zones[section] = [
                self._zone(self.organisation.units[section], turn, name, since) for turn, name in enumerate(names, 1)
            ]

    def _zone(self, unit: Unit, turn: int, name: str, since: dt.date) -> Place:
        where = self.organisation.section(unit.code)["places"][0].split(" ")[0]
        return add_place(
            by=self.by,
            at=self.at,
            mine=self.mine,
            code=f"{unit.code}-Z{turn}",
            name=f"{where} {name}责任区",
            kind=PlaceKind.ZONE,
            since=since,
            unit=unit,
        )

    # ── who looks after what and whom ──
    def _members(self) -> dict[str, list[Person]]:
        found: dict[str, list[Person]] = {}
        rows = Membership.objects.filter(mine=self.mine, unit__kind="party_group").select_related(
            "person__unit", "unit"
        )
        for one in rows.order_by("person__staff_no"):
            found.setdefault(one.unit.code.rpartition("-")[0], []).append(one.person)
        return found

    def _bonds(self) -> Iterator[BondDraft]:
        for turn, branch in enumerate(self.organisation.pack["branches"]):
            section = branch["serves"][0]
            if section not in {one["code"] for one in self.organisation.pack["sections"]}:
                continue
            of_section = [one for one in self.customs.members[branch["code"]] if self._stood(one, section)]
            yield from self._zone_bonds(section, of_section)
            label = self.pack["posts"][turn % len(self.pack["posts"])]
            yield BondDraft("post", person=of_section[-1], label=label, promise="班班按规程，样样做在前")
            yield BondDraft("cell", group=self.organisation.units[f"{branch['code']}-1"], crew=self._crew(section))
            yield from self._worker_bonds(section, of_section)

    def _zone_bonds(self, section: str, members: list[Person]) -> Iterator[BondDraft]:
        """Two members for each zone of where the patrol began, one elsewhere."""
        zones = self.customs.zones.get(section, [])
        several = 2 if section == self.pack["begun"]["patrol"]["origin"] else 1
        for turn, zone in enumerate(zones * several):
            yield BondDraft("zone", person=members[turn % len(members)], place=zone)

    def _worker_bonds(self, section: str, members: list[Person]) -> Iterator[BondDraft]:
        known = {one.pk for one in members}
        crew = self._crew(section)
        others = [one for one in self.staff.people if one.pk not in known and self._stood(one, crew.code)]
        for turn, member in enumerate(members[-MEMBERS_OF_A_BRANCH:]):
            for worker in others[turn * LOOKED_AFTER : (turn + 1) * LOOKED_AFTER]:
                yield BondDraft("workers", person=member, worker=worker)

    def _crew(self, section: str) -> Unit:
        return self.organisation.units[f"{section}-1"]

    def _stood(self, person: Person, unit: str) -> bool:
        """Belonged to it already when the story began."""
        is_new = person.hired_on is not None and person.hired_on > self.start
        return (
            person.unit is not None and person.unit.path.startswith(self.organisation.units[unit].path) and not is_new
        )

    def _bond(self, draft: BondDraft) -> Bond:
        since = draft.place.since if draft.place else self.start
        return set_bond(by=self.by, at=self.at, mine=self.mine, draft=draft, since=since)

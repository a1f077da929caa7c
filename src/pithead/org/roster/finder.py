"""The unit a row means, from one or two columns; and, if asked for, the units that are not there yet."""

import datetime as dt
import re

from pithead.kernel.refusal import Refused
from pithead.org.models import Unit, UnitKind
from pithead.org.queries.directory import Match, UnitDirectory, normal
from pithead.org.roster.columns import CREW_NAME, OFFICE_NAME, SECTION_AND_CREW, specialty_of

HOMES = (UnitKind.MINE, UnitKind.OFFICE, UnitKind.SECTION, UnitKind.CREW)
TOPS = (UnitKind.OFFICE, UnitKind.SECTION)
_SEPARATOR = re.compile(r"\s*[/\\>→]\s*")


class UnknownUnit(Refused):
    """No unit was ever called so; it could be made."""


class UnitFinder:
    """Loads the mine's units once. With `create`, unknown ones are made, unsaved, sections before their crews: `created`."""

    def __init__(self, mine: Unit, on: dt.date, *, create: bool) -> None:
        units = list(Unit.objects.of_mine(mine).for_tree())
        self._mine, self._create = mine, create
        self._directory = UnitDirectory(units, on)
        self._by_id = {unit.pk: unit for unit in units}
        self._codes = {unit.code for unit in units}
        self._new: dict[str, Unit] = {}
        self._tops: dict[str, Match] = {}
        self._known: dict[tuple[str, str], Unit | Refused] = {}

    @property
    def created(self) -> list[Unit]:
        return list(self._new.values())

    def label(self, unit: Unit) -> str:
        """The name that is unique in the mine, as one may write it into a roster."""
        if unit.pk:
            return self._directory.name(unit)
        return f"{unit.parent.name}/{unit.name}" if unit.parent and unit.kind == UnitKind.CREW else unit.name

    def label_of(self, unit_id: int | None) -> str:
        return self._directory.name(self._by_id[unit_id]) if unit_id in self._by_id else ""

    def unit(self, unit_id: int | None) -> Unit | None:
        return self._by_id.get(unit_id or 0)

    def home(self, unit: Unit) -> Unit:
        """The section or office that a crew belongs to; any other unit itself. One object per unit."""
        return (self.parent(unit) if unit.kind == UnitKind.CREW else None) or unit

    def parent(self, unit: Unit) -> Unit | None:
        """Without a query."""
        return self._by_id.get(unit.parent_id) if unit.parent_id else unit.parent

    def find(self, unit: str, section: str, crew: str) -> Unit:
        """Refuses with the choices when the name fits several, with near names when it fits none."""
        key = (section or unit, crew)
        if key not in self._known:
            try:
                self._known[key] = self._find(*key)
            except Refused as refused:
                self._known[key] = refused
        known = self._known[key]
        if isinstance(known, Refused):
            raise known
        return known

    def _find(self, upper: str, crew: str) -> Unit:
        parts = self._parts(upper, crew)
        wanted = "/".join(parts)
        top = self._find_top(parts[0]) if len(parts) == 2 else None
        if top is not None and top.unit is not None:
            match = self._directory.find(parts[1], kinds=(UnitKind.CREW,), under=top.unit)
        else:
            match = self._directory.find(wanted, kinds=HOMES)
            if match.unknown and top is not None:
                match = top  # it is the section that nobody knows
        if match.unit is not None:
            return match.unit
        if not match.unknown:
            raise Refused(match.problem)
        if not self._create:
            stop = "" if match.problem.endswith("？") else "。"
            raise UnknownUnit(f"{match.problem}{stop}请改成系统里的名称，或选择新建没有的单位")
        return self._make(wanted, parts)

    def knows_top(self, name: str) -> bool:
        """Is the section there, so that only the crew can be meant by a complaint?"""
        return self._find_top(name).unit is not None

    def _find_top(self, name: str) -> Match:
        if name not in self._tops:
            self._tops[name] = self._directory.find(name, kinds=TOPS)
        return self._tops[name]

    def _parts(self, upper: str, crew: str) -> list[str]:
        """Without the mine's own name before the unit's, and without saying a section twice."""
        parts = [part for said in (upper, crew) for part in _SEPARATOR.split(said) if part]
        own = self._mine.name
        if len(parts) > 1 and normal(parts[0]) == normal(own):
            parts = parts[1:]
        if parts and parts[0] != own:
            parts[0] = parts[0].removeprefix(own)
        return parts[:1] if len(parts) == 2 and normal(parts[0]) == normal(parts[1]) else parts

    # ── units that are not there yet ──
    def _make(self, wanted: str, parts: list[str]) -> Unit:
        if len(parts) == 1 and (both := SECTION_AND_CREW.fullmatch(parts[0])):
            parts = [both[1], both[2]]
        if len(parts) == 1 and CREW_NAME.fullmatch(parts[0]):
            raise Refused(f"“{wanted}”像是班组，看不出属于哪个区队。请写成“区队/班组”，如“综采一队/{wanted}”")
        if len(parts) > 2 or not all(len(part) <= 60 for part in parts):
            raise Refused(f"“{wanted}”不能建成单位，请写成“区队”或“区队/班组”")
        top = self._top(parts[0])
        if len(parts) == 1:
            return top
        name = parts[1].removeprefix(parts[0]) or parts[1]
        return self._made(top, UnitKind.CREW, name, top.specialty, f"{top.code}-")

    def _top(self, name: str) -> Unit:
        match = self._find_top(name)
        if match.unit is not None:
            return match.unit
        if not match.unknown:
            raise Refused(match.problem)
        if OFFICE_NAME.fullmatch(name):
            return self._made(self._mine, UnitKind.OFFICE, name, "", "K")
        return self._made(self._mine, UnitKind.SECTION, name, specialty_of(name), "Q")

    def _made(self, parent: Unit, kind: UnitKind, name: str, specialty: str, prefix: str) -> Unit:
        """In force as long as its parent: a roster says that a unit is there, not since when."""
        key = normal(name if parent is self._mine else f"{parent.name}/{name}")
        if key not in self._new:
            self._new[key] = Unit(
                mine=self._mine,
                parent=parent,
                kind=kind,
                code=self._free_code(prefix),
                name=name.replace(" ", ""),
                specialty=specialty,
                opened_on=parent.opened_on,
            )
        return self._new[key]

    def _free_code(self, prefix: str) -> str:
        number = 1
        while (code := f"{prefix}{number}" if prefix.endswith("-") else f"{prefix}{number:02}") in self._codes:
            number += 1
        self._codes.add(code)
        return code

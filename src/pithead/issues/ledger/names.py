"""Units, places and people by any of the names a ledger may give them. Everything is read once; look-ups are in memory."""

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass

from pithead.kernel.refusal import Refused
from pithead.org.models import Person, Place, Unit, UnitKind
from pithead.org.queries import Match, UnitDirectory
from pithead.org.queries.directory import normal

HOMES = (UnitKind.MINE, UnitKind.OFFICE, UnitKind.SECTION, UnitKind.CREW)
_BETWEEN = re.compile(r"[、,;/]+")
_WITH_NUMBER = re.compile(r"(.*?)\(?([A-Za-z]?\d{3,})\)?")


def people_in(text: str) -> tuple[str, ...]:
    """张三、李四 → both; the same one twice is one."""
    return tuple(dict.fromkeys(name.strip() for name in _BETWEEN.split(text) if name.strip()))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody on the mine's list."""

    pk: int
    name: str
    staff_no: str
    unit_id: int | None
    left: bool


class Names:
    """Three queries."""

    def __init__(self, mine: Unit, today: dt.date) -> None:
        self._mine, self._today = mine, today
        self._units = list(Unit.objects.of_mine(mine).for_tree())
        self._by_id = {unit.pk: unit for unit in self._units}
        self._directories: dict[dt.date, UnitDirectory] = {}
        self._found: dict[tuple[str, dt.date], Unit | Refused] = {}
        self._places = self._load_places()
        self._by_name, self._by_number = self._load_people()
        self._people: dict[tuple[str, int], Known | None] = {}
        self.unknown: dict[str, set[str]] = {"person": set(), "namesake": set(), "place": set(), "body": set()}

    def _load_places(self) -> dict[str, int]:
        rows = Place.objects.filter(mine=self._mine).order_by("until", "pk").values_list("pk", "code", "name")
        found: dict[str, int] = {}
        for pk, code, name in rows:
            found.setdefault(normal(name), pk)
            found.setdefault(normal(code).upper(), pk)
        return found

    def _load_people(self) -> tuple[dict[str, list[Known]], dict[str, Known]]:
        rows = Person.objects.filter(mine=self._mine).values_list("pk", "name", "staff_no", "unit_id", "left_on")
        by_name, by_number = defaultdict[str, list[Known]](list), {}
        for pk, name, number, unit, left in rows:
            known = Known(pk, name, number, unit, left is not None)
            by_name[name.replace(" ", "")].append(known)
            by_number[number.upper()] = known
        return by_name, by_number

    # ── units ──
    def unit(self, text: str, on: dt.date) -> Unit:
        """As it is called today, otherwise as it was called on the day of the row. Refused with the choices."""
        match = self._match(text, on)
        if isinstance(match, Refused):
            raise match
        return match

    def _match(self, text: str, on: dt.date) -> Unit | Refused:
        today = self._at(text, self._today)
        if isinstance(today, Unit) or on == self._today:
            return today
        then = self._at(text, on)
        return then if isinstance(then, Unit) else today

    def _at(self, text: str, on: dt.date) -> Unit | Refused:
        key = (text, on)
        if key not in self._found:
            match = self._search(text, on)
            stop = "" if match.problem.endswith("？") else "。"
            self._found[key] = match.unit or Refused(f"{match.problem}{stop}请改成系统里的名称、简称或编号")
        return self._found[key]

    def _search(self, text: str, on: dt.date) -> Match:
        if on not in self._directories:
            self._directories[on] = UnitDirectory(self._units, on)
        directory = self._directories[on]
        match = directory.find(text, kinds=HOMES)
        own = text.removeprefix(self._mine.name)
        return directory.find(own, kinds=HOMES) if match.unit is None and own not in ("", text) else match

    def body(self, text: str) -> Unit | None:
        """The unit that looked; inspectors from outside are none of the mine's units."""
        if not text:
            return None
        match = self._at(text, self._today)
        if isinstance(match, Unit):
            return match
        self.unknown["body"].add(text)
        return None

    # ── places and people ──
    def place(self, text: str) -> int | None:
        if not text:
            return None
        plain = normal(text)
        found = self._places.get(plain) or self._places.get(plain.upper())
        if found is None:
            self.unknown["place"].add(text)
        return found

    def person(self, text: str, unit: Unit) -> Known | None:
        """By number or name; of several of one name the one in the unit, then the only one who is still there."""
        key = (text, unit.pk)
        if key not in self._people:
            self._people[key] = self._person(text, unit)
        return self._people[key]

    def _person(self, text: str, unit: Unit) -> Known | None:
        numbered = _WITH_NUMBER.fullmatch(text)
        known = self._by_number.get(numbered[2].upper()) if numbered else None
        if known is not None and (not numbered or not numbered[1] or numbered[1] == known.name):
            return known
        named = self._by_name.get(text.replace(" ", ""), [])
        near = [one for one in named if self._is_in(one, unit)]
        there = [one for one in named if not one.left]
        for choice in (named, near, there):
            if len(choice) == 1:
                return choice[0]
        self.unknown["namesake" if named else "person"].add(text)
        return None

    def _is_in(self, known: Known, unit: Unit) -> bool:
        home = self._by_id.get(known.unit_id or 0)
        return home is not None and (home.path.startswith(unit.path) or unit.path.startswith(home.path))

"""Finding a unit by what people write in a cell: its code, name, short name, or path `综采一队/一班`."""

import datetime as dt
import difflib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q

from pithead.kernel.spelling import NUMERALS
from pithead.org.models import Unit, UnitKind, ids_of

SHOWN = 3  # how many candidates or suggestions a sentence names
SUGGESTIONS = 50  # comparing names is slow: a file full of unknown names gets this many suggestions and no more


class NamedUnit(NamedTuple):
    """What a unit's name depends on; the whole mine is read for names, so no models are built."""

    pk: int
    parent_id: int | None
    kind: str
    code: str
    name: str
    closed_on: dt.date | None


@dataclass(frozen=True)
class Match:
    """Either the unit, or the sentence that says why there is none."""

    unit: Unit | None = None
    problem: str = ""
    unknown: bool = False  # no unit was ever called so


def normal(text: str) -> str:
    """Without spaces, full-width forms and the difference between 综采1队 and 综采一队."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("\\", "/").strip("/")
    return re.sub(r"(?<!\d)\d(?!\d)", lambda digit: NUMERALS[int(digit[0])], plain)


class UnitDirectory:
    """All units of one mine as they stand on a date, loaded once; every look-up after that is in memory."""

    def __init__(self, units: Iterable[Unit], on: dt.date):
        self._on = on
        self._units = {unit.pk: unit for unit in units}
        self._by_code = {unit.code.upper(): unit for unit in self._units.values()}
        self._by_name: dict[str, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            for name in self._written(unit):
                self._by_name[name].append(unit)
        self._names = names_within(self._units.values())
        self._suggestions_left = SUGGESTIONS

    def name(self, unit: Unit) -> str:
        """The name that is unique in the mine."""
        return self._names[unit.pk]

    def names(self, kinds: Collection[str] = ()) -> list[str]:
        """What may be written, in the order of the tree."""
        fitting = [unit for unit in self._units.values() if self._in_force(unit) and (not kinds or unit.kind in kinds)]
        return [self._names[unit.pk] for unit in fitting]

    def find(self, text: str, *, kinds: Collection[str] = (), under: Unit | None = None) -> Match:
        """`kinds` limits to sections, say; `under` to what lies below a unit (the 班组 column beside a 区队 column)."""
        if not normal(text):
            return Match(problem="没有写单位")
        found = [unit for unit in self._named(text) if self._below(unit, under)]
        fitting = [unit for unit in found if not kinds or unit.kind in kinds]
        current = [unit for unit in fitting if self._in_force(unit)]
        if len(current) == 1:
            return Match(current[0])
        return Match(problem=self._problem(text, found, fitting, current, kinds, under), unknown=not found)

    # ── by what it may be written ──
    def _named(self, text: str) -> list[Unit]:
        plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
        bracketed = re.fullmatch(r".+\((.+)\)", plain)  # 煤三队（M3）, as names_within writes it
        if by_code := self._by_code.get(plain) or (bracketed and self._by_code.get(bracketed[1])):
            return [by_code]
        *above, last = normal(text).split("/")
        return [unit for unit in self._by_name.get(last, ()) if self._stands_under(unit, above)]

    def _written(self, unit: Unit) -> set[str]:
        """Its name and short name, alone and run together with its parent's: 综采一队一班."""
        own = {normal(name) for name in (unit.name, unit.short_name) if name}
        parent = self._units.get(unit.parent_id or 0)
        if parent is None or parent.kind == UnitKind.MINE:
            return own
        return own | {normal(above) + name for above in (parent.name, parent.short_name) if above for name in own}

    def _stands_under(self, unit: Unit, names: list[str]) -> bool:
        """`names` are those written before the last slash, nearest last."""
        for name in reversed(names):
            parent = self._units.get(unit.parent_id or 0)
            if parent is None or name not in {*self._written(parent), normal(parent.code)}:
                return False
            unit = parent
        return True

    def _below(self, unit: Unit, under: Unit | None) -> bool:
        return under is None or (unit.pk != under.pk and unit.path.startswith(under.path))

    def _in_force(self, unit: Unit) -> bool:
        return unit.opened_on <= self._on and (unit.closed_on is None or unit.closed_on >= self._on)

    # ── why not ──
    def _problem(
        self,
        text: str,
        found: list[Unit],
        fitting: list[Unit],
        current: list[Unit],
        kinds: Collection[str],
        under: Unit | None,
    ) -> str:
        said = f"“{text.strip()}”"
        if len(current) > 1:
            return f"{said}有 {len(current)} 个：{self._listed(current)}，请写全路径或编号"
        if fitting:
            return f"{said}{self._when(fitting[0])}"
        if found:
            return f"{said}是{found[0].get_kind_display()}，这里要写{'或'.join(UnitKind(kind).label for kind in kinds)}"
        place = f"“{self.name(under)}”下" if under else "本矿"
        return f"{place}没有单位{said}{self._suggestion(text, kinds, under)}"

    def _when(self, unit: Unit) -> str:
        if unit.opened_on > self._on:
            return f"从 {unit.opened_on} 起才设立"
        return f"已于 {unit.closed_on} 撤销"

    def _listed(self, units: list[Unit]) -> str:
        names = "、".join(self.name(unit) for unit in units[:SHOWN])
        return f"{names}等" if len(units) > SHOWN else names

    def _suggestion(self, text: str, kinds: Collection[str], under: Unit | None) -> str:
        if not self._suggestions_left:
            return ""
        self._suggestions_left -= 1
        names = {
            self.name(unit): normal(unit.name)
            for unit in self._units.values()
            if self._in_force(unit) and self._below(unit, under) and (not kinds or unit.kind in kinds)
        }
        wanted = normal(text).rpartition("/")[2]
        close = set(difflib.get_close_matches(wanted, set(names.values()), n=SHOWN, cutoff=0.6))
        likely = [name for name, plain in names.items() if plain in close][:SHOWN]
        return f"，是不是{'、'.join(f'“{name}”' for name in likely)}？" if likely else ""


def unit_directory(mine: Unit, *, on: dt.date) -> UnitDirectory:
    """One query. `on` decides which of two units of one name is meant, and whether a closed one still counts."""
    return UnitDirectory(Unit.objects.of_mine(mine).for_tree(), on)


def unit_names(mine: Unit) -> dict[int, str]:
    """Unit id → the name that is unique in the mine: 综采一队, 综采一队/一班. Closed units included. One query."""
    return names_within(Unit.objects.of_mine(mine).values_list(*NamedUnit._fields, named=True))


def names_among(mine: Unit, wanted: Collection[tuple[str, str, dt.date | None]]) -> dict[int, str]:
    """The same for a page of units, given as (name, path, closed_on), from their namesakes and the units above them. One
    query; none where every unit is an open one directly below the mine: its path is its name."""
    plain = {ids_of(path)[-1]: name for name, path, closed_on in wanted if closed_on is None and _below(mine, path)}
    if len(plain) == len(wanted):
        return plain
    above = {pk for _, path, _ in wanted for pk in ids_of(path)}
    rows = Unit.objects.of_mine(mine).filter(Q(name__in={name for name, _, _ in wanted}) | Q(pk__in=above))
    return names_within(rows.values_list(*NamedUnit._fields, named=True)) | plain


def name_of(mine: Unit, unit: Unit) -> str:
    """Of one unit: 综采一队/一班. One query at most."""
    return names_among(mine, [(unit.name, unit.path, unit.closed_on)])[unit.pk]


def _below(mine: Unit, path: str) -> bool:
    return ids_of(path)[-2:-1] == [mine.pk]


def names_within(units: Iterable[Unit | NamedUnit]) -> dict[int, str]:
    """A name that is borne by one unit stays; shared ones become paths below the mine. Of one name, the only unit that is
    still open keeps it plain; closed ones that not even their path tells apart carry their code."""
    known = {unit.pk: unit for unit in units}
    open_ones = Counter(unit.name for unit in known.values() if unit.closed_on is None)
    all_ones = Counter(unit.name for unit in known.values())

    def stands_alone(unit: Unit | NamedUnit) -> bool:
        return open_ones[unit.name] == 1 if unit.closed_on is None else all_ones[unit.name] == 1

    names = {pk: unit.name if stands_alone(unit) else _path(unit, known) for pk, unit in known.items()}
    borne = Counter(names.values())
    return {
        pk: name if borne[name] == 1 or stands_alone(known[pk]) else f"{name}（{known[pk].code}）"
        for pk, name in names.items()
    }


def _path(unit: Unit | NamedUnit, known: Mapping[int, Unit | NamedUnit]) -> str:
    """Names from below the mine down to the unit."""
    parts = [unit.name]
    while (parent := known.get(unit.parent_id or 0)) is not None and parent.kind != UnitKind.MINE:
        parts.insert(0, parent.name)
        unit = parent
    return "/".join(parts)

"""The registry every figure goes through: one definition per figure, whoever asks (DESIGN, measures).

A definition names rows; the figure is those rows counted or summed by unit, and a click on it lists the very same rows. What
is computed by a statement of its own (duties) gives its sums and the page that shows them.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Count, QuerySet
from django.utils import timezone

from pithead.kernel.calendars import Calendar
from pithead.kernel.rounding import plain
from pithead.org.models import Unit

T = TypeVar("T")
ONE_DAY = dt.timedelta(days=1)


class Kind(StrEnum):
    """How the figure of a unit comes out of those below it: added; both halves added; the greatest; each thing once."""

    SUM = "sum"
    RATIO = "ratio"
    MAX = "max"
    DISTINCT = "distinct"


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = ""


@dataclass(frozen=True)
class Figure:
    """`den` only of ratios."""

    num: Decimal
    den: Decimal | None = None

    def __add__(self, other: "Figure") -> "Figure":
        den = None if self.den is None or other.den is None else self.den + other.den
        return Figure(self.num + other.num, den)

    def __sub__(self, other: "Figure") -> "Figure":
        den = None if self.den is None or other.den is None else self.den - other.den
        return Figure(self.num - other.num, den)


@dataclass(frozen=True)
class Asked:
    """Which days of which mine; both ends count. `today`: nothing is late that is not over by then. Those who are asked
    together share what they all need (`once`)."""

    mine: Unit
    start: dt.date
    end: dt.date
    today: dt.date
    calendar: Calendar
    shared: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: str, ask: Callable[[], T]) -> T:
        """What `ask` says, asked the first time only."""
        if name not in self.shared:
            self.shared[name] = ask()
        found: T = self.shared[name]
        return found

    @cached_property
    def since(self) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.start, dt.time()))

    @cached_property
    def before(self) -> dt.datetime:
        """The first moment that does not count any more."""
        return timezone.make_aware(dt.datetime.combine(self.end + ONE_DAY, dt.time()))


@dataclass(frozen=True)
class Line:
    """One record behind a figure. `arrived_at`: to tell what came after the period was closed."""

    text: str
    url: str = ""
    day: dt.date | None = None
    detail: str = ""
    arrived_at: dt.datetime | None = None


@dataclass(frozen=True)
class Facts:
    """The rows a figure consists of. `unit` leads to the id of the unit they count for; `num`, `den`: aggregates over them;
    `key`, of distinct figures: what is counted once. `line` tells one row in the drill-down; `seen`: (rows, actor) → those
    the reader may open, none: whoever sees the figure. `sums`: the same rows by unit where one query adds up those of
    several measures."""

    rows: "QuerySet[Any]"
    line: Callable[[Any], Line]
    num: Any = None
    den: Any = None
    unit: str = "unit_id"
    key: str = ""
    seen: Callable[[Any, Any], Any] | None = None
    order: tuple[str, ...] = ("pk",)
    sums: Callable[[], Iterable[tuple[int, Any, Any]]] | None = None

    def by_unit(self) -> Iterable[tuple[int, Any, Any]]:
        """(unit, num, den) or (unit, key, None). One query."""
        if self.sums:
            return self.sums()
        rows = self.rows.order_by()
        if self.key:
            return ((unit, key, None) for unit, key in rows.values_list(self.unit, self.key).distinct())
        halves = {"figure_num": self.num or Count("pk"), **({"figure_den": self.den} if self.den is not None else {})}
        found = rows.values(self.unit).annotate(**halves)
        return ((row[self.unit], row["figure_num"], row.get("figure_den")) for row in found)


@dataclass(frozen=True)
class Counted:
    """Sums made elsewhere: (unit, num, den) each. `url(unit code)`: the page that shows what they consist of."""

    sums: Iterable[tuple[int, Any, Any]]
    url: Callable[[str], str] | None = None

    def by_unit(self) -> Iterable[tuple[int, Any, Any]]:
        return self.sums


Source = Callable[[Asked], Facts | Counted]


@dataclass(frozen=True)
class Measure:
    """`code`: app.name. `unit` of the figure: 件, %, 每百次. `scale`: what a ratio is multiplied with. `parts`: the two measures a
    ratio is made of, where its halves lie in different tables. `outcome`: may show whether a work method works; never what
    was found or written, only what stayed open, late, came back or was achieved."""

    code: str
    label: str
    definition: str
    kind: Kind
    unit: str
    better: Better
    source: Source | None = None
    parts: tuple[str, str] | None = None
    scale: Decimal = Decimal(1)
    places: int = 1
    outcome: bool = False
    stock: bool = False

    @property
    def app(self) -> str:
        """Who defines it, by the label of the app."""
        source = self.source or measures[(self.parts or ("",))[0]].source
        return source.__module__.split(".")[1]

    def value(self, figure: Figure | None) -> Decimal | None:
        """None: nothing to divide by."""
        if figure is None or self.kind is not Kind.RATIO:
            return figure.num if figure else None
        return figure.num * self.scale / figure.den if figure.den else None

    def words(self, figure: Figure | None) -> str:
        """The value as people read it, without its unit."""
        value = self.value(figure)
        return "—" if value is None else plain(round(value, self.places))


@dataclass(frozen=True)
class Family:
    """The same measure of each of a mine's own things: `duty.late:pre_shift`, `duty.late:patrol`. `arguments` lists those of a
    mine with their names, `make(code, argument, name)` gives the measure of one."""

    code: str
    make: Callable[[str, str, str], Measure]
    arguments: Callable[[Unit], Mapping[str, str]]

    def member(self, argument: str, name: str = "") -> Measure:
        return self.make(f"{self.code}{APART}{argument}", argument, name or argument)


APART = ":"  # between a family and whose measure it is


def _family_of(code: str) -> str:
    return code.partition(APART)[0] if APART in code else ""


class Measures:
    """By code, in the order of registration."""

    def __init__(self) -> None:
        self._by_code: dict[str, Measure] = {}
        self._families: dict[str, Family] = {}

    def register(self, measure: Measure) -> Measure:
        if measure.code in self._by_code:
            raise ValueError(f"{measure.code} is defined twice")
        self._by_code[measure.code] = measure
        return measure

    def add_family(self, family: "Family") -> None:
        self._families[family.code] = family

    def of(self, mine: Unit) -> list[Measure]:
        """Every measure there is in a mine, families with their members. A query a family."""
        families = self._families.values()
        members = [family.member(*named) for family in families for named in family.arguments(mine).items()]
        return [*self._by_code.values(), *members]

    def folded(self, mine: Unit) -> dict[str, list[Measure]]:
        """The members of families by the name of what they are about. A query a family."""
        found: dict[str, list[Measure]] = {}
        for family in self._families.values():
            for argument, name in family.arguments(mine).items():
                found.setdefault(name, []).append(family.member(argument, name))
        return found

    def named(self, mine: Unit, code: str) -> Measure:
        """With the name its own thing has in the mine. KeyError: nothing is called so there."""
        if code in self._by_code:
            return self._by_code[code]
        family, _, argument = code.partition(APART)
        return self._families[family].member(argument, self._families[family].arguments(mine)[argument])

    def forget(self, code: str) -> None:
        """Tests take back what they defined."""
        del self._by_code[code]

    def __iter__(self) -> Iterator[Measure]:
        return iter(self._by_code.values())

    def __contains__(self, code: object) -> bool:
        """Whether it is defined; of a member of a family: whether there is the family."""
        return code in self._by_code or (isinstance(code, str) and _family_of(code) in self._families)

    def __getitem__(self, code: str) -> Measure:
        """Raises KeyError where nothing is called so."""
        if code in self._by_code:
            return self._by_code[code]
        return self._families[_family_of(code)].member(code.partition(APART)[2])

    def with_parts(self, codes: Iterable[str]) -> list[Measure]:
        """Those that are computed for these: parts instead of what is made of them."""
        wanted = [self[code] for code in dict.fromkeys(codes)]
        parts = [self[part] for one in wanted for part in one.parts or (one.code,)]
        return list(dict.fromkeys(parts))


measures = Measures()


def measure(code: str, label: str, **said: Any) -> Callable[[Source], Source]:
    """Registers what it decorates: (Asked) → the rows or sums of a span of days. `said`: fields of `Measure`."""

    def register(source: Source) -> Source:
        measures.register(told(code, label, source=source, **said))
        return source

    return register


def ratio_of(code: str, label: str, *, over: str, under: str, **said: Any) -> Measure:
    """A ratio whose halves are measures themselves."""
    return measures.register(told(code, label, parts=(over, under), kind="ratio", **said))


def told(code: str, label: str, *, kind: str = "sum", better: str = "", scale: int = 1, **said: Any) -> Measure:
    """A measure out of plain words, not registered."""
    return Measure(code=code, label=label, kind=Kind(kind), better=Better(better), scale=Decimal(scale), **said)


@dataclass(frozen=True)
class Reading:
    """A place where a figure is read: “单项考核 A1.2”, “工作法 …”."""

    text: str
    url: str = ""


# Told by the apps that read figures: (mine) → code → where, for the list of all measures.
Readers = Callable[[Unit], Mapping[str, Iterable[Reading]]]
readers: list[Readers] = []

# The first day there is anything to count in a mine, told by the apps that keep facts; None: nothing yet.
Beginning = Callable[[Unit], dt.date | None]
beginnings: list[Beginning] = []

"""The board: what was owed and done in a period, by practice and post, and by unit. Units and posts, nobody's name."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pithead.org.access import Actor, Capability
from pithead.org.models import Serves, Unit, UnitKind
from pithead.org.models.units import PARTY_KINDS
from pithead.practices.content import HOLDS, MEMBER
from pithead.practices.models import Per
from pithead.practices.queries.customs import Custom, customs, homes
from pithead.practices.queries.duties import Question, UnitLine, unit_table
from pithead.practices.words import PERFORMERS

K = TypeVar("K")
A_YEAR = dt.timedelta(days=366)  # the longest period may have begun so long before
HOMES = (UnitKind.SECTION, UnitKind.OFFICE, UnitKind.BRANCH, UnitKind.GENERAL_BRANCH, UnitKind.COMMITTEE, UnitKind.MINE)
OTHERS = "其他"
OF_UNIT = "unit"
NAMED = 2  # roles of those who may do it


@dataclass(frozen=True)
class Figures:
    expected: int = 0
    done: int = 0
    late: int = 0

    @classmethod
    def of(cls, lines: Iterable[UnitLine]) -> "Figures":
        sums = [0, 0, 0]
        for line in lines:
            sums = [sums[0] + line.expected, sums[1] + line.done, sums[2] + line.late]
        return cls(*sums)

    @property
    def tone(self) -> str:
        """Of its bar: late is late however much was done."""
        return "low" if self.late else "" if self.done >= self.expected else "warn"


@dataclass(frozen=True)
class PostLine:
    """One practice as one post or one sort of unit owes it."""

    custom: Custom
    post: str  # a role, `member`, or `unit` for what no post owes
    who: str
    figures: Figures


@dataclass(frozen=True)
class Hold:
    """One of the three holds, or what belongs to none of them."""

    code: str
    label: str
    lines: tuple[PostLine, ...]


@dataclass(frozen=True)
class HomeLine:
    """A unit with what is owed in it."""

    unit: Unit
    figures: Figures


@dataclass(frozen=True)
class PlaceLine:
    """One practice in one unit: `unit` answers, it is `about`."""

    unit: Unit
    about: Unit
    post: str
    who: str
    figures: Figures


@dataclass(frozen=True)
class Board:
    figures: Figures
    holds: tuple[Hold, ...]
    homes: tuple[HomeLine, ...]
    custom: Custom | None  # the practice that is opened
    places: tuple[PlaceLine, ...]
    branches: tuple[Unit, ...]  # that serve the section


def reach_of(actor: Actor, mine: Unit) -> tuple[str, ...]:
    """The paths whose duties one sees; empty: of all the mine."""
    paths = actor.scope(Capability.DUTY_VIEW).paths
    if any(mine.path.startswith(path) for path in paths):
        return ()
    return tuple(path for path in paths if path.startswith(mine.path)) or ("-",)


def board(
    actor: Actor, mine: Unit, unit: Unit | None, bounds: tuple[dt.date, dt.date], today: dt.date, practice: str = ""
) -> Board:
    """Of all one sees in the mine, or of one unit; a section's with the branches that serve it. Nine queries."""
    start, end = bounds
    branches, paths = looked_at(actor, mine, unit, bounds)
    lines = unit_table(Question(mine, start, end, today, paths))
    asked = {custom.pk: custom for custom in customs(mine, start - A_YEAR, end) if not custom.is_private}
    lines = [line for line in lines if line.practice_id in asked]
    units = {one.pk: one for one in Unit.objects.of_mine(mine).select_related("parent").order_by("path")}
    custom = next((one for one in asked.values() if one.code == practice), None)
    opened = [line for line in lines if custom is not None and line.practice_id == custom.pk]
    return Board(
        figures=Figures.of(lines),
        holds=_holds(lines, asked),
        homes=_homes(lines, units, unit),
        custom=custom,
        places=_places(opened, custom, units),
        branches=tuple(branches),
    )


def looked_at(
    actor: Actor, mine: Unit, unit: Unit | None, bounds: tuple[dt.date, dt.date]
) -> tuple[Sequence[Unit], tuple[str, ...]]:
    """The branches that serve the section, and below which paths a board looks; none: all the mine. Two queries at most."""
    branches = _branches(unit, *bounds)
    if unit is None:
        return branches, reach_of(actor, mine)
    return branches, () if unit.pk == mine.pk else (unit.path, *(branch.path for branch in branches))


def _branches(unit: Unit | None, start: dt.date, end: dt.date) -> Sequence[Unit]:
    if unit is None or unit.kind != UnitKind.SECTION:
        return ()
    rows = Serves.objects.during(start, end).filter(unit=unit, server__kind__in=PARTY_KINDS)
    return list(Unit.objects.filter(pk__in=rows.values("server")).order_by("path"))


# ── by practice and post ──
def _holds(lines: list[UnitLine], asked: dict[int, Custom]) -> tuple[Hold, ...]:
    posts = [
        PostLine(asked[practice], post, who_owes(post, asked[practice].asked), Figures.of(found))
        for (practice, post), found in _grouped(
            lines, lambda line: (line.practice_id, post_of(line.per, line.role))
        ).items()
    ]
    order = {pk: turn for turn, pk in enumerate(asked)}
    posts.sort(key=lambda post: order[post.custom.pk])
    found: list[Hold] = []
    for code, label in (*HOLDS.items(), ("", OTHERS)):
        held = tuple(post for post in posts if post.custom.asked.get("holds", "") == code)
        if held or code:
            found.append(Hold(code, label, held))
    return tuple(found)


def post_of(per: str, role: str) -> str:
    return MEMBER if per == Per.MEMBER else role or OF_UNIT


def who_owes(post: str, asked: Mapping[str, Any]) -> str:
    """Who owes it himself: the post, the member. Of what a unit owes: who may do it for the unit."""
    if post != OF_UNIT:
        return PERFORMERS[post]
    roles = list(asked.get("performers", ()))
    return "、".join(PERFORMERS[role] for role in roles[:NAMED]) + ("等" if len(roles) > NAMED else "")


def _grouped(lines: Iterable[UnitLine], by: Callable[[UnitLine], K]) -> dict[K, list[UnitLine]]:
    found: dict[K, list[UnitLine]] = defaultdict(list)
    for line in lines:
        found[by(line)].append(line)
    return found


# ── by unit ──
def _homes(lines: list[UnitLine], units: dict[int, Unit], inside: Unit | None) -> tuple[HomeLine, ...]:
    """Of the mine its sections, branches and offices; inside one of them each unit. In the order of the tree: no ranking."""
    home = {} if inside else homes(units, HOMES)
    found = _grouped(lines, lambda line: home.get(line.unit_id, line.unit_id))
    return tuple(HomeLine(unit, Figures.of(found[pk])) for pk, unit in units.items() if pk in found)


def _places(lines: list[UnitLine], custom: Custom | None, units: dict[int, Unit]) -> tuple[PlaceLine, ...]:
    if custom is None:
        return ()
    found = _grouped(lines, lambda line: (line.unit_id, line.about_id, post_of(line.per, line.role)))
    places = [
        PlaceLine(units[unit], units[about], post, who_owes(post, custom.asked), Figures.of(of))
        for (unit, about, post), of in found.items()
    ]
    return tuple(sorted(places, key=lambda place: (place.about.path, place.unit.path, place.who)))

"""What is to be done and was done: the three holds, and which office was at its sections in which month."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from pithead.kernel.periods import Kind, Period
from pithead.measures.registry import Figure
from pithead.org.models import Serves, Unit, UnitKind
from pithead.practices.queries import HOLDS, Held, held
from pithead.web.cockpit.asked import Asked, back_from

SHOWN = 3  # of each hold, those furthest behind
MATRIX_MONTHS = 6
A_YEAR = dt.timedelta(days=366)
DONE, LATE = "duty.done_of:", "duty.late_of:"
Figures = Mapping[str, Figure]


@dataclass(frozen=True)
class HoldLine:
    """One practice. `late`: of what is done no more."""

    hold: str
    title: str
    done: int
    expected: int
    late: int
    url: str

    @property
    def tone(self) -> str:
        return "low" if self.late else "" if self.done >= self.expected else "warn"


@dataclass(frozen=True)
class Progress:
    """`branch`: the one whose part in a section's work is shown beside it."""

    expected: int
    done: int
    lines: tuple[HoldLine, ...]
    more: int
    branch: Unit | None


@dataclass(frozen=True)
class Month:
    """An office in a month; `owed` None: nothing was owed, or nothing is known of it."""

    period: Period
    owed: int | None
    done: int
    running: bool

    @property
    def tone(self) -> str:
        if self.owed is None:
            return ""
        return "good" if self.done >= self.owed else "warn" if self.running else "accent"

    @property
    def words(self) -> str:
        return "—" if self.owed is None else f"{self.done}/{self.owed}"


@dataclass(frozen=True)
class Matrix:
    practice: Held
    months: tuple[Period, ...]
    rows: tuple[tuple[Unit, tuple[Month, ...]], ...]
    url: str


def asked_in(asked: Asked) -> list[Held]:
    """Everybody's practices of the period. Two queries."""
    start, end = asked.bounds
    return held(asked.mine, start - A_YEAR, end)


def progress(asked: Asked, found: Sequence[Held]) -> Progress:
    """Of the practices of each hold those furthest behind. One query where the period is closed, another one of a section."""
    branch = _branch(asked)
    own_of = [one for one in found if one.hold in HOLDS]
    codes = ["duty.done", *(f"{part}{one.code}" for one in own_of for part in (DONE, LATE))]
    units = [asked.unit.pk, *([branch.pk] if branch else [])]
    kept = asked.series(codes, [asked.period], units)
    own = {code: of[asked.unit.pk] for (code, _), of in kept.items() if asked.unit.pk in of}
    led = {code: of[branch.pk] for (code, _), of in kept.items() if branch and branch.pk in of}
    lines = [line for one in own_of if (line := _line(asked, one, own, led, branch))]
    shown = [line for hold in HOLDS for line in _behind(lines, hold)]
    whole = own.get("duty.done")
    sums = (int(whole.den or 0), int(whole.num)) if whole else (0, 0)
    return Progress(*sums, tuple(shown), len(lines) - len(shown), branch)


def _branch(asked: Asked) -> Unit | None:
    """Which leads the section, by the last day."""
    if asked.unit.kind != UnitKind.SECTION:
        return None
    rows = Serves.objects.on(asked.bounds[1]).filter(unit=asked.unit, server__kind=UnitKind.BRANCH)
    first = rows.select_related("server").order_by("server__path").first()
    return first.server if first else None


def _line(asked: Asked, one: Held, own: Figures, led: Figures, branch: Unit | None) -> HoldLine | None:
    figures, unit = (led, branch) if one.hold == "branch" and branch else (own, asked.unit)
    done, late = figures.get(f"{DONE}{one.code}"), figures.get(f"{LATE}{one.code}")
    if done is None or not done.den or unit is None:
        return None
    numbers = (int(done.num), int(done.den), int(late.num) if late else 0)
    return HoldLine(HOLDS[one.hold], one.title, *numbers, asked.figure(f"{DONE}{one.code}", unit))


def _behind(lines: list[HoldLine], hold: str) -> list[HoldLine]:
    own = [line for line in lines if line.hold == HOLDS[hold]]
    return sorted(own, key=lambda line: (not line.late, line.done / line.expected, line.title))[:SHOWN]


def matrix(asked: Asked, found: Sequence[Held]) -> Matrix | None:
    """Offices and months, by what each owed as a contact; None where nobody is asked. Two queries."""
    practice = next((one for one in found if one.by_contacts), None)
    if practice is None or not asked.is_mine:
        return None
    code, months = f"{DONE}{practice.code}", back_from(asked.anchor, MATRIX_MONTHS)
    rows = Unit.objects.of_mine(asked.mine).in_force(asked.bounds[0]).filter(kind=UnitKind.OFFICE)
    offices = list(rows.order_by("position", "path"))
    known = [month for month in months if month == asked.anchor or asked.is_kept(month, [code])]
    kept = asked.series([code], known, [unit.pk for unit in offices])
    lines = [
        (unit, tuple(_month(asked, kept.get((code, month), {}).get(unit.pk), month) for month in months))
        for unit in offices
    ]
    half = asked.anchor.within(Kind.HALF)
    url = reverse("practices:liaison") + asked.query(practice=practice.code, period=str(half))
    shown = tuple(line for line in lines if any(month.owed for month in line[1]))
    return Matrix(practice, tuple(months), shown, url) if shown else None


def _month(asked: Asked, figure: Figure | None, month: Period) -> Month:
    owed = int(figure.den) if figure and figure.den else None
    return Month(month, owed, int(figure.num) if figure else 0, month >= asked.running)

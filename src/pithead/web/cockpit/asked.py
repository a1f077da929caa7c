"""Which unit and which period a cockpit is about, and what else may be chosen."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import MONTHS_IN, Kind, Period
from pithead.kernel.refusal import Refused
from pithead.measures.models import Closing
from pithead.measures.queries import Series, closed_periods, series
from pithead.org.access import Actor, ActorRequest, Capability, Scope
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import calendar_of, mine_asked

MONTHS = 12  # in a course
CHOSEN = (UnitKind.SECTION, UnitKind.BRANCH, UnitKind.CREW, UnitKind.OFFICE)
OF_THE_MINE = (UnitKind.SECTION, UnitKind.BRANCH)


@dataclass(frozen=True)
class Asked:
    """`anchor`: the last month of the period that has begun; `units`: what else one may look at, in the order of the tree."""

    actor: Actor
    mine: Unit
    unit: Unit
    units: tuple[Unit, ...]
    period: Period
    today: dt.date
    calendar: Calendar
    closings: dict[Period, Closing]

    @property
    def is_mine(self) -> bool:
        return self.unit.pk == self.mine.pk

    @cached_property
    def bounds(self) -> tuple[dt.date, dt.date]:
        return self.calendar.bounds(self.period)

    @cached_property
    def anchor(self) -> Period:
        return _anchor(self.period, self.running)

    @cached_property
    def running(self) -> Period:
        return self.calendar.period_of(self.today, Kind.MONTH)

    @property
    def is_running(self) -> bool:
        return self.bounds[1] >= self.today

    @property
    def course(self) -> list[Period]:
        return back_from(self.anchor, MONTHS)

    @property
    def year_ago(self) -> Period:
        return Period(self.period.kind, self.period.year - 1, self.period.number)

    def is_kept(self, period: Period, codes: Sequence[str] = ()) -> bool:
        """All its months are closed, with these measures among what was kept."""
        closings = [self.closings.get(month) for month in period.months()]
        return all(one is not None and set(codes) <= set(one.measures) for one in closings)

    def series(self, codes: Collection[str], periods: Sequence[Period], units: Collection[int]) -> Series:
        """Figures of these units. One query where all is closed."""
        mine, calendar, closings = self.mine, self.calendar, self.closings
        return series(mine, codes, periods, self.today, units=units, calendar=calendar, closings=closings)

    @property
    def offered(self) -> list[tuple[str, Period]]:
        """The month before, this one, the next as far as it has begun, and the longer periods around it."""
        months = [self.anchor.previous(), self.anchor, self.anchor.next()]
        found = [(f"{one.number}月", one) for one in months if one <= self.running]
        return found + [
            (_word(self.anchor.within(kind)), self.anchor.within(kind)) for kind in (Kind.QUARTER, Kind.HALF, Kind.YEAR)
        ]

    def figure(self, code: str, unit: Unit | None = None, period: Period | None = None) -> str:
        """The page below a figure: what it consists of."""
        address = reverse("measures:figure", args=[code, str(period or self.period), (unit or self.unit).code])
        return address + self.query()

    def query(self, **more: str) -> str:
        """What links carry on for those who look at several mines."""
        own = {} if self.actor.mine.pk == self.mine.pk else {"mine": self.mine.code}
        given = {name: text for name, text in {**more, **own}.items() if text}
        return f"?{urlencode(given)}" if given else ""


def read(request: ActorRequest, today: dt.date) -> Asked:
    """`?unit=`, `?period=`; whatever is not in reach is no page. Seven queries, eight for those above the mines."""
    mine = mine_asked(request)
    scope = request.actor.scope(Capability.FIGURE_VIEW)
    calendar = calendar_of(mine)
    running = calendar.period_of(today, Kind.MONTH)
    period, closings = _period(request.GET.get("period", ""), mine, running)
    units = tuple(_units(mine, scope, calendar.bounds(period)[1]))
    unit = _unit(request, mine, scope, units)
    return Asked(request.actor, mine, unit, units, period, today, calendar, closings)


def of_mine(actor: Actor, mine: Unit, today: dt.date) -> Asked:
    """The whole mine in its usual period."""
    calendar = calendar_of(mine)
    period, closings = _period("", mine, calendar.period_of(today, Kind.MONTH))
    whole = Scope(paths=(mine.path,))
    return Asked(
        actor, mine, mine, tuple(_units(mine, whole, calendar.bounds(period)[1])), period, today, calendar, closings
    )


def back_from(month: Period, count: int) -> list[Period]:
    """So many months, the last of them this one."""
    months = [month]
    while len(months) < count:
        months.insert(0, months[0].previous())
    return months


def _anchor(period: Period, running: Period) -> Period:
    return max(month for month in (period.months()[0], *period.months()) if month <= running)


def _word(period: Period) -> str:
    return period.label.partition("年")[2] or "全年"


def _period(text: str, mine: Unit, running: Period) -> tuple[Period, dict[Period, Closing]]:
    """The last whole month unless another is named; the running one while a mine has nothing closed yet. One query."""
    try:
        named = Period.parse(text) if text else None
    except Refused as refused:
        raise Http404(str(refused)) from refused
    last = running.previous()
    if named is not None and (named.kind not in MONTHS_IN or named.months()[0] > running):
        raise Http404
    period = named or last
    anchor = _anchor(period, running)
    ago = Period(period.kind, period.year - 1, period.number)
    wanted = {*back_from(anchor, MONTHS), *ago.months(), *period.previous().months(), *period.months(), last.previous()}
    closings = closed_periods(mine, wanted)
    fresh = named is None and not {last, last.previous()} & set(closings)
    return (running if fresh else period), closings


def _units(mine: Unit, scope: Scope, on: dt.date) -> list[Unit]:
    """Of the whole mine its sections and branches; of less everything. One query."""
    kinds = OF_THE_MINE if scope.covers(mine) else CHOSEN
    rows = Unit.objects.of_mine(mine).in_force(on).filter(kind__in=kinds)
    rows = rows if scope.covers(mine) else rows.select_related("parent")
    return [unit for unit in rows.order_by("position", "path") if scope.covers(unit)]


def _unit(request: ActorRequest, mine: Unit, scope: Scope, units: tuple[Unit, ...]) -> Unit:
    code = request.GET.get("unit", "")
    if scope.covers(mine) and code in ("", mine.code):
        return mine
    if code:
        found = next((unit for unit in units if unit.code == code), None)
        found = found or Unit.objects.of_mine(mine).filter(code=code).first()
    else:
        own = {grant.unit.pk for grant in request.actor.grants}
        found = next((unit for unit in units if unit.pk in own), units[0] if units else None)
    if found is None or not scope.covers(found):
        raise Http404
    return found

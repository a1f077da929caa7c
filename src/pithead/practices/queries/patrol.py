"""Member safety zones: who answers for each, which shifts saw somebody there, what is missing, what is open."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from pithead.issues.models import Issue
from pithead.kernel.calendars import Calendar
from pithead.kernel.periods import Kind
from pithead.org.access import Actor, Capability
from pithead.org.models import CrewShift, Place, Shift, Unit
from pithead.org.models.places import PlaceKind
from pithead.practices.models import Bond, BondKind, Every, Per, Quota, Record
from pithead.practices.queries.customs import Custom
from pithead.practices.queries.duties import DutyRow, Question, duty_rows

THIS = {
    Every.SHIFT: "本班",
    Every.DAY: "今天",
    Every.WEEK: "本周",
    Every.TEN_DAYS: "本旬",
    Every.MONTH: "本月",
    Every.QUARTER: "本季度",
    Every.HALF: "本半年",
    Every.YEAR: "今年",
}


Owed = tuple[DutyRow, Quota]


@dataclass(frozen=True)
class Turn:
    """How often somebody came on one shift."""

    shift: Shift
    week: int
    month: int


@dataclass(frozen=True)
class Zone:
    """`loose`: visits of this month that name no shift, `strange`: one that is not worked here. `missing`: in words; empty where all is as it should be."""

    place: Place
    bonds: tuple[Bond, ...]
    turns: tuple[Turn, ...]
    loose: int
    strange: int
    week: int
    month: int
    missing: tuple[str, ...]
    open: int

    @property
    def people(self) -> list[str]:
        return [bond.person.name for bond in self.bonds if bond.person is not None]


def patrol(actor: Actor, mine: Unit, custom: Custom | None, calendar: Calendar, today: dt.date) -> tuple[Zone, ...]:
    """The zones in reach; those where something is missing first."""
    paths = actor.scope(Capability.DUTY_VIEW).paths
    places = list(_places(mine, paths, today))
    bonds = defaultdict(list)
    assigned = Bond.objects.on(today).filter(mine=mine, kind=BondKind.ZONE, place__in=places).select_related("person")
    for bond in assigned.order_by("since", "pk"):
        bonds[bond.place_id].append(bond)
    counts = _Counts(mine, custom, places, calendar, today)
    systems = _systems(mine, places, today)
    owed = _owed(mine, paths, custom, today)
    matters = Issue.objects.visible_to(actor).open().filter(mine=mine, place__in=places).order_by()
    still_open = dict(matters.values_list("place").annotate(Count("pk")))
    zones = [
        counts.zone(place, bonds[place.pk], systems.get(place.pk, ()), owed[place.pk], still_open.get(place.pk, 0))
        for place in places
    ]
    return tuple(sorted(zones, key=lambda zone: (not zone.missing, zone.place.code)))


def _places(mine: Unit, paths: Iterable[str], today: dt.date) -> "QuerySet[Place]":
    reach = Q(pk__in=())
    for path in paths:
        reach |= Q(unit__path__startswith=path)
    in_use = Q(until=None) | Q(until__gte=today)
    zones = Place.objects.filter(reach, in_use, mine=mine, kind=PlaceKind.ZONE, since__lte=today)
    return zones.select_related("unit").order_by("code")


class _Counts:
    """Records of this week and this month, by zone and shift. One query."""

    def __init__(self, mine: Unit, custom: Custom | None, places: Sequence[Place], calendar: Calendar, today: dt.date):
        week, month = (calendar.bounds(calendar.period_of(today, kind)) for kind in (Kind.WEEK, Kind.MONTH))
        self.week: Counter[tuple[int, int | None]] = Counter()
        self.month: Counter[tuple[int, int | None]] = Counter()
        if custom is None:
            return
        rows = Record.objects.current().filter(mine=mine, practice=custom.pk, place__in=places)
        rows = rows.filter(happened_on__range=(min(week[0], month[0]), max(week[1], month[1]))).order_by()
        for place, shift, day, count in rows.values_list("place", "shift", "happened_on").annotate(Count("pk")):
            for counter, (first, last) in ((self.week, week), (self.month, month)):
                if first <= day <= last:
                    counter[place, shift] += count

    def zone(
        self, place: Place, bonds: Sequence[Bond], shifts: Sequence[Shift], owed: Sequence[Owed], open: int
    ) -> Zone:
        turns, month = self.turns(place.pk, shifts), self.total(self.month, place.pk)
        loose = self.month[place.pk, None]
        return Zone(
            place=place,
            bonds=tuple(bonds),
            turns=turns,
            loose=loose,
            strange=month - loose - sum(turn.month for turn in turns),
            week=self.total(self.week, place.pk),
            month=month,
            missing=tuple(filter(None, (_said(row, quota, turns) for row, quota in owed))),
            open=open,
        )

    def turns(self, place: int, shifts: Sequence[Shift]) -> tuple[Turn, ...]:
        return tuple(Turn(shift, self.week[place, shift.pk], self.month[place, shift.pk]) for shift in shifts)

    @staticmethod
    def total(counter: Mapping[tuple[int, int | None], int], place: int) -> int:
        return sum(count for (pk, _), count in counter.items() if pk == place)


def _systems(mine: Unit, places: Sequence[Place], today: dt.date) -> dict[int, tuple[Shift, ...]]:
    """Zone → the shifts worked there: of its unit, else of most crews below it, else of the nearest unit above, otherwise the
    mine's first. Two queries."""
    shifts = defaultdict(list)
    for shift in Shift.objects.filter(system__mine=mine).order_by("system", "number"):
        shifts[shift.system_id].append(shift)
    if not shifts:
        return {}
    rows = CrewShift.objects.on(today).filter(mine=mine).order_by("unit__path")
    works = list(rows.values_list("unit__path", "system"))
    first = min(shifts)
    return {place.pk: tuple(shifts[_worked(place, works) or first]) for place in places}


def _worked(place: Place, works: Sequence[tuple[str, int]]) -> int | None:
    here = place.unit.path if place.unit is not None else "/"
    above = [(len(path), system) for path, system in works if here.startswith(path)]
    if above and max(above)[0] == len(here):
        return max(above)[1]
    if below := Counter(system for path, system in works if path.startswith(here) and place.unit is not None):
        return below.most_common(1)[0][0]
    return max(above)[1] if above else None


def _owed(mine: Unit, paths: tuple[str, ...], custom: Custom | None, today: dt.date) -> dict[int, list[Owed]]:
    """Zone → what is not done yet in the periods that run, and what asks for every shift: enough of them may be the wrong ones."""
    found: dict[int, list[Owed]] = defaultdict(list)
    if custom is None or not paths:
        return found
    quotas = {quota.pk: quota for quota in custom.quotas if quota.per == Per.ZONE}
    rows = duty_rows(Question(mine, today, today, today, paths, practice_id=custom.pk, now=True))
    for row in sorted((row for row in rows if row.quota_id in quotas), key=lambda row: row.due):
        if row.done < row.expected or _wants_every_shift(row, quotas[row.quota_id]):
            found[row.key].append((row, quotas[row.quota_id]))
    return found


def _wants_every_shift(row: DutyRow, quota: Quota) -> bool:
    return bool(quota.distinct) and quota.every == Every.MONTH and row.expected >= quota.count


def _said(row: DutyRow, quota: Quota, turns: Sequence[Turn]) -> str:
    """本周还差 1 次；本月夜班还没有人去过. Empty where nothing is missing."""
    when, left = THIS[Every(quota.every)], row.expected - row.done
    never = [turn.shift.name for turn in turns if not turn.month]
    if quota.distinct and quota.every == Every.MONTH and never:
        return f"{when}{'各班都' if len(never) == len(turns) else '、'.join(never)}还没有人去过"
    return f"{when}还差 {left} {'个班' if quota.distinct else '次'}" if left > 0 else ""

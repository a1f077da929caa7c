"""With how many of its people each unit has talked this year. By date only: what was said is nobody's business here."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from pithead.kernel.calendars import ONE_DAY, Calendar
from pithead.kernel.periods import Period
from pithead.org.access import Actor, Capability
from pithead.org.models import Person, Unit, UnitKind
from pithead.practices.models import Adoption, Event, Every, Quota, Record, RecordPerson, RecordRole
from pithead.practices.queries.customs import Custom, homes, performs
from pithead.practices.queries.duties import DutyRow, Question, duty_rows

NAMED = 40  # of those not talked with yet, per unit; the rest is a number


@dataclass(frozen=True)
class Overdue:
    """Somebody new, moved or back with whom nobody has talked in time, nor since. `person` only for his own leaders."""

    event: str
    due: dt.date
    person: Person | None


@dataclass(frozen=True)
class Line:
    """A section or office. `left`: by name for those who lead these people and talk with them; None for everybody else.
    `oneself`: the reader is among those left, and others talk with him."""

    unit: Unit
    people: int
    talked: int
    left: tuple[Person, ...] | None
    overdue: tuple[Overdue, ...]
    oneself: bool = False

    @property
    def waiting(self) -> int:
        return self.people - self.talked

    @property
    def unnamed(self) -> int:
        return self.waiting - len(self.left or ()) - self.oneself


def talks(
    actor: Actor, mine: Unit, custom: Custom, calendar: Calendar, year: Period, today: dt.date
) -> tuple[Line, ...]:
    """Of those who belong to a unit today. The units in reach that have taken the method over."""
    paths = actor.scope(Capability.DUTY_VIEW).paths
    start, end = calendar.bounds(year)
    units = _units(mine, custom, start, end, paths)
    top = {pk: pk for pk in units} | homes(units, (UnitKind.SECTION, UnitKind.OFFICE))  # a crew leader sees his crew
    people = Person.objects.filter(left_on=None, mine=mine, unit__in=list(top))
    met = _met(custom, start, end)
    counts = _counts(people, met, top)
    leads = {pk for pk in top if performs(actor, custom, units[pk].path)}
    seen = people.visible_to(actor).filter(unit__in=leads).select_related("unit")
    left = defaultdict(list)
    for person in seen.exclude(pk__in=met).order_by("staff_no"):
        left[top[person.unit_id or 0]].append(person)
    known = {one.pk: one for one in seen if one.pk != actor.person_id}
    overdue = _overdue(mine, custom, start, min(today - ONE_DAY, end), today, paths, top, known)
    lines = [
        _line(actor, units[pk], both, left[pk] if pk in leads else None, overdue[pk]) for pk, both in counts.items()
    ]
    return tuple(
        sorted(lines, key=lambda line: (line.unit.kind != UnitKind.SECTION, line.unit.position, line.unit.path))
    )


def _line(
    actor: Actor, unit: Unit, both: tuple[int, int], left: list[Person] | None, overdue: tuple[Overdue, ...]
) -> Line:
    if left is None:
        return Line(unit, *both, None, overdue)
    others = [person for person in left if person.pk != actor.person_id]
    return Line(unit, *both, tuple(others[:NAMED]), overdue, oneself=len(others) < len(left))


def _units(mine: Unit, custom: Custom, start: dt.date, end: dt.date, paths: Iterable[str]) -> dict[int, Unit]:
    """Under one that has taken the method over, and in reach. Two queries."""
    adopted = Adoption.objects.during(start, end).filter(mine=mine, method=custom.practice.method_id)
    roots = tuple(adopted.values_list("unit__path", flat=True))
    reach = tuple(paths)
    kinds = (UnitKind.SECTION, UnitKind.CREW, UnitKind.OFFICE)
    units = Unit.objects.of_mine(mine).filter(kind__in=kinds)
    return {unit.pk: unit for unit in units if unit.path.startswith(roots) and unit.path.startswith(reach)}


def _counts(
    people: "QuerySet[Person]", met: "QuerySet[RecordPerson, int]", top: dict[int, int]
) -> dict[int, tuple[int, int]]:
    """Unit → its people and those talked with. One query."""
    found: dict[int, tuple[int, int]] = {}
    rows = people.order_by().values_list("unit").annotate(people=Count("pk"), talked=Count("pk", filter=Q(pk__in=met)))
    for unit, number, talked in rows:
        before = found.get(top[unit], (0, 0))
        found[top[unit]] = (before[0] + number, before[1] + talked)
    return found


def _met(custom: Custom, start: dt.date, end: dt.date) -> "QuerySet[RecordPerson, int]":
    return met_in(custom.practice.mine_id, start, end, record__practice=custom.pk)


def met_in(mine_id: int, start: dt.date, end: dt.date, **of: int | str) -> "QuerySet[RecordPerson, int]":
    """Whom somebody has talked with. Found by way of the records: asked for the mine's, too, the database begins with everybody."""
    rows = RecordPerson.objects.filter(
        role=RecordRole.SUBJECT,
        record__mine=mine_id,
        record__is_current=True,
        record__withdrawn=False,
        record__happened_on__range=(start, end),
        **of,
    )
    return rows.values_list("person", flat=True)


def _overdue(
    mine: Unit,
    custom: Custom,
    start: dt.date,
    end: dt.date,
    today: dt.date,
    paths: tuple[str, ...],
    top: dict[int, int],
    known: dict[int, Person],
) -> dict[int, tuple[Overdue, ...]]:
    found: dict[int, tuple[Overdue, ...]] = defaultdict(tuple)
    events = {quota.pk: quota for quota in custom.quotas if quota.every == Every.EVENT}
    if not events or not paths or end < start:
        return found
    rows = duty_rows(Question(mine, start, end, today, paths, practice_id=custom.pk))
    late = [row for row in rows if row.quota_id in events and row.late]
    for row in still_waiting(mine, late, custom.pk):
        one = Overdue(event_word(events[row.quota_id]), row.due, known.get(row.key))
        home = top.get(row.about_id, row.about_id)
        found[home] = (*found[home], one)
    return found


def event_word(quota: Quota) -> str:
    return Event(quota.among).label


def still_waiting(mine: Unit, late: list[DutyRow], practice_id: int) -> list[DutyRow]:
    """Those about whom nothing was recorded after the time had run out, either. One query."""
    if not late:
        return []
    rows = RecordPerson.objects.filter(
        mine=mine,
        role=RecordRole.SUBJECT,
        person__in={row.key for row in late},
        record__practice=practice_id,
        record__is_current=True,
        record__withdrawn=False,
        record__happened_on__gt=min(row.due for row in late),
    )
    since = dict(rows.order_by("record__happened_on").values_list("person", "record__happened_on"))
    return [row for row in late if since.get(row.key, dt.date.min) <= row.due]


def still_with_bond(mine: Unit, late: list[DutyRow], practice_id: int) -> list[DutyRow]:
    """The same of bonds: what happened to whom somebody looks after. One query."""
    rows = Record.objects.current().filter(mine=mine, practice=practice_id, bond__in={row.key for row in late})
    rows = rows.filter(happened_on__gt=min((row.due for row in late), default=dt.date.max))
    since = dict(rows.order_by("happened_on").values_list("bond", "happened_on"))
    return [row for row in late if since.get(row.key, dt.date.min) <= row.due]

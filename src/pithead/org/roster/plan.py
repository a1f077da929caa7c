"""Comparing clean rows with what is known. Nothing is written here: the plan says what would be."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pithead.kernel.audit import Change
from pithead.kernel.refusal import Refused
from pithead.kernel.spelling import spelled
from pithead.org.access import ROLES, RoleCode
from pithead.org.models import Membership, Person, Post, Serves, Unit, UnitKind
from pithead.org.models.people import Employment, Sex
from pithead.org.models.units import PARTY_KINDS
from pithead.org.roster.columns import ENDED_BY_ROSTER, role_of
from pithead.org.roster.finder import UnitFinder, UnknownUnit
from pithead.org.roster.report import Vanished
from pithead.org.roster.rows import Reading, RosterRow

ONE_DAY = dt.timedelta(days=1)
FIELDS = (
    "name",
    "sex",
    "born_on",
    "hired_on",
    "employment",
    "education",
    "political_status",
    "job",
    "id_number",
    "phone",
)
COLUMNS = ("mine", "unit", "staff_no", *FIELDS, "left_on", "spelling")
KEPT_OUT_OF_THE_LOG = {"id_number", "phone", "born_on", "political_status"}  # it says that they changed, not to what
_LABELS: dict[str, dict[str, Any]] = {
    "sex": {str(value): str(label) for value, label in Sex.choices},
    "employment": {str(value): str(label) for value, label in Employment.choices},
}


@dataclass
class PersonPlan:
    """What changes about one person; `before` and `after` go into the log."""

    person: Person
    unit: Unit
    is_new: bool
    moved: bool = False
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    close: list[Membership | Post] = field(default_factory=list)
    place: Membership | None = None  # to be put right in place: it began today
    since: dt.date | None = None  # of the membership to open
    post: Post | None = None  # to open, or to reopen

    @property
    def changes(self) -> bool:
        return self.is_new or bool(self.after) or self.moved

    def row(self) -> tuple[Any, ...]:
        """A new person's values in the order of `COLUMNS`."""
        person = self.person
        return (
            person.mine_id,
            self.unit.pk,
            person.staff_no,
            *(getattr(person, name) for name in FIELDS),
            person.left_on,
            spelled(person.name),
        )

    def as_change(self) -> Change:
        return Change(
            "person", str(self.person.pk), f"{self.person.name} {self.person.staff_no}", self.before or None, self.after
        )


@dataclass
class Plan:
    people: list[PersonPlan]
    new_units: list[Unit]  # sections before their crews
    vanished: list[Vanished]
    homes: int  # sections and offices of which the file names somebody
    notes: list[str]


AUTOMATIC = re.compile(r"A\d{5}")


class Planner:
    """Reads what is known of the mine in a fixed number of queries."""

    def __init__(self, mine: Unit, finder: UnitFinder, today: dt.date, *, importer_id: int | None) -> None:
        self._mine, self._finder, self._today, self._importer_id = mine, finder, today, importer_id
        self._people = {person.staff_no: person for person in Person.objects.filter(mine=mine)}
        self._by_id_number = {person.id_number: person for person in self._people.values() if person.id_number}
        self._memberships = _by_person(
            Membership.objects.filter(mine=mine, until=None).exclude(unit__kind__in=PARTY_KINDS)
        )
        self._posts = _by_person(Post.objects.filter(mine=mine).select_related("unit"))
        self._branches: dict[int, list[Unit]] = {}
        serving = Serves.objects.on(today).filter(mine=mine, server__kind=UnitKind.BRANCH).select_related("server")
        for serves in serving:
            self._branches.setdefault(serves.unit_id, []).append(serves.server)
        self._notes: list[str] = []
        self._last_number, self._numbered = 0, list[str]()

    def plan(self, reading: Reading) -> Plan:
        """Adds failures to the reading; rows that failed are left out of the plan."""
        self._check_identities(reading)
        failed = {failure.row for failure in reading.failures}
        people, present = [], set()
        for row in reading.rows:
            person = self._person_of(row)
            if person is not None:
                present.add(person.staff_no)
            if row.row not in failed and row.unit is not None:
                people.append(self._person_plan(row, row.unit, person))
        if self._numbered:
            span = f"A{self._numbered[0]} 至 A{self._numbered[-1]}"
            self._notes.append(f"表里没有工号，{len(self._numbered)} 名新来的人自动编号 {span}，以后用它登录")
        homes = {id(self._finder.home(row.unit)) for row in reading.rows if row.unit is not None}
        return Plan(people, self._new_units(people), self._vanished(present, homes), len(homes), self._notes)

    def _new_units(self, people: list[PersonPlan]) -> list[Unit]:
        """Those that somebody who is taken needs: a row that fails makes no unit."""
        needed = {id(one.unit) for one in people} | {id(self._finder.parent(one.unit)) for one in people}
        return [unit for unit in self._finder.created if id(unit) in needed]

    def _person_of(self, row: RosterRow) -> Person | None:
        if staff_no := row.values.get("staff_no"):
            return self._people.get(staff_no)
        return self._by_id_number.get(row.values.get("id_number") or "")

    def _check_identities(self, reading: Reading) -> None:
        """Who is who: no identity number belongs to two people. A cell left empty in a column of staff numbers is a slip;
        a sheet that has no such column is one whose people are numbered here."""
        numbered = "staff_no" in reading.header.columns
        said = {row.values.get("staff_no"): row.values.get("id_number") for row in reading.rows}
        for row in reading.rows:
            number = row.values.get("id_number")
            holder = self._by_id_number.get(number or "")
            if "staff_no" not in row.values:
                if numbered and number and holder is None:
                    message = "按身份证号在系统里找不到这个人；新来的人要有工号，请填上工号再传"
                    reading.fail(row.row, message, "id_number")
            elif staff_no := row.values["staff_no"]:
                others = holder is not None and holder.left_on is None and holder.staff_no != staff_no
                if holder and others and said.get(holder.staff_no) in (None, number):  # unless corrected here, too
                    message = f"与工号 {holder.staff_no} 的{holder.name}相同，请核对是谁的号码"
                    reading.fail(row.row, message, "id_number")
                self._check_same_person(reading, row, staff_no)

    def _check_same_person(self, reading: Reading, row: RosterRow, staff_no: str) -> None:
        """A name may be corrected, an identity number, too; both at once is somebody else."""
        known, number = self._people.get(staff_no), row.values.get("id_number")
        if known and number and known.id_number not in ("", number) and known.name != row.values.get("name"):
            message = f"“{staff_no}”在系统里是{known.name}，姓名和身份证号都不同，请核对工号"
            reading.fail(row.row, message, "staff_no")

    def _vanished(self, present: set[str], homes: set[int]) -> list[Vanished]:
        """`homes`: the sections and offices of which the file names somebody."""
        vanished = []
        for person in self._people.values():
            if person.left_on is None and person.staff_no not in present:
                unit = self._finder.unit(person.unit_id)
                elsewhere = unit is not None and id(self._finder.home(unit)) not in homes
                vanished.append(
                    Vanished(person.staff_no, person.name, self._finder.label_of(person.unit_id), elsewhere)
                )
        return vanished

    # ── one person ──
    def _person_plan(self, row: RosterRow, unit: Unit, known: Person | None) -> PersonPlan:
        values = row.values
        if not values.get("hired_on") and values.get("working_since") and not (known and known.hired_on):
            values["hired_on"] = values["working_since"]
        person = known or Person(mine=self._mine, staff_no=values.get("staff_no") or self._next_number())
        planned = PersonPlan(person, unit, is_new=known is None)
        for name in FIELDS:
            value = values.get(name)
            if value is not None and (old := getattr(person, name)) != value:
                if not planned.is_new:
                    planned.before[name] = _shown(name, old)
                planned.after[name] = _shown(name, value)
                setattr(person, name, value)
        if person.left_on is not None:
            planned.before["left_on"], planned.after["left_on"] = person.left_on.isoformat(), None
            person.left_on = None
        self._plan_unit(planned)
        self._plan_post(planned, row)
        return planned

    def _next_number(self) -> str:
        """For newcomers of a sheet without staff numbers: A00001 and on, never one that was given before."""
        given = (int(known[1:]) for known in self._people if AUTOMATIC.fullmatch(known))
        self._last_number = max(self._last_number, *given, 0) + 1
        self._numbered.append(f"{self._last_number:05d}")
        return f"A{self._numbered[-1]}"

    def _plan_unit(self, planned: PersonPlan) -> None:
        """Moving closes the old membership the day before; one that began today was a slip and is put right in place."""
        person, unit = planned.person, planned.unit
        open_now = self._memberships.get(person.pk, []) if not planned.is_new else []
        if unit.pk and person.unit_id == unit.pk and any(one.unit_id == unit.pk for one in open_now):
            return
        planned.moved = not planned.is_new and person.unit_id is not None
        if not planned.is_new:
            planned.before["unit"] = self._finder.label_of(person.unit_id)
        planned.after["unit"] = self._finder.label(unit)
        began_today = [one for one in open_now if one.since >= self._today]
        planned.place = began_today[0] if began_today else None
        planned.close.extend(one for one in open_now if one.since < self._today)
        if planned.place is None:
            start = person.hired_on if planned.is_new and person.hired_on else self._today
            planned.since = max(start, unit.opened_on) if planned.is_new else start

    def _plan_post(self, planned: PersonPlan, row: RosterRow) -> None:
        title = row.values.get("title") or ""
        held = self._posts.get(planned.person.pk, []) if not planned.is_new else []
        wanted = self._wanted_post(planned, title)
        ending = [one for one in held if one.until is None and RoleCode(one.role) in ENDED_BY_ROSTER]
        if wanted is not None:
            role, unit = wanted
            if any(one.until is None and (one.role, one.unit_id) == (role, unit.pk) for one in held):
                ending = [one for one in ending if (one.role, one.unit_id) != (role, unit.pk)]
            else:
                since = row.values.get("post_since") or self._today
                planned.post = self._post(planned.person, role, unit, title, since, held)
                planned.after["post"] = f"{title}（{self._finder.label(unit)}）"
        elif planned.moved:
            ending = [one for one in ending if not self._is_above(one.unit, planned.unit)]
        else:
            ending = []
        if ending:
            planned.close.extend(ending)
            planned.before["post"] = "、".join(f"{one.role_label}（{one.unit.name}）" for one in ending)
            planned.after.setdefault("post", "")

    def _wanted_post(self, planned: PersonPlan, title: str) -> tuple[RoleCode, Unit] | None:
        found = role_of(title)
        if found is None:
            return None
        role, kind = found
        who = f"{planned.person.name}（{planned.person.staff_no}）"
        if planned.person.pk is not None and planned.person.pk == self._importer_id:
            self._notes.append(f"{who}是导入人本人，不能给自己任职：“{title}”请由别人来办")
            return None
        unit = self._unit_of_post(planned.unit, kind)
        if unit is None or unit.kind != kind:
            self._notes.append(f"{who}的职务“{title}”没有对应的{UnitKind(kind).label}，只导入了人，没有设任职")
            return None
        return role, unit

    def _unit_of_post(self, unit: Unit, kind: UnitKind) -> Unit | None:
        """A section head listed under a crew heads the section above; a secretary belongs to the branch that serves it."""
        if kind == UnitKind.CREW:
            return unit
        section = self._finder.parent(unit) if unit.kind == UnitKind.CREW else unit
        if kind == UnitKind.SECTION or section is None:
            return section
        branches = self._branches.get(section.pk, [])
        return branches[0] if len(branches) == 1 else None

    def _post(self, person: Person, role: RoleCode, unit: Unit, title: str, since: dt.date, held: list[Post]) -> Post:
        """The same appointment on the same day is the same row: it is reopened."""
        for one in held:
            if (one.role, one.unit_id, one.since) == (role, unit.pk, since):
                one.until = None
                return one
        shown = "" if title == ROLES[role].label else title
        return Post(mine=self._mine, person=person, role=str(role), unit=unit, title=shown, since=since)

    @staticmethod
    def _is_above(upper: Unit, lower: Unit) -> bool:
        return bool(lower.path) and lower.path.startswith(upper.path)


def _by_person(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _shown(name: str, value: Any) -> Any:
    if name in KEPT_OUT_OF_THE_LOG:
        return "（不记录）" if value else ""
    if isinstance(value, dt.date):
        return value.isoformat()
    return _LABELS[name].get(value, value) if name in _LABELS else value


def find_units(reading: Reading, finder: UnitFinder) -> None:
    """Gives every row its unit, or a failure."""
    for row in reading.rows:
        said = [row.values.get(name, "") for name in ("unit", "section", "crew")]
        if None in said or not any(said):
            continue  # has its reason already
        try:
            row.unit = finder.find(*said)
        except Refused as refused:
            place = _named_by(row, finder)
            reading.fail(row.row, refused.reasons[0].message, place)
            if isinstance(refused, UnknownUnit):
                reading.unknown_units.add(row.row)


def _named_by(row: RosterRow, finder: UnitFinder) -> str:
    """The column to look at: the crew's, unless it is the section that nobody knows."""
    upper = next((name for name in ("section", "unit") if row.values.get(name)), "")
    if row.values.get("crew") and (not upper or finder.knows_top(row.values[upper])):
        return "crew"
    return upper

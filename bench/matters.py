"""Mines with years of matters: what the benchmark of their pages runs on, and what the tests of their indexes look at."""

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import F, Func
from django.utils import timezone

from pithead.issues.models import Involved, Issue, Notice, Role
from pithead.issues.queries import WORKFLOWS
from pithead.kernel import packs
from pithead.kernel.db import insert_rows, insert_select
from pithead.org.access import RoleCode, system
from pithead.org.actions import NewUnit, create_mine, open_units
from pithead.org.models import Membership, Person, Place, Post, Specialty, Unit, UnitKind

OPENED = dt.date(2020, 1, 1)
YEARS = 5
BATCH = 20_000
SECTIONS, PEOPLE, INSPECTORS, PLACES = 30, 2_000, 40, 150
OPEN = 0.01  # the others ended long ago
KINDS = (*("hazard",) * 16, "violation", "finding", "request", "suggestion")
OPEN_STATES = {kind: WORKFLOWS[kind].open_states for kind in set(KINDS)}
ENDS = {kind: next(state.code for state in WORKFLOWS[kind].states if state.end) for kind in set(KINDS)}
CATEGORIES, GRADES = ("roof", "gas", "transport", "electric", "other"), ("D", "D", "C", "C", "B")
WORDS = ("护帮板未打开", "浮煤堆积未清理", "托辊损坏异响", "电缆落地", "测风牌板未填", "支护不牢", "信号不清", "漏液")


@dataclass(frozen=True)
class World:
    """`readers`: somebody of each sort, in the first of the mines."""

    mine: Unit
    readers: dict[str, Person]
    place: Place


@dataclass(frozen=True)
class _Mine:
    mine: Unit
    offices: dict[str, Unit]
    sections: list[Unit]
    people: list[Person]
    places: list[Place]


def world(mines: int, issues: int, now: dt.datetime) -> World:
    timezone.activate("Asia/Shanghai")
    grown = [_mine(f"M{number}", now) for number in range(mines)]
    chance = random.Random(issues)
    with _indexed_afterwards(Issue, Involved, Notice):
        _fill(grown[0], issues // mines, now, chance)
        for turn, other in enumerate(grown[1:], 1):
            _again(turn, grown[0], other)
    first = grown[0]
    readers = {
        "worker": first.people[-1],
        "section head": first.people[INSPECTORS],
        "inspector": first.people[0],
        "mine leader": first.people[-2],
    }
    return World(first.mine, readers, first.places[0])


@contextmanager
def _indexed_afterwards(*tables: type[models.Model]) -> Iterator[None]:
    """As any bulk load does it: an index is built in one go when the rows are there."""
    with connection.cursor() as cursor:
        indexes = [found for table in tables for found in _indexes(cursor, table._meta.db_table)]
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
        yield
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("ANALYZE")


def _indexes(cursor: Any, table: str) -> list[tuple[str, str]]:
    """Those that are no constraint."""
    if connection.vendor == "sqlite":
        question = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = %s"
    else:
        question = """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s
            AND indexname NOT IN (SELECT conname FROM pg_constraint)"""
    cursor.execute(question, [table])
    return list(cursor.fetchall())


def _mine(code: str, now: dt.datetime) -> _Mine:
    mine = create_mine(at=now, code=code, name=f"测速煤矿{code}", opened_on=OPENED)
    given = packs.load("mines", "default")["offices"]
    new = [NewUnit(mine, UnitKind.OFFICE, office["code"], office["name"], OPENED) for office in given]
    new += [
        NewUnit(mine, UnitKind.SECTION, f"S{number}", f"掘进{number}队", OPENED, specialty=Specialty.TUNNELLING)
        for number in range(SECTIONS)
    ]
    units = open_units(by=system(mine), at=now, new=new)
    offices = {unit.code: unit for unit in units if unit.kind == UnitKind.OFFICE}
    sections = [unit for unit in units if unit.kind == UnitKind.SECTION]
    people = Person.objects.bulk_create(
        Person(
            mine=mine,
            staff_no=f"{10_000 + number}",
            name=f"职工{number}",
            unit=offices["SAF"] if number < INSPECTORS else sections[number % SECTIONS],
        )
        for number in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(mine=mine, person=person, unit=person.unit, since=OPENED) for person in people
    )
    Post.objects.bulk_create(_posts(mine, people))
    places = Place.objects.bulk_create(
        Place(mine=mine, code=f"P{number}", name=f"{1000 + number} 工作面", kind="working", since=OPENED)
        for number in range(PLACES)
    )
    return _Mine(mine, offices, sections, people, places)


def _posts(mine: Unit, people: list[Person]) -> Iterator[Post]:
    def post(person: Person, role: RoleCode, unit: Unit) -> Post:
        return Post(mine=mine, person=person, role=role, unit=unit, since=OPENED)

    for person in people[:INSPECTORS]:
        yield post(person, RoleCode.ASSESSOR, person.unit or mine)
    for person in people[INSPECTORS : INSPECTORS + SECTIONS]:
        yield post(person, RoleCode.SECTION_HEAD, person.unit or mine)
    yield post(people[-2], RoleCode.MINE_LEADER, mine)


# ── matters ──
def _fill(one: _Mine, issues: int, now: dt.datetime, chance: random.Random) -> None:
    """In batches: a million rows of forty columns do not lie in memory together."""
    fields = [field.name for field in Issue._meta.concrete_fields]
    for start in range(0, issues, BATCH):
        numbers = range(start, min(start + BATCH, issues))
        made = [_issue(one, uuid.UUID(int=number), now, chance) for number in numbers]
        insert_rows(Issue, fields, [[issue[name] for name in fields] for issue in made])
        insert_rows(Involved, ("issue", "mine", "role", "who", "name"), list(_authors(one.mine, made)))
        insert_rows(Notice, ("mine", "person", "issue", "key", "text", "at", "read_at"), list(_notices(made)))


def _issue(one: _Mine, key: uuid.UUID, now: dt.datetime, chance: random.Random) -> dict[str, Any]:
    kind, is_open = chance.choice(KINDS), chance.random() < OPEN
    age = dt.timedelta(days=chance.expovariate(0.1) if is_open else 60 + chance.random() * 365 * YEARS)
    found_at, unit = now - age, chance.choice(one.sections)
    finder = chance.choice(one.people[:INSPECTORS] if kind == "hazard" else one.people)
    owner = chance.choice(one.people[INSPECTORS:])
    due_at = found_at + dt.timedelta(days=chance.choice((1, 3, 7, 30)))
    return _PLAIN | {
        "id": key,
        "mine": one.mine.pk,
        "kind": kind,
        "state": chance.choice(OPEN_STATES[kind]) if is_open else ENDS[kind],
        "grade": chance.choice(GRADES) if kind == "hazard" else "",
        "category": chance.choice(CATEGORIES) if kind == "hazard" else "",
        "unit": unit.pk,
        "office": one.offices["SAF" if chance.random() < 0.9 else "PTY"].pk,
        "place": chance.choice(one.places).pk if kind == "hazard" else None,
        "text": chance.choice(WORDS),
        "found_at": found_at,
        "found_by": finder.pk,
        "arrived_at": found_at,
        "owner": owner.pk,
        "owner_unit": owner.unit_id,
        "clock": 1,
        "clock_from": found_at,
        "due_at": due_at if is_open else None,
        "climbs_at": due_at if is_open else None,
        "closed_at": None if is_open else found_at + dt.timedelta(days=2),
        "verified": not is_open,
        "source_key": str(key),
        "fingerprint": key.hex,
    }


_PLAIN = {
    field.name: field.get_default() if field.has_default() or not field.null else None
    for field in Issue._meta.concrete_fields
}


def _authors(mine: Unit, made: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for issue in made:
        yield issue["id"], mine.pk, Role.AUTHOR.value, str(issue["found_by"]), "职工"


def _notices(made: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """To the owner of each tenth; what is closed was read."""
    for issue in made[::10]:
        key, text = f"step:{issue['seq']}", "隐患：分派，由你负责"
        yield issue["mine"], issue["owner"], issue["id"], key, text, issue["found_at"], issue["closed_at"]


# ── the same years in another mine ──
def _again(turn: int, first: _Mine, other: _Mine) -> None:
    """By the database itself: what was made alike has ids at equal distances."""
    shifts: dict[type[models.Model], int] = {
        Unit: other.mine.pk - first.mine.pk,
        Person: other.people[0].pk - first.people[0].pk,
        Place: other.places[0].pk - first.places[0].pk,
    }
    assert other.sections[-1].pk - first.sections[-1].pk == shifts[Unit]
    assert other.people[-1].pk - first.people[-1].pk == shifts[Person]
    for model in (Issue, Involved, Notice):
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.BigAutoField)]
        rows = model._default_manager.filter(mine=first.mine).order_by()
        columns = [_elsewhere(field, turn, shifts) for field in fields]
        insert_select(model, [field.name for field in fields], rows.values_list(*columns))


def _elsewhere(field: Any, turn: int, shifts: dict[type[models.Model], int]) -> Any:
    if isinstance(field.target_field if field.is_relation else field, models.UUIDField):
        return F(field.attname) if field.null else Renumbered(F(field.attname), turn)
    shift = shifts.get(field.related_model) if field.is_relation else None
    return F(field.attname) + shift if shift else F(field.attname)


class Renumbered(Func):
    """The key of the same matter in another mine, whose number stands in its upper half."""

    output_field = models.UUIDField()

    def __init__(self, key: F, turn: int):
        super().__init__(key)
        self.turn = f"'{turn:016x}'"

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"{self.turn} || substr(%(expressions)s, 17)")

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        lower = "substr(replace(CAST(%(expressions)s AS text), '-', ''), 17)"
        return self.as_sql(compiler, connection, template=f"({self.turn} || {lower})::uuid")

"""(c) Importing a roster of 10,000 people, against reading the file with the same library and `executemany` of the same rows."""

import datetime as dt
import io
import random
from typing import Any

import python_calamine as calamine
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from bench.measure import Measurement, seconds
from pithead.kernel import workbooks
from pithead.kernel.models import AuditEvent
from pithead.kernel.workbooks import Column, Table
from pithead.org.access import system
from pithead.org.actions import create_mine, import_roster
from pithead.org.models import Membership, Person, Post, Unit

PEOPLE = 10_000
SECTIONS = 100
CREWS = 4
AT = dt.datetime(2026, 7, 6, 9, 0, tzinfo=dt.UTC)
HEADINGS = [
    "工号",
    "姓名",
    "性别",
    "用工类别",
    "文化程度",
    "政治面貌",
    "职务",
    "区队",
    "班组",
    "岗位",
    "定岗日期",
    "身份证号",
    "联系电话",
    "出生年月",
    "入矿时间",
]


def measure() -> list[Measurement]:
    timezone.activate("Asia/Shanghai")
    mine = create_mine(at=AT, code="BENCH", name="测速煤矿", opened_on=dt.date(2000, 1, 1))
    file = roster(PEOPLE)
    _import(mine, file)
    rows = {model: _rows(model) for model in (Person, Membership, Post, AuditEvent)}
    plain = seconds(lambda: _plain(file, rows), before=lambda: _forget(mine))
    _forget(mine)
    ours = seconds(lambda: _import(mine, file), before=lambda: _forget(mine))
    again = seconds(lambda: _import(mine, file))
    written = "、".join(f"{model.__name__} {len(values)}" for model, values in rows.items())
    return [
        Measurement("roster: first import of 10,000 people", ours, plain, 5, written),
        Measurement("roster: the same file again", again, plain, 5, "nothing to write"),
    ]


def _import(mine: Unit, file: bytes) -> None:
    report = import_roster(by=system(mine), at=AT, mine=mine, file=file, name="花名册.xlsx", create_units=True)
    assert report.written, report.reasons[:3]


def _rows(model: type[Model]) -> list[tuple[Any, ...]]:
    """What the import has written, as the database holds it."""
    columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table}")
        return cursor.fetchall()


def _forget(mine: Unit) -> None:
    for model in (AuditEvent, Post, Membership):
        model.objects.all().delete()
    Person.objects.filter(mine=mine).delete()


def _plain(file: bytes, rows: dict[type[Model], list[tuple[Any, ...]]]) -> None:
    calamine.CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    with transaction.atomic(), connection.cursor() as cursor:
        for model, values in rows.items():
            columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
            marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
            cursor.executemany(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})", values)


def roster(people: int) -> bytes:
    """A tidy roster of made-up people; the title row and the spaces are as mines have them."""
    chance = random.Random(2026)
    table = Table(
        "花名册",
        [Column(heading) for heading in HEADINGS],
        [_person(n, chance) for n in range(people)],
        title="职工花名册",
    )
    return workbooks.write([table])


def _person(number: int, chance: random.Random) -> list[str]:
    born = dt.date(1966, 1, 1) + dt.timedelta(days=number % 13_000)
    hired = born + dt.timedelta(days=chance.randrange(7_000, 9_000))
    section, crew = number % SECTIONS + 1, number // SECTIONS % CREWS + 1
    return [
        f"{10000 + number}",
        f"{chance.choice('赵钱孙李周吴郑王')} {chance.choice('建国志强秀兰小军')}",
        "",
        "正式",
        "中专",
        "群众",
        "班长" if number // SECTIONS < CREWS else "",
        f"第{section}采煤队",
        f"{crew}班",
        "采煤机司机",
        f"{hired.year}.{hired.month:02}",
        identity(born, number % 999),
        f"139{number:08}",
        f"{born:%Y年%m月}",
        f"{hired:%Y-%m-%d}",
    ]


def identity(born: dt.date, serial: int) -> str:
    """A well-formed number of nobody: area 000000 was never given out."""
    digits = f"000000{born:%Y%m%d}{serial:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]

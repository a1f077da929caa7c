"""(d) Importing a hazard ledger of 100,000 rows, against reading the file with the same library and `executemany` of the same rows."""

import datetime as dt
import io
import random
from typing import Any

import python_calamine as calamine
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from bench.measure import Measurement, seconds
from pithead.issues.actions.importing import import_hazards
from pithead.issues.models import Involved, Issue, Step
from pithead.kernel import workbooks
from pithead.kernel.models import AuditEvent
from pithead.kernel.workbooks import Column, Table
from pithead.org.access import system
from pithead.org.actions import NewUnit, create_mine, open_units
from pithead.org.models import Person, Unit, UnitKind

ROWS = 100_000
SECTIONS, PEOPLE = 40, 400
AT = dt.datetime(2026, 7, 6, 9, 0, tzinfo=dt.UTC)
FIRST = dt.datetime(2024, 1, 1, 7, tzinfo=dt.UTC)
HEADINGS = [
    *("序号", "检查日期", "检查单位", "地点", "类别", "级别", "状态", "隐患内容", "责任单位", "整改措施"),
    *("五定时间", "责任单位负责人", "复查时间", "复查人", "复查结果(合格/不合格)"),
]
# By the figures of a real month: three in five assigned, two in five fixed on the spot; here the most of both were re-checked.
SPECIALTIES = ("采煤",) * 47 + ("其他",) * 31 + ("机电",) * 8 + ("运输",) * 7 + ("通风",) * 6 + ("开掘",) * 2
THINGS = ("漏液", "浮煤多", "托辊损坏", "电缆落地", "护帮板未打开", "信号不清", "测风牌板未填", "支护不牢")


def measure() -> list[Measurement]:
    timezone.activate("Asia/Shanghai")
    mine = _mine()
    file = ledger(ROWS)
    _import(mine, file)
    rows = {model: _rows(model) for model in (Issue, Involved, Step, AuditEvent)}
    written = "、".join(f"{model.__name__} {len(values)}" for model, values in rows.items())
    plain = seconds(lambda: _plain(file, rows), 1, _forget)
    _forget()
    ours = seconds(lambda: _import(mine, file), 1, _forget)
    again = seconds(lambda: _import(mine, file), 1)
    return [
        Measurement(f"ledger: first import of {ROWS:,} hazards", ours, plain, 5, written),
        Measurement("ledger: the same file again", again, plain, 5, "nothing to write"),
    ]


def _mine() -> Unit:
    mine = create_mine(at=AT, code="BENCH", name="测速煤矿", opened_on=dt.date(2000, 1, 1))
    opened = mine.opened_on
    new = [NewUnit(mine, UnitKind.SECTION, f"D{n}", f"第{n}采煤队", opened) for n in range(1, SECTIONS + 1)]
    units = open_units(by=system(mine), at=AT, new=new)
    people = [
        Person(mine=mine, staff_no=f"{10_000 + n}", name=f"职工{n}", unit=units[n % SECTIONS]) for n in range(PEOPLE)
    ]
    Person.objects.bulk_create(people)
    return mine


def _import(mine: Unit, file: bytes) -> None:
    report = import_hazards(by=system(mine), at=AT, mine=mine, file=file, name="台账.xlsx")
    assert report.written, report.reasons[:3]
    assert report.added + report.unchanged == ROWS


def _rows(model: type[Model]) -> list[tuple[Any, ...]]:
    """What the import has written, as the database holds it."""
    columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} ORDER BY 1")
        return cursor.fetchall()


def _forget() -> None:
    """By the database itself: it asks of every row that PostgreSQL deletes who still refers to it."""
    tables = [model._meta.db_table for model in (AuditEvent, Step, Involved, Issue)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
            return
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")


def _plain(file: bytes, rows: dict[type[Model], list[tuple[Any, ...]]]) -> None:
    calamine.CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    with transaction.atomic(), connection.cursor() as cursor:
        for model, values in rows.items():
            columns = ", ".join(connection.ops.quote_name(field.column) for field in model._meta.concrete_fields)
            marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
            cursor.executemany(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})", values)


def ledger(rows: int) -> bytes:
    """Two and a half years of a large mine under one title."""
    chance = random.Random(2026)
    table = Table(
        "隐患台账", [Column(heading) for heading in HEADINGS], [_row(n, chance) for n in range(rows)], title="隐患台账"
    )
    return workbooks.write([table])


def _row(number: int, chance: random.Random) -> list[Any]:
    found = FIRST + dt.timedelta(hours=number * 21_000 // ROWS)
    section, spot, checked = number % SECTIONS + 1, chance.random() < 0.4, chance.random() < 0.96
    fixed = found + dt.timedelta(hours=9 if spot else 24)
    return [
        number + 1,
        f"{found:%Y-%m-%d %H:%M}",
        chance.choice(("矿领导", "县局", f"第{section}采煤队", "D1")),
        f"{1300 + number % 60}工作面{number % 150}号架",
        chance.choice(SPECIALTIES),
        "B" if number % 90 == 0 else "C",
        "已现场处理" if spot else "已复查" if checked else "已五定",
        f"{chance.choice(THINGS)}，{chance.choice(THINGS)}，编号{number}",
        f"第{section}采煤队",
        "限期整改，专人盯守",
        "" if spot else f"{fixed:%Y-%m-%d %H:%M}",
        f"职工{number % SECTIONS}",
        f"{fixed + dt.timedelta(hours=8):%Y-%m-%d}"
        if checked and fixed.hour < 16
        else (f"{fixed + dt.timedelta(days=1):%Y-%m-%d}" if checked else ""),
        f"职工{SECTIONS + number % 300}" if checked else "",
        "合格" if checked else "",
    ]

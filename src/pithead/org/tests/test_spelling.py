"""Whoever writes a name writes how it is typed: actions, rosters, and the migration for what stood before."""

import datetime as dt
import io
from importlib import import_module

import pytest
import xlsxwriter
from django.apps import apps

from pithead.kernel.spelling import spelled
from pithead.org import actions
from pithead.org.models import Person, Unit, UnitKind
from pithead.org.testing import Cast

pytestmark = pytest.mark.django_db
SINCE = dt.date(2026, 5, 1)


def assert_spelled() -> None:
    for row in (*Unit.objects.all(), *Person.objects.all()):
        assert row.spelling == spelled(row.name), row.name
        assert row.spelling


def roster(*people: tuple[str, str]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("花名册")
        for number, row in enumerate(
            [("工号", "姓名", "区队", "班组"), *((*one, "综采一队", "三班") for one in people)]
        ):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def test_a_unit_is_spelled_when_opened_and_when_renamed(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    new = actions.NewUnit(cast.mine, UnitKind.SECTION, "KT1", "开拓一队", SINCE)
    unit = actions.open_unit(by=by, at=at, new=new)
    assert " ktyd " in Unit.objects.get(pk=unit.pk).spelling
    actions.rename_unit(by=by, at=at, unit=unit, name="掘进二队")
    assert " jjed " in Unit.objects.get(pk=unit.pk).spelling
    actions.create_mine(at=at, code="HSG", name="黑石沟煤矿", opened_on=SINCE)
    assert_spelled()


def test_a_person_is_spelled_when_taken_on_and_when_the_name_is_corrected(cast: Cast, at: dt.datetime) -> None:
    by = cast.actor("hr_officer")
    new = actions.NewPerson("30001", "陈实", cast.units["ZC1-1"], SINCE)
    person = actions.add_person(by=by, at=at, mine=cast.mine, new=new)
    actions.amend_person(by=by, at=at, person=person, name="单长行")
    assert " sch " in f"{Person.objects.get(pk=person.pk).spelling} "
    assert_spelled()


def test_a_roster_spells_whom_it_brings_and_whom_it_renames(cast: Cast, at: dt.datetime) -> None:
    by = cast.system()
    for file in (roster(("30001", "查一"), ("30002", "石重")), roster(("30001", "查一行"), ("30002", "石重"))):
        report = actions.import_roster(by=by, at=at, mine=cast.mine, file=file, name="花名册.xlsx", create_units=True)
        assert report.written
        assert_spelled()


def test_the_migration_spells_what_stood_before_and_may_run_again(cast: Cast) -> None:
    spell = import_module("pithead.org.migrations.0003_spelling").spell
    Unit.objects.update(spelling="")
    Person.objects.exclude(staff_no="10001").update(spelling="")
    Person.objects.filter(staff_no="10001").update(spelling=" kept")
    spell(apps, None)
    spell(apps, None)
    assert Person.objects.get(staff_no="10001", mine=cast.mine).spelling == " kept"
    Person.objects.filter(staff_no="10001").update(spelling="")
    spell(apps, None)
    assert_spelled()

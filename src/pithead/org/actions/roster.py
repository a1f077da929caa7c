"""Importing a roster 花名册: all of it or, if asked, the good rows; again and again without doubling anybody."""

import contextlib
import datetime as dt

from django.db import transaction
from django.utils import timezone

from pithead.kernel import audit, workbooks
from pithead.kernel.db import hold, insert_rows
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Refused
from pithead.kernel.spelling import spelled
from pithead.org.access import Actor, Capability
from pithead.org.actions.seats import seat_posts
from pithead.org.actions.units import NewUnit, open_units
from pithead.org.models import Membership, Person, Post, Unit
from pithead.org.queries.rosters import ROSTERS
from pithead.org.roster.columns import NOT_WORTH_NAMING, REQUIRED, WANTED
from pithead.org.roster.finder import UnitFinder
from pithead.org.roster.plan import COLUMNS, FIELDS, ONE_DAY, PersonPlan, Plan, Planner, find_units
from pithead.org.roster.report import RosterReport, failed_workbook
from pithead.org.roster.rows import Reading, read_rows
from pithead.org.roster.template import roster_template

__all__ = ["RosterReport", "failed_workbook", "import_roster", "keep_roster", "roster_template"]
BATCH = 1000


def import_roster(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    file: bytes,
    name: str,
    create_units: bool = False,
    dry_run: bool = False,
    keep_good: bool = False,
    reference: str = "",
) -> RosterReport:
    """Raises `Refused` when the file as a whole cannot be taken; what is wrong with rows is in the report. `reference`
    names the import in the log, otherwise the file's digest does."""
    by.require(Capability.ROSTER_IMPORT, mine)
    if create_units:
        by.require(Capability.ORG_EDIT, mine)
    header = workbooks.find_table(workbooks.read(file, name=name), WANTED, REQUIRED)
    today = timezone.localdate(at)
    reading = read_rows(header, today)
    if not reading.rows:
        raise Refused(f"工作表“{header.sheet.name}”的表头下面没有人员，请核对")
    with contextlib.nullcontext() if dry_run else transaction.atomic():
        if not dry_run:
            hold(mine)  # the plan holds only while nobody else changes people
        finder = UnitFinder(mine, today, create=create_units)
        find_units(reading, finder)
        plan = Planner(mine, finder, today, importer_id=by.person_id).plan(reading)
        write = not dry_run and (keep_good or not reading.failures)
        report = _report(reading, finder, plan, dry_run=dry_run, written=write)
        if write:
            _write(by, at, mine, plan)
            ROSTERS.imported(
                by=by, at=at, mine=mine.code, file=file, name=name, reference=reference, counts=report.counts
            )
    return report


def keep_roster(*, by: Actor, at: dt.datetime, mine: Unit, file: bytes, name: str) -> StoredFile:
    """Keeps an uploaded roster until its importer has seen what it would do."""
    by.require(Capability.ROSTER_IMPORT, mine)
    return ROSTERS.keep(by=by, at=at, mine=mine.code, file=file, name=name)


def _report(reading: Reading, finder: UnitFinder, plan: Plan, *, dry_run: bool, written: bool) -> RosterReport:
    header = reading.header
    changed = [one for one in plan.people if one.changes and not one.is_new]
    return RosterReport(
        header=header,
        rows=len(reading.rows),
        added=sum(one.is_new for one in plan.people),
        changed=len(changed),
        moved=sum(one.moved for one in changed),
        unchanged=sum(not one.changes for one in plan.people),
        failures=tuple(sorted(reading.failures, key=lambda failure: (failure.row, failure.column))),
        ignored=tuple(reading.ignored),
        unknown_columns=tuple(heading for heading in header.unknown if heading not in NOT_WORTH_NAMING),
        unknown_units=len(reading.unknown_units),
        new_units=tuple(finder.label(unit) for unit in plan.new_units),
        vanished=tuple(plan.vanished),
        homes=plan.homes,
        notes=((header.note,) if header.note else ()) + tuple(plan.notes),
        dry_run=dry_run,
        written=written,
    )


def _write(by: Actor, at: dt.datetime, mine: Unit, plan: Plan) -> None:
    today = timezone.localdate(at)
    touched = [one for one in plan.people if one.changes]
    _open_units(by, at, plan.new_units, touched)
    _save_people(mine, touched)
    _save_memberships(mine, touched, today)
    _save_posts(touched, today)
    for action, is_new in (("org.person.added", True), ("org.person.amended", False)):
        changes = [one.as_change() for one in touched if one.is_new is is_new]
        audit.write_many(by=by, at=at, mine=mine.code, action=action, changes=changes)


def _open_units(by: Actor, at: dt.datetime, units: list[Unit], touched: list[PersonPlan]) -> None:
    """From here on everybody's unit is one that stands."""
    saved = {unit.code: unit for unit in open_units(by=by, at=at, new=[_as_new(unit) for unit in units])}
    for one in touched:
        if one.unit.pk is None:
            one.unit = saved[one.unit.code]
        if one.post is not None and one.post.unit.pk is None:
            one.post.unit = saved[one.post.unit.code]


def _as_new(unit: Unit) -> NewUnit:
    assert unit.parent is not None
    parent = unit.parent if unit.parent.pk else unit.parent.code
    return NewUnit(parent, unit.kind, unit.code, unit.name, unit.opened_on, specialty=unit.specialty)


def _save_people(mine: Unit, touched: list[PersonPlan]) -> None:
    """New people are inserted as plain rows and told their ids afterwards: thousands of them take a second less."""
    new = [one for one in touched if one.is_new]
    insert_rows(Person, COLUMNS, [one.row() for one in new])
    numbers = [one.person.staff_no for one in new]
    ids = dict(Person.objects.filter(mine=mine).values_list("staff_no", "pk")) if numbers else {}
    for one in touched:
        one.person.unit = one.unit
        if one.is_new:
            one.person.pk = ids[one.person.staff_no]
    changed = [one.person for one in touched if not one.is_new]
    for person in changed:
        person.spelling = spelled(person.name)
    Person.objects.bulk_update(changed, [*FIELDS, "unit", "left_on", "spelling"], batch_size=BATCH)


def _save_memberships(mine: Unit, touched: list[PersonPlan], today: dt.date) -> None:
    ended, righted = [], []
    for one in touched:
        for row in one.close:
            if isinstance(row, Membership):
                row.until = today - ONE_DAY
                ended.append(row)
        if one.place is not None:
            one.place.unit = one.unit
            righted.append(one.place)
    Membership.objects.bulk_update(ended, ["until"], batch_size=BATCH)
    Membership.objects.bulk_update(righted, ["unit"], batch_size=BATCH)
    begun = [(mine.pk, one.person.pk, one.unit.pk, one.since, None) for one in touched if one.since]
    insert_rows(Membership, ("mine", "person", "unit", "since", "until"), begun)


def _save_posts(touched: list[PersonPlan], today: dt.date) -> None:
    ended: list[Post] = []
    reopened: list[Post] = []
    begun: list[Post] = []
    for one in touched:
        for row in one.close:
            if isinstance(row, Post):
                row.until = max(row.since, today - ONE_DAY)
                ended.append(row)
        if one.post is not None:
            one.post.person = one.person  # who has an id by now
            (reopened if one.post.pk else begun).append(one.post)
    Post.objects.bulk_update([*ended, *reopened], ["until"], batch_size=BATCH)
    Post.objects.bulk_create(begun, batch_size=BATCH)
    seat_posts([*ended, *reopened, *begun])

"""Importing what a superior's system holds already: all of it or, if asked, the good rows; again and again without doubling any.

What the mine has is read once; no row asks the database anything."""

import contextlib
import datetime as dt
from collections.abc import Iterable
from uuid import UUID, uuid5

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from pithead.kernel import workbooks
from pithead.kernel.db import hold
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import UnitDirectory
from pithead.org.queries.directory import normal
from pithead.practices.actions.circumstances import Circumstances, circumstances
from pithead.practices.actions.drafts import RecordDraft
from pithead.practices.actions.many import Handed, record_all
from pithead.practices.content import PracticeSpec
from pithead.practices.importing_rows import NOT_WORTH_NAMING, HeldRow, Reading, read_rows
from pithead.practices.importing_rows import RecordsReport as RecordsReport
from pithead.practices.importing_rows import failed_records as failed_records
from pithead.practices.importing_rows import records_template as records_template
from pithead.practices.models import Per, Practice, PracticeVersion, Record
from pithead.practices.queries.grounds import WideGround
from pithead.practices.queries.imports import SHEETS
from pithead.practices.queries.on_shift import moment_in
from pithead.practices.queries.performing import kinds_counted

SAME_MEETING = UUID("6f0c1f4e-3a53-4d0a-9f0e-5b0b1f3f7f11")  # one row is one record, whoever sends it


def import_records(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    file: bytes,
    name: str,
    dry_run: bool = False,
    keep_good: bool = False,
    reference: str = "",
) -> RecordsReport:
    """`Refused` only where the file as a whole cannot be taken. The log knows it by `reference`, otherwise by its digest."""
    by.require(Capability.RECORD_IMPORT)
    reading = read_rows(workbooks.read(file, name=name))
    with contextlib.nullcontext() if dry_run else transaction.atomic():
        if not dry_run:
            hold(mine)  # two imports of one sheet are one after the other
        plan = _Plan(by, at, mine, reading)
        for row in reading.good:
            plan.take(row)
        written = not dry_run and (keep_good or not reading.failures)
        report = plan.report(dry_run=dry_run, written=written)
        if written:
            record_all(mine=mine, handed=plan.handed)
            SHEETS.imported(
                by=by, at=at, mine=mine.code, file=file, name=name, reference=reference, counts=report.counts
            )
    return report


def keep_records(*, by: Actor, at: dt.datetime, mine: Unit, file: bytes, name: str) -> StoredFile:
    """Keeps an uploaded sheet until its importer has seen what it would do."""
    by.require(Capability.RECORD_IMPORT)
    return SHEETS.keep(by=by, at=at, mine=mine.code, file=file, name=name)


class _Plan:
    """Row by row: what is new, what is there, what cannot be taken. Reasons name the column they are about."""

    def __init__(self, by: Actor, at: dt.datetime, mine: Unit, reading: Reading):
        self.by, self.at, self.mine, self.reading = by, at, mine, reading
        self.ground = WideGround(mine, {by.person_id} if by.person_id else set())
        practices = list(Practice.objects.filter(mine=mine).select_related("method").order_by("method", "position"))
        held = _held_elsewhere(mine)
        self.offered = [one for one in practices if one.pk in held]
        others = [one for one in practices if one.pk not in held]
        self.named = _named(others) | _named(self.offered, aliases=True) | _named(self.offered)
        self.units = list(Unit.objects.of_mine(mine).for_tree())
        self.directories: dict[dt.date, UnitDirectory] = {}
        rows = Record.objects.filter(mine=mine, practice__in=self.offered)
        self.standing = set(rows.exclude(elsewhere="").values_list("pk", flat=True))
        by_hand = rows.current().filter(elsewhere="")
        self.by_hand = set(by_hand.values_list("practice", "unit", "happened_on"))
        self.handed: list[Handed] = []
        self.remarks: list[Reason] = []
        self.unchanged = 0

    def report(self, *, dry_run: bool, written: bool) -> RecordsReport:
        reading = self.reading
        return RecordsReport(
            header=reading.header,
            rows=reading.rows,
            added=len(self.handed),
            unchanged=self.unchanged,
            failures=tuple(sorted(reading.failures, key=lambda failure: (failure.row, failure.column))),
            remarks=tuple(self.remarks),
            ignored=tuple(reading.ignored),
            unknown_columns=tuple(heading for heading in reading.header.unknown if heading not in NOT_WORTH_NAMING),
            dry_run=dry_run,
            written=written,
        )

    def take(self, row: HeldRow) -> None:
        try:
            draft = self._draft(row)
            found = circumstances(self.by, self.at, self.mine, draft, ground=self.ground)
        except Refused as refused:
            reason = refused.reasons[0]
            self.reading.fail(row.row, reason.message, reason.where or None)
        except PermissionDenied as denied:
            self.reading.fail(row.row, str(denied))
        else:
            self._add(row, draft, found)

    def _add(self, row: HeldRow, draft: RecordDraft, found: Circumstances) -> None:
        if draft.id in self.standing:
            self.unchanged += 1
        elif (draft.practice.pk, found.unit.pk, found.day) in self.by_hand:
            self.unchanged += 1
            self.remarks.append(Reason("这一天已经在这里填过这一项，不再加一次", self.reading.where(row.row)))
        else:
            self.standing.add(draft.id)
            self.handed.append(Handed(self.by, self.at, draft))

    def _draft(self, row: HeldRow) -> RecordDraft:
        if row.day > timezone.localdate(self.at):
            raise Refused(Reason(f"{row.day} 还没有到，请核对", "day"))
        practice, spec = self._practice(row.practice, row.day)
        unit = self._unit(row.unit, row.day, spec)
        return RecordDraft(
            practice,
            id=uuid5(SAME_MEETING, f"{practice.pk} {unit.pk} {row.day} {row.number}"),
            unit=unit,
            happened_at=min(moment_in(self.ground.calendar(), None, row.day), self.at),
            elsewhere=row.said,
        )

    def _practice(self, text: str, day: dt.date) -> tuple[Practice, PracticeSpec]:
        meant = self.named.get(normal(text), ())
        if len(meant) > 1:
            called = "、".join(f"{one}（{one.code}）" for one in meant)
            raise Refused(Reason(f"“{text[:30]}”指的可能是{called}，请写括号里的编号", "practice"))
        found = meant[0] if meant else None
        version = self.ground.version(found, day) if found else None
        if found is None or version is None:
            why = f"“{found}”在 {day} 没有实行" if found else f"没有“{text[:30]}”这一项"
            raise Refused(
                Reason(f"{why}，可以导入的有：{'、'.join(map(str, self.offered)) or '（还没有）'}", "practice")
            )
        spec = self.ground.spec(version)
        if not spec.elsewhere:
            raise Refused(Reason(f"“{spec.title}”不是上级系统里登记的，请在这里填写", "practice"))
        if any(quota.per not in (Per.UNIT, Per.SEAT) for quota in spec.quotas):
            raise Refused(Reason(f"“{spec.title}”按人或按地点算，表里只有单位，请在这里填写", "practice"))
        return found, spec

    def _unit(self, text: str, day: dt.date, spec: PracticeSpec) -> Unit:
        if day not in self.directories:
            self.directories[day] = UnitDirectory(self.units, day)
        match = self.directories[day].find(text, kinds=kinds_counted(spec))
        if match.unit is None:
            raise Refused(Reason(match.problem, "unit"))
        return match.unit


def _named(practices: Iterable[Practice], *, aliases: bool = False) -> dict[str, tuple[Practice, ...]]:
    """By what they are called; of one name there may be several, for methods know nothing of each other."""
    found: dict[str, tuple[Practice, ...]] = {}
    for one in practices:
        names = one.loaded.get("aliases", ()) if aliases else (one.code, one.title)
        for name in {normal(name) for name in names}:
            found[name] = (*found.get(name, ()), one)
    return found


def _held_elsewhere(mine: Unit) -> set[int]:
    """Practices of which, in one version or another, a superior's system may hold something."""
    contents = PracticeVersion.objects.filter(mine=mine).values_list("practice", "content")
    return {pk for pk, content in contents if content.get("elsewhere")}

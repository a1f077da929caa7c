"""Importing a hazard ledger 隐患台账: all of it or, if asked, the good rows; again and again without doubling a hazard."""

import contextlib
import datetime as dt

from django.db import transaction
from django.utils import timezone

from pithead.issues.actions.laying import Laid, Terms, lay_out, write
from pithead.issues.actions.words import PERSONAL
from pithead.issues.ledger.columns import KIND, NOT_WORTH_NAMING
from pithead.issues.ledger.dates import Moment
from pithead.issues.ledger.names import Names
from pithead.issues.ledger.plan import Plan, make_plan
from pithead.issues.ledger.report import LedgerReport as LedgerReport
from pithead.issues.ledger.report import Remark
from pithead.issues.ledger.rows import Reading, read_rows
from pithead.issues.ledger.telling import SAID_TWICE, Teller
from pithead.issues.queries import setting_of
from pithead.issues.queries.ledgers import LEDGERS
from pithead.issues.queries.raising import office_of
from pithead.kernel import audit, workbooks
from pithead.kernel.db import hold
from pithead.kernel.models import StoredFile
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.limits import MIB
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit, UnitKind
from pithead.org.queries import calendar_of

# Years of a ledger in one sheet.
LIMITS = workbooks.Limits(size=40 * MIB, unpacked=512 * MIB, rows=200_000, cells=6_000_000)
# What of a row is kept as it was written.
WORDS, PEOPLE = ("text", "measure", "done", "place", "body", "supervisor"), ("finders", "owner", "rechecker")
MANY = 40  # names of a kind that a note lists
UNKNOWN = {
    "body": "不是本矿单位的检查单位，只留下名称",
    "place": "系统里没有的地点，只留下名称（在“组织”里建了地点，以后的才能归到一处）",
    "person": "花名册里没有的人，只留下姓名",
    "namesake": "有几个人同名，分不清是谁，只留下姓名（写成“姓名(工号)”就能对上）",
}


def import_hazards(
    *,
    by: Actor,
    at: dt.datetime,
    mine: Unit,
    file: bytes,
    name: str,
    dry_run: bool = False,
    keep_good: bool = False,
    reference: str = "",
) -> LedgerReport:
    """`Refused` only where the file as a whole cannot be taken. The log knows it by `reference`, otherwise by its digest."""
    office = _office(by, mine)
    reading = _read(file, name)
    with contextlib.nullcontext() if dry_run else transaction.atomic():
        terms = Terms(mine, office, setting_of(mine, KIND), calendar_of(mine), at)
        names = Names(mine, timezone.localdate(at))
        plan = _plan(reading, names, terms, holding=not dry_run)
        laid = lay_out(plan, terms)
        written = not dry_run and (keep_good or not reading.failures)
        report = _report(reading, names, plan, laid, dry_run=dry_run, written=written)
        if written:
            write(laid)
            audit.write_many(by=by, at=at, mine=mine.code, action="issues.issue.imported", changes=laid.events)
            LEDGERS.imported(
                by=by, at=at, mine=mine.code, file=file, name=name, reference=reference, counts=report.counts
            )
    return report


def keep_ledger(*, by: Actor, at: dt.datetime, mine: Unit, file: bytes, name: str) -> StoredFile:
    """Keeps an uploaded ledger until its importer has seen what it would do."""
    _office(by, mine)
    return LEDGERS.keep(by=by, at=at, mine=mine.code, file=file, name=name)


def _office(by: Actor, mine: Unit) -> Unit:
    """Those who oversee hazards: of the office in charge, or of the mine."""
    office = office_of(mine, setting_of(mine, KIND))
    by.require(Capability.ISSUE_OVERSEE, office)
    return office


def may_import(by: Actor, mine: Unit) -> bool:
    """Whether the page is worth showing; the action decides."""
    return mine.kind == UnitKind.MINE and by.can(Capability.ISSUE_OVERSEE, office_of(mine, setting_of(mine, KIND)))


def _read(file: bytes, name: str) -> Reading:
    reading = read_rows(workbooks.read(file, name=name, limits=LIMITS))
    if not reading.rows:
        raise Refused("表头下面没有隐患，请核对")
    for row in reading.rows:
        said = [(column, row.text(column)) for column in WORDS]
        said += [(column, "、".join(row.people(column))) for column in PEOPLE]
        for column, words in said:
            if PERSONAL.search(words):
                reading.fail(row, "里面不要写身份证号或手机号", column)
    return reading


def _plan(reading: Reading, names: Names, terms: Terms, *, holding: bool) -> Plan:
    if holding:
        hold(terms.mine)  # two imports of one ledger are one after the other
    now = timezone.localtime(terms.at)
    moment = Moment(now.date(), now.time())
    teller = Teller(reading, names, moment, timezone.get_current_timezone(), terms.setting.default_grade)
    return make_plan(terms.mine, reading, teller.tell(), holding=holding)


# ── told ──
def _report(reading: Reading, names: Names, plan: Plan, laid: Laid, *, dry_run: bool, written: bool) -> LedgerReport:
    unknown = dict.fromkeys(heading for header in reading.headers for heading in header.unknown)
    return LedgerReport(
        sheets=tuple(header.sheet.name for header in reading.headers),
        rows=len(reading.rows),
        added=len(plan.new),
        progressed=len(plan.progress),
        unchanged=plan.unchanged,
        doubled=len(reading.remarks.get(SAID_TWICE, ())),
        states=laid.states,
        overdue=laid.overdue,
        failures=tuple(reading.failures),
        remarks=tuple(Remark(message, tuple(places)) for message, places in reading.remarks.items()),
        notes=tuple(_notes(names)),
        ignored=tuple(reading.ignored),
        unknown_columns=tuple(heading for heading in unknown if heading not in NOT_WORTH_NAMING),
        dry_run=dry_run,
        written=written,
    )


def _notes(names: Names) -> list[str]:
    said = []
    for what, words in UNKNOWN.items():
        if found := sorted(names.unknown[what]):
            more = f"等 {len(found)} 个" if len(found) > MANY else ""
            said.append(f"{words}：{'、'.join(found[:MANY])}{more}")
    return said

"""(g) The cockpit of a mine of 5,000 people with twelve closed months, against an empty signed-in page with the full shell."""

import datetime as dt
import time
from statistics import median

from django.core.cache import cache
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from bench.board import EMPTY, Opened, signed_in
from bench.customs import FIRST, LAST, OPENED, YEAR, Year, year
from bench.measure import Measurement
from bench.mines import month_with_entries
from pithead.assess.actions import load_standard
from pithead.assess.testing import settle
from pithead.issues.models import Issue
from pithead.kernel import packs
from pithead.kernel.periods import Period
from pithead.measures.actions import close_due
from pithead.measures.models import Given, Snapshot
from pithead.org.access import RoleCode, system
from pithead.org.actions import NewUnit, open_units
from pithead.org.models import Person, Post, Unit, UnitKind

ENTRIES, HAZARDS, TURNS = 300, 6_000, 25
ADDRESS = f"/cockpit/?period={YEAR}-12"
AT = dt.datetime(YEAR + 1, 1, 6, 9, tzinfo=dt.UTC)
SHOWN = ("production.plan_done", "hazard.on_time")  # figures that have to be there


@override_settings(ROOT_URLCONF="bench.results_page")  # where the empty page is
def measure() -> Measurement:
    one = year()
    _given(one)
    _found(one)
    _assessed(one.mine)
    began = time.perf_counter()
    months = close_due(one.mine, AT, Period.month(YEAR, 1))
    closing = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    opened = signed_in(_leader(one.mine))
    faults = [f"{code} is not shown" for code in SHOWN if f"/measures/{code}/" not in opened(ADDRESS).decode()]
    ours, empty, first = _seconds(opened)
    kept = f"{len(months)} months closed in {closing:.0f} s, {Snapshot.objects.count():,} figures kept"
    note = f"5,000 people, {kept}; with nothing kept in memory {first * 1000:.0f} ms"
    return Measurement("cockpit: 5,000 people", ours, empty, 4, note, tuple(faults))


def _leader(mine: Unit) -> Person:
    person = Person.objects.create(mine=mine, staff_no="1", name="测速员", hired_on=OPENED)
    Post.objects.create(mine=mine, person=person, role=RoleCode.MINE_LEADER, unit=mine, since=OPENED)
    return person


def _given(one: Year) -> None:
    """Plan and work done of every section by month."""
    rows = []
    for month in _months():
        day = dt.date(YEAR, month.number, 28)
        for unit in one.units["section"]:
            for code, value in (("metres_planned", 200), ("metres", one.chance.randrange(150, 240))):
                rows.append(_row(one.mine, unit, code, day, value))
    Given.objects.bulk_create(rows)


def _months() -> list[Period]:
    return [Period.month(YEAR, number) for number in range(1, 13)]


def _row(mine: Unit, unit: Unit, code: str, day: dt.date, value: int) -> Given:
    known = {"arrived_at": AT, "given_by": "测速", "staff_no": "1", "source": "cli"}
    return Given(mine=mine, quantity=code, unit=unit, day=day, value=value, **known)


def _found(one: Year) -> None:
    """Hazards of the year: most were put right in time, some stand open."""
    office, start = one.units["office"][0], timezone.make_aware(dt.datetime.combine(FIRST, dt.time(8)))
    rows = []
    for turn in range(HAZARDS):
        found = start + dt.timedelta(minutes=turn * (LAST - FIRST).days * 1440 / HAZARDS)
        open_ = turn % 20 == 0
        closed = None if open_ else found + dt.timedelta(days=2)
        facts = {
            "state": "assigned" if open_ else "closed",
            "found_at": found,
            "arrived_at": found,
            "closed_at": closed,
        }
        unit = one.units["crew"][turn % len(one.units["crew"])]
        due = {"due_at": found + dt.timedelta(days=3), "verified": not open_}
        rows.append(
            Issue(
                mine=one.mine,
                kind="hazard",
                unit=unit,
                office=office,
                text="测速",
                source_key=f"{turn}",
                **facts,
                **due,
            )
        )
    Issue.objects.bulk_create(rows, batch_size=500)


def _assessed(mine: Unit) -> None:
    """Every month of the year, published."""
    known = {"by": system(mine), "at": AT}
    offices = packs.load("mines", "default")["offices"]
    there = set(Unit.objects.filter(mine=mine).values_list("code", flat=True))
    new = [
        NewUnit(mine, UnitKind.OFFICE, one["code"], one["name"], OPENED) for one in offices if one["code"] not in there
    ]
    open_units(**known, new=new)
    load_standard(**known, mine=mine, pack="six-good", in_force_from=f"{YEAR}-01")
    for month in _months():
        settle(month_with_entries(mine, str(month), ENTRIES), **known)


def _seconds(opened: Opened) -> tuple[float, float, float]:
    """Turn about, so that a busy machine is busy for both; the first with nothing in memory."""
    taken: dict[str, list[float]] = {ADDRESS: [], EMPTY: []}
    fresh = []
    for _ in range(3):
        cache.clear()
        fresh.append(_once(opened, ADDRESS))
    for page in (ADDRESS, EMPTY) * TURNS:
        taken[page].append(_once(opened, page))
    return median(taken[ADDRESS][2:]), median(taken[EMPTY][2:]), median(fresh)


def _once(opened: Opened, page: str) -> float:
    began = time.perf_counter()
    opened(page)
    return time.perf_counter() - began

"""Closing a month of 1,000 sections and 50,000 people whose clauses count figures from outside (two months by day), matters and talks,
against hand-written SQL that reads the same figures and writes the same entries, item scores and results in one transaction.
The entries, scores and results of the two ways are compared."""

import datetime as dt
import random
from typing import Any

from django.db import connection, transaction

from bench.closing import ITEM_SCORES, POSTGRESQL, RESULTS, SQLITE, _rows
from bench.measure import Measurement, seconds
from bench.mines import AT, big_mine
from pithead.assess.actions import close_cycle, late_offices, open_cycle, reopen_cycle, submit
from pithead.assess.models import Cycle, Entry, EntryKind
from pithead.kernel.periods import Period
from pithead.measures.models import Given
from pithead.org.access import system
from pithead.org.models import Person, Unit, UnitKind

SECTIONS, PEOPLE = 1_000, 50_000
PLANS = {"extraction": "tonnes", "tunnelling": "metres"}
TOTALS = (
    *(
        "tonnes",
        "tonnes_planned",
        "metres",
        "metres_planned",
        "service",
        "service_planned",
        "stoppage_hours",
        "shifts_alone",
    ),
    *("descents_short", "check_score", "works_inspected", "works_passed", "works_first_rate", "rework", "absent"),
    *("attendance", "attendance_planned"),
)
ENTRIES = """
INSERT INTO assess_entry (mine_id, cycle_id, unit_id, item_id, clause_id, office_id, kind, points, reason, evidence, found_on,
                          source, author, entered_at, key)
WITH sums AS (SELECT unit_id, {totals} FROM measures_given
  WHERE mine_id = %(mine)s AND NOT superseded AND value IS NOT NULL AND day BETWEEN %(start)s AND %(end)s GROUP BY unit_id
), talks AS (SELECT unit_id, COUNT(*) AS people FROM org_person WHERE mine_id = %(mine)s AND left_on IS NULL GROUP BY unit_id
), plans AS (
  SELECT unit_id, 100.0 * COALESCE(tonnes, metres, service) / COALESCE(tonnes_planned, metres_planned, service_planned) AS done
  FROM sums
), lost AS (
  SELECT unit_id, 'A2.1' AS code, shifts_alone * 1.0 AS points, shifts_alone AS said FROM sums
  UNION ALL SELECT unit_id, 'A2.2', descents_short * 0.5, descents_short FROM sums
  UNION ALL SELECT unit_id, 'B4.1', CASE WHEN check_score >= 95 THEN 0 WHEN check_score >= 90 THEN 1
    WHEN check_score >= 85 THEN 2 WHEN check_score >= 80 THEN 4 ELSE 6 END, check_score FROM sums WHERE check_score IS NOT NULL
  UNION ALL SELECT unit_id, 'C1.1', CASE WHEN done < 85 THEN 6 ELSE (100 - done) * 0.4 END, done FROM plans WHERE done < 100
  UNION ALL SELECT unit_id, 'C1.2', CASE WHEN stoppage_hours > 8 THEN 4 ELSE stoppage_hours * 0.5 END, stoppage_hours FROM sums
  UNION ALL SELECT unit_id, 'C2.1', 100 - 100.0 * works_passed / works_inspected, works_passed FROM sums WHERE works_inspected > 0
  UNION ALL SELECT unit_id, 'C2.2', CASE WHEN 100.0 * works_first_rate / works_inspected < 89 THEN 3
    ELSE (95 - 100.0 * works_first_rate / works_inspected) * 0.5 END, works_first_rate FROM sums WHERE works_inspected > 0
  UNION ALL SELECT unit_id, 'C2.3', rework * 1.0, rework FROM sums
  UNION ALL SELECT unit_id, 'D2.1', absent * 0.3, absent FROM sums
  UNION ALL SELECT unit_id, 'D2.2', CASE WHEN 100.0 * attendance / attendance_planned < 87.5 THEN 1.5
    ELSE (95 - 100.0 * attendance / attendance_planned) * 0.2 END, attendance FROM sums WHERE attendance_planned > 0
  UNION ALL SELECT unit_id, 'D3.3', 2.0, people FROM talks
)
SELECT %(mine)s, %(cycle)s, l.unit_id, c.item_id, c.id, c.office_id, 'deduction', ROUND({nudged}, 2),
       '系统按指标算出 ' || l.said, '', %(end)s, 'computed', '系统', %(at)s, 'gauge ' || c.code || ' ' || l.unit_id
FROM lost l JOIN assess_participant p ON p.cycle_id = %(cycle)s AND p.unit_id = l.unit_id
JOIN assess_scoreclause c ON c.code = l.code JOIN assess_item i ON i.id = c.item_id AND i.standard_id = %(standard)s
WHERE ROUND({nudged}, 2) > 0 AND NOT EXISTS (
  SELECT 1 FROM assess_entry e WHERE e.cycle_id = %(cycle)s AND e.unit_id = l.unit_id AND e.item_id = i.id AND e.kind = 'na')
"""


def measure(sections: int = SECTIONS, people: int = PEOPLE) -> Measurement:
    mine = big_mine("COUNT", sections)
    cycle = open_cycle(by=system(mine), at=AT, mine=mine, code="six-good", period=Period.parse("2026-06"))
    given = _give(mine, people)
    for office in late_offices(cycle):
        submit(by=system(mine), at=AT, cycle=cycle, office=office)
    by_hand = seconds(lambda: _by_hand(cycle), runs=5, before=lambda: _forget(cycle))
    expected = _entries(cycle), _rows(cycle)
    _forget(cycle)
    ours = seconds(lambda: _close(cycle), runs=5, before=lambda: _forget(cycle))
    found = _entries(cycle), _rows(cycle)
    faults = () if found == expected else (f"the rows of the two ways differ: {_first_difference(found, expected)}",)
    written = f"{given} figures, {people} people; {len(found[0])} entries, {len(found[1][0])} item scores"
    return Measurement("closing: computed clauses", ours, by_hand, 5, written, faults)


def _first_difference(found: Any, expected: Any) -> Any:
    return next(
        (pair for pair in zip(found[0], expected[0], strict=False) if pair[0] != pair[1]), "item scores or results"
    )


def _give(mine: Unit, people: int) -> int:
    chance = random.Random("figures")
    units = list(Unit.objects.filter(mine=mine, kind=UnitKind.SECTION).order_by("pk"))
    rows = [_row(mine, unit, *said) for unit in units for said in _figures(unit, chance)]
    Given.objects.bulk_create(rows, batch_size=1000)
    belong = [(number, units[number % len(units)]) for number in range(people)]
    Person.objects.bulk_create(
        [Person(mine=mine, staff_no=f"{number:06}", name="测速", unit=unit) for number, unit in belong], batch_size=1000
    )
    return len(rows)


def _figures(unit: Unit, chance: random.Random) -> list[tuple[str, dt.date, float]]:
    end, days = dt.date(2026, 6, 30), [dt.date(2026, month, day) for month in (5, 6) for day in range(1, 31)]
    what = PLANS.get(unit.specialty, "service")
    said = [(what, day, float(chance.randrange(900, 1100))) for day in days]
    said += [("attendance_planned", day, 50.0) for day in days]
    said += [("attendance", day, float(chance.randrange(44, 51))) for day in days]
    works = chance.randrange(20, 41)
    passed = works - chance.randrange(2)
    month = {
        f"{what}_planned": 30000,
        "works_inspected": works,
        "works_passed": passed,
        "works_first_rate": passed - chance.randrange(3),
        "check_score": chance.randrange(780, 990) / 10,
    }
    few = {"stoppage_hours": 12, "shifts_alone": 3, "descents_short": 4, "rework": 2, "absent": 3}
    month |= {code: count for code, most in few.items() if (count := chance.randrange(most))}
    return [*said, *((code, end, float(value)) for code, value in month.items())]


def _row(mine: Unit, unit: Unit, quantity: str, day: dt.date, value: float) -> Given:
    told = {"arrived_at": AT, "given_by": "测速", "staff_no": "1", "source": "api"}
    return Given(mine=mine, unit=unit, quantity=quantity, day=day, value=value, **told)


def _close(cycle: Cycle) -> None:
    close_cycle(by=system(cycle.mine), at=AT, cycle=cycle)


def _forget(cycle: Cycle) -> None:
    """As it was before anything was counted."""
    cycle.refresh_from_db()
    if cycle.closed_at:
        reopen_cycle(by=system(cycle.mine), at=AT, cycle=cycle, reason="再来一次")
    Entry.objects.filter(cycle=cycle, source="computed").exclude(kind=EntryKind.NOT_APPLICABLE).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assess_result WHERE cycle_id = %s", [cycle.pk])
        cursor.execute("DELETE FROM assess_itemscore WHERE cycle_id = %s", [cycle.pk])


@transaction.atomic
def _by_hand(cycle: Cycle) -> None:
    is_postgres = connection.vendor == "postgresql"
    words = POSTGRESQL if is_postgres else SQLITE
    totals = ", ".join(f"SUM(CASE WHEN quantity = '{code}' THEN value END) AS {code}" for code in TOTALS)
    values = {"cycle": cycle.pk, "standard": cycle.standard_id, "mine": cycle.mine_id, "at": AT}
    values |= {"start": cycle.starts_on, "end": cycle.ends_on}
    nudged = "l.points::numeric" if is_postgres else "l.points + 1e-9"
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES.format(totals=totals, nudged=nudged), values)
        cursor.execute(ITEM_SCORES.format(**words), values)
        cursor.execute(RESULTS.format(**words), values)


def _entries(cycle: Cycle) -> list[Any]:
    rows = Entry.objects.filter(cycle=cycle, source="computed").exclude(kind=EntryKind.NOT_APPLICABLE)
    return list(rows.order_by("key").values_list("key", "points"))

"""(f) The board of a mine of 5,000 people over a year of records, against one statement written by hand for just its practices:
it knows them, and that nothing of theirs changes in the year. The tables are compared: another table would be a fault."""

import calendar
import datetime as dt
from typing import Any

from django.db import connection

from bench.customs import FIRST, LAST, YEAR, year
from bench.measure import Measurement, seconds
from pithead.kernel.db import listed, read_by_hand
from pithead.practices.models import Practice
from pithead.practices.queries import Question, unit_table

AFTER = LAST + dt.timedelta(days=1)
Span = tuple[dt.date, dt.date]

# Every period of every key: what is owed of it, and what is missing of each way it is asked for.
PART = """
SELECT {practice} AS practice, '{per}' AS per, '{role}' AS role, unit, about, SUM(expected) AS expected, SUM(expected - missing) AS done
FROM (
    SELECT practice_key, unit, about, first, MAX(expected) AS expected, MAX(CASE WHEN done < expected THEN expected - done ELSE 0 END) AS missing
    FROM ({ways}) AS each_way
    GROUP BY practice_key, unit, about, first
) AS each_period
GROUP BY unit, about
"""
WAY = """
SELECT k.key AS practice_key, k.unit, k.about, k.first, (2 * {count} * CAST(SUM(k.days) AS INTEGER) + k.size) / (2 * k.size) AS expected,
    COALESCE(MAX(d.done), 0) AS done
FROM (
    SELECT p.key, p.unit, p.about, s.first, s.size, LEAST(COALESCE(p.until, s.last), s.last) AS until,
        DAY_NUMBER(s.last) - DAY_NUMBER(s.first) + 1 - {missing} AS days
    FROM (SELECT key, unit, about, person, GREATEST(since, DATE '{start}') AS since, until FROM ({rows}) AS row_of_it) p
        JOIN {spans} s ON p.since <= s.last AND (p.until IS NULL OR p.until >= s.first)
) k
LEFT JOIN (
    SELECT {key} AS key, s.first, COUNT(*) AS done
    FROM {spans} s JOIN practices_record r
        ON r.mine_id = %(mine)s AND r.practice_id = {practice} AND r.happened_on BETWEEN s.first AND s.last {more}
    {joined} GROUP BY {key}, s.first
) d ON d.key = k.key AND d.first = k.first
GROUP BY k.key, k.unit, k.about, k.first, k.size
"""
BEFORE = "CASE WHEN p.since > s.first THEN DAY_NUMBER(p.since) - DAY_NUMBER(s.first) ELSE 0 END"
BEYOND = "CASE WHEN p.until < s.last THEN DAY_NUMBER(s.last) - DAY_NUMBER(p.until) ELSE 0 END"
AWAY = """COALESCE((
    SELECT SUM(LEAST(DAY_NUMBER(l.until), DAY_NUMBER(s.last), COALESCE(DAY_NUMBER(p.until), 9999999))
        - GREATEST(DAY_NUMBER(l.since), DAY_NUMBER(s.first), DAY_NUMBER(p.since)) + 1)
    FROM org_leave l WHERE l.person_id = p.person AND l.since <= s.last AND l.until >= s.first
        AND l.since <= COALESCE(p.until, l.since) AND l.until >= p.since), 0)"""
CHAIRS = """SELECT COALESCE(seat_id, id) AS key, unit_id AS unit, unit_id AS about, person_id AS person, since, until
    FROM org_post WHERE mine_id = %(mine)s AND role = '{role}'"""
PEOPLE = """SELECT m.person_id AS key, m.unit_id AS unit, m.unit_id AS about, m.person_id AS person, m.since, m.until
    FROM org_membership m JOIN org_unit u ON u.id = m.unit_id WHERE m.mine_id = %(mine)s AND u.kind IN ({kinds})"""
UNITS = """SELECT id AS key, id AS unit, id AS about, 0 AS person, opened_on AS since, closed_on AS until
    FROM org_unit WHERE mine_id = %(mine)s AND kind = '{kind}'"""
ZONES = """SELECT id AS key, unit_id AS unit, unit_id AS about, 0 AS person, since, until
    FROM org_place WHERE mine_id = %(mine)s AND kind = 'zone' AND unit_id IS NOT NULL"""
BONDS = """SELECT id AS key, unit_id AS unit, unit_id AS about, person_id AS person, since, until
    FROM practices_bond WHERE mine_id = %(mine)s AND kind = 'zone'"""
PAIRS = """SELECT s.server_id * 1000000 + s.unit_id AS key, s.server_id AS unit, s.unit_id AS about, 0 AS person, s.since, s.until
    FROM org_serves s JOIN org_unit o ON o.id = s.server_id WHERE s.mine_id = %(mine)s AND o.kind = 'office'"""
CONTACT, SECRETARY = "r.performer_unit_id * 1000000 + r.unit_id", {"role": "branch_secretary"}
WHOM = "JOIN practices_recordperson w ON w.record_id = r.id AND w.role = 'subject'"
STAFF, MEMBERS = PEOPLE.format(kinds="'office', 'section', 'crew'"), PEOPLE.format(kinds="'branch', 'party_group'")


def measure() -> Measurement:
    one = year()
    statement = by_hand(dict(Practice.objects.filter(mine=one.mine).values_list("code", "pk")))

    def theirs() -> list[tuple[Any, ...]]:
        return read_by_hand(statement, {"mine": one.mine.pk})

    if connection.vendor == "postgresql":  # it would compile for seconds what then runs for one
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
    table = unit_table(Question(one.mine, FIRST, LAST, AFTER))
    ours = [(x.practice_id, x.per, x.role, x.unit_id, x.about_id, x.expected, x.done, x.late) for x in table]
    faults = () if ours == [_plain(row) for row in theirs()] else ("the two tables differ",)
    taken = seconds(lambda: unit_table(Question(one.mine, FIRST, LAST, AFTER)), runs=5)
    owed = sum(row[5] for row in ours)
    note = f"5,000 people, {one.made:,} records, {owed:,} owed, {len(ours)} lines"
    return Measurement("duties: a year's board", taken, seconds(theirs, runs=5), 3, note, faults)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    *named, expected, done = row
    return *named, int(expected), int(done), int(expected) - int(done)


def by_hand(ids: dict[str, int]) -> str:
    month, week = {"spans": "month"}, {"spans": "week"}
    seat, unit, zone = {"per": "seat", "key": "r.seat_id"}, {"per": "unit", "key": "r.unit_id"}, {"per": "zone"}
    parts = [
        _part(ids["walk"], CHAIRS, {8: "", 4: "AND r.underground"}, **seat, **month, **SECRETARY),
        _part(ids["look"], CHAIRS, {1: ""}, **seat, spans="day", role="crew_leader"),
        _part(ids["pre_shift"], UNITS.format(kind="crew"), {1: ""}, **unit, spans="day"),
        _part(ids["meeting"], UNITS.format(kind="section"), {1: ""}, **unit, **week),
        _part(ids["talk"], STAFF, {1: ""}, per="worker", key="w.person_id", spans="year", joined=WHOM),
        _part(ids["member"], MEMBERS, {2: ""}, per="member", key="r.performer_id", **month),
        _part(ids["patrol"], ZONES, {3: ""}, **zone, key="r.place_id", **week),
        _part(ids["visit"], PAIRS, {2: ""}, per="pair", key=CONTACT, **month),
        _part(ids["bond"], BONDS, {1: ""}, per="bond", key="r.bond_id", spans="quarter"),
    ]
    lists = ", ".join(f"{name} (first, last, size) AS (VALUES {_listed(spans)})" for name, spans in _spans().items())
    return f"""WITH {lists} SELECT practice, per, role, unit, about, SUM(expected), SUM(done) FROM ({" UNION ALL ".join(parts)}) AS every_part
        WHERE expected > 0 GROUP BY practice, per, role, unit, about ORDER BY practice, about, unit, per, role"""


def _part(practice: int, rows: str, asked: dict[int, str], **how: str) -> str:
    """The rules hold from the first day of the year. Of units and zones nobody is away. `asked`: how many → which of them count."""
    lasting = how["per"] in ("unit", "zone", "pair")
    given = {"practice": practice, "role": "", "joined": "", "start": FIRST, **how}
    given["missing"] = f"({BEFORE}) - ({BEYOND})" + ("" if lasting else f" - {AWAY}")
    given["rows"] = rows.format(**given)
    ways = " UNION ALL ".join(WAY.format(count=count, more=more, **given) for count, more in asked.items())
    return PART.format(ways=ways, **given)


def _spans() -> dict[str, list[Span]]:
    """Those that end in the year."""
    days = [FIRST + dt.timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    ends = [dt.date(YEAR, month, calendar.monthrange(YEAR, month)[1]) for month in range(1, 13)]
    return {
        "day": [(day, day) for day in days],
        "week": [(day - dt.timedelta(days=6), day) for day in days if day.weekday() == 6],
        "month": [(end.replace(day=1), end) for end in ends],
        "quarter": [(dt.date(YEAR, end.month - 2, 1), end) for end in ends[2::3]],
        "year": [(FIRST, LAST)],
    }


def _listed(spans: list[Span]) -> str:
    return listed((first, last, (last - first).days + 1) for first, last in spans)

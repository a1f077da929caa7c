"""(a) Closing a month of 1,000 sections × 19 items with 20,000 entries, against hand-written SQL that computes and writes the
same rows in one transaction on the same database. The rows are compared: a yardstick that computes something else is a fault."""

from typing import Any

from django.db import connection, transaction

from bench.measure import Measurement, seconds
from bench.mines import AT, big_mine, month_with_entries
from pithead.assess.actions import close_cycle, late_offices, reopen_cycle, submit
from pithead.assess.models import Cycle, ItemScore, Result
from pithead.org.access import system

SECTIONS, ENTRIES = 1_000, 20_000

ITEM_SCORES = """
INSERT INTO assess_itemscore (cycle_id, unit_id, item_id, lost, score)
SELECT p.cycle_id, p.unit_id, i.id,
       ROUND(COALESCE(SUM(CASE WHEN e.kind = 'deduction' THEN e.points END), 0), 2),
       CASE WHEN COUNT(CASE WHEN e.kind = 'na' THEN 1 END) = 0 THEN
         ROUND({greatest}(i.full_marks - COALESCE(SUM(CASE WHEN e.kind = 'deduction' THEN e.points END), 0), 0), 2) END
FROM assess_participant p
JOIN assess_item i ON i.standard_id = %(standard)s AND i.kind = 'scored'
LEFT JOIN assess_entry e ON e.cycle_id = p.cycle_id AND e.unit_id = p.unit_id AND e.item_id = i.id
WHERE p.cycle_id = %(cycle)s
GROUP BY p.cycle_id, p.unit_id, i.id, i.full_marks
"""

RESULTS = """
WITH share AS (
  SELECT s.unit_id,
         SUM(s.score) AS got, SUM(i.full_marks) AS whole,
         SUM(CASE WHEN d.code = 'B' THEN s.score END) AS got_b, SUM(CASE WHEN d.code = 'B' THEN i.full_marks END) AS whole_b,
         SUM(CASE WHEN d.code = 'A' THEN s.score END) AS got_a, SUM(CASE WHEN d.code = 'A' THEN i.full_marks END) AS whole_a,
         SUM(CASE WHEN i.code = 'B2' THEN s.score END) AS got_b2, SUM(CASE WHEN i.code = 'B2' THEN i.full_marks END) AS whole_b2
  FROM assess_itemscore s JOIN assess_item i ON i.id = s.item_id JOIN assess_dimension d ON d.id = i.dimension_id
  WHERE s.cycle_id = %(cycle)s AND s.score IS NOT NULL GROUP BY s.unit_id
), dimension AS (
  SELECT p.unit_id, d.position, d.code, d.name, COALESCE(SUM(s.score), 0) AS got,
         COALESCE(SUM(CASE WHEN s.score IS NOT NULL THEN i.full_marks END), 0) AS whole
  FROM assess_participant p JOIN assess_dimension d ON d.standard_id = %(standard)s
  JOIN assess_item i ON i.dimension_id = d.id
  JOIN assess_itemscore s ON s.cycle_id = p.cycle_id AND s.unit_id = p.unit_id AND s.item_id = i.id
  WHERE p.cycle_id = %(cycle)s GROUP BY p.unit_id, d.position, d.code, d.name
), bars AS (
  SELECT unit_id, {group}({array}(code, name, {text}, {whole}) {order}) AS shares
  FROM (SELECT * FROM dimension ORDER BY unit_id, position) AS ordered GROUP BY unit_id
), earned AS (
  SELECT unit_id, ROUND(SUM(points), 2) AS points FROM assess_entry
  WHERE cycle_id = %(cycle)s AND kind = 'bonus' GROUP BY unit_id
), valued AS (
  SELECT p.unit_id, p.group_id, ROUND(share.got, 2) AS raw, ROUND(share.got * 100.0 / share.whole, 2) AS normalised,
         {least}(COALESCE(earned.points, 0), 5) AS bonus, COALESCE(earned.points, 0) AS earned,
         ROUND(ROUND(share.got * 100.0 / share.whole, 2) + {least}(COALESCE(earned.points, 0), 5), 2) AS total,
         ROUND(got_b * 1.0 / whole_b, 9) AS b, ROUND(got_a * 1.0 / whole_a, 9) AS a, ROUND(got_b2 * 1.0 / whole_b2, 9) AS b2
  FROM assess_participant p JOIN share ON share.unit_id = p.unit_id LEFT JOIN earned ON earned.unit_id = p.unit_id
  WHERE p.cycle_id = %(cycle)s
)
INSERT INTO assess_result (cycle_id, unit_id, group_id, raw, normalised, bonus, bonus_earned, total, rank, group_rank,
                           tier_id, veto_reason, excluded, shares)
SELECT %(cycle)s, valued.unit_id, group_id, raw, normalised, bonus, earned, total,
       RANK() OVER (ORDER BY total DESC, b DESC, a DESC, b2 DESC),
       RANK() OVER (PARTITION BY group_id ORDER BY total DESC, b DESC, a DESC, b2 DESC),
       (SELECT id FROM assess_tier WHERE standard_id = %(standard)s AND floor <= total ORDER BY floor DESC LIMIT 1),
       '', {false}, bars.shares
FROM valued JOIN bars ON bars.unit_id = valued.unit_id
"""


SQLITE = {
    "least": "MIN",
    "greatest": "MAX",
    "false": "0",
    "group": "json_group_array",
    "array": "json_array",
    "text": "printf('%%.2f', got)",
    "whole": "printf('%%.2f', whole)",
    "order": "",  # the rows come in order
}
POSTGRESQL = {
    "least": "LEAST",
    "greatest": "GREATEST",
    "false": "FALSE",
    "group": "json_agg",
    "array": "json_build_array",
    "text": "to_char(got, 'FM9999990.00')",
    "whole": "to_char(whole, 'FM9999990.00')",
    "order": "ORDER BY position",
}


def measure() -> Measurement:
    mine = big_mine("CLOSE", SECTIONS)
    cycle = month_with_entries(mine, "2026-06", ENTRIES)
    for office in late_offices(cycle):  # what is handed in is sealed then, not when the month closes
        submit(by=system(mine), at=AT, cycle=cycle, office=office)
    by_hand = seconds(lambda: _by_hand(cycle), runs=5)
    expected = _rows(cycle)
    ours = seconds(lambda: _close(cycle), runs=5, before=lambda: _reopen(cycle))
    faults = () if _rows(cycle) == expected else ("the rows of the two ways differ",)
    written = f"{len(expected[0])} item scores, {len(expected[1])} results"
    return Measurement("closing: 1,000 sections", ours, by_hand, 5, written, faults)


def _close(cycle: Cycle) -> None:
    close_cycle(by=system(cycle.mine), at=AT, cycle=cycle)


def _reopen(cycle: Cycle) -> None:
    reopen_cycle(by=system(cycle.mine), at=AT, cycle=cycle, reason="再来一次")


@transaction.atomic
def _by_hand(cycle: Cycle) -> None:
    words = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    values = {"cycle": cycle.pk, "standard": cycle.standard_id}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM assess_result WHERE cycle_id = %(cycle)s", values)
        cursor.execute("DELETE FROM assess_itemscore WHERE cycle_id = %(cycle)s", values)
        cursor.execute(ITEM_SCORES.format(**words), values)
        cursor.execute(RESULTS.format(**words), values)


def _rows(cycle: Cycle) -> tuple[list[Any], list[Any]]:
    scores = ItemScore.objects.filter(cycle=cycle).order_by("unit", "item").values_list("unit", "item", "lost", "score")
    figures = (
        "unit",
        "group",
        "raw",
        "normalised",
        "bonus",
        "bonus_earned",
        "total",
        "rank",
        "group_rank",
        "tier",
        "shares",
    )
    return list(scores), list(Result.objects.filter(cycle=cycle).order_by("unit").values_list(*figures))

"""A month of random figures and violations, closed; and the same worked out by SQL written by hand, in a database of its own, from
the rows as they lie. Nothing of ours computes there.
"""

import datetime as dt
import sqlite3
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pithead.assess import actions
from pithead.assess.models import Cycle, Entry, ItemScore, Result
from pithead.assess.testing import issue_small_standard, small_pack
from pithead.assess.tests.fed_month import violation
from pithead.issues.models import Issue
from pithead.issues.testing import grow_cast
from pithead.kernel.periods import Period
from pithead.measures.actions import FigureDraft, give_figures
from pithead.measures.models import Given
from pithead.org.models import Unit
from pithead.org.testing import Cast

D = Decimal
CLAUSES: dict[str, dict[str, Any]] = {
    "A1.1": {"gauge": {"measure": "production.plan_done", "below": 100, "per": 1}, "points": 0.4, "cap": 25},
    "A2.1": {"gauge": {"measure": "stoppage.hours", "above": 0, "per": 1}, "points": 0.5},
    "B1.1": {"gauge": {"measure": "standardisation.score", "bands": [[95, 0], [90, 1], [85, 2], [80, 4]], "rest": 6}},
    "B2.1": {"feeds": [{"kind": "violation", "grades": ["general", "serious"]}], "points": 1.5},
}
UNITS = {"ZC1": ("tonnes", "ZC1-1"), "M1": ("metres", "M1-1"), "TF": ("service", "TF")}

BY_HAND = """
WITH RECURSIVE belongs(unit, section) AS (
    SELECT id, id FROM units WHERE takes_part
    UNION ALL SELECT units.id, belongs.section FROM units JOIN belongs ON units.parent = belongs.unit
), sums AS (
    SELECT section, quantity, SUM(value) AS total, COUNT(*) AS rows FROM given JOIN belongs USING (unit)
    WHERE superseded = 0 AND value IS NOT NULL AND day BETWEEN '2026-06-01' AND '2026-06-30' GROUP BY section, quantity
), lost AS (
    SELECT p.section, 'A1' AS item,
           MIN(MAX(100 - COALESCE(d.total, 0) * 100 / p.total, 0) * 0.4, 25) AS points
    FROM sums p LEFT JOIN sums d ON d.section = p.section AND d.quantity = REPLACE(p.quantity, '_planned', '')
    WHERE p.quantity LIKE '%\\_planned' ESCAPE '\\'
    UNION ALL SELECT section, 'A2', 0.5 * CASE WHEN total = CAST(total AS INT) THEN total ELSE CAST(total AS INT) + 1 END
    FROM sums WHERE quantity = 'stoppage_hours'
    UNION ALL SELECT section, 'B1', CASE WHEN total / rows >= 95 THEN 0 WHEN total / rows >= 90 THEN 1
              WHEN total / rows >= 85 THEN 2 WHEN total / rows >= 80 THEN 4 ELSE 6 END
    FROM sums WHERE quantity = 'check_score'
    UNION ALL SELECT section, 'B2', 1.5 * COUNT(*) FROM violations JOIN belongs USING (unit)
    WHERE day BETWEEN '2026-06-01' AND '2026-06-30' AND grade IN ('general', 'serious') GROUP BY section
)
SELECT section, item, ROUND(points + 1e-9, 2) FROM lost WHERE ROUND(points + 1e-9, 2) > 0 ORDER BY section, item
"""
TOTALS = """
SELECT units.id, ROUND(SUM(MAX(items.full - COALESCE(lost.points, 0), 0)) * 100.0 / SUM(items.full) + 1e-9, 2)
FROM units CROSS JOIN items LEFT JOIN lost ON lost.section = units.id AND lost.item = items.code
WHERE units.takes_part AND NOT (items.code = 'B2' AND units.specialty = 'ventilation') GROUP BY units.id
"""


def pack() -> dict[str, Any]:
    found = small_pack()
    for dimension in found["dimensions"]:
        for item in dimension["items"]:
            [clause] = item["clauses"]
            counting = "proportional" if clause["code"] == "A1.1" else "started"
            clause |= {
                "points": None,
                "kind": "step",
                "automation": "A",
                "counting": counting,
                **CLAUSES[clause["code"]],
            }
            clause["kind"] = "band" if clause["code"] == "B1.1" else "step"
    return {key: value for key, value in found.items() if key != "code"}


tenths = st.integers(0, 1200).map(lambda one: D(one) / 10)
MONTHS = st.fixed_dictionaries(
    {
        code: st.fixed_dictionaries(
            {
                "plan": st.sampled_from([None, D(100), D(120), D(250)]),
                "done": st.lists(tenths, max_size=3),
                "stood": st.lists(st.integers(1, 12).map(lambda one: D(one) / 2), max_size=3),
                "score": st.none() | st.integers(700, 1000).map(lambda one: D(one) / 10),
                "violations": st.lists(st.sampled_from(["minor", "general", "serious"]), max_size=2),
                "corrected": st.booleans(),
            }
        )
        for code in UNITS
    }
)


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(month=MONTHS)
def test_what_is_computed_is_what_another_library_computes(
    cast: Cast, at: dt.datetime, month: dict[str, dict[str, Any]]
) -> None:
    with transaction.atomic():
        june = _lived(cast, at, month)
        actions.close_cycle(by=cast.system(), at=at, cycle=june)
        database = _exported(cast, june)
        expected = database.execute(BY_HAND).fetchall()
        assert _written(june) == [(unit, item, D(str(points)).quantize(D("0.01"))) for unit, item, points in expected]
        database.executemany("INSERT INTO lost VALUES (?, ?, ?)", expected)
        totals = {unit: D(str(total)).quantize(D("0.01")) for unit, total in database.execute(TOTALS)}
        results = Result.objects.filter(cycle=june)
        assert dict(results.values_list("unit", "total")) == totals
        for unit, total, rank in results.values_list("unit", "total", "rank"):
            if list(totals.values()).count(total) == 1:
                assert rank == 1 + sum(other > totals[unit] for other in totals.values())
        transaction.set_rollback(True)


def _lived(cast: Cast, at: dt.datetime, month: dict[str, dict[str, Any]]) -> Cycle:
    grow_cast(cast)
    issue_small_standard(cast, at, **pack())
    drafts: list[FigureDraft] = []
    for code, said in month.items():
        quantity, below = UNITS[code]
        if said["plan"]:
            drafts.append(_draft(cast, f"{quantity}_planned", code, "2026-06", said["plan"]))
        days = [f"2026-06-{day:02}" for day in (3, 17, 30)] if quantity != "service" else ["2026-06"]
        drafts += [_draft(cast, quantity, below, day, one) for day, one in zip(days, said["done"], strict=False)]
        days = ["2026-06-02", "2026-06-09", "2026-05-31"]  # one of them is not of the month
        drafts += [
            _draft(cast, "stoppage_hours", code, day, one) for day, one in zip(days, said["stood"], strict=False)
        ]
        if said["score"] is not None:
            drafts.append(_draft(cast, "check_score", code, "2026-06", said["score"]))
        for grade in said["violations"]:
            story = violation(cast, at, grade)
            Issue.objects.filter(pk=story.issue.pk).update(unit=cast.units[below])
    if drafts:
        give_figures(by=cast.system(), at=at, mine=cast.mine, drafts=drafts)
    again = [one for one in drafts if month[_section(one.unit)]["corrected"] and one.quantity == "stoppage_hours"]
    if again:
        wrong = [FigureDraft(one.quantity, one.unit, one.on, (one.value or D(0)) + D("0.5")) for one in again]
        give_figures(by=cast.system(), at=at, mine=cast.mine, drafts=wrong, reason="重新核对")
    return actions.open_cycle(by=cast.system(), at=at, mine=cast.mine, code="small", period=Period.parse("2026-06"))


def _section(unit: Unit) -> str:
    return str(unit.code).partition("-")[0]


def _draft(cast: Cast, quantity: str, unit: str, on: str, value: D) -> FigureDraft:
    whole = value if quantity not in ("service", "service_planned") else D(int(value))
    return FigureDraft(quantity, cast.units[unit], Period.parse(on), whole)


def _exported(cast: Cast, june: Cycle) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    database.executescript(
        "CREATE TABLE units (id, parent, specialty, takes_part); CREATE TABLE given (unit, quantity, day, value, superseded);"
        "CREATE TABLE violations (unit, grade, day); CREATE TABLE items (code, full); CREATE TABLE lost (section, item, points);"
        "INSERT INTO items VALUES ('A1', 30), ('A2', 10), ('B1', 40), ('B2', 20);"
    )
    taking = set(june.participants.values_list("unit", flat=True))
    units = Unit.objects.filter(mine=cast.mine).values_list("pk", "parent", "specialty")
    database.executemany("INSERT INTO units VALUES (?, ?, ?, ?)", [(*row, row[0] in taking) for row in units])
    rows = Given.objects.filter(mine=cast.mine).values_list("unit", "quantity", "day", "value", "superseded")
    said = [
        (unit, quantity, str(day), None if value is None else float(value), int(gone))
        for unit, quantity, day, value, gone in rows
    ]
    database.executemany("INSERT INTO given VALUES (?, ?, ?, ?, ?)", said)
    told = Issue.objects.filter(mine=cast.mine, kind="violation").values_list("unit", "grade", "found_at")
    database.executemany(
        "INSERT INTO violations VALUES (?, ?, ?)", [(unit, grade, f"{found:%Y-%m-%d}") for unit, grade, found in told]
    )
    return database


def _written(june: Cycle) -> list[tuple[int, str, D]]:
    """The entries, and what items lost by them: the same."""
    rows = Entry.objects.filter(cycle=june, kind="deduction", source="computed").values_list(
        "unit", "item__code", "points"
    )
    sums: dict[tuple[int, str], D] = {}
    for unit, item, points in rows:
        sums[unit, item] = sums.get((unit, item), D(0)) + points
    scores = ItemScore.objects.filter(cycle=june, lost__gt=0).values_list("unit", "item__code", "lost")
    assert {(unit, item): lost for unit, item, lost in scores} == sums
    return sorted((unit, item, points) for (unit, item), points in sums.items())

"""`pithead assess show|appeals`: a month's (or a quarter's, a year's) results and its appeals as a table, JSON or CSV."""

import argparse
import csv
import json
import sys
from decimal import Decimal
from typing import Any

from pithead.assess import queries
from pithead.assess.models import Appeal, Cycle, EntryKind
from pithead.cli.aligning import aligned
from pithead.cli.context import actor_of, cycle_of, mine_of
from pithead.cli.spanning import show_span
from pithead.kernel.periods import MONTHS_IN, Kind, Period
from pithead.kernel.rounding import to_cent
from pithead.kernel.tables import guarded
from pithead.org.queries import unit_names

COLUMNS = ("名次", "组别", "组内", "单位", "原始分", "折算分", "加分", "总分", "档次", "否决")
APPEAL_COLUMNS = ("单位", "项目", "科室", "原来", "原因", "状态", "裁定后", "裁定理由")


def show(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by = actor_of(args, mine)
    period = Period.parse(args.period)
    if period.kind in MONTHS_IN and period.kind is not Kind.MONTH:
        return show_span(by, mine, args.code, period, args.format)
    cycle = cycle_of(mine, args.code, args.period, Cycle.objects.visible_to(by))
    return {"json": _json, "csv": _csv, "table": _table}[args.format](cycle)


# ── forms of showing ──
def _json(cycle: Cycle) -> None:
    reasons: dict[int, list[dict[str, Any]]] = {}
    for line in queries.entries(cycle):
        reasons.setdefault(line.unit_id, []).append(_entry(line))
    report = {
        "standard": cycle.code,
        "version": cycle.standard.version,
        "period": cycle.period,
        "state": cycle.state,
        "results": [_result(row, reasons.get(row.unit_id, [])) for row in _rows(cycle)],
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))


def _rows(cycle: Cycle) -> tuple[queries.ResultRow, ...]:
    """Nothing while scores are still coming in: figures of an earlier closing no longer hold."""
    return () if cycle.takes_scores else queries.board(cycle, per_page=None).rows


def _result(row: queries.ResultRow, entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "group": row.group_code,
        "group_rank": row.group_rank,
        "unit": {"code": row.unit_code, "name": row.unit_name},
        "raw": _score(row.raw),
        "normalised": _score(row.normalised),
        "bonus": _score(row.bonus),
        "total": _score(row.total),
        "tier": row.tier_code or None,
        "veto": {"item": row.veto_item, "reason": row.veto_reason} if row.veto_item else None,
        "entries": entries,
    }


def _entry(line: queries.EntryLine) -> dict[str, Any]:
    counted = line.kind in (EntryKind.DEDUCTION, EntryKind.BONUS)
    return {
        "item": line.item_code,
        "kind": line.kind,
        "points": _score(line.points) if counted else None,
        "reason": line.reason,
        "office": line.office,
        "source": line.source,
    }


def _score(value: Decimal | None) -> str | None:
    return None if value is None else str(to_cent(value))


def _cells(row: queries.ResultRow) -> list[str]:
    figures = [_score(value) or "" for value in (row.raw, row.normalised, row.bonus, row.total)]
    places = [str(row.rank or ""), row.group_name, str(row.group_rank or "")]
    return [*places, row.unit_name, *figures, row.tier_name, row.veto_item]


def _csv(cycle: Cycle) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(guarded(_cells(row)) for row in _rows(cycle))


def _table(cycle: Cycle) -> None:
    print(f"{cycle} · 标准第 {cycle.standard.version} 版 · {cycle.state_label}")
    rows = [_cells(row) for row in _rows(cycle)]
    if not rows:
        print("还没有结果：关闭打分后才有名次")
        return
    aligned([COLUMNS, *rows])


# ── appeals ──
def appeals(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by = actor_of(args, mine)
    cycle = cycle_of(mine, args.code, args.period, Cycle.objects.visible_to(by))
    seen = Appeal.objects.visible_to(by).filter(cycle=cycle).select_related("unit", "item", "office")
    lines = queries.appeal_lines(seen.order_by("made_at", "pk"), unit_names(mine))
    if args.format == "json":
        print(json.dumps([_appeal(line) for line in lines], ensure_ascii=False, indent=2))
    elif not lines:
        print(f"{cycle}没有申诉")
    else:
        aligned([APPEAL_COLUMNS, *(list(_appeal_cells(line)) for line in lines)])


def _appeal(line: queries.AppealLine) -> dict[str, Any]:
    return {
        "unit": {"code": line.unit_code, "name": line.unit_name},
        "item": line.item_code,
        "office": line.office,
        "before": line.before,
        "reason": line.entry_reason,
        "state": line.state,
        "after": line.after or None,
        "decision": line.decision or None,
        "made_at": line.made_at.isoformat(),
        "decided_at": line.decided_at.isoformat() if line.decided_at else None,
    }


def _appeal_cells(line: queries.AppealLine) -> tuple[str, ...]:
    return (
        *(line.unit_name, f"{line.item_code} {line.item_name}", line.office, line.before, line.entry_reason),
        *(line.state, line.after, line.decision),
    )

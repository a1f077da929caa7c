"""`pithead assess …`: a month's steps, and its results as a table, JSON or CSV."""

import argparse
import csv
import json
import sys
import unicodedata
from decimal import Decimal
from typing import Any

from django.utils import timezone

from pithead.assess import actions, queries
from pithead.assess.models import Cycle, EntryKind
from pithead.cli.context import actor_of, cycle_of, mine_of
from pithead.kernel.periods import Period
from pithead.kernel.rounding import to_cent

COLUMNS = ("名次", "组别", "组内", "单位", "原始分", "折算分", "加分", "总分", "档次", "否决")


def _act(args: argparse.Namespace) -> tuple[dict[str, Any], Cycle]:
    mine = mine_of(args)
    return {"by": actor_of(args, mine), "at": timezone.now()}, cycle_of(mine, args.code, args.period)


def open(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    period = Period.parse(args.period)
    cycle = actions.open_cycle(by=actor_of(args, mine), at=timezone.now(), mine=mine, code=args.code, period=period)
    print(f"{cycle}：{cycle.get_state_display()}，{cycle.participants.count()} 个单位参加")


def close(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    late = actions.late_offices(cycle)
    actions.close_cycle(**act, cycle=cycle)
    if late:
        print(f"提醒：{'、'.join(office.name for office in late)}没有提交打分，按现有记录计算")
    print(f"{cycle}：已计算，{cycle.get_state_display()}")


def review(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    actions.review_cycle(**act, cycle=cycle)
    print(f"{cycle}：{cycle.reviewed_by}已审核")


def finalise(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    actions.finalise_cycle(**act, cycle=cycle)
    print(f"{cycle}：{cycle.get_state_display()}")


def reopen(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    actions.reopen_cycle(**act, cycle=cycle, reason=args.reason)
    print(f"{cycle}：{cycle.get_state_display()}")


def show(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by = actor_of(args, mine)
    cycle = cycle_of(mine, args.code, args.period, Cycle.objects.visible_to(by))
    {"json": _json, "csv": _csv, "table": _table}[args.format](cycle)


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
    writer.writerows(_cells(row) for row in _rows(cycle))


def _table(cycle: Cycle) -> None:
    print(f"{cycle} · 标准第 {cycle.standard.version} 版 · {cycle.get_state_display()}")
    rows = [list(COLUMNS), *(_cells(row) for row in _rows(cycle))]
    if len(rows) == 1:
        print("还没有结果：关闭打分后才有名次")
        return
    widths = [max(_width(row[column]) for row in rows) for column in range(len(COLUMNS))]
    for row in rows:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)

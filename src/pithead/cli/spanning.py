"""`pithead assess show CODE 2026-Q2`: a quarter, a half or a year out of its settled months, as a table, JSON or CSV."""

import csv
import json
import sys
from typing import Any

from pithead.assess import queries
from pithead.cli.aligning import aligned
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.kernel.tables import guarded
from pithead.org.access import Actor
from pithead.org.models import Unit


def show_span(by: Actor, mine: Unit, code: str, period: Period, form: str) -> None:
    board = queries.span(by, mine, code, period)
    if board is None:
        raise Refused(f"{mine}在{period.label}没有生效的标准“{code}”")
    {"json": _json, "csv": _csv, "table": _table}[form](board)


def _json(board: queries.SpanBoard) -> None:
    report = {
        "standard": board.standard.code,
        "version": board.standard.version,
        "period": str(board.period),
        "aggregation": board.standard.aggregation,
        "settled": [str(month) for month in board.settled],
        "missing": [str(month) for month in board.missing],
        "results": [_result(row) for row in board.rows],
    }
    print(json.dumps(report, ensure_ascii=False, indent=2))


def _result(row: queries.SpanRow) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "group": row.group_code,
        "group_rank": row.group_rank,
        "unit": {"code": row.unit_code, "name": row.unit_name},
        "total": None if row.value is None else str(row.value),
        "tier": row.tier_code or None,
        "months": {str(month.period): _text(month) or None for month in row.months if month},
        "missing": list(row.missing),
        "vetoes": [
            {"period": str(month.period), "item": month.veto_item, "reason": month.veto_reason} for month in row.vetoes
        ],
        "excluded": row.excluded,
    }


def _text(month: queries.MonthFigure | None) -> str:
    return "" if month is None or month.total is None else str(month.total)


def _heading(board: queries.SpanBoard) -> list[str]:
    return ["名次", "组别", "组内", "单位", *(f"{month.number}月" for month in board.months), "得分", "档次", "说明"]


def _cells(row: queries.SpanRow) -> list[str]:
    said = [*(f"{month.period.number}月一票否决" for month in row.vetoes), *(f"缺：{why}" for why in row.missing)]
    places = [str(row.rank or ""), row.group_name, str(row.group_rank or ""), row.unit_name]
    figures = [*(_text(month) for month in row.months), "" if row.value is None else str(row.value)]
    return [*places, *figures, row.tier_name, "；".join(said)]


def _csv(board: queries.SpanBoard) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_heading(board))
    writer.writerows(guarded(_cells(row)) for row in board.rows)


def _table(board: queries.SpanBoard) -> None:
    print(f"{board.standard} {board.period.label} · {board.way}")
    if board.missing:
        print("、".join(f"{month.number}月" for month in board.missing) + "未确定，不计入")
    if board.rows:
        aligned([_heading(board), *(_cells(row) for row in board.rows)])
    else:
        print("还没有确定的月份")

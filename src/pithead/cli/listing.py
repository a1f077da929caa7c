"""`pithead issues`: what was found or said, of one kind, as a table, JSON or CSV. Confidential kinds never come this way."""

import argparse
import csv
import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from pithead.cli.aligning import aligned
from pithead.cli.context import actor_of, mine_of
from pithead.issues.queries.listing import ListedIssue, listed
from pithead.kernel.periods import Period
from pithead.kernel.tables import guarded, one_line

COLUMNS = ("编号", "状态", "级别", "责任单位", "地点", "发现时间", "期限", "销号时间", "内容")


def show(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    period = Period.parse(args.period) if args.period else None
    found = listed(actor_of(args, mine), mine, args.kind, period)
    {"json": _json, "csv": _csv, "table": _table}[args.format](found)


def _json(found: Iterable[ListedIssue]) -> None:
    """One array, written as it is read: a hundred thousand of them need no memory."""
    before = "["
    for issue in found:
        print(before, json.dumps(_object(issue), ensure_ascii=False), sep="\n", end="")
        before = ","
    print("[]" if before == "[" else "\n]")


def _object(issue: ListedIssue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "kind": issue.kind,
        "state": issue.state,
        "grade": issue.grade,
        "unit": {"code": issue.unit_code, "name": issue.unit_name},
        "place": issue.place,
        "found_at": issue.found_at.isoformat(),
        "due_at": issue.due_at.isoformat() if issue.due_at else None,
        "closed_at": issue.closed_at.isoformat() if issue.closed_at else None,
        "text": issue.text,
    }


def _csv(found: Iterable[ListedIssue]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(guarded(map(one_line, _cells(issue))) for issue in found)


def _table(found: Iterable[ListedIssue]) -> None:
    rows = [list(_cells(issue)) for issue in found]
    if rows:
        aligned([list(COLUMNS), *([cells[0][:8], *cells[1:]] for cells in rows)])
    print(f"{len(rows)} 条" if rows else "没有")


def _cells(issue: ListedIssue) -> Iterator[str]:
    yield from (issue.id, issue.state_label, issue.grade, issue.unit_name, issue.place)
    yield from (_when(issue.found_at), _when(issue.due_at), _when(issue.closed_at), issue.text)


def _when(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""

"""`pithead verify`: whether what is under seal stands as it was sealed, and whether paper and database tell the same."""

import argparse
import json

from pithead.cli.context import actor_of, mine_of
from pithead.kernel.sealing import Report, check_anchor, verify
from pithead.org.access import Capability

FAULTY = 1


def verify_mine(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    actor_of(args, mine).require(Capability.AUDIT_VIEW, mine)
    report = verify(mine.code)
    mismatch = check_anchor(mine.code, args.anchor) if args.anchor is not None else None
    {"json": _json, "table": _table}[args.format](str(mine), report, args.anchor, mismatch)
    return 0 if report.ok and not mismatch else FAULTY


def _json(_: str, report: Report, asked: str | None, mismatch: str | None) -> None:
    checked = None if asked is None else {"anchor": asked, "ok": not mismatch, "message": mismatch or ""}
    told = {
        "mine": report.mine,
        "ok": report.ok and not mismatch,
        "links": report.links,
        "rows": report.rows,
        "anchor": report.anchor,
        "checked_anchor": checked,
        "faults": [{"kind": fault.kind, "where": fault.where, "message": fault.message} for fault in report.faults],
        "notes": report.notes,
    }
    print(json.dumps(told, ensure_ascii=False, indent=2))


def _table(mine: str, report: Report, asked: str | None, mismatch: str | None) -> None:
    print(f"{mine}：封存链 {report.links} 环，封存中的记录 {report.rows} 条，校验码 {report.anchor or '（还没有）'}")
    for number, fault in enumerate(report.faults, 1):
        print(f"{number}. {fault}")
    for note in report.notes:
        print(f"记录在案：{note}")
    if mismatch:
        print(mismatch)
    elif asked is not None:
        print(f"校验码 {asked.strip()} 与数据库一致")
    if report.faults:
        print(f"有 {len(report.faults)} 处与封存的不一致")
    elif mismatch:
        print("现有记录和现在的封存链一致；可是校验码没有对上，凭这一点还不能说没有改动")
    else:
        print("现有记录与封存的一致")

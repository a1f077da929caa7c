"""`pithead import roster|scores|standard|hazards|records`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.utils import timezone

from pithead.assess.actions import import_scores, import_standard
from pithead.assess.models import Standard, StandardState
from pithead.cli.context import actor_of, content_of, cycle_of, mine_of, put
from pithead.issues.actions.importing import LedgerReport, import_hazards
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import ImportReport
from pithead.org.actions import RosterReport, failed_workbook, import_roster
from pithead.org.models import Unit
from pithead.practices.actions.importing import RecordsReport, failed_records, import_records

R = TypeVar("R", bound=ImportReport)


def scores(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    report = import_scores(cycle=cycle_of(mine, args.standard, args.period), **_given(args, mine))
    if report.note:
        print(report.note)
    verb = "将" if report.dry_run else "已"
    print(f"{report.rows} 行：{verb}记 {report.added} 条，原有 {report.already_there} 条没有重复记")
    for reason in report.reasons:
        print(reason, file=sys.stderr)
    return 1 if report.reasons else 0


def standard(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    report = import_standard(
        mine=mine,
        code=args.code,
        in_force_from=args.start,
        title=args.title,
        sheet=args.sheet,
        issue=not args.draft,
        **_given(args, mine),
    )
    print(f"{report.reading.content['title']}：{report.reading.counts}")
    for note in report.reading.notes:
        print(f"说明：{note}")
    for problem in report.problems:
        print(problem, file=sys.stderr)
    if report.standard:
        _say_what_next(report.standard)
    return 1 if report.problems else 0


def _say_what_next(standard: Standard) -> None:
    if standard.state == StandardState.DRAFT:
        print(f"已建草案，第 {standard.version} 版。请在网页上核对后发布，或不加 --draft 再导入一次")
        return
    start = standard.in_force_from
    print(f"已发布第 {standard.version} 版，从 {start} 起执行。开启考核：pithead assess open {standard.code} {start}")


def roster(args: argparse.Namespace) -> int:
    return _import(args, import_roster, _print_roster, failed_workbook, whom="任何人", create_units=args.create_units)


def _print_roster(report: RosterReport) -> None:
    counts = f"新增 {report.added} 人，更新 {report.changed} 人，调动 {report.moved} 人，不变 {report.unchanged} 人"
    print(f"{report.rows} 行：{_verb(report)}{counts}")
    _print_lists(("新建单位", report.new_units), ("说明", report.notes))
    _print_vanished(report)
    if report.unknown_units:
        print(f"有 {report.unknown_units} 行的单位系统里没有：加 --create-units 可以一并建立", file=sys.stderr)


def _print_vanished(report: RosterReport) -> None:
    if not report.vanished:
        return
    named = "、".join(f"{gone.name}（{gone.staff_no}，{gone.unit or '没有单位'}）" for gone in report.few_vanished)
    more = f"，还有 {report.more_vanished} 人没有列出" if report.more_vanished else ""
    partial = f"{report.partial}。" if report.partial else ""
    print(f"系统里有、表里没有的有 {len(report.vanished)} 人，不会删除。{partial}{named}{more}")


def hazards(args: argparse.Namespace) -> int:
    return _import(args, import_hazards, _print_ledger, whom="任何隐患")


def _print_ledger(report: LedgerReport) -> None:
    counts = f"新增 {report.added} 条，更新进展 {report.progressed} 条，不变 {report.unchanged} 条"
    print(f"{report.rows} 行：{_verb(report)}{counts}")
    if report.states:
        overdue = f"；其中 {report.overdue} 条已经超期，从导入时起逐级上报" if report.overdue else ""
        print(f"导入后：{report.states_said}{overdue}")
    for note in (*report.remarks, *report.notes):
        print(f"说明：{note}")


def records(args: argparse.Namespace) -> int:
    return _import(args, import_records, _print_records, failed_records, whom="任何记录")


def _print_records(report: RecordsReport) -> None:
    print(f"{report.rows} 行：{_verb(report)}新增 {report.added} 条，已有 {report.unchanged} 条")
    for remark in report.remarks:
        print(f"说明：{remark}")


# ── what they share ──
def _import(
    args: argparse.Namespace,
    action: Callable[..., R],
    tell: Callable[[R], None],
    returned: Callable[[R], bytes] | None = None,
    *,
    whom: str,
    **how: bool,
) -> int:
    """All or, if asked, the good rows; what failed is said, and kept as a workbook where the kind has one."""
    mine = mine_of(args)
    report = action(mine=mine, keep_good=args.keep_good, **_given(args, mine), **how)
    tell(report)
    _print_lists(("没有用到的列", report.unknown_columns), ("跳过的行", report.ignored))
    for reason in report.reasons:
        print(reason, file=sys.stderr)
    if returned and report.failures and args.failed:
        put(args.failed, returned(report))
    if report.refused:
        raise Refused(Reason(f"没有导入{whom}：请改好上面这些格再导，或加 --keep-good 先导没问题的行"))
    return 1 if report.failures else 0


def _given(args: argparse.Namespace, mine: Unit) -> dict[str, Any]:
    file = {"file": content_of(args.file), "name": args.file.name}
    return {"by": actor_of(args, mine), "at": timezone.now(), "dry_run": args.dry_run, **file}


def _verb(report: ImportReport) -> str:
    return "将" if report.dry_run else "没有导入，本来会" if report.refused else "已"


def _print_lists(*lists: tuple[str, Sequence[str]]) -> None:
    for title, said in lists:
        if said:
            print(f"{title}：{'、'.join(said)}")

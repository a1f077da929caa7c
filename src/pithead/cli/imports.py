"""`pithead import roster|scores|standard|hazards|records`."""

import argparse
import sys

from django.utils import timezone

from pithead.assess.actions import import_scores, import_standard
from pithead.assess.models import Standard, StandardState
from pithead.cli.context import actor_of, content_of, cycle_of, mine_of, put
from pithead.issues.actions.importing import LedgerReport, import_hazards
from pithead.kernel.refusal import Reason, Refused
from pithead.org.actions import RosterReport, failed_workbook, import_roster
from pithead.practices.actions.importing import RecordsReport, failed_records, import_records


def roster(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    report = import_roster(
        by=actor_of(args, mine),
        at=timezone.now(),
        mine=mine,
        file=content_of(args.file),
        name=args.file.name,
        create_units=args.create_units,
        keep_good=args.keep_good,
        dry_run=args.dry_run,
    )
    _print_roster(report)
    if report.failures and args.failed:
        put(args.failed, failed_workbook(report))
    if report.unknown_units:
        print(f"有 {report.unknown_units} 行的单位系统里没有：加 --create-units 可以一并建立", file=sys.stderr)
    if report.refused:
        raise Refused(Reason("没有导入任何人：请改好上面这些格再导，或加 --keep-good 先导没问题的行"))
    return 1 if report.failures else 0


def _print_roster(report: RosterReport) -> None:
    verb = "将" if report.dry_run else "没有导入，本来会" if report.refused else "已"
    print(
        f"{report.rows} 行：{verb}新增 {report.added} 人，更新 {report.changed} 人，调动 {report.moved} 人，不变 {report.unchanged} 人"
    )
    for title, names in (
        ("新建单位", report.new_units),
        ("没有用到的列", report.unknown_columns),
        ("跳过的行", report.ignored),
        ("说明", report.notes),
    ):
        if names:
            print(f"{title}：{'、'.join(names)}")
    _print_vanished(report)
    for reason in report.reasons:
        print(reason, file=sys.stderr)


def _print_vanished(report: RosterReport) -> None:
    if not report.vanished:
        return
    named = "、".join(f"{gone.name}（{gone.staff_no}，{gone.unit or '没有单位'}）" for gone in report.few_vanished)
    more = f"，还有 {report.more_vanished} 人没有列出" if report.more_vanished else ""
    partial = f"{report.partial}。" if report.partial else ""
    print(f"系统里有、表里没有的有 {len(report.vanished)} 人，不会删除。{partial}{named}{more}")


def scores(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    report = import_scores(
        by=actor_of(args, mine),
        at=timezone.now(),
        cycle=cycle_of(mine, args.standard, args.period),
        file=content_of(args.file),
        name=args.file.name,
        dry_run=args.dry_run,
    )
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
        by=actor_of(args, mine),
        at=timezone.now(),
        mine=mine,
        file=content_of(args.file),
        name=args.file.name,
        code=args.code,
        in_force_from=args.start,
        title=args.title,
        sheet=args.sheet,
        issue=not args.draft,
        dry_run=args.dry_run,
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


def hazards(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    report = import_hazards(
        by=actor_of(args, mine),
        at=timezone.now(),
        mine=mine,
        file=content_of(args.file),
        name=args.file.name,
        keep_good=args.keep_good,
        dry_run=args.dry_run,
    )
    _print_ledger(report)
    if report.refused:
        raise Refused(Reason("没有导入任何隐患：请改好上面这些格再导，或加 --keep-good 先导没问题的行"))
    return 1 if report.failures else 0


def _print_ledger(report: LedgerReport) -> None:
    verb = "将" if report.dry_run else "没有导入，本来会" if report.refused else "已"
    print(
        f"{report.rows} 行：{verb}新增 {report.added} 条，更新进展 {report.progressed} 条，不变 {report.unchanged} 条"
    )
    if report.states:
        overdue = f"；其中 {report.overdue} 条已经超期，从导入时起逐级上报" if report.overdue else ""
        print(f"导入后：{report.states_said}{overdue}")
    for title, said in (("没有用到的列", report.unknown_columns), ("跳过的行", report.ignored)):
        if said:
            print(f"{title}：{'、'.join(said)}")
    for note in (*report.remarks, *report.notes):
        print(f"说明：{note}")
    for reason in report.reasons:
        print(reason, file=sys.stderr)


def records(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    report = import_records(
        by=actor_of(args, mine),
        at=timezone.now(),
        mine=mine,
        file=content_of(args.file),
        name=args.file.name,
        keep_good=args.keep_good,
        dry_run=args.dry_run,
    )
    _print_records(report)
    if report.failures and args.failed:
        put(args.failed, failed_records(report))
    if report.refused:
        raise Refused(Reason("没有导入任何记录：请改好上面这些格再导，或加 --keep-good 先导没问题的行"))
    return 1 if report.failures else 0


def _print_records(report: RecordsReport) -> None:
    verb = "将" if report.dry_run else "没有导入，本来会" if report.refused else "已"
    print(f"{report.rows} 行：{verb}新增 {report.added} 条，已有 {report.unchanged} 条")
    for title, said in (("没有用到的列", report.unknown_columns), ("跳过的行", report.ignored)):
        if said:
            print(f"{title}：{'、'.join(said)}")
    for remark in report.remarks:
        print(f"说明：{remark}")
    for failure in report.failures:
        print(failure.reason, file=sys.stderr)

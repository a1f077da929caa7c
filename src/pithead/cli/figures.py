"""`pithead figures import|list|history`, and `pithead measure`: figures from outside, and what is counted out of everything."""

import argparse
import json
import sys

from django.utils import timezone

from pithead.cli.aligning import aligned
from pithead.cli.context import actor_of, content_of, mine_of
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.kernel.tables import one_line
from pithead.measures import queries
from pithead.measures.actions import import_figures
from pithead.measures.models import Given, Source
from pithead.measures.registry import measures
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import calendar_of, unit_names

COLUMNS = ("时间", "单位", "数据", "数", "谁、怎么录的", "更正原因")


def load(args: argparse.Namespace) -> int:
    mine = mine_of(args)
    report = import_figures(
        by=actor_of(args, mine),
        at=timezone.now(),
        mine=mine,
        file=content_of(args.file),
        name=args.file.name,
        dry_run=args.dry_run,
        keep_good=args.keep_good,
        overwrite=args.overwrite,
        source=Source.CLI,
    )
    verb = "将" if report.dry_run else "没有导入，本来会" if report.refused else "已"
    print(f"{report.rows} 行：{verb}新录 {report.added} 个数，更正 {report.corrected} 个，已有 {report.unchanged} 个")
    for title, said in (("没有用到的列", report.unknown_columns), ("跳过的行", report.ignored)):
        if said:
            print(f"{title}：{'、'.join(said)}")
    for note in report.notes:
        print(f"说明：{note}")
    for reason in report.reasons:
        print(reason, file=sys.stderr)
    if report.refused:
        raise Refused("没有导入任何数：请改好上面这些格再导；或加 --keep-good 先导没问题的行，--overwrite 覆盖已录的数")
    return 1 if report.failures else 0


def listed(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by, (start, end) = actor_of(args, mine), calendar_of(mine).bounds(_period(args.period))
    rows = Given.objects.visible_to(by).current().filter(mine=mine, day__range=(start, end))
    if args.quantity:
        rows = rows.filter(quantity=_known(mine, args.quantity))
    if args.unit:
        rows = rows.filter(unit__path__startswith=_unit(by, mine, args.unit).path)
    _print(args, mine, list(rows.order_by("day", "shift", "unit__path", "quantity")))


def told(args: argparse.Namespace) -> None:
    """All that was ever said of one figure."""
    mine = mine_of(args)
    by, on = actor_of(args, mine), Period.parse(args.on)
    unit, day = _unit(by, mine, args.unit), calendar_of(mine).bounds(on)[1]
    shift = str(on.shift) if on.kind is Kind.SHIFT else ""
    code = _known(mine, args.quantity)
    rows = Given.objects.filter(mine=mine, quantity=code, unit=unit, day=day, shift=shift)
    _print(args, mine, list(rows.order_by("turn")))


def measured(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by = actor_of(args, mine)
    if args.code not in measures:
        raise Refused(f"没有“{args.code}”这个指标，有的是：{'、'.join(one.code for one in measures)}")
    measure, period = measures[args.code], _period(args.period)
    units = Unit.objects.filter(pk=_unit(by, mine, args.unit).pk) if args.unit else None
    found = queries.figures(mine, measure.code, period, timezone.localdate())
    if units is None:
        by.require(Capability.FIGURE_VIEW)
        units = by.scope(Capability.FIGURE_VIEW).units(Unit.objects.of_mine(mine).filter(pk__in=list(found)))
    lines = queries.measure_lines(mine, measure, found, units)
    if args.format == "json":
        about = {"measure": measure.code, "label": measure.label, "unit_of_measure": measure.unit}
        print(json.dumps({**about, "period": str(period), "figures": lines}, ensure_ascii=False, indent=2))
        return
    print(f"{measure.label}（{measure.unit}）· {period.label}")
    shown = [[one_line(one["unit"]["name"]), one["value"] or "—", one["num"] or "—", one["den"] or ""] for one in lines]
    aligned([["单位", "数", "分子", "分母"], *shown]) if shown else print("没有数")


def _period(text: str) -> Period:
    period = Period.parse(text)
    if period.kind is Kind.SHIFT:
        raise Refused("按天、周、旬、月、季、半年、年看，请写成 2026-06-05、2026-W23、2026-06 或 2026-Q2")
    return period


def _unit(by: Actor, mine: Unit, code: str) -> Unit:
    unit = Unit.objects.filter(mine=mine, code=code).first()
    if unit is None:
        raise Refused(f"{mine}没有代码为“{code}”的单位")
    by.require(Capability.FIGURE_VIEW, unit)
    return unit


def _known(mine: Unit, code: str) -> str:
    known = queries.quantities_of(mine, all_of_them=True)
    if code not in known:
        raise Refused(f"没有“{code}”这一项数据，有的是：{'、'.join(known)}")
    return code


def _print(args: argparse.Namespace, mine: Unit, rows: list[Given]) -> None:
    names, known = unit_names(mine), queries.quantities_of(mine, all_of_them=True)
    if args.format == "json":
        print(json.dumps([_json(row, names) for row in rows], ensure_ascii=False, indent=2))
    elif rows:
        aligned([list(COLUMNS), *(_cells(row, names, known[row.quantity]) for row in rows)])
    else:
        print("没有录过")


def _json(row: Given, names: dict[int, str]) -> dict[str, object]:
    return {
        "quantity": row.quantity,
        "unit": names[row.unit_id],
        "day": row.day.isoformat(),
        "shift": row.shift or None,
        "value": None if row.value is None else str(row.value),
        "turn": row.turn,
        "given_by": row.given_by,
        "source": row.source,
        "file": row.file or None,
        "arrived_at": row.arrived_at.isoformat(),
        "reason": row.reason or None,
        "superseded": row.superseded,
    }


def _cells(row: Given, names: dict[int, str], quantity: queries.Quantity) -> list[str]:
    when = row.day.isoformat() + (f" {row.shift}班" if row.shift else "")
    value = "撤回" if row.value is None else f"{quantity.words(row.value)} {quantity.unit}"
    return [when, *map(one_line, (names[row.unit_id], quantity.label, value, row.said, row.reason))]

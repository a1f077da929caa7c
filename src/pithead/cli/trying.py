"""`pithead assess try`: a version of a standard, usually a draft, tried on settled months. Nothing is written."""

import argparse
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pithead.assess.models import Standard
from pithead.assess.queries import TrialMonth, TrialRow, try_content
from pithead.cli.aligning import aligned
from pithead.cli.context import actor_of, mine_of
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.kernel.rounding import plain
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

MOST_MONTHS = 36
COLUMNS = ("单位", "原名次", "名次", "升降", "原得分", "得分", "原档次", "档次")


def try_version(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    by = actor_of(args, mine)
    by.require(Capability.DRAFT_VIEW, mine)
    standard = _version(by, mine, args.code, args.version)
    trial = try_content(mine, standard, _months(args.periods))
    if not trial.months:
        raise Refused(f"{'、'.join(trial.missing)} 都没有已定的结果，无法试算")
    if args.format == "json":
        report = {"standard": args.code, "version": args.version, "missing": trial.missing}
        months = [_month(month) for month in trial.months]
        print(json.dumps({**report, "months": months}, ensure_ascii=False, indent=2))
        return
    for month in trial.months:
        _print(month)
    if trial.missing:
        print(f"没有已定的结果，没有试算：{'、'.join(trial.missing)}")


def _version(by: Actor, mine: Unit, code: str, version: int) -> Standard:
    seen = Standard.objects.visible_to(by).filter(mine=mine, code=code)
    found = seen.filter(version=version).select_related("owner", "clause__policy").first()
    if found is None:
        known = "、".join(str(number) for number in seen.order_by("version").values_list("version", flat=True))
        raise Refused(f"标准“{code}”没有第 {version} 版，有的版本：{known or '（没有）'}")
    return found


def _months(text: str) -> list[Period]:
    """2026-01..2026-06, or one month."""
    first, _, last = text.partition("..")
    start, end = Period.parse(first), Period.parse(last or first)
    if not start.kind is end.kind is Kind.MONTH or end < start:
        raise Refused(f"“{text}”不是月份的范围，请写成 2026-01..2026-06")
    months = [start]
    while months[-1] != end:
        months.append(months[-1].next())
        if len(months) > MOST_MONTHS:
            raise Refused(f"一次最多试算 {MOST_MONTHS} 个月")
    return months


# ── forms of showing ──
def _print(month: TrialMonth) -> None:
    print(f"{month.label}（当时用第 {month.version} 版）：{month.moved} 个单位名次变动，{month.other_tier} 个档次变动")
    print("  ".join(f"{shift.name} {shift.before} → {shift.after}" for shift in month.tiers))
    for words, items in (("不再考核，当时的分不再算", month.dropped), ("新加的，按满分算", month.added)):
        if items:
            print(f"{words}：{'、'.join(f'{item.code} {item.name} {plain(item.points)} 分' for item in items)}")
    if month.linked:
        print(f"关联改了，没有重算：{'、'.join(month.linked)}")
    aligned([list(COLUMNS), *(list(_cells(row)) for row in month.rows)])
    print()


def _cells(row: TrialRow) -> Iterator[str]:
    moved = f"{'+' if row.moved > 0 else ''}{row.moved}" if row.moved else ""
    for value in (
        row.unit_name,
        row.rank_before,
        row.rank,
        moved,
        row.total_before,
        row.total,
        row.tier_before,
        row.tier,
    ):
        yield "" if value is None else str(value)


def _month(month: TrialMonth) -> dict[str, Any]:
    return {
        "period": month.period,
        "version_then": month.version,
        "moved": month.moved,
        "other_tier": month.other_tier,
        "tiers": [{"tier": shift.name, "before": shift.before, "after": shift.after} for shift in month.tiers],
        "dropped": [{"item": item.code, "name": item.name, "points": _score(item.points)} for item in month.dropped],
        "added": [{"item": item.code, "name": item.name, "points": _score(item.points)} for item in month.added],
        "linked": list(month.linked),
        "results": [_result(row) for row in month.rows],
    }


def _result(row: TrialRow) -> dict[str, Any]:
    return {
        "unit": {"code": row.unit_code, "name": row.unit_name},
        "rank": {"before": row.rank_before, "after": row.rank},
        "total": {"before": _score(row.total_before), "after": _score(row.total)},
        "tier": {"before": row.tier_before or None, "after": row.tier or None},
    }


def _score(value: Decimal | None) -> str | None:
    return None if value is None else str(value)

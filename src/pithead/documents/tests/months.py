"""A June to print: the cast's three sections and six more, in a settled month after a settled May."""

import datetime as dt
import re
from decimal import Decimal

from pithead.assess import actions
from pithead.assess.actions import load_standard
from pithead.assess.models import Cycle, Standard
from pithead.assess.testing import draft, issue_small_standard, settle
from pithead.kernel import packs
from pithead.kernel.periods import Period
from pithead.org.models import Specialty, UnitKind
from pithead.org.testing import Cast, add_unit
from pithead.rules.models import Clause

REASON = "现场检查与台账对不上，限期整改"

MORE = {
    "ZC2": ("综采二队", Specialty.EXTRACTION),
    "M2": ("煤二队", Specialty.TUNNELLING),
    "JD": ("机电队", Specialty.ELECTROMECHANICAL),
    "PD": ("皮带队", Specialty.HAULAGE),
    "CC": ("抽采队", Specialty.VENTILATION),
    "XM": ("选煤厂", Specialty.SURFACE),
}
UNNAMED, NAMED = "职工不清楚本岗位风险", "职工马小军不清楚本岗位风险"
# unit, item, points, kind, reason
MAY = [("ZC1", "B1", "12", "deduction", "支架接顶不实"), ("M1", "A1", "1", "deduction", "例会少开一次")]
JUNE = [
    ("ZC1", "B1", "2.5", "deduction", "回风巷积水未排"),
    ("ZC1", "B1", "1", "deduction", UNNAMED),
    ("ZC1", "J1", "1", "bonus", "自查出重大隐患并及时处置"),
    ("M1", "B1", "12", "deduction", "锚杆间距超过设计 0.2 m"),
    ("M1", "A2", "1.5", "deduction", "计划<完成 & 欠尺 5 m"),
    ("M2", "A1", "25", "deduction", "区务会没有开"),
    ("M2", "V1", "0", "veto", "发生一起重伤事故"),
    ("JD", "B2", "3", "deduction", "开关失爆一台"),
    ("PD", "B1", "0.5", "deduction", "皮带机头防护不全"),
    ("PD", "A1", "0.25", "deduction", "记录缺签字"),
]


def more_sections(cast: Cast) -> None:
    for code, (name, specialty) in MORE.items():
        cast.units[code] = add_unit(cast.mine, UnitKind.SECTION, code, name, specialty)


def settled(cast: Cast, at: dt.datetime, period: str, lines: list[tuple[str, str, str, str, str]]) -> Cycle:
    by, standard = cast.system(), issue_small_standard(cast, at)
    cycle = actions.open_cycle(by=by, at=at, mine=cast.mine, code=standard.code, period=Period.parse(period))
    drafts = [
        draft(standard, cast.units[unit], item, points, kind, reason=reason)
        for unit, item, points, kind, reason in lines
    ]
    actions.add_entries(by=by, at=at, cycle=cycle, drafts=drafts)
    cycle.entries.filter(reason=UNNAMED).update(reason=NAMED)  # as in months from before names were refused
    actions.close_cycle(by=by, at=at, cycle=cycle)
    return cycle


def settled_with(cast: Cast, at: dt.datetime, code: str, item: str, points: str) -> Cycle:
    """A settled June of a standard that was issued, in which 综采一队 lost points once."""
    by = cast.system()
    cycle = actions.open_cycle(by=by, at=at, mine=cast.mine, code=code, period=Period.parse("2026-06"))
    found = draft(cycle.standard, cast.units["ZC1"], item, points, reason=REASON)
    actions.add_entries(by=by, at=at, cycle=cycle, drafts=[found])
    actions.close_cycle(by=by, at=at, cycle=cycle)
    return settle(cycle, by=by, at=at)


def june(cast: Cast, at: dt.datetime, *, final: bool = True) -> Cycle:
    """With May before it, so that there is something to compare with."""
    more_sections(cast)
    may = settled(cast, at - dt.timedelta(days=30), "2026-05", MAY)
    settle(may, by=cast.system(), at=at - dt.timedelta(days=30))
    cycle = settled(cast, at, "2026-06", JUNE)
    if final:
        settle(cycle, by=cast.system(), at=at)
    return cycle


def total_of(cycle: Cycle, code: str) -> Decimal | None:
    return cycle.results.get(unit__code=code).total


def issue_pack(cast: Cast, at: dt.datetime, code: str, clause: Clause | None = None) -> Standard:
    """A standard the product ships, with the offices it names."""
    pack = packs.load("standards", code) | {"policy": None}
    for office in sorted(set(re.findall(r"'office': '(\w+)'", str(pack))) - set(cast.units)):
        cast.units[office] = add_unit(cast.mine, UnitKind.OFFICE, office, f"{office}科")
    return load_standard(by=cast.system(), at=at, mine=cast.mine, pack=pack, in_force_from="2026-01", clause=clause)


def shipped(cast: Cast, at: dt.datetime, code: str, found: int = 3) -> Cycle:
    """A settled June of a shipped standard: each unit has something found in `found` items, more down the list."""
    by, standard = cast.system(), issue_pack(cast, at, code)
    cycle = actions.open_cycle(by=by, at=at, mine=cast.mine, code=code, period=Period.parse("2026-06"))
    items = list(standard.items.filter(kind="scored").order_by("position"))
    units = [participant.unit for participant in cycle.participants.select_related("unit").order_by("unit__path")]
    drafts = [
        draft(standard, unit, items[(place + step) % len(items)].code, f"{1 + place % 7 * 0.25:.2f}", reason=REASON)
        for place, unit in enumerate(units)
        for step in range(found)
    ]
    actions.add_entries(by=by, at=at, cycle=cycle, drafts=drafts)
    actions.close_cycle(by=by, at=at, cycle=cycle)
    return settle(cycle, by=by, at=at)

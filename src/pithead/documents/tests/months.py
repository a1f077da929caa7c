"""A June to print: the cast's three sections and six more, in a settled month after a settled May."""

import datetime as dt
from decimal import Decimal

from pithead.assess import actions
from pithead.assess.models import Cycle
from pithead.assess.testing import draft, issue_small_standard
from pithead.kernel.periods import Period
from pithead.org.models import Specialty, UnitKind
from pithead.org.testing import Cast, add_unit

MORE = {
    "ZC2": ("综采二队", Specialty.EXTRACTION),
    "M2": ("煤二队", Specialty.TUNNELLING),
    "JD": ("机电队", Specialty.ELECTROMECHANICAL),
    "PD": ("皮带队", Specialty.HAULAGE),
    "CC": ("抽采队", Specialty.VENTILATION),
    "XM": ("选煤厂", Specialty.SURFACE),
}
# unit, item, points, kind, reason
MAY = [("ZC1", "B1", "12", "deduction", "支架接顶不实"), ("M1", "A1", "1", "deduction", "例会少开一次")]
JUNE = [
    ("ZC1", "B1", "2.5", "deduction", "回风巷积水未排"),
    ("ZC1", "B1", "1", "deduction", "职工马小军不清楚本岗位风险"),
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
    actions.close_cycle(by=by, at=at, cycle=cycle)
    return cycle


def june(cast: Cast, at: dt.datetime, *, final: bool = True) -> Cycle:
    """With May before it, so that there is something to compare with."""
    more_sections(cast)
    may = settled(cast, at - dt.timedelta(days=30), "2026-05", MAY)
    actions.finalise_cycle(by=cast.system(), at=at - dt.timedelta(days=30), cycle=may)
    cycle = settled(cast, at, "2026-06", JUNE)
    if final:
        actions.finalise_cycle(by=cast.system(), at=at, cycle=cycle)
    return cycle


def total_of(cycle: Cycle, code: str) -> Decimal | None:
    return cycle.results.get(unit__code=code).total

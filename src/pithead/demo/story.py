"""How the two quarters went: who is strong, who climbs, what happened. Months are counted back from the open one."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

# Sections: strength, and how much is gained per month. 运输二队 climbs, 开拓二队 slips a little.
STRENGTHS: dict[str, tuple[float, float]] = {
    "ZC1": (94, 0),
    "ZC2": (88, 0),
    "ZZB": (66, 0),
    "M1": (84, 0),
    "M2": (92, 0.3),
    "M3": (76, 0),
    "M4": (86, 0),
    "KT1": (91, 0),
    "KT2": (84, -0.5),
    "JD1": (90.5, 0),
    "JD2": (82, 0),
    "PD": (88, 0.2),
    "YS1": (84, 0),
    "YS2": (76, 2.4),
    "TF": (88, 0),
    "CC": (85, 0),
    "AZ": (78, 0),
    "XM": (75, 0),
}
SECTION_SWAY, CREW_SWAY, BRANCH_SWAY = 2.2, 4.0, 3.0
CREW_SPREAD = 6.0

# How many units stand in which tier, and between which totals.
LADDERS: dict[str, tuple[tuple[int, float, float], ...]] = {
    "six-good": ((4, 96.4, 90.8), (9, 89.2, 80.9), (4, 79.0, 71.0), (1, 68.0, 63.0)),
    "six-type": ((28, 97.5, 90.4), (35, 89.6, 80.6), (9, 79.4, 71.0), (2, 69.0, 61.0)),
    "five-star": ((7, 97.0, 90.6), (9, 89.4, 80.8), (3, 79.2, 71.0), (1, 68.5, 62.5)),
}

# Months before the open one.
INCIDENT_MONTH, VETO_MONTH, TIE_MONTH, RECORD_MONTH, LAST_MONTH = 4, 3, 2, 2, 1
SHOCKS = {("ZC2", 4): -14.0, ("ZC2", 3): -9.0, ("ZC2", 2): -6.0, ("ZC2", 1): -3.0}
TWINS = ("XM-1", "XM-2")  # in one month they share a place: same findings' weight, different places


@dataclass(frozen=True)
class Event:
    """A veto, or an item that had no work to assess."""

    item: str
    office: str
    reason: str
    evidence: str = "生产例会纪要"


FORCED: dict[tuple[str, int], tuple[tuple[str, int], ...]] = {
    # More than the item holds: it stops at nothing left.
    ("ZZB", LAST_MONTH): (("B5.2", 5), ("B5.2", 5), ("B5.3", 4), ("B5.3", 3)),
}
VETOES: dict[tuple[str, int], Event] = {
    ("M4", VETO_MONTH): Event(
        "V2",
        "SAF",
        "2208 回风顺槽矿车掉道碰伤一人，当班没有报告，次日早班安全科核查时才说明",
        "调度汇报记录、安全科核查记录",
    )
}
MISSING: dict[tuple[str, int], tuple[Event, ...]] = {
    ("ZZB", 5): (Event("C1", "PRO", "本月没有安装回撤任务，没有下达工程量计划"),),
    ("ZZB", 3): (Event("C2", "PRO", "本月只做物料回收，没有需要验收的工程"),),
    ("KT2", 5): (Event("C2", "PRO", "本月迎头停掘做探放水，没有到验收里程"),),
    ("AZ", 4): (Event("C2", "PRO", "本月人员抽去检修，没有安装工程"),),
}


@dataclass(frozen=True)
class Said:
    """What an office says of what the system counted under a clause: where it stands instead, or why it is left out."""

    clause: str
    office: str
    reason: str
    share: Decimal = Decimal(0)  # of what was computed


OVERRIDES = {("six-good", LAST_MONTH): Said("C1.1", "PRO", "配合矿上巷修停产两天，计划相应调减", Decimal("0.5"))}
LEFT_OUT = {("six-good", TIE_MONTH): Said("C3.1", "MKT", "退库材料当月没有冲减，核对后没有超支")}
CONTESTED_COUNT = ("six-good", INCIDENT_MONTH)  # in this month the appeal is against what the system counted
BONUSES: dict[tuple[str, int], tuple[str, ...]] = {
    ("ZC1", RECORD_MONTH): ("J3", "J4", "J1", "J2"),  # six earned, five count
    ("ZC1", 5): ("J6",),
    ("M2", 1): ("J6",),
    ("M2", 4): ("J3", "J4", "J6", "J2"),
    ("KT1", 3): ("J6",),
    ("KT1", 6): ("J1",),
    ("JD1", 1): ("J1",),
    ("JD1", 5): ("J3",),
    ("TF", 2): ("J3",),
    ("TF", 6): ("J2",),
    ("PD", 4): ("J2",),
    ("YS2", 1): ("J2",),
    ("CC", 3): ("J1",),
    ("M1", 5): ("J1",),
}


def section_strength(code: str, ago: int, chance: random.Random) -> float:
    strength, gain = STRENGTHS[code]
    return strength + gain * (6 - ago) + SHOCKS.get((code, ago), 0) + chance.gauss(0, SECTION_SWAY)


def drawn_like(unit: str, ago: int) -> str:
    """The second of the twins is drawn like the first in the month they share a place."""
    return TWINS[0] if unit == TWINS[1] and ago == TIE_MONTH else unit


def ladder(standard: str, count: int, chance: random.Random) -> list[Decimal]:
    """Totals from the best to the last, as life spreads them."""
    totals = []
    for places, high, low in LADDERS[standard]:
        for place in range(places):
            share = (place + chance.uniform(0.15, 0.85)) / places
            totals.append(round(high - (high - low) * share, 2))
    return [Decimal(str(total)) for total in totals[:count]]


def targets(standard: str, strengths: Sequence[tuple[str, float]], chance: random.Random) -> dict[str, Decimal]:
    """Which total each unit is to reach: the strongest stands first."""
    order = sorted(strengths, key=lambda pair: (-pair[1], pair[0]))
    return {code: total for (code, _), total in zip(order, ladder(standard, len(order), chance), strict=True)}

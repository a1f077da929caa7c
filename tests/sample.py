"""A small mine with something on every page: the cast, a standard, a settled month and one that takes scores."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from pithead.assess.actions import add_entries, draft_standard, open_cycle, submit
from pithead.assess.models import Cycle, Standard
from pithead.assess.testing import draft, issue_small_standard, settle, small_pack
from pithead.kernel.models import StoredFile
from pithead.kernel.periods import Period
from pithead.org.actions import add_place, keep_roster, record_leave, roster_template, seed_calendar, set_shift_system
from pithead.org.models import Leave, Place
from pithead.org.testing import Cast
from pithead.rules.actions import load_policy
from pithead.rules.models import Policy


@dataclass(frozen=True)
class Sample:
    cast: Cast
    standard: Standard
    draft: Standard
    settled: Cycle
    scoring: Cycle
    place: Place
    leave: Leave
    roster: StoredFile
    policy: Policy


def make_sample(cast: Cast, at: dt.datetime) -> Sample:
    standard = issue_small_standard(cast, at)
    settled = _month(cast, standard, "2026-05", at - dt.timedelta(days=30))
    _hand_in(settled, cast, at - dt.timedelta(days=28))
    settle(settled, by=cast.system(), at=at - dt.timedelta(days=10))
    scoring = _month(cast, standard, "2026-06", at)
    policy = load_policy(by=cast.system(), at=at, mine=cast.mine, pack_code="six-good", in_force_from=at.date())
    draft = draft_standard(by=cast.system(), at=at, mine=cast.mine, content=_next_version())
    return Sample(cast, standard, draft, settled, scoring, *_surroundings(cast, at), _roster(cast, at), policy)


def _next_version() -> dict[str, Any]:
    """Worked on, and not yet fit to be issued."""
    content = small_pack(title="小标准（修订）")
    content["dimensions"][0]["items"][0]["full"] = 28
    return content


def _roster(cast: Cast, at: dt.datetime) -> StoredFile:
    """One that waits for its importer, with a row that cannot be taken."""
    return keep_roster(by=cast.actor("hr_officer"), at=at, mine=cast.mine, file=roster_template(), name="花名册.xlsx")


def _surroundings(cast: Cast, at: dt.datetime) -> tuple[Place, Leave]:
    """What the organisation's lists show: a working place, somebody on leave, shifts and a year of days."""
    by, mine = cast.system(), cast.mine
    since = at.date()
    place = add_place(by=by, at=at, mine=mine, code="8201", name="8201 综采工作面", kind="working", since=since)
    until = since + dt.timedelta(days=9)
    leave = record_leave(by=by, at=at, person=cast.people["worker"], kind="annual", since=since, until=until)
    set_shift_system(by=by, at=at, mine=mine, code="three_eight")
    seed_calendar(by=by, at=at, mine=mine, years=[since.year])
    return place, leave


def _hand_in(cycle: Cycle, cast: Cast, at: dt.datetime) -> None:
    for office in ("SAF", "PRO", "PTY"):
        submit(by=cast.system(), at=at, cycle=cycle, office=cast.units[office])


def _month(cast: Cast, standard: Standard, period: str, at: dt.datetime) -> Cycle:
    """Three sections: one good, one with a bonus, one with a veto."""
    cycle = open_cycle(by=cast.system(), at=at, mine=cast.mine, code=standard.code, period=Period.parse(period))
    longwall, heading, ventilation = (cast.units[code] for code in ("ZC1", "M1", "TF"))
    saf = cast.units["SAF"]
    found = [
        draft(standard, longwall, "B1", "1.5", reason="抽查 10 份班前会记录，2 份缺签字"),
        draft(standard, longwall, "A1", "3", reason="区务会少开一次"),
        draft(standard, heading, "B2", "2", reason="巷道浮煤未清理，长 20 米"),
        draft(standard, heading, "J1", "1", "bonus", saf, reason="自查出顶板离层并停工处理"),
        draft(standard, ventilation, "B1", "6", reason="局部通风机无计划停风 1 次"),
        draft(standard, ventilation, "V1", "0", "veto", saf, reason="发生重伤事故"),
    ]
    add_entries(by=cast.system(), at=at, cycle=cycle, drafts=found)
    return cycle

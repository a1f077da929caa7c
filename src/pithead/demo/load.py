"""Loading the demo mine: the same seed on the same day gives the same bytes in the database."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from pithead.assess.actions import load_standard
from pithead.assess.models import Entry
from pithead.demo.accounts import PASSWORD, SignIn, open_accounts, standing_sign_ins
from pithead.demo.calling import Calling, Clock
from pithead.demo.contestants import STANDARDS
from pithead.demo.counting import count_open
from pithead.demo.customs import Founding
from pithead.demo.figures import Figures
from pithead.demo.matters import Matters
from pithead.demo.months import Season, months_until
from pithead.demo.organisation import Organisation, build
from pithead.demo.people import Staff, hire
from pithead.demo.records import Records
from pithead.demo.settling import Settling
from pithead.kernel import packs
from pithead.kernel.periods import Period
from pithead.kernel.sealing import seeded_salts
from pithead.measures.actions import close_due, first_month
from pithead.org.access import RoleCode, actor_for
from pithead.org.models import Unit, UnitKind
from pithead.rules.actions import load_policy

Progress = Callable[[int, int, str], None]  # (steps done, steps in all, what was done)
LATE = "six-type"  # the last month of the crews is being published on the demo's day
OTHER_STEPS = (
    8  # organisation, people, rules, methods, figures, records, matters, months closed: before they are scored
)


@dataclass(frozen=True)
class DemoReport:
    """What was loaded. `created` is False where the demo mine stood already and nothing was touched."""

    mine: Unit
    created: bool
    months: tuple[str, ...]
    entries: int
    sign_ins: tuple[SignIn, ...]

    def __str__(self) -> str:
        """As the command line prints it."""
        what = "已装入" if self.created else "早已装好，没有改动"
        head = (
            f"演示矿“{self.mine}”{what}：{self.months[0]} 至 {self.months[-1]} 的考核，共 {self.entries} 条评分记录。"
        )
        lines = [f"  工号 {one.staff_no}  {one.role}（{one.name}）：{one.try_this}" for one in self.sign_ins]
        return "\n".join((head, f"可用下面的工号登录，密码都是 {PASSWORD} ：", *lines))


@transaction.atomic
def load(*, as_of: dt.date, seed: int = 1, last: int = 0, progress: Progress | None = None) -> DemoReport:
    """Everything or nothing; a mine that stands already is left alone. `as_of` is the day the demo plays on; `last`: only so
    many months of the story, 0 for all."""
    months = months_until(as_of)[-last:]
    steps = _Steps(OTHER_STEPS + len(months) * len(STANDARDS), progress)
    if standing := Unit.objects.filter(kind=UnitKind.MINE, code=packs.load("demo", "mine")["mine"]["code"]).first():
        return _report(standing, False, standing_sign_ins(standing))
    with seeded_salts(random.Random(f"{seed}/salts")):
        return _live(as_of, seed, months, steps)


def _live(as_of: dt.date, seed: int, months: list[Period], steps: "_Steps") -> DemoReport:
    clock = Clock(as_of)
    start = dt.date(months[0].year, months[0].number, 1)
    before = clock.at(start - dt.timedelta(days=30), 9)
    organisation = build(at=before, as_of=as_of)
    steps.done("机构、地点和班次")
    staff = hire(at=before, as_of=as_of, organisation=organisation, chance=random.Random(f"{seed}/people"))
    sign_ins = open_accounts(at=before, mine=organisation.mine, staff=staff)
    steps.done("人员、任职和账号")
    _issue(before, organisation, staff, str(months[0]))
    steps.done("制度和考核标准")
    customs = Founding(organisation, staff, before, start, as_of).found()
    steps.done("工作法和责任区")
    calling = Calling(staff, clock, organisation.mine.code)
    Figures(organisation, calling, seed, months).live()
    steps.done("指标数据")
    found = Records(organisation, calling, customs, seed, start).live()
    steps.done("履责记录")
    Matters(organisation, calling, seed, start).live(found)
    steps.done("隐患、诉求和别的事情")
    close_due(organisation.mine, clock.at(as_of, 7), first_month(organisation.mine) or months[0])
    steps.done("指标按月关账")
    seasons = [Season(code, organisation, calling, seed) for code in STANDARDS]
    settling = Settling(calling, seed, late=LATE)
    for ago, month in zip(range(len(months) - 1, -1, -1), months, strict=True):
        cycles = [season.score(month, ago) for season in seasons]
        for cycle in cycles:
            if ago:
                settling.run(cycle, ago)
            steps.done(str(cycle))
    count_open(cycles, calling)
    return _report(organisation.mine, True, sign_ins)


def _issue(at: dt.datetime, organisation: Organisation, staff: Staff, first_period: str) -> None:
    officer = staff.first(RoleCode.PARTY_OFFICER, "PTY")
    by = actor_for(officer, on=timezone.localdate(at), face="web")
    for code in packs.load("mines", "default")["policies"]:
        load_policy(by=by, at=at, mine=organisation.mine, pack_code=code, in_force_from=timezone.localdate(at))
    for code in STANDARDS:
        load_standard(by=by, at=at, mine=organisation.mine, pack=code, in_force_from=first_period)


def _report(mine: Unit, created: bool, sign_ins: tuple[SignIn, ...]) -> DemoReport:
    periods = mine.cycles.order_by("period").values_list("period", flat=True)
    months = tuple(dict.fromkeys(periods))
    return DemoReport(mine, created, months, Entry.objects.filter(mine=mine).count(), sign_ins)


class _Steps:
    def __init__(self, total: int, tell: Progress | None):
        self.total, self.tell, self.count = total, tell, 0

    def done(self, what: str) -> None:
        self.count += 1
        if self.tell:
            self.tell(self.count, self.total, what)

"""`pithead setup`: the database, a new mine with what every mine needs, or the demo."""

import argparse
import sys
from datetime import date
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from pithead.assess.actions import load_standard
from pithead.cli.registry import demo_loaders
from pithead.kernel import packs
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import begin
from pithead.org.access import Actor, RoleCode, system
from pithead.org.actions import (
    NewPerson,
    NewPost,
    NewUnit,
    add_people,
    appoint_all,
    create_mine,
    issue_codes,
    open_units,
    seed_calendar,
    seeded_years,
    set_shift_system,
)
from pithead.org.models import Unit, UnitKind
from pithead.practices.actions import load_pack, shipped_pack
from pithead.rules.actions import load_policy

BAR = 30


def setup(args: argparse.Namespace) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    _begin_sealing()
    print("数据库已就绪")
    if args.mine:
        _found_mine(args.mine, args.code)
    if args.demo:
        _load_demo(args.as_of, args.seed)


def _begin_sealing() -> None:
    """What was settled by a version without seals is sealed as it stands, once."""
    for code in Unit.objects.filter(kind=UnitKind.MINE).values_list("code", flat=True):
        begin(mine=code, at=timezone.now())


# ── a new mine ──
@transaction.atomic
def _found_mine(name: str, code: str | None) -> None:
    pack = packs.load("mines", "default")
    standing = Unit.objects.filter(kind=UnitKind.MINE, name=name).first()
    if standing:
        print(f"{standing}（{standing.code}）已经建好")
        return
    at = timezone.now()
    mine = create_mine(at=at, code=code or pack["code"], name=name, opened_on=pack["opened_on"])
    by = system(mine)
    _furnish(mine, by, pack)
    _print_first_account(mine, by, pack["administrator"], pack["opened_on"])


def _furnish(mine: Unit, by: Actor, pack: dict[str, Any]) -> None:
    """Offices, committee, shifts, calendar, policies, standards, work methods: all to be changed later on their pages."""
    at, opened = timezone.now(), pack["opened_on"]
    offices = [
        NewUnit(mine, UnitKind.OFFICE, office["code"], office["name"], opened, position=position)
        for position, office in enumerate(pack["offices"], 1)
    ]
    committee = NewUnit(mine, UnitKind.COMMITTEE, pack["committee"]["code"], pack["committee"]["name"], opened)
    open_units(by=by, at=at, new=[*offices, committee])
    for system_code in pack["shift_systems"]:
        set_shift_system(by=by, at=at, mine=mine, code=system_code)
    seed_calendar(by=by, at=at, mine=mine, years=seeded_years())
    for policy in pack["policies"]:
        load_policy(by=by, at=at, mine=mine, pack_code=policy, in_force_from=opened)
    for standard in pack["standards"]:
        load_standard(by=by, at=at, mine=mine, pack=standard, in_force_from=pack["in_force_from"])
    for method in pack["practices"]:  # from today: nobody is late for what was not asked yet
        load_pack(by=by, at=at, mine=mine, spec=shipped_pack(method), since=timezone.localdate(at))
    counts = f"{len(offices)} 个科室，{len(pack['standards'])} 套标准，{len(pack['practices'])} 个工作法"
    print(f"{mine}（{mine.code}）已建好：{counts}")


def _print_first_account(mine: Unit, by: Actor, administrator: dict[str, str], since: date) -> None:
    """The first person who can sign in, and the code to do it with."""
    at = timezone.now()
    office = Unit.objects.get(mine=mine, code=administrator["office"])
    new = NewPerson(staff_no=administrator["staff_no"], name=administrator["name"], unit=office, since=since)
    [person] = add_people(by=by, at=at, mine=mine, new=[new])
    posts = [NewPost(person, role, office, since) for role in (RoleCode.ADMINISTRATOR, RoleCode.HR_OFFICER)]
    appoint_all(by=by, at=at, new=posts)
    [issued] = issue_codes(by=by, at=at, people=[person])
    print(f"第一个账号：工号 {person.staff_no}，启用码 {issued.code}（打开 /activate/ 设密码，14 天内有效）")


# ── the demo ──
def _load_demo(as_of: date | None, seed: int) -> None:
    [load] = demo_loaders
    report = load(as_of=as_of or timezone.localdate(), seed=seed, progress=_show_progress)
    if report is None:
        raise Refused("演示矿没有装入")
    print(report)


def _show_progress(done: int, of: int, what: str) -> None:
    """One line that fills up on a terminal; a line per step elsewhere."""
    if sys.stderr.isatty():
        filled = BAR * done // of
        end = "\n" if done == of else ""
        print(f"\r{'█' * filled}{'░' * (BAR - filled)} {done}/{of} {what}\033[K", end=end, file=sys.stderr, flush=True)
    else:
        print(f"{done}/{of} {what}", file=sys.stderr, flush=True)

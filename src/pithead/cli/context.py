"""Which mine a command is about, who acts, and files in and out."""

import argparse
from pathlib import Path

from django.db.models import QuerySet
from django.utils import timezone

from pithead.assess.models import Cycle, Standard
from pithead.kernel.periods import Kind, Period
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor, actor_for, system
from pithead.org.models import Person, Unit, UnitKind


def mine_of(args: argparse.Namespace) -> Unit:
    """The only mine, or the one named by `--mine CODE`."""
    mines = list(Unit.objects.filter(kind=UnitKind.MINE).order_by("code"))
    if not mines:
        raise Refused("还没有矿。先运行 pithead setup --mine 矿名，或 pithead setup --demo")
    if args.mine:
        mines = [mine for mine in mines if args.mine in (mine.code, mine.name)]
        if not mines:
            raise Refused(f"没有代码为“{args.mine}”的矿")
    if len(mines) > 1:
        raise Refused(f"有 {len(mines)} 个矿，请用 --mine 写明：{'、'.join(mine.code for mine in mines)}")
    return mines[0]


def actor_of(args: argparse.Namespace, mine: Unit) -> Actor:
    """The person named by `--as`, otherwise the system."""
    if not args.staff_no:
        return system(mine)
    person = Person.objects.filter(mine=mine, staff_no=args.staff_no).select_related("mine").first()
    if person is None:
        raise Refused(f"{mine}没有工号为 {args.staff_no} 的人")
    return actor_for(person, on=timezone.localdate(), face="cli")


def cycle_of(mine: Unit, code: str, period: str, among: "QuerySet[Cycle] | None" = None) -> Cycle:
    """The opened month (of those one may see); refused by name when there is none."""
    wanted = str(Period.parse(period))
    opened = Cycle.objects.filter(mine=mine, code=code, period=wanted)
    cycle = opened.select_related("standard__owner", "mine").first()
    if cycle is None:
        raise Refused(_why_not_opened(mine, code, wanted))
    if among is not None and not among.filter(pk=cycle.pk).exists():
        raise Refused(f"{code} {wanted} 现在还不能看：结果确定以后全矿都能看")
    return cycle


def _why_not_opened(mine: Unit, code: str, period: str) -> str:
    codes = list(Standard.objects.filter(mine=mine).values_list("code", flat=True).distinct().order_by("code"))
    if code not in codes:
        return f"{mine}没有标准“{code}”，有的是：{'、'.join(codes) or '（还没有）'}"
    if Period.parse(period).kind is not Kind.MONTH:
        return f"{period} 不是月份：考核按月进行，请写成 2026-06"
    return f"{code} {period} 还没有开启，先运行 pithead assess open {code} {period}"


def _because(error: OSError) -> str:
    for kind, words in (
        (FileNotFoundError, "文件或文件夹不存在"),
        (IsADirectoryError, "这是一个文件夹"),
        (PermissionError, "没有权限"),
    ):
        if isinstance(error, kind):
            return f"：{words}"
    return ""


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"打不开文件 {path}{_because(error)}") from None


def put(path: Path, content: bytes) -> None:
    """Write an output file and say so."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Refused(f"写不了文件 {path}{_because(error)}") from None
    print(f"已写到 {path}")

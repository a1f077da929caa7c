"""`pithead practices list|export|import`: work methods as files."""

import argparse
import json
import sys

from django.utils import timezone

from pithead.cli.aligning import aligned
from pithead.cli.context import actor_of, content_of, mine_of, put
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Capability
from pithead.org.models import Unit
from pithead.practices.actions import load_pack
from pithead.practices.models import Proposal, WorkMethod
from pithead.practices.queries.library import MethodLine, library, method_file, news_of, read_pack


def listed(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    actor_of(args, mine).require(Capability.PRACTICE_VIEW, mine)
    lines = library(mine, timezone.localdate())
    if args.format == "json":
        print(json.dumps([_object(line) for line in lines], ensure_ascii=False, indent=2))
    elif lines:
        aligned([["代码", "工作法", "项数", "采用单位"], *(_cells(line) for line in lines)])
    else:
        print("还没有工作法")


def _object(line: MethodLine) -> dict[str, object]:
    return {
        "code": line.method.code,
        "title": line.method.title,
        "practices": [
            {"code": one.practice.code, "title": one.practice.title, "state": one.state} for one in line.practices
        ],
        "units": [
            {"code": one.unit.code, "name": one.unit.name, "since": one.since.isoformat()} for one in line.adoptions
        ],
    }


def _cells(line: MethodLine) -> list[str]:
    units = "、".join(map(str, line.users)) or "没有"
    return [line.method.code, line.method.title, str(len(line.practices)), units]


def export(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    actor_of(args, mine).require(Capability.PRACTICE_VIEW, mine)
    method = WorkMethod.objects.select_related("mine").filter(mine=mine, code=args.code).first()
    if method is None:
        raise Refused(f"{mine}没有工作法“{args.code}”，有的是：{_codes(mine)}")
    text = method_file(method, timezone.localdate())
    if args.output:
        put(args.output, text.encode())
    else:
        print(text, end="")


def _codes(mine: Unit) -> str:
    return (
        "、".join(WorkMethod.objects.filter(mine=mine).order_by("code").values_list("code", flat=True)) or "（还没有）"
    )


def load(args: argparse.Namespace) -> None:
    mine, since = mine_of(args), args.since or timezone.localdate()
    actor = actor_of(args, mine)
    actor.require(Capability.PRACTICE_EDIT, mine)
    spec = read_pack(mine, _text_of(args), args.file.name, since)
    for news in news_of(mine, spec, since):
        print(f"{news.spec.title}：{news.label}")
        if news.spec.clause and news.clause is None:
            print(f"{news.spec.title}：本矿没有“{news.spec.clause}”，依据的条款没有写", file=sys.stderr)
    if args.dry_run:
        print("只检查，没有装入")
        return
    method = load_pack(by=actor, at=timezone.now(), mine=mine, spec=spec, since=since)
    print(f"{method.title}已装入，从 {since} 起")
    for proposal in Proposal.objects.filter(practice__method=method).select_related("practice"):
        print(f"{proposal.practice.title}超过填报上限，待矿领导批准", file=sys.stderr)


def _text_of(args: argparse.Namespace) -> str:
    try:
        return content_of(args.file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Reason("这不是 UTF-8 文本，请用记事本另存为 UTF-8", args.file.name)) from error

"""`pithead assess open|close|…`: a month's steps. Each says where the month stands then, and what comes next."""

import argparse
import shlex
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from pithead.assess import actions, queries
from pithead.assess.actions import DepartureDraft
from pithead.assess.models import Cycle, CycleState, Tier
from pithead.assess.models.cycles import deadline_of
from pithead.cli.context import actor_of, cycle_of, mine_of
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Reason, Refused
from pithead.org.queries import unit_directory

NO_AWARD = "不评先"


def _act(args: argparse.Namespace) -> tuple[dict[str, Any], Cycle]:
    mine = mine_of(args)
    return {"by": actor_of(args, mine), "at": timezone.now()}, cycle_of(mine, args.code, args.period)


def open(args: argparse.Namespace) -> None:
    mine = mine_of(args)
    period = Period.parse(args.period)
    cycle = actions.open_cycle(by=actor_of(args, mine), at=timezone.now(), mine=mine, code=args.code, period=period)
    _tell(cycle, f"，{cycle.participants.count()} 个单位参加")


def close(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    missing = [(found, late) for found in actions.together(cycle) if (late := actions.late_offices(found))]
    actions.close_cycle(**act, cycle=cycle)
    for found, late in missing:
        due = f"打分截止 {deadline_of(found)}{'，还没有过' if timezone.localdate() <= deadline_of(found) else ''}"
        print(f"提醒：{found}，{'、'.join(office.name for office in late)}没有提交打分，按现有记录计算（{due}）")
    _tell(cycle)


def review(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    actions.review_cycle(**act, cycle=cycle)
    _tell(cycle)


def approve(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    departures = _departures(args.depart or [], actions.together(cycle))
    actions.approve_cycle(**act, cycle=cycle, minutes=args.minutes, decision=args.decision, departures=departures)
    _tell(cycle, f"，纪要 {cycle.minutes}")


def publish(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    publicity = actions.publish_cycle(**act, cycle=cycle, contacts=args.contacts)
    _tell(cycle, f"，{publicity.label} {publicity.starts_on} 至 {publicity.ends_on}，监督联系：{publicity.contacts}")


def finalise(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    actions.finalise_cycle(**act, cycle=cycle)
    _tell(cycle)


def reopen(args: argparse.Namespace) -> None:
    act, cycle = _act(args)
    actions.reopen_cycle(**act, cycle=cycle, reason=args.reason)
    _tell(cycle)


# ── where it stands, and what comes next ──
def _tell(cycle: Cycle, more: str = "") -> None:
    beside = "、".join(found.standard.title for found in actions.together(cycle)[1:])
    print(f"{cycle}{f'（和{beside}一起）' if beside else ''}：{cycle.state_label}{more}")
    print(f"下一步：{'；'.join(_next(cycle))}")


def _next(cycle: Cycle) -> Iterator[str]:
    match CycleState(cycle.state):
        case CycleState.OPEN | CycleState.SCORING:
            yield f"各科室打分并提交，到期关闭打分：{_command('close', cycle)}"
        case CycleState.REVIEW:
            yield f"矿领导审核：{_command('review', cycle)}"
        case CycleState.APPROVAL if cycle.approved_at is None:
            yield f"党政联席会审定：{_command('approve', cycle)} --minutes 纪要编号"
        case CycleState.APPROVAL:
            yield from _days_ahead(cycle)
        case CycleState.PUBLICITY:
            yield from _until_settled(cycle)
        case CycleState.FINAL:
            yield f"出通报：pithead document bulletin {shlex.quote(cycle.code)} {cycle.period} -o 通报.docx"


def _command(verb: str, cycle: Cycle) -> str:
    return f"pithead assess {verb} {shlex.quote(cycle.code)} {cycle.period}"


def _days_ahead(cycle: Cycle) -> Iterator[str]:
    span = queries.spans_ahead([cycle], timezone.localdate())[cycle.pk]
    yield f"公示（今天公示的话，{span.label}）：{_command('publish', cycle)}"
    if span.guessed:
        yield f"注意 {'、'.join(map(str, span.guessed))} 年还没有节假日表，日期按周末推算，请先填工作日历"


def _until_settled(cycle: Cycle) -> Iterator[str]:
    cycles = actions.together(cycle)
    standing = queries.standing_together(cycles, queries.standings(cycles))
    if standing.open_appeals:
        yield f"{standing.unanswered} 件申诉待答复，{standing.undecided} 件待裁定"
    elif standing.changed:
        yield f"申诉改变了结果，{standing.next_round}：{_command('publish', cycle)}"
    last = standing.last
    if last and last.runs_on(timezone.localdate()):
        yield f"公示到 {last.ends_on} 为止，期满后确定：{_command('finalise', cycle)}"
    elif not standing.changed and not standing.open_appeals:
        yield f"公示期满，可以确定：{_command('finalise', cycle)}"


# ── departures ──
def _departures(said: list[str], cycles: list[Cycle]) -> list[DepartureDraft]:
    """煤一队=良好 · 煤一队=不评先 · 煤一队=良好,不评先; a tier by name or code."""
    tiers = Tier.objects.filter(standard__in=[cycle.standard_id for cycle in cycles])
    codes = {word: code for code, name in tiers.values_list("code", "name") for word in (code, name)}
    directory = unit_directory(cycles[0].mine, on=cycles[0].ends_on)
    drafts, reasons = [], []
    for text in said:
        unit, _, decided = text.partition("=")
        words = [word for word in decided.replace("，", ",").split(",") if word]
        match = directory.find(unit)
        unknown = [word for word in words if word not in (*codes, NO_AWARD)]
        if match.unit is None or unknown or not words:
            reasons.append(_why_not(text, match.problem, unknown, codes))
            continue
        tier = next((codes[word] for word in words if word != NO_AWARD), "")
        drafts.append(DepartureDraft(match.unit.pk, tier, excluded=NO_AWARD in words))
    if reasons:
        raise Refused(reasons)
    return drafts


def _why_not(text: str, problem: str, unknown: list[str], codes: dict[str, str]) -> Reason:
    names = "、".join(dict.fromkeys(word for word in codes if not word.isascii()))
    wrong = problem or (f"没有档次“{unknown[0]}”，可以写：{names}、{NO_AWARD}" if unknown else "请写成 单位=档次")
    return Reason(wrong, f"--depart {text}")

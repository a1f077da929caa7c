"""Deadlines, posts and times of keeping, as a mine wants them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from pithead.issues.models import WorkflowSetting
from pithead.issues.queries import content_of
from pithead.issues.queries.settings import DURATION, POSTS
from pithead.issues.workflows import WORKFLOWS, Relation, Workflow
from pithead.kernel import audit
from pithead.kernel.refusal import Reason, Refused
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit

KEYS = {
    "offices": list,
    "titles": dict,
    "default_grade": str,
    "deadlines": dict,
    "levels": list,
    "extensions": int,
    "repeat_days": int,
    "keep_months": int,
    "detail": bool,
    "roles": dict,
}


@transaction.atomic
def set_workflow(*, by: Actor, at: dt.datetime, mine: Unit, kind: str, content: Mapping[str, Any]) -> WorkflowSetting:
    """`content` holds what differs from `packs/issues/<kind>.yaml`; clocks that run keep their deadline."""
    by.require(Capability.ISSUE_SETTINGS, mine)
    flow = WORKFLOWS.get(kind)
    if flow is None:
        raise Refused(f"没有“{kind}”这一类")
    if reasons := list(_faults(flow, content)):
        raise Refused(reasons)
    setting, _ = WorkflowSetting.objects.get_or_create(mine=mine, kind=kind)
    if setting.content == dict(content):
        return setting
    setting.content = dict(content)
    setting.save(update_fields=["content"])
    changed = "、".join(sorted(content)) or "恢复出厂"
    subject = ("workflow", kind, flow.label)
    audit.write(by=by, at=at, mine=mine.code, action="issues.workflow.set", subject=subject, after={"changed": changed})
    return setting


def _faults(flow: Workflow, content: Mapping[str, Any]) -> Iterable[Reason]:
    for key, value in content.items():
        if key not in KEYS or not isinstance(value, KEYS[key]):
            yield Reason(f"没有“{key}”这项设置，或写法不对")
            return
    merged = {**content_of(flow.kind), **content}
    if not merged["offices"]:
        yield Reason("至少要有一个主管科室")
    if merged.get("default_grade", "") not in (*flow.grades, ""):
        yield Reason(f"默认级别可以是：{'、'.join(flow.grades.values())}")
    yield from _deadline_faults(flow, merged["deadlines"])
    yield from _level_faults(merged["levels"])
    yield from _role_faults(flow, merged.get("roles", {}))
    if flow.erases and not 1 <= merged.get("keep_months", 0) <= 120:
        yield Reason("保存期限要在 1 到 120 个月之间")


def _deadline_faults(flow: Workflow, deadlines: Mapping[str, Any]) -> Iterable[Reason]:
    clocks = {state.clock for state in flow.states if state.clock}
    for clock, shipped in content_of(flow.kind)["deadlines"].items():
        given = deadlines.get(clock)
        if not isinstance(given, dict) or ("" not in given and set(shipped) - set(given)):
            yield Reason(f"“{clock}”每个级别都要有期限")
    for clock, by_grade in deadlines.items():
        if clock not in clocks or not isinstance(by_grade, dict):
            yield Reason(f"没有“{clock}”这个期限")
            continue
        for grade, duration in by_grade.items():
            if grade not in (*flow.grades, "") or not DURATION.fullmatch(str(duration)):
                yield Reason(f"期限写成 8h（小时）、3d（天）或 5w（工作日），“{duration}”不行")


def _level_faults(levels: Iterable[Any]) -> Iterable[Reason]:
    order = []
    for level in levels:
        after = level.get("after", "") if isinstance(level, dict) else ""
        if after != "half" and not (DURATION.fullmatch(str(after)) and str(after)[-1] in "hd"):
            yield Reason("升级时间写成 half（过半）、24h 或 3d")
            return
        if not level.get("to") or set(level["to"]) - set(POSTS):
            yield Reason(f"升级报给：{'、'.join(POSTS)}")
        order.append(-1 if after == "half" else int(after[:-1]) * (24 if after[-1] == "d" else 1))
    if order != sorted(order):
        yield Reason("升级时间要从早到晚排列")


def _role_faults(flow: Workflow, roles: Mapping[str, Any]) -> Iterable[Reason]:
    """Who may make a move; that two of them are two people stays as declared, and so does whom a person may lift."""
    for verb, who in roles.items():
        move = flow.find(verb)
        if move is None or not who or set(who) - set(Relation.values):
            yield Reason(f"“{verb}”的办理人写法不对")
        elif move.seconds or any(one.seconds == verb for one in flow.moves) or flow.confidential:
            yield Reason(f"“{move.label}”由谁办理不能改")

"""What stands against a setting: which field it is, and what to write instead. Nothing here trusts the type of anything."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q

from pithead.issues.queries import content_of
from pithead.issues.queries.settings import BOUNDS, CLOCKS, DURATION, FIELDS, MOST_LEVELS, POST_LABELS, TITLE_LABELS
from pithead.issues.workflows import Relation, Workflow
from pithead.kernel.refusal import Reason
from pithead.org.models import Unit, UnitKind

LEVEL_KEYS = frozenset(("after", "to", "listed"))
HOW = "写成 8h（小时）、3d（天）或 5w（工作日），最少 1 小时"


def setting_faults(mine: Unit, flow: Workflow, content: Mapping[str, Any]) -> Iterable[Reason]:
    for key in content:
        if key not in fields_of(flow):
            yield Reason(f"{flow.label}没有“{FIELDS.get(key, key)}”这项设置，请去掉")
    for key, value in content.items():
        yield from _faults(mine, flow, key, value)


def _faults(mine: Unit, flow: Workflow, key: str, value: Any) -> Iterable[Reason]:
    match key:
        case "offices":
            yield from _office_faults(mine, flow, value)
        case "titles":
            yield from _title_faults(flow, value)
        case "default_grade":
            yield from _default_faults(flow, value)
        case "deadlines":
            yield from _deadline_faults(flow, value)
        case "levels":
            yield from _level_faults(value)
        case "roles":
            yield from _role_faults(flow, value)
        case "detail":
            yield from _detail_faults(value)
        case _ if key in BOUNDS:
            yield from _number_faults(flow, key, value)


def fields_of(flow: Workflow) -> frozenset[str]:
    """What a mine may set of this kind."""
    fitting = {
        "default_grade": bool(flow.grades),
        "extensions": bool(flow.extensions),
        "repeat_days": flow.repeats,
        "keep_months": flow.erases,
        "detail": bool(flow.sparse),
    }
    return frozenset(key for key in FIELDS if fitting.get(key, True))


def _are_words(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, str) and one.strip() for one in value)


def _office_faults(mine: Unit, flow: Workflow, names: Any) -> Iterable[Reason]:
    """A name that was mistyped would leave the matters to nobody. What is shipped names what mines usually have."""
    if not _are_words(names) or not names:
        yield Reason("主管科室：至少写一个，写编号或名称")
        return
    known = Unit.objects.filter(Q(code__in=names) | Q(name__in=names), mine=mine, kind=UnitKind.OFFICE, closed_on=None)
    found = {said for pair in known.values_list("code", "name") for said in pair} | set(
        content_of(flow.kind)["offices"]
    )
    for name in names:
        if name not in found:
            yield Reason(f"主管科室：本矿没有科室“{name}”，请照“组织”里的编号或名称写")
    if not known:
        yield Reason("主管科室：写的科室本矿一个也没有，请照“组织”里的编号或名称写")


def _title_faults(flow: Workflow, titles: Any) -> Iterable[Reason]:
    shipped = content_of(flow.kind).get("titles", {})
    if not isinstance(titles, dict) or set(titles) != set(shipped):
        yield Reason(f"职务：要写明{'、'.join(TITLE_LABELS.get(one, one) for one in shipped) or '（没有）'}，不多不少")
        return
    for name, said in titles.items():
        if not _are_words(said) or not said:
            yield Reason(f"职务：{TITLE_LABELS.get(name, name)}至少写一个职务的叫法")


def _default_faults(flow: Workflow, grade: Any) -> Iterable[Reason]:
    """Not what two people must set together."""
    if not isinstance(grade, str) or grade not in flow.alone:
        yield Reason(f"没写级别的算：可以是{'、'.join(flow.grades[one] for one in flow.alone)}")


def _deadline_faults(flow: Workflow, deadlines: Any) -> Iterable[Reason]:
    if not isinstance(deadlines, dict):
        yield Reason("期限：每一步写一个时间")
        return
    clocks = {state.clock for state in flow.states if state.clock}
    for clock, shipped in content_of(flow.kind)["deadlines"].items():
        given = deadlines.get(clock)
        if not isinstance(given, dict) or ("" not in given and set(shipped) - set(given)):
            yield Reason(f"期限：“{CLOCKS.get(clock, clock)}”每个级别都要有期限")
    for clock, by_grade in deadlines.items():
        if clock not in clocks or not isinstance(by_grade, dict):
            yield Reason(f"期限：{flow.label}没有“{clock}”这个期限，请去掉")
            continue
        for grade, duration in by_grade.items():
            if grade not in (*flow.grades, "") or not _lasts(duration):
                yield Reason(f"期限：“{CLOCKS.get(clock, clock)}”{HOW}，“{duration}”不行")


def _lasts(duration: Any) -> bool:
    found = DURATION.fullmatch(duration) if isinstance(duration, str) else None
    return found is not None and int(found[1]) > 0


def _level_faults(levels: Any) -> Iterable[Reason]:
    """What is late must reach somebody."""
    if not isinstance(levels, list | tuple) or not 1 <= len(levels) <= MOST_LEVELS:
        yield Reason(f"超期报给谁：要有 1 到 {MOST_LEVELS} 级")
        return
    order = []
    for turn, level in enumerate(levels, 1):
        if not isinstance(level, dict) or set(level) - LEVEL_KEYS or not isinstance(level.get("listed", False), bool):
            yield Reason(f"超期报给谁：第 {turn} 级写明时间、报给谁、是否挂牌")
            return
        after, to = level.get("after"), level.get("to")
        found = DURATION.fullmatch(after) if isinstance(after, str) else None
        if after != "half" and (found is None or found[2] == "w"):
            yield Reason(f"超期报给谁：第 {turn} 级升级时间写成 half（过半）、24h 或 3d")
            return
        if not _are_words(to) or not to or set(to) - set(POST_LABELS):
            yield Reason(f"超期报给谁：第 {turn} 级可以报给{'、'.join(POST_LABELS.values())}")
        order.append(-1 if found is None else int(found[1]) * (24 if found[2] == "d" else 1))
    if order != sorted(order):
        yield Reason("超期报给谁：升级时间要从早到晚排列")


def _role_faults(flow: Workflow, roles: Any) -> Iterable[Reason]:
    """Who may make a move; that two of them are two people stays as declared, and so does whom a person may lift."""
    if not isinstance(roles, dict):
        yield Reason("办理人：每一步写明由谁办")
        return
    for verb, who in roles.items():
        move = flow.find(verb) if isinstance(verb, str) else None
        if move is None or not _are_words(who) or not who or set(who) - set(Relation.values):
            yield Reason(f"办理人：“{move.label if move else verb}”的办理人写法不对")
        elif move.seconds or any(one.seconds == verb for one in flow.moves) or flow.confidential:
            yield Reason(f"办理人：“{move.label}”由谁办理不能改")


def _detail_faults(detail: Any) -> Iterable[Reason]:
    if not isinstance(detail, bool):
        yield Reason(f"{FIELDS['detail']}：只有是或否")


def _number_faults(flow: Workflow, key: str, value: Any) -> Iterable[Reason]:
    least, most = BOUNDS[key]
    most = min(most, flow.extensions) if key == "extensions" else most
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        yield Reason(f"{FIELDS[key]}：写 {least} 到 {most} 之间的数")

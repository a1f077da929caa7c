"""What must be mended before a draft is issued, all of it at once. An empty list: fit to be issued."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from pithead.assess.actions.flaws import flaws_of
from pithead.assess.actions.linking import refuse_link_cycles
from pithead.assess.actions.parts import offices_of
from pithead.assess.burden import lint_content
from pithead.assess.contents import Content, all_clauses, all_items, complete, scored_items, sum_of
from pithead.assess.links import link_of
from pithead.assess.models import Aggregation, ClauseKind, Dimension, Standard, VetoEffect
from pithead.assess.models.standards import Automation
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import plain
from pithead.org.models import Specialty, Unit

LONGEST_PUBLICITY = 30
LAST = "9999-12"  # after every version that is issued
MONTHS_WEIGHED = (3, 6, 12)  # of a quarter, a half, a year
Problems = Iterator[Reason]


def problems_of(content: Content, mine: Unit, in_force_from: str = LAST) -> list[Reason]:
    """Everything that keeps a content from being issued in a mine, in the order people read a rubric."""
    whole = complete(content)
    return own_problems(whole, mine) or [*_link_problems(whole, mine), *circles(whole, mine, in_force_from)]


def own_problems(content: Content, mine: Unit) -> list[Reason]:
    """Those that can be seen without looking at other standards. `content` is a full form."""
    if flaws := flaws_of(content, offices_of(mine)):
        return flaws
    return [
        *_sum_problems(content),
        *_header_problems(content),
        *_item_problems(content),
        *_clause_problems(content),
        *_tier_problems(content),
        *_group_problems(content),
        *(Reason(str(finding), place) for place, finding in lint_content(content)),
    ]


def _sum_problems(content: Content) -> Problems:
    total, full = plain(sum_of(content)), plain(Decimal(str(content["full_marks"])))
    if total != full:
        yield Reason(f"各项标准分合计 {total}，应为 {full}，请核对后再发布")


def _header_problems(content: Content) -> Problems:
    known = {dimension["code"] for dimension in content["dimensions"]} | {
        item["code"] for _, item in scored_items(content)
    }
    if unknown := [code for code in content["tie_breakers"] if code not in known]:
        yield Reason(f"同分比较里的 {'、'.join(unknown)} 不是本标准的类别或项目，请改或删去")
    if not 1 <= content["publicity_days"] <= LONGEST_PUBLICITY:
        yield Reason(f"公示要 1 到 {LONGEST_PUBLICITY} 个工作日，这里是 {content['publicity_days']}")
    if content["bonus"] and not content["bonus_cap"]:
        yield Reason("有加分项，但加分上限是 0：请填上限，或删去加分项")
    yield from _weight_problems(content)


def _weight_problems(content: Content) -> Problems:
    weights = content["weights"]
    if content["aggregation"] != Aggregation.WEIGHTED:
        if weights:
            yield Reason("只有“各月加权平均”才写各月权数，请删去权数")
        return
    if len(weights) not in MONTHS_WEIGHED:
        yield Reason("加权平均要写各月权数：季度 3 个，半年 6 个，或全年 12 个，如 1 1 2")
    elif min(weights) < 0 or not any(weights):
        yield Reason("各月权数不能是负数，也不能都是 0")


def _item_problems(content: Content) -> Problems:
    for dimension in content["dimensions"]:
        if not dimension["items"]:
            yield Reason("这一类还没有项目，请加项目或删去这一类", dimension["name"])
    dimensions = {dimension["code"] for dimension in content["dimensions"]}
    for _, item in all_items(content):
        if not item["clauses"]:
            yield Reason("没有细则：请写怎么扣、由哪个科室考核", item["code"])
    for veto in content["vetoes"]:
        if veto["effect"] == VetoEffect.ZERO_DIMENSION and veto["dimension"] not in dimensions:
            yield Reason("否决后“该类记零分”，要写明是哪一类", veto["code"])


def _clause_problems(content: Content) -> Problems:
    for _, item in scored_items(content):
        for clause in item["clauses"]:
            if not clause["points"] and not all(feed.get("points") for feed in clause["feeds"]):
                yield Reason("取自闭环的细则要写每次几分", clause["code"])
            if clause["gauge"] and not clause["points"] and not clause["gauge"].get("bands"):
                yield Reason("取自指标的细则要写每次几分，或者写分档", clause["code"])
            if clause["gauge"] and clause["automation"] == Automation.MANUAL:
                yield Reason("取自指标的细则，数据要选“自动”或“系统提议”", clause["code"])
    for _, clause in all_clauses(content):
        points, cap = clause["points"], clause["cap"]
        if clause["kind"] == ClauseKind.STEP and not points:
            yield Reason("按次扣分的细则要写每次几分", clause["code"])
        if points and cap and cap < points:
            yield Reason(f"最多 {cap} 分，比每次的 {points} 分还少", clause["code"])


def _tier_problems(content: Content) -> Problems:
    floors = [tier["floor"] for tier in content["tiers"]]
    if not floors:
        yield Reason("没有档次，请至少写一档")
    elif floors[-1] != 0:
        yield Reason(f"最后一档要从 0 分起，这里是 {floors[-1]} 分", content["tiers"][-1]["name"])
    if any(above <= below for above, below in pairwise(floors)):
        yield Reason("档次的分数线要从高到低，不能相同")


def _group_problems(content: Content) -> Problems:
    groups = content["peer_groups"]
    if [bool(group["specialties"]) for group in groups].count(False) != 1:
        yield Reason("要有一个、也只能有一个不限专业的分组，没有写到的专业都归它")
    counted = Counter(specialty for group in groups for specialty in group["specialties"])
    if twice := [Specialty(specialty).label for specialty, times in counted.items() if times > 1]:
        yield Reason(f"专业“{'、'.join(twice)}”分在两个组里，请只留一个")


# ── linked standards ──
def circles(content: Content, mine: Unit, in_force_from: str) -> list[Reason]:
    """Scores that would be taken from each other, with the path."""
    try:
        refuse_link_cycles(mine, content, in_force_from)
    except Refused as refused:
        return list(refused.reasons)
    return []


def _link_problems(content: Content, mine: Unit) -> Problems:
    links = [(clause, link_of(clause["link"])) for _, clause in all_clauses(content) if clause["kind"] == "link"]
    known = _dimensions_of(mine, {link.standard for _, link in links if link})
    known[content["code"]] = {dimension["code"] for dimension in content["dimensions"]}
    for clause, link in links:
        if link is None:
            yield Reason("按关联得分折算的细则，要写明取哪个标准的得分", clause["code"])
        elif link.standard not in known:
            yield Reason(f"要取标准“{link.standard}”的得分，本矿还没有这个标准", clause["code"])
        elif unknown := [code for code in link.dimensions if code not in known[link.standard]]:
            yield Reason(f"标准“{link.standard}”没有类别 {'、'.join(unknown)}，请改关联", clause["code"])


def _dimensions_of(mine: Unit, codes: Iterable[str]) -> dict[str, set[str]]:
    """Standard → the dimensions of its latest version, an issued one where there is one."""
    rows = Standard.objects.filter(mine=mine, code__in=codes).order_by("state", "in_force_from", "version")
    latest = dict(rows.values_list("code", "pk"))  # draft < issued
    found: dict[str, set[str]] = {code: set() for code in latest}
    for code, dimension in Dimension.objects.filter(standard__in=latest.values()).values_list("standard__code", "code"):
        found[code].add(dimension)
    return found

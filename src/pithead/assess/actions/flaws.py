"""What keeps a content from being written down as a standard at all: what is missing, twice there, too long or no word of ours.

A draft may have every other fault while it is worked on; what must be mended before issue is in `fitness`.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

from pithead.assess import gauges
from pithead.assess.contents import OTHER_BONUS, Content, all_clauses, all_items, scored_items
from pithead.assess.feeds import faults_of
from pithead.assess.models import Aggregation, ClauseKind, Counting, VetoEffect
from pithead.assess.models.standards import Automation
from pithead.kernel.refusal import Reason
from pithead.org.models import Specialty, UnitKind

CODE = re.compile(r"[a-z0-9][a-z0-9-]*")  # part of an address
MOST = Decimal(1000)  # points of anything
WORDS_OF_CLAUSES = {"kind": ClauseKind, "counting": Counting, "automation": Automation}
Flaws = Iterator[Reason]


def flaws_of(content: Content, offices: Collection[str]) -> list[Reason]:
    """All of them, of a full form. `offices`: the codes of the mine's offices."""
    return [
        *_header_flaws(content),
        *_unknown_offices(content, offices),
        *_code_flaws(content),
        *_text_flaws(content),
        *_figure_flaws(content),
        *_word_flaws(content),
    ]


def _header_flaws(content: Content) -> Flaws:
    if not content["code"]:
        yield Reason("标准没有代码，请写一个由小写字母、数字和短横组成的代码，如 six-good")
    elif len(content["code"]) > 32 or not CODE.fullmatch(content["code"]):
        yield Reason(f"代码“{content['code']}”只能用小写字母、数字和短横，最多 32 个字")
    if not content["title"].strip():
        yield Reason("标准没有名称，请填写")
    if content["subject"] not in UnitKind.values:
        yield Reason("没有写明考核哪一类单位")
    if content["aggregation"] not in Aggregation.values:
        yield Reason(f"“{content['aggregation']}”不是季度、年度的算法")
    days = content["publicity_days"]
    if not isinstance(days, int) or not 0 <= days <= 999:
        yield Reason(f"公示天数“{days}”不是天数")


def _unknown_offices(content: Content, offices: Collection[str]) -> Flaws:
    named = {content["owner"]} | {clause["office"] for _, clause in all_clauses(content)}
    if missing := sorted(named - set(offices) - {""}):
        title, codes = content["title"], "、".join(missing)
        message = f"标准“{title}”要用到科室 {codes}，本矿没有这些代码的科室，请先建立科室"
        yield Reason(message, content["code"])
    if not content["owner"]:
        yield Reason("没有写明主管科室")
    for _, clause in all_clauses(content):
        if not clause["office"]:
            yield Reason("没有写明由哪个科室考核", clause["code"])


def _code_flaws(content: Content) -> Flaws:
    items = [item for _, item in all_items(content)]
    for what, parts in (
        ("类别", content["dimensions"]),
        ("项目", items),
        ("档次", content["tiers"]),
        ("分组", content["peer_groups"]),
        *((f"{item['code']} 的细则", item["clauses"]) for item in items),
    ):
        codes = [part["code"] for part in parts]
        yield from (Reason(f"{what}编号 {code} 用了两次，请改其中一个") for code in _repeated(codes))
        if "" in codes:
            yield Reason(f"有一个{what}没有编号")
    if any(item["code"] == OTHER_BONUS for item in items):
        yield Reason(f"编号 {OTHER_BONUS} 留给“其他加分”，请换一个编号", OTHER_BONUS)


def _repeated(codes: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return list(dict.fromkeys(code for code in codes if code and (code in seen or seen.add(code))))  # type: ignore[func-returns-value]


def _text_flaws(content: Content) -> Flaws:
    for where, what, text, longest in _texts(content):
        if not text.strip():
            yield Reason(f"{what}是空的，请填写", where)
        if len(text) > longest:
            yield Reason(f"{what}“{text[:12]}…”有 {len(text)} 字，最多 {longest} 字", where)


def _texts(content: Content) -> Iterator[tuple[str, str, str, int]]:
    """(where, what it is, the text, how many characters it may have)"""
    if content["title"]:
        yield "", "标准名称", content["title"], 64
    for part, what, longest_code, longest in (
        ("dimensions", "类别", 8, 24),
        ("tiers", "档次", 16, 16),
        ("peer_groups", "分组", 24, 24),
    ):
        for one in content[part]:
            yield one["code"], f"{what}名称", one["name"], longest
            yield one["code"], f"{what}编号", one["code"] or "-", longest_code
    for _, item in all_items(content):
        yield item["code"], "项目名称", item["name"], 64
        yield item["code"], "项目编号", item["code"] or "-", 8
    for _, clause in all_clauses(content):
        yield clause["code"], "细则", clause["text"], 200
        yield clause["code"], "细则编号", clause["code"] or "-", 12


def _figure_flaws(content: Content) -> Flaws:
    for where, what, value in _figures(content):
        exact = Decimal(str(value))
        if exact < 0 or exact >= MOST:
            yield Reason(f"{what} {value} 不行，要不小于 0、小于 {MOST}", where)
        elif exact != round(exact, 2):
            yield Reason(f"{what} {value} 最多两位小数", where)
    for _, item in scored_items(content):
        if not item["full"]:
            yield Reason("没有标准分，请填写", item["code"])
    for tier in content["tiers"]:
        if tier["floor"] is None:
            yield Reason("没有写几分起，请填写", tier["name"])


def _figures(content: Content) -> Iterator[tuple[str, str, Any]]:
    yield "", "满分", content["full_marks"] or 0
    yield "", "加分上限", content["bonus_cap"]
    yield from ((tier["name"], "档次的分数线", tier["floor"] or 0) for tier in content["tiers"])
    yield from ((item["code"], "标准分", item["full"] or 0) for _, item in scored_items(content))
    for _, clause in all_clauses(content):
        yield clause["code"], "分值", clause["points"] or 0
        yield clause["code"], "最多扣的分", clause["cap"] or 0


def _word_flaws(content: Content) -> Flaws:
    for _, clause in all_clauses(content):
        for key, words in WORDS_OF_CLAUSES.items():
            if clause[key] not in words.values:
                yield Reason(f"“{clause[key]}”这种计分方式没有", clause["code"])
    for veto in content["vetoes"]:
        if veto["effect"] not in VetoEffect.values:
            yield Reason("没有写明否决以后怎样处理", veto["code"])
    for kind, item in all_items(content):
        for clause in item["clauses"]:
            yield from (Reason(fault, clause["code"]) for fault in faults_of(clause["feeds"]))
            yield from (Reason(fault, clause["code"]) for fault in gauges.faults_of(clause["gauge"]))
            if kind == "bonus" and clause["feeds"]:
                yield Reason("加分项不能取自闭环，由科室认定", clause["code"])
            if kind != "scored" and clause["gauge"]:
                yield Reason("只有评分项能取自指标；加分和否决由人认定", clause["code"])
            if clause["gauge"] and clause["feeds"]:
                yield Reason("一条细则只能取一处：取自闭环，或者取自指标", clause["code"])
    named = [(item["code"], item["not_for"]) for _, item in scored_items(content)]
    named += [(group["name"], group["specialties"]) for group in content["peer_groups"]]
    for where, specialties in named:
        if unknown := sorted(set(specialties) - set(Specialty.values)):
            yield Reason(f"没有专业“{'、'.join(unknown)}”", where)

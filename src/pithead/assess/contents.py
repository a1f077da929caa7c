"""What a standard says, as one dict: packs hold it, rubrics are read into it, drafts are edited by rewriting it.

`complete` gives the full form: every key is there, every item has its clauses as a list, and figures are as YAML writes
them (1, 0.5). Two contents say the same when their full forms are equal.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

Content = dict[str, Any]
Part = Mapping[str, Any]

OTHER_BONUS = "JF"  # a bonus without a code of its own: 其他加分. Written with the rows, never part of a content
OTHER_BONUS_WORDS = {"code": OTHER_BONUS, "name": "其他加分", "text": "经考核领导小组认定的其他加分"}


def figure(value: Any) -> int | float | None:
    """As YAML writes it; nothing stays nothing."""
    if value is None or value == "":
        return None
    exact = Decimal(str(value))
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def complete(content: Part) -> Content:
    return {
        "code": content.get("code", ""),
        "title": content.get("title", ""),
        "subject": content.get("subject", ""),
        "owner": content.get("owner", ""),
        "policy": content.get("policy") or None,
        "clause": content.get("clause") or None,
        "full_marks": figure(content.get("full_marks", 100)),
        "bonus_cap": figure(content.get("bonus_cap") or 0),
        "tie_breakers": list(content.get("tie_breakers") or ()),
        "publicity_days": content.get("publicity_days", 2),
        "aggregation": content.get("aggregation") or "mean",
        "weights": [figure(weight) for weight in content.get("weights") or ()],
        "tiers": [{**_named(tier), "floor": figure(tier.get("floor"))} for tier in content.get("tiers") or ()],
        "peer_groups": [
            {**_named(group), "specialties": list(group.get("specialties") or ())}
            for group in content.get("peer_groups") or ()
        ],
        "dimensions": [
            {**_named(dimension), "items": [_scored(item) for item in dimension.get("items") or ()]}
            for dimension in content.get("dimensions") or ()
        ],
        "bonus": [{**_named(item), "clauses": _clauses(item)} for item in content.get("bonus") or ()],
        "vetoes": [_veto(item) for item in content.get("vetoes") or ()],
    }


def _named(part: Part) -> Content:
    return {"code": part.get("code", ""), "name": part.get("name", "")}


def _scored(item: Part) -> Content:
    marks = {"full": figure(item.get("full")), "not_for": list(item.get("not_for") or ())}
    return {**_named(item), **marks, "clauses": _clauses(item)}


def _veto(item: Part) -> Content:
    aim = {"effect": item.get("effect") or "", "dimension": item.get("dimension") or None}
    return {**_named(item), **aim, "clauses": _clauses(item)}


def _clauses(item: Part) -> list[Content]:
    """A bonus or veto of one sentence may carry it itself, as most packs write it."""
    if "clauses" in item or "text" not in item:
        return [_clause(clause) for clause in item.get("clauses") or ()]
    return [_clause({**item, "code": f"{item.get('code', '')}.1"})]


def _clause(clause: Part) -> Content:
    link = clause.get("link") or {}
    return {
        "code": clause.get("code", ""),
        "text": clause.get("text", ""),
        "kind": clause.get("kind") or "manual",
        "points": figure(clause.get("points")),
        "cap": figure(clause.get("cap")),
        "counting": clause.get("counting") or "started",
        "office": clause.get("office") or "",
        "automation": clause.get("automation") or "M",
        "link": {"standard": link["standard"], "dimensions": list(link.get("dimensions") or ())} if link else {},
        "feeds": [_feed(feed) for feed in clause.get("feeds") or ()],
        "gauge": _gauge(clause.get("gauge") or {}),
    }


def _feed(feed: Part) -> Content:
    """Only what is said, in one order."""
    said = {name: feed.get(name) for name in ("kind", "grades", "when", "own")} | {"points": figure(feed.get("points"))}
    return {name: value for name, value in said.items() if value}


def _gauge(gauge: Part) -> Content:
    """Only what is said, in one order; figures as YAML writes them."""
    plain = {name: figure(gauge.get(name)) for name in ("above", "below", "per", "rest")}
    bands = [[figure(floor), figure(points)] for floor, points in gauge.get("bands") or ()]
    said = {"measure": gauge.get("measure"), **plain, "bands": bands}
    return {name: value for name, value in said.items() if value not in (None, "", [])}


# ── walking a full form ──
def scored_items(content: Content) -> Iterator[tuple[Content, Content]]:
    """(dimension, item), in order."""
    for dimension in content["dimensions"]:
        for item in dimension["items"]:
            yield dimension, item


def all_items(content: Content) -> Iterator[tuple[str, Content]]:
    """(scored | bonus | veto, item), in order."""
    yield from (("scored", item) for _, item in scored_items(content))
    yield from (("bonus", item) for item in content["bonus"])
    yield from (("veto", item) for item in content["vetoes"])


def all_clauses(content: Content) -> Iterator[tuple[Content, Content]]:
    """(item, clause), in order."""
    for _, item in all_items(content):
        for clause in item["clauses"]:
            yield item, clause


def sum_of(content: Content) -> Decimal:
    """What the scored items add up to."""
    return sum((Decimal(str(item["full"] or 0)) for _, item in scored_items(content)), Decimal(0))

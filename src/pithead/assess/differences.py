"""What one version of a standard says differently from another, in words: for those who decide, and for the log."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pithead.assess import gauges
from pithead.assess.contents import Content, all_items, complete, scored_items
from pithead.assess.feeds import in_words
from pithead.assess.models import Aggregation, ClauseKind, Counting, VetoEffect
from pithead.assess.models.standards import Automation
from pithead.kernel.rounding import plain
from pithead.org.models import Specialty, UnitKind

KINDS = {"scored": "项目", "bonus": "加分项", "veto": "否决项"}


@dataclass(frozen=True)
class Difference:
    """`where`: A1 班子团结. `what`: 标准分. What was added has no `before`, what was removed no `after`."""

    where: str
    what: str
    before: str = ""
    after: str = ""

    @property
    def kind(self) -> str:
        return "added" if not self.before else "removed" if not self.after else "changed"

    def __str__(self) -> str:
        said = {
            "added": f"新增{self.what} {self.after}",
            "removed": f"删去{self.what} {self.before}",
            "changed": f"{self.what} {self.before} → {self.after}",
        }
        return f"{self.where} {said[self.kind]}".strip()


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Difference, ...]:
    """In the order of the new version: header, tiers and groups, then items with their clauses; empty: they say the same."""
    before, after = complete(old), complete(new)
    return (
        *_fields("", before, after, HEADER),
        *_named("档次", before["tiers"], after["tiers"], {"floor": ("分数线", _points)}),
        *_named("分组", before["peer_groups"], after["peer_groups"], {"specialties": ("专业", _specialties)}),
        *_named("类别", before["dimensions"], after["dimensions"], {}),
        *_items(before, after),
    )


# ── how values are said ──
def _points(value: Any) -> str:
    return "不填" if value is None else f"{plain(Decimal(str(value)))} 分"


def _text(value: Any) -> str:
    return f"“{value}”" if value else "不填"


def _listed(value: Any) -> str:
    return " ".join(str(one) for one in value) or "不填"


def _specialties(value: Any) -> str:
    return "、".join(Specialty(one).label for one in value) or "不限"


def _link(value: Any) -> str:
    if not value:
        return "不填"
    return f"标准 {value['standard']} 的{'类别 ' + '、'.join(value['dimensions']) if value['dimensions'] else '总分'}"


def _word(choices: Any) -> Any:
    return lambda value: choices(value).label if value else "不填"


def _plainly(value: Any) -> str:
    return str(value) if value not in (None, "") else "不填"


Fields = Mapping[str, tuple[str, Any]]  # key → (what it is called, how its value is said)
HEADER: Fields = {
    "title": ("名称", _text),
    "subject": ("考核对象", _word(UnitKind)),
    "owner": ("主管科室", _plainly),
    "policy": ("依据的制度", _plainly),
    "clause": ("依据的条款", _plainly),
    "full_marks": ("满分", _points),
    "bonus_cap": ("加分上限", _points),
    "tie_breakers": ("同分比较", _listed),
    "publicity_days": ("公示工作日", _plainly),
    "aggregation": ("季度年度算法", _word(Aggregation)),
    "weights": ("各月权数", _listed),
}
ITEM: Fields = {
    "name": ("名称", _text),
    "full": ("标准分", _points),
    "of": ("所在类别", _plainly),
    "not_for": ("不考核的专业", lambda value: _specialties(value) if value else "没有"),
    "effect": ("否决后果", _word(VetoEffect)),
    "dimension": ("记零分的类别", _plainly),
}
CLAUSE: Fields = {
    "text": ("细则", _text),
    "kind": ("扣分方式", _word(ClauseKind)),
    "points": ("每次", _points),
    "cap": ("最多", _points),
    "counting": ("计数", _word(Counting)),
    "office": ("考核科室", _plainly),
    "automation": ("数据来源", _word(Automation)),
    "link": ("关联", _link),
    "feeds": ("取自闭环", lambda value: in_words(value) or "不取"),
    "gauge": ("取自指标", lambda value: gauges.in_words(value) or "不取"),
}


def _fields(where: str, before: Content, after: Content, fields: Fields) -> Iterator[Difference]:
    for key, (what, say) in fields.items():
        if before.get(key) != after.get(key):
            yield Difference(where, what, say(before.get(key)), say(after.get(key)))


def _named(what: str, before: Iterable[Content], after: Iterable[Content], more: Fields) -> Iterator[Difference]:
    """Tiers, groups and dimensions, matched by code."""
    old, new = _by_code(before), _by_code(after)
    for code, one in new.items():
        if code not in old:
            yield Difference("", what, after=_called(one))
        else:
            yield from _fields(f"{what}{one['name']}", old[code], one, {"name": ("名称", _text), **more})
    yield from (Difference("", what, before=_called(one)) for code, one in old.items() if code not in new)
    kept = [code for code in new if code in old]
    if kept != [code for code in old if code in new]:
        yield Difference("", f"{what}次序", _listed(old), _listed(new))


def _items(before: Content, after: Content) -> Iterator[Difference]:
    old, new = _items_of(before), _items_of(after)
    for (kind, code), item in new.items():
        if (kind, code) not in old:
            marks = f"（{_points(item['full'])}）" if kind == "scored" else ""
            yield Difference("", KINDS[kind], after=f"{_called(item)}{marks}")
        else:
            yield from _fields(_called(item), old[kind, code], item, ITEM)
        yield from _clauses(item, old.get((kind, code), {"clauses": []})["clauses"])
    for key, item in old.items():
        if key not in new:
            marks = f"（{_points(item['full'])}）" if key[0] == "scored" else ""
            yield Difference("", KINDS[key[0]], before=f"{_called(item)}{marks}")
    if _order(old, new) != _order(new, old):
        yield Difference("", "项目次序", _listed(_order(old, new)), _listed(_order(new, old)))


def _items_of(content: Content) -> dict[tuple[str, str], Content]:
    """(kind, code) → item; scored ones know the dimension they are of."""
    own = {item["code"]: dimension["code"] for dimension, item in scored_items(content)}
    return {
        (kind, item["code"]): {**item, "of": own.get(item["code"]) if kind == "scored" else None}
        for kind, item in all_items(content)
    }


def _order(these: Iterable[tuple[str, str]], those: Iterable[tuple[str, str]]) -> list[str]:
    """The codes of these which are among those."""
    known = set(those)
    return [code for kind, code in these if (kind, code) in known]


def _clauses(item: Content, before: Iterable[Content]) -> Iterator[Difference]:
    old, new = _by_code(before), _by_code(item["clauses"])
    for code, clause in new.items():
        if code not in old:
            yield Difference(_called(item), "细则", after=f"{code} {clause['text']}")
        else:
            yield from _fields(code, old[code], clause, CLAUSE)
    for code, clause in old.items():
        if code not in new:
            yield Difference(_called(item), "细则", before=f"{code} {clause['text']}")


def _by_code(parts: Iterable[Content]) -> dict[str, Content]:
    return {part["code"]: part for part in parts}


def _called(part: Content) -> str:
    return f"{part['code']} {part['name']}"

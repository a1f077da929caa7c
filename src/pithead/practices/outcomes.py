"""By which figures a work method may be judged: what came of it per exposure. Never what was found, never what was written down."""

from collections.abc import Iterable

from pithead.measures.registry import Better, Kind, Measure, measures
from pithead.practices.content import MethodSpec


def fault_of(code: str) -> str:
    """Why nothing can be judged by it, and what could; empty when it can."""
    offered = "、".join(f"{one.code}（{one.label}）" for one in measures if _fits(one))
    if code not in measures:
        return f"没有“{code}”这个指标，可以写：{offered}"
    found = measures[code]
    if _fits(found):
        return ""
    if not found.outcome:
        return f"“{found.label}”不是结果：查出多少、填了多少不能用来看工作法有没有用，可以写：{offered}"
    return f"“{found.label}”没有除数（每百次、每千工、占多少），单位大小不同没法比，可以写：{offered}"


def judging(codes: Iterable[str]) -> list[Measure]:
    """Those there are figures for; a pack may be older than the product, or a half of a ratio not be there yet."""
    found = [measures[code] for code in codes if code in measures]
    return [one for one in found if _fits(one) and all(part in measures for part in one.parts or ())]


def in_words(spec: MethodSpec) -> str:
    labels = [measures[code].label if code in measures else code for code in spec.outcomes]
    return f"{'、'.join(labels)}（前后各 {spec.judged_months} 个月）" if labels else "不看"


def _fits(measure: Measure) -> bool:
    return measure.outcome and measure.kind is Kind.RATIO and measure.better is not Better.NEITHER

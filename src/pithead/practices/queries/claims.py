"""What may be said of a work method's effect. No page and no document says that a method helped but with these sentences."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from pithead.org.access import Actor
from pithead.org.models import Unit, UnitKind
from pithead.practices.effect import LEAST_MONTHS, SKIPPED, Effect, Lack, Scale, Verdict
from pithead.practices.models import WorkMethod
from pithead.practices.queries.effects import Judged, MethodEffect, method_effects, month_numbered

LABELS = {Verdict.WORKS: "有效，把握较大", Verdict.UNCLEAR: "目前看不出差别", Verdict.FEW: "样本不够"}
WORSE = {True: "没有变好，反而高了", False: "没有变好，反而低了"}
TONES = {Verdict.WORKS: "good", Verdict.WORSE: "warn", Verdict.UNCLEAR: "", Verdict.FEW: ""}
NAMED = 3  # units by name, the rest as a number
WHY_NOT = {
    Lack.ALONE: "{} 个没有两个同类的未采用单位可比",
    Lack.BEFORE: f"{{}} 个在采用以前有数的不满 {LEAST_MONTHS} 个月",
    Lack.AFTER: f"{{}} 个采用以后有数的还不满 {LEAST_MONTHS} 个月",
}


@dataclass(frozen=True)
class EffectLine:
    """One method in a list. `change` as people say it: 少了约 15%; empty where nothing can be claimed."""

    method: WorkMethod
    adopters: int
    verdict: Verdict
    label: str
    tone: str
    change: str
    sentence: str
    footnote: str
    url: str


def effects(actor: Actor, today: dt.date) -> list[EffectLine]:
    """For the cockpit: those of the mine one belongs to."""
    if actor.mine.kind != UnitKind.MINE:
        return []
    methods = WorkMethod.objects.filter(mine=actor.mine).order_by("title", "pk")
    return effect_lines(actor.mine, today, [method for method in methods if method.outcomes])


def effect_lines(mine: Unit, today: dt.date, methods: Iterable[WorkMethod] | None = None) -> list[EffectLine]:
    """Methods that are in use and can be judged by something, by name. As many queries as `method_effects`."""
    found = method_effects(mine, today, methods, first_only=True)
    return [line_of(one) for one in found if one.outcomes and one.adopters]


def line_of(found: MethodEffect) -> EffectLine:
    """By the outcome that decides."""
    judged = found.outcomes[0]
    effect, (sentence, footnote) = judged.effect, claim(judged)
    change = moved(judged, effect.change) if effect.verdict in (Verdict.WORKS, Verdict.WORSE) else ""
    url = reverse("practices:effect", args=[found.method.code])
    told = (effect.verdict, label_of(judged), TONES[effect.verdict], change, sentence, footnote, url)
    return EffectLine(found.method, found.adopters, *told)


def label_of(judged: Judged) -> str:
    return LABELS.get(judged.effect.verdict) or WORSE[judged.terms.lower_is_better]


def claim(judged: Judged) -> tuple[str, str]:
    """What may be printed, and the footnote without which it may not; of too few figures there is nothing to note."""
    effect, method, label = judged.effect, judged.method.title, judged.measure.label
    if effect.verdict is Verdict.FEW:
        return f"“{method}”有没有用，样本不够，还不能下结论：{'；'.join(missing(judged))}。", ""
    who = f"采用“{method}”的 {len(effect.trials)} 个单位，{label}"
    beside = "同期没有采用的同类单位"
    if effect.verdict is Verdict.WORKS:
        said = f"{who}比{beside}{moved(judged, effect.change)}，把握较大。"
    elif effect.verdict is Verdict.WORSE:
        said = f"{who}没有变好，比{beside}反而{moved(judged, effect.change)}。"
    else:
        said = f"{who}目前看不出差别：比{beside}{between(judged)}都有可能。"
    return said, _footnote(judged)


def moved(judged: Judged, change: float | None) -> str:
    """少了约 15%; of shares 高了约 3.2 个百分点."""
    change = change or 0.0
    if judged.terms.scale is Scale.SHARE:
        return f"{'低' if change < 0 else '高'}了约 {abs(change) * 100:.1f} 个百分点"
    return f"{'少' if change < 0 else '多'}了约 {abs(change) * 100:.0f}%"


def between(judged: Judged) -> str:
    low, high = moved(judged, judged.effect.low), moved(judged, judged.effect.high)
    return f"{low}到{high}".replace("约 ", " ").replace("%到", "% 到")


def missing(judged: Judged) -> list[str]:
    """What there is too little of, in words."""
    effect = judged.effect
    unit = "个" if judged.terms.scale is Scale.SHARE else judged.measure.unit
    said = {
        Lack.ADOPTERS: "能比的采用单位只有 {} 个，至少要 {} 个",
        Lack.COMPARABLE: "可比的未采用单位只有 {} 个，至少要 {} 个",
        Lack.COUNTED: f"采用单位前后一共只有 {{}} {unit}，至少要 {{}} {unit}",
        Lack.OTHERS_COUNTED: f"可比的未采用单位前后一共只有 {{}} {unit}，至少要 {{}} {unit}",
    }
    shown = effect.short if effect.trials else effect.short[:1]
    return [*(said[one.lack].format(one.have, one.need) for one in shown), *_left_out(effect)]


def _left_out(effect: Effect) -> Iterator[str]:
    for lack, number in Counter(lack for _, lack in effect.left_out).items():
        yield WHY_NOT[lack].format(number)


def _footnote(judged: Judged) -> str:
    effect, span = judged.effect, judged.terms.span
    first = month_numbered(min(one.month for one in effect.trials) - SKIPPED - span)
    last = month_numbered(max(one.month for one in effect.trials) + span)
    names = [judged.units[one.key].name for one in effect.trials]
    who = "、".join(names[:NAMED]) + (f"等 {len(names)} 个单位" if len(names) > NAMED else "")
    return (
        f"{judged.measure.label}：{judged.measure.definition}。{first.label}到{last.label}之间，{who}采用以前和以后各取最多 {span} 个月，"
        f"和同一些月份里没有采用的 {len(effect.others)} 个同类单位比。采用的当月不算；采用前 {SKIPPED} 个月算进去、不算进去各比一次，"
        f"两次都站得住才下结论。真实的差别，95% 的把握在{between(judged)}之间。"
    )

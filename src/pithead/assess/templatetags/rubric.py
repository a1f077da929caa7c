"""How a rubric is said."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pithead.assess.feeds import in_words
from pithead.assess.gauges import gauge_of, measure_of
from pithead.assess.models import ScoreClause
from pithead.assess.models.standards import Automation
from pithead.measures.registry import measures
from pithead.org.models import Specialty, Unit

register = template.Library()


@register.simple_tag
def specialties(codes: Iterable[str]) -> str:
    """采煤、掘进; none: everybody else."""
    return "、".join(str(Specialty(code).label) for code in codes) or "其余单位"


@register.simple_tag
def fed_by(feeds: Iterable[Mapping[str, Any]]) -> str:
    """三违 严重 自查减半；none: nothing."""
    return in_words(feeds)


WAITS = "等接入：现由科室人工评定或导入"


@register.simple_tag(takes_context=True)
def comes_from(context: Context, clause: ScoreClause) -> SafeString:
    """Where the figure of a clause comes from; nothing where people judge."""
    if clause.feeds:
        return format_html(" <small>取自闭环：{}{}</small>", in_words(clause.feeds), _how(clause))
    if gauge := gauge_of(clause.gauge):
        label = _named(context, clause).get(gauge.measure) or measure_of(gauge).label
        told = format_html('<a class="link" href="{}">{}</a>', page, label) if (page := _all_measures()) else label
        return format_html(" <small>取自指标：{}{}</small>", told, _how(clause))
    if clause.automation != Automation.MANUAL and not clause.link:
        return format_html(" <small>{}</small>", WAITS)
    return SafeString("")


def _how(clause: ScoreClause) -> str:
    return "，系统直接记" if clause.automation == Automation.AUTOMATIC else "，系统提议、科室确认"


def _named(context: Context, clause: ScoreClause) -> Mapping[str, str]:
    """Every measure of the mine by its name there, asked once a page."""
    found: dict[str, str] | None = context.render_context.get("measures")
    if found is None:
        mine = Unit.objects.get(standards__items__clauses=clause)
        found = {one.code: one.label for one in measures.of(mine)}
        context.render_context["measures"] = found
    return found


def _all_measures() -> str:
    try:
        return reverse("measures:index")
    except NoReverseMatch:
        return ""

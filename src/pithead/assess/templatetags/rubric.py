"""How a rubric is said."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template

from pithead.assess.feeds import in_words
from pithead.org.models import Specialty

register = template.Library()


@register.simple_tag
def specialties(codes: Iterable[str]) -> str:
    """采煤、掘进; none: everybody else."""
    return "、".join(str(Specialty(code).label) for code in codes) or "其余单位"


@register.simple_tag
def fed_by(feeds: Iterable[Mapping[str, Any]]) -> str:
    """三违 严重 自查减半；none: nothing."""
    return in_words(feeds)

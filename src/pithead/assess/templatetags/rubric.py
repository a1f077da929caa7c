"""How a rubric is said."""

from collections.abc import Iterable

from django import template

from pithead.org.models import Specialty

register = template.Library()


@register.simple_tag
def specialties(codes: Iterable[str]) -> str:
    """采煤、掘进; none: everybody else."""
    return "、".join(str(Specialty(code).label) for code in codes) or "其余单位"

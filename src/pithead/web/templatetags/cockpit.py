"""The cockpit's own drawing: places over the months. SVG with sizes in attributes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from pithead.assess.queries import Course, Ranks

register = template.Library()
STRONG = 3  # places that are drawn strongly


@dataclass(frozen=True)
class Size:
    """`names`: room for them at the right. `row`: of one place; `shift`: from the middle of a line down to its letters' foot."""

    width: int
    edge: int
    names: int
    top: int
    row: float
    dot: int
    shift: int


DESK, WALL = Size(560, 14, 118, 30, 20, 3, 4), Size(680, 24, 230, 56, 40, 7, 10)
ON_WALL, LAST_ON_WALL = 8, 12  # units; places beyond are drawn at this one


@register.simple_tag
def bump_chart(ranks: Ranks, own: int = 0) -> SafeString:
    """A line for every unit from place to place, its name where it ended. `own`: whose line is the reader's."""
    return _drawn(ranks, ranks.courses, own, DESK)


@register.simple_tag
def bump_wall(ranks: Ranks) -> SafeString:
    """The first units, to be read from far away."""
    shown = [
        replace(course, places=tuple(place and min(place, LAST_ON_WALL) for place in course.places))
        for course in ranks.courses[:ON_WALL]
    ]
    return _drawn(ranks, shown, 0, WALL)


def _lowest(courses: Sequence[Course]) -> int:
    return max((place for course in courses for place in course.places if place), default=1)


def _drawn(ranks: Ranks, courses: Sequence[Course], own: int, size: Size) -> SafeString:
    step = (size.width - size.edge - size.names) / max(len(ranks.months) - 1, 1)
    height = size.top + size.row * _lowest(courses)
    xs = [size.edge + turn * step for turn in range(len(ranks.months))]
    every = 1 if step > size.top * 1.4 else 2  # names of months do not touch
    heads = "".join(
        f'<text class="head" x="{x:.0f}" y="{size.top / 2:.0f}" text-anchor="middle">{month.number}月</text>'
        for x, month in reversed(list(zip(xs, ranks.months, strict=True))[::-every])
    )
    lines = "".join(_line(course, xs, size, course.unit_id == own) for course in reversed(courses))
    words = escape("；".join(_said(course, ranks) for course in courses))
    return mark_safe(
        f'<svg class="bump" width="{size.width}" height="{height:.0f}" viewBox="0 0 {size.width} {height:.0f}" '
        f'role="img" aria-label="名次升降：{words}"><title>名次升降：{words}</title>{heads}{lines}</svg>'
    )


def _line(course: Course, xs: Sequence[float], size: Size, own: bool) -> str:
    """Months without a place leave a gap."""
    last = course.places[-1] or 0
    kind = "own" if own else "top" if last <= STRONG else "rest"
    runs: list[list[tuple[float, float]]] = [[]]
    for x, place in zip(xs, course.places, strict=True):
        if place:
            runs[-1].append((x, size.top + size.row * (place - 0.5)))
        elif runs[-1]:
            runs.append([])
    drawn = "".join(
        f'<polyline points="{" ".join(f"{x:.0f},{y:.1f}" for x, y in run)}"/>' for run in runs if len(run) > 1
    )
    dots = "".join(f'<circle cx="{x:.0f}" cy="{y:.1f}" r="{size.dot}"/>' for run in runs for x, y in run)
    foot = size.top + size.row * (last - 0.5) + size.shift
    name = f'<text x="{xs[-1] + size.dot * 3:.0f}" y="{foot:.1f}">{last} {escape(course.name)}</text>'
    return f'<g class="{kind}">{drawn}{dots}{name}</g>'


def _said(course: Course, ranks: Ranks) -> str:
    places = [f"{month.number}月第{place}" for month, place in zip(ranks.months, course.places, strict=True) if place]
    return f"{course.name} {'、'.join(places)}"

"""What templates draw: bars, glyphs and marks as SVG with sizes in attributes, so that a strict CSP has nothing to block."""

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Protocol

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from pithead.kernel.rounding import plain
from pithead.ui.icons import ICONS

register = template.Library()

Number = Decimal | int | float
RING_LENGTH = 119.4  # of a circle with a radius of 19
LOST_BELOW = Decimal("0.5")  # a bar under half of its full marks is drawn as lost
TOP_RANKS = 3


class Share(Protocol):
    """One bar of the glyph (assess' DimensionShare is one)."""

    @property
    def name(self) -> str: ...
    @property
    def got(self) -> Decimal: ...
    @property
    def full(self) -> Decimal: ...


@register.simple_tag
def six_bars(shares: Iterable[Share]) -> SafeString:
    """One bar per 一好, in order; the title says the points. Nothing to be got leaves a dashed outline.

    A page draws one per row: a single string is put together, only the words need escaping."""
    bars = list(shares)
    words = escape(
        " · ".join(f"{bar.name} {plain(bar.got)}/{plain(bar.full)}" if bar.full else f"{bar.name} 缺项" for bar in bars)
    )
    drawn = "".join(_bar_shape(bar, index * (BAR_WIDTH + BAR_GAP)) for index, bar in enumerate(bars))
    width = max(len(bars) * (BAR_WIDTH + BAR_GAP) - BAR_GAP, 1)
    return mark_safe(
        f'<svg class="six" width="{width}" height="{BAR_HEIGHT}" role="img" aria-label="{words}">'
        f"<title>{words}</title>{drawn}</svg>"
    )


BAR_HEIGHT, BAR_WIDTH, BAR_GAP = 26, 10, 3


def _bar_shape(bar: Share, x: int) -> str:
    ratio = bar.got / bar.full if bar.full else Decimal(1)
    tall = max(float(min(ratio, Decimal(1))) * BAR_HEIGHT, 2.0)
    kind = ' class="none"' if not bar.full else ' class="lost"' if ratio < LOST_BELOW else ""
    return f'<rect{kind} x="{x}" y="{BAR_HEIGHT - tall:.1f}" width="{BAR_WIDTH}" height="{tall:.1f}" rx="2"/>'


@register.simple_tag
def bar(value: Number, most: Number = 100, tone: str = "") -> SafeString:
    """How much of how much. `tone`: "" (done), warn, low, neutral; "auto" turns warn under 80 % and low under 65 %."""
    percent = min(max(float(value) * 100 / float(most), 0.0), 100.0) if most else 0.0
    if tone == "auto":
        tone = "low" if percent < 65 else "warn" if percent < 80 else ""
    return format_html(
        '<svg class="bar {}" width="100%" height="8" role="img" aria-label="{}%">'
        '<rect class="track" width="100%" height="8" rx="4"/><rect class="fill" width="{}%" height="8" rx="4"/></svg>',
        tone,
        round(percent),
        f"{percent:.1f}",
    )


@register.simple_tag
def ring(done: int, expected: int, late: bool = False) -> SafeString:
    """3/4 in a circle that closes as it is done; what is late stands in red."""
    share, words = min(done / expected, 1.0) if expected else 1.0, f"{done}/{expected}"
    return format_html(
        '<svg class="ring{}" width="44" height="44" viewBox="0 0 44 44" role="img" aria-label="{}做了 {}，该做 {}">'
        '<circle class="track" cx="22" cy="22" r="19"/><circle class="fill" cx="22" cy="22" r="19" '
        'stroke-dasharray="{} 120" transform="rotate(-90 22 22)"/><text{} x="22" y="26" text-anchor="middle">{}</text></svg>',
        " late" if late else "",
        "已过期，" if late else "",
        done,
        expected,
        f"{share * RING_LENGTH:.1f}",
        mark_safe(' class="long"') if len(words) > 4 else "",
        words,
    )


@register.simple_tag
def sparkline(values: Iterable[Number | None], words: str = "") -> SafeString:
    """The course of a figure; gaps are skipped, fewer than two points draw nothing. `words` read it out: where they stand
    beside it anyway, none."""
    given = [(index, float(value)) for index, value in enumerate(values) if value is not None]
    if len(given) < 2:
        return mark_safe("")
    width, height, edge = 120, 28, 4
    low, high = min(value for _, value in given), max(value for _, value in given)
    if low == high:
        low, high = low - 1, high + 1  # a flat course runs through the middle
    last = given[-1][0]
    points = [
        (edge + (width - 2 * edge) * index / last, edge + (height - 2 * edge) * (high - value) / (high - low))
        for index, value in given
    ]
    return format_html(
        '<svg class="spark" width="120" height="28" viewBox="0 0 120 28" {}>{}<polyline points="{}" fill="none" stroke="currentColor" stroke-width="1.6"/><circle cx="{}" cy="{}" r="2.6"/></svg>',
        format_html('role="img" aria-label="{}"', words) if words else mark_safe('aria-hidden="true"'),
        format_html("<title>{}</title>", words) if words else "",
        " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        f"{points[-1][0]:.1f}",
        f"{points[-1][1]:.1f}",
    )


@register.simple_tag
def tier(code: str, name: str) -> SafeString:
    return mark_safe(f'<span class="tier tier-{escape(code)}">{escape(name)}</span>' if name else "")


@register.simple_tag
def rank(place: int | None) -> SafeString:
    """The first three in the flag's red; no place is a dash."""
    if place is None:
        return mark_safe('<span class="muted">—</span>')
    return mark_safe(f'<span class="rank{" top" if place <= TOP_RANKS else ""}">{place}</span>')


@register.simple_tag
def delta(moved: int | None) -> SafeString:
    """Places gained or lost: ↑2, ↓1, — for none, 新 when there was no place before."""
    if moved is None:
        return mark_safe('<span class="delta" title="上期没有名次">新</span>')
    if not moved:
        return mark_safe('<span class="delta" title="名次没有变">—</span>')
    way, arrow, word = ("up", "↑", "上升") if moved > 0 else ("down", "↓", "下降")
    return mark_safe(f'<span class="delta {way}" title="{word} {abs(moved)} 名">{arrow}{abs(moved)}</span>')


@register.simple_tag
def points(value: Decimal | None, sign: bool = False) -> str:
    """As people write points: 1.5, 2, −0.25; with `sign` a gain carries its plus. Nothing is a dash."""
    if value is None:
        return "—"
    text = plain(value).replace("-", "−")
    return f"+{text}" if sign and value > 0 else text


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing of the set in `ui.icons`; decoration only, the words stand beside it. A test finds names that are not in it."""
    return format_html(
        '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{}"/></svg>',
        ICONS.get(name, ICONS["info"]),
    )


@register.simple_tag
def script(name: str) -> SafeString:
    """A deferred script. One that was never fetched (no Node on this machine) is left out: every page works without."""
    address = _address_of(name)
    return format_html('<script src="{}" defer></script>', address) if address else mark_safe("")


@lru_cache(maxsize=32)
def _address_of(name: str) -> str:
    """Under the manifest the collected files count, otherwise what the finders see."""
    collected = getattr(staticfiles_storage, "hashed_files", None)
    there = name in collected if collected is not None and not settings.DEBUG else finders.find(name) is not None
    return staticfiles_storage.url(name) if there else ""

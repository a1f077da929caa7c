"""Rows that a page has dozens of, each in one piece: a row of template nodes costs five times as much (bench)."""

from collections.abc import Container, Iterable, Mapping
from html import escape
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from pithead.assess.models import EntryKind, Source
from pithead.assess.queries import EntryLine, Mark, ResultRow, SheetCell, SheetRow
from pithead.kernel.rounding import plain
from pithead.ui.templatetags.ui import delta, rank, six_bars, tier

register = template.Library()

SOURCES = {Source.MANUAL: "人工", Source.COMPUTED: "系统", Source.PROPOSED: "系统提议"}


@register.simple_tag
def ledger_lines(
    lines: Iterable[EntryLine],
    marks: Mapping[int, Mark] | None = None,
    matters: Container[UUID] | None = None,
    figures: Mapping[str, str] | None = None,
) -> SafeString:
    return mark_safe("".join(_ledger_line(line, marks, matters or (), figures or {}) for line in lines))


@register.simple_tag
def matter_link(matter: UUID | None, matters: Container[UUID]) -> SafeString:
    """To the matter behind a score, for those who may open it: `matters`."""
    if matter is None or matter not in matters:
        return mark_safe("")
    return mark_safe(f' <a class="link nowrap" href="{reverse("issues:matter", args=(matter,))}">看这一件</a>')


@register.simple_tag
def figure_link(key: str, figures: Mapping[str, str] | None = None) -> SafeString:
    """To the records behind a computed score, for those who may open them: `figures`, by the key of the entry."""
    if not figures or key not in figures:
        return mark_safe("")
    return mark_safe(f' <a class="link nowrap" href="{escape(figures[key])}">为什么</a>')


def _ledger_line(
    line: EntryLine, marks: Mapping[int, Mark] | None, matters: Container[UUID], figures: Mapping[str, str]
) -> str:
    """One reason: what it cost or brought, on which item, why, and who says so; `marks`: what was said against it;
    `matters`: what the reader may open."""
    amount = {
        EntryKind.DEDUCTION: f"−{plain(line.points)}",
        EntryKind.BONUS: f"+{plain(line.points)}",
        EntryKind.NOT_APPLICABLE: "缺项",
        EntryKind.VETO: "否决",
    }[EntryKind(line.kind)]
    tone = "add" if line.kind == EntryKind.BONUS else "cut"
    said = f"{SOURCES[Source(line.source)]} · {escape(line.office)}"
    if line.found_on:
        said += f" {line.found_on:%m-%d}"
    said = f'<span class="nowrap">{said}</span>'
    behind = f"{matter_link(line.matter, matters)}{figure_link(line.key, figures)}"
    if line.evidence:
        said += f"<br>依据：{escape(line.evidence)}"
    if marks and (mark := marks.get(line.pk)):
        address = escape(reverse(mark.url_name, args=(mark.pk,)))
        look = f"tag {mark.tone}" if mark.url_name == "assess:appeal" else "btn small"
        said += f'<br><a class="{look}" href="{address}">{escape(mark.text)}</a>'
    return (
        f'<li><span class="{tone}">{amount}</span><span><b>{escape(line.dimension_name)} · {escape(line.item_name)}</b> '
        f'<small class="tag">{escape(line.item_code)}</small><br><small>{escape(line.reason)}{behind}</small></span>'
        f"<small>{said}</small></li>"
    )


@register.simple_tag
def board_rows(
    rows: Iterable[ResultRow], opened: ResultRow | None, group: str, kept: str, departures: Container[int] = ()
) -> SafeString:
    """`kept`: the parameters a link to a row's reasons keeps; `group`: whose ranking is shown, "" for the mine's."""
    is_open = opened.unit_id if opened else None
    return mark_safe("\n".join(_board_row(row, row.unit_id == is_open, group, kept, departures) for row in rows))


def _board_row(row: ResultRow, is_open: bool, group: str, kept: str, departures: Container[int]) -> str:
    link = f"?{kept}&{urlencode({'unit': row.unit_code})}#why"
    tags = f' <span class="tag desk-only">{escape(row.specialty)}</span>' if row.specialty else ""
    if row.veto_item:
        tags += ' <span class="tag warn">否决</span>'
    if row.unit_id in departures:
        tags += ' <span class="tag info">会议调整</span>'
    cells = (
        f"<td>{rank(row.group_rank if group else row.rank)}</td>",
        f"<td>{delta(row.moved)}</td>",
        f'<td class="lead"><a class="nowrap" href="{escape(link)}">{escape(row.unit_name)}</a>{tags}</td>',
        f'<td class="desk-only">{six_bars(row.dimensions)}</td>',
        f'<td class="num lead">{"—" if row.total is None else row.total}</td>',
        f"<td>{tier(row.tier_code, row.tier_name)}</td>",
        f'<td class="num desk-only"><small>{escape(row.group_name)} {row.group_rank or "—"}</small></td>',
    )
    kind = ' class="open"' if is_open else ""
    return f"<tr{kind}>{''.join(cells)}</tr>"


@register.simple_tag
def sheet_row(row: SheetRow, unit: str, item: str) -> SafeString:
    """The cells of one unit; `unit` and `item` say which one is open. What scripts need stands in data attributes."""
    return mark_safe(
        "".join(_sheet_cell(row, cell, (unit, item) == (row.unit_code, cell.item_code)) for cell in row.cells)
    )


def _sheet_cell(row: SheetRow, cell: SheetCell, is_open: bool) -> str:
    link = escape(f"?{urlencode({'unit': row.unit_code, 'item': cell.item_code})}")
    kind = f"{cell.state}{' bare' if cell.bare else ''}{' active' if is_open else ''}"
    facts = (
        f'data-item="{escape(cell.item_code)}" data-seen="{cell.seen}" data-value="{cell.value}" data-own="{cell.own}"'
    )
    missing = '<span class="visually-hidden">，没写原因</span>' if cell.bare else ""
    typed = "" if cell.typed else " data-panel"
    return f'<td class="{kind}" {facts}{typed}><a href="{link}#panel">{cell.text}{missing}</a></td>'

"""The row of the board, in one piece: a page has many, and a row of template nodes costs five times as much (bench)."""

from django import template
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from pithead.assess.queries import ResultRow
from pithead.ui.templatetags.ui import delta, rank, six_bars, tier

register = template.Library()


@register.simple_tag
def board_row(row: ResultRow, opened: ResultRow | None, group: str, kept: str) -> SafeString:
    """`kept`: the parameters a link to the row's reasons keeps; `group`: whose ranking is shown, "" for the mine's."""
    is_open = opened is not None and row.unit_id == opened.unit_id
    link = f"?{kept}&{urlencode({'unit': row.unit_code})}#why"
    tags = f' <span class="tag desk-only">{escape(row.specialty)}</span>' if row.specialty else ""
    if row.veto_item:
        tags += ' <span class="tag warn">否决</span>'
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
    return mark_safe(f"<tr{kind}>{''.join(cells)}</tr>")

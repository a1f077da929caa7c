"""The result as a workbook to print and sign: ranking with every item, ledger of entries, notes on how it was reckoned."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from pithead.assess.models import EntryKind, Source
from pithead.assess.queries import EntryLine, ResultRow
from pithead.documents.layout import width
from pithead.documents.official import day
from pithead.documents.queries import Month
from pithead.kernel.rounding import plain
from pithead.kernel.workbooks import Column, Table, write
from pithead.org.models import Specialty

TWO_PLACES, SIGNED = "0.00", "+0.00;-0.00;0.00"
LEFT = ("名次", "单位", "组别", "组内名次")
RIGHT = ("得分", "加分", "总分", "档次", "比上月", "一票否决")
SIGNATURES = "制表：　　　　　　　　　　审核：　　　　　　　　　　批准：　　　　　　　　　　日期：　　　　　　　"


def result_book(month: Month) -> bytes:
    return write([_ranking(month), _ledger(month), _notes(month)])


# ── 排名 ──
def _ranking(month: Month) -> Table:
    """Two heads: the dimension over its items. Everything beside them spans both."""
    spans = [(name, len(list(same))) for name, same in groupby(month.items, key=lambda item: item.dimension)]
    dimensions = [cell for name, size in spans for cell in (name, *[""] * (size - 1))]
    items = [f"{item.code} {item.name}（{plain(item.full)}）" for item in month.items]
    blanks = [""] * len(RIGHT)
    vetoes = _vetoes(month)
    return Table(
        name="排名",
        title=_title(month, "考核结果"),
        columns=_ranking_columns(month),
        above=[[*LEFT, *dimensions, *RIGHT], [*[""] * len(LEFT), *items, *blanks]],
        merged=[*_tall(len(month.items)), *_wide(spans)],
        rows=[_ranking_row(month, row, vetoes.get(row.unit_id, "")) for row in month.ranking],
        notes=["", SIGNATURES],
        frozen_columns=2,
    )


def _ranking_columns(month: Month) -> list[Column]:
    """As narrow as their contents allow: all of it has to stay readable on one page's width."""
    names = max((width(row.unit_name) for row in month.rows), default=0)
    left = [Column("", 5), Column("", max(2 * names + 2, 10)), Column("", 8), Column("", 5)]
    items = [Column("", 6, number=TWO_PLACES) for _ in month.items]
    figures = [Column("", 7, number=TWO_PLACES) for _ in range(3)]
    veto = 20 if month.of_kind(EntryKind.VETO) else 6
    return [*left, *items, *figures, Column("", 6), Column("", 6, number="+0;-0;0"), Column("", veto, wrap=True)]


def _tall(items: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for column in (*range(len(LEFT)), *range(len(LEFT) + items, len(LEFT) + items + len(RIGHT))):
        yield (0, column), (1, column)


def _wide(spans: list[tuple[str, int]]) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    column = len(LEFT)
    for _, size in spans:
        if size > 1:  # a range of one cell cannot be merged
            yield (0, column), (0, column + size - 1)
        column += size


def _ranking_row(month: Month, row: ResultRow, veto: str) -> list[Any]:
    scores = [month.scores[row.unit_id][item.code] for item in month.items]
    left = [row.rank, row.unit_name, row.group_name, row.group_rank]
    return [*left, *scores, row.normalised, row.bonus, row.total, row.tier_name, row.moved, veto]


def _vetoes(month: Month) -> dict[int, str]:
    found: dict[int, str] = {}
    for entry in month.of_kind(EntryKind.VETO):
        said = f"{entry.item_name}：{entry.reason}"
        found[entry.unit_id] = f"{found[entry.unit_id]}；{said}" if entry.unit_id in found else said
    return found


# ── 加扣分明细 ──
def _ledger(month: Month) -> Table:
    names = {row.unit_id: row.unit_name for row in month.rows}
    columns = [
        Column("序号", 6),
        Column("单位", 16),
        Column("项目编号", 9, as_text=True),
        Column("项目", 24, wrap=True),
        Column("类别", 10),
        Column("分数", 8, number=SIGNED),
        Column("原因", 46, wrap=True),
        Column("依据", 22, wrap=True),
        Column("考核科室", 14),
        Column("来源", 10),
        Column("日期", 11),
    ]
    rows = [[number, names[line.unit_id], *_entry(line)] for number, line in enumerate(month.entries, 1)]
    return Table(
        name="加扣分明细", title=_title(month, "加扣分明细"), columns=columns, rows=rows, notes=["", SIGNATURES]
    )


def _entry(line: EntryLine) -> list[Any]:
    kind = EntryKind(line.kind)
    return [
        line.item_code,
        line.item_name,
        kind.label,
        signed_points(line),
        line.reason,
        line.evidence,
        line.office,
        Source(line.source).label,
        line.found_on,
    ]


def signed_points(line: EntryLine) -> Decimal | None:
    """As it counts: deductions below nothing; none for 缺项 and veto."""
    match line.kind:
        case EntryKind.DEDUCTION:
            return -line.points
        case EntryKind.BONUS:
            return line.points
        case _:
            return None


# ── 说明 ──
def _notes(month: Month) -> Table:
    return Table(
        name="说明",
        title=_title(month, "计算说明"),
        columns=[Column("事项", 16), Column("内容", 90, wrap=True)],
        rows=list(_explained(month)),
        landscape=False,
    )


def _explained(month: Month) -> Iterator[tuple[str, str]]:
    cycle, standard = month.cycle, month.cycle.standard
    tiers = list(standard.tiers.order_by("position"))
    floors = [f"{tier.name} {plain(tier.floor)} 分及以上" for tier in tiers[:-1]] + [f"{tiers[-1].name} 其余"]
    yield "考核标准", f"{standard.title} 第 {standard.version} 版，自 {standard.in_force_from} 起执行"
    if standard.clause:
        yield (
            "制度依据",
            f"《{standard.clause.policy.title}》（{standard.clause.policy.number}）{standard.clause.number}",
        )
    yield "考核周期", f"{cycle.period_value.label}（{day(cycle.starts_on)}至{day(cycle.ends_on)}）"
    yield "状态", f"{cycle.get_state_display()}，{day(month.dated)}"
    yield "参加单位", f"{month.summary.units} 个"
    for group in standard.peer_groups.order_by("position"):
        labels = [Specialty(specialty).label for specialty in group.specialties]
        yield f"分组：{group.name}", "、".join(labels) or "其他各专业"
    yield "档次", "；".join(floors)
    yield "项目得分", "满分减去扣分，扣完为止；缺项不计入基数"
    yield "得分", f"适用项目得分之和，按 {plain(standard.full_marks)} 分折算，保留两位小数"
    yield "加分", f"最多计 {plain(standard.bonus_cap)} 分；总分 = 得分 + 加分"
    yield "同分排序", _tie_breakers(month)
    yield "一票否决", "否决不改变得分，影响档次或评先资格"
    if month.anchor:
        yield "校验码", f"{month.anchor}。审计员在系统的“核对封存”里输入它，就能核对这一期结果以后有没有改动"


def _tie_breakers(month: Month) -> str:
    standard = month.cycle.standard
    names = dict(standard.items.values_list("code", "name")) | dict(standard.dimensions.values_list("code", "name"))
    order = [f"“{names[code]}”" for code in standard.tie_breakers if code in names]
    return f"依次比较{'、'.join(order)}的得分，仍相同的名次并列" if order else "名次并列"


def _title(month: Month, what: str) -> str:
    cycle = month.cycle
    draft = "" if month.is_final else "（草稿）"
    return f"{cycle.mine.name}{cycle.period_value.label}{cycle.standard.title}{what}{draft}"

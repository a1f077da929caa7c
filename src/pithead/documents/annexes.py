"""The tables of the bulletin: rankings, scores by item, every deduction with its reason, vetoes and 缺项."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from pithead.assess.models import EntryKind
from pithead.assess.queries import EntryLine, ResultRow
from pithead.documents.layout import width
from pithead.documents.official import OfficialPaper
from pithead.documents.queries import ItemHead, Month
from pithead.documents.tables import Column
from pithead.documents.wording import Wording, numeral, points, score

Annex = tuple[str, Callable[[OfficialPaper], None]]
ITEMS_ACROSS = 20  # more do not fit beside each other in small print
BODY_POINTS, LIST_POINTS, SMALL_POINTS = 10.5, 9, 8.5
MM_PER_POINT = 25.4 / 72


def of(month: Month, words: Wording) -> list[Annex]:
    """Titles and writers, in order; an annex with nothing in it is left out."""
    found: list[Annex] = [(words.say("attachment_scores"), lambda paper: _scores(paper, month, words))]
    if listed := month.of_kind(EntryKind.DEDUCTION, EntryKind.BONUS):
        found.append((words.say("attachment_entries"), lambda paper: _entries(paper, month, listed, words)))
    special = month.of_kind(EntryKind.VETO, EntryKind.NOT_APPLICABLE)
    if month.departures or month.changes or month.instead:
        found.append((words.say("attachment_adjusted"), lambda paper: _adjusted(paper, month, special, words)))
    elif special:
        found.append((words.say("attachment_vetoes"), lambda paper: _vetoes(paper, month, special)))
    return found


def is_long(month: Month, words: Wording) -> bool:
    """Whether the ranking goes to the attachment."""
    return month.summary.units > words.pack["rows_in_body"]


# ── ranking ──
def ranking(paper: OfficialPaper, rows: Sequence[ResultRow]) -> None:
    dimensions = rows[0].dimensions
    share = min(72 / max(len(dimensions), 1), 15)
    columns = [
        Column("名次", 9),
        _unit_column(rows, BODY_POINTS),
        *(Column(dimension.name, share) for dimension in dimensions),
        *(Column("得分", 15), Column("加分", 10), Column("总分", 15), Column("档次", 11)),
    ]
    paper.table(columns, [_ranking_row(row) for row in rows], points=BODY_POINTS)


def _unit_column(rows: Sequence[ResultRow], size: float) -> Column:
    """As wide as the longest name asks for, within reason; longer ones take two lines."""
    longest = max(width(row.unit_name) for row in rows) + 0.5
    return Column("单位", min(max(longest * size * MM_PER_POINT, 20), 34), left=True)


def _ranking_row(row: ResultRow) -> list[str]:
    got = (points(dimension.got if dimension.full else None) for dimension in row.dimensions)
    place = str(row.group_rank or "—")
    return [
        place,
        row.unit_name,
        *got,
        score(row.normalised),
        points(row.bonus),
        score(row.total),
        row.tier_name or "—",
    ]


def ranking_note(paper: OfficialPaper, month: Month, words: Wording) -> None:
    standard = month.cycle.standard
    scaled = any(row.normalised is not None and row.normalised != row.raw for row in month.rows)
    key = "scaled" if scaled else "plain"
    paper.note(words.say(key, full=points(standard.full_marks), cap=points(standard.bonus_cap)))


# ── attachment 1 ──
def _scores(paper: OfficialPaper, month: Month, words: Wording) -> None:
    if is_long(month, words):
        for name, rows in month.groups:
            paper.second_level(f"{name}组")
            ranking(paper, rows)
        ranking_note(paper, month, words)
        paper.second_level(words.say("item_scores"))
    for items in _sheets(month.items):
        _item_table(paper, month, items)
        legend = "；".join(f"{item.code} {item.name}（{points(item.full)}分）" for item in items)
        paper.note(words.say("scores_note", items=legend))


def _sheets(items: Sequence[ItemHead]) -> Iterator[list[ItemHead]]:
    """Whole dimensions, as many as fit beside each other."""
    sheet: list[ItemHead] = []
    for _, same in groupby(items, key=lambda item: item.dimension):
        dimension = list(same)
        if sheet and len(sheet) + len(dimension) > ITEMS_ACROSS:
            yield sheet
            sheet = []
        sheet += dimension
    if sheet:
        yield sheet


def _item_table(paper: OfficialPaper, month: Month, items: Sequence[ItemHead]) -> None:
    share = min(122 / len(items), 14)
    columns = [
        _unit_column(list(month.rows), SMALL_POINTS),
        *(Column(item.code, share, group=item.dimension) for item in items),
        Column("总分", 12),
    ]
    rows = [
        [row.unit_name, *(points(month.scores[row.unit_id][item.code]) for item in items), score(row.total)]
        for row in month.rows
    ]
    paper.table(columns, rows, points=SMALL_POINTS)


# ── attachments 2 and 3 ──
def _entries(paper: OfficialPaper, month: Month, lines: Sequence[EntryLine], words: Wording) -> None:
    names = {row.unit_id: row.unit_name for row in month.rows}
    columns = [
        Column("单位", 24, left=True),
        Column("项目", 34, left=True),
        Column("分数", 12),
        Column("原因", 66, left=True),
        Column("考核科室", 20),
    ]
    rows = [
        [names[line.unit_id], f"{line.item_code} {line.item_name}", signed(line), line.reason, line.office]
        for line in lines
    ]
    paper.table(columns, rows, points=LIST_POINTS)
    paper.note(words.say("entries_note"))


def signed(line: EntryLine) -> str:
    return ("＋" if line.kind == EntryKind.BONUS else "－") + points(line.points)


def _vetoes(paper: OfficialPaper, month: Month, lines: Sequence[EntryLine]) -> None:
    names = {row.unit_id: row.unit_name for row in month.rows}
    columns = [
        Column("单位", 24, left=True),
        Column("类别", 16),
        Column("项目", 34, left=True),
        Column("原因", 62, left=True),
        Column("认定科室", 20),
    ]
    order = sorted(lines, key=lambda line: line.kind != EntryKind.VETO)
    rows = [
        [
            names[line.unit_id],
            EntryKind(line.kind).label,
            f"{line.item_code} {line.item_name}",
            line.reason,
            line.office,
        ]
        for line in order
    ]
    paper.table(columns, rows, points=LIST_POINTS)


def _adjusted(paper: OfficialPaper, month: Month, special: Sequence[EntryLine], words: Wording) -> None:
    """Vetoes and 缺项 as ever, then what the meeting decided otherwise, what appeals changed, and where offices did not go by what
    the system computed."""
    present: dict[str, Sequence[object]] = {"special": special, "departures": month.departures}
    present |= {"changes": month.changes, "instead": month.instead}
    for order, key in enumerate((key for key, rows in present.items() if rows), 1):
        paper.second_level(f"（{numeral(order)}）{words.say(key)}")
        if key == "special":
            _vetoes(paper, month, special)
        elif key == "departures":
            _departures(paper, month)
        elif key == "changes":
            _changes(paper, month)
        else:
            _instead(paper, month)


def _departures(paper: OfficialPaper, month: Month) -> None:
    columns = [
        Column("单位", 24, left=True),
        Column("计算档次", 16),
        Column("审定档次", 16),
        Column("评先", 22),
        Column("理由", 78, left=True),
    ]
    rows = [
        [
            line.unit_name,
            line.proposed or "—",
            line.decided or line.proposed or "—",
            "不参加" if line.excluded else "—",
            line.reason,
        ]
        for line in month.departures
    ]
    paper.table(columns, rows, points=LIST_POINTS)


def _changes(paper: OfficialPaper, month: Month) -> None:
    columns = [
        Column("单位", 24, left=True),
        Column("项目", 34, left=True),
        Column("原记录", 18),
        Column("裁定后", 18),
        Column("裁定理由", 62, left=True),
    ]
    rows = [
        [line.unit_name, f"{line.item_code} {line.item_name}", line.before, line.after, line.decision]
        for line in month.changes
    ]
    paper.table(columns, rows, points=LIST_POINTS)


def _instead(paper: OfficialPaper, month: Month) -> None:
    columns = [
        Column("单位", 24, left=True),
        Column("细则", 14),
        Column("系统算的", 34, left=True),
        Column("实际计", 18),
        Column("理由", 52, left=True),
        Column("考核科室", 20),
    ]
    rows = [
        [
            line.unit_name,
            line.clause.code,
            f"扣 {points(line.computed)} 分：{line.found}" if line.computed is not None else "提议扣分",
            f"扣 {points(line.points)} 分" if line.points else "不计",
            line.reason,
            line.clause.office.name,
        ]
        for line in month.instead
    ]
    paper.table(columns, rows, points=LIST_POINTS)

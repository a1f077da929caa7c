"""Lines of a table gathered into items, and items into dimensions: what the merged cells and full marks say about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pithead.assess.rubrics.headings import Table
from pithead.assess.rubrics.lines import Body, Line, Piece, Section
from pithead.assess.rubrics.marks import split_marks, without_ordinal
from pithead.kernel.refusal import Reason

_OF_DIMENSIONS = ("指标", "类别", "大类", "维度", "一级", "要素", "方面", "板块", "模块", "星级", "类型", "检查项目")


@dataclass
class Group:
    """The lines of one item. `dimension` is empty where the sheet itself is the dimension."""

    lines: list[Line]
    full: Decimal | None
    section: str
    dimension: Piece = field(default_factory=Piece)

    @property
    def first(self) -> Line:
        return self.lines[0]


@dataclass
class Groups:
    """What a table consists of. `level` is the column of `Line.levels` that names dimensions, -1: none does."""

    table: Table
    groups: list[Group]
    level: int
    body: Body

    def where(self, row: int, column: int | None = None) -> str:
        return self.table.sheet.where(row, column)


def gather(table: Table, body: Body) -> Groups:
    lines = _with_marks_from_text(body.lines)
    groups = _split_where_parts_have_marks(_by_points(lines, table, body), body, table)
    level = _dimension_level(groups, table)
    for group in groups:
        group.dimension = _dimension(group, level)
    return Groups(table, groups, level, body)


# ── full marks ──
def _with_marks_from_text(lines: list[Line]) -> list[Line]:
    """Where a line has no figure of its own: the one in the text of its finest level, 班前会（5分）."""
    if any(line.points_run >= 0 for line in lines if line.section == Section.SCORED):
        return lines
    level = _level_with_marks(lines)
    return [_marked(line, level) if line.section == Section.SCORED else line for line in lines]


def _level_with_marks(lines: list[Line]) -> int:
    width = len(lines[0].levels) if lines else 0
    for level in reversed(range(width)):
        runs = {line.levels[level] for line in lines if line.levels[level].text and line.section == Section.SCORED}
        if sum(split_marks(piece.text)[1] is not None for piece in runs) * 2 > len(runs) > 0:
            return level
    return -1


def _marked(line: Line, level: int) -> Line:
    piece = line.levels[level] if level >= 0 else Piece()
    marks = split_marks(piece.text)[1] if piece.text else None
    return line if marks is None else replace(line, points=marks, points_run=piece.run, points_column=piece.column)


def _by_points(lines: list[Line], table: Table, body: Body) -> list[Group]:
    groups: list[Group] = []
    for line in lines:
        last = groups[-1] if groups else None
        if last is not None and _belongs(line, last, table, body):
            last.lines.append(line)
        else:
            groups.append(Group([line], line.points, line.section))
    return groups


def _belongs(line: Line, last: Group, table: Table, body: Body) -> bool:
    """Does a line go on with the item above it?"""
    before = last.lines[-1]
    if line.section != last.section or line.block != before.block:
        return False
    if line.points_run >= 0:
        return line.points_run == before.points_run and line.points_column == before.points_column
    new = [piece for piece in line.levels if piece.text and piece.run == line.row]
    if not new:
        return _share_a_level(line, before)
    if line.section != Section.SCORED or split_marks(new[-1].text)[1] is not None:
        return False
    if _share_a_level(line, before) and last.full is not None and last.first.points_run >= 0:
        where = table.sheet.where(line.row)
        body.notes.append(Reason("这一行没有标准分，算在上一项里", where))
        return True
    return False


def _share_a_level(line: Line, before: Line) -> bool:
    return any(one.text and one == other for one, other in zip(line.levels, before.levels, strict=True))


def _split_where_parts_have_marks(groups: list[Group], body: Body, table: Table) -> list[Group]:
    """One figure over several rows, each with marks of its own in the text: the figure is their sum, not an item's."""
    found: list[Group] = []
    for group in groups:
        parts = _parts(group) if group.section == Section.SCORED else []
        if len(parts) < 2:
            found.append(_marks_of_its_own(group))
            continue
        found += parts
        total = sum((part.full or Decimal(0) for part in parts), Decimal(0))
        if group.full is not None and total != group.full:
            where = table.sheet.where(group.first.row, group.first.points_column)
            body.problems.append(Reason(f"这一栏写的是 {group.full} 分，各项合计 {total} 分，请核对", where))
    return found


def _parts(group: Group) -> list[Group]:
    for level in reversed(range(len(group.first.levels))):
        runs = list(dict.fromkeys(line.levels[level] for line in group.lines))
        marks = [split_marks(piece.text)[1] for piece in runs]
        if len(runs) > 1 and all(mark is not None for mark in marks):
            return [
                Group([line for line in group.lines if line.levels[level] == piece], mark, group.section)
                for piece, mark in zip(runs, marks, strict=True)
            ]
    return []


def _marks_of_its_own(group: Group) -> Group:
    """An item without a figure may still have it in its text."""
    if group.full is None and group.section == Section.SCORED:
        for piece in reversed(group.first.levels):
            if piece.text and piece.run == group.first.row and (marks := split_marks(piece.text)[1]) is not None:
                return replace(group, full=marks)
    return group


# ── dimensions ──
def _dimension_level(groups: list[Group], table: Table) -> int:
    """The column whose texts hold over several items; -1: none."""
    scored = [group for group in groups if group.section == Section.SCORED]
    if not scored or any(group.first.block.text for group in scored):
        return -1
    width = len(scored[0].first.levels)
    counts = [len({group.first.levels[level].run for group in scored}) for level in range(width)]
    coarser = [level for level in range(width) if 1 < counts[level] < len(scored)]
    if coarser:
        return coarser[0]
    if width > 1 and counts[0] == 1 and len(scored) > 1 and scored[0].first.levels[0].text:
        return 0
    return 0 if width > 1 and _looks_like_dimensions(scored, table) else -1


def _looks_like_dimensions(scored: Iterable[Group], table: Table) -> bool:
    first = [group.first.levels[0] for group in scored]
    heading = table.headings.get(first[0].column, "")
    ordinals = sum(without_ordinal(piece.text) != piece.text and not piece.text[:1].isdigit() for piece in first)
    return any(word in heading for word in _OF_DIMENSIONS) or ordinals * 2 > len(first)


def _dimension(group: Group, level: int) -> Piece:
    if group.first.block.text and group.section == Section.SCORED:
        return group.first.block
    return group.first.levels[level] if level >= 0 else Piece()


# ── sums ──
def check_sums(found: Groups, before: Decimal) -> Decimal | None:
    """小计, 合计 and marks of dimensions against the items. `before`: full marks of earlier sheets. Returns the stated total."""
    scored = [group for group in found.groups if group.section == Section.SCORED]
    if any(group.full is None for group in scored):
        return None  # named already; sums would only repeat it
    _check_dimensions(found, scored)
    stated, since = None, 0
    for total in found.body.totals:
        done = {line.row for line in found.body.lines[: total.lines_before]}
        here = [group for group in scored if group.first.row in done]
        block = _sum(group for group in here if group.first.row >= since)
        acceptable = {block} if total.block else {_sum(here), _sum(here) + before, block}
        acceptable |= {_sum(group for group in here if group.dimension == here[-1].dimension)} if here else set()
        if here and total.value not in acceptable:
            kind, expected = ("小计", block) if total.block else ("合计", _sum(here))
            message = f"{kind}写的是 {total.value} 分，上面各项加起来是 {expected} 分，请核对标准分"
            found.body.problems.append(Reason(message, found.where(total.row)))
        since = total.row
        stated = stated if total.block else total.value
    return stated


def _check_dimensions(found: Groups, scored: list[Group]) -> None:
    for piece in dict.fromkeys(group.dimension for group in scored if group.dimension.text):
        marks = split_marks(piece.text)[1]
        got = _sum(group for group in scored if group.dimension == piece)
        if marks is not None and marks != got:
            name = split_marks(without_ordinal(piece.text))[0]
            message = f"“{name}”写的是 {marks} 分，下面各项加起来是 {got} 分，请核对标准分"
            found.body.problems.append(Reason(message, found.where(piece.run, piece.column)))


def _sum(groups: Iterable[Group]) -> Decimal:
    return sum((group.full or Decimal(0) for group in groups), Decimal(0))

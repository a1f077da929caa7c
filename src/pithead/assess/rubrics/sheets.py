"""Which sheets of a workbook make one standard: all of them, a dimension each; or one, where each is a standard of its own."""

import re
from decimal import Decimal

from pithead.assess.rubrics.groups import gather
from pithead.assess.rubrics.headings import Table
from pithead.assess.rubrics.lines import Lines, Section, section_of, words
from pithead.assess.rubrics.marks import split_marks
from pithead.assess.rubrics.settings import subject_of
from pithead.kernel.refusal import Reason, Refused

WHOLE = Decimal(100)
_TAIL = re.compile(
    r"(月度|季度|年度)?(考核|考评|评分|评比|检查|创建|验收|打分)*(标准|细则|办法|明细表|评分表|标准表|表|内容|体系)+(及评分表)?([（(].{1,8}[)）])?$"
)
_YEAR = re.compile(r"^\d{4}\s*年?(度|\d{1,2}月)?")


def choose(tables: list[Table], wanted: str, title: str) -> tuple[list[Table], list[Reason]]:
    """The tables of the standard that is meant, and what is said about the others."""
    if wanted:
        chosen = [table for table in tables if table.sheet.name.strip() == wanted.strip()]
        if not chosen:
            raise Refused(f"工作表“{wanted}”里没有评分表，有评分表的是：{_names(tables)}")
        return chosen, _left_out(tables, chosen)
    full = [table for table in tables if full_marks(table) >= WHOLE]
    if len(tables) == 1 or not full:
        return tables, []
    scored = [table for table in tables if full_marks(table) > 0]
    if len(scored) == 1:
        return tables, []  # the others hold bonuses and vetoes
    fitting = [table for table in full if _fits(table, title)] if len(full) > 1 else full
    if len(fitting) != 1:
        raise Refused(
            f"工作簿里有 {len(full)} 张各自满分的评分表：{_names(full)}。一次导入一个标准，请用 --sheet 写明读哪一张，或另存成只有一张的文件"
        )
    return fitting, _left_out(tables, fitting)


def full_marks(table: Table) -> Decimal:
    section = section_of(table.sheet.name) or Section.SCORED
    groups = gather(table, Lines(table, section).read()).groups
    return sum((group.full or Decimal(0) for group in groups if group.section == Section.SCORED), Decimal(0))


def title_above(table: Table) -> str:
    """The words over the header, without what every such sheet is called: “六好区队”考核评分表 → 六好区队."""
    for row in range(table.header_row):
        values = list(dict.fromkeys(filter(None, (words(cell) for cell in table.sheet.rows[row]))))
        if len(values) == 1 and table.roles.get(0) is not None:
            return shortened_title(split_marks(values[0])[0])
    return ""


def shortened_title(title: str) -> str:
    title = _YEAR.sub("", re.sub(r"[“”\"《》‘’\s]", "", title))
    return (_TAIL.sub("", title) or title)[:64]


def _fits(table: Table, title: str) -> bool:
    names = f"{table.sheet.name} {title_above(table)}"
    return bool(title) and (
        title in names or (subject_of(title) is not None and subject_of(title) == subject_of(names))
    )


def _left_out(tables: list[Table], chosen: list[Table]) -> list[Reason]:
    return [Reason(f"工作表“{table.sheet.name}”是另一张评分表，这次没有读") for table in tables if table not in chosen]


def _names(tables: list[Table]) -> str:
    return "、".join(f"“{table.sheet.name}”" for table in tables)

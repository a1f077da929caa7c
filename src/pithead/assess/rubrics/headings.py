"""Which columns a score sheet has. Mines name them differently; what a heading means is decided by words in it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from pithead.kernel.workbooks import Sheet, squeeze
from pithead.kernel.workbooks.headers import LOOK_AT, plain_heading

LONGEST_HEADING = 24  # letters; what is longer is a sentence


class Role(StrEnum):
    NUMBER = "number"
    LEVEL = "level"  # dimension, item, requirement: which is which the merges say
    WORDING = "wording"
    METHOD = "method"
    POINTS = "points"
    OFFICE = "office"
    FILLED_IN = "filled_in"  # what assessors write: scores and reasons
    REMARK = "remark"


# In this order: the first that fits decides.
_MEANINGS: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.NUMBER, re.compile(r"序号?|编号|项目编号|代码|NO\.?|项次", re.IGNORECASE)),
    (
        Role.WORDING,
        re.compile(
            r".*(评分|扣分|计分|记分|打分|加分|加减分|加扣分|奖惩|赋分|评定|考评|考核评分|评价)(标准|办法|细则|方法|规则|依据|说明|原则|规定).*|考核(办法|细则)|评分|.*后果|处理办法|扣分项及标准"
        ),
    ),
    (
        Role.METHOD,
        re.compile(
            r".*(检查|考核|考评|查验|评价|验收|考察)(方法|方式|途径|手段|形式)|.*(资料|数据)来源|佐证材料|查验资料"
        ),
    ),
    (
        Role.OFFICE,
        re.compile(
            r".*(牵头|责任|考核|检查|评分|主管|负责|考评|打分|实施|归口|组织)(部门|科室|单位|部室|处室|部门及?科室)|部门|科室|部室|责任(科室|部门).*"
        ),
    ),
    (
        Role.FILLED_IN,
        re.compile(
            r".*(得分|自查|自评|实得|缺项|总分|考核分|考评分|复查分|加减分|扣分|检查情况|检查结果|检查记录|存在问题|签字|评分人|考核人|检查人|打分|核定|小计|结果|完成情况|被考核.*).*"
        ),
    ),
    (Role.POINTS, re.compile(r".*(标准分|分值|分数|满分|配分|权重|基准分|基础分|应得分|额定分|标准分值).*|分")),
    (Role.REMARK, re.compile(r"备注|说明|注")),
    (
        Role.LEVEL,
        re.compile(
            r".*(项目|内容|指标|类别|要素|维度|要求|标准|分类|模块|任务|事项|板块|星级|类型|方面|名称|大类|要点|环节|条款|考核项|检查项|一级|二级|三级|几好|六好|五星).*"
        ),
    ),
)


@dataclass(frozen=True)
class Table:
    """A sheet with a score table: what each column is, and where its rows begin. `roles` leaves out unknown columns."""

    sheet: Sheet  # as it is
    spread: Sheet  # with the value of each merged range in all its cells
    header_row: int
    data_row: int
    roles: dict[int, Role]
    headings: dict[int, str]

    def columns(self, role: Role) -> list[int]:
        return [column for column, own in sorted(self.roles.items()) if own is role]

    def points_column(self) -> int | None:
        return next(iter(self.columns(Role.POINTS)), None)


def role_of(heading: str) -> Role | None:
    return next((role for role, pattern in _MEANINGS if pattern.fullmatch(heading)), None)


def find_table(sheet: Sheet) -> Table | None:
    """The row, or pair of rows, that names most columns of a score table; None where the sheet holds none."""
    spread = sheet.unmerged()
    best: Table | None = None
    for height in (1, 2):
        for row in range(min(LOOK_AT, len(spread.rows))):
            found = _table(sheet, spread, row, height)
            if found and (best is None or len(found.roles) > len(best.roles)):
                best = found
    return best


def _table(sheet: Sheet, spread: Sheet, row: int, height: int) -> Table | None:
    if row + height > len(spread.rows) or (height == 2 and not _may_be_two(sheet, row)):
        return None
    headings = {column: heading for column, heading in _headings(spread, row, height) if heading}
    roles = {column: role for column, heading in headings.items() if (role := role_of(heading))}
    kinds = set(roles.values())
    if height == 1 and _goes_on_below(sheet, row, roles):
        return None
    if Role.LEVEL not in kinds or not kinds & {Role.POINTS, Role.WORDING, Role.FILLED_IN} or len(roles) < 3:
        return None
    return Table(sheet, spread, row, row + height, roles, headings)


def _goes_on_below(sheet: Sheet, row: int, roles: dict[int, Role]) -> bool:
    """A heading merged downwards: the header has two rows."""
    return any(top == row < bottom and left in roles for (top, left), (bottom, _) in sheet.merged)


def _may_be_two(sheet: Sheet, row: int) -> bool:
    """Two rows are one header where something in them is merged, and nothing in the second is a figure."""
    merged = any(top <= row + 1 <= bottom or top == row for (top, _), (bottom, _) in sheet.merged)
    return merged and not any(isinstance(cell, int | float) for cell in sheet.rows[row + 1])


def _headings(spread: Sheet, row: int, height: int) -> Iterator[tuple[int, str]]:
    titled = _under_titles(spread, row)
    for column, cell in enumerate(spread.rows[row]):
        upper = "" if column in titled or len(squeeze(str(cell))) > LONGEST_HEADING else plain_heading(cell)
        lower = plain_heading(spread.cell(row + 1, column)) if height == 2 else ""
        yield column, _together(upper, lower) if lower and lower != upper else upper


def _under_titles(spread: Sheet, row: int) -> set[int]:
    """Columns under words merged over more than half the width: a title; a group of headings is narrower."""
    most = max(3, len(spread.rows[row]) // 2)
    return {
        column
        for (top, left), (bottom, right) in spread.merged
        if top <= row <= bottom and right - left + 1 > most
        for column in range(left, right + 1)
    }


def _together(upper: str, lower: str) -> str:
    """Under 考核得分 stand 自查分 and 考核分; the lower heading counts where it says enough by itself."""
    return lower if role_of(lower) or not upper else upper + lower

"""What the columns of a mine's table mean."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pithead.kernel import workbooks
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import Header, Sheet, Workbook
from pithead.kernel.workbooks.headers import LOOK_AT
from pithead.measures.quantities import Quantity

# field → its headings; the first is its name in our sentences. Quantities come beside them under their codes.
PLAIN: Mapping[str, tuple[str, ...]] = {
    "on": ("日期", "月份", "年月", "时间", "生产日期", "统计日期", "报表日期", "考核月份", "所属月份"),
    "shift": ("班次", "班别"),
    "unit": (
        "单位",
        "队组",
        "区队",
        "单位名称",
        "区队名称",
        "施工单位",
        "施工队组",
        "责任单位",
        "生产单位",
        "队别",
        "部门",
    ),
    "crew": ("班组", "班组名称"),
    "place": ("工作地点", "地点", "作业地点", "施工地点", "工作面", "工作面名称", "巷道名称"),
}
PLACES = ("unit", "crew", "on", "shift")  # one of them beside a figure makes a header
# One column for both: tonnes of those who mine, metres of those who drive headings.
EITHER = {"either_planned": ("tonnes_planned", "metres_planned"), "either": ("tonnes", "metres")}
EITHER_HEADINGS = {"either_planned": ("计划产量或进尺",), "either": ("实际产量或进尺",)}
_EITHER = re.compile(r"(计划|实际|完成)[(（]?吨\s*[(（/、或]\s*米\s*[)）]*")
NOT_WORTH_NAMING = {
    *("序号", "序", "备注", "说明", "日累计", "月累计", "累计", "年累计", "完成率", "合计", "小计"),
    workbooks.REASON_HEADING,
}
TIMES = {"万": 10_000, "千": 1_000}
_TIMES = re.compile(r"[(（\[【]\s*(万|千)\s*(?:吨|米|元|t|m|人|人次)")


@dataclass(frozen=True)
class Columns:
    """Where a sheet has what. `quantities`: field → those it may mean; `times`: a column in 万元."""

    header: Header
    quantities: Mapping[str, tuple[Quantity, ...]]
    times: Mapping[str, Decimal]

    @property
    def has_shifts(self) -> bool:
        return "shift" in self.header.columns

    def cell_name(self, field: str) -> str:
        """What its heading says in our words."""
        if field in PLAIN:
            return PLAIN[field][0]
        return "或".join(one.label for one in self.quantities[field])


def find_columns(book: Workbook, quantities: Mapping[str, Quantity]) -> list[Columns]:
    """Of every sheet that has figures; `Refused` where none has."""
    wanted: dict[str, Sequence[str]] = dict(PLAIN)
    wanted |= {code: (one.label, *one.headings) for code, one in quantities.items()}
    means: dict[str, tuple[Quantity, ...]] = {code: (one,) for code, one in quantities.items()}
    for field, codes in EITHER.items():
        if both := tuple(quantities[code] for code in codes if code in quantities):
            wanted[field], means[field] = EITHER_HEADINGS[field], both
    found = []
    for sheet in book.sheets:
        try:
            header = workbooks.find_header(_plainly(sheet), wanted, (tuple(means), PLACES))
        except Refused:
            continue
        found.append(_columns(replace(header, sheet=sheet), means))
    if not found:
        raise Refused(_nothing_found(book, quantities))
    return found


def _plainly(sheet: Sheet) -> Sheet:
    """Headings whose brackets mean something: 实际吨（米）."""

    def said(cell: object) -> object:
        found = _EITHER.search(cell) if isinstance(cell, str) else None
        return EITHER_HEADINGS["either_planned" if found[1] == "计划" else "either"][0] if found else cell

    rows = [[said(cell) for cell in row] for row in sheet.rows[: LOOK_AT + 1]]
    return replace(sheet, rows=rows)  # type: ignore[arg-type]


def _columns(header: Header, means: Mapping[str, tuple[Quantity, ...]]) -> Columns:
    rows = header.sheet.rows[header.row : header.data_row]
    times = {}
    for field, column in header.columns.items():
        said = "".join(str(row[column]) for row in rows if column < len(row))
        if field in means and (found := _TIMES.search(said)):
            times[field] = Decimal(TIMES[found[1]])
    return Columns(header, {field: means[field] for field in header.columns if field in means}, times)


def _nothing_found(book: Workbook, quantities: Mapping[str, Quantity]) -> str:
    sheets = "、".join(f"“{sheet.name}”" for sheet in book.sheets)
    labels = "、".join(one.label for one in list(quantities.values())[:8])
    return (
        f"没有找到表头：一行里要有“单位”或“日期”，还要有一项数据（如 {labels}）。看过的工作表：{sheets}。"
        "列名和“数据项目”里的名称、别名对得上才认得"
    )


def unknown_of(found: Iterable[Columns]) -> tuple[str, ...]:
    headings = dict.fromkeys(heading for one in found for heading in one.header.unknown)
    return tuple(heading for heading in headings if heading not in NOT_WORTH_NAMING)

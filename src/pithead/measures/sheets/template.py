"""Empty tables to be filled in: those of an office, by day or by month, with the units that are waited for."""

from collections.abc import Sequence

from pithead.kernel import workbooks
from pithead.kernel.periods import Period
from pithead.kernel.workbooks import Column, Table
from pithead.measures.quantities import Every, Quantity
from pithead.org.models import Unit


def empty_table(every: Every, on: Period, quantities: Sequence[Quantity], units: Sequence[tuple[Unit, str]]) -> bytes:
    """Sent back as it is, it says nothing. `units` with their names."""
    keys = [Column("月份" if every is Every.MONTH else "日期", 12, as_text=True)]
    if every is Every.DAY:
        keys.append(Column("班次", 8))
    keys.append(Column("单位", 20))
    columns = [*keys, *(Column(f"{one.label}（{one.unit}）", 14) for one in quantities)]
    blank = [""] * len(quantities)
    shift = [""] if every is Every.DAY else []
    rows = [[str(on), *shift, name, *blank] for _, name in units]
    explained = Table(
        name="说明",
        columns=[Column("数据项目", 18), Column("计量", 8), Column("是什么", 80, wrap=True)],
        rows=[(one.label, one.unit, one.definition) for one in quantities],
        notes=(
            "没有的数空着，空着的不导入；写 0 就是 0。",
            "按天的表，分班录就写班次，录全天就空着；同一天只录一种。",
            "只录到区队，或只录到班组：上级的数由下级加起来，两级都录会加两遍。",
        ),
    )
    return workbooks.write([Table(name=f"{every.label}录的数据", columns=columns, rows=rows), explained])

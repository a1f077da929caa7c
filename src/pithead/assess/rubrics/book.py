"""A standard as a workbook: the merged layout mines know, printable, with the columns that let it be read back."""

import io
from collections.abc import Iterator, Mapping
from typing import Any

from pithead.assess import gauges
from pithead.assess.contents import Content, all_clauses, complete
from pithead.assess.feeds import in_words
from pithead.assess.rubrics import own_columns as own
from pithead.kernel.workbooks import new_workbook
from pithead.kernel.workbooks.writing import FONT

ORDINALS = "一二三四五六七八九十"
LINE = 15  # points of height per line of text
HEADING_ROW = 1
Row = list[Any]


def rubric_book(content: Mapping[str, Any], offices: Mapping[str, str] | None = None) -> bytes:
    """`offices`: code → name. `read_rubric` gives the same content again."""
    whole = complete(content)
    target = io.BytesIO()
    book = new_workbook(target)
    _Sheet(book, whole, offices or {}).write()
    _write_settings(book, whole)
    book.close()
    return target.getvalue()


class _Sheet:
    def __init__(self, book: Any, content: Content, offices: Mapping[str, str]):
        self.sheet = book.add_worksheet(own.SHEET)
        self.content, self.offices = content, offices
        cell = {"font_name": FONT, "font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
        self.cell = book.add_format(cell)
        self.middle = book.add_format({**cell, "align": "center"})
        self.heading = book.add_format({**cell, "bold": True, "align": "center", "bg_color": "#E8E8E8"})
        self.title = book.add_format({"font_name": FONT, "font_size": 16, "bold": True, "align": "center"})
        self.row = HEADING_ROW + 1

    def write(self) -> None:
        last = len(own.COLUMNS) - 1
        self.sheet.merge_range(0, 0, 0, last, f"{self.content['title']}评分标准", self.title)
        self.sheet.set_row(0, 30)
        for number, column in enumerate(own.COLUMNS):
            self.sheet.set_column(number, number, column.width)
            self.sheet.write_string(HEADING_ROW, number, column.heading, self.heading)
        for number, dimension in enumerate(self.content["dimensions"]):
            self._dimension(number, dimension)
        if self.content["dimensions"]:
            self._sum("合计", self.content["full_marks"])
        self._extras(own.BONUS, self.content["bonus"])
        self._extras(own.VETO, self.content["vetoes"])
        self._paper(last)

    def _paper(self, last: int) -> None:
        self.sheet.set_paper(9)
        self.sheet.set_landscape()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.freeze_panes(HEADING_ROW + 1, 0)
        self.sheet.repeat_rows(HEADING_ROW)
        self.sheet.print_area(0, 0, self.row - 1, last)
        self.sheet.set_footer("&C第 &P 页，共 &N 页")

    def _dimension(self, number: int, dimension: Content) -> None:
        top = self.row
        marks = sum(item["full"] or 0 for item in dimension["items"])
        for item in dimension["items"]:
            self._item(item)
        if self.row == top:
            return
        ordinal = f"{ORDINALS[number]}、" if number < len(ORDINALS) else ""
        self._down(top, self.row - 1, 0, f"{ordinal}{dimension['name']}（{_number(marks)}分）")
        self._sum("小计", marks)

    def _extras(self, heading: str, items: list[Content]) -> None:
        top = self.row
        for item in items:
            self._item(item)
        if self.row > top:
            self._down(top, self.row - 1, 0, heading)

    def _item(self, item: Content) -> None:
        """Its clauses, one a row; what is the item's own is merged over them."""
        top = self.row
        for row in self._rows(item):
            for column, value in enumerate(row):
                self._put(self.row, column, value)
            self.sheet.set_row(self.row, _height(row))
            self.row += 1
        for heading in ("编号", "项目内容", "标准分", "不考核的专业"):
            column = own.PLACE[heading]
            self._down(top, self.row - 1, column, self._own(item)[column])

    def _rows(self, item: Content) -> Iterator[Row]:
        for clause in item["clauses"] or [{}]:
            row = self._own(item)
            row[own.PLACE["条款"]] = clause.get("code")
            row[own.PLACE["考核内容及评分标准"]] = clause.get("text")
            row[own.PLACE["考核科室"]] = self.offices.get(clause.get("office", ""), clause.get("office"))
            row[own.PLACE["计分方式"]] = own.KINDS.get(clause.get("kind", ""))
            row[own.PLACE["每次"]], row[own.PLACE["最多"]] = clause.get("points"), clause.get("cap")
            row[own.PLACE["余数"]] = own.COUNTINGS.get(clause.get("counting", ""))
            row[own.PLACE["取数"]] = own.AUTOMATIONS.get(clause.get("automation", ""))
            row[own.PLACE["关联或后果"]] = _link(clause.get("link") or {}) or _effect(item)
            yield row

    def _own(self, item: Content) -> Row:
        row: Row = [None] * len(own.COLUMNS)
        row[own.PLACE["编号"]], row[own.PLACE["项目内容"]] = item["code"], item["name"]
        row[own.PLACE["标准分"]] = item.get("full")
        row[own.PLACE["不考核的专业"]] = "、".join(own.SPECIALTIES.get(one, one) for one in item.get("not_for") or ())
        return row

    def _sum(self, word: str, value: float) -> None:
        """小计 over the columns before the full marks, the last two merged, as on the national sheets."""
        marks, last = own.PLACE["标准分"], len(own.COLUMNS) - 1
        self.sheet.merge_range(self.row, 0, self.row, marks - 1, word, self.middle)
        self.sheet.write_number(self.row, marks, value, self.middle)
        for column in range(marks + 1, last - 1):
            self.sheet.write_blank(self.row, column, None, self.cell)
        self.sheet.merge_range(self.row, last - 1, self.row, last, "", self.cell)
        self.row += 1

    def _down(self, top: int, bottom: int, column: int, value: Any) -> None:
        if bottom > top:
            self.sheet.merge_range(top, column, bottom, column, "", self.cell)
        self._put(top, column, value)

    def _put(self, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, self.cell)
        elif isinstance(value, str):
            self.sheet.write_string(row, column, value, self.cell)
        else:
            self.sheet.write_number(row, column, value, self.middle)


def _write_settings(book: Any, content: Content) -> None:
    """What a score sheet has no place for."""
    sheet = book.add_worksheet(own.SETTINGS)
    sheet.set_column(0, 3, 22)
    for row, values in enumerate([["项目", "内容", "", ""], *_settings(content)]):
        for column, value in enumerate(values):
            sheet.write_string(row, column, str(value))


def _settings(content: Content) -> Iterator[list[Any]]:
    for key, label in own.HEADER.items():
        yield [label, _setting(key, content[key])]
    for dimension in content["dimensions"]:
        yield [own.DIMENSION, dimension["code"], dimension["name"]]
    for tier in content["tiers"]:
        yield [own.TIER, tier["code"], tier["name"], _number(tier["floor"])]
    for group in content["peer_groups"]:
        names = "、".join(own.SPECIALTIES.get(one, one) for one in group["specialties"])
        yield [own.GROUP, group["code"], group["name"], names]
    for _, clause in all_clauses(content):
        if clause["feeds"]:
            yield [own.FEEDS, clause["code"], in_words(clause["feeds"])]
        if clause["gauge"]:
            yield [own.GAUGE, clause["code"], gauges.in_words(clause["gauge"])]


def _setting(key: str, value: Any) -> str:
    if key == "subject":
        return own.SUBJECTS.get(str(value), str(value))
    if key == "aggregation":
        return own.AGGREGATIONS.get(str(value), str(value))
    if isinstance(value, list):
        return "、".join(_number(one) if not isinstance(one, str) else one for one in value)
    return "" if value is None else str(value)


def _link(link: Mapping[str, Any]) -> str:
    if not link:
        return ""
    return f"{link['standard']}：{'、'.join(link['dimensions']) or own.WHOLE}"


def _effect(item: Content) -> str:
    if "effect" not in item:
        return ""
    label = str(own.EFFECTS.get(item["effect"], item["effect"]))
    return f"{label}：{item['dimension']}" if item["dimension"] else label


def _number(value: Any) -> str:
    return "" if value is None else f"{value:g}"


def _height(row: Row) -> int:
    """Room for the cell with the most lines; Chinese letters are two units wide."""
    lines = [
        sum(-(-2 * len(part) // max(int(column.width) - 1, 1)) or 1 for part in str(value).split("\n"))
        for value, column in zip(row, own.COLUMNS, strict=True)
        if value is not None and column.wrap
    ]
    return LINE * min(max((1, *lines)), 26)

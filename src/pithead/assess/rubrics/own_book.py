"""Reading back what `book` has written, also after people have edited it in Excel."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

from pithead.assess import feeds, gauges
from pithead.assess.contents import Content, complete
from pithead.assess.rubrics import own_columns as own
from pithead.assess.rubrics.lines import words
from pithead.assess.rubrics.marks import points_of, written
from pithead.assess.rubrics.offices import Offices
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.workbooks import Sheet, Workbook

T = TypeVar("T")
_SUM = {"小计": True, "合计": False}
_DIMENSION = re.compile(r"(?:[一二三四五六七八九十]、)?(.*)（[\d.]*分）", re.DOTALL)
LETTERS = "ABCDEFGHIKLMNOPQRSTUWXYZ"
Answer = tuple[Content, tuple[Reason, ...], tuple[Reason, ...]]


def is_own(book: Workbook) -> bool:
    return any(sheet.name == own.SETTINGS for sheet in book.sheets) and _header_row(book.sheets[0]) is not None


def read_own(book: Workbook, code: str, offices: Offices, title: str) -> Answer:
    """Content, notes, problems."""
    reader = _Reader(book, offices)
    content = reader.read()
    if reader.settings.get(own.HEADER["code"]) != code:
        message = f"文件里的代码是“{reader.settings.get(own.HEADER['code'])}”，按“{code}”导入"
        reader.notes.append(Reason(message))
    return {**content, "code": code, "title": title or content["title"]}, tuple(reader.notes), tuple(reader.problems)


def _header_row(sheet: Sheet) -> int | None:
    for row in range(min(5, len(sheet.rows))):
        if [words(cell) for cell in sheet.rows[row]][: len(own.HEADINGS)] == list(own.HEADINGS):
            return row
    return None


class _Reader:
    def __init__(self, book: Workbook, offices: Offices):
        self.sheet = book.sheets[0]
        self.spread = self.sheet.unmerged()
        self.offices = offices
        self.notes: list[Reason] = []
        self.problems: list[Reason] = []
        self.lists: list[list[str]] = []
        self.settings = self._settings(next(sheet for sheet in book.sheets if sheet.name == own.SETTINGS))
        self.dimensions: list[dict[str, Any]] = []
        self.extras: dict[str, list[dict[str, Any]]] = {own.BONUS: [], own.VETO: []}
        self._total = self._block = Decimal(0)

    def read(self) -> Content:
        begin = (_header_row(self.sheet) or 0) + 1
        for row in range(begin, len(self.sheet.rows)):
            first = self._text(row, "检查项目")
            if first in _SUM:
                self._check_sum(row, first)
            elif any(self._text(row, heading) for heading in own.HEADINGS[: own.PLACE["扣分原因"]]):
                self._row(row, first)
        return self._content()

    # ── settings ──
    def _settings(self, sheet: Sheet) -> dict[str, str]:
        rows = [[words(cell) for cell in row] + [""] * 4 for row in sheet.rows[1:]]
        self.lists = [row for row in rows if row[0] in (own.DIMENSION, own.TIER, own.GROUP, own.FEEDS, own.GAUGE)]
        return {row[0]: row[1] for row in rows if row[0] in own.HEADER.values()}

    def _listed(self, kind: str) -> list[list[str]]:
        return [row for row in self.lists if row[0] == kind]

    def _header(self) -> dict[str, Any]:
        found: dict[str, Any] = {key: self.settings.get(label, "") for key, label in own.HEADER.items()}
        found["subject"] = own.back(own.SUBJECTS, found["subject"])
        found["aggregation"] = own.back(own.AGGREGATIONS, found["aggregation"])
        found["tie_breakers"] = [one for one in found["tie_breakers"].split("、") if one]
        found["weights"] = [self._setting(one, "各月权数") for one in found["weights"].split("、") if one]
        for key in ("full_marks", "bonus_cap", "publicity_days"):
            found[key] = self._setting(found[key], own.HEADER[key])
        codes, unknown, _ = self.offices.find(found["owner"])
        if unknown or not codes:
            self.problems.append(
                Reason(f"本矿没有牵头科室“{found['owner']}”，请改成{self.offices.names}之一", own.SETTINGS)
            )
        return {**found, "owner": codes[0] if codes else found["owner"]}

    def _setting(self, text: str, label: str) -> int | float:
        value = points_of(text)
        if value is None:
            self.problems.append(Reason(f"{label}“{text}”不是数字，请填一个数", f"“{own.SETTINGS}”"))
        return written(value or Decimal(0))

    # ── rows ──
    def _row(self, row: int, first: str) -> None:
        code, name = self._text(row, "编号"), self._text(row, "项目内容")
        items = self.extras[first] if first in self.extras else self._dimension(first)["items"]
        last = items[-1] if items else None
        if last is None or (code, name) != last["written"]:
            last = self._item(row, code, name, first)
            items.append(last)
        last["clauses"].append(self._clause(row))

    def _dimension(self, first: str) -> dict[str, Any]:
        if not self.dimensions or self.dimensions[-1]["written"] != first:
            found = _DIMENSION.fullmatch(first)
            name = found[1] if found else first
            self.dimensions.append({"written": first, "name": name, "code": self._letter(name), "items": []})
        return self.dimensions[-1]

    def _letter(self, name: str) -> str:
        """The code the settings give a dimension of this name; a new one gets the next letter."""
        taken = {one["code"] for one in self.dimensions}
        listed = [line[1] for line in self._listed(own.DIMENSION)]
        known = [line[1] for line in self._listed(own.DIMENSION) if line[2] == name and line[1] not in taken]
        return known[0] if known else next(letter for letter in (*LETTERS, "ZZ") if letter not in {*taken, *listed})

    def _item(self, row: int, code: str, name: str, first: str) -> dict[str, Any]:
        item: dict[str, Any] = {"written": (code, name), "code": code, "name": name, "clauses": []}
        if first == own.VETO:
            effect, _, dimension = self._text(row, "关联或后果").partition("：")
            return {**item, "effect": own.back(own.EFFECTS, effect), "dimension": dimension or None}
        if first == own.BONUS:
            return item
        full = self._figure(row, "标准分")
        if not full or full <= 0:
            self.problems.append(Reason(f"“{name}”没有标准分，请填上", self._where(row, "标准分")))
        self._block += full or 0
        self._total += full or 0
        specialties = [one for one in self._text(row, "不考核的专业").split("、") if one]
        return {
            **item,
            "full": written(full or Decimal(0)),
            "not_for": [own.back(own.SPECIALTIES, one) for one in specialties],
        }

    def _clause(self, row: int) -> dict[str, Any]:
        kind = own.back(own.KINDS, self._text(row, "计分方式"))
        return {
            "code": self._text(row, "条款"),
            "text": self._text(row, "考核内容及评分标准"),
            "kind": kind or "manual",
            "points": self._figure(row, "每次"),
            "cap": self._figure(row, "最多"),
            "counting": own.back(own.COUNTINGS, self._text(row, "余数")) or "started",
            "office": self._office(row),
            "automation": own.back(own.AUTOMATIONS, self._text(row, "取数")) or "M",
            "link": self._link(row) if kind == "link" else {},
            "feeds": self._counts(self._text(row, "条款"), own.FEEDS, feeds.from_words) or [],
            "gauge": self._counts(self._text(row, "条款"), own.GAUGE, gauges.from_words) or {},
        }

    def _counts(self, code: str, heading: str, read: Callable[[str], T]) -> T | None:
        """Which matters or figure the clause counts; books written before anybody asked say nothing."""
        said = next((line[2] for line in self._listed(heading) if line[1] == code), "") if code else ""
        try:
            return read(said)
        except Refused as refused:
            self.problems += [Reason(reason.message, f"“{own.SETTINGS}”{code}") for reason in refused.reasons]
            return None

    def _link(self, row: int) -> dict[str, Any]:
        standard, _, dimensions = self._text(row, "关联或后果").partition("：")
        listed = [] if dimensions in ("", own.WHOLE) else dimensions.split("、")
        return {"standard": standard, "dimensions": listed} if standard else {}

    def _office(self, row: int) -> str:
        name = self._text(row, "考核科室")
        codes, unknown, _ = self.offices.find(name)
        if unknown:
            message = (
                f"本矿没有科室“{'、'.join(unknown)}”。现有：{self.offices.names}。请改成其中一个，或先建立这个科室"
            )
            self.problems.append(Reason(message, self._where(row, "考核科室")))
        return codes[0] if codes else ""

    def _check_sum(self, row: int, word: str) -> None:
        stated, got = self._figure(row, "标准分"), self._block if _SUM[word] else self._total
        if stated is not None and stated != got:
            message = f"{word}写的是 {stated} 分，上面各项加起来是 {got} 分，请核对标准分"
            self.problems.append(Reason(message, self._where(row, "标准分")))
        self._block = Decimal(0)

    # ── cells ──
    def _text(self, row: int, heading: str) -> str:
        try:
            return words(self.spread.cell(row, own.PLACE[heading]))
        except Refused as refused:
            self.problems += [Reason(reason.message, self._where(row, heading)) for reason in refused.reasons]
            return ""

    def _figure(self, row: int, heading: str) -> Decimal | None:
        value = points_of(self.spread.cell(row, own.PLACE[heading]))
        if value is None and (text := self._text(row, heading)):
            self.problems.append(Reason(f"“{text}”不是数字，请只写一个数", self._where(row, heading)))
        return value

    def _where(self, row: int, heading: str) -> str:
        return self.sheet.where(row, own.PLACE[heading])

    # ── the whole ──
    def _content(self) -> Content:
        full = written(self._total)
        header = self._header()
        if self.dimensions:
            header["full_marks"] = full
        return complete(
            {
                **header,
                "tiers": [
                    {"code": code, "name": name, "floor": self._setting(floor, f"档次“{name}”的分数线")}
                    for _, code, name, floor, *_ in self._listed(own.TIER)
                ],
                "peer_groups": [
                    {
                        "code": code,
                        "name": name,
                        "specialties": [own.back(own.SPECIALTIES, one) for one in names.split("、") if one],
                    }
                    for _, code, name, names, *_ in self._listed(own.GROUP)
                ],
                "dimensions": [{**one, "items": _coded(one["items"], one["code"])} for one in self.dimensions],
                "bonus": _coded(self.extras[own.BONUS], "J"),
                "vetoes": _coded(self.extras[own.VETO], "V"),
            }
        )


def _coded(items: list[dict[str, Any]], letter: str) -> list[dict[str, Any]]:
    """Rows that people have added get the next free codes."""
    taken = {item["code"] for item in items}
    for item in items:
        item["code"] = item["code"] or _free(letter, "", taken)
        clauses = {clause["code"] for clause in item["clauses"]}
        for clause in item["clauses"]:
            clause["code"] = clause["code"] or _free(item["code"], ".", clauses)
    return items


def _free(stem: str, joint: str, taken: set[str]) -> str:
    number = next(number for number in range(1, 1000) if f"{stem}{joint}{number}" not in taken)
    taken.add(code := f"{stem}{joint}{number}")
    return code

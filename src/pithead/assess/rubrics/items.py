"""One group of lines → one item with its clauses: a short name, the whole wording, who scores it."""

import re
from collections import Counter
from decimal import Decimal
from typing import Any

from pithead.assess.models import ClauseKind
from pithead.assess.rubrics.groups import Group, Groups
from pithead.assess.rubrics.headings import Role
from pithead.assess.rubrics.lines import Line, Piece, Section
from pithead.assess.rubrics.marks import split_marks, without_ordinal, written
from pithead.assess.rubrics.offices import Offices
from pithead.assess.rubrics.wording import LONGEST, TRIM, Wording, cut, parse, plain_of, says_points
from pithead.kernel.refusal import Reason

SHOWN = 8  # rows that a sentence names
NAME = 64  # letters of an item's name
SHORT = (
    32  # what is longer and has stops in it is a sentence: its beginning is the name, the whole stands in the clauses
)
_STOPS = re.compile(r"[。；;！!：:，,\n]")
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_COST = re.compile(r"([每一1][\u4e00-\u9fff]{0,3})?([扣加减]|不得分).*$")
_SUPPLIES = re.compile(r"(统计|提供|负责|考核|检查|数据|报表|台账)+$")
_LINK = re.compile(r"折算|换算")


class ItemReader:
    """Reads the groups of one table, and keeps what is to be said about them."""

    def __init__(self, found: Groups, offices: Offices, owner: str):
        self.found, self.offices, self.owner = found, offices, owner
        self.notes: list[Reason] = []
        self.problems: list[Reason] = []
        self.texts: list[tuple[str, str]] = []  # place → what is scored there
        self._without_office: list[int] = []
        self._unknown: dict[str, tuple[str, int]] = {}
        self._guessed: set[str] = set()
        self._shared = _shared(found)
        levels = found.table.columns(Role.LEVEL)
        self._graded = sum("级指标" in found.table.headings[column] for column in levels) > 1  # 一级指标, 二级指标 …

    def item(self, group: Group, code: str) -> dict[str, Any]:
        """A scored item of a pack."""
        name, level = self._name(group)
        self.texts.append((self._where(group.first), name))
        if group.full is None or group.full <= 0:
            self.problems.append(Reason(f"“{name}”没有标准分，请填上", self._where(group.first)))
        clauses = [
            clause for lines, text in self._sentences(group, level) for clause in self._clauses(group, lines, text)
        ]
        for number, clause in enumerate(clauses, 1):
            clause["code"] = f"{code}.{number}"
        return {"code": code, "name": name, "full": written(group.full or Decimal(0)), "clauses": clauses}

    def outside(self, line: Line, name: str, text: str, points: Decimal | None) -> dict[str, Any]:
        """A bonus or a veto, its sentence as it stands."""
        pieces = cut(text)
        self.texts.append((self._where(line), text))
        office = self._office(line)
        clauses = [
            {"text": piece, "kind": "manual", "points": points if piece is pieces[0] else None, "office": office}
            for piece in pieces
        ]
        return {"name": name, "clauses": [_plain_figures(clause) for clause in clauses]}

    def finish(self) -> None:
        """What is said once for the whole sheet."""
        where = self.found.where(self.found.table.header_row)
        if self._without_office:
            rows = list(dict.fromkeys(self._without_office))
            shown = "、".join(str(row + 1) for row in rows[:SHOWN]) + (" 等" if len(rows) > SHOWN else "")
            owner = self.offices.name_of(self.owner)
            message = f"有 {len(rows)} 行没有写考核科室（第 {shown} 行），先归牵头的“{owner}”，请核对"
            self.notes.append(Reason(message, where))
        for name, (place, count) in self._unknown.items():
            more = f"（共 {count} 处）" if count > 1 else ""
            message = f"本矿没有科室“{name}”{more}。现有：{self.offices.names}。请改成其中一个，或先建立这个科室"
            self.problems.append(Reason(message, place))

    # ── names ──
    def _name(self, group: Group) -> tuple[str, int]:
        """The name, and the level it came from: what stands right of it belongs to the wording."""
        levels = group.first.levels
        begin = self.found.level + 1
        own = next((n for n in range(begin, len(levels)) if levels[n].text and self._shared[levels[n]] == 1), None)
        if own is None or self._graded:
            own = next((n for n in reversed(range(begin, len(levels))) if levels[n].text), None)
        if own is None:
            text = group.dimension.text or next(
                (piece.text for piece in levels if piece.text), group.first.wording.text
            )
            return short_name(text)[0], len(levels)
        above = [bare(levels[n].text) for n in range(begin, own) if levels[n].text]
        runs = list(dict.fromkeys(line.levels[own].text for line in group.lines if line.levels[own].text))
        short, whole = short_name(runs[0])
        if len(runs) > 1:  # one figure over several requirements: 事故、三违
            short, whole = "、".join(short_name(run)[0] for run in runs), False
            short = short if len(short) <= SHORT else f"{short_name(runs[0])[0]}等 {len(runs)} 项"
        name = "：".join([*dict.fromkeys(above), short])
        return name if len(name) <= NAME else short[:NAME], own if whole else own - 1

    # ── sentences ──
    def _sentences(self, group: Group, level: int) -> list[tuple[list[Line], str]]:
        """The lines that share a deduction wording, with what they require; each requirement is said once."""
        bundles: list[list[Line]] = []
        for line in group.lines:
            if bundles and line.wording.text and line.wording == bundles[-1][-1].wording:
                bundles[-1].append(line)
            else:
                bundles.append([line])
        said: set[Piece] = set()
        found = []
        for lines in bundles:
            required = []
            for line in lines:
                pieces = [piece for piece in line.levels[max(level + 1, 0) :] if piece.text and piece not in said]
                new = [piece for piece in dict.fromkeys(pieces) if piece != group.dimension]
                said.update(new)
                required.append("：".join(piece.text.strip(TRIM) for piece in new))
            found.append((lines, "；".join(filter(None, required))))
        return found

    def _clauses(self, group: Group, lines: list[Line], required: str) -> list[dict[str, Any]]:
        line = lines[0]
        wording, method = line.wording.text, self._method(line)
        if required:
            required += method
        elif len(wording) + len(method) < LONGEST:
            wording = wording.rstrip(TRIM) + method
        if not wording:
            wording, required = required, ""
        name = self._name(group)[0]
        office = self._office(line)
        parsed = (
            parse(wording, group.full) if wording else [Wording(name, remark="只有项目，没有写怎么扣分，按人工评定")]
        )
        return [self._clause(group, line, one, office) for one in _with_requirement(required, parsed)]

    def _method(self, line: Line) -> str:
        """（检查方法：查会议记录） behind what it checks."""
        if not line.method.text or (self._offices_of_method(line) and not _SUPPLIES.search(line.method.text)):
            return ""
        heading = self.found.table.headings.get(line.method.column, "检查方法")
        return f"（{heading}：{'、'.join(line.method.text.split())}）"

    def _offices_of_method(self, line: Line) -> list[str]:
        """数据来源：安全科 names the office, where no column does."""
        codes, unknown, guessed = self.offices.find(_SUPPLIES.sub("", line.method.text))
        return [] if line.office.text or unknown or guessed else codes

    def _clause(self, group: Group, line: Line, wording: Wording, office: str) -> dict[str, Any]:
        where = self._where(line)
        self.texts.append((where, wording.text))
        shown = f"“{wording.text[:24]}{'…' if len(wording.text) > 24 else ''}”"
        if wording.remark:
            self.notes.append(Reason(f"{shown}{wording.remark}", where))
        elif wording.kind == ClauseKind.BAND:
            self.notes.append(Reason(f"{shown}按区间扣分，文字照录，扣多少由打分的人按区间填", where))
        if wording.kind == ClauseKind.MANUAL and _LINK.search(wording.text):
            self.notes.append(Reason(f"{shown}像是按别的得分折算，要自动折算请在网页上改成“按关联得分折算”", where))
        if wording.points is not None and group.full and wording.points > group.full:
            message = f"{shown}一次扣 {wording.points} 分，比这一项的标准分 {group.full} 分还多，最多扣完"
            self.notes.append(Reason(message, where))
        clause = {"text": wording.text, "kind": wording.kind.value, "points": wording.points, "cap": wording.cap}
        if wording.kind == ClauseKind.STEP:
            clause["counting"] = wording.counting.value
        return _plain_figures({**clause, "office": office})

    # ── offices ──
    def _office(self, line: Line) -> str:
        if named := self._offices_of_method(line):
            return named[0]
        if not line.office.text:
            self._without_office.append(line.row)
            return self.owner
        where = self.found.where(line.row, line.office.column)
        codes, unknown, guessed = self.offices.find(line.office.text)
        for name in unknown:
            place, count = self._unknown.get(name, (where, 0))
            self._unknown[name] = (place, count + 1)
        self.notes += [Reason(f"{words}，请核对", where) for words in guessed if words not in self._guessed]
        self._guessed.update(guessed)
        if len(codes) > 1:
            others = "、".join(self.offices.name_of(code) for code in codes[1:])
            message = f"一条只能由一个科室打分：归“{self.offices.name_of(codes[0])}”，没有记{others}"
            self.notes.append(Reason(message, where))
        return codes[0] if codes else self.owner

    def _where(self, line: Line) -> str:
        column = line.wording.column if line.wording.text else next((p.column for p in line.levels if p.text), None)
        return self.found.where(line.row, column)


def bare(text: str) -> str:
    """一、班子建设好（10分） → 班子建设好."""
    return _BETWEEN.sub("", " ".join(split_marks(without_ordinal(text))[0].split()))


def short_name(text: str) -> tuple[str, bool]:
    """A name, and whether it says all there is."""
    name = bare(text)
    if says_points(plain_of(name)):
        return _before_points(name), False
    if len(name) <= SHORT or (len(name) <= NAME and not _STOPS.search(name)):
        return name, True
    return _within(next((part.strip() for part in _STOPS.split(name) if part.strip()), name)), False


def _before_points(name: str) -> str:
    """班前会漏开的，每次扣 0.5 分 → 班前会漏开; what is lost is no name."""
    parts = [part.strip().removesuffix("的") for part in _STOPS.split(name) if part.strip()]
    telling = next((part for part in parts if not says_points(plain_of(part))), None)
    return _within(telling or _COST.sub("", parts[0]).strip(TRIM) or parts[0])


def _within(name: str) -> str:
    return name if len(name) <= NAME else f"{name[: NAME - 1]}…"


def _with_requirement(required: str, parsed: list[Wording]) -> list[Wording]:
    """What is required stands before what it costs, in one clause where there is room."""
    if not required:
        return parsed
    first = parsed[0]
    joint = required if required[-1] in "。；;：:！" else f"{required}："
    if len(joint) + len(first.text) <= LONGEST:
        return [_retold(first, joint + first.text), *parsed[1:]]
    return [*(Wording(piece, remark="是要求，没有写扣多少分") for piece in cut(required)), *parsed]


def _retold(wording: Wording, text: str) -> Wording:
    return Wording(text, wording.kind, wording.points, wording.cap, wording.counting, wording.remark)


def _plain_figures(clause: dict[str, Any]) -> dict[str, Any]:
    return {key: written(value) if isinstance(value, Decimal) else value for key, value in clause.items()}


def _shared(found: Groups) -> Counter[Piece]:
    """Over how many items a text holds."""
    return Counter(
        piece
        for group in found.groups
        if group.section == Section.SCORED
        for piece in {line.levels[n] for line in group.lines for n in range(len(line.levels))}
    )

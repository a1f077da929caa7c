"""One look at the XML of a sheet before it is read: how far it reaches, which cells are errors or uncalculated formulas.

The reader lays a sheet out as one rectangle, so a single value in a far corner would fill the memory; and it hands errors
and formulas without a value out as empty cells. Plain sheets are settled by counting; only the others are parsed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.archive import DAMAGED
from pithead.kernel.workbooks.limits import Limits
from pithead.kernel.workbooks.sheets import Flaw

_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})\d{1,7}"')
_LINE = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"')
_ROW = re.compile(rb'<row r="(\d{1,7})"')
_OTHER_ROW = b"<rowBreaks"
_OTHER_C = (b"<col", b"<cond", b"<cf", b"<cust")  # tags of a sheet that begin like a cell's
_WITH_PREFIX = re.compile(rb":(?:c|f|row)[\s/>]")
_SHARED = re.compile(rb"<(?:[^\s<>/:]+:)?si[\s/>]")
_SHARED_WITH_PREFIX = re.compile(rb":si[\s/>]")
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW_NUMBER = re.compile(r"[0-9]{1,7}")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # XFD: Excel has no more

UNCALCULATED = "这一格是公式，文件里没有算好的结果。请用 Excel 打开后重新保存，或把公式改成数值"


def error_flaw(shown: str) -> Flaw:
    return Flaw(f"这一格是错误值 {shown}，请改成正确的内容", shown)


@dataclass
class Scan:
    """`flaws` by (row, column), counted from 0; `rows` and `columns` are how far the values reach."""

    rows: int = 0
    columns: int = 0
    text: int = 0  # bytes of shared text its cells mean, where that could be much
    flaws: dict[tuple[int, int], Flaw] = field(default_factory=dict)


def shared_lengths(pieces: Iterable[bytes]) -> list[int]:
    """How long each of the workbook's shared texts is, with its tags."""
    xml = b"".join(pieces)
    texts = _SHARED.split(xml) if _SHARED_WITH_PREFIX.search(xml) else xml.split(b"<si")
    return [len(text) for text in texts[1:]]


def scan(name: str, pieces: Iterable[bytes], shared: Sequence[int], limits: Limits) -> Scan:
    """Refuses too many rows while still unpacking."""
    whole: list[bytes] = []
    columns, lines, numbers = set[bytes](), set[bytes](), set[bytes]()
    rows = cells = 0
    plain = True
    for piece in _at_tags(pieces):
        whole.append(piece)
        rows += piece.count(b"<row") + piece.count(b":row")
        if rows > limits.rows:
            raise too_many_rows(name, limits)
        found, numbered = _COLUMN.findall(piece), _ROW.findall(piece)
        cells += len(found)
        columns.update(found)
        lines.update(_LINE.findall(piece))
        numbers.update(numbered)
        plain = plain and _is_plain(piece, len(found), len(numbered))
    if not plain or cells * max(shared, default=0) > limits.text:
        return _Parser(shared).parse(whole)
    places = [_number(column.decode()) for column in columns]
    _check_places([*map(int, numbers), *map(int, lines)], places)
    return Scan(max(map(int, lines), default=0), max(places, default=0))


def _check_places(rows: Sequence[int], columns: Sequence[int]) -> None:
    """The reader computes with whatever number stands there, and asks for as much memory: no such place, no such workbook."""
    if rows and not 1 <= min(rows) <= max(rows) <= LAST_ROW:
        raise Refused(DAMAGED)
    if columns and max(columns) > LAST_COLUMN:
        raise Refused(DAMAGED)


def _is_plain(piece: bytes, cells: int, rows: int) -> bool:
    """All rows and cells are written the usual way, none is a formula or an error. Looks for marks only: this runs over megabytes."""
    others = piece.count(b"<c") - cells
    if others and others != sum(map(piece.count, _OTHER_C)):
        return False
    if piece.count(b"<row") - piece.count(_OTHER_ROW) != rows:
        return False
    return not (
        b"<f" in piece
        or b'"e"' in piece
        or (b"'" in piece and b"'e'" in piece)
        or _WITH_PREFIX.search(piece) is not None
    )


def too_many_rows(name: str, limits: Limits) -> Refused:
    return Refused(
        f"工作表“{name}”超过了 {limits.rows} 行（只有格式的空行也算）。请选中最后一行数据下面的所有行，删除后另存再传"
    )


def _at_tags(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """The same bytes, cut between tags only."""
    rest = b""
    for piece in pieces:
        joined = rest + piece
        cut = joined.rfind(b">") + 1
        rest = joined[cut:]
        yield joined[:cut]
    yield rest


def _number(column: str) -> int:
    """A → 1, AB → 28."""
    value = 0
    for letter in column.upper():
        value = value * 26 + ord(letter) - 64
    return value


class _Parser:
    """Expat over the whole sheet. A document type, the only door to entities, is refused."""

    def __init__(self, shared: Sequence[int]) -> None:
        self._shared = shared
        self._result = Scan()
        self._row = self._column = 0  # of the current cell, from 1
        self._formula = self._in_value = False
        self._type = self._value = ""

    def parse(self, pieces: Iterable[bytes]) -> Scan:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding unheard of
            raise Refused(DAMAGED) from error
        return self._result

    @staticmethod
    def _refuse(*_: object) -> None:
        raise Refused(DAMAGED)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self._begin_row(attributes.get("r"))
            case "c":
                self._begin_cell(attributes)
            case "f":
                self._formula = True
            case "v" | "is":
                self._in_value = True

    def _begin_row(self, number: str | None) -> None:
        if number is not None and not _ROW_NUMBER.fullmatch(number):
            raise Refused(DAMAGED)
        self._row = int(number) if number else self._row + 1
        self._column = 0
        _check_places([self._row], [])

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        found = _REFERENCE.fullmatch(reference or "")
        if reference is not None and not found:
            raise Refused(DAMAGED)
        self._column = _number(found[1]) if found else self._column + 1
        self._row = int(found[2]) if found else self._row
        _check_places([self._row], [self._column])
        self._result.rows = max(self._result.rows, self._row)
        self._result.columns = max(self._result.columns, self._column)
        self._type, self._formula, self._value = attributes.get("t", ""), False, ""

    def _end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v" | "is":
                self._in_value = False
            case "c":
                self._end_cell()

    def _end_cell(self) -> None:
        place = self._row - 1, self._column - 1
        if self._type == "e":
            self._result.flaws[place] = error_flaw(self._value.strip()[:20])
        elif self._formula and not self._value:
            self._result.flaws[place] = Flaw(UNCALCULATED)
        elif self._type == "s":
            number = _whole(self._value, 0)
            self._result.text += (
                self._shared[number] if number < len(self._shared) else 0
            )  # the reader skips those, too

    def _text(self, data: str) -> None:
        if self._in_value and len(self._value) < 32:
            self._value += data


def _whole(value: str | None, otherwise: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 8 else otherwise

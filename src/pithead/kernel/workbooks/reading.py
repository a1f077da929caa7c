"""From a file's bytes to sheets of values."""

import io
import posixpath
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.parsers import expat

import python_calamine as calamine

from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import archive
from pithead.kernel.workbooks.limits import Limits
from pithead.kernel.workbooks.old import read_old
from pithead.kernel.workbooks.scan import Scan, scan, shared_lengths, too_many_rows
from pithead.kernel.workbooks.sheets import Cell, Corner, Flaw, Sheet, Workbook


def read(source: Path | bytes, *, name: str = "", limits: Limits = Limits()) -> Workbook:  # noqa: B008  frozen
    """The visible sheets of an .xlsx or .xls file, or `Refused` in words. `name` is what the sender called the file."""
    if isinstance(source, Path):
        archive.check_size(source.stat().st_size, limits)
        name, source = name or source.name, source.read_bytes()
    archive.check_size(len(source), limits)
    if archive.is_archive(source, name):
        sheets = sheets_of(source, _scans(source, limits), limits)
    else:
        sheets = read_old(source, limits)
    if not sheets:
        raise Refused("工作簿里没有可读的工作表（隐藏的工作表不读）")
    if all(sheet.is_empty for sheet in sheets):
        raise Refused("工作簿是空的，里面没有内容")
    return Workbook(name, sheets)


def sheets_of(content: bytes, scans: dict[str, Scan] | None, limits: Limits) -> tuple[Sheet, ...]:
    """The visible sheets. The reader is written in Rust: what it did not expect comes as a panic, which is no `Exception`."""
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return tuple(_sheets(book, scans, limits))
    except (Refused, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        raise Refused(archive.DAMAGED) from error


def _sheets(book: calamine.CalamineWorkbook, scans: dict[str, Scan] | None, limits: Limits) -> list[Sheet]:
    """Without scans, as for old workbooks, a sheet's extent is known only once it is laid out."""
    found, cells = [], 0
    for about in book.sheets_metadata:
        if about.typ is not calamine.SheetTypeEnum.WorkSheet or about.visible is not calamine.SheetVisibleEnum.Visible:
            continue
        raw = book.get_sheet_by_name(about.name)
        if scans is None:
            rows, columns = (last + 1 for last in raw.end or (-1, -1))
            cells += _check_extent(raw.name, rows, columns, limits)
            _check_cells(cells, limits)
            found.append(_sheet(raw, {}))
        elif about.name in scans:
            found.append(_sheet(raw, scans[about.name].flaws))
        else:  # the two readers must agree on what the sheets are
            raise Refused(archive.DAMAGED)
    return found


def _sheet(raw: calamine.CalamineSheet, flaws: dict[tuple[int, int], Flaw]) -> Sheet:
    rows: list[list[Cell]] = raw.to_python(skip_empty_area=False)  # type: ignore[assignment]
    width = len(rows[0]) if rows else 0
    for (row, column), flaw in flaws.items():
        if row < len(rows) and column < width:
            rows[row][column] = flaw
    return Sheet(raw.name, rows, _within(raw.merged_cell_ranges or (), len(rows), width))


def _within(merged: Iterable[tuple[Corner, Corner]], rows: int, columns: int) -> tuple[tuple[Corner, Corner], ...]:
    """Merged ranges as far as there is anything: a few letters can claim all cells a sheet could have."""
    inside = (
        ((top, left), (min(bottom, rows - 1), min(right, columns - 1))) for (top, left), (bottom, right) in merged
    )
    return tuple(sorted((first, last) for first, last in inside if first[0] <= last[0] and first[1] <= last[1]))


def _check_extent(name: str, rows: int, columns: int, limits: Limits) -> int:
    """How many cells that makes."""
    if rows > limits.rows:
        raise too_many_rows(name, limits)
    if columns > limits.columns:
        raise Refused(f"工作表“{name}”有 {columns} 列，超过了 {limits.columns} 列。请删除右边不用的列，另存后再传")
    return rows * columns


def _check_cells(cells: int, limits: Limits) -> None:
    if cells > limits.cells:
        raise Refused(f"工作簿有 {cells} 格，超过了 {limits.cells} 格。请删除数据以外的行和列，另存后再传")


def _scans(content: bytes, limits: Limits) -> dict[str, Scan]:
    """Every sheet's extent and flaws by its name. Each part of the archive is unpacked here for the first time."""
    book = archive.open_archive(content, limits)
    parts = _sheet_parts(book, content)
    shared = []
    for info in book.infolist():
        if info.filename.lower() == "xl/sharedstrings.xml":
            shared = shared_lengths(archive.inflate_xml(content, info))
        elif info.filename not in parts.values():
            is_xml = info.filename.lower().endswith((".xml", ".rels"))
            for _ in archive.inflate_xml(content, info) if is_xml else archive.inflate(content, info):
                pass  # held to its size, not read
    scans, cells = {}, 0
    for name, part in parts.items():
        seen = scans[name] = scan(name, archive.inflate_xml(content, _info(book, part)), shared, limits)
        cells += _check_extent(name, seen.rows, seen.columns, limits)
    _check_cells(cells, limits)
    if sum(seen.text for seen in scans.values()) > limits.text:
        raise Refused(archive.TOO_BIG_INSIDE)
    return scans


def _info(book: zipfile.ZipFile, part: str) -> zipfile.ZipInfo:
    try:
        return book.getinfo(part)
    except KeyError as error:
        raise Refused(archive.DAMAGED) from error


def _sheet_parts(book: zipfile.ZipFile, content: bytes) -> dict[str, str]:
    """Name of each worksheet → the archive's part that holds it."""
    targets: dict[str, str] = {}
    relations = _elements(book, content, "xl/_rels/workbook.xml.rels", "Relationship")
    for attributes in relations:
        if attributes.get("Type", "").endswith("/worksheet"):
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = target.lstrip("/")
    sheets = _elements(book, content, "xl/workbook.xml", "sheet")
    _check_once([attributes.get("Id", "") for attributes in relations])
    _check_once([attributes.get("name", "") for attributes in sheets])
    parts = {}
    for attributes in sheets:
        links = [value for key, value in attributes.items() if key.rpartition(":")[2] == "id"]
        _check_once(["id" for _ in links])
        if links and links[0] in targets:
            parts[attributes.get("name", "")] = targets[links[0]]
    return parts


def _check_once(names: list[str]) -> None:
    """What is there twice would be the one for us and the other for the reader."""
    if len(set(names)) != len(names):
        raise Refused(archive.DAMAGED)


def _elements(book: zipfile.ZipFile, content: bytes, part: str, tag: str) -> list[dict[str, str]]:
    """The attributes of all elements of one tag; no document type, so no entities."""
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == tag:
            found.append(attributes)

    def refuse(*_: object) -> None:
        raise Refused(archive.DAMAGED)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = start, refuse
    try:
        parser.Parse(b"".join(archive.inflate_xml(content, _info(book, part))), True)
    except (expat.ExpatError, LookupError) as error:  # LookupError: an encoding unheard of
        raise Refused(archive.DAMAGED) from error
    return found

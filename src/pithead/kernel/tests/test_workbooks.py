"""Headers wherever they stand, sheets however they are written, and workbooks that come out the same every time."""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from pithead.kernel import workbooks
from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks import Column, Flaw, Limits, Sheet, Table, Workbook, reading

WANTED = {"staff_no": ("工号", "员工编号"), "name": ("姓名",), "section": ("区队",), "crew": ("班组",)}
REQUIRED = ("staff_no", "name", ("section", "crew"))
Rows = list[list[Any]]


def sheet(rows: Rows, merged: tuple[Any, ...] = (), name: str = "花名册") -> Sheet:
    width = max(map(len, rows), default=0)
    return Sheet(name, [[*row, *[""] * (width - len(row))] for row in rows], merged)


def refusal(work: Any, *arguments: Any, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        work(*arguments, **more)
    return str(caught.value)


# ── headers ──
def test_the_header_is_found_below_a_title_over_all_columns() -> None:
    rows = [
        ["一览表", "", "", ""],
        ["制表日期：2026-07", "", "", ""],
        ["序 号", "工\n号", "姓名（必填）*", "区队："],
        [1, "1", "甲", "一队"],
    ]
    header = workbooks.find_header(sheet(rows, (((0, 0), (0, 3)),)), WANTED, REQUIRED)
    assert (header.row, header.data_row, header.columns) == (2, 3, {"staff_no": 1, "name": 2, "section": 3})
    assert header.unknown == ("序号",)
    assert header.where(3, "name") == "“花名册”第 4 行 C 列"


def test_two_header_rows_are_read_together() -> None:
    rows = [["工号", "姓名", "区队", "", "民族"], ["", "", "名称", "人数", ""], ["1", "甲", "一队", "9", "汉"]]
    wanted = {**WANTED, "section": ("区队名称",)}
    merged = (((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3)), ((0, 4), (1, 4)))
    header = workbooks.find_header(sheet(rows, merged), wanted, REQUIRED)
    assert (header.data_row, header.columns) == (2, {"staff_no": 0, "name": 1, "section": 2})
    assert header.unknown == ("区队人数", "民族")


def test_two_header_rows_that_are_not_merged_are_read_together() -> None:
    rows = [["工号", "姓名", "单位", ""], ["", "", "区队", "班组"], ["1", "甲", "一队", "一班"]]
    header = workbooks.find_header(sheet(rows), WANTED, REQUIRED)
    assert (header.data_row, header.columns["section"], header.columns["crew"]) == (2, 2, 3)


def test_a_heading_merged_over_two_columns_is_one_column() -> None:
    rows = [["工号", "姓名", "区队", ""], ["1", "甲", "一队", ""]]
    header = workbooks.find_header(sheet(rows, (((0, 2), (0, 3)),)), WANTED, REQUIRED)
    assert (header.columns["section"], header.unknown) == (2, ())


def test_a_second_column_of_the_same_meaning_is_listed_as_unknown() -> None:
    header = workbooks.find_header(sheet([["工号", "姓名", "区队", "员工编号"]]), WANTED, REQUIRED)
    assert (header.columns["staff_no"], header.unknown) == (0, ("员工编号",))


def test_missing_columns_are_named_with_the_sheet_that_was_looked_at() -> None:
    said = refusal(workbooks.find_header, sheet([["", ""], ["姓名", "工号", "年龄"]]), WANTED, REQUIRED)
    assert said == "“花名册”第 2 行：表头缺少这几列：“区队”或“班组”（找到了“姓名”、“工号”）。请补上列再传"


def test_a_fitting_sheet_is_taken_wherever_it_is_and_the_user_is_told() -> None:
    cover, list_ = sheet([["封面"]], name="封面"), sheet([["工号", "姓名", "区队"]], name="名单")
    header = workbooks.find_table(Workbook("", (cover, list_)), WANTED, REQUIRED)
    assert header.sheet.name == "名单"
    assert header.note == "第一张工作表“封面”里没有要的列，读的是“名单”"
    assert workbooks.find_table(Workbook("", (list_, cover)), WANTED, REQUIRED).note == ""
    said = refusal(workbooks.find_table, Workbook("", (cover, sheet([["地点"]], name="台账"))), WANTED, REQUIRED)
    assert "“封面”、“台账”" in said


# ── sheets ──
def test_a_sheet_knows_addresses_and_spreads_merged_cells() -> None:
    plain = sheet([["甲", "", ""], ["", "", "乙"]], (((0, 0), (1, 1)),))
    assert plain.where(4, 27) == "“花名册”第 5 行 AB 列"
    assert plain.where(0) == "“花名册”第 1 行"
    assert plain.unmerged().rows == [["甲", "甲", ""], ["甲", "甲", "乙"]]
    assert plain.cell(9, 9) == ""
    wild = sheet([["甲", ""]], (((0, 0), (999_999, 999)), ((0, 0), (0, 1))))
    assert "重叠" in refusal(wild.unmerged)


def test_merged_ranges_end_where_the_sheet_ends() -> None:
    """A range over all cells a sheet could have is written with a few letters; nobody shall lay it out."""
    cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in ("A1:XFD1048576", "F6:G7"))
    after = f"</sheetData><mergeCells>{cells}</mergeCells>".encode()
    file = with_part("sheet1.xml", lambda xml: xml.replace(b"</sheetData>", after))
    (sheet,) = workbooks.read(file, name="a.xlsx").sheets
    assert sheet.merged == (((0, 0), (0, 1)),)


# ── reading ──
def made(rows: Rows, **more: Any) -> bytes:
    width = max(map(len, rows), default=1)
    return workbooks.write([Table("花名册", [Column("")] * width, rows, **more)])


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    rows: Rows = [["工号", 1.5, Decimal("2.25"), True, dt.date(2021, 3, 5), None, "=1+1", "http://x"]]
    path = tmp_path / "甲.xlsx"
    path.write_bytes(made(rows))
    book = workbooks.read(path)
    assert book.name == "甲.xlsx"
    assert list(book.sheets[0].rows) == [["工号", 1.5, 2.25, True, dt.date(2021, 3, 5), "", "=1+1", "http://x"]]


def test_the_same_input_gives_the_same_bytes_and_no_formula() -> None:
    table = Table(
        "表", [Column("工号", as_text=True), Column("分", number="0.00")], [["=SUM(A1)", Decimal("1.5")]], "标题"
    )
    content = workbooks.write([table])
    assert content == workbooks.write([table])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        xml = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "1980" in str(archive.infolist()[0].date_time)
    assert "<f>" not in xml
    assert 'orientation="landscape"' in xml
    assert 'paperSize="9"' in xml
    assert 'ySplit="2"' in xml  # title and headings stay


def test_limits_are_counted_over_all_sheets() -> None:
    two = workbooks.write([Table(name, [Column("")] * 3, [["1", "2", "3"]] * 4) for name in ("甲", "乙")])
    assert "24 格，超过了 20 格" in refusal(workbooks.read, two, limits=Limits(cells=20))
    assert "超过了 3 行" in refusal(workbooks.read, two, limits=Limits(rows=3))
    assert "3 列，超过了 2 列" in refusal(workbooks.read, two, limits=Limits(columns=2))
    assert len(workbooks.read(two, limits=Limits(cells=24, rows=4, columns=3)).sheets) == 2


def with_cells(xml: str, prefix: str = "") -> bytes:
    target = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    bound = f'xmlns:{prefix[:-1]}="{main}"' if prefix else f'xmlns="{main}"'
    content = f"<{prefix}worksheet {bound}><{prefix}sheetData>{xml}</{prefix}sheetData></{prefix}worksheet>"
    with zipfile.ZipFile(io.BytesIO(made([["x"]]))) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name.endswith("sheet1.xml") else old.read(name))
    return target.getvalue()


@pytest.mark.parametrize(
    "corner",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="AB1048576"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='AB1048576'><v>1</v></c></row>",
        '<row r="1"><c s="0" r="AB1048576"><v>1</v></c></row>',
        '<row r="1"><c\nr="ab1048576"><v>1</v></c></row>',
        '<row r="1048576"><c><v>1</v></c></row>',
    ],
)
def test_a_far_corner_is_seen_however_it_is_written(corner: str) -> None:
    assert "超过了 50000 行" in refusal(workbooks.read, with_cells(corner))


@pytest.mark.parametrize(
    "place",
    [
        '<row r="1"><c r="B99999999"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZZ99999999"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="A0"><v>1</v></c></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="1"><c r=""><v>1</v></c></row>',
        "<row r='1'><c r='B99999999'><v>1</v></c></row>",
        '<row r="1"><c s="0" r="XFE1048577"><v>1</v></c></row>',
        '<row r="99999999"><c><v>1</v></c></row>',
        '<row r="99999999"><c r="A1"><v>1</v></c></row>',
        '<row r="99999999"/>',
        '<row r="1048577"/>',
        '<row r="0"><c r="A1"><v>1</v></c></row>',
        '<row r=""><c><v>1</v></c></row>',
        '<row r="-1"><c><v>1</v></c></row>',
        '<row r="1048576"/><row><c><v>1</v></c></row>',
    ],
)
def test_a_place_that_no_sheet_has_is_refused_before_the_reader_asks_for_the_memory(place: str) -> None:
    with patch.object(reading, "sheets_of", side_effect=AssertionError("the reader saw it")):
        assert "文件损坏" in refusal(workbooks.read, with_cells(place))


def test_the_places_a_sheet_may_have_are_read() -> None:
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"/><row r="1048576" hidden="1"/>'
    assert list(workbooks.read(with_cells(cells)).sheets[0].rows) == [[1]]


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "b">]>'


@pytest.mark.parametrize("part", ["sheet1.xml", "styles.xml", "workbook.xml", "workbook.xml.rels", "sharedStrings.xml"])
@pytest.mark.parametrize("doctype", [DOCTYPE, DOCTYPE.lower(), b" " * (256 * 1024 - 60) + DOCTYPE])
def test_no_part_may_declare_a_document_type(part: str, doctype: bytes) -> None:
    changed = with_part(part, lambda xml: xml.replace(b"?>", b"?>" + doctype, 1))
    with patch.object(reading, "sheets_of", side_effect=AssertionError("the reader saw it")):
        assert "文件损坏" in refusal(workbooks.read, changed)


@pytest.mark.parametrize("part", ["sheet1.xml", "styles.xml", "workbook.xml", "sharedStrings.xml"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-2022-jp", "gb18030"])
def test_no_part_may_be_in_an_encoding_in_which_tags_could_hide(part: str, encoding: str) -> None:
    changed = with_part(part, lambda xml: xml.decode().replace("UTF-8", encoding, 1).encode(encoding, "ignore"))
    with patch.object(reading, "sheets_of", side_effect=AssertionError("the reader saw it")):
        assert "文件损坏" in refusal(workbooks.read, changed)


def with_part(part: str, change: Callable[[bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made([["工号", "x"]]))) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            xml = old.read(name)
            new.writestr(name, change(xml) if name.endswith("/" + part) else xml)
    return target.getvalue()


BIG = b'<worksheet><sheetData><row r="99999999"><c><v>1</v></c></row></sheetData></worksheet>'


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("xl/worksheets/SHEET1.xml", "worksheets/sheet1.xml"),
        ("xl\\worksheets\\sheet1.xml", "worksheets/sheet1.xml"),
        ("xl/worksheets/sheet&#49;.xml", "worksheets/sheet&#49;.xml"),
        ("xl/worksheets/../worksheets/sheet1.xml", "worksheets/../worksheets/sheet1.xml"),
        ("xl/worksheets//sheet1.xml", "worksheets//sheet1.xml"),
        ("./xl/worksheets/sheet1.xml", "worksheets/sheet1.xml"),
    ],
)
def test_no_second_part_hides_behind_a_name_that_two_readers_read_differently(name: str, target: str) -> None:
    changed = with_part("workbook.xml.rels", lambda xml: xml.replace(b"worksheets/sheet1.xml", target.encode()))
    assert "文件损坏" in refused_unread(with_more(changed, name))


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("workbook.xml", "<sheets>", '<sheets><sheet name="花名册" sheetId="9" r:id="rId99"/>'),
        ("workbook.xml", ' r:id="rId1"', ' r:id="rId1" q:id="rId2"'),
        ("workbook.xml.rels", "</Relationships>", '<Relationship Id="rId1" Type="x" Target="y"/></Relationships>'),
    ],
)
def test_no_sheet_is_named_or_linked_twice(part: str, old: str, new: str) -> None:
    changed = with_part(part, lambda xml: xml.replace(old.encode(), new.encode()))
    assert "文件损坏" in refused_unread(changed)


def refused_unread(content: bytes) -> str:
    with patch.object(reading, "sheets_of", side_effect=AssertionError("the reader saw it")):
        return refusal(workbooks.read, content)


def with_more(content: bytes, name: str) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(name, BIG)
    return target.getvalue()


def test_a_sheet_with_prefixed_tags_is_scanned_like_others() -> None:
    cells = '<x:row r="1"><x:c r="A1" t="e"><x:v>#REF!</x:v></x:c><x:c r="B1"><x:v>2</x:v></x:c></x:row>'
    assert "#REF!" in refusal(workbooks.text, workbooks.read(with_cells(cells, "x:")).sheets[0].cell(0, 0))
    many = "".join(f'<x:row r="{n}"/>' for n in range(1, 60_000))
    assert "超过了 50000 行" in refusal(workbooks.read, with_cells(many, "x:"))


def test_a_formula_counts_by_the_value_left_beside_it() -> None:
    cells = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>NOW()</f></c><c r="C1"><f>1/0</f><v></v></c></row>'
    row = workbooks.read(with_cells(cells)).sheets[0].rows[0]
    assert row[0] == 2
    for cell in row[1:]:
        assert isinstance(cell, Flaw)
        assert "请用 Excel 打开后重新保存" in cell.message


def test_shared_texts_that_do_not_exist_do_no_harm() -> None:
    assert "文件损坏" in refusal(workbooks.read, with_cells('<row r="1"><c r="A1" t="s"><v>999</v></c></row>'))


# ── old workbooks (.xls) ──
def old(records: bytes) -> bytes:
    """An OLE file with one stream: header, allocation table, directory, and the stream from sector 2 on."""
    body = records.ljust(max(4096, -(-len(records) // 512) * 512), b"\0")
    sectors = len(body) // 512
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    entries = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 0xFFFFFFFF, 2, len(body))
    return head + table + entries.ljust(512, b"\0") + body


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child)
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBB", len(text) + 2, kind, 1)
        + links
        + b"\0" * 36
        + struct.pack("<IQ", start, size)
    )


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def old_book(rows: Rows, extra: bytes = b"", inside: bytes = b"") -> bytes:
    begin = struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)
    name = struct.pack("<BB", 3, 1) + "花名册".encode("utf-16-le")
    globals_size = len(record(0x809, begin)) + len(extra) + 4 + 6 + len(name) + 4
    globals_ = (
        record(0x809, begin) + extra + record(0x85, struct.pack("<IBB", globals_size, 0, 0) + name) + record(0xA, b"")
    )
    cells = b"".join(_old_cell(r, c, value) for r, row in enumerate(rows) for c, value in enumerate(row))
    return old(
        globals_ + record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + inside + cells + record(0xA, b"")
    )


def _old_cell(row: int, column: int, value: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return record(0x203, place + struct.pack("<d", value))


def test_an_old_workbook_is_read() -> None:
    book = workbooks.read(old_book([["工号", "姓名"], [10231.0, "张 三"]]), name="花名册.xls")
    assert book.sheets[0].name == "花名册"
    assert list(book.sheets[0].rows) == [["工号", "姓名"], [10231.0, "张 三"]]


def test_an_old_workbook_with_a_password_is_refused() -> None:
    locked = old_book([["工号"]], extra=record(0x2F, b"\1\0" + b"\0" * 52))
    assert "打开密码" in refusal(workbooks.read, locked, name="花名册.xls")


def test_an_old_workbook_has_limits_too() -> None:
    assert "超过了 1 行" in refusal(workbooks.read, old_book([["1"], ["2"]]), limits=Limits(rows=1))
    assert "超过了 3 格" in refusal(workbooks.read, old_book([["1", "2"], ["3", "4"]]), limits=Limits(cells=3))


@pytest.mark.parametrize(
    "record_",
    [
        record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFF, 0, 0xFFFF, 0)),  # says that it is that large
        record(0x203, struct.pack("<HHHd", 0xFFFF, 0xFFFF, 0, 1.0)),  # has a value out there
        record(0x203, b""),  # the reader panics
    ],
)
def test_a_hostile_old_workbook_harms_only_its_own_process(record_: bytes) -> None:
    assert "文件损坏" in refusal(workbooks.read, old_book([["工号"]], inside=record_), name="花名册.xls")

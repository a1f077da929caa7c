"""Broken rosters, each built here: a clear sentence, and every table as it was."""

import datetime as dt
import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from pithead.kernel.workbooks import Limits, reading
from pithead.kernel.workbooks.testing import sentences_of
from pithead.org.actions import import_roster
from pithead.org.testing import Cast
from pithead.org.tests.test_roster import FEMALE_1985, HEADINGS, MALE_1990, book, identity

pytestmark = pytest.mark.django_db

GOOD = [HEADINGS, ["1", "甲", "综采一队", "一班"]]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture
def sentences(cast: Cast, at: dt.datetime) -> Callable[..., list[str]]:
    def run(file: bytes, name: str = "花名册.xlsx") -> list[str]:
        by = cast.actor("hr_officer")
        return sentences_of(lambda: import_roster(by=by, at=at, mine=cast.mine, file=file, name=name))

    return run


# ── files that are no workbooks, or none we open ──
def zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def parts_of(file: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_part(name: str, content: bytes) -> bytes:
    return zipped({**parts_of(book(GOOD)), name: content})


def with_sheet(xml: str) -> bytes:
    """The good workbook with other cells."""
    sheet = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        f"{xml}</sheetData></worksheet>"
    )
    return with_part("xl/worksheets/sheet1.xml", sheet.encode())


def row(number: int, *cells: str) -> str:
    """Cells as XML, or plain text."""
    made = [
        cell.replace("<c", f'<c r="{"ABCDEFGH"[column]}{number}"', 1)
        if cell.startswith("<c")
        else f'<c r="{"ABCDEFGH"[column]}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
        for column, cell in enumerate(cells)
    ]
    return f'<row r="{number}">{"".join(made)}</row>'


def old_container(*streams: str) -> bytes:
    """An OLE file as far as anybody looks before opening it: its signature and the names of its streams."""
    names = b"".join(name.encode("utf-16-le").ljust(64, b"\0") + b"\0" * 64 for name in streams)
    return OLE + b"\0" * 504 + names


SIZE = 20 * 1024 * 1024


def lying_bomb() -> bytes:
    """A sheet of 20 MB that the archive's directory gives out as 1 KB."""
    file = bytearray(with_part("xl/worksheets/sheet1.xml", b" " * SIZE))
    size = struct.pack("<I", SIZE)
    while (found := file.find(size)) >= 0:
        file[found : found + 4] = struct.pack("<I", 1024)
    return bytes(file)


BROKEN_FILES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty file": (lambda: b"", "花名册.xlsx", "文件是空的"),
    "csv renamed": (lambda: "工号,姓名,区队\n1,甲,综采一队\n".encode("gb18030"), "花名册.xlsx", "文本（CSV）"),
    "html renamed": (lambda: "<html><table><tr><td>工号</td></tr></table>".encode(), "花名册.xls", "网页（HTML）"),
    "pdf renamed": (lambda: b"%PDF-1.7\n", "花名册.xlsx", "PDF"),
    "xml spreadsheet": (lambda: b'<?xml version="1.0"?><Workbook/>', "花名册.xls", "XML 表格"),
    "anything else": (lambda: bytes(range(256)) * 8, "花名册.xlsx", "不是 Excel 工作簿"),
    "word renamed": (lambda: zipped({"word/document.xml": b"<w/>"}), "花名册.xlsx", "Word 文档"),
    "old word renamed": (lambda: old_container("WordDocument"), "花名册.xls", "别的 Office 文件"),
    "workbook in a zip": (lambda: zipped({"花名册.xlsx": book(GOOD)}), "花名册.xlsx", "请先解压"),
    "binary workbook": (lambda: zipped({"xl/workbook.bin": b""}), "花名册.xlsx", ".xlsb"),
    "macro file by name": (lambda: book(GOOD), "花名册.xlsm", "带宏"),
    "macro file by content": (lambda: with_part("xl/vbaProject.bin", b"x"), "花名册.xlsx", "带宏"),
    "old macro sheet": (lambda: with_part("xl/macrosheets/sheet1.xml", b"x"), "花名册.xlsx", "带宏"),
    "macros in an old workbook": (lambda: old_container("Workbook", "_VBA_PROJECT_CUR"), "花名册.xls", "带宏"),
    "password": (lambda: old_container("EncryptionInfo", "EncryptedPackage"), "花名册.xlsx", "打开密码"),
    "half an archive": (lambda: book(GOOD)[:2000], "花名册.xlsx", "文件损坏"),
    "half an old workbook": (lambda: OLE + b"\0" * 3000, "花名册.xls", "文件损坏"),
    "a sheet that is no XML": (lambda: with_part("xl/worksheets/sheet1.xml", b"<worksheet"), "花名册.xlsx", "文件损坏"),
    "a sheet that is missing": (
        lambda: zipped({name: part for name, part in parts_of(book(GOOD)).items() if "sheet1" not in name}),
        "花名册.xlsx",
        "文件损坏",
    ),
    "entities": (
        lambda: with_part(
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE w [<!ENTITY a "aaaa">]><worksheet><sheetData><row r="1"><c t="e"><v>&a;</v></c></row></sheetData></worksheet>',
        ),
        "花名册.xlsx",
        "文件损坏",
    ),
    "zip bomb": (lambda: with_part("xl/media/zeros", b"\0" * 11 * 1024 * 1024), "花名册.xlsx", "压缩炸弹"),
    "a large zip bomb": (lambda: with_part("xl/media/zeros", b"\0" * Limits().unpacked), "花名册.xlsx", "压缩炸弹"),
    "zip bomb that lies": (lying_bomb, "花名册.xlsx", "压缩炸弹"),
    "one value in the farthest corner": (
        lambda: with_sheet(row(1, *HEADINGS) + '<row r="49999"><c r="GR49999"><v>1</v></c></row>'),
        "花名册.xlsx",
        "超过了 2000000 格",
    ),
    "too many columns": (lambda: with_sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "花名册.xlsx", "16384 列"),
    "no cell": (lambda: book([]), "花名册.xlsx", "工作簿是空的"),
    "nobody below the header": (lambda: book([HEADINGS]), "花名册.xlsx", "表头下面没有人员"),
    "another sheet": (
        lambda: book([["地点", "隐患内容", "级别"], ["某巷", "淋水", "C"]], "隐患台账"),
        "花名册.xlsx",
        "“隐患台账”",
    ),
    "missing columns": (
        lambda: book([["姓名", "性别", "岗位"], ["甲", "男", "电工"]]),
        "花名册.xlsx",
        "缺少这几列：“工号”或“身份证号”、“所属机构”或“区队”或“班组”",
    ),
}


@pytest.mark.parametrize("kind", BROKEN_FILES)
def test_a_broken_file_is_refused_in_words_and_leaves_nothing_behind(
    sentences: Callable[..., list[str]], kind: str
) -> None:
    make, name, word = BROKEN_FILES[kind]
    said = sentences(make(), name)
    assert len(said) == 1
    assert word in said[0]


def test_two_hundred_thousand_rows_are_refused_before_they_are_read(
    sentences: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "calamine", None)  # whoever reads cells now fails
    line = "".join(f'<c r="{column}{{0}}" t="inlineStr"><is><t>值</t></is></c>' for column in "ABC")
    rows = "".join(f'<row r="{n}">{line.replace("{0}", str(n))}</row>' for n in range(1, 200_001))
    file = with_sheet(rows)
    assert "超过了 50000 行" in sentences(file)[0]


def test_a_file_that_is_too_large_is_refused_unread(sentences: Callable[..., list[str]]) -> None:
    assert "超过了 10 MB" in sentences(b"PK" + b"\0" * Limits().size)[0]


def test_hidden_sheets_are_not_searched(sentences: Callable[..., list[str]]) -> None:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target)
    made.add_worksheet("封面").write(0, 0, "某矿")
    hidden = made.add_worksheet("花名册")
    hidden.hide()
    for number, values in enumerate(GOOD):
        hidden.write_row(number, 0, values)
    made.close()
    assert "没有找到表头" in sentences(target.getvalue())[0]


def test_one_long_text_meant_by_every_cell_does_not_fill_the_memory(sentences: Callable[..., list[str]]) -> None:
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 20_001))
    shared = f"<sst><si><t>{'长' * 1_000_000}</t></si></sst>"
    file = parts_of(with_sheet(cells))
    assert "展开后太大" in sentences(zipped({**file, "xl/sharedStrings.xml": shared.encode()}))[0]


# ── cells that cannot be taken: where, what, and what to do ──
BROKEN_ROWS: dict[str, tuple[list[Any], list[str]]] = {
    "unknown unit": (
        ["1", "甲", "综采二队", "", ""],
        ["C 列：区队：本矿没有单位“综采二队”", "综采一队", "新建没有的单位"],
    ),
    "crew of an unknown section": (
        ["1", "甲", "综采九队", "一班", ""],
        ["C 列：区队：本矿没有单位“综采九队”，是不是“综采一队”？", "新建没有的单位"],
    ),
    "staff number with a slash": (["1/2", "甲", "综采一队", "", ""], ["A 列：工号：“1/2”里不能有“/”"]),
    "staff number that is a page": (["New", "甲", "综采一队", "", ""], ["A 列：工号：“New”不能作编号"]),
    "ambiguous unit": (["1", "甲", "", "一班", ""], ["D 列：班组：“一班”有 2 个", "综采一队/一班", "煤一队/一班"]),
    "party branch as unit": (["1", "甲", "综采一队党支部", "", ""], ["是党支部"]),
    "no unit": (["1", "甲", "", "", ""], ["区队：是空的"]),
    "no name": (["1", "", "综采一队", "", ""], ["B 列：姓名：是空的"]),
    "a number as name": (["1", 138, "综采一队", "", ""], ["“138”不像姓名"]),
    "no staff number": (["", "甲", "综采一队", "", ""], ["A 列：工号：是空的"]),
    "staff number with decimals": ([1.5, "甲", "综采一队", "", ""], ["工号：按数字存放"]),
    "scientific identity number": (
        ["1", "甲", "综采一队", "", 6.2e17],
        ["E 列：身份证号：按数字存放，后几位已经丢失", "文本"],
    ),
    "identity number as written in E notation": (["1", "甲", "综采一队", "", "6.20102E+17"], ["后几位已经丢失"]),
    "identity number with a wrong check digit": (["1", "甲", "综采一队", "", MALE_1990[:-1] + "0"], ["校验码不对"]),
    "identity number too short": (["1", "甲", "综采一队", "", "62010219900515"], ["应当是 18 位，这里是 14 位"]),
    "impossible birth date in the number": (
        ["1", "甲", "综采一队", "", identity("19900231", 1)],
        ["不是真实存在的日期"],
    ),
}


@pytest.mark.parametrize("kind", BROKEN_ROWS)
def test_a_broken_cell_is_named_with_its_place(sentences: Callable[..., list[str]], kind: str) -> None:
    cells, words = BROKEN_ROWS[kind]
    said = sentences(book([[*HEADINGS, "身份证号"], ["9", "好人", "通风队", "", ""], cells]))
    assert len(said) == 1
    assert said[0].startswith("“花名册”第 3 行")
    for word in words:
        assert word in said[0]
    assert MALE_1990[:-1] not in said[0]


def test_whoever_is_too_young_or_too_old_to_work_is_named(sentences: Callable[..., list[str]]) -> None:
    rows = [["1", "甲", "综采一队", "", "2010-07-07"], ["2", "乙", "综采一队", "", "1935-07-06"]]
    fitting = [["3", "丙", "综采一队", "", "2010-07-06"], ["4", "丁", "综采一队", "", "1935-07-07"]]
    young, old = sentences(book([[*HEADINGS, "出生年月"], *rows, *fitting]))
    assert young == "“花名册”第 2 行 E 列：出生年月：2010-07-07 出生，不满 16 周岁，依法不能用工，请核对"
    assert "第 3 行 E 列：出生年月：1935-07-06 出生，超过 90 周岁" in old
    [said] = sentences(book([[*HEADINGS, "身份证号"], ["1", "甲", "综采一队", "", identity("20240301", 1)]]))
    assert "E 列：身份证号：2024-03-01 出生，不满 16 周岁" in said


DETAILS: dict[str, tuple[str, Any, str]] = {
    "impossible date": ("入矿时间", "2021-02-30", "不是真实存在的日期"),
    "january or october": ("入矿时间", 2021.1, "可能是 1 月，也可能是 10 月"),
    "a year is no date": ("入矿时间", 2021, "看不出是哪一天"),
    "words are no date": ("入矿时间", "去年", "看不出是哪一天"),
    "in the future": ("入矿时间", "2027-01-01", "还没有到"),
    "hired before born": ("入矿时间", "1985-01-01", "早于出生日期"),
    "birth date against the number": ("出生年月", "1991-05", "与身份证号里的出生日期不一致"),
    "sex against the number": ("性别", "女", "与身份证号不一致"),
    "sex unheard of": ("性别", "不详", "请写男、女之一"),
    "employment unheard of": ("用工类别", "借", "请写正式、协议、临时之一"),
    "political status unheard of": ("政治面貌", "其他", "请写中共党员"),
    "no telephone": ("联系电话", "没装", "不像电话号码"),
    "too long": ("文化程度", "长" * 17, "最多 16 个字"),
}


@pytest.mark.parametrize("kind", DETAILS)
def test_a_detail_that_cannot_be_true_is_named(sentences: Callable[..., list[str]], kind: str) -> None:
    heading, value, word = DETAILS[kind]
    said = sentences(book([[*HEADINGS, "身份证号", heading], ["1", "甲", "综采一队", "一班", MALE_1990, value]]))
    assert len(said) == 1
    assert said[0].startswith(f"“花名册”第 2 行 F 列：{heading}：")
    assert word in said[0]


def test_a_staff_number_twice_is_wrong_in_both_rows(sentences: Callable[..., list[str]]) -> None:
    said = sentences(
        book([HEADINGS, ["7", "甲", "综采一队", ""], [7, "乙", "综采一队", ""], ["8", "丙", "综采一队", ""]])
    )
    assert len(said) == 2
    assert "第 2 行 A 列：工号：“7”在第 2、3 行重复" in said[0]
    assert "第 3 行 A 列" in said[1]


def test_an_identity_number_of_somebody_else_is_wrong(
    cast: Cast, at: dt.datetime, sentences: Callable[..., list[str]]
) -> None:
    head = [*HEADINGS, "身份证号"]
    known = book([head, ["1", "甲", "综采一队", "", MALE_1990]])
    import_roster(by=cast.system(), at=at, mine=cast.mine, file=known, name="")
    said = sentences(book([head, ["2", "乙", "综采一队", "", MALE_1990]]))
    assert "与工号 1 的甲相同" in said[0]
    said = sentences(book([head, ["1", "乙", "综采一队", "", FEMALE_1985]]))
    assert "“1”在系统里是甲，姓名和身份证号都不同" in said[0]
    said = sentences(book([head, ["2", "乙", "综采一队", "", MALE_1990], ["3", "丙", "综采一队", "", MALE_1990]]))
    assert sum("第 2、3 行重复" in sentence for sentence in said) == 2


def test_formulas_that_nobody_has_calculated_and_errors_are_named(sentences: Callable[..., list[str]]) -> None:
    file = with_sheet(
        row(1, *HEADINGS, "入矿时间")
        + row(2, "<c><f>1+1</f></c>", "甲", "综采一队", "", '<c t="e"><f>1/0</f><v>#DIV/0!</v></c>')
        + row(3, "2", '<c t="e"><v>#N/A</v></c>', "综采一队", "", "<c><v>NaN</v></c>")
    )
    said = sentences(file)
    assert any("A 列：工号：这一格是公式，文件里没有算好的结果" in sentence for sentence in said)
    assert any("E 列：入矿时间：这一格是错误值 #DIV/0!" in sentence for sentence in said)
    assert any("第 3 行 B 列：姓名：这一格是错误值 #N/A" in sentence for sentence in said)
    assert any("第 3 行 E 列：入矿时间" in sentence for sentence in said)

"""The container of a workbook: is it one at all, may it be opened, does it stay within the limits when unpacked.

An .xlsx file is a zip archive. What its directory says about sizes may be a lie, so every part is inflated once with
`inflate`, which holds it to its promise, before the real reader sees the file.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath

from pithead.kernel.refusal import Refused
from pithead.kernel.workbooks.limits import MIB, Limits

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后再传"
MACRO = f"这是带宏的工作簿，为了安全不接收。{SAVE_AS}"
LOCKED = "文件设了打开密码，读不出来。请用 Excel 打开，去掉密码后另存再传"
DAMAGED = f"文件损坏，读不出来。{SAVE_AS}"
TOO_BIG_INSIDE = "文件展开后太大，疑似压缩炸弹，不接收。请只保留需要的工作表和行，另存后再传"

_MACRO_SUFFIXES = {".xlsm", ".xltm", ".xlam", ".xlsb"}
_OTHER_ZIPS = {
    "word/": "Word 文档",
    "ppt/": "演示文稿",
    "content.xml": "OpenDocument 文件",
    "xl/workbook.bin": "二进制工作簿（.xlsb）",
}
_PIECE = 256 * 1024
_OLD_BEGINNING = b"\x09\x08\x10\x00\x00\x06\x05\x00"  # the first record of a BIFF8 workbook: BOF, globals
_FILE_PASS = 0x2F
_DOCTYPE = re.compile(rb"<!(?:doctype|entity)", re.IGNORECASE)
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]*)""")
_ENCODINGS = {b"utf-8", b"us-ascii", b"ascii"}


def check_size(size: int, limits: Limits) -> None:
    if size == 0:
        raise Refused("文件是空的，没有内容")
    if size > limits.size:
        raise Refused(
            f"文件有 {size / MIB:.1f} MB，超过了 {limits.size / MIB:g} MB。请只保留需要的工作表和行，另存后再传"
        )


def is_archive(content: bytes, name: str) -> bool:
    """True: .xlsx; False: .xls. Everything else is refused by what it is, not by what it is called."""
    if PurePath(name).suffix.lower() in _MACRO_SUFFIXES:
        raise Refused(MACRO)
    if content.startswith(b"PK"):
        return True
    if content.startswith(OLE):
        _check_ole(content)
        return False
    raise Refused(_what_else(content))


def _what_else(content: bytes) -> str:
    start = content[:4096].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head")) or b"<html" in start:
        return f"这是网页（HTML）改名成的表格，不是 Excel 工作簿。{SAVE_AS}"
    if start.startswith(b"<?xml"):
        return f"这是 XML 表格，不是 Excel 工作簿。{SAVE_AS}"
    if start.startswith(b"%pdf"):
        return "这是 PDF 文件，不是 Excel 工作簿。请传原来的表格"
    if b"\0" not in content[:4096] and (b"," in start or b"\t" in start):
        return f"这是文本（CSV）文件，不是 Excel 工作簿。{SAVE_AS}"
    return f"这不是 Excel 工作簿，无法识别。{SAVE_AS}"


def _check_ole(content: bytes) -> None:
    """The old container holds several kinds of files; the names of its streams, in UTF-16, say which."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage") or _begins_locked(content):
        raise Refused(LOCKED)
    if holds("_VBA_PROJECT"):
        raise Refused(MACRO)
    if holds("WordDocument") or holds("PowerPoint Document"):
        raise Refused(f"这不是 Excel 工作簿，是别的 Office 文件。{SAVE_AS}")


def _begins_locked(content: bytes) -> bool:
    """The record of a password is among the first few; the reader behind us only says that it cannot read the file."""
    at = content.find(_OLD_BEGINNING)
    for _ in range(4):
        if at < 0 or at + 4 > len(content):
            return False
        if int.from_bytes(content[at : at + 2], "little") == _FILE_PASS:
            return True
        at += 4 + int.from_bytes(content[at + 2 : at + 4], "little")
    return False


def open_archive(content: bytes, limits: Limits) -> zipfile.ZipFile:
    """The archive, after its directory was found harmless."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Refused(DAMAGED) from error
    _check_kind({info.filename for info in archive.infolist()})
    _check_directory(archive, len(content), limits)
    return archive


def _check_kind(names: set[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") or name.lower().startswith("xl/macrosheets/") for name in names):
        raise Refused(MACRO)
    if "xl/workbook.xml" in names:
        return
    for mark, kind in _OTHER_ZIPS.items():
        if any(name.startswith(mark) for name in names):
            raise Refused(f"这是{kind}，不是 Excel 工作簿。{SAVE_AS}")
    if any(name.lower().endswith((".xlsx", ".xls")) for name in names):
        raise Refused("这是压缩包，请先解压，再传里面的工作簿")
    raise Refused(f"这不是 Excel 工作簿，是别的压缩文件。{SAVE_AS}")


def _check_directory(archive: zipfile.ZipFile, size: int, limits: Limits) -> None:
    infos = archive.infolist()
    unpacked = sum(info.file_size for info in infos)
    if len(infos) > limits.parts or unpacked > limits.unpacked:
        raise Refused(TOO_BIG_INSIDE)
    if unpacked > 10 * MIB and unpacked > size * limits.ratio:
        raise Refused(TOO_BIG_INSIDE)
    if len({info.filename.lower() for info in infos}) != len(infos) or any(map(_has_odd_name, infos)):
        raise Refused(DAMAGED)  # two parts that may be meant by one name: readers would disagree about which counts
    if any(info.flag_bits & 1 for info in infos):
        raise Refused(LOCKED)
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise Refused(DAMAGED)


def _has_odd_name(info: zipfile.ZipInfo) -> bool:
    """One reader takes it as it is written, another tidies it up."""
    name = info.orig_filename
    return name.rstrip("/") != posixpath.normpath(name) or any(letter in name for letter in "\0\\&")


def inflate(content: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part, piece by piece, and never more of it than the directory has promised."""
    header = content[info.header_offset : info.header_offset + 30]
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):
        raise Refused(DAMAGED)
    start = info.header_offset + 30 + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = content[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        if len(packed) != info.file_size:
            raise Refused(DAMAGED)
        yield packed
        return
    yield from _inflate_deflated(packed, info.file_size)


def inflate_xml(content: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part that is XML, in UTF-8 and without a document type: the look taken at it must see what the reader sees."""
    end = b""
    for number, piece in enumerate(inflate(content, info)):
        if number == 0 and (declared := _ENCODING.match(piece)) and declared[1].lower() not in _ENCODINGS:
            raise Refused(DAMAGED)
        if b"\0" in piece or _DOCTYPE.search(end + piece[:16]) or (b"<!" in piece and _DOCTYPE.search(piece)):
            raise Refused(DAMAGED)  # NUL: every tag in UTF-16 has some
        end = (end + piece[-16:])[-16:]
        yield piece


def _inflate_deflated(packed: bytes, promised: int) -> Iterator[bytes]:
    machine = zlib.decompressobj(-15)
    try:
        while not machine.eof:
            piece = machine.decompress(packed, _PIECE)
            if not piece and not machine.unconsumed_tail and not machine.eof:
                raise Refused(DAMAGED)
            promised -= len(piece)
            if promised < 0:
                raise Refused(TOO_BIG_INSIDE)
            packed = machine.unconsumed_tail
            if piece:
                yield piece
    except zlib.error as error:
        raise Refused(DAMAGED) from error

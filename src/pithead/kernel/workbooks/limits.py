"""How much of a stranger's workbook is read. A whole mine fits in a fraction of this."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    size: int = 10 * MIB  # of the file as sent
    unpacked: int = 128 * MIB  # of everything in it
    ratio: int = 300  # unpacked to packed, from ten mebibytes on
    parts: int = 2_000  # files inside the archive
    rows: int = 50_000
    columns: int = 200
    cells: int = 2_000_000  # of all sheets: one value in a far corner makes the whole rectangle
    text: int = 256 * MIB  # of all cells: a long text is stored once and may be meant by every cell

"""Comparing what stands with what was sealed, and walking the chain. Every fault is named: which row, what, since when."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from pithead.kernel.models import AuditEvent, SealChain, SealedRow, SealLink
from pithead.kernel.sealing.anchors import code
from pithead.kernel.sealing.chain import BEGUN_EVENT, ERASED, OTHERWISE, Sealed
from pithead.kernel.sealing.digests import head_of, lines_digest, salt_digest
from pithead.kernel.sealing.tables import UNREADABLE, Content, SealedTable, read, table_named, tables


@dataclass(frozen=True)
class Fault:
    """`kind`: changed, deleted, unsealed (rows that stand) · link, tip (the chain) · record, salt, table (what was sealed)."""

    kind: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}：{self.message}"


@dataclass(frozen=True)
class Report:
    """`rows` are under seal now; `anchor` is the 校验码 of the tip, empty before anything was sealed. `notes` name what was
    taken back or reopened later though it did not stand as sealed: nothing to repair any more, but nothing to forget."""

    mine: str
    links: int
    rows: int
    anchor: str
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.faults


@dataclass(frozen=True)
class _Record:
    """One `SealedRow`, with the sequence of its link (0: of no link of this mine)."""

    seq: int
    sealed: Sealed
    salt_digest: str
    link_id: int

    @property
    def line(self) -> tuple[str, str, str, str, str]:
        sealed = self.sealed
        return sealed.table, sealed.row, sealed.label, self.salt_digest, sealed.digest


def verify(mine: str) -> Report:
    """A fixed number of queries per sealed table."""
    links = list(SealLink.objects.filter(mine=mine).order_by("seq"))
    records = _records(mine, links)
    standing = _standing(records)
    faults = (
        *_begin_faults(mine, links),
        *_chain_faults(mine, links, records),
        *_salt_faults(links, records),
        *_row_faults(mine, {link.seq: link for link in links}, standing),
    )
    under_seal = sum(bool(record.sealed.digest) for record in standing.values())
    anchor = code(links[-1].seq, links[-1].head) if links else ""
    return Report(mine, len(links), under_seal, anchor, faults, tuple(_notes(records, links)))


def _notes(records: Sequence[_Record], links: Sequence[SealLink]) -> Iterator[str]:
    by_seq = {link.seq: link for link in links}
    for record in records:
        if record.sealed.label.endswith(OTHERWISE) and record.seq:
            yield f"{_row_name(record.sealed)}：在{_link_name(by_seq[record.seq])}放开修改"


def _records(mine: str, links: Sequence[SealLink]) -> list[_Record]:
    """In the order of the chain. Rows that say another mine but hang under our links are ours, too."""
    seqs = {link.pk: link.seq for link in links}
    rows = SealedRow.objects.filter(Q(mine=mine) | Q(link__mine=mine))
    fields = ("link_id", "mine", "table", "row", "label", "salt", "digest", "salt_digest")
    found = [
        _Record(seqs.get(link, 0) if whose == mine else 0, Sealed(*rest), salted, link)
        for link, whose, *rest, salted in rows.values_list(*fields)
    ]
    return sorted(found, key=lambda record: record.seq)


def _standing(records: Sequence[_Record]) -> dict[tuple[str, str], _Record]:
    """What was sealed last of every row."""
    return {(record.sealed.table, record.sealed.row): record for record in records if record.seq}


# ── the chain ──
def _begin_faults(mine: str, links: Sequence[SealLink]) -> Iterator[Fault]:
    """The log remembers when the chain began, first of all."""
    begun = AuditEvent.objects.filter(mine=mine, action=BEGUN_EVENT).order_by("pk").first()
    if begun and (links[0].head if links else "") != (begun.after or {}).get("head"):
        yield Fault("link", "链头", f"封存链在 {_moment(begun.at)} 就已启用，原来的第 1 环不见了，是被删去或重新做过")


def _chain_faults(mine: str, links: Sequence[SealLink], records: Sequence[_Record]) -> Iterator[Fault]:
    lines: dict[int, list[tuple[str, str, str, str, str]]] = {}
    for record in records:
        if record.seq:
            lines.setdefault(record.seq, []).append(record.line)
        else:
            yield Fault(
                "record", _row_name(record.sealed), "这条封存记录不属于本矿封存链的任何一环，是另外加进来的或被挪动过"
            )
    last = 0
    before = ""
    for link in links:
        if link.seq > last + 1:
            gap = f"第 {last + 1} 环" if link.seq == last + 2 else f"第 {last + 1} 至 {link.seq - 1} 环"
            yield Fault("link", gap, "封存链的这一段不见了，是直接从数据库里删去的")
        elif link.previous != before:
            yield Fault("link", _link_name(link), "与前一环接不上：其中一环被改动、调换或者是插进来的")
        yield from _link_faults(link, lines.get(link.seq, []))
        last, before = link.seq, link.head
    yield from _tip_faults(mine, last, before)


def _link_faults(link: SealLink, lines: Sequence[tuple[str, str, str, str, str]]) -> Iterator[Fault]:
    if lines_digest(lines) != link.digest:
        yield Fault("link", _link_name(link), "这一环封存的内容有改动：有封存记录被改、被删、被加，或在各环之间调换过")
    subject = link.subject_type, link.subject_id, link.subject_label
    if head_of(link.mine, link.seq, link.at, link.act, subject, link.digest, link.previous) != link.head:
        yield Fault("link", _link_name(link), "这一环本身被改动过，与它的校验码不符")


def _tip_faults(mine: str, last: int, head: str) -> Iterator[Fault]:
    tip = SealChain.objects.filter(mine=mine).first()
    seq, stored = (tip.seq, tip.head) if tip else (0, "")
    if seq > last:
        yield Fault("tip", "链尾", f"记录的最后一环是第 {seq} 环，现在只剩到第 {last} 环，后面的被删去了")
    elif seq < last:
        yield Fault(
            "tip", "链尾", f"记录的最后一环是第 {seq} 环，现在有第 {last} 环，是绕过系统加进来的，或链尾被改动过"
        )
    elif stored != head:
        yield Fault("tip", "链尾", f"记录的校验码与第 {last} 环不符：最后一环被换过，或链尾被改动过")


def _salt_faults(links: Sequence[SealLink], records: Sequence[_Record]) -> Iterator[Fault]:
    """A salt may only go where the text was erased afterwards."""
    erasing = {link.seq for link in links if link.act == ERASED}
    erased = {(r.sealed.table, r.sealed.row): r.seq for r in records if r.seq in erasing}
    for record in records:
        sealed = record.sealed
        if not sealed.digest or salt_digest(sealed.salt) == record.salt_digest:
            continue
        if sealed.salt or record.seq >= erased.get((sealed.table, sealed.row), 0):
            yield Fault(
                "salt", _row_name(sealed), f"第 {record.seq} 环为它封存的随机码被{'改动' if sealed.salt else '清除'}过"
            )


# ── the rows ──
def _row_faults(
    mine: str, links: Mapping[int, SealLink], standing: Mapping[tuple[str, str], _Record]
) -> Iterator[Fault]:
    by_table: dict[str, dict[str, _Record]] = {}
    for (name, row), record in standing.items():
        by_table.setdefault(name, {})[row] = record
    for table in tables():
        yield from _table_faults(mine, table, by_table.pop(table.name, {}), links)
    for name, records in by_table.items():
        yield Fault("table", name, f"封存过 {len(records)} 条记录，而现在的程序不认识这个表")


def _table_faults(
    mine: str, table: SealedTable, records: Mapping[str, _Record], links: Mapping[int, SealLink]
) -> Iterator[Fault]:
    contents = _contents(table, mine, records)
    for row, record in records.items():
        sealed, link = record.sealed, links[record.seq]
        if not sealed.digest:
            continue
        if row not in contents:
            yield Fault("deleted", _row_name(sealed), f"这条记录不见了，是绕过系统删去的；{_since(link)}")
        elif (content := contents[row]) is None:
            yield Fault("changed", _row_name(sealed), f"现在的内容无法读出，是绕过系统改动的；{_since(link)}")
        elif not sealed.says(content.facts):
            yield Fault("changed", _row_name(sealed), f"现在的内容与封存的不一致，是绕过系统改动的；{_since(link)}")
    for row in sorted(table.due(mine)):
        if row not in records or not records[row].sealed.digest:
            content = contents.get(row)
            where = f"{table.label}“{content.label}”" if content else f"{table.label}第 {row} 号"
            yield Fault("unsealed", where, "应当封存而没有封存，是绕过系统加进来的，或它的封存记录被删去了")


def _contents(
    table: SealedTable, mine: str, records: Mapping[str, _Record]
) -> Mapping[str, Content] | Mapping[str, Content | None]:
    """All in one go; one by one where something stands there that no column holds."""
    try:
        return table.contents(mine, None)
    except UNREADABLE:
        return read(table, mine, {*records, *table.due(mine)})


# ── in words ──
def _row_name(sealed: Sealed) -> str:
    table = table_named(sealed.table)
    return f"{table.label if table else sealed.table}“{sealed.label}”（编号 {sealed.row}）"


def _link_name(link: SealLink) -> str:
    return f"第 {link.seq} 环（{_moment(link.at)}，{link.subject_label}）"


def _since(link: SealLink) -> str:
    return f"最近一次封存是{_link_name(link)}"


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"

"""Adding to a mine's chain. Set-based: a month of thousands of entries is one link and one insert."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import transaction

from pithead.kernel import audit
from pithead.kernel.db import hold, insert_rows
from pithead.kernel.models import AuditEvent, SealChain, SealedRow, SealLink
from pithead.kernel.sealing.digests import head_of, lines_digest, row_digest, salt_digest
from pithead.kernel.sealing.salts import new_salt
from pithead.kernel.sealing.tables import UNREADABLE, Content, read, table_named, tables

Subject = tuple[str, object, str]  # type, key, label
Keys = Mapping[str, Iterable[object]]  # table → keys of its rows
Altered = Mapping[tuple[str, str], str]  # table, key → label
BEGUN, ERASED = "begun", "erased"
AT_ONCE = 5000  # keys per query
BEGUN_EVENT = "seal.begun"
OTHERWISE = "（当时与封存的不一致）"  # ends the label of a row that was released though it did not stand as sealed
LABEL = 100  # characters of a label
_ROW = ("link", "mine", "table", "row", "label", "salt", "salt_digest", "digest")


@dataclass(frozen=True)
class Sealed:
    """What stands in one `SealedRow`."""

    table: str
    row: str
    label: str
    salt: str = ""
    digest: str = ""

    def says(self, facts: Mapping[str, object]) -> bool:
        """What no digest can be made of, NaN in a figure, was never sealed."""
        try:
            return bool(self.digest) and row_digest(self.salt, facts) == self.digest
        except UNREADABLE:
            return False


@transaction.atomic
def seal(
    *,
    mine: str,
    at: dt.datetime,
    act: str,
    subject: Subject,
    rows: Keys | None = None,
    unsealed: Keys | None = None,
    released: Keys | None = None,
    otherwise: Altered | None = None,
) -> SealLink | None:
    """One more link. `rows` were made or changed by this act, which has made sure before (`altered`) that they stood as they
    were sealed; `unsealed` are put under seal where they are not yet, and left alone where they are (so that no change made
    behind the back of the system is ever sealed afterwards); `released` may change or go from now on; which of them did not
    stand as sealed (`otherwise`, as `altered` told before the act) the chain keeps for ever. Rows that are as they were
    sealed add nothing; no row, no link: None."""
    chain = _held(mine)
    if not chain.seq and not has_begun(mine):
        _begin(chain, at, besides=_texts(rows) | _texts(unsealed))
    found = [
        *_to_seal(mine, _texts(rows), again=True),
        *_to_seal(mine, _texts(unsealed), again=False),
        *_to_release(mine, _texts(released), otherwise or {}),
    ]
    return _add(chain, at, act, subject, found)


@transaction.atomic
def begin(*, mine: str, at: dt.datetime) -> SealLink | None:
    """The first link of a mine: whatever must be under seal by then. A chain that stands is left alone, one that was taken
    away is not begun anew: what it held would pass as sealed."""
    chain = _held(mine)
    return None if chain.seq or has_begun(mine) else _begin(chain, at, besides={})


@transaction.atomic
def erase(*, mine: str, at: dt.datetime, subject: Subject, rows: Keys) -> SealLink | None:
    """The rows have lost their personal text: seal what is left, and destroy the salts of all that was sealed of them
    before, without which nobody can find out by trying what the text was."""
    chain = _held(mine)
    found: list[Sealed] = []
    for table, keys in _texts(rows).items():
        standing = standing_rows(mine, table, keys)
        SealedRow.objects.filter(mine=mine, table=table, row__in=list(standing)).update(salt="")
        under_seal = {key for key, sealed in standing.items() if sealed.digest}
        found += [_sealed(table, key, content) for key, content in _contents(mine, table, under_seal).items()]
        found += [Sealed(table, key, old.label) for key, old in standing.items() if key not in under_seal]
    return _add(chain, at, ERASED, subject, found)


def altered(mine: str, rows: Keys) -> Altered:
    """The rows that are under seal and do not stand as they were sealed, or are gone."""
    found = (sealed for name, keys in _texts(rows).items() for sealed in _altered(mine, name, keys))
    return {(sealed.table, sealed.row): sealed.label for sealed in found}


def _altered(mine: str, name: str, keys: Iterable[str]) -> list[Sealed]:
    standing = {key: sealed for key, sealed in standing_rows(mine, name, keys).items() if sealed.digest}
    table = table_named(name)
    contents = read(table, mine, standing) if table else {}
    return [old for key, old in standing.items() if not ((now := contents.get(key)) and old.says(now.facts))]


def standing_rows(mine: str, table: str, keys: Iterable[str]) -> dict[str, Sealed]:
    """What was sealed last of these rows, released ones included; nothing of those never sealed."""
    found: dict[str, Sealed] = {}
    for some in _batches(keys):
        rows = SealedRow.objects.filter(mine=mine, table=table, row__in=some).order_by("pk")
        for row, label, salt, digest in rows.values_list("row", "label", "salt", "digest"):
            found[row] = Sealed(table, row, label, salt, digest)
    return found


# ── what a link will hold ──
def _to_seal(mine: str, wanted: Mapping[str, set[str]], *, again: bool) -> Iterator[Sealed]:
    for table, keys in wanted.items():
        standing = standing_rows(mine, table, keys)
        if not again:
            keys = {key for key in keys if key not in standing or not standing[key].digest}
        for key, content in _contents(mine, table, keys).items():
            if key not in standing or not standing[key].says(content.facts):
                yield _sealed(table, key, content)


def _to_release(mine: str, wanted: Mapping[str, set[str]], otherwise: Altered) -> Iterator[Sealed]:
    for table, keys in wanted.items():
        for key, old in standing_rows(mine, table, keys).items():
            if old.digest:
                yield Sealed(table, key, _marked(old.label) if (table, key) in otherwise else old.label)


def _marked(label: str) -> str:
    return label[: LABEL - len(OTHERWISE)] + OTHERWISE


def _contents(mine: str, name: str, keys: Iterable[str]) -> dict[str, Content]:
    table = table_named(name)
    if table is None:
        raise LookupError(f"no sealed table {name}")
    found: dict[str, Content] = {}
    for some in _batches(keys):
        contents = table.contents(mine, some)
        if missing := [key for key in some if key not in contents]:
            raise LookupError(f"{name} has no row {missing[0]}")
        found.update((key, contents[key]) for key in some)
    return found


def _sealed(table: str, key: str, content: Content) -> Sealed:
    salt = new_salt()
    return Sealed(table, key, content.label[:LABEL], salt, row_digest(salt, content.facts))


def _texts(keys: Keys | None) -> dict[str, set[str]]:
    return {table: {str(key) for key in some} for table, some in (keys or {}).items()}


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    """In a settled order, as many as one query takes."""
    rest = iter(sorted(keys))
    while some := list(islice(rest, AT_ONCE)):
        yield some


# ── the chain ──
def _held(mine: str) -> SealChain:
    """The mine's chain, ours until the transaction ends."""
    chain, _ = SealChain.objects.get_or_create(mine=mine)
    hold(chain, "seq", "head")
    return chain


def has_begun(mine: str) -> bool:
    """The log remembers it when the chain itself is gone."""
    return AuditEvent.objects.filter(mine=mine, action=BEGUN_EVENT).exists()


def _begin(chain: SealChain, at: dt.datetime, *, besides: Mapping[str, set[str]]) -> SealLink | None:
    """What was settled before there were seals is sealed as it stands."""
    found = [
        _sealed(table.name, key, content)
        for table in tables()
        for key, content in _contents(
            chain.mine, table.name, table.due(chain.mine) - besides.get(table.name, set())
        ).items()
    ]
    return _add(chain, at, BEGUN, ("mine", chain.mine, "启用封存"), found)


def _add(chain: SealChain, at: dt.datetime, act: str, subject: Subject, rows: Sequence[Sealed]) -> SealLink | None:
    if not rows:
        return None
    named = subject[0], str(subject[1]), subject[2][:200]
    digest = lines_digest((row.table, row.row, row.label, salt_digest(row.salt), row.digest) for row in rows)
    seq, previous = chain.seq + 1, chain.head
    link = SealLink.objects.create(
        mine=chain.mine,
        seq=seq,
        at=at,
        act=act,
        subject_type=named[0],
        subject_id=named[1],
        subject_label=named[2],
        digest=digest,
        previous=previous,
        head=head_of(chain.mine, seq, at, act, named, digest, previous),
    )
    values = (
        (link.pk, chain.mine, row.table, row.row, row.label, row.salt, salt_digest(row.salt), row.digest)
        for row in rows
    )
    insert_rows(SealedRow, _ROW, values)
    if not previous:
        subject, after = ("mine", chain.mine, named[2]), {"head": link.head}
        audit.write(by=audit.SYSTEM, at=at, mine=chain.mine, action=BEGUN_EVENT, subject=subject, after=after)
    chain.seq, chain.head = seq, link.head
    chain.save(update_fields=["seq", "head"])
    return link

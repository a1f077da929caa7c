"""(f) Sealing 20,000 entries of a month as one link, against reading them and inserting as many plain rows; comparing them with
what was sealed, against reading both."""

from django.db import transaction

from bench.measure import Measurement, seconds
from bench.mines import AT, big_mine, month_with_entries
from pithead.assess.models import Entry, Source
from pithead.kernel.db import insert_rows
from pithead.kernel.models import SealChain, SealedRow, SealLink
from pithead.kernel.sealing import seal, verify

SECTIONS, ENTRIES = 1_000, 20_000
ENTRY = "assess.entry"
COLUMNS = ("link", "mine", "table", "row", "label", "salt", "salt_digest", "digest")
VALUES = ("link_id", *COLUMNS[1:])


def measure() -> list[Measurement]:
    mine = big_mine("SEAL", SECTIONS)
    cycle = month_with_entries(mine, "2026-06", ENTRIES)
    entries = Entry.objects.filter(cycle=cycle).exclude(source=Source.COMPUTED)
    keys, subject = list(entries.values_list("pk", flat=True)), ("cycle", cycle.pk, str(cycle))
    sealing = seconds(
        lambda: seal(mine=mine.code, at=AT, act="bench", subject=subject, rows={ENTRY: keys}), before=_unseal
    )
    rows = list(SealedRow.objects.values_list(*VALUES))
    comparing = seconds(lambda: verify(mine.code))
    reading_both = seconds(lambda: (list(entries.values()), list(SealedRow.objects.values_list(*VALUES))))
    faults = () if verify(mine.code).rows >= ENTRIES else ("not everything is under seal",)
    plain = seconds(lambda: _copy(entries, rows), before=_unseal)
    note = f"{len(keys)} entries"
    return [
        Measurement("sealing: 20,000 entries", sealing, plain, 5, note, faults),
        Measurement("verify: 20,000 entries", comparing, reading_both, 5, note),
    ]


def _unseal() -> None:
    """As if only the standard had ever been sealed."""
    SealedRow.objects.filter(link__seq__gt=1).delete()
    SealLink.objects.filter(seq__gt=1).delete()
    SealChain.objects.update(seq=1, head=SealLink.objects.get().head)


@transaction.atomic
def _copy(entries: object, rows: list[tuple[object, ...]]) -> None:
    first = SealLink.objects.get().pk
    list(entries.values())  # type: ignore[attr-defined]
    insert_rows(SealedRow, COLUMNS, [(first, *row[1:]) for row in rows if row[2] == ENTRY])

"""Two at once: whoever writes into a cell that is no longer what his page shows is told who changed it, to what and when."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from pithead.assess.models import Cycle, Entry, EntryKind, Item
from pithead.assess.queries import cell_entries, entries_in, state_of, token_of
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Reason, Refused
from pithead.kernel.rounding import plain
from pithead.org.models import Unit
from pithead.org.queries import unit_names

MOST_ASKED = 500  # entries whose changes are looked up


@dataclass(frozen=True)
class Clash:
    """A cell that somebody else has changed in between. `wanted` is what was to be written, `theirs` what stands there now."""

    unit: str
    item: str
    where: str
    wanted: str
    theirs: str
    changed_by: str = ""
    changed_at: dt.datetime | None = None

    def __str__(self) -> str:
        who = f"{self.changed_by} {moment(self.changed_at)} " if self.changed_at else "别人刚才"
        mine = f"，您填的是：{self.wanted}" if self.wanted else ""
        return f"{who}改过这一格，现在是{self.theirs}{mine}"


class CellConflict(Refused):
    """Nothing was written, because something was seen as it no longer is."""

    def __init__(self, clashes: Sequence[Clash]):
        self.clashes = tuple(clashes)
        super().__init__(Reason(str(clash), clash.where) for clash in self.clashes)


@dataclass(frozen=True)
class Stale:
    """A cell as it is now, and what the page knew of it."""

    unit: Unit
    item: Item
    entries: Sequence[Entry]
    seen: str
    wanted: str
    where: str


def refuse_stale(cycle: Cycle, stale: Sequence[Stale]) -> None:
    """Raises `CellConflict` when there is any."""
    if not stale:
        return
    changes = _last_changes(cycle, stale)
    raise CellConflict(
        [
            Clash(
                unit=one.unit.code,
                item=one.item.code,
                where=one.where,
                wanted=one.wanted,
                theirs=in_words(one.item, one.entries),
                changed_by=changed[0] if changed else "",
                changed_at=changed[1] if changed else None,
            )
            for one in stale
            for changed in [changes.get((one.unit.pk, one.item.code))]
        ]
    )


def refuse_stale_entry(entry: Entry, seen: str | None, wanted: str = "") -> None:
    """The same for the form of one entry; `seen` is None where nobody looked at a page."""
    if seen is None:
        return
    entries = cell_entries(entry.cycle, entry.unit, entry.item)
    if seen != token_of(entries):
        where = f"{entry.unit} {entry.item.code}"
        refuse_stale(entry.cycle, [Stale(entry.unit, entry.item, entries, seen, wanted, where)])


def in_words(item: Item, entries: Sequence[Entry]) -> str:
    """What stands in a cell: 4.5 分（扣 1.5：班前会记录缺签字）."""
    state, figure = state_of(item, entries)
    shown = {"na": "缺项", "veto": "否决"}.get(state, "空白") if figure is None else f" {plain(figure)} 分"
    said = "；".join(_entry_in_words(entry) for entry in entries)
    return f"{shown}（{said}）" if said else shown


def _entry_in_words(entry: Entry) -> str:
    kind = EntryKind(entry.kind)
    amount = {EntryKind.DEDUCTION: f"扣 {plain(entry.points)}", EntryKind.BONUS: f"加 {plain(entry.points)}"}
    return f"{amount.get(kind, kind.label)}：{entry.reason or '还没写原因'}"


def moment(at: dt.datetime | None) -> str:
    return "" if at is None else f"{timezone.localtime(at):%-m 月 %-d 日 %-H:%M}"


def _last_changes(cycle: Cycle, stale: Sequence[Stale]) -> dict[tuple[int, str], tuple[str, dt.datetime]]:
    """(unit, item) → who changed it last, and when: out of the log, which also knows of entries that are gone."""
    asked = [pk for one in stale for pk in (*(entry.pk for entry in one.entries), *entries_in(one.seen))]
    names = unit_names(cycle.mine)
    cells = {(names[one.unit.pk], one.item.code): (one.unit.pk, one.item.code) for one in stale}
    events = AuditEvent.objects.filter(
        mine=cycle.mine.code,
        subject_type="entry",
        subject_id__in=[str(pk) for pk in asked[:MOST_ASKED]],
        action__startswith="assess.entry.",
    )
    found: dict[tuple[int, str], tuple[str, dt.datetime]] = {}
    for event in events.order_by("at", "pk"):
        facts = event.after or event.before or {}
        if cell := cells.get((facts.get("unit", ""), facts.get("item", ""))):
            found[cell] = (event.actor_name, event.at)
    return found

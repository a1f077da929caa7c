"""Computing months that are linked: item scores, then the items taken from another standard in their order, then totals.

Where a linked item can be computed, the computed score is the item's: deductions that an office wrote there by hand stay
to be read and do not count twice. Where it cannot (no related unit, or the linked month has no results) the item is
judged by hand. Nothing of it depends on how many units there are but the rows that are read and written.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Sum

from pithead.assess.actions.closing import link_entries, score_items, total_up, zero_dimensions
from pithead.assess.links import Outline, in_order, link_of, outline_of
from pithead.assess.models import (
    ClauseKind,
    Cycle,
    Dimension,
    Entry,
    EntryKind,
    ItemScore,
    ScoreClause,
    Source,
    Standard,
    StandardState,
)
from pithead.assess.models.entries import LINK_KEY
from pithead.assess.queries.linked import Linked, linked_items
from pithead.assess.scoring import Share
from pithead.kernel.db import insert_rows
from pithead.kernel.rounding import ZERO, out_of, plain, to_cent
from pithead.org.models import Unit
from pithead.org.queries import unit_names

SHOWN = 4  # units named in a reason
FACTS = ("clause_id", "office_id", "points", "reason", "evidence")


def compute_together(cycles: Sequence[Cycle], at: dt.datetime) -> None:
    """Results of all of them afresh; the same entries give the same results in whatever order the months are given."""
    items = linked_items(cycles)
    order = in_order(_outlines(cycles, items))
    for cycle in cycles:
        score_items(cycle)
    if items:
        names = unit_names(cycles[0].mine)
        for linked in sorted(items, key=lambda one: order.index(_node(one))):
            _Computing(linked, names, at).write()
    for cycle in cycles:
        total_up(cycle)
        cycle.changed_at = at
        cycle.save(update_fields=["changed_at"])


def refuse_link_cycles(mine: Unit, content: Mapping[str, Any], in_force_from: str) -> None:
    """Refuses a standard whose links, with those of the others in force from that period on, run in a circle."""
    new = outline_of(content)
    issued = Standard.objects.filter(mine=mine, state=StandardState.ISSUED).order_by("in_force_from", "version")
    links: dict[int, dict[str, Any]] = {}
    clauses = ScoreClause.objects.filter(item__standard__in=issued, kind=ClauseKind.LINK).order_by("-position")
    for standard, item, dimension, link in clauses.values_list(
        "item__standard", "item__code", "item__dimension__code", "link"
    ):
        if found := link_of(link):
            links.setdefault(standard, {})[item] = (dimension, found)
    versions = [
        (start, Outline(code, title, links.get(pk, {})))
        for pk, code, title, start in issued.values_list("pk", "code", "title", "in_force_from")
    ]
    versions = sorted([*versions, (in_force_from, new)], key=lambda version: version[0])  # of equals the new one last
    for moment in sorted({start for start, _ in versions if start >= in_force_from}):
        standing = {outline.code: outline for start, outline in versions if start <= moment}
        in_order(sorted(standing.values(), key=lambda outline: (outline.code != new.code, outline.code)))


# ── one linked item ──
@dataclass(frozen=True)
class _Taken:
    """What a related unit got, as a share of what it could get, and as people read it."""

    ratio: Fraction
    words: str


class _Computing:
    """One linked item of one month: an entry and an item score for every unit for which there is something to take."""

    def __init__(self, linked: Linked, names: Mapping[int, str], at: dt.datetime):
        self.linked, self.names, self.at = linked, names, at
        self.cycle, self.item = linked.cycle, linked.clause.item

    def write(self) -> None:
        shares = self._shares()
        own = ItemScore.objects.filter(cycle=self.cycle, item=self.item, score__isnull=False).order_by("unit")
        entries, scores = [], []
        for unit, lost in own.values_list("unit", "lost"):
            taken = {other: shares[other] for other in self.linked.units.get(unit, ()) if other in shares}
            if taken:
                score = self._score(list(taken.values()))
                scores.append((self.cycle.pk, unit, self.item.pk, self.item.full_marks - score, score))
                if score < self.item.full_marks or lost:
                    entries.append(self._entry(unit, self.item.full_marks - score, taken, by_hand=bool(lost)))
        own.filter(unit__in=[row[1] for row in scores]).delete()
        insert_rows(ItemScore, ("cycle", "unit", "item", "lost", "score"), scores)
        zero_dimensions(self.cycle)
        self._replace({entry.key: entry for entry in entries})

    def _shares(self) -> dict[int, _Taken]:
        """Of every unit of the linked month to which something of it applies."""
        source, link = self.linked.source, self.linked.link
        rows = ItemScore.objects.filter(cycle=source, score__isnull=False) if source else ItemScore.objects.none()
        if link.dimensions:
            rows = rows.filter(item__dimension__code__in=link.dimensions)
        sums = rows.values_list("unit").annotate(got=Sum("score"), full=Sum("item__full_marks"))
        return {unit: self._taken(Share(to_cent(got), to_cent(full))) for unit, got, full in sums}

    def _taken(self, share: Share) -> _Taken:
        """Whole scores as they are published, out of the full marks; parts as points of points."""
        if self.linked.link.dimensions:
            return _Taken(share.ratio, f"{plain(share.got)}/{plain(share.full)}")
        assert self.linked.source is not None
        marks = self.linked.source.standard.full_marks
        published = out_of(share.got, share.full, marks) or ZERO
        return _Taken(Share(published, marks).ratio, plain(published))

    def _score(self, taken: Sequence[_Taken]) -> Decimal:
        """Out of the mean of the shares."""
        mean = sum((one.ratio for one in taken), Fraction(0)) / len(taken)
        exact = Fraction(self.item.full_marks) * mean
        score = to_cent(Decimal(exact.numerator) / Decimal(exact.denominator))
        return min(max(score, ZERO), self.item.full_marks)

    # ── what is written down ──
    def _entry(self, unit: int, points: Decimal, taken: Mapping[int, _Taken], *, by_hand: bool) -> Entry:
        clause = self.linked.clause
        return Entry(
            mine_id=self.cycle.mine_id,
            cycle=self.cycle,
            unit_id=unit,
            item=self.item,
            clause=clause,
            office_id=clause.office_id,
            kind=EntryKind.DEDUCTION,
            points=points,
            reason=self._reason(taken) + ("；科室另记的扣分不重复计" if by_hand else ""),
            evidence=f"细则 {clause.code}",
            source=Source.COMPUTED,
            author="系统",
            entered_at=self.at,
            key=f"{LINK_KEY}{unit} {self.item.code}",
        )

    def _reason(self, taken: Mapping[int, _Taken]) -> str:
        told = [f"{self.names[unit]} {one.words}" for unit, one in taken.items()]
        if len(told) == 1:
            ((unit, one),) = taken.items()
            return f"按{self.names[unit]}{self._what} {one.words}{self._aside or ' '}折算"
        more = f"等 {len(told)} 个单位" if len(told) > SHOWN else ""
        return f"按{'、'.join(told[:SHOWN])}{more}的{self._what}{self._aside}平均折算"

    @cached_property
    def _what(self) -> str:
        source, link = self.linked.source, self.linked.link
        assert source is not None
        if not link.dimensions:
            return f"“{source.standard}”得分"
        names = Dimension.objects.filter(standard=source.standard_id, code__in=link.dimensions).order_by("position")
        return "".join(f"“{name}”" for name in names.values_list("name", flat=True)) + "得分"

    @property
    def _aside(self) -> str:
        """What is published beside a whole score and does not count here."""
        source, link = self.linked.source, self.linked.link
        return "（不含加分）" if source and source.standard.bonus_cap and not link.dimensions else ""

    def _replace(self, wanted: Mapping[str, Entry]) -> None:
        """What says the same as before stays the row it was."""
        standing = {entry.key: entry for entry in link_entries(self.cycle).filter(item=self.item)}
        changed = []
        for key, entry in standing.items():
            new = wanted.get(key)
            if new and any(getattr(entry, name) != getattr(new, name) for name in FACTS):
                for name in (*FACTS, "entered_at"):
                    setattr(entry, name, getattr(new, name))
                changed.append(entry)
        Entry.objects.bulk_update(changed, (*FACTS, "entered_at"), batch_size=200)
        Entry.objects.bulk_create([entry for key, entry in wanted.items() if key not in standing], batch_size=500)
        Entry.objects.filter(pk__in=[entry.pk for key, entry in standing.items() if key not in wanted]).delete()


def _node(linked: Linked) -> tuple[str, str]:
    return linked.cycle.code, linked.clause.item.code


def _outlines(cycles: Sequence[Cycle], items: Sequence[Linked]) -> list[Outline]:
    return [
        Outline(
            cycle.code,
            cycle.standard.title,
            {
                linked.clause.item.code: (linked.clause.item.dimension.code, linked.link)
                for linked in items
                if linked.cycle is cycle and linked.clause.item.dimension
            },
        )
        for cycle in sorted(cycles, key=lambda cycle: cycle.code)
    ]

"""What papers are made of: one closed cycle with everything it says, and which cycles a reader may have papers of."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from django.db.models import QuerySet
from django.utils import timezone

from pithead.assess.models import Cycle, CycleState, EntryKind, ItemKind, PeerGroup, ScoreClause
from pithead.assess.models.cycles import CLOSED, PUBLIC
from pithead.assess.queries import (
    AppealLine,
    DepartureLine,
    EntryLine,
    ItemFindings,
    ResultRow,
    SaidInstead,
    Summary,
    board,
    changes,
    departures,
    entries,
    findings,
    item_scores,
    said_instead,
    summary,
)
from pithead.assess.queries.seals import month_anchor
from pithead.documents.veil import veil_for
from pithead.org.access import Actor, Capability

A_YEAR = dt.timedelta(days=366)


@dataclass(frozen=True)
class ItemHead:
    """A scored item as the head of a column."""

    code: str
    name: str
    full: Decimal
    dimension: str


@dataclass(frozen=True)
class Month:
    """A cycle's result, read once. `entries` stand in the order of groups and ranks, their reasons name no worker."""

    cycle: Cycle
    summary: Summary
    ranking: tuple[ResultRow, ...]  # over all groups
    groups: tuple[tuple[str, tuple[ResultRow, ...]], ...]
    items: tuple[ItemHead, ...]
    scores: dict[int, dict[str, Decimal | None]]
    entries: tuple[EntryLine, ...]
    findings: tuple[ItemFindings, ...]
    offices: dict[str, tuple[str, ...]]  # item code → those that score it
    names_hidden: int
    departures: tuple[DepartureLine, ...]  # what the joint meeting decided otherwise
    changes: tuple[AppealLine, ...]  # what appeals changed; decisions name no worker
    instead: tuple[SaidInstead, ...]  # what offices said instead of what the system computed
    anchor: str  # 校验码, empty before the month is under seal

    @property
    def rows(self) -> Iterator[ResultRow]:
        """Every unit, group by group."""
        return (row for _, rows in self.groups for row in rows)

    @property
    def is_final(self) -> bool:
        return self.cycle.state == CycleState.FINAL

    @property
    def dated(self) -> dt.date:
        """The day the result was settled (a draft: computed), which every paper of it bears."""
        moment = self.cycle.finalised_at or self.cycle.closed_at
        return timezone.localdate(moment) if moment else self.cycle.ends_on

    def of_kind(self, *kinds: EntryKind) -> list[EntryLine]:
        return [entry for entry in self.entries if entry.kind in kinds]


def month_of(cycle: Cycle) -> Month:
    """Everything the papers of a cycle say. A fixed number of queries."""
    ranking = board(cycle, per_page=None).rows
    groups = _groups(cycle, ranking)
    veil = veil_for(cycle)
    places = {row.unit_id: place for place, row in enumerate(row for _, rows in groups for row in rows)}
    lines = sorted(entries(cycle), key=lambda line: places[line.unit_id])
    veiled = tuple(
        replace(line, reason=veil.over(line.unit_id, line.reason), evidence=veil.over(line.unit_id, line.evidence))
        for line in lines
    )
    return Month(
        cycle=cycle,
        summary=summary(cycle),
        ranking=ranking,
        groups=groups,
        items=_items(cycle),
        scores=item_scores(cycle),
        entries=veiled,
        findings=findings(cycle),
        offices=_offices(cycle),
        names_hidden=veil.hidden,
        departures=tuple(departures(cycle).values()),
        changes=tuple(
            replace(
                line,
                decision=veil.over(line.unit_id, line.decision),
                entry_reason=veil.over(line.unit_id, line.entry_reason),
            )
            for line in changes(cycle)
        ),
        instead=tuple(
            replace(line, reason=veil.over(line.unit_id, line.reason), found=veil.over(line.unit_id, line.found))
            for line in said_instead(cycle)
        ),
        anchor=month_anchor(cycle),
    )


def _by_group_rank(row: ResultRow) -> tuple[bool, int, bool, int]:
    return row.group_rank is None, row.group_rank or 0, row.rank is None, row.rank or 0


def _groups(cycle: Cycle, rows: tuple[ResultRow, ...]) -> tuple[tuple[str, tuple[ResultRow, ...]], ...]:
    """Peer groups in the standard's order, those without units left out."""
    names = PeerGroup.objects.filter(standard_id=cycle.standard_id).order_by("position").values_list("code", "name")
    of_group = {code: sorted((row for row in rows if row.group_code == code), key=_by_group_rank) for code, _ in names}
    return tuple((name, tuple(of_group[code])) for code, name in names if of_group[code])


def _items(cycle: Cycle) -> tuple[ItemHead, ...]:
    scored = cycle.standard.items.filter(kind=ItemKind.SCORED, dimension__isnull=False).order_by("position")
    fields = scored.values_list("code", "name", "full_marks", "dimension__name")
    return tuple(ItemHead(*values) for values in fields)


def _offices(cycle: Cycle) -> dict[str, tuple[str, ...]]:
    clauses = ScoreClause.objects.filter(item__standard_id=cycle.standard_id).order_by("item__position", "position")
    pairs = clauses.values_list("item__code", "office__name")
    return {
        code: tuple(dict.fromkeys(office for _, office in same))
        for code, same in groupby(pairs, key=lambda pair: pair[0])
    }


# ── which papers there are ──
def producible(actor: Actor) -> "QuerySet[Cycle]":
    """Cycles with a result the reader may see: published ones, and drafts for those who may see drafts."""
    cycles = Cycle.objects.visible_to(actor).filter(mine=actor.mine, state__in=CLOSED)
    if not actor.can(Capability.DRAFT_VIEW):
        cycles = cycles.filter(state__in=PUBLIC)
    return cycles.select_related("mine", "standard__owner", "standard__clause__policy")


def of_last_year(actor: Actor, today: dt.date) -> list[Cycle]:
    """The latest first."""
    recent = producible(actor).filter(ends_on__gte=today - A_YEAR)
    return list(recent.order_by("-starts_on", "code"))

"""What confirmed matters and figures say under the clauses that count them. Where the standard says “自动” the system writes the
entries itself (`counted`); where it says “系统提议” the office answers (`fed`), and vetoes always wait for people.

Nothing of what is proposed is kept. What was confirmed and is no longer (appealed, investigated again, another unit's, another
kind) is no longer proposed, and where it was counted already by hand the entry is named as doubtful.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from pithead.assess.feeds import feeds_of
from pithead.assess.gauges import gauge_of, measure_of
from pithead.assess.models import Appeal, Cycle, Entry, EntryKind, ItemKind, Outcome, ScoreClause, SetAside, Source
from pithead.assess.models.entries import GAUGE_KEY, MATTER_KEY
from pithead.assess.queries.gauged import Gauges, Missing
from pithead.assess.queries.matters import Matters
from pithead.assess.queries.proposals import KINDS, Proposal, counts_itself
from pithead.issues.models import Issue
from pithead.kernel.rounding import ZERO
from pithead.measures.registry import Kind
from pithead.org.access import Actor
from pithead.org.models import Unit


@dataclass(frozen=True)
class Fed:
    """`pending` waits for an answer; `doubtful`: entries whose matter is no longer what they were made of."""

    pending: tuple[Proposal, ...] = ()
    set_aside: tuple[Proposal, ...] = ()
    doubtful: tuple[Entry, ...] = ()

    @property
    def points(self) -> Decimal:
        return sum((one.points for one in self.pending), ZERO)

    @property
    def deductions(self) -> tuple[Proposal, ...]:
        """What may be taken all at once; a veto is decided by itself."""
        return tuple(one for one in self.pending if not one.is_veto)

    @property
    def vetoes(self) -> tuple[Proposal, ...]:
        return tuple(one for one in self.pending if one.is_veto)

    @property
    def matters(self) -> set[UUID]:
        found = {one.matter for one in (*self.pending, *self.set_aside)}
        return {matter for matter in found | {one.matter for one in self.doubtful} if matter}


@dataclass(frozen=True)
class Counted:
    """What the system counts itself, and where it cannot because a figure is missing."""

    proposals: tuple[Proposal, ...]
    missing: tuple[Missing, ...]


def fed(cycle: Cycle, office: Unit | None = None, *, today: dt.date | None = None) -> Fed:
    """For the clauses of one office, or of all. A fixed number of queries, one more for each measure that is proposed; one where
    no clause counts anything or the month takes no scores."""
    if not cycle.takes_scores:
        return Fed()
    return _fed(cycle, [clause for clause in _clauses(cycle, office) if not counts_itself(clause)], office, today)


def _fed(cycle: Cycle, clauses: list[ScoreClause], office: Unit | None, today: dt.date | None) -> Fed:
    if not clauses:
        return Fed()
    proposals, _ = _proposals(cycle, clauses, today)
    aside = {one.key: one for one in SetAside.objects.filter(cycle=cycle)}
    entries = list(
        Entry.objects.filter(_made_of_something(), cycle=cycle)
        .exclude(source=Source.COMPUTED)
        .select_related("item", "unit", "office")
    )
    answered = _answered(cycle, entries)
    vetoed = set(cycle.entries.filter(kind=EntryKind.VETO).values_list("unit", "item"))
    left = [
        replace(one, set_aside=aside.get(one.key))
        for one in sorted(proposals, key=lambda one: (one.found_on, one.unit_code, one.item.position, one.clause.code))
        if one.key not in answered and not (one.is_veto and (one.unit_id, one.item.pk) in vetoed)
    ]
    standing = {one.key for one in proposals}
    return Fed(
        pending=tuple(one for one in left if one.set_aside is None),
        set_aside=tuple(one for one in left if one.set_aside),
        doubtful=_of([entry for entry in entries if entry.key not in standing], office),
    )


def undecided_vetoes(cycle: Cycle) -> tuple[Proposal, ...]:
    """What stands in the way of closing, without asking for anything else."""
    return _fed(
        cycle, [clause for clause in _clauses(cycle, None) if clause.item.kind == ItemKind.VETO], None, None
    ).vetoes


def missing(cycle: Cycle, office: Unit, today: dt.date) -> list[Missing]:
    """Figures that the clauses of an office need and nobody has given, whoever counts them. A query for each ratio."""
    clauses = [(clause, gauge) for clause in _clauses(cycle, office) if (gauge := gauge_of(clause.gauge))]
    ratios = [(clause, gauge) for clause, gauge in clauses if measure_of(gauge).kind is Kind.RATIO]
    return Gauges(cycle, ratios, today).missing() if ratios and cycle.takes_scores else []


def counted(cycle: Cycle, today: dt.date) -> Counted:
    """Of the clauses whose entries the system writes itself, for all offices. One query where there are none."""
    clauses = [clause for clause in _clauses(cycle, None) if counts_itself(clause)]
    if not clauses:
        return Counted((), ())
    proposals, missing = _proposals(cycle, clauses, today)
    return Counted(tuple(proposals), tuple(missing))


def seen_matters(actor: Actor, matters: Collection[UUID]) -> frozenset[UUID]:
    """Those the reader may open. No query where there are none."""
    if not matters:
        return frozenset()
    return frozenset(Issue.objects.visible_to(actor).filter(pk__in=matters).values_list("pk", flat=True))


def _proposals(
    cycle: Cycle, clauses: Iterable[ScoreClause], today: dt.date | None
) -> tuple[list[Proposal], list[Missing]]:
    fed_by = [(clause, feeds_of(clause.feeds)) for clause in clauses if clause.feeds]
    by_figure = [(clause, gauge) for clause in clauses if (gauge := gauge_of(clause.gauge))]
    proposals: list[Proposal] = []
    if fed_by:
        matters = Matters(cycle, [feed for _, feeds in fed_by for feed in feeds])
        proposals += [one for clause, feeds in fed_by for one in matters.proposals(clause, feeds)]
    if not by_figure:
        return proposals, []
    gauges = Gauges(cycle, by_figure, today or cycle.ends_on + dt.timedelta(days=1))
    return [*proposals, *gauges.proposals()], gauges.missing()


def _of(entries: Iterable[Entry], office: Unit | None) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if office is None or entry.office_id == office.pk)


def _clauses(cycle: Cycle, office: Unit | None) -> list[ScoreClause]:
    rows = ScoreClause.objects.filter(item__standard=cycle.standard_id, item__kind__in=KINDS)
    rows = rows.filter(office=office) if office else rows
    return [clause for clause in rows.select_related("item", "office") if clause.feeds or clause.gauge]


def _made_of_something() -> Q:
    return Q(key__startswith=MATTER_KEY) | Q(key__startswith=GAUGE_KEY)


def _answered(cycle: Cycle, entries: Iterable[Entry]) -> set[str]:
    """What is counted, and what an appeal took back: it does not come again."""
    made = Q(entry_key__startswith=MATTER_KEY) | Q(entry_key__startswith=GAUGE_KEY)
    upheld = Appeal.objects.filter(made, cycle=cycle, outcome=Outcome.UPHELD)
    return {entry.key for entry in entries} | set(upheld.values_list("entry_key", flat=True))

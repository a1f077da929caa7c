"""What confirmed matters propose: deductions and vetoes by the clauses that count them, before an office has said yes or no.

Nothing of it is kept. What was confirmed and is no longer (appealed, investigated again, another unit's, another kind) is no longer
proposed, and where it was counted already the entry is named as doubtful.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from pithead.assess.feeds import CONFIRMED, LATE, NONE, OVERDUE, Feed, feeds_of
from pithead.assess.models import Appeal, Cycle, Entry, EntryKind, Item, ItemKind, Outcome, ScoreClause, SetAside
from pithead.assess.models.entries import MATTER_KEY, matter_key
from pithead.issues.models import Issue, Step
from pithead.issues.queries import WORKFLOWS, setting_of
from pithead.kernel.rounding import ZERO
from pithead.org.access import Actor
from pithead.org.models import Membership, Post, Serves, Unit, UnitKind, ids_of
from pithead.org.queries import unit_names

KINDS = {ItemKind.SCORED: EntryKind.DEDUCTION, ItemKind.VETO: EntryKind.VETO}
FIELDS = (
    "pk",
    "kind",
    "grade",
    "category",
    "found_at",
    "unit__path",
    "found_by",
    "office__name",
    "place__name",
)


@dataclass(frozen=True)
class Proposal:
    """One matter under one clause, for one unit: the entry it would be. `set_aside`: why it will not be one."""

    key: str
    matter: UUID
    unit_id: int
    unit_code: str
    unit_name: str
    item: Item
    clause: ScoreClause
    kind: EntryKind
    points: Decimal
    reason: str
    evidence: str
    found_on: dt.date
    set_aside: SetAside | None = None

    @property
    def is_veto(self) -> bool:
        return self.kind is EntryKind.VETO


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
        return found | {matter for one in self.doubtful if (matter := one.matter)}


@dataclass(frozen=True)
class _Happened:
    """A matter on the day it counts. `own`: participants below which whoever found it belongs."""

    matter: UUID
    kind: str
    grade: str
    when: str
    day: dt.date
    category: str
    office: str
    place: str
    units: frozenset[int]
    own: frozenset[int]


def fed(cycle: Cycle, office: Unit | None = None) -> Fed:
    """For the clauses of one office, or of all. Sixteen queries at most, whatever the size; one where no clause counts a matter or
    the month takes no scores."""
    if not cycle.takes_scores:
        return Fed()
    clauses = _clauses(cycle, office)
    if not clauses:
        return Fed()
    found = _Found(cycle, [feed for _, feeds in clauses for feed in feeds])
    aside = {one.key: one for one in SetAside.objects.filter(cycle=cycle)}
    proposals = [one for clause, feeds in clauses for one in found.proposals(clause, feeds, aside)]
    entries = list(
        Entry.objects.filter(cycle=cycle, key__startswith=MATTER_KEY).select_related("item", "unit", "office")
    )
    answered = _answered(cycle, entries)
    vetoed = set(cycle.entries.filter(kind=EntryKind.VETO).values_list("unit", "item"))
    left = [
        one
        for one in sorted(proposals, key=lambda one: (one.found_on, one.unit_code, one.item.position, one.clause.code))
        if one.key not in answered and not (one.is_veto and (one.unit_id, one.item.pk) in vetoed)
    ]
    standing = {one.key for one in proposals}
    return Fed(
        pending=tuple(one for one in left if one.set_aside is None),
        set_aside=tuple(one for one in left if one.set_aside),
        doubtful=_of([entry for entry in entries if entry.key not in standing], office),
    )


def seen_matters(actor: Actor, matters: Collection[UUID]) -> frozenset[UUID]:
    """Those the reader may open. No query where there are none."""
    if not matters:
        return frozenset()
    return frozenset(Issue.objects.visible_to(actor).filter(pk__in=matters).values_list("pk", flat=True))


def _of(entries: Iterable[Entry], office: Unit | None) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if office is None or entry.office_id == office.pk)


def _clauses(cycle: Cycle, office: Unit | None) -> list[tuple[ScoreClause, list[Feed]]]:
    rows = ScoreClause.objects.filter(item__standard=cycle.standard_id, item__kind__in=KINDS)
    rows = rows.filter(office=office) if office else rows
    return [(clause, feeds_of(clause.feeds)) for clause in rows.select_related("item", "office") if clause.feeds]


def _answered(cycle: Cycle, entries: Iterable[Entry]) -> set[str]:
    """What is counted, and what an appeal took back: it does not come again."""
    upheld = Appeal.objects.filter(cycle=cycle, outcome=Outcome.UPHELD, entry_key__startswith=MATTER_KEY)
    return {entry.key for entry in entries} | set(upheld.values_list("entry_key", flat=True))


_Row = tuple[Any, str, dt.date]  # of FIELDS; when it counts, and the day


class _Found:
    """The matters of one period, loaded once for however many clauses."""

    def __init__(self, cycle: Cycle, feeds: Sequence[Feed]):
        self.cycle, self.names = cycle, unit_names(cycle.mine)
        self.starts = timezone.make_aware(dt.datetime.combine(cycle.starts_on, dt.time()))
        self.ends = timezone.make_aware(dt.datetime.combine(cycle.ends_on + dt.timedelta(days=1), dt.time()))
        self.codes = dict(cycle.participants.values_list("unit", "unit__code"))
        served = Serves.objects.on(cycle.ends_on).filter(mine=cycle.mine_id, server__kind=UnitKind.BRANCH)
        self.served = list(served.values_list("server", "unit", "unit__path"))
        self.owners = self._owners()
        wanted = {(feed.kind, feed.when) for feed in feeds}
        rows = [*self._confirmed(wanted), *(self._overdue() if ("hazard", OVERDUE) in wanted else ())]
        self.homes = self._homes({row.found_by for row, _, _ in rows}) if any(feed.own for feed in feeds) else {}
        self.happened = [self._one(*found) for found in rows]

    def proposals(self, clause: ScoreClause, feeds: Sequence[Feed], aside: dict[str, SetAside]) -> Iterable[Proposal]:
        told: set[str] = set()
        for one in self.happened:
            for feed in feeds:
                if (feed.kind, feed.when) != (one.kind, one.when) or (feed.grades and one.grade not in feed.grades):
                    continue
                for unit in one.units:
                    key = matter_key(one.matter, clause.code, unit)
                    if key not in told and not (feed.own == NONE and unit in one.own):
                        told.add(key)
                        yield self._proposal(key, clause, feed, one, unit, aside.get(key))

    def _proposal(
        self, key: str, clause: ScoreClause, feed: Feed, one: _Happened, unit: int, aside: SetAside | None
    ) -> Proposal:
        kind, own = KINDS[ItemKind(clause.item.kind)], unit in one.own
        points = ZERO if kind is EntryKind.VETO else feed.pays(clause.points, own=own)
        halved = "，自己查处的减半" if own and feed.own and points else ""
        return Proposal(
            key=key,
            matter=one.matter,
            unit_id=unit,
            unit_code=self.codes[unit],
            unit_name=self.names[unit],
            item=clause.item,
            clause=clause,
            kind=kind,
            points=points,
            reason=f"{one.day.month} 月 {one.day.day} 日{one.place and f'在{one.place}'}{_what(one)}{halved}",
            evidence=f"{one.office}认定，{WORKFLOWS[one.kind].label} {str(one.matter)[:8]}",
            found_on=one.day,
            set_aside=aside,
        )

    # ── whose ──
    def _owners(self) -> dict[int, set[int]]:
        """Unit → participants that answer for it and for what is below it: itself, what it became within the period, the
        branch that serves it on the last day."""
        cycle, owners = self.cycle, {unit: {unit} for unit in self.codes}
        before = Unit.objects.filter(pk__in=self.codes, predecessor__closed_on__range=(cycle.starts_on, cycle.ends_on))
        for unit, predecessor in before.values_list("pk", "predecessor"):
            owners.setdefault(predecessor or 0, {unit})
        for server, unit, _ in self.served:
            if server in self.codes:
                owners.setdefault(unit, set()).add(server)
        return owners

    def _belong(self, path: str) -> frozenset[int]:
        return frozenset(owner for unit in ids_of(path) for owner in self.owners.get(unit, ()))

    def _homes(self, finders: set[int | None]) -> dict[int, list[tuple[str, dt.date, dt.date | None]]]:
        """Person → where he belonged or held a post, from when until when; of a branch, what it serves, too."""
        homes: dict[int, list[tuple[str, dt.date, dt.date | None]]] = {}
        managers: tuple[Any, ...] = (Membership.objects, Post.objects)
        for manager in managers:
            rows = manager.filter(mine=self.cycle.mine_id, person__in=finders - {None})
            for person, unit, path, since, until in rows.values_list("person", "unit", "unit__path", "since", "until"):
                below = [served for server, _, served in self.served if server == unit]
                homes.setdefault(person, []).extend((one, since, until) for one in (path, *below))
        return homes

    def _caught_by(self, finder: int | None, day: dt.date) -> frozenset[int]:
        """The participants to which whoever found it belonged that day."""
        homes = self.homes.get(finder or 0, ())
        return frozenset(
            owner
            for path, since, until in homes
            if since <= day and (until is None or day <= until)
            for owner in self._belong(path)
        )

    # ── what ──
    def _rows(self, matters: Q) -> Iterable[Any]:
        rows = Issue.objects.filter(matters, mine=self.cycle.mine_id).order_by("found_at", "pk")
        return rows.values_list(*FIELDS, named=True)

    def _confirmed(self, wanted: set[tuple[str, str]]) -> Iterable[_Row]:
        """What happened in the period and was confirmed since; not while it is investigated again."""
        kinds = [kind for kind in CONFIRMED if {(kind, ""), (kind, LATE)} & wanted]
        state = Q(pk=None)
        for kind in kinds:
            state |= Q(kind=kind, state__in=CONFIRMED[kind])
        again = Exists(Step.objects.filter(issue=OuterRef("pk"), verb="reopen"))
        in_period = Q(kind__in=kinds, found_at__gte=self.starts, found_at__lt=self.ends)
        rows = list(self._rows(state & in_period & (Q(state="closed") | ~Q(again))))
        late = self._late([row.pk for row in rows if row.kind == "incident"]) if ("incident", LATE) in wanted else set()
        for row in rows:
            day = timezone.localdate(row.found_at)
            yield row, "", day
            if row.pk in late:
                yield row, LATE, day

    def _late(self, incidents: list[UUID]) -> set[UUID]:
        """Incidents that whoever confirmed them found to be reported too late."""
        steps = Step.objects.filter(issue__in=incidents, verb="confirm").order_by("seq")
        said = dict(steps.values_list("issue", "facts"))
        return {pk for pk, facts in said.items() if facts.get("reported_in_time") is False}

    def _overdue(self) -> Iterable[_Row]:
        """Hazards whose time for mending ran out in the period: on the first climb past the deadline."""
        levels = setting_of(self.cycle.mine, "hazard").levels
        first = next((number for number, level in enumerate(levels, 1) if level.after != "half"), 0)
        climbs = Step.objects.filter(mine=self.cycle.mine_id, at__gte=self.starts, at__lt=self.ends, verb="climb")
        climbs = climbs.filter(issue__kind="hazard", from_state="assigned", level=first).order_by("-at")
        days = {pk: timezone.localdate(at) for pk, at in climbs.values_list("issue", "at")}
        for row in self._rows(Q(pk__in=climbs.order_by().values("issue")) & ~Q(state__in=("void", "merged"))):
            yield row, OVERDUE, days[row.pk]

    def _one(self, row: Any, when: str, day: dt.date) -> _Happened:
        return _Happened(
            matter=row.pk,
            kind=row.kind,
            grade=row.grade,
            when=when,
            day=day,
            category=WORKFLOWS[row.kind].categories.get(row.category, ""),
            office=row.office__name,
            place=row.place__name or "",
            units=self._belong(row.unit__path),
            own=self._caught_by(row.found_by, timezone.localdate(row.found_at)),
        )


def _what(one: _Happened) -> str:
    """What happened, without anybody's name: never the matter's own text."""
    grade = WORKFLOWS[one.kind].grades.get(one.grade, "")
    kind = f"（{one.category}）" if one.category else ""
    if one.kind == "violation":
        return f"发生{grade}“三违”1 起{kind}"
    if one.kind == "hazard":
        return f"有一条{grade}隐患到期没有整改{kind}"
    return f"{grade}事故没有按时上报{kind}" if one.when == LATE else f"发生{grade}事故 1 起{kind}"

"""Confirmed matters of a month under the clauses that count them: whose they are, what one costs, and what to say of it."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from pithead.assess.feeds import LATE, NONE, OVERDUE, Feed
from pithead.assess.models import Cycle, ItemKind, ScoreClause
from pithead.assess.models.entries import matter_key
from pithead.assess.queries.proposals import Proposal
from pithead.issues.models import Issue, Step
from pithead.issues.queries import CONFIRMED, WORKFLOWS, climbs_past_due, confirmed, overdue
from pithead.kernel.rounding import ZERO
from pithead.org.models import Membership, Post, Serves, UnitKind, ids_of
from pithead.org.queries import answering, unit_names

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


_Row = tuple[Any, str, dt.date]  # of FIELDS; when it counts, and the day


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


class Matters:
    """Those of one period, loaded once for however many clauses."""

    def __init__(self, cycle: Cycle, feeds: Sequence[Feed]):
        self.cycle, self.names = cycle, unit_names(cycle.mine)
        self.starts = timezone.make_aware(dt.datetime.combine(cycle.starts_on, dt.time()))
        self.ends = timezone.make_aware(dt.datetime.combine(cycle.ends_on + dt.timedelta(days=1), dt.time()))
        self.codes = dict(cycle.participants.values_list("unit", "unit__code"))
        self.owners = answering(cycle.mine, cycle.starts_on, cycle.ends_on)
        served = Serves.objects.on(cycle.ends_on).filter(mine=cycle.mine_id, server__kind=UnitKind.BRANCH)
        self.served = list(served.values_list("server", "unit__path"))
        wanted = {(feed.kind, feed.when) for feed in feeds}
        rows = [*self._confirmed(wanted), *(self._overdue() if ("hazard", OVERDUE) in wanted else ())]
        self.homes = self._homes({row.found_by for row, _, _ in rows}) if any(feed.own for feed in feeds) else {}
        self.happened = [self._one(*found) for found in rows]

    def proposals(self, clause: ScoreClause, feeds: Sequence[Feed]) -> Iterable[Proposal]:
        told: set[str] = set()
        for one in self.happened:
            for feed in feeds:
                if (feed.kind, feed.when) != (one.kind, one.when) or (feed.grades and one.grade not in feed.grades):
                    continue
                for unit in one.units:
                    key = matter_key(one.matter, clause.code, unit)
                    if key not in told and not (feed.own == NONE and unit in one.own):
                        told.add(key)
                        yield self._proposal(key, clause, feed, one, unit)

    def _proposal(self, key: str, clause: ScoreClause, feed: Feed, one: "_Happened", unit: int) -> Proposal:
        own, is_veto = unit in one.own, clause.item.kind == ItemKind.VETO
        points = ZERO if is_veto else feed.pays(clause.points, own=own)
        halved = "，自己查处的减半" if own and feed.own and points else ""
        return Proposal(
            key=key,
            matter=one.matter,
            unit_id=unit,
            unit_code=self.codes[unit],
            unit_name=self.names[unit],
            clause=clause,
            points=points,
            reason=f"{one.day.month} 月 {one.day.day} 日{one.place and f'在{one.place}'}{_what(one)}{halved}",
            evidence=f"{one.office}认定，{WORKFLOWS[one.kind].label} {str(one.matter)[:8]}",
            found_on=one.day,
        )

    # ── whose ──
    def _belong(self, path: str) -> frozenset[int]:
        """The participants that answer for a unit."""
        return self.owners.get(ids_of(path)[-1], frozenset()) & self.codes.keys()

    def _homes(self, finders: set[int | None]) -> dict[int, list[tuple[str, dt.date, dt.date | None]]]:
        """Person → where he belonged or held a post, from when until when; of a branch, what it serves, too."""
        homes: dict[int, list[tuple[str, dt.date, dt.date | None]]] = {}
        managers: tuple[Any, ...] = (Membership.objects, Post.objects)
        for manager in managers:
            rows = manager.filter(mine=self.cycle.mine_id, person__in=finders - {None})
            for person, unit, path, since, until in rows.values_list("person", "unit", "unit__path", "since", "until"):
                below = [served for server, served in self.served if server == unit]
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
    def _confirmed(self, wanted: set[tuple[str, str]]) -> Iterable[_Row]:
        """What happened in the period and was confirmed since; not while it is investigated again."""
        for kind in CONFIRMED:
            if not {(kind, ""), (kind, LATE)} & wanted:
                continue
            rows = list(_told(confirmed(self.cycle.mine, self.starts, self.ends, kind)))
            late = self._late([row.pk for row in rows]) if (kind, LATE) in wanted else set()
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
        climbs = climbs_past_due(self.cycle.mine, "hazard").filter(at__gte=self.starts, at__lt=self.ends)
        days = {pk: timezone.localdate(at) for pk, at in climbs.order_by("-at").values_list("issue", "at")}
        for row in _told(overdue(self.cycle.mine, self.starts, self.ends, "hazard")):
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


def _told(matters: "QuerySet[Issue]") -> Iterable[Any]:
    return matters.order_by("found_at", "pk").values_list(*FIELDS, named=True)


def _what(one: _Happened) -> str:
    """What happened, without anybody's name: never the matter's own text."""
    grade = WORKFLOWS[one.kind].grades.get(one.grade, "")
    kind = f"（{one.category}）" if one.category else ""
    if one.kind == "violation":
        return f"发生{grade}“三违”1 起{kind}"
    if one.kind == "hazard":
        return f"有一条{grade}隐患到期没有整改{kind}"
    return f"{grade}事故没有按时上报{kind}" if one.when == LATE else f"发生{grade}事故 1 起{kind}"

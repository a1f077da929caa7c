"""What is, was and will be put before the whole mine: days, rounds, departures, reopenings, and what stands in the way."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pithead.assess.models import Appeal, Cycle, CycleState, Departure, Participant, Publicity, Reopening, Result, Tier
from pithead.assess.models.appeals import BY_MEETING
from pithead.assess.models.cycles import PUBLIC
from pithead.kernel.calendars import Calendar
from pithead.org.access import Actor, Capability
from pithead.org.models import Unit
from pithead.org.queries import calendar_of, names_among, unit_names

ONE_DAY = dt.timedelta(days=1)


# ── days ──
@dataclass(frozen=True)
class Span:
    """The days a publicity runs: `workdays` of them, both ends inclusive, when published on `published`."""

    published: dt.date
    starts_on: dt.date
    ends_on: dt.date
    workdays: int
    guessed: tuple[int, ...]  # years without a holiday table, for which weekends stand in

    @property
    def label(self) -> str:
        """明天起 2 个工作日，7 月 7 日至 8 日."""
        since = "明天" if self.starts_on == self.published + ONE_DAY else f"{_said(self.starts_on)}"
        return f"{since}起 {self.workdays} 个工作日，{days_said(self.starts_on, self.ends_on)}"


def span_of(calendar: Calendar, published: dt.date, workdays: int) -> Span:
    """Working days counted from the one after the day of publication."""
    starts, ends = calendar.add_workdays(published, 1), calendar.add_workdays(published, workdays)
    return Span(published, starts, ends, workdays, calendar.gaps(published, ends))


def spans_ahead(cycles: Sequence[Cycle], published: dt.date) -> dict[int, Span]:
    """cycle → the days its publicity would run if it were published on a day. All are of one mine."""
    if not cycles:
        return {}
    calendar = calendar_of(cycles[0].mine)
    return {cycle.pk: span_of(calendar, published, cycle.standard.publicity_days) for cycle in cycles}


def days_said(first: dt.date, last: dt.date) -> str:
    """7 月 7 日至 8 日 · 9 月 30 日至 10 月 9 日 · 7 月 7 日."""
    if first == last:
        return _said(first)
    if first.year != last.year:
        return f"{first.year} 年 {_said(first)}至 {last.year} 年 {_said(last)}"
    return f"{_said(first)}至 {f'{last.day} 日' if first.month == last.month else _said(last)}"


def _said(day: dt.date) -> str:
    return f"{day.month} 月 {day.day} 日"


# ── where months stand ──
@dataclass(frozen=True)
class Standing:
    """How far a month has come since it was computed. `changed`: what stands now has not been shown to everybody yet."""

    rounds: tuple[Publicity, ...]  # the latest first
    changed: bool
    unanswered: int
    undecided: int  # answered, waiting for a decision
    decided: int

    @property
    def last(self) -> Publicity | None:
        return self.rounds[0] if self.rounds else None

    @property
    def appeals(self) -> int:
        return self.open_appeals + self.decided

    @property
    def open_appeals(self) -> int:
        return self.unanswered + self.undecided

    def runs_on(self, day: dt.date) -> bool:
        return self.last is not None and self.last.runs_on(day)

    def over_on(self, day: dt.date) -> bool:
        """Shown for long enough, with nothing left to say: it may be settled."""
        return not self.changed and not self.open_appeals and self.last is not None and not self.last.runs_on(day)

    @property
    def next_round(self) -> str:
        """公示, or 第二次公示 …: how the next publicity would be called."""
        return Publicity(round=self.last.round + 1 if self.last else 1).label


def standings(cycles: Iterable[Cycle]) -> dict[int, Standing]:
    """cycle → where it stands. Two queries."""
    found = list(cycles)
    rounds: dict[int, list[Publicity]] = {cycle.pk: [] for cycle in found}
    for publicity in Publicity.objects.filter(cycle__in=list(rounds)).order_by("-round"):
        rounds[publicity.cycle_id].append(publicity)
    appeals: dict[int, list[str]] = {cycle.pk: [] for cycle in found}
    for cycle_id, *moments in Appeal.objects.filter(cycle__in=list(rounds)).values_list(
        "cycle", "answered_at", "decided_at"
    ):
        appeals[cycle_id].append(_how_far(*moments))
    return {cycle.pk: _standing(cycle, rounds[cycle.pk], appeals[cycle.pk]) for cycle in found}


def _how_far(answered_at: dt.datetime | None, decided_at: dt.datetime | None) -> str:
    """An appeal's count in `Standing`."""
    if decided_at:
        return "decided"
    return "undecided" if answered_at else "unanswered"


def _standing(cycle: Cycle, rounds: Sequence[Publicity], appeals: Sequence[str]) -> Standing:
    counts = {name: appeals.count(name) for name in ("unanswered", "undecided", "decided")}
    return Standing(tuple(rounds), _changed(cycle, rounds), **counts)


def standing_together(cycles: Sequence[Cycle], own: dict[int, Standing]) -> Standing:
    """The first one's, with what stands in the way of any of them: they take every step together."""
    all_of = [own[cycle.pk] for cycle in cycles]
    return replace(
        all_of[0],
        changed=any(standing.changed for standing in all_of),
        unanswered=sum(standing.unanswered for standing in all_of),
        undecided=sum(standing.undecided for standing in all_of),
    )


def _changed(cycle: Cycle, rounds: Sequence[Publicity]) -> bool:
    """As `publish_cycle` and `finalise_cycle` judge it: computed after the last publicity."""
    return bool(rounds and cycle.changed_at and cycle.changed_at > rounds[0].published_at)


# ── what everybody sees ──
@dataclass(frozen=True)
class PublicState:
    """How far a month is, in a word and the tone of its tag. `running`: it can be objected to."""

    text: str
    tone: str
    running: bool = False


def public_state(cycle: Cycle, last: Publicity | None, today: dt.date) -> PublicState:
    """7 月 7 日起公示 · 公示中 · 第二次公示中 · 公示期满; in every other state the month's own word."""
    if cycle.state != CycleState.PUBLICITY or last is None:
        return PublicState(cycle.state_label, "good" if cycle.state == CycleState.FINAL else "info")
    if today < last.starts_on:
        return PublicState(f"{_said(last.starts_on)}起{last.label}", "info", running=True)
    if last.runs_on(today):
        return PublicState(f"{last.label}中", "accent", running=True)
    return PublicState(f"{last.label}期满", "info")


@dataclass(frozen=True)
class PublicMonth:
    """A month that is or was published, with its latest round."""

    cycle: Cycle
    last: Publicity
    state: PublicState

    @property
    def days(self) -> str:
        return days_said(self.last.starts_on, self.last.ends_on)


def public_months(cycles: Iterable[Cycle], today: dt.date) -> list[PublicMonth]:
    """Those of the given months that have been published, in their order. One query besides."""
    found = [cycle for cycle in cycles if cycle.state in PUBLIC]
    latest: dict[int, Publicity] = {}
    for publicity in Publicity.objects.filter(cycle__in=[cycle.pk for cycle in found]).order_by("round"):
        latest[publicity.cycle_id] = publicity
    return [
        PublicMonth(cycle, last, public_state(cycle, last, today)) for cycle in found if (last := latest.get(cycle.pk))
    ]


def usual_contacts(cycle: Cycle) -> str:
    """Those of the mine's last publicity; before there was one, the office that owns the standard."""
    last = Publicity.objects.filter(cycle__mine=cycle.mine_id).order_by("-published_at", "-pk").first()
    return last.contacts if last else cycle.standard.owner.name


# ── what the meeting decided otherwise, and what went back ──
@dataclass(frozen=True)
class DepartureLine:
    """One unit for which the joint meeting decided otherwise than the figures say."""

    unit_id: int
    unit_name: str
    proposed: str  # tier by the figures
    decided: str  # tier by the meeting, "" where it left the tier
    excluded: bool
    reason: str

    @property
    def text(self) -> str:
        """经党政联席会研究，由“优秀”调整为“良好”，本期不参加评先."""
        said = [f"由“{self.proposed or '无档次'}”调整为“{self.decided}”"] if self.decided else []
        said += ["本期不参加评先"] if self.excluded else []
        return "，".join([self.reason or BY_MEETING, *said])


def departures(cycle: Cycle) -> dict[int, DepartureLine]:
    """unit → what was decided otherwise. One query, two where there is something."""
    columns = ("unit", "unit__name", "unit__path", "unit__closed_on", "tier__name", "excluded", "reason")
    rows = list(Departure.objects.filter(cycle=cycle).order_by("unit__path").values_list(*columns))
    if not rows:
        return {}
    names = names_among(cycle.mine, [row[1:4] for row in rows])
    proposed = dict(cycle.results.filter(unit__in=[row[0] for row in rows]).values_list("unit", "proposed_tier__name"))
    return {
        unit: DepartureLine(unit, names[unit], proposed.get(unit) or "", tier or "", excluded, reason)
        for unit, *_, tier, excluded, reason in rows
    }


@dataclass(frozen=True)
class ReopeningLine:
    """A time a closed month went back to scoring. `by` is a role where the reader may not know the person."""

    at: dt.datetime
    by: str
    state: str  # what it was called before
    reason: str
    stood: tuple[tuple[str, ...], ...]  # unit, place, total, tier


def reopenings(actor: Actor, cycle: Cycle) -> list[ReopeningLine]:
    """Of what had been public for everybody, of the rest for those who see drafts; the latest first. One query."""
    inside = actor.can(Capability.DRAFT_VIEW, cycle.mine)
    rows = cycle.reopenings.order_by("-reopened_at", "-pk")
    seen = rows if inside else rows.filter(state_before__in=PUBLIC)
    return [_reopening(row, inside) for row in seen]


def _reopening(row: Reopening, inside: bool) -> ReopeningLine:
    stood = tuple(tuple("—" if cell is None else str(cell) for cell in line) for line in row.results_before)
    by = row.reopened_by if inside else "矿领导"  # what was public only a leader sends back
    return ReopeningLine(row.reopened_at, by, CycleState(row.state_before).label, row.reason, stood)


@dataclass(frozen=True)
class OwnUnit:
    """A unit one speaks for, in a month that can be objected to now."""

    cycle: Cycle
    code: str
    name: str


def own_units_published(actor: Actor, mine: Unit, today: dt.date) -> list[OwnUnit]:
    """Two queries; none for those who speak for no unit."""
    scope = actor.scope(Capability.APPEAL_MAKE)
    if not scope:
        return []
    running = Publicity.objects.filter(cycle__mine=mine, cycle__state=CycleState.PUBLICITY, ends_on__gte=today)
    taking_part = scope.units(Participant.objects.filter(cycle__in=running.values("cycle")), "unit__path")
    rows = list(taking_part.select_related("cycle__standard", "unit").order_by("-cycle__period", "unit__path"))
    names = names_among(mine, [(row.unit.name, row.unit.path, row.unit.closed_on) for row in rows])
    return [OwnUnit(row.cycle, row.unit.code, names[row.unit_id]) for row in rows]


# ── choices of the meeting ──
def departable_units(cycles: Sequence[Cycle]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Month → its units by rank, each with its place and tier, as grouped choices of a form. Two queries."""
    if not cycles:
        return []
    names = unit_names(cycles[0].mine)
    found: dict[int, list[tuple[int, str]]] = {cycle.pk: [] for cycle in cycles}
    rows = Result.objects.filter(cycle__in=list(found)).order_by("rank", "unit__path")
    for cycle_id, unit_id, rank, tier in rows.values_list("cycle", "unit", "rank", "tier__name"):
        stands = f"第 {rank} 名，{tier}" if rank else "没有名次"
        found[cycle_id].append((unit_id, f"{names[unit_id]}（{stands}）"))
    return [(str(cycle), found[cycle.pk]) for cycle in cycles]


def tiers_of(cycles: Sequence[Cycle]) -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Code and name of the tiers of a month's standard; of several months grouped under their standards' titles, each with
    the standard's code before its own: sec/good. One query."""
    rows = Tier.objects.filter(standard__in=[cycle.standard_id for cycle in cycles]).order_by("position")
    tiers = list(rows.values_list("standard", "code", "name"))
    if len(cycles) == 1:
        return [(code, name) for _, code, name in tiers]
    return [
        (
            cycle.standard.title,
            [(f"{cycle.code}/{code}", name) for standard, code, name in tiers if standard == cycle.standard_id],
        )
        for cycle in cycles
    ]

"""Two months of matters: hazards drawn from the corpus, everything else as `packs/demo/matters.yaml` tells it, in the order in
which it happened, through the same actions the pages use."""

import datetime as dt
import heapq
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from uuid import UUID

from pithead.demo.calling import Calling
from pithead.demo.organisation import Organisation
from pithead.issues.actions import IssueDraft, StepDraft, move, raise_issue, tick
from pithead.issues.models import Issue, Role
from pithead.issues.queries import WORKFLOWS, Demand, Move, demands_of
from pithead.kernel import packs
from pithead.kernel.periods import Period
from pithead.org.access import Actor, RoleCode
from pithead.org.models import Person, Place, Unit

HAZARDS, RECENT, DAYS = 48, 14, 58  # RECENT of them in the last four days
LIMITS = {"D": 8, "C": 24, "B": 72, "A": 168, "major": 360}  # hours, as shipped
TICK = dt.timedelta(hours=12)
REPEATED = dt.timedelta(days=31)
OFFICES = {"hazard": "SAF", "incident": "SAF", "violation": "SAF"}
# How old → what may have become of a hazard by now, and how often.
FATES: tuple[tuple[float, dict[str, int]], ...] = (
    (1.2, {"fresh": 4, "assigned": 3, "spot_waiting": 2, "fixed": 2}),
    (4.0, {"closed": 5, "spot": 2, "fixed": 2, "assigned": 3, "prolonged": 1, "stopped": 1}),
    (99.0, {"closed": 10, "spot": 6, "again": 2, "late": 2}),
)
STAYS_OPEN = {"fresh", "assigned", "spot_waiting", "prolonged", "stopped", "major"}
FILLED = {"supervisor": "安全副队长", "funds": "安全费用", "plan": "停产撤人，专项方案经会审后实施"}


Taken = dict[tuple[str, str], list[dt.datetime]]  # when something of a category was found at a place


@dataclass
class Told:
    """One matter on its way: what was raised, and what is still to come."""

    draft: IssueDraft
    by: Actor
    at: dt.datetime
    steps: list[list[Any]]
    measure: str
    people: dict[str, Person] = field(default_factory=dict)
    issue: Issue | None = None


class Matters:
    def __init__(self, organisation: Organisation, calling: Calling, seed: int, start: dt.date):
        self.organisation, self.calling, self.clock = organisation, calling, calling.clock
        self.chance = random.Random(f"{seed}/matters")
        self.pack = packs.load("demo", "matters")
        self.now, self.start = self.clock.at(self.clock.today, 7), start
        self.places = {place.code: place for place in Place.objects.filter(mine=organisation.mine)}
        held = {person.pk for people in calling.staff.holders.values() for person in people}
        self.workers: dict[str, list[Person]] = {}
        for person in calling.staff.people:
            if person.pk not in held and person.unit is not None:
                self.workers.setdefault(person.unit.code.rpartition("-")[0], []).append(person)

    def live(self, besides: Iterable[Told] = ()) -> int:
        """Everything in its order, with the escalations in between; how many matters came of it. `besides`: raised already, by what
        somebody found while doing something else."""
        besides = list(besides)
        for entry in self.pack["long_past"]:
            self._long_past(entry)
        told = [*self._hazards(_found_by(besides)), *(self._single(entry) for entry in self.pack["matters"])]
        turns = count()
        events = [(one.at, next(turns), one) for one in told if one.at < self.now]
        events += [(_next_of(one), next(turns), one) for one in besides if one.steps and _next_of(one) < self.now]
        heapq.heapify(events)
        ticked = min((at for at, _, _ in events), default=self.now)
        while events:
            at, _, one = heapq.heappop(events)
            ticked = self._tick_until(ticked, at)
            self._go_on(one, at)
            one.at = at
            if one.steps and (later := _next_of(one)) < self.now:
                heapq.heappush(events, (later, next(turns), one))
        self._tick_until(ticked, self.now)
        return len(told)

    def _long_past(self, entry: dict[str, Any]) -> None:
        """What was over before the rest began: nothing of it was ever late. Of a story that began later nothing is told."""
        month = Period.month(self.clock.today.year, self.clock.today.month)
        for _ in range(entry["months"]):
            month = month.previous()
        ago = (self.clock.today - dt.date(month.year, month.number, entry["day"])).days
        if ago > (self.clock.today - self.start).days:
            return
        told = self._single(entry | {"ago": ago})
        self._go_on(told, told.at)
        while told.steps:
            told.at = _next_of(told)
            self._go_on(told, told.at)

    def _tick_until(self, last: dt.datetime, at: dt.datetime) -> dt.datetime:
        while last + TICK <= at:
            last += TICK
            tick(at=last, mine=self.organisation.mine)
        return last

    # ── hazards ──
    def _hazards(self, taken: Taken) -> Iterator[Told]:
        sections = self.organisation.pack["sections"]
        spans = [4] * RECENT + [DAYS] * (HAZARDS - RECENT)
        ages = sorted((self.chance.uniform(0.1, span) for span in spans), reverse=True)
        for turn, ago in enumerate(ages):
            section = sections[turn * 7 % len(sections)]
            at = self._moment(ago)
            life = "major" if turn == HAZARDS - RECENT - 3 else self._fate(ago)
            yield self._hazard(section, at, life, taken)

    def _hazard(self, section: dict[str, Any], at: dt.datetime, life: str, taken: Taken) -> Told:
        category, place = self._somewhere(section, at, taken)
        corpus = self.pack["majors"] if life == "major" else self.pack["hazards"][category]
        text, measure = self.chance.choice(corpus)
        grade = self.chance.choices("DCB", (30, 60, 10 if life in STAYS_OPEN else 0))[0]
        unit = self.organisation.units[section["code"]]
        draft = IssueDraft(
            kind="hazard",
            text=text.format(place=place.name),
            id=self._id(),
            unit=unit,
            grade=grade,
            category=category,
            place=place,
            found_at=at,
        )
        finder = self._who(self.chance.choice(["crew", "crew", "worker", "worker", "deputy"]), unit)
        return self._told(draft, finder, at, self.pack["lives"][life], measure)

    def _somewhere(self, section: dict[str, Any], at: dt.datetime, taken: Taken) -> tuple[str, Place]:
        """Not where the same was found within a month: that would climb a grade."""
        sees = self.pack["sees"].get(section["specialty"], ["management"])
        places = [self.places[f"{section['code']}-D{number}"] for number in range(1, len(section["places"]) + 1)]
        for _ in range(20):
            category, place = self.chance.choice(sees), self.chance.choice(places)
            if all(abs(at - other) >= REPEATED for other in taken.get((category, place.code), ())):
                break
        taken.setdefault((category, place.code), []).append(at)
        return category, place

    def _fate(self, ago: float) -> str:
        weights = next(weights for limit, weights in FATES if ago <= limit)
        return self.chance.choices(list(weights), list(weights.values()))[0]

    # ── everything else ──
    def _single(self, entry: dict[str, Any]) -> Told:
        unit, at = self.organisation.units[entry["unit"]], self._moment(entry["ago"])
        flow = WORKFLOWS[entry["kind"]]
        subject = self.chance.choice(self.workers[entry["unit"]])
        draft = IssueDraft(
            kind=entry["kind"],
            text=entry.get("text", ""),
            id=self._id(),
            unit=unit,
            grade=entry.get("grade", ""),
            category=entry.get("category", ""),
            found_at=at,
            anonymous=entry.get("anonymous", False),
            facts=entry.get("facts", {}),
            people=((Role.SUBJECT, subject),) if flow.needs_subject else (),
        )
        told = self._told(draft, self._who(entry["by"], unit), at, entry["steps"], "")
        told.people["subject"] = subject
        return told

    def _told(self, draft: IssueDraft, by: Actor, at: dt.datetime, steps: list[list[Any]], measure: str) -> Told:
        assert draft.unit is not None
        owner = self.calling.staff.first(RoleCode.CREW_LEADER, f"{draft.unit.code}-{1 + self.chance.randrange(2)}")
        if owner.pk == by.person_id:
            owner = self.calling.staff.first(RoleCode.DEPUTY_SECTION_HEAD, draft.unit.code)
        return Told(draft, by, at, [list(step) for step in steps], measure, {"owner": owner})

    def _moment(self, ago: float) -> dt.datetime:
        at = self.now - dt.timedelta(days=ago, minutes=self.chance.randrange(240))
        return at.replace(second=0, microsecond=0)

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    # ── who ──
    def _who(self, who: str, unit: Unit, told: Told | None = None) -> Actor:
        calling, code = self.calling, unit.code
        match who:
            case "finder" if told:
                return told.by
            case "owner" | "subject" if told:
                return calling.actor(told.people[who])
            case "worker":
                return calling.actor(self.chance.choice(self.workers[code]))
            case "crew":
                return calling.holder(RoleCode.CREW_LEADER, f"{code}-1")
            case "deputy":
                return calling.holder(RoleCode.DEPUTY_SECTION_HEAD, code)
            case "head":
                return calling.holder(RoleCode.SECTION_HEAD, code)
            case "secretary":
                return calling.holder(RoleCode.BRANCH_SECRETARY, self._branch_of(code))
            case "party":
                return calling.holder(RoleCode.PARTY_OFFICER, "PTY")
            case "second":
                return calling.actor(calling.staff.holders[RoleCode.PARTY_OFFICER, "PTY"][1])
            case "chief":
                return calling.leader("总工程师")
            case "leader":
                safety = told is None or OFFICES.get(told.draft.kind) == "SAF"
                return calling.leader("安全副矿长" if safety else "党委书记")
            case _:
                return calling.holder(RoleCode.ASSESSOR, "SAF")

    def _branch_of(self, section: str) -> str:
        branches = self.organisation.pack["branches"]
        return str(next(branch["code"] for branch in branches if section in branch["serves"]))

    # ── one step after the other ──
    def _go_on(self, told: Told, at: dt.datetime) -> None:
        if told.issue is None:
            told.issue = raise_issue(by=told.by, at=at, mine=self.organisation.mine, draft=told.draft)
            return
        verb, _, who, note, *more = told.steps.pop(0)
        found = WORKFLOWS[told.issue.kind].find(verb)
        assert found is not None
        assert told.draft.unit is not None
        by = self._who(who, told.draft.unit, told)
        draft = self._step(told, found, at, more)
        told.issue = move(by=by, at=at, issue=told.issue, verb=verb, draft=replace(draft, note=note))

    def _step(self, told: Told, found: Move, at: dt.datetime, more: list[Any]) -> StepDraft:
        """What the move asks for: said in the pack, or what anybody would say."""
        issue = told.issue
        assert issue is not None
        wanted = demands_of(found, issue.grade, sparse=bool(WORKFLOWS[issue.kind].sparse))
        said = [one for one in more if isinstance(one, str)]
        hours = next((one for one in more if isinstance(one, int)), LIMITS.get(issue.grade, 24) * 4 // 5)
        facts: dict[str, str | int | bool] = {}
        for demand in wanted:
            if demand is Demand.PROMPT:
                facts[demand.value] = True
            elif demand is Demand.MEASURE:
                facts[demand.value] = told.measure or said.pop(0)
            elif demand in (Demand.CAUSE, Demand.STEP, Demand.PLAN, Demand.FILE_NO) and said:
                facts[demand.value] = said.pop(0)
            elif demand.value in FILLED:
                facts[demand.value] = FILLED[demand.value]
        due = issue.due_at if found.verb == "extend" and issue.due_at else at
        return StepDraft(
            id=self._id(),
            owner=told.people["owner"] if Demand.OWNER in wanted else None,
            due_at=due + dt.timedelta(hours=hours) if Demand.DUE in wanted else None,
            grade=said.pop(0) if Demand.GRADE in wanted else "",
            facts=facts,
            people=((Role.MENTOR, told.people["owner"]),) if Demand.MENTOR in wanted else (),
        )


def _next_of(told: Told) -> dt.datetime:
    return told.at + dt.timedelta(hours=told.steps[0][1])


def _found_by(besides: Iterable[Told]) -> Taken:
    found: Taken = {}
    for told in besides:
        if told.issue is not None and told.issue.place is not None:
            found.setdefault((told.issue.category, told.issue.place.code), []).append(told.at)
    return found

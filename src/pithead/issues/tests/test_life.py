"""Whoever asks for whatever in whatever order: no matter leaves its declared workflow, of any kind."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pithead.issues import actions
from pithead.issues.models import Issue, Notice, Role, Step
from pithead.issues.queries import Setting, relations_of, setting_of
from pithead.issues.testing import filled, grow_cast, raised
from pithead.issues.workflows import WORKFLOWS, Kind, Move, Relation, Workflow
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor
from pithead.org.testing import Cast

R = Relation
WHO = (
    "worker",
    "crew_leader",
    "section_head",
    "deputy",
    "section_clerk",
    "branch_secretary",
    "other_head",
    "assessor",
    "inspector",
    "party_officer",
    "second_officer",
    "mine_leader",
    "chief_engineer",
    "stranger",
)
# Those who may check are among those who own and those who begin: it is their own that must be refused to them.
OWNERS = ("section_clerk", "mine_leader", "assessor", "party_officer", "section_head", "worker", "stranger")
BEGIN = {
    Kind.HAZARD: ("worker", "assessor"),
    Kind.INCIDENT: ("assessor", "worker"),
    Kind.VIOLATION: ("section_head", "assessor"),
    Kind.DIRECTIVE: ("party_officer", "mine_leader"),
    Kind.FINDING: ("party_officer", "mine_leader"),
    Kind.SHORTFALL: ("section_head", "mine_leader"),
    Kind.CARE: ("assessor", "crew_leader"),
    Kind.DISPUTE: ("branch_secretary", "section_head"),
}
SUBJECTS = {Kind.VIOLATION: ("worker", "branch_secretary"), Kind.CARE: ("section_head", "worker")}
T = TypeVar("T")
HIS_OWN_WORD = {"satisfied"}  # the person who asked says that he was served: no check of his own work
START = dt.datetime(2026, 7, 6, 9, 0, tzinfo=timezone.get_default_timezone())
LIVES, STEPS, TEMPTED = 20, 12, 3
ROUNDS = settings(
    max_examples=4,
    stateful_step_count=20,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # shrinking a life takes minutes; its steps are printed as they are
    derandomize=True,
    database=None,
    deadline=None,
)


def turned(row: Sequence[T], first: int) -> Sequence[T]:
    """The same row, begun elsewhere."""
    first %= max(len(row), 1)
    return (*row[first:], *row[:first])


class Life(RuleBasedStateMachine):
    """One matter, a clock that only goes forward, and everybody trying everything."""

    kind: Kind
    flow: Workflow
    cast: Cast
    actors: Mapping[str, Actor]
    made: Counter[str]  # over all lives
    known: dict[object, frozenset[Relation]]
    refused: Counter[tuple[str, Relation]]  # to those who might, were it not their own

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.setting = setting_of(self.cast.mine, self.kind)
        self.at = START

    @initialize(turn=st.integers(0, 1))
    def begins(self, turn: int) -> None:
        who, more = BEGIN.get(self.kind, ("worker", "party_officer"))[turn], dict[str, object]()
        if self.kind in SUBJECTS:
            more["people"] = ((Role.SUBJECT, self.cast.people[SUBJECTS[self.kind][turn]]),)
        if self.kind == Kind.CARE:
            more["unit"] = self.cast.units["ZC1-1"]
        self.pk = raised(self.cast, who, self.at, self.kind, **more).pk

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def issue(self) -> Issue:
        return Issue.objects.select_related("mine", "unit", "office", "owner_unit", "found_by_unit").get(pk=self.pk)

    @property
    def steps(self) -> list[Step]:
        return list(Step.objects.filter(issue=self.pk).order_by("seq"))

    # ── what people do ──
    @rule(who=st.sampled_from(WHO), move=st.integers(0, 99), owner=st.sampled_from(OWNERS))
    def try_anything(self, who: str, move: int, owner: str) -> None:
        self.do(who, self.issue, turned(self.flow.moves, move)[0], owner)

    @rule(first=st.integers(0, 99), who_first=st.integers(0, 99), owner=st.sampled_from(OWNERS[:5]))
    def do_what_may_be_done(self, first: int, who_first: int, owner: str) -> None:
        """Without this most matters would stay where they began. What has been made least comes first."""
        issue = self.issue
        moves = turned(self.flow.moves_from(issue.state), first)
        standing = self.standing(issue, who_first)
        self.tempt(issue, moves, standing, owner)
        for found in sorted(moves, key=lambda found: self.made[found.verb]):
            for who, relations in standing.items():
                if (
                    set(found.who) & relations
                    and not set(found.never) & relations
                    and self.do(who, issue, found, owner)
                ):
                    return

    def standing(self, issue: Issue, who_first: int) -> dict[str, frozenset[Relation]]:
        """How everybody stands to it. In these lives nothing else changes that: looked up anew it took half of the test."""
        found, steps = {}, self.steps
        for who in turned(WHO, who_first):
            did = frozenset(step.verb for step in steps if step.by_id == self.actors[who].person_id)
            known = (who, issue.state, issue.found_by_id, issue.owner_id, did)
            if known not in self.known:
                self.known[known] = relations_of(self.actors[who], issue, self.setting, self.at)
            found[who] = self.known[known]
        return found

    def tempt(
        self, issue: Issue, moves: Sequence[Move], standing: Mapping[str, frozenset[Relation]], owner: str
    ) -> None:
        """Whoever might make a move, were he not what he is, tries it and is refused."""
        for found in moves:
            for who, relations in standing.items():
                for relation in set(found.never) & relations if set(found.who) & relations else ():
                    if self.refused[found.verb, relation] < TEMPTED:
                        self.refused[found.verb, relation] += 1
                        assert not self.do(who, issue, found, owner), (
                            f"{who} is {relation}: {found.verb} is not for him"
                        )

    def do(self, who: str, issue: Issue, found: Move, owner: str) -> bool:
        self.at += dt.timedelta(minutes=1)
        draft = filled(self.cast, self.at, issue, found, owner)
        try:
            with transaction.atomic():
                after = actions.move(by=self.actors[who], at=self.at, issue=issue, verb=found.verb, draft=draft)
        except (Refused, PermissionDenied):
            return False
        self.made[found.verb] += 1
        if found.resumes and issue.stopped_due and issue.stopped_at and after.due_at:
            assert after.due_at - self.at == issue.stopped_due - issue.stopped_at, "what was left is left"
        return True

    @rule(hours=st.sampled_from((1, 5, 13, 30, 80, 400)), again=st.booleans())
    def wait(self, hours: int, again: bool) -> None:
        self.at += dt.timedelta(hours=hours)
        actions.tick(at=self.at)
        what_is_late_has_climbed(self.setting, self.issue, self.at)
        if again:
            assert actions.tick(at=self.at) == 0

    # ── what must hold ──
    @invariant()
    def everything_holds(self) -> None:
        issue, steps = self.issue, self.steps
        moves_as_declared(self.flow, issue, steps)
        nobody_is_his_own_judge(self.flow, issue, steps)
        what_takes_two_took_two(self.flow, issue, steps)
        what_is_closed_was_checked(self.flow, issue, steps)
        clocks_run_only_where_they_may(self.flow, issue, steps)
        each_level_is_climbed_once_per_clock(issue, steps)
        assert issue.extended <= min(self.flow.extensions, 2)
        logged = AuditEvent.objects.filter(subject_id=str(self.pk)).exclude(action="issues.matter.let_in")
        assert logged.count() == len(steps)


def moves_as_declared(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    stopped_in, last = "", ""
    for number, step in enumerate(steps, 1):
        assert step.seq == number
        assert step.from_state == last
        found = flow.find(step.verb)
        if found is not None:
            assert step.from_state in found.sources
            assert step.to_state == (found.target or (stopped_in if found.resumes else step.from_state))
            others = {other for stand_ins in found.stands_in.values() for other in stand_ins}
            assert set(step.acted_as.split(",")) <= {*found.who, *others}
            if flow.state(step.to_state).stops:
                stopped_in = step.from_state
        else:
            assert step.verb in ("raise", "climb")
            assert step.verb == "raise" or step.to_state == step.from_state
        last = step.to_state
    assert issue.state == last


def nobody_is_his_own_judge(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    """Told from the steps alone. A check is never by finder, owner or whoever did it, whatever the table says."""
    was: dict[Relation, set[Any]] = {
        R.FINDER: {issue.found_by_id},
        R.OWNER: set(),
        R.RECTIFIER: set(),
        R.CONFIRMER: set(),
    }
    for step in steps:
        found = flow.find(step.verb)
        if found is None:
            continue
        for relation in found.never:
            assert step.by_id not in was.get(relation, ()), f"{found.verb} by the {relation}"
        if step.verifies:
            assert step.by_id not in was[R.OWNER] | was[R.RECTIFIER]
            assert step.by_id not in was[R.FINDER] or step.verb in HIS_OWN_WORD
        if step.owner_id is not None or (found.rehomes and found.target):
            was[R.OWNER] = {step.owner_id} - {None}
            was[R.RECTIFIER] |= was[R.OWNER]  # whose it ever was
        for does, relation in ((found.fixes, R.RECTIFIER), (found.confirms, R.CONFIRMER)):
            was[relation] |= {step.by_id} if does else set()


def what_takes_two_took_two(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    """Two people in two relations."""
    for step in steps:
        found = flow.find(step.verb)
        if found is not None and found.seconds:
            firsts = [one for one in steps[: step.seq] if one.verb == found.seconds and one.by_id != step.by_id]
            assert [one for one in firsts if len({*one.acted_as.split(","), *step.acted_as.split(",")}) > 1]
    assert issue.grade != "major" or [step for step in steps if step.verb == "confirm_major"]


def what_is_closed_was_checked(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    assert flow.state(issue.state).end == (issue.closed_at is not None)
    if issue.state in ("closed", "restored"):
        assert [step for step in steps if step.to_state != step.from_state][-1].verifies
        assert issue.verified


def clocks_run_only_where_they_may(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    state = flow.state(issue.state)
    if state.end or (state.stops and not state.clock):
        assert issue.due_at is None
        assert issue.climbs_at is None
    else:
        assert issue.due_at, "what is open is due some time"
    assert state.stops == (issue.stopped_at is not None)
    stopped = {one.code for one in flow.states if one.end or (one.stops and not one.clock)}
    assert not [step for step in steps if step.verb == "climb" and step.from_state in stopped]


def each_level_is_climbed_once_per_clock(issue: Issue, steps: list[Step]) -> None:
    climbs = [(step.clock, step.level) for step in steps if step.verb == "climb"]
    for clock, levels in Counter(clock for clock, _ in climbs).items():
        assert [level for one, level in climbs if one == clock] == list(range(1, levels + 1))
    assert issue.level == sum(clock == issue.clock for clock, _ in climbs), "a new clock has climbed nothing"
    told = list(Notice.objects.filter(issue=issue).values_list("key", "person"))
    assert len(told) == len(set(told))
    assert {f"climb:{clock}:{level}" for clock, level in climbs} == {key for key, _ in told if key[:5] == "climb"}


def what_is_late_has_climbed(setting: Setting, issue: Issue, at: dt.datetime) -> None:
    if issue.due_at is not None and issue.clock_from is not None:
        moments = [level.moment(issue.clock_from, issue.due_at) for level in setting.levels]
        assert issue.level >= sum(moment <= at for moment in moments)


@pytest.fixture
def life(cast: Cast, request: pytest.FixtureRequest) -> type[Life]:
    kind = request.param
    grow_cast(cast)
    given = {
        "kind": kind,
        "flow": WORKFLOWS[kind],
        "cast": cast,
        "actors": {who: cast.actor(who) for who in WHO},
        "made": Counter(),
        "known": {},
        "refused": Counter(),
    }
    return type(f"LifeOf{kind.name}", (Life,), given)


@pytest.mark.parametrize("life", Kind, indirect=True)
def test_no_path_leaves_the_declared_workflow(life: type[Life]) -> None:
    run_state_machine_as_test(life, settings=ROUNDS)


@pytest.mark.parametrize("life", Kind, indirect=True)
def test_every_declared_move_is_made_by_somebody(life: type[Life]) -> None:
    """Life after life, what has never been made comes first: a move nobody can make should not be declared. Nor does a
    rule protect anybody that nobody ever ran into."""
    declared = {found.verb for found in life.flow.moves}
    checks = [found for found in life.flow.moves if found.verifies and found.verb not in HIS_OWN_WORD]
    forbidden = {(found.verb, one) for found in checks for one in (R.FINDER, R.OWNER) if one in found.never}
    for number in range(LIVES):
        one = life()
        one.begins(number % 2)
        for step in range(STEPS):
            one.do_what_may_be_done(number + step, number * 3 + step, OWNERS[number % 5])
            one.everything_holds()
        one.teardown()
        if set(life.made) == declared and forbidden <= set(life.refused):
            break
    assert set(life.made) == declared
    assert forbidden <= set(life.refused)

"""Whoever asks for whatever in whatever order: no matter leaves its declared workflow, of any kind."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pithead.issues import actions
from pithead.issues.models import Issue, Notice, Step
from pithead.issues.queries import relations_of, setting_of
from pithead.issues.testing import filled, grow_cast, raised
from pithead.issues.workflows import WORKFLOWS, Kind, Move, Workflow
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.access import Actor
from pithead.org.testing import Cast

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
OWNERS = ("section_clerk", "mine_leader", "section_head", "worker", "stranger")
BEGIN = {
    Kind.VIOLATION: "assessor",
    Kind.DIRECTIVE: "party_officer",
    Kind.FINDING: "party_officer",
    Kind.SHORTFALL: "section_head",
    Kind.CARE: "crew_leader",
    Kind.DISPUTE: "branch_secretary",
}
T = TypeVar("T")
HIS_OWN_WORD = {"satisfied"}  # the person who asked says that he was served: no check of his own work
START = dt.datetime(2026, 7, 6, 9, 0, tzinfo=timezone.get_default_timezone())
LIVES, STEPS = 12, 12
ROUNDS = settings(
    max_examples=5,
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
    made: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.setting = setting_of(self.cast.mine, self.kind)
        self.at, self.made = START, Counter(self.made)
        crew = {"unit": self.cast.units["ZC1-1"]} if self.kind == Kind.CARE else {}
        self.pk = raised(self.cast, BEGIN.get(self.kind, "worker"), self.at, self.kind, **crew).pk

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @property
    def issue(self) -> Issue:
        return Issue.objects.select_related("mine", "unit", "office", "owner_unit", "found_by_unit").get(pk=self.pk)

    # ── what people do ──
    @rule(who=st.sampled_from(WHO), move=st.integers(0, 99), owner=st.sampled_from(OWNERS))
    def try_anything(self, who: str, move: int, owner: str) -> None:
        self.do(who, self.issue, turned(self.flow.moves, move)[0], owner)

    @rule(first=st.integers(0, 99), who_first=st.integers(0, 99), owner=st.sampled_from(OWNERS[:3]))
    def do_what_may_be_done(self, first: int, who_first: int, owner: str) -> None:
        """Without this most matters would stay where they began. What this life has not seen yet comes first."""
        issue = self.issue
        moves = turned(self.flow.moves_from(issue.state), first)
        for found in sorted(moves, key=lambda found: self.made[found.verb]):
            for who in turned(WHO, who_first):
                relations = relations_of(self.actors[who], issue, self.setting, self.at)
                if (
                    set(found.who) & relations
                    and not set(found.never) & relations
                    and self.do(who, issue, found, owner)
                ):
                    return

    def do(self, who: str, issue: Issue, found: Move, owner: str) -> bool:
        self.at += dt.timedelta(minutes=1)
        draft = filled(self.cast, self.at, issue, found, owner)
        try:
            with transaction.atomic():
                actions.move(by=self.actors[who], at=self.at, issue=issue, verb=found.verb, draft=draft)
        except (Refused, PermissionDenied):
            return False
        self.made[found.verb] += 1
        return True

    @rule(hours=st.sampled_from((1, 5, 13, 30, 80, 400)), again=st.booleans())
    def wait(self, hours: int, again: bool) -> None:
        self.at += dt.timedelta(hours=hours)
        actions.tick(at=self.at)
        if again:
            assert actions.tick(at=self.at) == 0

    # ── what must hold ──
    @invariant()
    def everything_holds(self) -> None:
        issue, steps = Issue.objects.get(pk=self.pk), list(Step.objects.filter(issue=self.pk).order_by("seq"))
        moves_as_declared(self.flow, issue, steps)
        nobody_checks_his_own(self.flow, issue, steps)
        what_is_closed_was_checked(self.flow, issue, steps)
        clocks_run_only_where_they_may(self.flow, issue, steps)
        each_level_is_climbed_once_per_clock(issue, steps)
        the_gravest_takes_two(issue, steps)
        assert issue.extended <= min(self.flow.extensions, 2)
        assert AuditEvent.objects.filter(subject_id=str(self.pk)).count() == len(steps)


def moves_as_declared(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    stopped_in, last = "", ""
    for number, step in enumerate(steps, 1):
        assert step.seq == number
        assert step.from_state == last
        found = flow.find(step.verb)
        if found is not None:
            assert step.from_state in found.sources
            assert step.to_state == (found.target or (stopped_in if found.resumes else step.from_state))
            if flow.state(step.to_state).stops:
                stopped_in = step.from_state
        else:
            assert step.verb in ("raise", "climb")
            assert step.verb == "raise" or step.to_state == step.from_state
        last = step.to_state
    assert issue.state == last


def nobody_checks_his_own(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    did: set[int | None] = set()
    for step in steps:
        found = flow.find(step.verb)
        if step.verifies:
            assert step.by_id not in did
            assert step.by_id != issue.found_by_id or step.verb in HIS_OWN_WORD
        if found and found.fixes:
            did.add(step.by_id)
        if found and found.seconds:
            assert [
                one for one in steps if one.verb == found.seconds and one.seq < step.seq and one.by_id != step.by_id
            ]


def what_is_closed_was_checked(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    assert flow.state(issue.state).end == (issue.closed_at is not None)
    if issue.state in ("closed", "restored"):
        assert [step for step in steps if step.to_state != step.from_state][-1].verifies
        assert issue.verified


def clocks_run_only_where_they_may(flow: Workflow, issue: Issue, steps: list[Step]) -> None:
    state = flow.state(issue.state)
    if state.stops or state.end:
        assert issue.due_at is None
        assert issue.climbs_at is None
    else:
        assert issue.due_at, "what is open is due some time"
    assert state.stops == (issue.stopped_at is not None)
    stopped = {one.code for one in flow.states if one.stops or one.end}
    assert not [step for step in steps if step.verb == "climb" and step.from_state in stopped]


def each_level_is_climbed_once_per_clock(issue: Issue, steps: list[Step]) -> None:
    climbs = [(step.clock, step.level) for step in steps if step.verb == "climb"]
    for clock, levels in Counter(clock for clock, _ in climbs).items():
        assert [level for one, level in climbs if one == clock] == list(range(1, levels + 1))
    told = list(Notice.objects.filter(issue=issue).values_list("key", "person"))
    assert len(told) == len(set(told))
    assert {f"climb:{clock}:{level}" for clock, level in climbs} == {key for key, _ in told if key[:5] == "climb"}


def the_gravest_takes_two(issue: Issue, steps: list[Step]) -> None:
    if issue.grade == "major":
        second = [step for step in steps if step.verb == "confirm_major"][-1]
        firsts = [step for step in steps[: second.seq] if step.verb == "propose_major" and step.by_id != second.by_id]
        assert {"office", "chief"} <= {role for step in (*firsts, second) for role in step.acted_as.split(",")}


@pytest.fixture
def life(cast: Cast, request: pytest.FixtureRequest) -> type[Life]:
    kind = request.param
    grow_cast(cast)
    actors = {who: cast.actor(who) for who in WHO}
    given = {"kind": kind, "flow": WORKFLOWS[kind], "cast": cast, "actors": actors, "made": Counter()}
    return type(f"LifeOf{kind.name}", (Life,), given)


@pytest.mark.parametrize("life", Kind, indirect=True)
def test_no_path_leaves_the_declared_workflow(life: type[Life]) -> None:
    run_state_machine_as_test(life, settings=ROUNDS)


@pytest.mark.parametrize("life", Kind, indirect=True)
def test_every_declared_move_is_made_by_somebody(life: type[Life]) -> None:
    """Life after life, what has never been made comes first: a move nobody can make should not be declared."""
    declared = {found.verb for found in life.flow.moves}
    for number in range(LIVES):
        one = life()
        for step in range(STEPS):
            one.do_what_may_be_done(number + step, number * 3 + step, OWNERS[(number + step) % 3])
            one.everything_holds()
        one.teardown()
        life.made = one.made
        if set(life.made) == declared:
            break
    assert set(life.made) == declared

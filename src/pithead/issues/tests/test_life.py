"""Whoever asks for whatever in whatever order: no matter leaves its declared workflow, of any kind."""

import datetime as dt
from collections import Counter
from typing import Any

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pithead.issues import actions
from pithead.issues.models import Issue, Notice, Step
from pithead.issues.queries import relations_of, setting_of
from pithead.issues.testing import filled, grow_cast, raised
from pithead.issues.workflows import WORKFLOWS, Kind, Move
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.org.testing import make_cast

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
OWNERS = ("section_clerk", "section_head", "mine_leader", "worker", "stranger")
BEGIN = {
    Kind.VIOLATION: "assessor",
    Kind.DIRECTIVE: "party_officer",
    Kind.FINDING: "party_officer",
    Kind.SHORTFALL: "section_head",
    Kind.CARE: "crew_leader",
    Kind.DISPUTE: "branch_secretary",
}
HIS_OWN_WORD = {"satisfied"}  # the person who asked says that he was served: no check of his own work
START = dt.datetime(2026, 7, 6, 9, 0, tzinfo=timezone.get_default_timezone())


class Life(RuleBasedStateMachine):
    """One matter, a clock that only goes forward, and everybody trying everything."""

    kind: Kind

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.cast = grow_cast(make_cast())
        self.actors = {who: self.cast.actor(who) for who in WHO}
        self.flow = WORKFLOWS[self.kind]
        self.setting = setting_of(self.cast.mine, self.kind)
        self.at = START
        crew = {"unit": self.cast.units["ZC1-1"]} if self.kind == Kind.CARE else {}
        self.pk = raised(self.cast, BEGIN.get(self.kind, "worker"), self.at, self.kind, **crew).pk

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @property
    def issue(self) -> Issue:
        return Issue.objects.select_related("mine", "unit", "office", "owner_unit", "found_by_unit").get(pk=self.pk)

    def do(self, who: str, found: Move, owner: str) -> None:
        self.at += dt.timedelta(minutes=1)
        issue = self.issue
        draft = filled(self.cast, self.at, issue, found, owner)
        try:
            with transaction.atomic():
                actions.move(by=self.actors[who], at=self.at, issue=issue, verb=found.verb, draft=draft)
        except (Refused, PermissionDenied):
            return

    # ── what people do ──
    @rule(who=st.sampled_from(WHO), owner=st.sampled_from(OWNERS), data=st.data())
    def try_anything(self, who: str, owner: str, data: st.DataObject) -> None:
        self.do(who, data.draw(st.sampled_from(self.flow.moves)), owner)

    @rule(owner=st.sampled_from(OWNERS[:3]), data=st.data())
    def do_what_may_be_done(self, owner: str, data: st.DataObject) -> None:
        """Without this most matters would stay where they began."""
        issue = self.issue
        if moves := self.flow.moves_from(issue.state):
            found = data.draw(st.sampled_from(moves))
            allowed = [who for who in WHO if set(found.who) & self.relations(who, issue)]
            if allowed:
                self.do(data.draw(st.sampled_from(allowed)), found, owner)

    @rule(hours=st.sampled_from((1, 5, 13, 30, 80, 400)))
    def wait(self, hours: int) -> None:
        self.at += dt.timedelta(hours=hours)

    @rule(again=st.booleans())
    def the_clock_strikes(self, again: bool) -> None:
        actions.tick(at=self.at)
        if again:
            assert actions.tick(at=self.at) == 0

    def relations(self, who: str, issue: Issue) -> set[Any]:
        return set(relations_of(self.actors[who], issue, self.setting, self.at))

    # ── what must hold ──
    @invariant()
    def moves_as_declared(self) -> None:
        stopped_in, last = "", ""
        for number, step in enumerate(Step.objects.filter(issue=self.pk).order_by("seq"), 1):
            assert step.seq == number
            assert step.from_state == last
            found = self.flow.find(step.verb)
            if found is not None:
                assert step.from_state in found.sources
                assert step.to_state == (found.target or (stopped_in if found.resumes else step.from_state))
                if self.flow.state(step.to_state).stops:
                    stopped_in = step.from_state
            else:
                assert step.verb in ("raise", "climb")
                assert step.verb == "raise" or step.to_state == step.from_state
            last = step.to_state
        assert self.issue.state == last

    @invariant()
    def nobody_checks_his_own(self) -> None:
        issue, did = self.issue, set()
        for step in Step.objects.filter(issue=self.pk).order_by("seq"):
            found = self.flow.find(step.verb)
            if step.verifies:
                assert step.by_id not in did
                if step.verb not in HIS_OWN_WORD:
                    assert step.by_id != issue.found_by_id
            if found and found.fixes:
                did.add(step.by_id)
            if found and found.seconds:
                firsts = Step.objects.filter(issue=self.pk, verb=found.seconds, seq__lt=step.seq)
                assert firsts.exclude(by=step.by).exists()

    @invariant()
    def what_is_closed_was_checked(self) -> None:
        issue = self.issue
        end = self.flow.state(issue.state).end
        assert end == (issue.closed_at is not None)
        if issue.state in ("closed", "restored"):
            last = (
                Step.objects.filter(issue=self.pk, to_state=issue.state).exclude(from_state=issue.state).latest("seq")
            )
            assert last.verifies
            assert issue.verified

    @invariant()
    def clocks_run_only_where_they_may(self) -> None:
        issue = self.issue
        state = self.flow.state(issue.state)
        if state.stops or state.end:
            assert issue.due_at is None
            assert issue.climbs_at is None
        assert state.stops == (issue.stopped_at is not None)
        stopped = [one.code for one in self.flow.states if one.stops or one.end]
        assert not Step.objects.filter(issue=self.pk, verb="climb", from_state__in=stopped).exists()

    @invariant()
    def each_level_is_climbed_once_per_clock(self) -> None:
        climbs = list(Step.objects.filter(issue=self.pk, verb="climb").order_by("seq").values_list("clock", "level"))
        assert len(climbs) == len(set(climbs))
        for clock, levels in Counter(clock for clock, _ in climbs).items():
            assert [level for one, level in climbs if one == clock] == list(range(1, levels + 1))
        told = Notice.objects.filter(issue=self.pk).values_list("key", "person")
        assert len(told) == len(set(told))

    @invariant()
    def is_extended_only_as_often_as_declared(self) -> None:
        assert self.issue.extended <= min(self.flow.extensions, 2)

    @invariant()
    def every_step_is_in_the_log(self) -> None:
        events = AuditEvent.objects.filter(subject_id=str(self.pk)).count()
        assert events == Step.objects.filter(issue=self.pk).count()

    @invariant()
    def the_gravest_takes_two(self) -> None:
        if self.issue.grade == "major":
            second = Step.objects.filter(issue=self.pk, verb="confirm_major").latest("seq")
            first = Step.objects.filter(issue=self.pk, verb="propose_major", seq__lt=second.seq).exclude(by=second.by)
            roles = {role for step in (*first, second) for role in step.acted_as.split(",")}
            assert {"office", "chief"} <= roles


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.django_db(transaction=True)
def test_no_path_leaves_the_declared_workflow(kind: Kind) -> None:
    machine = type(f"LifeOf{kind.name}", (Life,), {"kind": kind})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8, stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )

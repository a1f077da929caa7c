"""Whatever is asked for in whatever order: no month leaves its declared states, and what is final stays as it is until it is
reopened, which leaves a trace."""

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from pithead.assess import actions, queries
from pithead.assess.models import Appeal, Cycle, CycleState, Entry, EntryKind, Outcome, Reopening
from pithead.assess.models.cycles import CLOSED, PUBLIC, TAKES_SCORES
from pithead.assess.testing import draft, issue_small_standard
from pithead.kernel import sealing
from pithead.kernel.models import AuditEvent
from pithead.kernel.periods import Period
from pithead.kernel.refusal import Refused
from pithead.org.testing import Cast, make_cast

# From where to where a month may go in one step (DESIGN, assess): forward one by one, back to scoring from everywhere.
STEPS = {
    "open": {"open", "scoring", "review"},
    "scoring": {"scoring", "review"},
    "review": {"review", "approval", "scoring"},
    "approval": {"approval", "publicity", "scoring"},
    "publicity": {"publicity", "final", "scoring"},
    "final": {"final", "scoring"},
}
THOSE_WHO_MAY = ("party_officer", "mine_leader", "assessor")
WHO = (*THOSE_WHO_MAY * 3, "other_assessor", "section_head", "worker", "stranger")  # mostly those who may
OFFICES, UNITS, ITEMS = ("SAF", "PRO", "PTY"), ("ZC1", "M1", "TF"), ("A1", "A2", "B1", "J1", "V2")
DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 7, 6, 9, 0, tzinfo=timezone.get_default_timezone())


class Life(RuleBasedStateMachine):
    """One month, a clock that only goes forward, and everybody trying everything."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.cast: Cast = make_cast()
        self.at = START
        standard = issue_small_standard(self.cast, self.at)
        act = {"by": self.cast.system(), "at": self.at}
        cycle = actions.open_cycle(**act, mine=self.cast.mine, code="small", period=Period.parse("2026-06"))
        found = [draft(standard, self.cast.units["ZC1"], "B1", "4"), draft(standard, self.cast.units["ZC1"], "A1", "2")]
        actions.add_entries(**act, cycle=cycle, drafts=found)
        self.pk = cycle.pk
        self.seen = [str(self.cycle.state)]
        self.settled: Any = None
        self.reopened = 0

    def teardown(self) -> None:
        """Whatever was done, nothing of it looks like a forgery."""
        faults = sealing.verify(self.cast.mine.code).faults
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        assert faults == ()

    @property
    def cycle(self) -> Cycle:
        return Cycle.objects.select_related("mine", "standard__owner").get(pk=self.pk)

    def do(self, who: str, action: Any, **what: Any) -> None:
        """As this person, a minute later; a refusal changes nothing."""
        self.at += dt.timedelta(minutes=1)
        try:
            with transaction.atomic():
                action(by=self.cast.actor(who), at=self.at, **what)
        except (Refused, PermissionDenied):
            pass
        self.seen.append(str(self.cycle.state))

    # ── what people do ──
    @rule(who=st.sampled_from(WHO), unit=st.sampled_from(UNITS), item=st.sampled_from(ITEMS), tenths=st.integers(0, 60))
    def score(self, who: str, unit: str, item: str, tenths: int) -> None:
        kind = {"J": "bonus", "V": "veto"}.get(item[0], "deduction")
        points = "0" if kind == "veto" else str(Decimal(tenths) / 10)
        found = draft(self.cycle.standard, self.cast.units[unit], item, points, kind)
        self.do(who, actions.add_entries, cycle=self.cycle, drafts=[found])

    @rule(who=st.sampled_from(WHO), data=st.data())
    def take_back_a_score(self, who: str, data: st.DataObject) -> None:
        if entries := list(Entry.objects.filter(cycle=self.pk, source="manual").order_by("pk")):
            self.do(who, actions.remove_entry, entry=data.draw(st.sampled_from(entries)))

    @rule(who=st.sampled_from(WHO), office=st.sampled_from(OFFICES), back=st.booleans())
    def hand_in(self, who: str, office: str, back: bool) -> None:
        action = actions.withdraw if back else actions.submit
        self.do(who, action, cycle=self.cycle, office=self.cast.units[office])

    @rule(who=st.sampled_from(WHO))
    def close(self, who: str) -> None:
        self.do(who, actions.close_cycle, cycle=self.cycle)

    @rule(who=st.sampled_from(WHO))
    def review(self, who: str) -> None:
        self.do(who, actions.review_cycle, cycle=self.cycle)

    @rule(who=st.sampled_from(WHO), tier=st.sampled_from(["", "good", "none"]))
    def approve(self, who: str, tier: str) -> None:
        other = [actions.DepartureDraft(self.cast.units["M1"].pk, tier)] if tier else []
        self.do(who, actions.approve_cycle, cycle=self.cycle, minutes="第7次", departures=other)

    @rule(who=st.sampled_from(WHO))
    def publish(self, who: str) -> None:
        self.do(who, actions.publish_cycle, cycle=self.cycle)

    @rule(who=st.sampled_from(WHO))
    def finalise(self, who: str) -> None:
        self.do(who, actions.finalise_cycle, cycle=self.cycle)

    @rule(who=st.sampled_from(WHO), reason=st.sampled_from(["", "漏报一处", "漏报一处"]))
    def reopen(self, who: str, reason: str) -> None:
        self.do(who, actions.reopen_cycle, cycle=self.cycle, reason=reason)

    @rule(wait=st.integers(0, 5))
    def go_the_whole_way(self, wait: int) -> None:
        """Without this most runs would end long before there is something to appeal against."""
        self.do("party_officer", actions.close_cycle, cycle=self.cycle)
        self.do("mine_leader", actions.review_cycle, cycle=self.cycle)
        self.do("party_officer", actions.approve_cycle, cycle=self.cycle, minutes="第8次")
        self.do("party_officer", actions.publish_cycle, cycle=self.cycle)
        self.at += wait * DAY
        self.do("party_officer", actions.finalise_cycle, cycle=self.cycle)

    @rule(days=st.integers(1, 4))
    def wait(self, days: int) -> None:
        self.at += days * DAY

    @rule(data=st.data(), answered=st.booleans())
    def appeal(self, data: st.DataObject, answered: bool) -> None:
        if entries := list(Entry.objects.filter(cycle=self.pk, unit__code="ZC1").order_by("pk")):
            entry = data.draw(st.sampled_from(entries))
            self.do("section_head", actions.make_appeal, entry=entry, text="现场已整改")
        if appeal := Appeal.objects.filter(cycle=self.pk).open().first() if answered else None:
            who = data.draw(st.sampled_from(("assessor", "party_officer")))
            self.do(who, actions.answer_appeal, appeal=appeal, answer="已核对")

    @rule(who=st.sampled_from(WHO), data=st.data())
    def answer(self, who: str, data: st.DataObject) -> None:
        if appeals := list(Appeal.objects.filter(cycle=self.pk).order_by("pk")):
            self.do(who, actions.answer_appeal, appeal=data.draw(st.sampled_from(appeals)), answer="维持")

    @rule(who=st.sampled_from(WHO), outcome=st.sampled_from(Outcome), data=st.data())
    def decide(self, who: str, outcome: Outcome, data: st.DataObject) -> None:
        if appeals := list(Appeal.objects.filter(cycle=self.pk).order_by("pk")):
            appeal = data.draw(st.sampled_from(appeals))
            self.decide_as(who, appeal, outcome=outcome, points=appeal.points / 2, decision="核实")

    @rule(who=st.sampled_from(("party_officer", "mine_leader")), outcome=st.sampled_from(Outcome))
    def appeal_to_the_end(self, who: str, outcome: Outcome) -> None:
        """Published, appealed against, answered and decided; by whoever had scored only if nothing looks."""
        self.go_the_whole_way(0)
        entry = Entry.objects.filter(cycle=self.pk, unit__code="ZC1").order_by("pk").first()
        if entry is None:
            return
        self.do("section_head", actions.make_appeal, entry=entry, text="现场已整改")
        if appeal := Appeal.objects.filter(cycle=self.pk).open().first():
            self.do("assessor", actions.answer_appeal, appeal=appeal, answer="已核对")
            what = {"outcome": outcome, "points": appeal.points / 2, "decision": "核实"}
            self.decide_as(who, appeal, **what)

    def decide_as(self, who: str, appeal: Appeal, **what: Any) -> None:
        """Whoever wrote the entry is known before the decision: it may take the entry away."""
        touched = AuditEvent.objects.filter(subject_type="entry", subject_id=str(appeal.entry_id))
        hands = set(touched.filter(action__startswith="assess.entry.").values_list("actor", flat=True))
        open_before = appeal.decided_at is None
        self.do(who, actions.decide_appeal, appeal=appeal, **what)
        if open_before and Appeal.objects.exclude(decided_at=None).filter(pk=appeal.pk).exists():
            assert self.cast.actor(who).staff_no not in hands

    # ── what must hold ──
    @invariant()
    def no_appeal_is_open_while_the_month_takes_scores(self) -> None:
        if self.cycle.state in TAKES_SCORES:
            assert not Appeal.objects.filter(cycle=self.pk).open().exists()

    @invariant()
    def moves_as_declared(self) -> None:
        for before, after in itertools.pairwise(self.seen):
            assert after in STEPS[before], (before, after)
        self.seen = self.seen[-1:]

    @invariant()
    def has_results_when_closed_and_none_while_it_takes_scores(self) -> None:
        cycle = self.cycle
        assert (cycle.state in CLOSED) == (cycle.closed_at is not None)
        assert cycle.results.count() == (0 if cycle.state in TAKES_SCORES else 3)

    @invariant()
    def is_public_only_with_minutes_and_a_publicity(self) -> None:
        cycle = self.cycle
        if cycle.state in PUBLIC:
            assert cycle.reviewed_at
            assert cycle.minutes
            assert cycle.publicities.exists()

    @invariant()
    def is_final_only_after_a_publicity_of_what_stands(self) -> None:
        cycle = self.cycle
        if cycle.state == CycleState.FINAL:
            last = cycle.publicities.latest("round")
            assert cycle.finalised_at
            assert cycle.changed_at
            assert last.published_at >= cycle.changed_at
            assert timezone.localdate(cycle.finalised_at) > last.ends_on
            assert not cycle.appeals.open().exists()

    @invariant()
    def a_final_result_changes_only_by_reopening_which_leaves_a_trace(self) -> None:
        cycle = self.cycle
        traces = Reopening.objects.filter(cycle=cycle).count()
        assert traces == AuditEvent.objects.filter(action="assess.cycle.reopened").count()
        if self.settled is not None and traces == self.reopened:
            assert cycle.state == CycleState.FINAL
            assert self._stands(cycle) == self.settled
        self.reopened = traces
        self.settled = self._stands(cycle) if cycle.state == CycleState.FINAL else None

    @staticmethod
    def _stands(cycle: Cycle) -> tuple[Any, ...]:
        return queries.board(cycle).rows, queries.entries(cycle), queries.item_scores(cycle)

    @invariant()
    def nobody_decides_about_what_is_their_own(self) -> None:
        for appeal in Appeal.objects.exclude(decided_by=None):
            assert appeal.decided_by_id not in (appeal.made_by_id, appeal.answered_by_id)
            if appeal.kind == EntryKind.DEDUCTION and appeal.decided_points is not None:
                assert 0 < appeal.decided_points < appeal.points


@pytest.mark.django_db(transaction=True)
def test_no_path_leaves_the_declared_states() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25, stateful_step_count=30, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )

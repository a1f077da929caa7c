"""What was changed behind the back of the system never becomes right by going on: no step forward builds on it, and a step
back remembers it."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from pithead.assess import actions
from pithead.assess.models import (
    Appeal,
    Cycle,
    Entry,
    EntryKind,
    Item,
    ItemScore,
    Outcome,
    Participant,
    PeerGroup,
    Result,
    Source,
)
from pithead.assess.testing import PUBLICITY, publish
from pithead.assess.tests.sealed_month import appeal, open_month
from pithead.kernel.models import SealChain, SealedRow, SealLink
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import begin, verify
from pithead.org.testing import Cast

Step = Callable[[Cast, dt.datetime, Cycle], object]
STEPS: dict[str, Step] = {
    "review": lambda cast, at, cycle: actions.review_cycle(by=cast.system(), at=at, cycle=cycle),
    "approve": lambda cast, at, cycle: actions.approve_cycle(by=cast.system(), at=at, cycle=cycle, minutes="第7次"),
    "publish": lambda cast, at, cycle: actions.publish_cycle(by=cast.system(), at=at, cycle=cycle),
    "finalise": lambda cast, at, cycle: actions.finalise_cycle(by=cast.system(), at=at + PUBLICITY, cycle=cycle),
}


def forge_result(cast: Cast, cycle: Cycle) -> None:
    Result.objects.filter(cycle=cycle, unit=cast.units["M1"]).update(total=Decimal("99.9"), rank=1)


def forge_score(cast: Cast, cycle: Cycle) -> None:
    ItemScore.objects.filter(cycle=cycle, unit=cast.units["M1"], item__code="B1").update(score=40, lost=0)


def forge_month(cast: Cast, cycle: Cycle) -> None:
    Cycle.objects.filter(pk=cycle.pk).update(review_note="别人写的")


def forge_group(cast: Cast, cycle: Cycle) -> None:
    other = PeerGroup.objects.get(code="other")
    Participant.objects.filter(cycle=cycle, unit=cast.units["M1"]).update(group=other)


@pytest.mark.parametrize("forge", [forge_result, forge_score, forge_month, forge_group])
@pytest.mark.parametrize("step", STEPS)
def test_no_step_goes_on_with_what_somebody_changed(
    cast: Cast, at: dt.datetime, step: str, forge: Callable[[Cast, Cycle], None]
) -> None:
    cycle = open_month(cast, at)
    actions.close_cycle(by=cast.system(), at=at, cycle=cycle)
    assert not verify("QSY").faults
    for name, take in STEPS.items():
        if name == step:
            forge(cast, cycle)
            with pytest.raises(Refused, match="与封存的不一致"):
                take(cast, at, Cycle.objects.get(pk=cycle.pk))
            assert verify("QSY").faults
            return
        take(cast, at, cycle)


@pytest.fixture
def published(cast: Cast, at: dt.datetime) -> Cycle:
    cycle = open_month(cast, at)
    actions.submit(by=cast.system(), at=at, cycle=cycle, office=cast.units["SAF"])
    return publish(cycle, by=cast.system(), at=at)


def test_no_answer_and_no_decision_seals_another_appeal(cast: Cast, at: dt.datetime, published: Cycle) -> None:
    made = appeal(cast, at, published)
    was = made.text
    Appeal.objects.filter(pk=made.pk).update(text="篡改")
    with pytest.raises(Refused, match="与封存的不一致"):
        actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=made, answer="依据细则")
    Appeal.objects.filter(pk=made.pk).update(text=was)
    actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=made, answer="依据细则")
    assert not verify("QSY").faults  # the answer is under seal before anybody decides
    Appeal.objects.filter(pk=made.pk).update(answer="篡改")
    assert verify("QSY").faults
    with pytest.raises(Refused, match="与封存的不一致"):
        decide(cast, at, made)
    Appeal.objects.filter(pk=made.pk).update(answer="依据细则")
    Entry.objects.filter(pk=made.entry_id).update(reason="篡改")
    with pytest.raises(Refused, match="与封存的不一致"):
        decide(cast, at, made)


def decide(cast: Cast, at: dt.datetime, made: Appeal) -> Appeal:
    found = Appeal.objects.get(pk=made.pk)
    officer = cast.actor("party_officer")
    return actions.decide_appeal(by=officer, at=at, appeal=found, outcome=Outcome.UPHELD, decision="申诉成立")


# ── steps back ──
def test_a_submission_taken_back_remembers_what_was_changed(cast: Cast, at: dt.datetime) -> None:
    cycle, saf = open_month(cast, at), cast.units["SAF"]
    actions.submit(by=cast.system(), at=at, cycle=cycle, office=saf)
    entry = Entry.objects.filter(cycle=cycle, office=saf, source=Source.MANUAL)[0]
    Entry.objects.filter(pk=entry.pk).update(points=Decimal("0.01"))
    assert len(verify("QSY").faults) == 1
    actions.withdraw(by=cast.system(), at=at, cycle=cycle, office=saf)
    actions.submit(by=cast.system(), at=at, cycle=cycle, office=saf)
    report = verify("QSY")
    assert report.ok
    [note] = report.notes
    assert entry.item.code in note
    assert "当时与封存的不一致" in note


def test_a_month_sent_back_remembers_what_was_changed(cast: Cast, at: dt.datetime, published: Cycle) -> None:
    forge_result(cast, published)
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=published, reason="重新核算")
    report = verify("QSY")
    assert report.ok
    assert [("考核结果" in note, "煤一队" in note) for note in report.notes] == [(True, True)]


def test_nothing_is_noted_of_what_stood_as_sealed(cast: Cast, at: dt.datetime, published: Cycle) -> None:
    actions.reopen_cycle(by=cast.actor("mine_leader"), at=at, cycle=published, reason="重新核算")
    assert verify("QSY").notes == ()


# ── slipped in ──
def slipped_in(cast: Cast, at: dt.datetime, cycle: Cycle, key: str) -> Entry:
    item = Item.objects.get(standard=cycle.standard, code="J1")
    return Entry.objects.create(
        mine=cast.mine,
        cycle=cycle,
        unit=cast.units["M1"],
        item=item,
        office=cast.units["SAF"],
        kind=EntryKind.BONUS,
        points=5,
        reason="加分",
        source=Source.COMPUTED,
        author="系统",
        entered_at=at,
        key=key,
    )


def test_what_poses_as_computed_does_not_count_or_is_named(cast: Cast, at: dt.datetime) -> None:
    cycle = open_month(cast, at)
    actions.submit(by=cast.system(), at=at, cycle=cycle, office=cast.units["SAF"])
    linked = slipped_in(cast, at, cycle, f"link {cast.units['M1'].pk} J1")
    slipped_in(cast, at, cycle, "standard 1 J1")
    publish(cycle, by=cast.system(), at=at)
    assert not Entry.objects.filter(pk=linked.pk).exists()
    assert [(fault.kind, "J1" in fault.where) for fault in verify("QSY").faults] == [("unsealed", True)]


def test_what_the_standard_declares_is_sealed_from_the_first_day(cast: Cast, at: dt.datetime) -> None:
    cycle = open_month(cast, at)
    declared = Entry.objects.filter(cycle=cycle, source=Source.COMPUTED)
    assert declared.exists()
    declared.update(kind=EntryKind.BONUS, points=5)
    assert {fault.kind for fault in verify("QSY").faults} == {"changed"}


# ── the chain itself ──
def test_a_chain_taken_away_is_not_begun_anew(cast: Cast, at: dt.datetime, published: Cycle) -> None:
    forge_result(cast, published)
    for model in (SealedRow, SealLink, SealChain):
        model.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
    assert begin(mine="QSY", at=at) is None
    may = open_month(cast, at, "2026-05")
    actions.submit(by=cast.system(), at=at + PUBLICITY, cycle=may, office=cast.units["SAF"])
    faults = verify("QSY").faults
    assert {"link", "unsealed"} <= {fault.kind for fault in faults}
    assert any("原来的第 1 环不见了" in str(fault) for fault in faults)
    assert any("考核结果" in str(fault) and "煤一队" in str(fault) for fault in faults)


NONSENSE = {"sqlite": ("'abc'", "X'00'", "'1e999'"), "postgresql": ("'NaN'",)}  # as far as the database takes it


def test_what_is_no_figure_is_named_like_any_change(cast: Cast, at: dt.datetime, published: Cycle) -> None:
    entry = Entry.objects.filter(cycle=published, source=Source.MANUAL)[0]
    for value in NONSENSE[connection.vendor]:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints=1")
            cursor.execute(f"UPDATE assess_entry SET points={value} WHERE id={entry.pk}")
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA ignore_check_constraints=0")
        [fault] = verify("QSY").faults
        assert (fault.kind, entry.item.code in fault.where) == ("changed", True)

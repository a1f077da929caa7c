"""What a step seals, and under which name, in months that the tests lead themselves."""

import datetime as dt

from pithead.assess import actions
from pithead.assess.models import Entry
from pithead.assess.testing import draft, issue_small_standard, publish
from pithead.assess.tests.sealed_month import open_month
from pithead.kernel.models import SealedRow, SealLink
from pithead.kernel.periods import Period
from pithead.kernel.sealing import verify
from pithead.org.testing import Cast


def test_a_crew_is_called_by_a_name_that_no_other_bears(cast: Cast, at: dt.datetime) -> None:
    standard = issue_small_standard(cast, at, subject="crew")
    act = {"by": cast.system(), "at": at}
    cycle = actions.open_cycle(**act, mine=cast.mine, code="small", period=Period.parse("2026-06"))
    actions.add_entries(**act, cycle=cycle, drafts=[draft(standard, cast.units["ZC1-1"], "B1", "1")])
    publish(cycle, **act)
    [entry] = Entry.objects.filter(cycle=cycle)
    actions.make_appeal(by=cast.actor("section_head"), at=at, entry=entry, text="当班已经整改")
    assert SealLink.objects.latest("seq").subject_label == "小标准 2026年6月 综采一队/一班对B1 要求B1的申诉"
    labels = set(SealedRow.objects.values_list("label", flat=True))
    assert {"小标准 2026年6月 综采一队/一班", "小标准 2026年6月 综采一队/一班 B1 扣分（安全科）"} <= labels


def test_a_step_never_seals_what_was_changed_before_it(cast: Cast, at: dt.datetime) -> None:
    cycle = open_month(cast, at)
    act = {"by": cast.system(), "at": at}
    actions.submit(**act, cycle=cycle, office=cast.units["SAF"])
    actions.close_cycle(**act, cycle=cycle)
    actions.approve_cycle(**act, cycle=cycle, minutes="7")
    Entry.objects.filter(cycle=cycle, unit=cast.units["M1"]).update(points=1)
    actions.publish_cycle(**act, cycle=cycle)
    assert sorted(fault.where[:4] for fault in verify("QSY").faults) == ["打分记录", "打分记录"]


def test_what_an_office_hands_in_is_sealed_until_it_takes_it_back(cast: Cast, at: dt.datetime) -> None:
    cycle = open_month(cast, at)
    safety, act = cast.units["SAF"], {"by": cast.system(), "at": at}
    from_the_first_day = 1 + 1  # the standard, and what it declares of ventilation
    assert verify("QSY").rows == from_the_first_day
    actions.submit(**act, cycle=cycle, office=safety)
    assert verify("QSY").rows == from_the_first_day + 1 + 4
    Entry.objects.filter(item__code="A1").update(points=1)  # of an office that has not handed in
    assert not verify("QSY").faults
    actions.withdraw(**act, cycle=cycle, office=safety)
    Entry.objects.filter(item__code="B1").update(points=1)
    assert not verify("QSY").faults
    assert verify("QSY").rows == from_the_first_day

"""What is written about a month or a unit for the whole mine to read: held to the same rules, said once, erased for good."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pithead.assess import actions
from pithead.assess.actions import ERASED_TEXT, DepartureDraft, erase_text
from pithead.assess.models import Appeal, Cycle, CycleState, Departure, Entry, Outcome, Reopening
from pithead.assess.personal import has_numbers, normal, tight
from pithead.assess.queries.erasing import erasable
from pithead.assess.testing import publish
from pithead.assess.tests.sealed_month import appeal, open_month
from pithead.kernel.models import AuditEvent
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import verify
from pithead.org.testing import Cast

NUMBER = "62010219800101123X"


@pytest.fixture
def month(cast: Cast, at: dt.datetime) -> Cycle:
    """June, closed."""
    return actions.close_cycle(by=cast.system(), at=at, cycle=open_month(cast, at))


# ── disguises ──
@pytest.mark.parametrize("sign", [*"\u200b\u00ad\ufeff\u2060\u034f\ufe0f·-_ \u3000‐—・", " - "])
def test_a_name_is_read_through_what_stands_between_its_characters(sign: str) -> None:
    assert normal(f"马{sign}小{sign}军") == "马小军"


def test_radicals_commas_and_full_width_forms_hide_nothing() -> None:
    assert normal("⻢小军\u2f7a") == "马小军羊"
    assert tight(normal("马，小、军")) == "马小军"
    assert tight(normal("3.5，米")) == "3.5,米"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "13800138000",
            "1380013 8000",
            "138-0013-8000",
            "138\u200b00138000",
            "１３８００１３８０００",
            "1 3 8 0 0 1 3 8 0 0 0",
        ),
        *("62010219800101123Ｘ", "6201021980 0101 1234", "620102 1980-01-01 123 X", "620102198001011234 2026"),
    ],
)
def test_numbers_of_persons_are_found_in_pieces(text: str) -> None:
    assert has_numbers(f"电话 {text}，转告")


@pytest.mark.parametrize(
    "text",
    [
        *("3 号架、20 米", "2026-06-12 13:45", "1312 2026-6-12", "1312 工作面 2026-06-12", "131 2026-06-12"),
        *("13 14 15 16 17 1", "1301、1302、1303", "1301 1302 1303", "DN150-1380-20", "138001380001"),
    ],
)
def test_ordinary_figures_are_no_numbers_of_persons(text: str) -> None:
    assert not has_numbers(text)


# ── the same rules for all ──
def review(cast: Cast, at: dt.datetime, month: Cycle, text: str) -> object:
    return actions.review_cycle(by=cast.actor("mine_leader"), at=at, cycle=month, note=text)


def approve(cast: Cast, at: dt.datetime, month: Cycle, **more: Any) -> object:
    return actions.approve_cycle(by=cast.system(), at=at, cycle=month, **{"minutes": "第7次"} | more)


def decide(cast: Cast, at: dt.datetime, month: Cycle, text: str) -> object:
    return approve(cast, at, month, decision=text)


def number(cast: Cast, at: dt.datetime, month: Cycle, text: str) -> object:
    return approve(cast, at, month, minutes=text)


def depart(cast: Cast, at: dt.datetime, month: Cycle, text: str) -> object:
    return approve(cast, at, month, departures=[DepartureDraft(cast.units["ZC1"].pk, "good", reason=text)])


def reopen(cast: Cast, at: dt.datetime, month: Cycle, text: str) -> object:
    return actions.reopen_cycle(by=cast.system(), at=at, cycle=month, reason=text)


@pytest.mark.parametrize("text", ["马小军违章", "取消马\u200b小军的评先资格", f"号码 {NUMBER}"])
@pytest.mark.parametrize("say", [review, decide, number, depart, reopen])
def test_no_text_of_a_month_names_anybody(
    cast: Cast, month: Cycle, at: dt.datetime, say: Callable[..., object], text: str
) -> None:
    with pytest.raises(Refused, match=r"马小军|身份证号"):
        say(cast, at, month, text)
    assert Cycle.objects.get(pk=month.pk).state == CycleState.REVIEW
    with pytest.raises(Refused, match=r"最多 (64|200) 字"):
        say(cast, at, month, "长" * 201)
    say(cast, at, month, "3 号架、20 米")


# ── said once ──
def test_a_second_approval_review_or_publication_that_says_otherwise_is_refused(
    cast: Cast, month: Cycle, at: dt.datetime
) -> None:
    review(cast, at, month, "同意")
    review(cast, at, month, "同意")
    with pytest.raises(Refused, match="意见是：同意"):
        review(cast, at, month, "不同意")
    other = [DepartureDraft(cast.units["M1"].pk, "good")]
    for _ in range(2):
        approve(cast, at, month, departures=other)
    for more in ({}, {"departures": other, "minutes": "第8次"}, {"departures": other, "decision": "另议"}):
        with pytest.raises(Refused, match="按“第7次”记录审定，调整了煤一队；这次填的不一样"):
            approve(cast, at, month, **more)
    publish_it = {"by": cast.system(), "at": at, "cycle": month}
    first = actions.publish_cycle(**publish_it, contacts="纪委 111")
    assert actions.publish_cycle(**publish_it) == actions.publish_cycle(**publish_it, contacts="纪委 111") == first
    with pytest.raises(Refused, match="监督联系方式是“纪委 111”"):
        actions.publish_cycle(**publish_it, contacts="纪委 222")


def test_what_a_page_knew_of_a_month_gives_no_right(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    approve(cast, at, month)
    stale = Cycle.objects.get(pk=month.pk)
    actions.publish_cycle(by=cast.system(), at=at, cycle=month)
    with pytest.raises(PermissionDenied):
        actions.reopen_cycle(by=cast.actor("party_officer"), at=at, cycle=stale, reason="漏报")
    assert Cycle.objects.get(pk=month.pk).state == CycleState.PUBLICITY


# ── erased for good ──
def test_texts_of_the_month_are_erased_and_the_chain_holds(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    review(cast, at, month, "意见甲")
    approve(
        cast, at, month, decision="意见乙", departures=[DepartureDraft(cast.units["ZC1"].pk, "good", reason="理由丙")]
    )
    actions.publish_cycle(by=cast.system(), at=at, cycle=month)
    appeal(cast, at, month)
    reopen(cast, at, month, "原因丁")
    [lapsed] = Appeal.objects.filter(cycle=month)
    assert lapsed.decision == "原因丁"
    publish(month, by=cast.system(), at=at)
    review_again = actions.reopen_cycle(by=cast.system(), at=at, cycle=month, reason="原因戊")
    publish(review_again, by=cast.system(), at=at)
    for one in erasable(Cycle.objects.get(pk=month.pk), cast.units["ZC1"]):
        if isinstance(one.what, Cycle | Departure | Reopening):
            for _ in range(2):
                erase_text(by=cast.actor("party_officer"), at=at, what=one.what, grounds="本人申请")
    assert set(Reopening.objects.values_list("reason", flat=True)) == {ERASED_TEXT}
    assert Appeal.objects.get(pk=lapsed.pk).decision == ERASED_TEXT
    assert not [
        word for word in ("原因丁", "原因戊") if word in str(list(AuditEvent.objects.values("before", "after")))
    ]
    assert AuditEvent.objects.filter(action="assess.text.erased").count() == 2
    assert verify("QSY").ok


def test_a_departure_is_erased(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    approve(
        cast, at, month, decision="意见乙", departures=[DepartureDraft(cast.units["ZC1"].pk, "good", reason="理由丙")]
    )
    found = {one.label: one.what for one in erasable(Cycle.objects.get(pk=month.pk), cast.units["ZC1"])}
    for label in ("联席会调整的理由：理由丙", "本月的审核意见和会议意见：意见乙"):
        for _ in range(2):  # asked for twice, done once
            erase_text(by=cast.system(), at=at, what=found[label], grounds="本人申请")
    assert AuditEvent.objects.filter(action="assess.text.erased").count() == 2
    assert Departure.objects.get().reason == Cycle.objects.get(pk=month.pk).decision == ERASED_TEXT
    assert verify("QSY").ok


def test_what_was_erased_does_not_come_back_through_an_old_page(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    publish(month, by=cast.system(), at=at)
    found = appeal(cast, at, month)
    stale = Appeal.objects.select_related("cycle", "entry").get(pk=found.pk)
    erase_text(by=cast.system(), at=at, what=Appeal.objects.get(pk=found.pk), grounds="本人申请")
    erase_text(by=cast.system(), at=at, what=Entry.objects.get(pk=found.entry_id), grounds="本人申请")
    actions.answer_appeal(by=cast.actor("assessor"), at=at, appeal=stale, answer="核实")
    actions.decide_appeal(
        by=cast.actor("mine_leader"), at=at, appeal=stale, outcome=Outcome.UPHELD, decision="撤销该条"
    )
    stands = Appeal.objects.get(pk=found.pk)
    assert (stands.text, stands.entry_reason, stands.answer) == (ERASED_TEXT, ERASED_TEXT, "核实")
    assert "检查发现的问题" not in str(list(AuditEvent.objects.filter(subject_id=str(found.entry_id)).values()))
    assert verify("QSY").ok


def test_an_entry_that_is_no_more_is_not_appealed_against(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    publish(month, by=cast.system(), at=at)
    stale = Entry.objects.get(cycle=month, unit=cast.units["ZC1"])
    Entry.objects.filter(pk=stale.pk).delete()
    with pytest.raises(Refused, match="已经被撤销"):
        actions.make_appeal(by=cast.actor("section_head"), at=at, entry=stale, text="已整改")


def test_an_appeal_made_from_an_old_page_copies_what_stands(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    publish(month, by=cast.system(), at=at)
    stale = Entry.objects.get(cycle=month, unit=cast.units["ZC1"])
    erase_text(by=cast.system(), at=at, what=Entry.objects.get(pk=stale.pk), grounds="本人申请")
    made = actions.make_appeal(by=cast.actor("section_head"), at=at, entry=stale, text="已整改")
    assert made.entry_reason == ERASED_TEXT

"""Personal text can be taken out of what is sealed: it is nowhere any more, cannot be guessed, and the seal stays whole."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import models
from django.test import Client

from pithead.assess import actions
from pithead.assess.actions import ERASED_TEXT, erase_text
from pithead.assess.models import Appeal, Cycle, Entry, Outcome, Result
from pithead.assess.testing import draft, issue_small_standard, publish
from pithead.assess.tests.sealed_month import open_month, whole_month
from pithead.kernel.models import AuditEvent, SealedRow
from pithead.kernel.refusal import Refused
from pithead.kernel.sealing import verify
from pithead.org.testing import Cast

SECRET = "班长老马迟到"
GROUNDS = "本人申请"


@pytest.fixture
def month(cast: Cast, at: dt.datetime) -> Cycle:
    return whole_month(cast, at)


def name_somebody(cast: Cast, at: dt.datetime) -> Entry:
    """A published month in which an entry says more than it should."""
    cycle = open_month(cast, at)
    found = draft(cycle.standard, cast.units["ZC1"], "A2", "1", reason=SECRET, evidence=f"{SECRET}，有记录")
    [entry] = actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=[found])
    publish(cycle, by=cast.system(), at=at)
    return Entry.objects.get(pk=entry.pk)


def everywhere(text: str) -> list[str]:
    """Columns of any table that contain it."""
    found = []
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, (models.CharField, models.TextField, models.JSONField)):
                values = model._base_manager.values_list(field.attname, flat=True)
                if any(text in str(value) for value in values):
                    found.append(f"{model.__name__}.{field.name}")
    return found


def test_the_text_of_an_entry_is_nowhere_any_more(cast: Cast, at: dt.datetime) -> None:
    entry = name_somebody(cast, at)
    appeal = actions.make_appeal(by=cast.actor("section_head"), at=at, entry=entry, text="不是事实")
    assert set(everywhere(SECRET)) >= {"Entry.reason", "Entry.evidence", "Appeal.entry_reason", "AuditEvent.after"}
    erase_text(by=cast.actor("party_officer"), at=at, what=entry, grounds=GROUNDS)
    assert everywhere(SECRET) == []
    entry.refresh_from_db()
    appeal.refresh_from_db()
    assert (entry.reason, entry.evidence, entry.points) == (ERASED_TEXT, ERASED_TEXT, 1)
    assert (appeal.entry_reason, appeal.entry_key, appeal.text) == (ERASED_TEXT, entry.key, "不是事实")
    assert verify("QSY").ok


def test_nothing_is_left_to_guess_from(cast: Cast, at: dt.datetime) -> None:
    entry = name_somebody(cast, at)
    key = entry.key
    erase_text(by=cast.system(), at=at, what=entry, grounds=GROUNDS)
    rows = SealedRow.objects.filter(table="assess.entry", row=str(entry.pk)).order_by("link__seq")
    assert [bool(row.salt) for row in rows] == [False, True]
    assert Entry.objects.get(pk=entry.pk).key != key  # of an import it would be a digest of the text


def test_the_log_says_that_something_was_erased_and_not_what(cast: Cast, at: dt.datetime) -> None:
    entry = name_somebody(cast, at)
    erase_text(by=cast.actor("party_officer"), at=at, what=entry, grounds=GROUNDS)
    erased = AuditEvent.objects.get(action="assess.text.erased")
    assert (erased.subject_label, erased.actor_name) == ("综采一队 A2", "周全")
    assert (erased.before, erased.after) == (None, {"grounds": GROUNDS})
    added = AuditEvent.objects.get(action="assess.entry.added", subject_id=str(entry.pk))
    assert (added.subject_label, added.after["reason"], added.after["points"]) == (ERASED_TEXT, ERASED_TEXT, "1")


def test_a_veto_is_erased_from_the_result_too(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    veto = Entry.objects.get(cycle=month, kind="veto")
    assert Result.objects.get(cycle=month, unit=veto.unit_id).veto_reason == veto.reason
    erase_text(by=cast.system(), at=at, what=veto, grounds=GROUNDS)
    result = Result.objects.get(cycle=month, unit=veto.unit_id)
    assert (result.veto_reason, result.veto_item_id) == (ERASED_TEXT, veto.item_id)
    assert verify("QSY").ok


def test_the_texts_of_an_appeal_are_erased(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    [appeal] = Appeal.objects.filter(cycle=month)
    said = (appeal.text, appeal.answer, appeal.decision)
    erase_text(by=cast.system(), at=at, what=appeal, grounds=GROUNDS)
    appeal.refresh_from_db()
    assert {appeal.text, appeal.answer, appeal.decision} == {ERASED_TEXT}
    logged = str(list(AuditEvent.objects.filter(subject_id=str(appeal.pk), subject_type="appeal").values("after")))
    assert not [text for text in said if text in logged]
    assert Entry.objects.filter(pk=appeal.entry_id, reason=appeal.entry_reason).exists()
    assert verify("QSY").ok


def test_an_appeal_that_brought_its_entry_down_takes_its_text_with_it(cast: Cast, at: dt.datetime) -> None:
    entry = name_somebody(cast, at)
    appeal = actions.make_appeal(by=cast.actor("section_head"), at=at, entry=entry, text="不是事实")
    actions.answer_appeal(by=cast.system(), at=at, appeal=appeal, answer="核实")
    upheld = {"outcome": Outcome.UPHELD, "decision": "撤销"}
    actions.decide_appeal(by=cast.actor("party_officer"), at=at, appeal=appeal, **upheld)
    assert everywhere(SECRET)
    erase_text(by=cast.system(), at=at, what=appeal, grounds=GROUNDS)
    assert everywhere(SECRET) == []
    assert not SealedRow.objects.filter(table="assess.entry", row=str(entry.pk)).exclude(salt="").exists()
    assert verify("QSY").ok


def test_erasing_again_changes_nothing(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    [appeal] = Appeal.objects.filter(cycle=month)
    for what in (appeal, Entry.objects.get(cycle=month, kind="veto")):
        for _ in range(2):
            erase_text(by=cast.system(), at=at, what=what, grounds=GROUNDS)
    assert AuditEvent.objects.filter(action="assess.text.erased").count() == 2


def test_before_anything_is_sealed_it_can_be_erased_too(cast: Cast, at: dt.datetime) -> None:
    standard = issue_small_standard(cast, at)
    cycle = open_month(cast, at)
    found = draft(standard, cast.units["ZC1"], "A2", "1", reason=SECRET)
    [entry] = actions.add_entries(by=cast.system(), at=at, cycle=cycle, drafts=[found])
    key = entry.key
    erase_text(by=cast.system(), at=at, what=entry, grounds=GROUNDS)
    assert everywhere(SECRET) == []
    assert Entry.objects.get(pk=entry.pk).key == key  # so that the same import does not bring it back
    assert verify("QSY").ok


def test_what_was_changed_behind_the_back_is_not_sealed_by_erasing(cast: Cast, at: dt.datetime) -> None:
    entry = name_somebody(cast, at)
    Entry.objects.filter(pk=entry.pk).update(points=0)
    with pytest.raises(Refused, match="与封存的不一致"):
        erase_text(by=cast.system(), at=at, what=entry, grounds=GROUNDS)
    assert everywhere(SECRET)


def test_only_some_may_erase_and_never_without_grounds(cast: Cast, month: Cycle, at: dt.datetime) -> None:
    veto = Entry.objects.get(cycle=month, kind="veto")
    for member in ("assessor", "worker", "mine_leader", "administrator", "auditor", "stranger"):
        with pytest.raises(PermissionDenied):
            erase_text(by=cast.actor(member), at=at, what=veto, grounds=GROUNDS)
    for grounds in ("  ", "x" * 201, "电话 13912345678"):
        with pytest.raises(Refused):
            erase_text(by=cast.system(), at=at, what=veto, grounds=grounds)
    computed = Entry.objects.filter(cycle=month, source="computed")[0]
    with pytest.raises(Refused, match="没有个人信息"):
        erase_text(by=cast.system(), at=at, what=computed, grounds=GROUNDS)


# ── on the desk ──
def test_the_officer_erases_by_a_form(cast: Cast, at: dt.datetime, signed_in: Callable[[str], Client]) -> None:
    entry = name_somebody(cast, at)
    client = signed_in("party_officer")
    there = "/results/small/2026-06/ZC1/"
    assert f"{there}erasure/" in client.get(there).content.decode()
    shown = client.get(f"{there}erasure/").content.decode()
    assert f"A2 扣分：{SECRET}" in shown
    assert client.post(f"{there}erasure/", {"what": f"entry-{entry.pk}"}).status_code == 422
    assert everywhere(SECRET)
    answer = client.post(f"{there}erasure/", {"what": f"entry-{entry.pk}", "grounds": GROUNDS}, follow=True)
    assert answer.redirect_chain == [(there, 302)]
    assert "已清除，分数和名次不变" in answer.content.decode()
    assert ERASED_TEXT in answer.content.decode()
    assert everywhere(SECRET) == []


def test_what_the_action_refuses_stands_in_the_form(
    cast: Cast, at: dt.datetime, signed_in: Callable[[str], Client]
) -> None:
    entry = name_somebody(cast, at)
    Entry.objects.filter(pk=entry.pk).update(points=0)
    given = {"what": f"entry-{entry.pk}", "grounds": GROUNDS}
    answer = signed_in("party_officer").post("/results/small/2026-06/ZC1/erasure/", given)
    assert answer.status_code == 422
    assert "与封存的不一致" in answer.content.decode()


def test_nobody_else_finds_the_page_and_open_months_have_none(
    cast: Cast, at: dt.datetime, signed_in: Callable[[str], Client]
) -> None:
    cycle = open_month(cast, at)
    assert signed_in("party_officer").get("/results/small/2026-06/ZC1/erasure/").status_code == 404
    publish(cycle, by=cast.system(), at=at)
    assert signed_in("party_officer").get("/results/small/2026-06/ZC1/erasure/").status_code == 200
    assert "没有可以清除的文字" in signed_in("party_officer").get("/results/small/2026-06/HR/erasure/").content.decode()
    for member in ("worker", "mine_leader", "assessor"):
        assert signed_in(member).get("/results/small/2026-06/ZC1/erasure/").status_code == 404
        assert "erasure" not in signed_in(member).get("/results/small/2026-06/ZC1/").content.decode()

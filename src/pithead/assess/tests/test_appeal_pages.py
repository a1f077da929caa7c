"""Appeals, page by page: who finds the way, what stands in the forms, and the second publicity."""

import datetime as dt

import pytest

from pithead.assess.models import Appeal, Cycle, Entry
from pithead.assess.tests.test_public_pages import (
    BASE,
    DAY,
    WALL,
    Clock,
    SignIn,
    clock,
    closed,
    entry_of,
    published,
    text,
)
from pithead.org.testing import Cast

__all__ = ["clock", "closed", "published"]  # fixtures


# ── appeals ──
def appeal_for(signed_in: SignIn, cycle: Cycle, said: str = "交接单双方签字") -> Appeal:
    signed_in("section_head").post(f"/entries/{entry_of(cycle).pk}/appeal/", {"text": said})
    return Appeal.objects.get(cycle=cycle)


def answered(signed_in: SignIn, cycle: Cycle) -> Appeal:
    appeal = appeal_for(signed_in, cycle)
    signed_in("assessor").post(f"/appeals/{appeal.pk}/answer/", {"answer": "当班只查到一处"})
    appeal.refresh_from_db()
    return appeal


@pytest.mark.parametrize("member", ["section_head", "branch_secretary"])
def test_who_speaks_for_the_unit_finds_the_way_to_appeal(signed_in: SignIn, published: Cycle, member: str) -> None:
    client, pk = signed_in(member), entry_of(published).pk
    for path in ("/results/small/2026-06/?unit=ZC1", "/results/small/2026-06/ZC1/"):
        assert f'href="/entries/{pk}/appeal/"' in text(client, path)
    assert "/appeal/" not in text(client, "/results/small/2026-06/M1/")
    assert "可以申诉的月份" in text(client, "/appeals/")
    form = text(client, f"/entries/{pk}/appeal/")
    assert "扣 12 分" in form
    assert "支架接顶不实" in form


@pytest.mark.parametrize("member", ["worker", "crew_leader", "section_clerk", "assessor", "party_officer", "stranger"])
def test_nobody_else_appeals_for_the_unit(signed_in: SignIn, published: Cycle, member: str) -> None:
    client, path = signed_in(member), f"/entries/{entry_of(published).pk}/appeal/"
    assert client.get(path).status_code == 404
    assert client.post(path, {"text": "不服"}).status_code == 404
    if member != "stranger":
        assert "/appeal/" not in text(client, "/results/small/2026-06/ZC1/")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("  ", "请填写这一项"),
        ("字" * 501, "500"),
        ("找 13812345678", "身份证号或手机号"),
        ("问马小军", "职工姓名“马小军”"),
    ],
)
def test_an_appeal_that_is_refused_stands_in_the_form(
    signed_in: SignIn, published: Cycle, said: str, sentence: str
) -> None:
    answer = signed_in("section_head").post(f"/entries/{entry_of(published).pk}/appeal/", {"text": said})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not Appeal.objects.exists()


def test_after_the_last_day_the_form_says_whom_to_ask(
    signed_in: SignIn, published: Cycle, clock: Clock, at: dt.datetime
) -> None:
    clock(at + 3 * DAY)
    client, path = signed_in("section_head"), f"/entries/{entry_of(published).pk}/appeal/"
    assert "已经期满" in text(client, path)
    assert "/appeal/" not in text(client, "/results/small/2026-06/ZC1/")
    assert "已经结束，不能再申诉" in client.post(path, {"text": "不服"}).content.decode()


def test_an_entry_is_appealed_once_and_leads_to_its_appeal(signed_in: SignIn, published: Cycle) -> None:
    appeal = appeal_for(signed_in, published)
    secretary = signed_in("branch_secretary")
    assert secretary.get(f"/entries/{entry_of(published).pk}/appeal/")["Location"] == f"/appeals/{appeal.pk}/"
    assert "待科室答复" in text(secretary, "/results/small/2026-06/ZC1/")


def test_the_office_answers_and_another_person_decides(signed_in: SignIn, cast: Cast, published: Cycle) -> None:
    appeal = appeal_for(signed_in, published)
    assessor, leader = signed_in("assessor"), signed_in("mine_leader")
    assert "1 件申诉待答复" in text(assessor, "/")
    assert "待裁定" not in text(leader, "/")
    page = text(assessor, f"/appeals/{appeal.pk}/")
    assert "交接单双方签字" in page
    assert "高山" in page
    assert assessor.post(f"/appeals/{appeal.pk}/answer/", {"answer": ""}).status_code == 422
    assessor.post(f"/appeals/{appeal.pk}/answer/", {"answer": "当班只查到一处"})
    assert "1 件申诉待裁定" in text(leader, "/")
    assert "当班只查到一处" in text(leader, f"/appeals/{appeal.pk}/")
    assert "等您裁定" in text(leader, "/appeals/")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"outcome": "", "decision": "x"}, "请填写这一项"),
        ({"outcome": "changed", "points": "15", "decision": "x"}, "申诉不加重扣分"),
        ({"outcome": "changed", "points": "", "decision": "x"}, "选了“部分成立，改分”，请填写改为扣多少分"),
        ({"outcome": "changed", "points": "少", "decision": "x"}, "请填数字"),
        ({"outcome": "rejected", "decision": ""}, "请填写这一项"),
        ({"outcome": "lapsed", "decision": "x"}, "没有“lapsed”这个选项"),
    ],
)
def test_a_decision_that_does_not_fit_stands_in_the_form(
    signed_in: SignIn, published: Cycle, sent: dict[str, str], sentence: str
) -> None:
    appeal = answered(signed_in, published)
    answer = signed_in("mine_leader").post(f"/appeals/{appeal.pk}/decision/", sent)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    appeal.refresh_from_db()
    assert appeal.decided_at is None


def test_the_decision_asks_for_the_new_deduction_and_says_when(signed_in: SignIn, published: Cycle) -> None:
    page = text(signed_in("mine_leader"), f"/appeals/{answered(signed_in, published).pk}/")
    assert "部分成立的，改为扣多少分</label>" in page
    assert "选“部分成立，改分”时要填" in page


def test_who_may_not_answer_or_decide(signed_in: SignIn, published: Cycle) -> None:
    appeal = answered(signed_in, published)
    for member in ("worker", "section_head", "crew_leader", "auditor"):
        assert signed_in(member).post(f"/appeals/{appeal.pk}/answer/", {"answer": "x"}).status_code == 404, member
        assert signed_in(member).post(f"/appeals/{appeal.pk}/decision/", {}).status_code == 404, member
    assert signed_in("other_assessor").get(f"/appeals/{appeal.pk}/").status_code == 404
    assert signed_in("assessor").post(f"/appeals/{appeal.pk}/decision/", {}).status_code == 404
    assert signed_in("mine_leader").post(f"/appeals/{appeal.pk}/answer/", {"answer": "x"}).status_code == 404
    for member in ("worker", "crew_leader", "stranger"):
        assert signed_in(member).get(f"/appeals/{appeal.pk}/").status_code == 404, member


def test_whoever_answered_is_told_that_another_person_decides(signed_in: SignIn, published: Cycle) -> None:
    appeal = appeal_for(signed_in, published)
    office = signed_in("party_officer")
    office.post(f"/appeals/{appeal.pk}/answer/", {"answer": "代安全科答复"})
    assert "您是答复的人，这件要由另一个人裁定" in text(office, f"/appeals/{appeal.pk}/")
    assert "待裁定" not in text(office, "/")
    refused = office.post(f"/appeals/{appeal.pk}/decision/", {"outcome": "rejected", "decision": "x"})
    assert "是答复的人，要由另一个人裁定" in refused.content.decode()


def test_a_changed_result_goes_before_the_mine_a_second_time(
    cast: Cast, signed_in: SignIn, published: Cycle, clock: Clock, at: dt.datetime
) -> None:
    appeal, pk = answered(signed_in, published), entry_of(published).pk
    clock(at + DAY)
    decided = {"outcome": "changed", "points": "3", "decision": "一处属实，改扣 3 分"}
    page = signed_in("mine_leader").post(f"/appeals/{appeal.pk}/decision/", decided, follow=True).content.decode()
    assert "已裁定：部分成立，改分" in page
    assert Entry.objects.get(pk=pk).points == 3
    clock(at + 5 * DAY)
    office, leader, worker = signed_in("party_officer"), signed_in("mine_leader"), signed_in("worker")
    assert "申诉已处理，请第二次公示" in text(office, "/")
    assert "申诉改变了结果，等党委工作部第二次公示" in text(leader, BASE)
    assert "请先第二次公示" in office.post(f"{BASE}finalisation/", follow=True).content.decode()
    assert "再公示一次" in text(office, BASE)
    office.post(f"{BASE}publication/", {"contacts": "党委工作部"})
    wall = text(worker, WALL)
    for said in ("第二次公示", "因申诉改变的记录", "扣 12 分", "扣 3 分", "一处属实，改扣 3 分", "98.00"):
        assert said in wall
    for name in ("高山", "安平", "石领"):
        assert name not in wall
    assert "申诉改分，原来扣 12 分" in text(worker, "/results/small/2026-06/ZC1/")
    seen = text(worker, f"/appeals/{appeal.pk}/")
    for told in ("交接单双方签字", "当班只查到一处", "一处属实，改扣 3 分"):
        assert told in seen
    for hidden in ("高山", "安平", "石领"):
        assert hidden not in seen


def test_an_entry_that_an_appeal_took_away_is_still_told(
    signed_in: SignIn, published: Cycle, clock: Clock, at: dt.datetime
) -> None:
    appeal = answered(signed_in, published)
    clock(at + DAY)
    signed_in("mine_leader").post(f"/appeals/{appeal.pk}/decision/", {"outcome": "upheld", "decision": "查错了单位"})
    page = text(signed_in("worker"), "/results/small/2026-06/ZC1/")
    assert "申诉成立" in page
    assert "原来扣 12 分：支架接顶不实" in page
    assert "已裁定" in text(signed_in("worker"), "/appeals/")

"""The self-check: every rule can fail, and where nothing is there to be looked at, nobody says it is kept."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from pithead.issues.models import Issue, Step
from pithead.issues.queries import WORKFLOWS
from pithead.issues.testing import raised
from pithead.measures.testing import told
from pithead.org.models import Person
from pithead.org.queries import calendar_of
from pithead.org.testing import Cast
from pithead.practices.actions import load_pack
from pithead.practices.content import FieldKind, FieldSpec
from pithead.practices.models import Every, PracticeVersion
from pithead.practices.queries import self_check
from pithead.practices.queries.self_check import Rule
from pithead.practices.registry import Look
from pithead.practices.testing import HEAVY, WALK, asking
from pithead.practices.tests.worlds import done, take_over

TODAY = dt.date(2026, 7, 6)
SINCE = dt.date(2026, 7, 1)


def rules(cast: Cast, member: str = "mine_leader") -> dict[str, Rule]:
    look = Look(cast.mine, TODAY, calendar_of(cast.mine))
    return {rule.id: rule for rule in self_check.self_check(look, cast.actor(member))}


@pytest.fixture
def asked(cast: Cast, at: dt.datetime) -> Cast:
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=replace(WALK, on=True), since=SINCE)
    return cast


def rewrite(code: str, **changed: Any) -> None:
    """What is in force says something no pack would get away with."""
    version = PracticeVersion.objects.get(practice__code=code)
    spec = next(one for one in WALK.practices if one.code == code)
    PracticeVersion.objects.filter(pk=version.pk).update(content=replace(spec, **changed).to_plain())


def text(label: str, key: str = "more", **more: Any) -> dict[str, Any]:
    return {"form": (FieldSpec(key, label, **more),)}


def test_a_mine_with_nothing_in_use_keeps_nothing_by_that(cast: Cast) -> None:
    found = rules(cast)
    assert list(found) == [f"B{number}" for number in range(1, 15)]
    assert [one.id for one in found.values() if not one.evidence] == ["B1", "B3", "B4", "B5", "B6", "B7", "B13", "B14"]
    assert not any(one.is_kept for one in found.values() if not one.evidence)


def test_customs_as_they_ship_keep_the_rules(asked: Cast) -> None:
    found = rules(asked)
    assert {one.id: one.faults for one in found.values() if one.faults} == {}
    assert not found["B3"].is_kept  # no standard yet


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("B1", text("姓名")),
        ("B2", text("打卡次数")),
        ("B4", text("学习时长")),
        ("B5", text("现场", kind=FieldKind.PHOTO, required=True)),
        ("B9", text("心得体会")),
        ("B10", text("安装率")),
        ("B12", {"title": "平安报告", "quotas": (replace(WALK.practices[0].quotas[0], every=Every.DAY, count=1),)}),
        ("B13", text("说明", longest=4001)),
        ("B14", text("点赞")),
    ],
)
def test_what_is_asked_is_looked_through_again(asked: Cast, rule: str, changed: dict[str, Any]) -> None:
    rewrite("walkabout", **changed)
    found = rules(asked)[rule]
    assert not found.is_kept
    assert found.faults[0].url == "/practices/customs/walkabout/"


def test_no_table_counts_who_came(asked: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules(asked)["B2"].is_kept
    monkeypatch.setattr(self_check, "words_of_models", lambda: ["org.User.online_seconds"])
    assert "org.User.online_seconds" in rules(asked)["B2"].faults[0].text


def test_photos_are_asked_for_by_the_rule_of_hazards_only(asked: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert any("隐患" in line for line in rules(asked)["B5"].evidence)
    hazard = WORKFLOWS["hazard"]
    monkeypatch.setattr(self_check, "WORKFLOWS", {**WORKFLOWS, "task": hazard})
    assert not rules(asked)["B5"].is_kept


def test_a_crew_leaders_shift_has_its_limit(asked: Cast) -> None:
    assert rules(asked)["B6"].is_kept
    rewrite("shift_look", form=HEAVY["form"])
    assert not rules(asked)["B6"].is_kept


def test_over_the_cap_somebody_has_to_have_allowed_it(cast: Cast, at: dt.datetime) -> None:
    load_pack(by=cast.system(), at=at, mine=cast.mine, spec=replace(asking("walkabout", **HEAVY), on=True), since=SINCE)
    assert "支部书记" in rules(cast)["B7"].faults[0].text
    leader = cast.people["mine_leader"]
    PracticeVersion.objects.filter(practice__code="walkabout").update(approved_by=leader, approval="纪要 7 号")
    found = rules(cast)["B7"]
    assert found.is_kept
    assert any(leader.name in line and "纪要 7 号" in line for line in found.evidence)


def test_a_week_takes_one_check_of_a_section(cast: Cast) -> None:
    take_over(cast, {"code": "inspection", "title": "督查回访", "performers": ["assessor"], "check": "mine"})
    done(cast, "inspection", "assessor", dt.date(2026, 6, 30), cast.units["ZC1"])
    assert rules(cast)["B8"].is_kept
    done(cast, "inspection", "other_assessor", dt.date(2026, 7, 1), cast.units["ZC1"])
    found = rules(cast)["B8"].faults[0]
    assert (found.text, found.url) == ("综采一队 6月29日那一周 2 次", "/duties/checks/?period=2026-W27")
    assert rules(cast, "worker")["B8"].faults[0].url == ""  # nobody is led to what he may not open


def test_measures_count_no_use(cast: Cast) -> None:
    assert rules(cast)["B10"].is_kept
    with told("usage", lambda asked: [], definition="当月登录过的占多少"):
        assert "usage" in rules(cast)["B10"].faults[0].text


def test_complaints_are_answered_within_five_working_days(cast: Cast, at: dt.datetime) -> None:
    assert rules(cast)["B11"].is_kept
    raised(cast, "worker", at - dt.timedelta(days=7), "complaint")
    assert rules(cast)["B11"].is_kept  # due today
    Issue.objects.update(arrived_at=at - dt.timedelta(days=8))
    found = rules(cast)["B11"]
    assert (found.evidence, found.faults[0].text) == (
        ("最近三个月提了 1 条，五个工作日内没有答复的 1 条",),
        "1 条过了五个工作日还没有答复",
    )


def test_an_answer_that_came_late_is_told(cast: Cast, at: dt.datetime) -> None:
    issue = raised(cast, "worker", at - dt.timedelta(days=20), "complaint")
    answer = issue.steps.get()
    answer.pk, answer._state.adding, answer.seq, answer.verb = None, True, 2, "answer"
    answer.at = at - dt.timedelta(days=15)
    answer.save()
    assert rules(cast)["B11"].is_kept
    Step.objects.filter(verb="answer").update(at=at - dt.timedelta(days=12))
    assert [one.text for one in rules(cast)["B11"].faults] == ["1 条答复晚了"]


def test_what_is_asked_for_a_time_has_an_order_and_an_end(asked: Cast) -> None:
    version = PracticeVersion.objects.get(practice__code="walkabout")
    content = replace(WALK.practices[0], dormant=True).to_plain()
    PracticeVersion.objects.filter(pk=version.pk).update(content=content, order_no="青矿发〔2026〕3号", until=TODAY)
    assert rules(asked)["B12"].is_kept
    PracticeVersion.objects.filter(pk=version.pk).update(until=None)
    assert "没有截止日期" in rules(asked)["B12"].faults[0].text


def test_a_rule_tells_some_faults_one_by_one(asked: Cast) -> None:
    rewrite("walkabout", form=tuple(FieldSpec(f"s{at}", "点赞") for at in range(7)))
    assert (len(rules(asked)["B14"].faults), rules(asked)["B14"].more) == (5, 2)


def test_everybody_may_look(asked: Cast, signed_in: Callable[[str], Client]) -> None:
    for member in ("worker", "section_head", "mine_leader"):
        page = signed_in(member).get("/practices/burden/check/")
        assert page.status_code == 200
        assert page.content.decode().count("要看一看") >= 1
    assert Person.objects.count() > 0

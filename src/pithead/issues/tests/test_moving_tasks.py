"""Directives 上级要求, shortfalls 短板 and findings 督查发现: passed on, done, looked at by somebody else."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied

from pithead.issues.testing import Story
from pithead.issues.workflows import WORKFLOWS, Move, Workflow
from pithead.kernel.refusal import Refused

DAY = dt.timedelta(days=1)
BEGIN = {"directive": "party_officer", "shortfall": "section_head", "finding": "party_officer"}


@pytest.mark.parametrize("kind", BEGIN)
def test_a_task_is_assigned_done_and_passed_by_somebody_else(story: Story, kind: str) -> None:
    story.begins(BEGIN[kind], kind, facts={"issuer": "县局", "number": "3号"} if kind == "directive" else {})
    story.goes_on("second_officer" if kind != "shortfall" else "section_head", "assign")
    story.goes_on("section_clerk", "fix")
    with pytest.raises((Refused, PermissionDenied)):
        story.goes_on("section_clerk", "pass")
    story.goes_on("second_officer", "pass")
    assert story.issue.state == "closed"


@pytest.mark.parametrize("kind", BEGIN)
def test_what_was_not_done_is_assigned_anew_and_so_has_a_date(story: Story, kind: str) -> None:
    story.begins(BEGIN[kind], kind)
    story.follows(("second_officer", "assign"), ("section_clerk", "fix"))
    story.goes_on("mine_leader", "fail")
    assert story.issue.state == "found"
    assert story.issue.due_at is not None


def test_the_date_of_a_directive_is_its_own(story: Story) -> None:
    story.begins("party_officer", "directive")
    story.goes_on("second_officer", "assign", due_at=story.at + 90 * DAY)
    assert story.issue.due_at == story.at + 90 * DAY


def test_a_finding_is_put_right_within_thirty_days_and_extended_once(story: Story) -> None:
    story.begins("party_officer", "finding")
    with pytest.raises(Refused, match="最晚到"):
        story.goes_on("second_officer", "assign", due_at=story.at + 31 * DAY)
    story.goes_on("second_officer", "assign", due_at=story.at + 20 * DAY)
    story.goes_on("second_officer", "extend")
    with pytest.raises(Refused, match="最多延期 1 次"):
        story.goes_on("second_officer", "extend")


@pytest.mark.parametrize("kind", BEGIN)
def test_workers_raise_no_tasks_for_others(story: Story, kind: str) -> None:
    with pytest.raises(PermissionDenied, match="登记"):
        story.begins("worker", kind)


@pytest.mark.parametrize("kind", BEGIN)
def test_a_task_is_seen_by_its_unit_the_office_and_leaders(story: Story, kind: str) -> None:
    story.begins(BEGIN[kind], kind)
    assert story.seen_by() == {
        "section_head",
        "deputy",
        "section_clerk",
        "branch_secretary",
        "liaison_officer",
        "party_officer",
        "second_officer",
        "mine_leader",
        "chief_engineer",
        "manager",
    }


@pytest.mark.parametrize("flow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_a_table_is_sound(flow: Workflow) -> None:
    codes = [state.code for state in flow.states]
    assert len(codes) == len(set(codes))
    assert len({move.verb for move in flow.moves}) == len(flow.moves)
    assert not {"raise", "climb", "merge", "correct"} & {move.verb for move in flow.moves}, "words of the engine itself"
    assert [move for move in flow.moves if not is_sound(move, codes)] == []
    assert [state.code for state in flow.states if not (state.clock or state.stops or state.end)] == []
    closing = [move for move in flow.moves if move.target in ("closed", "restored")]
    assert closing
    assert all(move.verifies for move in closing)


def is_sound(move: Move, codes: list[str]) -> bool:
    known = set(move.sources) <= set(codes) and move.target in (*codes, "")
    return known and bool(move.sources) and bool(move.who) and not set(move.who) & set(move.never)
